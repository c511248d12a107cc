/* starts, in plain C that compilers vectorise. */
#ifndef FIRESIEVE_KERNEL_STARTS_H
#define FIRESIEVE_KERNEL_STARTS_H

#include "kernel.h"

/*
 * With q = value * inverse / prime, below 2^20, the float `below` is between q - 1/4 and q: rounded are a ratio of at
 * most 1, which is multiplied by the value, the product and the difference, both below 2^20; each adds an error of at
 * most half of 2^-4, the distance between floats from 2^19 on, and three of them are less than 1/8. So its integer part
 * is that of q or one less (or 0 if it is negative, as q is then below 1/4), and the rest is below twice the prime,
 * which fits into 32 bits. Numbers that should be negative wrap around to values above all others.
 */
static void starts_plain(const uint32_t *restrict starts, const uint32_t *restrict primes,
                         const uint32_t *restrict inverses, const float *restrict ratios, size_t count, uint32_t value,
                         uint32_t *restrict first)
{
    const float multiplier = (float)(int32_t)value;
    for (size_t i = 0; i < count; ++i) {
        const float below = ratios[i] * multiplier - 0.125F;
        uint32_t rest = value * inverses[i] - (uint32_t)(int32_t)below * primes[i];
        const uint32_t less = rest - primes[i];
        rest = less < rest ? less : rest;
        const uint32_t column = starts[i] - rest;
        const uint32_t more = column + primes[i];
        first[i] = more < column ? more : column;
    }
}

#endif
