/* Where a search lost its candidates: how many each constraint dropped, from the counts of the threads. */
#ifndef FIRESIEVE_REPORTS_LOSSES_H
#define FIRESIEVE_REPORTS_LOSSES_H

#include "methods/method.h"

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

#endif
