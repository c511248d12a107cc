/* A search on its way: what its stages share. */
#ifndef FIRESIEVE_SEARCH_RUNNING_H
#define FIRESIEVE_SEARCH_RUNNING_H

#include "search/checkpoint.h"
#include "search/profile.h"
#include "search/sweep.h"

struct search {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    const struct sweep_goal *goal;
    struct profiler *profiler; /* or NULL */
    struct watch watch;
    struct frontier frontier; /* [watch.from, reached) is done */
    struct sweep_part part;   /* of a sweep: the last one */
    firesieve_search_result result;

    struct checkpoint *checkpoint; /* or NULL, and then nothing below */
    uint64_t *resumed_begun;       /* the begun tasks of a window that is gone on with */
    bool shares_memory;            /* options->memory is what this process has of what is available */
    bool in_midst;                 /* the frontier stands in the midst of a window that was stopped */
};

/* What the thread that called does from here on. */
static inline void search_enter(const struct search *search, enum firesieve_stage stage)
{
    if (search->profiler != NULL) {
        tally_change(&search->profiler->tallies[0], stage);
    }
}

/* Search on from the frontier, to the end of the range or until stopped: fill the result but for reason and time. */
firesieve_status search_by_oracle(struct search *search, firesieve_error *error);
firesieve_status search_by_sieve(struct search *search, firesieve_error *error);

/* Notes that an oracle has come to `reached`, with what it has counted. */
void search_take_down_oracle(struct search *search, firesieve_delay reached);

/*
 * Ends a result: lists and counts in which something was found are FOUND; NONE has a reason, and where nothing proves it
 * and no end was given, it becomes LIMIT, but for counts.
 */
void search_settle(const firesieve_search_options *options, const struct sweep_goal *goal,
                   firesieve_search_result *result);

/* How many threads may be started. */
unsigned search_threads(const firesieve_search_options *options);

#endif
