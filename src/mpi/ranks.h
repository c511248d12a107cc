/* How many ranks and threads there are, and what each may take; asked once, by all ranks together. */
#ifndef FIRESIEVE_MPI_RANKS_H
#define FIRESIEVE_MPI_RANKS_H

#include "mpi/job.h"

struct ranks {
    int rank;
    int size;
    unsigned threads;      /* of this rank */
    unsigned most_threads; /* of any rank: plans are made for so many */
    unsigned all_threads;
    uint64_t memory; /* that a plan may take in every rank */
};

/*
 * Fills it in for a job: where no threads are asked for, ranks that may use the same CPUs share them; where no memory
 * is, ranks of one machine share a quarter of what is available, and all take as much as the one that has least.
 */
void ranks_meet(struct ranks *ranks, const struct job *job);

#endif
