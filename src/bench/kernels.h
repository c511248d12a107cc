/* What rows and lanes of every kernel do, on one thread, over row counts and tables in each level of cache. */
#ifndef FIRESIEVE_BENCH_KERNELS_H
#define FIRESIEVE_BENCH_KERNELS_H

#include "bench/bench.h"

struct kernels_request {
    const firesieve_kernel *only; /* measure it and scalar alone; NULL: all */
    uint64_t seed;                /* of the data */
    double seconds;
};

/* Compares the kernels on every table, then times them, with plain loads beside them, and appends to the report. */
enum bench_outcome kernels_measure(struct report *report, const struct kernels_request *request,
                                   struct bench_message *message);

#endif
