/* Facts about the machine that searches size themselves by. */
#ifndef FIRESIEVE_CPU_CPU_H
#define FIRESIEVE_CPU_CPU_H

/* The CPUs this process may use, at least 1. */
unsigned cpu_count_available(void);

#endif
