/* The table of kernels from kernels.def: one row per kernel, native ones first. */
#ifndef FIRESIEVE_CPU_KERNEL_TABLE_H
#define FIRESIEVE_CPU_KERNEL_TABLE_H

#include <firesieve/firesieve.h>

#include "kernel.h"

/* See kernels.def. */
struct kernel_costs {
    double row_word; /* nanoseconds, like all except group_words */
    double call;
    double lane;
    double group_words;
    double key;
    double second;
    double pick;
    double bunch;
    double sum;
    double strong;
};

struct firesieve_kernel {
    const char *name;
    const char *needs;                          /* CPU features, separated by blanks */
    const struct kernel_operations *operations; /* NULL if not built */
    struct kernel_costs costs;                  /* an emulated kernel has the costs of the native one */
    bool emulated;
};

/* The kernel with which all others are compared. */
const firesieve_kernel *kernel_scalar(void);

/* OK if the kernel is built and runs here; otherwise an error that says what is missing. */
firesieve_status kernel_require(const firesieve_kernel *kernel, firesieve_error *error);

#endif
