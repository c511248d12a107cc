/*
 * A long ascending list of residues that is never written down: all (long + short) mod modulus, one summand from each
 * of two short lists (the residues that two coprime parts of the modulus allow, by the Chinese remainder theorem). A
 * cursor reads any stretch of it, piece by piece, so that a list of 10^9 residues takes no more memory than two of some
 * 10^4.
 */
#ifndef FIRESIEVE_FOCUS_SUMS_H
#define FIRESIEVE_FOCUS_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "focus/residues.h"

struct summands {
    uint64_t *values; /* below the modulus */
    struct residues *residues;
    size_t count;
};

struct sums {
    uint64_t modulus;       /* below 2^63 */
    struct summands longs;  /* ascending; at least one */
    struct summands shorts; /* in any order */
    struct residues moduli;
    struct residues weight;     /* the residues that go with a value are those of value * weight */
    struct residues of_modulus; /* those of the modulus */
};

/* The residues of value * weight. Cost: a division for each modulus. */
struct residues sums_residues(const struct sums *sums, uint64_t value);

/*
 * A run of the list, without end: behind the modulus it repeats, with larger values. It is in order but for neighbours:
 * values ascend from one bucket of some 64 to the next.
 */
struct sum_run {
    uint64_t *values;
    struct residues *residues;
    size_t count;
    size_t capacity;
};

void sum_run_free(struct sum_run *run);

struct sum_cursor {
    const struct sums *sums;
    uint64_t position;  /* values below it have been read */
    uint64_t *distance; /* one a short summand: its sum with long summand 0 of this round, minus position (it wraps) */
    size_t *next;       /* its next long summand */
    struct residues *residues; /* of the short summand in this round */
    struct sum_run piece;      /* in the order of short summands */
    uint32_t *ends;            /* of buckets */
    size_t bucket_capacity;
};

/* Allocates for lists of at most `shorts` short summands. False: no memory; free it all the same. */
bool sum_cursor_start(struct sum_cursor *cursor, size_t shorts);

void sum_cursor_free(struct sum_cursor *cursor);

/* Moves to `position`, below 2^63 + 2^62 + 2 as columns are. Cost: a division and a binary search a short summand. */
void sum_cursor_seek(struct sum_cursor *cursor, const struct sums *sums, uint64_t position);

/*
 * Appends the values of the next `length` to the run. Cost: some 10 ns each, and as much a short
 * summand: lengths with several values a short summand are best. False: no memory.
 */
bool sum_cursor_read(struct sum_cursor *cursor, uint64_t length, struct sum_run *run);

#endif
