/* Kernels with one bug each, of the kind that SIMD code has; verification that passes one of them is worthless. */
#ifndef FIRESIEVE_TESTS_BROKEN_H
#define FIRESIEVE_TESTS_BROKEN_H

#include "kernel.h"

struct broken_kernel {
    const char *operation; /* the one with the bug */
    const char *bug;
    struct kernel_operations operations;
};

size_t broken_kernel_count(void);

/* A kernel whose other operations are those of scalar. */
struct broken_kernel broken_kernel_at(size_t index);

#endif
