/* Facts about the machine that searches size themselves by. */
#ifndef FIRESIEVE_CPU_CPU_H
#define FIRESIEVE_CPU_CPU_H

#include <stddef.h>
#include <stdint.h>

/* Copies what a CPU calls itself into `to`, of `size` bytes, without the blanks that some have before and behind it. */
void cpu_copy_name(char *to, size_t size, const char *name);

/* The CPUs this process may use, at least 1. */
unsigned cpu_count_available(void);

/*
 * Bytes of memory that a program may take without making the system swap, and without passing this process' own limit;
 * asks the operating system each time.
 */
uint64_t memory_available(void);

#endif
