/*
 * How many residues some classes leave modulo their cycle, by cases: what is left is counted for each digit to one base
 * that classes distinguish, and the counts of coprime parts are multiplied.
 */
#ifndef FIRESIEVE_STRUCTURE_COUNTER_H
#define FIRESIEVE_STRUCTURE_COUNTER_H

#include "structure/formula.h"

/* What classes leave of their own cycle, the least common multiple of their moduli. */
struct left {
    firesieve_delay cycle; /* FIRESIEVE_DELAY_END if it is larger; then */
    firesieve_delay count; /* this is 0 */
    double density;
    bool none; /* exact, even if the cycle is too large for the count */
};

struct counter;

/* A counter for the classes of a component. NULL: no memory. Free with counter_free; NULL is allowed. */
struct counter *counter_new(const struct component *component, struct work *work);

void counter_free(struct counter *counter);

enum counter_outcome { COUNTER_DONE, COUNTER_ENDED /* the work has */, COUNTER_NO_MEMORY };

enum counter_outcome counter_count(struct counter *counter, struct left *left);

/* The same for clauses that are left in some case of its classes. Their order may change. */
enum counter_outcome counter_count_case(struct counter *counter, struct formula *formula, struct left *left);

#endif
