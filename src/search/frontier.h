/* How far a search has come, and by which plan: what a checkpoint keeps, and what it goes on from. */
#ifndef FIRESIEVE_SEARCH_FRONTIER_H
#define FIRESIEVE_SEARCH_FRONTIER_H

#include "methods/method.h"

enum { FRONTIER_TASKS_MAX = FIRESIEVE_THREADS_MAX /* that are begun and not done, in a window */ };

/*
 * A window that has been searched in part. Tasks are taken in order, so that those not done are the ones from next_task
 * on and a few before it that threads were at.
 */
struct window_frontier {
    struct window_shape shape;
    uint64_t next_task;
    uint64_t *begun; /* below next_task and not done, ascending; room for FRONTIER_TASKS_MAX */
    size_t begun_count;
    firesieve_delay found; /* the smallest safe delay in it so far, or its end */
    firesieve_delay count; /* of safe delays in the tasks that are done */
};

/*
 * Sieves count a range of many cycles by one cycle, oracles delay by delay. So that each can go on where the other
 * stood, counting by cycles begins at `base`: an oracle moves it along.
 */
struct frontier {
    firesieve_delay reached;     /* [from, reached) has been searched; of many cycles, the first of them from base on */
    firesieve_delay base;        /* COUNT: where counting by cycles begins */
    firesieve_delay base_count;  /* of safe delays in [from, base) */
    firesieve_delay count;       /* of those in [base, reached) */
    firesieve_delay first_count; /* of those in what [base, to) has over whole cycles, once that has been counted */
    uint64_t elapsed_ns;         /* that it took, in all runs together */
    struct recipe recipe; /* owned: what it goes on with, up to `until`; its form is NULL where there is none yet */
    firesieve_delay until;
    bool in_window;
    struct window_frontier window; /* from `reached` on; of the recipe */
};

/* Nothing has been searched; `begun` is room for FRONTIER_TASKS_MAX tasks, or NULL. */
static inline struct frontier frontier_at(firesieve_delay from, uint64_t *begun)
{
    return (struct frontier){.reached = from, .base = from, .window.begun = begun};
}

#endif
