/* What the parts of a benchmark share: how they end, and which kernels they measure. */
#ifndef FIRESIEVE_BENCH_BENCH_H
#define FIRESIEVE_BENCH_BENCH_H

#include "bench/report.h"
#include "bench/rounds.h"

enum bench_outcome {
    BENCH_DONE,
    BENCH_MISMATCH, /* kernels or methods disagree, as the message says; nothing was timed */
    BENCH_FAILED,   /* the message says why */
    BENCH_STOPPED   /* by the watch; what had been timed is in the report */
};

/* Writes why into the message; an expression whose value is BENCH_FAILED. */
#define bench_fail(message, ...) (bench_say(message, __VA_ARGS__), BENCH_FAILED)

/* Whether a kernel is measured: native ones that run here; with `only`, that one and scalar. */
bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only);

/* Lets a watch, which has to outlive the search, stop it. */
void bench_watch_search(struct rounds_watch *watch, firesieve_search_options *options);

#endif
