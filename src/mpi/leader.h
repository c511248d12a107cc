/* What rank 0 does beside searching: it keeps the ledger and the checkpoint, and says when it is over. */
#ifndef FIRESIEVE_MPI_LEADER_H
#define FIRESIEVE_MPI_LEADER_H

#include "mpi/exchange.h"
#include "mpi/job.h"
#include "search/checkpoint.h"
#include "sharing/shared.h"

struct leader {
    const struct job *job;
    struct shared *shared;
    const firesieve_search_options *options; /* their progress function is asked whether to go on */
    struct exchange *exchange;
    struct task_pool *pool; /* of this rank */
    struct ledger ledger;
    struct checkpoint *checkpoint;   /* or NULL */
    uint64_t *begun;                 /* room for its tasks */
    firesieve_search_result *result; /* of the shared search */
    double began;                    /* this run, as clock_seconds() has it */
    double next_look;
    firesieve_delay told;        /* the last find that the others were told of */
    bool over;                   /* the others have been told to stop */
    bool complete;               /* the answer is certain, and *result has it */
    int accounts_missing;        /* when it is over */
    struct exchange_account all; /* those that have come, added up */
};

/*
 * Starts when the search has been planned; what is given outlives it. Errors: MEMORY. Free it also after an error.
 */
firesieve_status leader_start(struct leader *leader, unsigned all_threads, firesieve_error *error);

/*
 * Books what has come, tells the others what they should know, and looks whether it is over: then *result says how, the
 * pool is ended, and the others are told to stop. Errors: MEMORY.
 */
firesieve_status leader_step(struct leader *leader, firesieve_error *error);

/* Whether it is over, and the last of the others has said so. */
bool leader_is_done(const struct leader *leader);

/*
 * When all is said, here too: books the rest, so that *result says how far it has come, and writes the checkpoint for
 * the last time. Errors: MEMORY.
 */
firesieve_status leader_end(struct leader *leader, firesieve_error *error);

void leader_free(struct leader *leader);

#endif
