/*
 * Integer expressions in lines of residues: 1000, 1_000_000, 1e12, 1.5e6, 10^12, 2^40-1, 3*7, (p-1)/2. They can be
 * negative, and depend on p.
 */
#ifndef FIRESIEVE_LANGUAGE_EXPRESSION_H
#define FIRESIEVE_LANGUAGE_EXPRESSION_H

#include "language/cursor.h"

/* An integer of a magnitude below 2^128. */
struct value {
    firesieve_delay magnitude;
    bool negative; /* false for 0 */
};

/* A step of an expression that depends on p: pushes a number, or replaces operands on the stack by a result. */
struct step;

/* An expression; free with expression_free. */
struct expression {
    struct value value; /* if it does not depend on p */
    struct step *steps; /* owned; NULL if it does not depend on p */
    uint32_t step_count;
    uint32_t column; /* in its line, from 1 */
};

/*
 * Reads the longest expression at the cursor, after blanks; `with_p` allows p. False: there is none; see the cursor's
 * error.
 */
bool expression_read(struct cursor *cursor, bool with_p, struct expression *expression);

/*
 * Its value for one p. False: it has none; *fault says what was expected instead of a value that is too large, a division
 * with a remainder, or a negative exponent (static).
 */
bool expression_value(const struct expression *expression, uint64_t p, struct value *value, const char **fault);

/* Whether it is just p. */
bool expression_is_p(const struct expression *expression);

void expression_free(struct expression *expression);

/* A value modulo `modulus`, as a residue from 0 on. */
uint64_t value_residue(struct value value, uint64_t modulus);

/* -1, 0 or 1 if left is less than, equal to, or greater than right. */
int value_compare(struct value left, struct value right);

/* The sum; false if its magnitude is 2^128 or more. */
bool value_add(struct value left, struct value right, struct value *sum);

#endif
