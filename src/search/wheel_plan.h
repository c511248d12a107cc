/* Which constraints form the wheel. */
#ifndef FIRESIEVE_SEARCH_WHEEL_PLAN_H
#define FIRESIEVE_SEARCH_WHEEL_PLAN_H

#include "search/stages.h"

enum { WHEEL_STEPS_MAX = 96 };

struct wheel_plan {
    uint64_t factors[WHEEL_STEPS_MAX]; /* by which the modulus grows, one after the other */
    size_t count;
    double lifts; /* that they take, see struct work */
    double cost;  /* nanoseconds, predicted for the whole search */
};

/* What the wheel is for. */
struct wheel_purpose {
    double delays;      /* to be looked at */
    uint64_t memory;    /* bytes that the list of residues may take while it is made */
    uint64_t row_words; /* see stages_choose */
    bool forced;        /* at least one step, even where none pays */
    struct go_on go_on; /* after a no it is the best so far */
};

/*
 * Chooses the steps that make the whole search cheapest: one constraint after the other is taken in, always the one
 * that leaves fewest residues for the growth of the modulus, and of all these wheels the one with the smallest
 * predicted cost is kept. Only the 1024 constraints that kill most are considered. Cost: for each step a gcd for each
 * of these, a comparison of every pair of different factors among them, and a pass over all constraints.
 */
void wheel_plan_make(struct wheel_plan *plan, struct stage_list *list, const struct wheel_purpose *purpose);

/* Marks the constraints whose moduli divide `modulus` as STAGE_WHEEL and all others as STAGE_CLASS. */
void wheel_plan_mark(struct stage_list *list, uint64_t modulus);

/* The columns of a block for a wheel of this modulus, when `delays` are to be looked at. */
struct columns wheel_columns(uint64_t modulus, double delays);

#endif
