/* What rank 0 tells all others before they search. */
#ifndef FIRESIEVE_MPI_JOB_H
#define FIRESIEVE_MPI_JOB_H

#include "search/schedule.h"

enum job_kind { JOB_END, JOB_SEARCH };

struct job {
    enum job_kind kind;
    enum search_goal goal;
    firesieve_method method;
    int kernel;       /* its index (firesieve_kernel_at), or -1: the best that each rank has */
    unsigned threads; /* of each rank, or 0: every CPU that it may use */
    uint64_t memory;  /* of each rank, or 0: a quarter of what is available, shared by the ranks of a machine */
    firesieve_delay from;
    firesieve_delay to;
    double time_limit_s; /* counted from when the job was told */
    size_t layer_count;
    struct frontier begin; /* where the search begins; its window's begun tasks come separately, and its plan later */
};

/* Rank 0: tells all others. The firewall is NULL for JOB_END; begin->window.begun has so many tasks as it says. */
void job_tell(const struct job *job, const firesieve_firewall *firewall);

/*
 * Other ranks: hear of a job, and for JOB_SEARCH of its firewall, which the caller frees. `begun` has room for
 * FRONTIER_TASKS_MAX tasks. Errors: MEMORY, and ARGUMENT where rank 0 runs another version; the others wait for this
 * rank then, so it has to end the job.
 */
firesieve_status job_hear(struct job *job, uint64_t *begun, firesieve_firewall **firewall, firesieve_error *error);

/*
 * All together: rank 0 tells the plan that its frontier has, or that it has none, and whether it was chosen for this job;
 * others take it up. Errors: MEMORY, RECORD (rank 0 runs another program).
 */
firesieve_status job_share_plan(int rank, struct frontier *frontier, bool *chosen, firesieve_error *error);

#endif
