/* What both parts of a benchmark share: how they end, and which kernels they measure. */
#ifndef FIRESIEVE_BENCH_BENCH_H
#define FIRESIEVE_BENCH_BENCH_H

#include "bench/filter.h"
#include "bench/message.h"
#include "bench/report.h"
#include "bench/rounds.h"

enum bench_outcome {
    BENCH_DONE,
    BENCH_MISMATCH, /* kernels or methods disagree, as the message says; nothing was timed */
    BENCH_FAILED,   /* the message says why */
    BENCH_STOPPED   /* as it was told; what had been timed is in the report */
};

/* Whether a kernel is measured: native ones that run here; with `only`, that one and scalar. */
bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only);

/* Whether everything is compared with this kernel. */
bool bench_is_scalar(const firesieve_kernel *kernel);

#endif
