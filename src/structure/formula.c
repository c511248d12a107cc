#include "structure/formula.h"

#include <stdlib.h>

#include "number/factor.h"

/* ---- Formulas --------------------------------------------------------------------------------------------- */

void formula_free(struct formula *formula)
{
    free(formula->literals);
    free(formula->clauses);
    *formula = (struct formula){.literals = NULL};
}

bool formula_new(struct formula *formula, size_t literals, size_t clauses)
{
    *formula = (struct formula){
        .literals = reallocarray(NULL, literals + 1, sizeof *formula->literals),
        .clauses = reallocarray(NULL, clauses + 1, sizeof *formula->clauses),
    };
    if (formula->literals == NULL || formula->clauses == NULL) {
        formula_free(formula);
        return false;
    }
    return true;
}

/* The literal of a clause to a base, or NULL. */
static const struct literal *find_literal(const struct formula *formula, size_t clause, uint32_t base)
{
    const struct literal *const literals = literals_of(formula, clause);
    for (size_t i = 0; i < formula->clauses[clause].count; ++i) {
        if (literals[i].base == base) {
            return &literals[i];
        }
    }
    return NULL;
}

void formula_begin_clause(struct formula *formula)
{
    formula->clauses[formula->clause_count++] = (struct clause){.first = formula->literal_count, .count = 0};
}

void formula_add_literal(struct formula *formula, struct literal literal)
{
    formula->literals[formula->literal_count++] = literal;
    ++formula->clauses[formula->clause_count - 1].count;
}

void formula_copy_clause(struct formula *to, const struct formula *from, size_t clause)
{
    formula_begin_clause(to);
    for (size_t i = 0; i < from->clauses[clause].count; ++i) {
        formula_add_literal(to, literals_of(from, clause)[i]);
    }
}

uint64_t tower_power(uint64_t base, unsigned exponent)
{
    uint64_t product = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        product *= base;
    }
    return product;
}

bool formula_of_component(struct formula *formula, const struct component *component)
{
    if (!formula_new(formula, component->class_count * FACTORS_MAX, component->class_count)) {
        return false;
    }
    for (size_t i = 0; i < component->class_count; ++i) {
        const struct residue_class class = component->classes[i];
        uint64_t left = class.modulus;
        formula_begin_clause(formula);
        for (size_t j = 0; j < component->tower_count && left > 1; ++j) {
            unsigned exponent = 0;
            for (; left % component->towers[j].base == 0; left /= component->towers[j].base) {
                ++exponent;
            }
            if (exponent > 0) {
                const uint64_t residue = class.residue % tower_power(component->towers[j].base, exponent);
                formula_add_literal(formula, (struct literal){(uint32_t)j, exponent, residue});
            }
        }
    }
    return true;
}

/* ---- Branching -------------------------------------------------------------------------------------------- */

static int compare_mentions(const void *a, const void *b)
{
    const struct mention *const left = a;
    const struct mention *const right = b;
    if (left->digit != right->digit) {
        return (left->digit > right->digit) - (left->digit < right->digit);
    }
    return (left->clause > right->clause) - (left->clause < right->clause);
}

/* The base that most clauses have a literal to; `counts` are 0. */
static uint32_t choose_base(const struct formula *formula, uint32_t *counts)
{
    uint32_t best = formula->literals[formula->clauses[0].first].base;
    for (size_t i = 0; i < formula->clause_count; ++i) {
        for (size_t j = 0; j < formula->clauses[i].count; ++j) {
            const uint32_t base = literals_of(formula, i)[j].base;
            ++counts[base];
            best = counts[base] > counts[best] ? base : best;
        }
    }
    return best;
}

bool branching_make(struct branching *branching, const struct formula *formula, const struct tower *towers,
                    size_t tower_count)
{
    uint32_t *const counts = calloc(tower_count, sizeof *counts);
    struct mention *const mentions = reallocarray(NULL, formula->clause_count, sizeof *mentions);
    *branching = (struct branching){.mentions = mentions};
    const bool enough = counts != NULL && mentions != NULL;
    if (enough) {
        branching->base = choose_base(formula, counts);
        branching->modulus = towers[branching->base].base;
        for (size_t i = 0; i < formula->clause_count; ++i) {
            const struct literal *const literal = find_literal(formula, i, branching->base);
            if (literal != NULL) {
                mentions[branching->mention_count++] = (struct mention){literal->residue % branching->modulus, i};
            }
        }
        qsort(mentions, branching->mention_count, sizeof *mentions, compare_mentions);
        for (size_t i = 0; i < branching->mention_count; ++i) {
            branching->digits += i == 0 || mentions[i - 1].digit != mentions[i].digit;
        }
    }
    free(counts);
    return enough;
}

void branching_free(struct branching *branching)
{
    free(branching->mentions);
    *branching = (struct branching){.mentions = NULL};
}

size_t branching_end(const struct branching *branching, size_t first)
{
    size_t end = first;
    while (end < branching->mention_count && branching->mentions[end].digit == branching->mentions[first].digit) {
        ++end;
    }
    return end;
}

bool branching_case(const struct branching *branching, const struct formula *formula, size_t first, size_t end,
                    struct formula *made)
{
    if (!formula_new(made, formula->literal_count, formula->clause_count)) {
        return false;
    }
    for (size_t i = 0; i < formula->clause_count; ++i) {
        if (find_literal(formula, i, branching->base) == NULL) {
            formula_copy_clause(made, formula, i);
        }
    }
    for (size_t i = first; i < end; ++i) {
        const size_t clause = branching->mentions[i].clause;
        formula_begin_clause(made);
        for (size_t j = 0; j < formula->clauses[clause].count; ++j) {
            struct literal literal = literals_of(formula, clause)[j];
            if (literal.base == branching->base) {
                literal.residue /= branching->modulus;
                --literal.exponent;
            }
            if (literal.exponent > 0) {
                formula_add_literal(made, literal);
            }
        }
    }
    return true;
}
