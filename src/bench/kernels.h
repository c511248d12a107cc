/* Throughput of rows and lanes of every kernel, on one thread, over row counts and tables in each cache and memory. */
#ifndef FIRESIEVE_BENCH_KERNELS_H
#define FIRESIEVE_BENCH_KERNELS_H

#include "bench/bench.h"

struct kernels_request {
    const firesieve_kernel *only; /* measure it and scalar alone; NULL: all */
    uint64_t seed;                /* of the data */
    double seconds;               /* for all sessions */
    struct rounds_watch watch;    /* its share is that of a session */
    const struct filter *filter;
    const struct counters *counters; /* NULL: none */
};

/*
 * Kernels are measured in sessions, which are best spread over a longer time: clocks and other processes change within
 * minutes. Chance also decides where in memory a table is, and so which of its lines share a set of the second-level
 * cache; each session has new tables. Either makes a few per cent, which samples of several sessions show. A table in
 * memory uses all sets, and takes long to make: it has the last session to itself.
 */
enum { KERNELS_SESSIONS = 6 };

struct kernels_bench;

/* NULL without memory; kernels_end accepts NULL. */
struct kernels_bench *kernels_start(const struct kernels_request *request);
void kernels_end(struct kernels_bench *bench);

/*
 * Times the kernels on every table, with plain loads beside them. Kernels are compared before they are timed. The first
 * session of a table appends measurements to the report; later ones add samples to them.
 */
enum bench_outcome kernels_session(struct kernels_bench *bench, struct report *report, struct bench_message *message);

#endif
