/*
 * Windows of delays, one after the other, each shared among threads. A window is a run of columns for every offset of
 * the wheel; it is cut into blocks of columns and runs of offsets, which threads take in order.
 */
#ifndef FIRESIEVE_SEARCH_SWEEP_H
#define FIRESIEVE_SEARCH_SWEEP_H

#include "base/watch.h"
#include "cpu/kernel_table.h"
#include "search/frontier.h"
#include "search/sieve.h"

/* What is wanted, and who receives a list. */
struct sweep_goal {
    enum search_goal kind;
    firesieve_list_function receive; /* LIST: from the thread that called sweep_run */
    void *context;
    uint64_t limit; /* LIST: no more than these; 0: all */
};

/* Who searches. */
struct sweep_team {
    const firesieve_kernel *kernel;
    unsigned threads;      /* at most; fewer where the search is short */
    struct tally *tallies; /* one a thread, of the plan's shape; or NULL */
};

/* A part of the watch's range. */
struct sweep_part {
    firesieve_delay from;
    firesieve_delay to;
    uint64_t columns;                      /* of the first window, and in the end of the one that would be next */
    const struct window_frontier *resumed; /* the first window where it was searched in part before, or NULL */
    struct sweep *running;                 /* while sweep_run runs: whom to ask where it stands; otherwise NULL */
};

/*
 * Searches a part, the next one of the watch's range. Fills the result but for method, kernel, time and reason, NONE
 * being the outcome where the part ends; adds to result->count. Errors: MEMORY.
 */
firesieve_status sweep_run(const struct plan *plan, const struct sweep_team *team, const struct sweep_goal *goal,
                           struct watch *watch, struct sweep_part *part, firesieve_search_result *result,
                           firesieve_error *error);

/*
 * Fills in how far it has come: reached, count, and of the window all but what its plan was made for. Only in the
 * thread that called sweep_run, from within a call of the watch.
 */
void sweep_take_down(const struct sweep *sweep, struct frontier *frontier);

/*
 * Two plans for the same firewall with the same hash cut windows into the same tasks. Cost: that of reading the wheel.
 */
uint64_t sweep_plan_hash(const struct plan *plan);

/* Whether a window that was searched in part is one of this plan. */
bool sweep_takes_up(const struct plan *plan, firesieve_delay reached, const struct window_frontier *window);

/* What tallies of a search by this plan count. */
struct tally_shape sweep_tally_shape(const struct plan *plan);

#endif
