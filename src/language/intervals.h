/* Sets of whole numbers as intervals: ascending, and apart from each other. */
#ifndef FIRESIEVE_LANGUAGE_INTERVALS_H
#define FIRESIEVE_LANGUAGE_INTERVALS_H

#include <stddef.h>

#include "language/line.h"

/* Sorts intervals and joins those that meet, in place; returns how many are left. */
size_t intervals_unite(struct interval *intervals, size_t count);

/*
 * Those numbers from 0 to `last` that are in none of the united intervals, which lie there, into `out`, which has room
 * for count + 1. Returns how many intervals that are.
 */
size_t intervals_complement(const struct interval *intervals, size_t count, firesieve_delay last, struct interval *out);

/* How many numbers united intervals hold, at most 2^128 - 1. */
firesieve_delay intervals_size(const struct interval *intervals, size_t count);

/* Whether one of the united intervals holds the number. */
bool intervals_have(const struct interval *intervals, size_t count, firesieve_delay number);

/* The numbers that are in both of two united sets, into `out`, which has room for as many intervals as both have. */
size_t intervals_meet(const struct interval *left, size_t left_count, const struct interval *right, size_t right_count,
                      struct interval *out);

#endif
