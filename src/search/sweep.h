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
    enum sieve_goal kind;
    firesieve_list_function receive; /* LIST: from the thread that called sweep_run */
    void *context;
};

/*
 * Searches [from, to), the next part of the watch's range, on at most `threads` threads, fewer where the search is short.
 * *columns are those of the first window, and in the end those of the one that would be next. Fills the result but for
 * method, kernel, time and reason, NONE being the outcome where the part ends; adds to result->count. Errors: MEMORY.
 */
firesieve_status sweep_run(const struct plan *plan, const firesieve_kernel *kernel, unsigned threads,
                           const struct sweep_goal *goal, struct watch *watch, firesieve_delay from, firesieve_delay to,
                           uint64_t *columns, firesieve_search_result *result, firesieve_error *error);

#endif
