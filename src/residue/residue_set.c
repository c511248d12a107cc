#include "residue/residue_set.h"

#include <stdlib.h>

enum { BITS_MODULUS_MAX = 1 << 22 };

bool residue_set_make(struct residue_set *residues, const struct class_set *set, const struct constraint *constraint)
{
    *residues = (struct residue_set){.modulus = divisor_of(constraint->modulus), .count = constraint->count};
    if (constraint->modulus <= BITS_MODULUS_MAX) {
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
