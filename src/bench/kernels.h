/* What rows and lanes of every kernel do, on one thread, over row counts and tables in each level of cache and memory. */
#ifndef FIRESIEVE_BENCH_KERNELS_H
#define FIRESIEVE_BENCH_KERNELS_H

#include "bench/bench.h"

struct kernels_request {
    const firesieve_kernel *only; /* measure it and scalar alone; NULL: all */
    uint64_t seed;                /* of the data */
    double seconds;               /* for all sessions */
    struct rounds_watch watch;    /* told of the share of a session */
    const struct filter *filter;
    const struct counters *counters; /* NULL: none */
};

/*
 * Kernels are measured in sessions, which are best spread over a longer time: clocks and neighbours change within
 * minutes. Where in memory a table lies, and so which of its lines share a place in the second-level cache, is chance,
 * too; each session has new tables. Either makes some per cent, and samples of several sessions show it. A table in memory lies
 * in all places, and takes long to make: it has the last session for itself.
 */
enum { KERNELS_SESSIONS = 6 };

struct kernels_bench;

/* NULL without memory; kernels_end accepts NULL. */
struct kernels_bench *kernels_start(const struct kernels_request *request);
void kernels_end(struct kernels_bench *bench);

/*
 * Times the kernels on every table, with plain loads beside them. Kernels are compared before they are timed, and the
 * first session of a table appends measurements to the report, to which later ones add samples.
 */
enum bench_outcome kernels_session(struct kernels_bench *bench, struct report *report, struct bench_message *message);

#endif
