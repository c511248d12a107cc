/*
 * A search that several processes do together. Each makes the same plan and sees the same windows (schedule.h), whose
 * tasks are numbered; who takes which is settled outside, by a counter that they share. One of them keeps the ledger of
 * what is done (ledger.h).
 *
 * Methods are those that sieve. There is no first look and no short path: the plan is the one of a long search.
 */
#ifndef FIRESIEVE_SHARING_SHARED_H
#define FIRESIEVE_SHARING_SHARED_H

#include "search/course.h"
#include "search/task_pool.h"

/* Must not move. */
struct shared {
    struct search search;
    struct sweep_goal goal;
    struct plan plan;
    bool stopped; /* while it planned: other processes may have come to another plan, or to an end */
    bool planned; /* there is something to search: otherwise search.result says how it ended */
    struct last_delay last;
    uint64_t hash; /* of the plan and of where it begins: processes with the same one may share the search */
};

/*
 * Plans the search of options->from to options->to. Every process gives the same firewall, goal, method, memory and
 * options->threads (which the plan is made for), and the same `begin`: what a checkpoint says, or the beginning of the
 * range. Where that is in the midst of a window which this plan cannot take up, the window is begun anew (and
 * search.frontier says so); options->memory that is a share of what is available, and not asked for, may be doubled for
 * such a window.
 * options->progress is asked whether to go on while it plans; the time limit has no effect, since plans must not depend
 * on it. Firewall, options and begin->window.begun outlive it. Errors: as firesieve_solve. Free with shared_free, also
 * after an error.
 */
firesieve_status shared_plan(struct shared *shared, const firesieve_firewall *firewall,
                             const firesieve_search_options *options, enum search_goal goal,
                             const struct frontier *begin, bool shares_memory, firesieve_error *error);

/*
 * Searches by `threads` threads, this one being one of them, what comes through the pool, until there is no more, a
 * find is before all that could come, or the pool is over. `all_threads` are those of all processes together. Errors:
 * MEMORY.
 */
firesieve_status shared_work(const struct shared *shared, struct task_pool *pool, unsigned threads,
                             unsigned all_threads, firesieve_error *error);

void shared_free(struct shared *shared);

#endif
