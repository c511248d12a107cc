/* Properties of the machine that determine the size of searches. */
#ifndef FIRESIEVE_CPU_CPU_H
#define FIRESIEVE_CPU_CPU_H

#include <stddef.h>
#include <stdint.h>

/* Copies the name of a CPU into `to`, of `size` bytes, without leading and trailing blanks. */
void cpu_copy_name(char *to, size_t size, const char *name);

/* The number of threads to run at once, at least 1: the CPUs this process can use, or its quota of CPU time, rounded up. */
unsigned cpu_count_available(void);

/* The CPUs this process can use, its quota of CPU time in CPUs (INFINITY: none), and the number of threads for both. */
unsigned cpu_count_affine(void);
double cpu_time_allowed(void);
unsigned cpu_count_within(unsigned cpus, double time);

/* Sizes of a core's data caches in bytes; common ones if unknown. Cost: CPUID, once per process. */
struct cpu_caches {
    uint64_t first;
    uint64_t second;
};
struct cpu_caches cpu_caches(void);

/*
 * Bytes of memory that each of `processes` processes that share this machine and its groups can allocate without swapping,
 * and within the limits of its control groups and its own; asks the operating system on each call.
 */
uint64_t memory_available(unsigned processes);

/* The default limit for tables of a search: a quarter of that, at least 1. */
uint64_t memory_for_search(unsigned processes);

#endif
