/*
 * Whole numbers as lines of residues write them: 1000, 1_000_000, 1e12, 1.5e6, 10^12, 2^40-1, 3*7, (p-1)/2. They may be
 * negative, and depend on p.
 */
#ifndef FIRESIEVE_LANGUAGE_EXPRESSION_H
#define FIRESIEVE_LANGUAGE_EXPRESSION_H

#include "language/cursor.h"

/* A whole number of a magnitude below 2^128. */
struct value {
    firesieve_delay magnitude;
    bool negative; /* not of 0 */
};

/* A step of an expression that depends on p: pushes a number, or takes two from the stack and pushes the result. */
struct step;

/* An expression; free with expression_free. */
struct expression {
    struct value value; /* where it does not depend on p */
    struct step *steps; /* owned; NULL where it does not */
    uint32_t step_count;
};

/*
 * Reads an expression at the cursor, up to what cannot belong to it; p is allowed where `with_p` is. False: it is none,
 * which the cursor's error says.
 */
bool expression_read(struct cursor *cursor, bool with_p, struct expression *expression);

/*
 * Its value for that p. False: it has none, since it is too large, or a division leaves a remainder; *fault says which,
 * static.
 */
bool expression_value(const struct expression *expression, uint64_t p, struct value *value, const char **fault);

/* Whether it is p, and nothing else. */
bool expression_is_p(const struct expression *expression);

void expression_free(struct expression *expression);

/* A value modulo `modulus`, as a residue from 0 on. */
uint64_t value_residue(struct value value, uint64_t modulus);

/* -1, 0 or 1 where the one is less than the other, equal, or greater. */
int value_compare(struct value left, struct value right);

/* The sum; false where its magnitude is 2^128 or more. */
bool value_add(struct value left, struct value right, struct value *sum);

#endif
