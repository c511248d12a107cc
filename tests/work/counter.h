/* Counts work: basic blocks that ran, bytes that functions of the C library went through, and reads. */
#ifndef FIRESIEVE_TESTS_WORK_COUNTER_H
#define FIRESIEVE_TESTS_WORK_COUNTER_H

#include <stdint.h>

/* The work of this thread since it began; the same on every machine for the same compiler and options. */
uint64_t work_done(void);

#endif
