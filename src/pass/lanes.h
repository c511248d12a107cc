/* One layer as constants for the kernels' lanes operation. */
#ifndef FIRESIEVE_PASS_LANES_H
#define FIRESIEVE_PASS_LANES_H

#include <stdint.h>

#include "kernel.h"

/*
 * The test that catches the candidates x < 2^31 with x mod period == residue; period >= 1, residue < period. From
 * period 2^31 on the residue must be below 2^31: a larger one catches no candidate and needs no test.
 */
static inline struct kernel_lane_test lane_test_prepare(uint64_t period, uint64_t residue)
{
    if (period >> KERNEL_CANDIDATE_BITS != 0) {
        return (struct kernel_lane_test){.addend = -(uint32_t)residue, .inverse = 1, .rotation = 0, .limit = 0};
    }
    const uint32_t narrow = (uint32_t)period;
    const uint32_t rotation = (uint32_t)__builtin_ctz(narrow);
    const uint32_t odd = narrow >> rotation;
    uint32_t inverse =
        odd; /* mod 2^32: Newton's step doubles the number of right bits; odd * odd = 1 mod 8 gives three */
    for (int right_bits = 3; right_bits < 32; right_bits *= 2) {
        inverse *= 2 - odd * inverse;
    }
    return (struct kernel_lane_test){
        .addend = narrow - (uint32_t)residue,
        .inverse = inverse,
        .rotation = rotation,
        .limit = UINT32_MAX / narrow,
    };
}

#endif
