/* The residues that one constraint forbids, in the form that is quicker to ask: a bitset, or a sorted list. */
#ifndef FIRESIEVE_RESIDUE_RESIDUE_SET_H
#define FIRESIEVE_RESIDUE_RESIDUE_SET_H

#include "residue/constraints.h"
#include "number/modular.h"

struct residue_set {
    struct divisor modulus;
    uint64_t *bits; /* bit r of integer r / 64 is set if r is forbidden; NULL if the modulus is too large */
    uint64_t *list; /* ascending, if there are no bits; otherwise NULL */
    size_t count;
};

/*
 * Copies the residues of some constraints, all into one allocation: there may be a hundred thousand of them. To be
 * freed with free(); NULL: no memory.
 */
struct residue_set *residue_sets_make(const struct class_set *set, const struct constraint *const *constraints,
                                      size_t count);

/* The slow half of residue_set_has. */
bool residue_set_lists(const struct residue_set *residues, uint64_t residue);

/* Whether `residue` < modulus is forbidden. */
static inline bool residue_set_has(const struct residue_set *residues, uint64_t residue)
{
    return residues->bits != NULL ? residues->bits[residue / 64] >> residue % 64 & 1
                                  : residue_set_lists(residues, residue);
}

#endif
