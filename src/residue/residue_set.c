#include "residue/residue_set.h"

#include <stdlib.h>

/* A bitset where it is small, or no larger than a few times the list. */
static bool wants_bits(const struct constraint *constraint)
{
    enum { ALWAYS = 1 << 12, NEVER = 1 << 22, TIMES_THE_LIST = 8 };
    return constraint->modulus <= ALWAYS ||
           (constraint->modulus <= NEVER && constraint->modulus / 64 <= TIMES_THE_LIST * (uint64_t)constraint->count);
}

bool residue_set_make(struct residue_set *residues, const struct class_set *set, const struct constraint *constraint)
{
    *residues = (struct residue_set){.modulus = divisor_of(constraint->modulus), .count = constraint->count};
    if (wants_bits(constraint)) {
        residues->bits = calloc((size_t)constraint->modulus / 64 + 1, sizeof *residues->bits);
    } else {
        residues->list = calloc(constraint->count, sizeof *residues->list);
    }
    for (size_t i = 0; i < constraint->count; ++i) {
        const uint64_t residue = constraint_residue(set, constraint, i);
        if (residues->bits != NULL) {
            residues->bits[residue / 64] |= UINT64_C(1) << residue % 64;
        } else if (residues->list != NULL) {
            residues->list[i] = residue;
        }
    }
    return residues->bits != NULL || residues->list != NULL;
}

void residue_set_free(struct residue_set *residues)
{
    free(residues->bits);
    free(residues->list);
    *residues = (struct residue_set){.bits = NULL};
}

bool residue_set_lists(const struct residue_set *residues, uint64_t residue)
{
    size_t low = 0;
    size_t high = residues->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (residues->list[middle] < residue) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < residues->count && residues->list[low] == residue;
}
