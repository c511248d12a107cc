/* What a search by plan did to each constraint's candidates, from what its threads have counted. */
#ifndef FIRESIEVE_SEARCH_FATES_H
#define FIRESIEVE_SEARCH_FATES_H

#include "base/tally.h"
#include "search/plan.h"

/* See firesieve_constraint_profile. */
struct fate {
    uint64_t modulus; /* 0: all classes that are in no constraint */
    enum firesieve_means means;
    size_t place;
    double in;
    double dropped;
    bool counted;
};

/* Those of the plan's constraints, ascending by modulus, and behind them that of modulus 0. */
struct fate_list {
    struct fate *items;
    size_t count;
};

/* The tally has what all threads counted, at least one column. False: no memory; free the list all the same. */
bool fates_make(struct fate_list *fates, const struct plan *plan, const struct tally *tally);

void fates_free(struct fate_list *fates);

#endif
