/* Classes as columns: where the residues of a class fall when candidates are first + step * column. */
#ifndef FIRESIEVE_SEARCH_CLASS_LIST_H
#define FIRESIEVE_SEARCH_CLASS_LIST_H

#include "base/watch.h"
#include "residue/classes.h"
#include "residue/modular.h"

/* The classes of one modulus, as a block of columns needs them: see class_run_column. */
struct class_run {
    const class_key *classes; /* ascending */
    size_t count;
    struct divisor modulus;
    uint32_t turn;    /* gcd(step, modulus) */
    uint32_t length;  /* modulus / turn: a class falls on one column mod length, or on none */
    uint32_t inverse; /* of step / turn mod length */
};

/* Narrow classes outside of wheel and rows. */
struct class_list {
    const class_key *classes; /* ascending; part of the plan's class set */
    size_t count;
    double shares;          /* the sum of 1 / modulus */
    double tests;           /* mean number of tests until a class drops a candidate, where few pass all */
    struct class_run *runs; /* owned; NULL where the step is 1 and classes are their columns already */
    size_t run_count;
};

/*
 * Prepares `count` ascending narrow classes, which the caller keeps, for that step. Nothing is allocated for step 1.
 * False: no memory, or go_on said no; free it all the same.
 */
bool class_list_make(struct class_list *list, const class_key *classes, size_t count, uint64_t step,
                     struct go_on go_on);

void class_list_free(struct class_list *list);

#define CLASS_NOWHERE UINT32_MAX

/*
 * The first column on which a class of the run falls, below run->length, or CLASS_NOWHERE; `first` is the candidate at
 * column 0 mod the run's modulus. step * column = d mod m, d = residue - first, has a solution where turn = gcd(step,
 * m) divides d, and then it is column = (d / turn) * (step / turn)^-1 mod m / turn. Moduli are below 2^31: no product
 * overflows.
 */
static inline uint32_t class_run_column(const struct class_run *run, uint32_t residue, uint32_t first)
{
    const uint32_t modulus = (uint32_t)run->modulus.value;
    const uint32_t distance = residue >= first ? residue - first : residue + (modulus - first);
    if (run->turn == 1) {
        return (uint32_t)divisor_remainder(run->modulus, (uint64_t)distance * run->inverse);
    }
    return distance % run->turn != 0 ? CLASS_NOWHERE
                                     : (uint32_t)((uint64_t)(distance / run->turn) * run->inverse % run->length);
}

#endif
