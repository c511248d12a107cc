/*
 * How many integers classes leave, counted by the checker of components alone: its own arithmetic, all of it here and in
 * residues_left.c.
 */
#ifndef FIRESIEVE_CERTIFICATE_RESIDUES_LEFT_H
#define FIRESIEVE_CERTIFICATE_RESIDUES_LEFT_H

#include "certificate/lowered.h"

enum counting { COUNTING_DONE, COUNTING_TOO_LONG, COUNTING_STOPPED, COUNTING_NO_MEMORY };

/* Work that may be spent: classes that are looked at, some ten nanoseconds each. */
struct work {
    uint64_t left;
    uint64_t since_asked;
    struct go_on go_on;
};

/* A factor base^height of a cycle. */
struct cycle_factor {
    uint64_t base;
    unsigned height;
};

/*
 * Counts the residues that no class contains modulo the product of the factors, which is below 2^127. Bases have no
 * factor in common, there are at most 126, and each modulus is a product of their powers that divides the cycle. How long
 * that takes depends on how the factors are tied together. Memory: 52 bytes a class, and 24 a class for each power of a
 * base on the way.
 */
enum counting residues_left(const struct forbidden *classes, size_t class_count, const struct cycle_factor *factors,
                            size_t factor_count, struct work *work, firesieve_delay *left);

/*
 * Counts the delays in [from, to) that no class contains, by inclusion and exclusion: fit for few classes, however long
 * the range is.
 */
enum counting delays_left(const struct lowered *lowered, firesieve_delay from, firesieve_delay to, struct work *work,
                          firesieve_delay *left);

#endif
