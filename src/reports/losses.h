/* Where a search lost its candidates: what each constraint dropped, from what the threads have counted. */
#ifndef FIRESIEVE_REPORTS_LOSSES_H
#define FIRESIEVE_REPORTS_LOSSES_H

#include "methods/method.h"

/* See firesieve_constraint_profile. */
struct loss {
    uint64_t modulus; /* 0: all classes that are in no constraint */
    enum firesieve_means means;
    size_t place;
    double in;
    double dropped;
    bool counted;
};

/* Those of the constraints, ascending by modulus, and behind them that of modulus 0. */
struct loss_list {
    struct loss *items;
    size_t count;
};

/* The tally has what all threads counted, at least one column. False: no memory; free the list all the same. */
bool losses_make(struct loss_list *losses, const struct reduced *reduced, const struct method *method,
                 const void *tables, const struct tally *tally);

void losses_free(struct loss_list *losses);

#endif
