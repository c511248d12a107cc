/* Costs as they are on this machine. */
#ifndef FIRESIEVE_PLANNER_CALIBRATE_H
#define FIRESIEVE_PLANNER_CALIBRATE_H

#include "planner/costs.h"

/*
 * Measures what the kernel's operations and the reading of lists take here, and looks at the caches. Cost: some
 * milliseconds and 2 MiB; where there is no memory, costs stay as they are.
 */
void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel);

#endif
