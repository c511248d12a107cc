/* What rank 0 tells all others before they search, and how many ranks and threads there are. */
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
    double time_limit_s; /* from when the job is announced */
    size_t layer_count;
    struct frontier begin; /* where the search begins; its window's begun tasks are sent separately, its plan later */
};

/* What is found out for a job by all ranks together. */
struct ranks {
    int rank;
    int size;
    unsigned threads;      /* of this rank */
    unsigned most_threads; /* of any rank: plans are made for this many */
    unsigned all_threads;
    uint64_t memory; /* that a plan may take in every rank */
};

/*
 * Fills it in for a job. If no number of threads is asked for, ranks that may use the same CPUs share them; if no
 * memory is, the ranks of a machine share a quarter of what is available, and all take as much as the one that has
 * least.
 */
void ranks_meet(struct ranks *ranks, const struct job *job);

/* How many ranks are on this machine, which also means in the same control group. All ranks call it together. */
unsigned ranks_on_machine(void);

/* Says on standard error what is wrong with this rank, and ends the job: the other ranks would wait for this one. */
void job_abort(const char *message);

/*
 * Rank 0: tells all others. The firewall is NULL for JOB_END; begin->window.begun_count says how many tasks begun has.
 */
void job_tell(const struct job *job, const firesieve_firewall *firewall);

/*
 * Other ranks: hear of a job, and for JOB_SEARCH of its firewall, which the caller frees. `begun` has room for
 * FRONTIER_TASKS_MAX tasks. Errors: MEMORY, and ARGUMENT if rank 0 runs another version; the others then wait for
 * this rank, so it must end the job.
 */
firesieve_status job_hear(struct job *job, uint64_t *begun, firesieve_firewall **firewall, firesieve_error *error);

/*
 * All together: rank 0 tells the others the plan in its frontier, or that there is none, and whether it was chosen for
 * this job; they put it into theirs. Errors: MEMORY, RECORD (rank 0 runs another program).
 */
firesieve_status job_share_plan(int rank, struct frontier *frontier, bool *chosen, firesieve_error *error);

#endif
