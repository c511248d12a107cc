/* Costs as they are on this machine. */
#ifndef FIRESIEVE_PLANNER_CALIBRATE_H
#define FIRESIEVE_PLANNER_CALIBRATE_H

#include "planner/costs.h"

/*
 * Measures what the kernel's operations and the reading of lists take here, and looks at the caches. Cost: some
 * milliseconds and 2 MiB; where there is no memory, costs stay as they are.
 */
void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel);

/* Two calls of a kernel that were timed: each ANDs `rows` rows, so many words long. */
struct timed_calls {
    double rows;
    double short_words;
    double long_words;
    double short_ns;
    double long_ns;
};

/*
 * What these calls say of `row_word` and `call`, which had their usual values. On a busy machine the difference of two
 * times may be anything, even less than nothing: a row is never taken to cost less than an eighth of what is usual.
 */
void costs_take_calls(struct costs *costs, const struct timed_calls *calls);

#endif
