/* Modular arithmetic; for constant moduli without divisions. */
#ifndef FIRESIEVE_RESIDUE_MODULAR_H
#define FIRESIEVE_RESIDUE_MODULAR_H

#include <firesieve/firesieve.h>

/* A divisor below 2^63 that is used often. */
struct divisor {
    uint64_t value;
    uint64_t reciprocal; /* floor((2^64 - 1) / value) */
};

static inline struct divisor divisor_of(uint64_t value)
{
    return (struct divisor){.value = value, .reciprocal = UINT64_MAX / value};
}

/*
 * number mod divisor. reciprocal >= 2^64 / value - 1, so the product falls short of number / value by less than 1 and
 * its integer part by at most 1: one correction is enough.
 */
static inline uint64_t divisor_remainder(struct divisor divisor, uint64_t number)
{
    const uint64_t quotient = (uint64_t)((firesieve_delay)number * divisor.reciprocal >> 64);
    const uint64_t remainder = number - quotient * divisor.value;
    return remainder >= divisor.value ? remainder - divisor.value : remainder;
}

/* The same for numbers of 128 bits, high * 2^64 + low; without a division of that width if the divisor is below 2^32. */
static inline uint64_t divisor_remainder_wide(struct divisor divisor, firesieve_delay number)
{
    const uint64_t high = (uint64_t)(number >> 64);
    if (high != 0 && divisor.value >> 32 != 0) {
        return (uint64_t)(number % divisor.value);
    }
    const uint64_t low = divisor_remainder(divisor, (uint64_t)number);
    if (high == 0) {
        return low;
    }
    const uint64_t unit = divisor_remainder(divisor, UINT64_MAX) + 1;
    return divisor_remainder(divisor, divisor_remainder(divisor, high) * unit % divisor.value + low);
}

static inline uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t modulus)
{
    return (uint64_t)((firesieve_delay)a * b % modulus);
}

/*
 * The prime of which `number` >= 2 is a power; 0 if there is none, or if the prime is above 2^12, unless it is `number`
 * itself and below 2^24.
 */
uint64_t prime_of_power(uint64_t number);

/* The inverse of `value` modulo `modulus` (at least 1, below 2^63), which must be coprime to it; 0 for modulus 1. */
uint64_t inverse_modulo(uint64_t value, uint64_t modulus);

/* For a modulus below 2^126; factors are below it. Cost: under a microsecond, and about 60 times that. */
firesieve_delay multiply_modulo_wide(firesieve_delay a, firesieve_delay b, firesieve_delay modulus);
firesieve_delay inverse_modulo_wide(firesieve_delay value, firesieve_delay modulus);

#endif
