/*
 * The windows of a search, one after the other, and their tasks, numbered through all windows from 0 on. Nothing here
 * depends on a clock or on what is found: all who have the same plan, begin at the same frontier and share it among as
 * many threads see the same windows.
 */
#ifndef FIRESIEVE_SEARCH_SCHEDULE_H
#define FIRESIEVE_SEARCH_SCHEDULE_H

#include "methods/plan.h"
#include "search/task_pool.h"
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
    struct window_request request;         /* of the next window; its `to` is where that ends at the latest */
    const struct window_frontier *resumed; /* the first window, where it was searched in part before, or NULL */
    firesieve_delay middle;                /* no window lies on both sides of it */
    firesieve_delay end;                   /* of all windows */
    uint64_t next_number;
};

/* A window of the schedule. */
struct scheduled {
    struct window_shape shape;
    struct task_run numbers;               /* of the tasks that are to be done */
    const struct window_frontier *resumed; /* what was done of it before, or NULL; it outlives the window */
};

/*
 * Starts before the first window, which begins at the frontier: where that stands in the midst of one, that window, as
 * long as the frontier is there. Plan and frontier outlive the schedule.
 */
struct schedule schedule_start(const struct plan *plan, enum search_goal goal, const struct frontier *frontier,
                               firesieve_delay middle, firesieve_delay end, unsigned threads);

/* The next window. False: there is none. */
bool schedule_next(struct schedule *schedule, struct scheduled *window);

/* The task of a number: first those that were begun before, then all that never were. */
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
