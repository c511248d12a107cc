/* The profile of a search, during it and after it. */
#ifndef FIRESIEVE_REPORTS_PROFILE_H
#define FIRESIEVE_REPORTS_PROFILE_H

#include "methods/method.h"

/* ---- Losses: where a search lost its candidates, from the counts of the threads ---------------------------- */

/*
 * For each constraint, ascending by modulus, and at the end for all classes that are in none: means, place, in, dropped
 * and counted of its profile, and the modulus.
 */
struct loss_list {
    firesieve_constraint_profile *items;
    size_t count;
};

/* `tally` has the counts of all threads, at least one column. False: no memory; free the list all the same. */
bool losses_make(struct loss_list *losses, const struct reduced *reduced, const struct method *method,
                 const void *tables, const struct tally *tally);

void losses_free(struct loss_list *losses);

/*
 * Fills in the constraints of a profile, the sum of those beyond the maximum, and the bits of all. `losses` may be
 * empty: then no candidates were counted. Without memory, or if go_on says no, the profile is not changed.
 */
void constraint_table_fill(const firesieve_firewall *firewall, const struct loss_list *losses, bool blocked,
                           struct go_on go_on, firesieve_profile *profile);

/* ---- The profile ------------------------------------------------------------------------------------------ */

struct profiler {
    struct tally *tallies; /* one per thread; the first is that of the calling thread */
    double (*seconds)[FIRESIEVE_STAGE_ROOM];
    unsigned threads;
    double started;
    uint64_t started_ticks;
    struct loss_list losses; /* of the last plan that searched, */
    uint64_t columns;        /* and the columns that it sieved */
    uint64_t sampled;        /* and sampled */
    bool incomplete;         /* no memory for losses */
};

/* Makes room for this number of threads. Errors: MEMORY. Free with profiler_free, also after an error. */
firesieve_status profiler_make(struct profiler *profiler, unsigned threads, firesieve_error *error);

/* Starts the clocks, or restarts them. The calling thread begins in `stage`. */
void profiler_start(struct profiler *profiler, enum firesieve_stage stage);

void profiler_free(struct profiler *profiler);

/* Begins counting for the tables of a method. False: no memory. */
bool profiler_begin(struct profiler *profiler, const struct method *method, const void *tables);

/* Keeps what was counted since. No thread may search any more. */
void profiler_keep(struct profiler *profiler, const struct reduced *reduced, const struct method *method,
                   const void *tables);

/*
 * Stops the clocks, and fills in the profile of the firewall, without constraints if go_on says no. `blocked`: the
 * search has shown that nothing is safe.
 */
void profiler_finish(struct profiler *profiler, const firesieve_firewall *firewall, bool blocked, struct go_on go_on,
                     firesieve_profile *profile);

#endif
