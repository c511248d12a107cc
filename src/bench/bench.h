/* What both parts of a benchmark share: how they end, and which kernels they measure. */
#ifndef FIRESIEVE_BENCH_BENCH_H
#define FIRESIEVE_BENCH_BENCH_H

#include "bench/report.h"

enum bench_outcome {
    BENCH_DONE,
    BENCH_MISMATCH, /* kernels or methods disagree; nothing was timed */
    BENCH_FAILED
};

/* A sentence for the last two. */
struct bench_message {
    char text[512];
};

/* Fills the message with what was wrong. */
void bench_say(struct bench_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether a kernel is measured: native ones that run here; with `only`, that one and scalar. */
bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only);

/* Whether everything is compared with this kernel. */
bool bench_is_scalar(const firesieve_kernel *kernel);

#endif
