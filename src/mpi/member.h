/* A rank's part in a search: its threads search, while the one that called MPI_Init_thread talks to the other ranks. */
#ifndef FIRESIEVE_MPI_MEMBER_H
#define FIRESIEVE_MPI_MEMBER_H

#include "mpi/exchange.h"
#include "mpi/job.h"
#include "search/checkpoint.h"

/* What came of a job, for rank 0. */
struct job_result {
    firesieve_search_result search; /* its kernel is that of rank 0, its threads those of all ranks */
    struct exchange_account all;    /* of all ranks together */
};

/*
 * Searches; all ranks call it together, each with what all were told. `options` has the job's range and this rank's
 * progress function, which is called every few milliseconds and may stop the search: rank 0's stops it for all of them.
 * The checkpoint (rank 0, or NULL) is written now and then, and at the end; result->search.earlier_s is the time that
 * earlier runs took. Errors while planning: ARGUMENT, KERNEL, MEMORY; then all ranks return one, and *blamed is the
 * rank whose error says why. Later errors end the job.
 */
firesieve_status member_search(const struct ranks *ranks, const struct job *job, const firesieve_firewall *firewall,
                               const firesieve_search_options *options, struct checkpoint *checkpoint,
                               struct job_result *result, int *blamed, firesieve_error *error);

#endif
