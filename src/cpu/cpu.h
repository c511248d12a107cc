/* Facts about the machine that searches size themselves by. */
#ifndef FIRESIEVE_CPU_CPU_H
#define FIRESIEVE_CPU_CPU_H

#include <stddef.h>
#include <stdint.h>

/* Copies what a CPU calls itself into `to`, of `size` bytes, without the blanks that some have before and behind it. */
void cpu_copy_name(char *to, size_t size, const char *name);

/* The threads that may run at once, at least 1: the CPUs this process may use, or a quota of CPU time, rounded up. */
unsigned cpu_count_available(void);

/* The CPUs this process may use, the CPUs' worth of time that it may (INFINITY: no quota), and the threads for both. */
unsigned cpu_count_affine(void);
double cpu_time_allowed(void);
unsigned cpu_count_within(unsigned cpus, double time);

/* Bytes of data that a core's caches hold; usual sizes where the system does not tell. Cost: CPUID once a process. */
struct cpu_caches {
    uint64_t first;
    uint64_t second;
};
struct cpu_caches cpu_caches(void);

/*
 * Bytes of memory that a program may take without making the system swap, and without passing a limit of its control
 * groups or its own; asks the operating system each time.
 */
uint64_t memory_available(void);

/* The same for each of so many processes that share this machine and its groups. */
uint64_t memory_share(unsigned processes);

/* What of that tables of a search may take where nothing is asked for: a quarter, at least 1. */
uint64_t memory_for_search(unsigned processes);

#endif
