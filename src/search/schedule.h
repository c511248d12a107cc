/*
 * The windows of a search, one after the other, and their tasks, numbered through all windows from 0. Nothing here
 * depends on a clock or on finds: everyone with the same plan, frontier and number of threads sees the same windows.
 */
#ifndef FIRESIEVE_SEARCH_SCHEDULE_H
#define FIRESIEVE_SEARCH_SCHEDULE_H

#include "methods/method.h"
#include "methods/plan.h"
#include "search/task_pool.h"

enum { FRONTIER_TASKS_MAX = FIRESIEVE_THREADS_MAX /* tasks of a window that are begun and not done */ };

/*
 * A window that has been searched in part. Tasks are taken in order: those from next_task on are not done, and a few
 * before it that were being searched.
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
 * How far a search has come, and by which plan: what a checkpoint keeps. Sieves count many cycles by one cycle, oracles
 * delay by delay. To let each resume after the other, counting by cycles begins at `base`, which oracles move.
 */
struct frontier {
    firesieve_delay reached;     /* [from, reached) has been searched; of many cycles, the first one after base */
    firesieve_delay base;        /* COUNT: where counting by cycles begins */
    firesieve_delay base_count;  /* safe delays in [from, base) */
    firesieve_delay count;       /* safe delays in [base, reached) */
    firesieve_delay first_count; /* those in the part of [base, to) beyond whole cycles, once it has been counted */
    uint64_t elapsed_ns;         /* in all runs together */
    struct recipe recipe;        /* owned: the plan up to `until`; its form is NULL if there is none yet */
    firesieve_delay until;
    bool in_window;
    struct window_frontier window; /* from `reached` on; of the recipe */
};

/* The smallest safe delay that was found in its window, or FIRESIEVE_DELAY_END. */
static inline firesieve_delay frontier_found(const struct frontier *frontier)
{
    const struct window_frontier *const window = &frontier->window;
    return frontier->in_window && window->found < window->shape.end ? window->found : FIRESIEVE_DELAY_END;
}

/* Nothing has been searched; `begun` is room for FRONTIER_TASKS_MAX tasks, or NULL. */
static inline struct frontier frontier_at(firesieve_delay from, uint64_t *begun)
{
    return (struct frontier){.reached = from, .base = from, .window.begun = begun};
}

struct schedule {
    const struct plan *plan;
    struct window_request request;         /* for the next window; `to` is its latest end */
    const struct window_frontier *resumed; /* the first window, if it was searched in part before, or NULL */
    firesieve_delay middle;                /* no window lies on both sides of it */
    firesieve_delay end;                   /* of all windows */
    uint64_t next_number;
};

/* A window of the schedule. */
struct scheduled {
    struct window_shape shape;
    struct task_run numbers;               /* of the tasks that are left to do */
    const struct window_frontier *resumed; /* what was done of it before, or NULL; outlives the window */
};

/* The next window. False: there is none. */
bool schedule_next(struct schedule *schedule, struct scheduled *window);

/* The task of a number: first those that were begun before, then those that never were. */
static inline uint64_t scheduled_task(const struct scheduled *window, uint64_t number)
{
    const uint64_t place = number - window->numbers.first;
    const struct window_frontier *const resumed = window->resumed;
    if (resumed == NULL) {
        return place;
    }
    return place < resumed->begun_count ? resumed->begun[place] : resumed->next_task + (place - resumed->begun_count);
}

#endif
