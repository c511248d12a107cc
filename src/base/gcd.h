/* The greatest common divisor. */
#ifndef FIRESIEVE_BASE_GCD_H
#define FIRESIEVE_BASE_GCD_H

#include <stdint.h>

/* gcd(a, 0) is a. */
static inline uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t remainder = a % b;
        a = b;
        b = remainder;
    }
    return a;
}

#endif
