/* Work, counted: basic blocks that ran, bytes that the C library's functions went through, and reads. */
#ifndef FIRESIEVE_TESTS_WORK_COUNTER_H
#define FIRESIEVE_TESTS_WORK_COUNTER_H

#include <stdint.h>

/* What this thread has done since it began; the same on every machine, for one compiler and its options. */
uint64_t work_done(void);

#endif
