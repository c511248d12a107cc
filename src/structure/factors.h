/*
 * Moduli in factors that are coprime or equal. Primes up to 2^12 are found by division; what is left of moduli above 2^24
 * is split by what moduli have in common alone, since more is not needed to see which residues depend on each other.
 */
#ifndef FIRESIEVE_STRUCTURE_FACTORS_H
#define FIRESIEVE_STRUCTURE_FACTORS_H

#include "base/go_on.h"
#include "structure/structure.h"

enum { FACTORS_MAX = 15 /* different ones of a modulus below 2^63 */ };

struct factor {
    uint64_t base;
    unsigned exponent;
};

struct factor_list {
    struct factor items[FACTORS_MAX];
    size_t count;
};

/* What primes above 2^12 the moduli have. */
struct large_bases {
    uint64_t *items; /* coprime */
    size_t count;
    size_t capacity;
};

/* Work that may still be done, in units of some nanoseconds. */
struct work {
    uint64_t left;
    struct go_on go_on;
    uint64_t asked; /* `left` when go_on was last asked */
    bool stopped;   /* it has said no */
};

static inline struct work work_start(uint64_t budget, struct go_on go_on)
{
    return (struct work){.left = budget, .go_on = go_on, .asked = budget};
}

/* Takes units of work. False: there are none left, or go_on said no. */
bool work_spend(struct work *work, uint64_t units);

/* Splits moduli, which ascend. False: no memory (*enough), or the work has ended. Free with large_bases_free. */
bool large_bases_find(struct large_bases *bases, const uint64_t *moduli, size_t count, struct work *work, bool *enough);

void large_bases_free(struct large_bases *bases);

/* The factors of one of these moduli, ascending but for the large ones. False: the work has ended. */
bool factor_list_make(struct factor_list *list, uint64_t modulus, const struct large_bases *bases, struct work *work);

#endif
