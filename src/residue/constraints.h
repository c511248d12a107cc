/* The constraints of a firewall: the classes of one modulus together, and what share of the delays they leave. */
#ifndef FIRESIEVE_RESIDUE_CONSTRAINTS_H
#define FIRESIEVE_RESIDUE_CONSTRAINTS_H

#include "base/go_on.h"
#include "residue/classes.h"

enum { CONSTRAINTS_DENSE_FROM = 1 << 16 /* if there are more classes than that, sparse ones are in no constraint */ };

struct constraint {
    uint64_t modulus;
    size_t first; /* its classes in the set: narrow, or wide if modulus >= CLASS_NARROW_END */
    size_t count;
    double forbids; /* the share that it forbids of what constraints allow whose moduli divide its own, below 1 */
    double rank;    /* the smallest `forbids` among it and its divisors that matter: falling rank puts divisors first */
};

/* Ascending by modulus. */
struct constraint_list {
    struct constraint *items;
    size_t count;
    size_t sparse_classes; /* narrow classes in no constraint: few of a large modulus, in a set of many */
    size_t sparse_moduli;  /* of these classes, and of wide ones in no constraint */
    double sparse_sum;     /* of 1 / modulus over them, and over wide classes in no constraint */
    double sum;            /* of 1 / modulus over all classes: below 1, some delay is safe */
    double density;        /* the share of integers that avoid all classes, estimated; 0 if a constraint leaves none */
};

/*
 * Lists the constraints. In a set of at most 2^16 classes every modulus is one; otherwise those up to 2^14 are, and
 * those that forbid at least one residue of 4096. Exact densities for moduli that are coprime or divide each other,
 * estimates for others. Errors: MEMORY, STOPPED. Free with constraints_free, also after an error.
 */
firesieve_status constraints_list(struct constraint_list *list, const struct class_set *set, struct go_on go_on,
                                  firesieve_error *error);

void constraints_free(struct constraint_list *list);

/* The index of the constraint of that modulus, or list->count if there is none. */
size_t constraints_find(const struct constraint_list *list, uint64_t modulus);

/*
 * Whether the classes are too few to cover all integers. The sum of classes that just do is 1 but for rounding.
 */
static inline bool constraints_are_thin(const struct constraint_list *list)
{
    return list->sum < 1 - 1e-6;
}

/*
 * Whether some delay is certainly safe, because all moduli are powers of primes and those of each prime leave a residue
 * (the Chinese remainder theorem). Also false for more than 1024 constraints and for moduli that are hard to factor, so
 * it takes a few milliseconds at most.
 */
bool constraints_are_open(const struct constraint_list *list);

/* Residue i < count of a constraint, ascending. */
static inline uint64_t constraint_residue(const struct class_set *set, const struct constraint *constraint, size_t i)
{
    return constraint->modulus < CLASS_NARROW_END ? class_residue(set->narrow[constraint->first + i])
                                                  : set->wide[constraint->first + i].residue;
}

#endif
