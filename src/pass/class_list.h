/* Classes as columns: where the residues of a class fall when candidates are first + step * column. */
#ifndef FIRESIEVE_PASS_CLASS_LIST_H
#define FIRESIEVE_PASS_CLASS_LIST_H

#include "base/go_on.h"
#include "residue/classes.h"
#include "number/modular.h"

/* Consecutive narrow classes of a set. */
struct class_slice {
    const class_key *classes;
    size_t count;
};

/* The index after the last class that has the same modulus as class `first`. */
static inline size_t class_slice_next(const struct class_slice *slice, size_t first)
{
    size_t next = first + 1;
    while (next < slice->count && class_modulus(slice->classes[next]) == class_modulus(slice->classes[first])) {
        ++next;
    }
    return next;
}

/* The classes of one modulus, as a block of columns needs them: see class_run_column. */
struct class_run {
    const class_key *classes; /* ascending */
    size_t count;
    struct divisor modulus;
    uint32_t divisor; /* gcd(step, modulus) */
    uint32_t length;  /* modulus / divisor: a class falls on one column mod length, or on none */
    uint32_t inverse; /* of step / divisor mod length */
};

/* Narrow classes outside of wheel, rows and checks. */
struct class_list {
    struct class_slice *slices; /* owned; classes ascend from one to the next */
    size_t slice_count;
    size_t count;           /* of classes */
    double shares;          /* the sum of 1 / modulus */
    struct class_run *runs; /* owned; NULL if the step is 1, where classes are their own columns */
    size_t run_count;
};

/* Appends classes after those that are there. False: no memory. */
bool class_list_append(struct class_list *list, struct class_slice slice);

/* Moves up to `count` of the first classes of a list to the end of the other. False: no memory. */
bool class_list_move(struct class_list *to, struct class_list *from, size_t count);

/* Prepares the classes of a list for that step; step 1 needs nothing. False: no memory, or go_on said no. */
bool class_list_prepare(struct class_list *list, uint64_t step, struct go_on go_on);

void class_list_free(struct class_list *list);

#define CLASS_NOWHERE UINT32_MAX

/*
 * The first column on which a class of the run falls, below run->length, or CLASS_NOWHERE; `first` is the candidate at
 * column 0 mod the run's modulus. step * column = d mod m, d = residue - first, has a solution if g = gcd(step, m)
 * divides d, and then it is column = (d / g) * (step / g)^-1 mod m / g. Moduli are below 2^31: no product overflows.
 */
static inline uint32_t class_run_column(const struct class_run *run, uint32_t residue, uint32_t first)
{
    const uint32_t modulus = (uint32_t)run->modulus.value;
    const uint32_t distance = residue >= first ? residue - first : residue + (modulus - first);
    if (run->divisor == 1) {
        return (uint32_t)divisor_remainder(run->modulus, (uint64_t)distance * run->inverse);
    }
    return distance % run->divisor != 0 ? CLASS_NOWHERE
                                        : (uint32_t)((uint64_t)(distance / run->divisor) * run->inverse % run->length);
}

#endif
