/* Tests of many numbers that are near one another, by the lanes of a kernel. */
#ifndef FIRESIEVE_NUMBER_NEAR_H
#define FIRESIEVE_NUMBER_NEAR_H

#include <firesieve/firesieve.h>

#include "kernel.h"

/* What numbers near one another share. */
struct near_numbers {
    struct kernel_near shared;
    uint32_t reference_1155; /* the reference modulo 3 * 5 * 7 * 11 */
    bool in_lanes;           /* else each is tested by itself */
};

/*
 * For the numbers reference .. reference + span, which are below 2^128 - 1. Lanes test them where the span is below 2^56 and
 * below reference^2 / (4 * R) or so: R is 2^62 for numbers of up to 60 bits, 2^84 up to 80, 2^112 up to 108, and then 2^140,
 * so that it matters from 42 to 50 bits, around 61 and around 81. Ladders are up to four squarings shorter where the span is
 * 2^-30 of that. Cost: some 2 us.
 */
struct near_numbers near_numbers_make(firesieve_delay reference, uint64_t span);

/*
 * Keeps those of `count` columns, in order, for which all of reference + first + step * column + shifts[i] are prime, as
 * number_is_prime has it; returns how many. All those numbers are in the span, and have no divisor below 12. Cost: see
 * tests/measure/near.c; most composites are found in the first shift, so let that be one that few primes are in.
 */
size_t near_tuples(const struct near_numbers *near, const struct kernel_operations *kernel, uint64_t first,
                   uint32_t step, uint32_t *columns, size_t count, const uint32_t *shifts, uint32_t shift_count);

#endif
