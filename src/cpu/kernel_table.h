/* The table of kernels that kernels.def describes: one row a kernel, native rows first. */
#ifndef FIRESIEVE_CPU_KERNEL_TABLE_H
#define FIRESIEVE_CPU_KERNEL_TABLE_H

#include <firesieve/firesieve.h>

#include "kernel.h"

/* See kernels.def. */
struct kernel_costs {
    double row_word; /* nanoseconds, as all but group_words */
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
    const struct kernel_operations *operations; /* NULL when not built */
    struct kernel_costs costs;                  /* an emulated kernel has those of the native one */
    bool emulated;
};

/* The kernel every other one is compared with. */
const firesieve_kernel *kernel_scalar(void);

/* OK when the kernel is built and runs here; otherwise an error that says why not and what would. */
firesieve_status kernel_require(const firesieve_kernel *kernel, firesieve_error *error);

#endif
