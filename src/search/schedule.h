/*
 * The windows of a search, one after the other, and their tasks, numbered through all windows from 0 on. Nothing here
 * depends on a clock or on what is found: all who have the same plan, begin at the same frontier and share it among as
 * many threads see the same windows.
 */
#ifndef FIRESIEVE_SEARCH_SCHEDULE_H
#define FIRESIEVE_SEARCH_SCHEDULE_H

#include "search/frontier.h"
#include "methods/plan.h"
#include "search/task_pool.h"

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
