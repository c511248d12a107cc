/* Primality tests of many numbers that are close together, in the lanes of a kernel. */
#ifndef FIRESIEVE_NUMBER_NEAR_H
#define FIRESIEVE_NUMBER_NEAR_H

#include <firesieve/firesieve.h>

#include "kernel.h"

/* What numbers that are close together share. */
struct near_numbers {
    struct kernel_near shared;
    uint32_t reference_1155; /* the reference modulo 3 * 5 * 7 * 11 */
    bool in_lanes;           /* otherwise each is tested by itself */
};

/*
 * For the numbers reference .. reference + span, which are below 2^128 - 1. Lanes test them if the span is below 2^56 and
 * below about reference^2 / (4 * R). R is 2^62 for numbers of up to 60 bits, 2^84 up to 80, 2^112 up to 108, and then
 * 2^140, so this matters from 42 to 50 bits, around 61 and around 81. Ladders are up to four squarings shorter if the
 * span is 2^-30 of that bound. Cost: about 2 us.
 */
struct near_numbers near_numbers_make(firesieve_delay reference, uint64_t span);

/*
 * Keeps those of `count` columns, in order, for which reference + first + step * column + shifts[i] is prime for every i,
 * in the sense of number_is_prime; returns their number. All these numbers lie in the span, and have no divisor below 12.
 * Cost: see tests/measure/near.c; the first shift finds most composites, so let it be one with few primes.
 */
size_t near_tuples(const struct near_numbers *near, const struct kernel_operations *kernel, uint64_t first,
                   uint32_t step, uint32_t *columns, size_t count, const uint32_t *shifts, uint32_t shift_count);

#endif
