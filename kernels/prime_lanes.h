/*
 * strong and lucas for vectors of any width: ladders of KERNEL_NUMBERS numbers at once, each in 64 bits of a vector.
 * Before including it, a kernel file defines
 *
 *     limb_vector                   a GCC vector of VECTOR_NUMBERS 64-bit integers
 *     STRONG_2 .. STRONG_5          vectors a ladder of strong works on, for numbers of 2 .. 5 limbs: enough to
 *                                   hide the latency of a multiplication while most values stay in registers
 *     LUCAS_2 .. LUCAS_5            the same for lucas, whose ladders multiply two numbers at a time
 * and, except in emulated builds,
 *     multiply_low(a, b)            the product of the lower halves of each integer
 *     less_if_not_below(a, b)       a - b if that is not negative, else a; both are below 2^63
 *     twice_if(a, bit)              2 * a if bit is 1, a if it is 0
 *     lane_bits(mask)               bit i: whether integer i is all ones; it is 0 otherwise
 */
#ifndef FIRESIEVE_KERNEL_PRIME_LANES_H
#define FIRESIEVE_KERNEL_PRIME_LANES_H

#include <string.h>

#include "kernel.h"

#ifdef SIMDE_NO_NATIVE
/* SIMDe counts the halves of an integer from the wrong end on big-endian machines. */
static inline limb_vector multiply_low(limb_vector a, limb_vector b)
{
    return (a & UINT32_MAX) * (b & UINT32_MAX);
}

static inline limb_vector less_if_not_below(limb_vector a, limb_vector b)
{
    return a - (b & (limb_vector)(a >= b));
}

static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a << bit;
}

static inline uint32_t lane_bits(limb_vector mask)
{
    uint32_t bits = 0;
    for (int i = 0; i < VECTOR_NUMBERS; ++i) {
        bits |= (uint32_t)(mask[i] & 1) << i;
    }
    return bits;
}
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef int64_t signed_limb_vector __attribute__((vector_size(sizeof(limb_vector))));

ALWAYS_INLINE limb_vector all_lanes(uint64_t limb)
{
    return limb - (limb_vector){0};
}

ALWAYS_INLINE limb_vector load_distances(const uint64_t *distances)
{
    limb_vector loaded;
    memcpy(&loaded, distances, sizeof loaded);
    return loaded;
}

ALWAYS_INLINE limb_vector load_parameters(const uint32_t *parameters)
{
    limb_vector loaded = {0};
    for (int i = 0; i < VECTOR_NUMBERS; ++i) {
        loaded[i] = parameters[i];
    }
    return loaded;
}

ALWAYS_INLINE limb_vector choose(limb_vector mask, limb_vector yes, limb_vector no)
{
    return (yes & mask) | (no & ~mask);
}

/*
 * GCC emits the instructions of independent vectors one vector after the other, further apart than CPUs look ahead,
 * unless it schedules them before register allocation: that saves a third of the time for 100 bits.
 */
#ifndef __clang__
#pragma GCC push_options
#pragma GCC optimize("O2", "schedule-insns", "sched-pressure")
#endif

/* What the last numbers of their ladders say about lanes. */
struct lane_verdict {
    limb_vector pass;
    limb_vector open; /* not decided yet */
};

#define LIMBS 2
#define STRONG_VECTORS STRONG_2
#define LUCAS_VECTORS LUCAS_2
#define BITS 31
#define TIGHT 1
#include "prime_ladder.h"
#undef LIMBS
#undef STRONG_VECTORS
#undef LUCAS_VECTORS
#undef BITS
#undef TIGHT

#define BITS 28
#define TIGHT 0
#define LIMBS 3
#define STRONG_VECTORS STRONG_3
#define LUCAS_VECTORS LUCAS_3
#include "prime_ladder.h"
#undef LIMBS
#undef STRONG_VECTORS
#undef LUCAS_VECTORS
#define LIMBS 4
#define STRONG_VECTORS STRONG_4
#define LUCAS_VECTORS LUCAS_4
#include "prime_ladder.h"
#undef LIMBS
#undef STRONG_VECTORS
#undef LUCAS_VECTORS
#define LIMBS 5
#define STRONG_VECTORS STRONG_5
#define LUCAS_VECTORS LUCAS_5
#include "prime_ladder.h"
#undef LIMBS
#undef STRONG_VECTORS
#undef LUCAS_VECTORS
#undef BITS
#undef TIGHT

static uint32_t strong_lanes(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    switch (near->limbs) {
    case 2:
        return strong_2(near, distances, unsure);
    case 3:
        return strong_3(near, distances, unsure);
    case 4:
        return strong_4(near, distances, unsure);
    default:
        return strong_5(near, distances, unsure);
    }
}

static uint32_t lucas_lanes(const struct kernel_near *near, const uint64_t *distances, const uint32_t *parameters,
                            uint32_t *unsure)
{
    switch (near->limbs) {
    case 2:
        return lucas_2(near, distances, parameters, unsure);
    case 3:
        return lucas_3(near, distances, parameters, unsure);
    case 4:
        return lucas_4(near, distances, parameters, unsure);
    default:
        return lucas_5(near, distances, parameters, unsure);
    }
}

#undef ALWAYS_INLINE
#ifndef __clang__
#pragma GCC pop_options
#endif

#endif
