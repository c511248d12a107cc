/* What a search is wanted for, as far as plans depend on it. */
#ifndef FIRESIEVE_PLANNER_PURPOSE_H
#define FIRESIEVE_PLANNER_PURPOSE_H

#include "pass/finds.h"
#include "pass/tally.h"
#include "planner/costs.h"
#include "residue/reduced.h"

struct purpose {
    const struct reduced *reduced; /* not blocked */
    const struct costs *costs;
    firesieve_delay from; /* where it begins, */
    firesieve_delay to;   /* and ends at the latest */
    double mean; /* delays until what is wanted has been found, on average, were there no end; INFINITY: none is safe */
    double range;    /* delays to be searched at most */
    bool ends;       /* what is wanted ends the search; otherwise the whole range is searched */
    bool forced;     /* the method was asked for: it is chosen where it can be, whatever it costs */
    uint64_t memory; /* bytes that tables may take, with what threads need */
    unsigned threads;
    double cheapest_ns; /* what other methods are predicted to take: planning this one should take little of it */
    struct go_on go_on; /* after a no, what is best so far is chosen */
};

/* Delays to be searched, on average where what is wanted ends it. */
static inline double purpose_delays(const struct purpose *purpose)
{
    return purpose->ends && purpose->mean < purpose->range ? purpose->mean : purpose->range;
}

#endif
