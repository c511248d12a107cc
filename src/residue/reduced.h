/*
 * A firewall as the planner sees it: its classes, reduced, and the constraints that they form. Made once per firewall
 * and kept with it: searches, explanations, profiles and certificates all read the same one. Nothing changes it.
 */
#ifndef FIRESIEVE_RESIDUE_REDUCED_H
#define FIRESIEVE_RESIDUE_REDUCED_H

#include "firewall/firewall.h"
#include "residue/constraints.h"

struct reduced {
    struct firewall_derived derived;
    struct class_set classes;           /* classes.blocked: why no delay is safe, if that is easy to see */
    struct constraint_list constraints; /* of the classes */
    size_t *order;                      /* indices of the constraints by falling rank: divisors come first */
    uint64_t largest_modulus;           /* 0: there are no classes */
    const struct tuplet *tuplet;        /* of the firewall, or NULL: what else its numbers must satisfy */
};

/*
 * The reduced form of a firewall, which owns it. Cost: at the first call that of classes_collect and constraints_list
 * and a sort of the constraints, 8 bytes per layer (16 if the period is 2^31 or more) and 56 per constraint; later
 * nothing. Any thread may call it. Errors: MEMORY, STOPPED.
 */
firesieve_status reduced_of(const firesieve_firewall *firewall, struct go_on go_on, const struct reduced **reduced,
                            firesieve_error *error);

/* The number of classes. */
static inline size_t reduced_class_count(const struct reduced *reduced)
{
    return reduced->classes.narrow_count + reduced->classes.wide_count;
}

/* The constraint at a place in the order. */
static inline const struct constraint *reduced_ranked(const struct reduced *reduced, size_t place)
{
    return &reduced->constraints.items[reduced->order[place]];
}

#endif
