/* Work that is limited: counted instead of timed, so that the outcome is the same on every machine. */
#ifndef FIRESIEVE_STRUCTURE_WORK_H
#define FIRESIEVE_STRUCTURE_WORK_H

#include <stdint.h>

#include "base/go_on.h"

/* Work that may still be done, in units of some nanoseconds. */
struct work {
    uint64_t left;
    struct go_on go_on;
    uint64_t asked; /* `left` when go_on was last asked */
    bool stopped;   /* it said no */
};

static inline struct work work_start(uint64_t budget, struct go_on go_on)
{
    return (struct work){.left = budget, .go_on = go_on, .asked = budget};
}

/* Takes units of work. False: there are too few left, or go_on said no. */
static inline bool work_spend(struct work *work, uint64_t units)
{
    enum { UNITS_BETWEEN_QUESTIONS = 1 << 18 };
    if (work->stopped || units > work->left) {
        work->left = 0;
        return false;
    }
    work->left -= units;
    if (work->asked - work->left >= UNITS_BETWEEN_QUESTIONS) {
        work->asked = work->left;
        work->stopped = !go_on_ask(work->go_on);
    }
    return !work->stopped;
}

#endif
