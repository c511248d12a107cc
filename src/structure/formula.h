/*
 * Classes as clauses. A residue modulo the cycle of a component is a string of digits to each of its bases (the Chinese
 * remainder theorem), and a class forbids all whose strings begin like its own: it is a clause whose literals, one for
 * each base of its modulus, must not all hold.
 */
#ifndef FIRESIEVE_STRUCTURE_FORMULA_H
#define FIRESIEVE_STRUCTURE_FORMULA_H

#include "structure/structure.h"

struct literal {
    uint32_t base; /* index of a tower */
    uint32_t exponent;
    uint64_t residue; /* modulo base^exponent: its digits, the lowest first */
};

struct clause {
    size_t first; /* of its literals, which are to different bases */
    size_t count; /* 0: it cannot be met, so nothing is left */
};

struct formula {
    struct literal *literals;
    struct clause *clauses;
    size_t literal_count;
    size_t clause_count;
};

/* Makes an empty formula with room for that many. False: no memory. Free with formula_free. */
bool formula_new(struct formula *formula, size_t literals, size_t clauses);

void formula_free(struct formula *formula);

/* The clauses of a component. False: no memory. */
bool formula_of_component(struct formula *formula, const struct component *component);

static inline const struct literal *literals_of(const struct formula *formula, size_t clause)
{
    return &formula->literals[formula->clauses[clause].first];
}

/* There must be room for everything that is added. */
void formula_begin_clause(struct formula *formula);
void formula_add_literal(struct formula *formula, struct literal literal);
void formula_copy_clause(struct formula *to, const struct formula *from, size_t clause);

/* base^exponent, which is below 2^63. */
uint64_t tower_power(uint64_t base, unsigned exponent);

/* ---- Branching -------------------------------------------------------------------------------------------- */

/* The first digit that a clause mentions to a base. */
struct mention {
    uint64_t digit;
    size_t clause;
};

/*
 * A formula by cases of the first digit to one base: each digit that a clause mentions is a case, and all that none
 * mentions are alike.
 */
struct branching {
    uint32_t base;
    uint64_t modulus;         /* the base itself: the number of possible digits */
    struct mention *mentions; /* owned, ascending by digit */
    size_t mention_count;
    size_t digits; /* distinct ones that are mentioned */
};

/* By the base in most clauses; there is a clause, and none is empty. False: no memory. Free with branching_free. */
bool branching_make(struct branching *branching, const struct formula *formula, const struct tower *towers,
                    size_t tower_count);

void branching_free(struct branching *branching);

/* The index after the mentions of the same digit as that of `first`. */
size_t branching_end(const struct branching *branching, size_t first);

/*
 * What is left to be met in the case of mentions [first, end) of one digit or, if that is empty, of a digit that is not
 * mentioned: clauses with another digit are met, and from these the digit is removed. False: no memory.
 */
bool branching_case(const struct branching *branching, const struct formula *formula, size_t first, size_t end,
                    struct formula *made);

#endif
