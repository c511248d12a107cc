/* Which constraints become lists, rows and checks of a focus, and what searching with it will take. */
#ifndef FIRESIEVE_FOCUS_LAYOUT_H
#define FIRESIEVE_FOCUS_LAYOUT_H

#include "focus/focus.h"

/* What a focus is wanted for. */
struct focus_purpose {
    double delays;   /* to be looked at; where only the smallest is wanted, those up to it on average */
    double range;    /* at most so many */
    bool smallest;   /* a find ends the search */
    uint64_t memory; /* bytes for lists and threads */
    unsigned threads;
};

/* What was found on paper. */
struct focus_forecast {
    double pairs;   /* columns against offsets, in all */
    double columns; /* in [0, A) */
    double offsets; /* in [0, B) */
    double window;  /* delays in the first window */
    double building_ns;
    double sieving_ns; /* on one thread, like building_ns */
    double range_ns;   /* both, for the whole range */
};

/*
 * Chooses the cheapest layout; where nothing else is possible, lists are those of A = B = 1. `order` as for focus_make.
 * Cost: some milliseconds. False: no memory for the plan.
 */
bool focus_layout_choose(struct focus_layout *layout, struct focus_forecast *forecast,
                         const struct constraint_list *constraints, const size_t *order,
                         const struct focus_purpose *purpose);

#endif
