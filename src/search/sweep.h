/*
 * Windows of delays, one after the other, each shared among threads. A window is a run of columns for every offset of
 * the wheel; it is cut into blocks of columns and runs of offsets, which threads take in order.
 */
#ifndef FIRESIEVE_SEARCH_SWEEP_H
#define FIRESIEVE_SEARCH_SWEEP_H

#include "base/watch.h"
#include "cpu/kernel_table.h"
#include "search/sieve.h"

/* What is wanted, and who receives a list. */
struct sweep_goal {
    enum search_goal kind;
    firesieve_list_function receive; /* LIST: from the thread that called sweep_run */
    void *context;
};

/* Who searches. */
struct sweep_team {
    const firesieve_kernel *kernel;
    unsigned threads;      /* at most; fewer where the search is short */
    struct tally *tallies; /* one a thread, of the plan's shape; or NULL */
};

/*
 * Searches [from, to), the next part of the watch's range.
 * *columns are those of the first window, and in the end those of the one that would be next. Fills the result but for
 * method, kernel, time and reason, NONE being the outcome where the part ends; adds to result->count. Errors: MEMORY.
 */
firesieve_status sweep_run(const struct plan *plan, const struct sweep_team *team, const struct sweep_goal *goal,
                           struct watch *watch, firesieve_delay from, firesieve_delay to, uint64_t *columns,
                           firesieve_search_result *result, firesieve_error *error);

/* What tallies of a search by this plan count. */
struct tally_shape sweep_tally_shape(const struct plan *plan);

#endif
