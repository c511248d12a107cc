/* Residues modulo all row moduli of a plan at once, as vectors that compilers turn into SIMD code. */
#ifndef FIRESIEVE_FOCUS_RESIDUES_H
#define FIRESIEVE_FOCUS_RESIDUES_H

#include <stdint.h>

enum {
    FOCUS_ROWS_MAX = 16,
    FOCUS_ROW_MODULUS_MAX = 1 << 10 /* a sum of two residues minus the modulus stays within 16 bits */
};

/* Element i belongs to row modulus i; those behind the last modulus are 0 and have modulus 1. */
struct residues {
    int16_t of[FOCUS_ROWS_MAX];
};

/* a + b, each below its modulus, as is the sum. */
static inline struct residues residues_add(const struct residues *moduli, const struct residues *a,
                                           const struct residues *b)
{
    struct residues sum;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const int16_t less = (int16_t)(a->of[i] + b->of[i] - moduli->of[i]);
        sum.of[i] = (int16_t)(less + (moduli->of[i] & (less >> 15)));
    }
    return sum;
}

/* moduli - a, and 0 for 0. */
static inline struct residues residues_negate(const struct residues *moduli, const struct residues *a)
{
    struct residues negated;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        negated.of[i] = (int16_t)(a->of[i] == 0 ? 0 : moduli->of[i] - a->of[i]);
    }
    return negated;
}

#endif
