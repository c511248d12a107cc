/*
 * A search that several processes share. One of them chooses the plan, and all build it and see the same windows
 * (search/schedule.h), whose tasks are numbered; who takes which is settled outside, by a counter that they share. One
 * of them keeps the ledger of what is done (search/ledger.h).
 *
 * Methods are those that sieve. There is no first look and no short path: the plan is the one of a long search.
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
    uint64_t memory; /* that a plan may take which was not chosen for these options, with the threads; 0: any */
    struct last_delay last;
};

/*
 * Starts a search of options->from to options->to by the frontier `begin`, which is moved into it: what a checkpoint
 * says, or the beginning of the range. options->progress is asked whether to go on while it plans, and so is the time
 * limit. Firewall and options outlive it. Errors: as firesieve_solve. Free with shared_free, also after an error.
 */
firesieve_status shared_start(struct shared *shared, const firesieve_firewall *firewall,
                              const firesieve_search_options *options, enum search_goal goal, struct frontier *begin,
                              firesieve_error *error);

/*
 * Who leads: makes options->plan the frontier's, or where neither has one, chooses it for options->threads and
 * options->memory of each process. Where there is nothing to search, the frontier has no plan then. Errors: as
 * firesieve_solve.
 */
firesieve_status shared_choose(struct shared *shared, firesieve_error *error);

/*
 * All: build the frontier's plan, and lower *threads to as many as there is memory for. Errors: MEMORY, ARGUMENT (there is
 * less memory than it takes), RECORD (the window is none of the plan).
 */
firesieve_status shared_build(struct shared *shared, unsigned *threads, firesieve_error *error);

/* The schedule that all see, where so many threads search in all processes together. */
struct schedule shared_schedule(const struct shared *shared, unsigned all_threads);

/*
 * Searches by `threads` threads, this one being one of them, what comes through the pool, until there is no more, a
 * find is before all that could come, or the pool is over. Errors: MEMORY.
 */
firesieve_status shared_work(struct shared *shared, struct task_pool *pool, unsigned threads, unsigned all_threads,
                             firesieve_error *error);

void shared_free(struct shared *shared);

#endif
