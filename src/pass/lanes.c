#include "pass/lanes.h"

/* The inverse mod 2^32. Newton's step doubles how many low bits are right; odd * odd = 1 mod 8 starts it with three. */
static uint32_t invert(uint32_t odd)
{
    uint32_t inverse = odd;
    for (int right_bits = 3; right_bits < 32; right_bits *= 2) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

struct kernel_lane_test lane_test_prepare(uint64_t period, uint64_t residue)
{
    if (period >> KERNEL_CANDIDATE_BITS != 0) {
        return (struct kernel_lane_test){.addend = -(uint32_t)residue, .inverse = 1, .rotation = 0, .limit = 0};
    }
    const uint32_t narrow = (uint32_t)period;
    const uint32_t rotation = (uint32_t)__builtin_ctz(narrow);
    return (struct kernel_lane_test){
        .addend = narrow - (uint32_t)residue,
        .inverse = invert(narrow >> rotation),
        .rotation = rotation,
        .limit = UINT32_MAX / narrow,
    };
}
