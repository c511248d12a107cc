/* Residues modulo all row moduli of a plan at once, in vectors as GCC and Clang know them on every architecture. */
#ifndef FIRESIEVE_FOCUS_RESIDUES_H
#define FIRESIEVE_FOCUS_RESIDUES_H

#include <stdint.h>

#include "kernel.h"

enum { FOCUS_ROWS_MAX = KERNEL_MODULI, FOCUS_ROW_MODULUS_MAX = KERNEL_MODULUS_MAX };

typedef uint8_t residue_bytes __attribute__((vector_size(FOCUS_ROWS_MAX)));

/* Element i belongs to row modulus i; those behind the last modulus are 0 and have modulus 1. */
struct residues {
    residue_bytes of;
};

/* a + b, each below its modulus, as is the sum: a + b - modulus where a >= modulus - b. */
static inline struct residues residues_add(const struct residues *moduli, const struct residues *a,
                                           const struct residues *b)
{
    const residue_bytes room = moduli->of - b->of;
    const residue_bytes over = (residue_bytes)(a->of >= room);
    return (struct residues){.of = a->of + b->of - (moduli->of & over)};
}

/* moduli - a, and 0 for 0. */
static inline struct residues residues_negate(const struct residues *moduli, const struct residues *a)
{
    struct residues negated;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        negated.of[i] = (uint8_t)(a->of[i] == 0 ? 0 : moduli->of[i] - a->of[i]);
    }
    return negated;
}

#endif
