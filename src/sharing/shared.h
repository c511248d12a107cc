/*
 * A search that several processes share. One of them, the leader, chooses the plan; all build it and see the same
 * windows (search/schedule.h), whose tasks are numbered. A counter outside, which they share, decides who takes which.
 * One of them keeps the ledger of finished tasks (search/ledger.h).
 *
 * Methods are those that sieve. There is no first look and no short path: the plan is that of a long search.
 */
#ifndef FIRESIEVE_SHARING_SHARED_H
#define FIRESIEVE_SHARING_SHARED_H

#include "search/search.h"

/* Must not move. */
struct shared {
    struct search search;
    struct goal goal;
    struct plan plan;
    bool stopped;    /* while it planned or built */
    bool planned;    /* there is something to search: otherwise search.result says how it ended */
    uint64_t memory; /* limit for a plan that was not chosen for these options, with the threads; 0: none */
    struct last_delay last;
};

/*
 * Starts a search from options->from to options->to at the frontier `begin`, which is moved into it: that of a
 * checkpoint, or the beginning of the range. While it plans, options->progress and the time limit may end it. Firewall
 * and options outlive it. Errors: as firesieve_solve. Free with shared_free, even after an error.
 */
firesieve_status shared_start(struct shared *shared, const firesieve_firewall *firewall,
                              const firesieve_search_options *options, enum search_goal goal, struct frontier *begin,
                              firesieve_error *error);

/*
 * For the leader: makes options->plan the frontier's, or if neither has one, chooses one for the threads and memory of
 * each process in the options. If there is nothing to search, the frontier has no plan then. Errors: as
 * firesieve_solve.
 */
firesieve_status shared_choose(struct shared *shared, firesieve_error *error);

/*
 * For all: builds the frontier's plan, and lowers *threads to as many as memory allows. Errors: MEMORY, ARGUMENT (too
 * little memory is allowed), RECORD (the window is not one of the plan).
 */
firesieve_status shared_build(struct shared *shared, unsigned *threads, firesieve_error *error);

/* The schedule that all see, given the number of threads in all processes together. */
struct schedule shared_schedule(const struct shared *shared, unsigned all_threads);

/*
 * Searches by `threads` threads, including this one, what comes through the pool, until there is no more, a find is
 * before all that could come, or the pool is over. Errors: MEMORY.
 */
firesieve_status shared_work(struct shared *shared, struct task_pool *pool, unsigned threads, unsigned all_threads,
                             firesieve_error *error);

void shared_free(struct shared *shared);

#endif
