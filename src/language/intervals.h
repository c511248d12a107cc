/* Sets of integers as intervals. United intervals are ascending and do not touch. */
#ifndef FIRESIEVE_LANGUAGE_INTERVALS_H
#define FIRESIEVE_LANGUAGE_INTERVALS_H

#include <stddef.h>

#include "language/line.h"

/* Sorts intervals and joins those that touch, in place; returns how many are left. */
size_t intervals_unite(struct interval *intervals, size_t count);

/*
 * Replaces united intervals of numbers from 0 to `last` by the intervals of the other numbers there, in place, with room
 * for count + 1. Returns how many there are.
 */
size_t intervals_complement(struct interval *intervals, size_t count, firesieve_delay last);

/* How many numbers united intervals hold, at most 2^128 - 1. */
firesieve_delay intervals_size(const struct interval *intervals, size_t count);

/* Whether one of the united intervals holds the number. */
bool intervals_have(const struct interval *intervals, size_t count, firesieve_delay number);

/* Writes the intersection of two united sets to `out`, with room for left_count + right_count; returns how many there are. */
size_t intervals_meet(const struct interval *left, size_t left_count, const struct interval *right, size_t right_count,
                      struct interval *out);

#endif
