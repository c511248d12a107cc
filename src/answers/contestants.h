/* Methods and the kernels that they run on, as the library's tables have them: a new one of either takes part. */
#ifndef FIRESIEVE_ANSWERS_CONTESTANTS_H
#define FIRESIEVE_ANSWERS_CONTESTANTS_H

#include <firesieve/firesieve.h>

/* A method, and the kernel to run it on; NULL: it uses none, or the library chooses, as for whoever names none. */
struct contestant {
    firesieve_method method;
    const firesieve_kernel *kernel;
};

enum { CONTESTANT_KERNELS_MAX = 64, CONTESTANTS_MAX = FIRESIEVE_METHOD_COUNT * (CONTESTANT_KERNELS_MAX + 1) };

/* Whether a method runs on a kernel when it is given one. Cost: some microseconds. */
bool method_uses_kernels(firesieve_method method);

/* What messages call them: "method scan on kernel avx2 (emulated)", "method simulate". */
#define CONTESTANT_TEXT_SIZE 96
const char *contestant_describe(const struct contestant *contestant, char *text);

#endif
