#include "bench/bench.h"

bool bench_is_scalar(const firesieve_kernel *kernel)
{
    return kernel == firesieve_kernel_at(0);
}

bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel) &&
           (only == NULL || kernel == only || bench_is_scalar(kernel));
}
