/* Facts about the machine that searches size themselves by. */
#ifndef FIRESIEVE_CPU_CPU_H
#define FIRESIEVE_CPU_CPU_H

#include <stdint.h>

/* The CPUs this process may use, at least 1. */
unsigned cpu_count_available(void);

/*
 * Bytes of memory that a program may take without making the system swap, and without passing this process' own limit;
 * asks the operating system each time.
 */
uint64_t memory_available(void);

#endif
