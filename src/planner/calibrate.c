#include "planner/calibrate.h"

#include "cpu/cpu.h"

void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel)
{
    const struct cpu_caches caches = cpu_caches();
    (void)kernel;
    costs->first_cache = caches.first;
    costs->second_cache = caches.second;
    costs->measured = true;
}
