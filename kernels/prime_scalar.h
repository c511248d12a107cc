/*
 * strong and lucas in portable C, one number at a time: the reference for every other implementation, and what decides
 * numbers that lanes leave undecided.
 */
#ifndef FIRESIEVE_KERNEL_PRIME_SCALAR_H
#define FIRESIEVE_KERNEL_PRIME_SCALAR_H

#include "kernel.h"

/* For numbers above 0. */
static inline unsigned trailing_zeros_64(uint64_t number)
{
    return (unsigned)__builtin_ctzll(number);
}

static inline unsigned trailing_zeros_128(kernel_wide number)
{
    const uint64_t low = (uint64_t)number;
    return low != 0 ? trailing_zeros_64(low) : 64 + trailing_zeros_64((uint64_t)(number >> 64));
}

static inline unsigned length_64(uint64_t number)
{
    return 64 - (unsigned)__builtin_clzll(number);
}

static inline unsigned length_128(kernel_wide number)
{
    const uint64_t high = (uint64_t)(number >> 64);
    return high != 0 ? 64 + length_64(high) : length_64((uint64_t)number);
}

static inline uint64_t high_product_64(uint64_t a, uint64_t b)
{
    return (uint64_t)((kernel_wide)a * b >> 64);
}

/* Each sum adds at most two numbers below 2^64 to a product below (2^64 - 1)^2 + 1, so it fits. */
static inline kernel_wide high_product_128(kernel_wide a, kernel_wide b)
{
    const uint64_t a_low = (uint64_t)a;
    const uint64_t b_low = (uint64_t)b;
    const uint64_t a_high = (uint64_t)(a >> 64);
    const uint64_t b_high = (uint64_t)(b >> 64);
    const kernel_wide first = (kernel_wide)a_high * b_low + high_product_64(a_low, b_low);
    const kernel_wide second = (kernel_wide)a_low * b_high + (uint64_t)first;
    return (kernel_wide)a_high * b_high + (uint64_t)(first >> 64) + (uint64_t)(second >> 64);
}

#define WORD uint64_t
#define NAME(name) name##_64
#define HIGH_PRODUCT high_product_64
#include "prime_words.h"
#undef WORD
#undef NAME
#undef HIGH_PRODUCT

#define WORD kernel_wide
#define NAME(name) name##_128
#define HIGH_PRODUCT high_product_128
#include "prime_words.h"
#undef WORD
#undef NAME
#undef HIGH_PRODUCT

/* For an odd number, at least 5 and below 2^128 - 1: see kernel_strong_function. */
static inline bool passes_strong_test(kernel_wide number)
{
    return number >> 64 == 0 ? passes_strong_test_64((uint64_t)number) : passes_strong_test_128(number);
}

/* See kernel_lucas_function. */
static inline bool passes_lucas_test(kernel_wide number, uint32_t parameter)
{
    return number >> 64 == 0 && (uint64_t)number != UINT64_MAX ? passes_lucas_test_64((uint64_t)number, parameter)
                                                               : passes_lucas_test_128(number, parameter);
}

static inline uint32_t strong_scalar(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    uint32_t passes = 0;
    *unsure = 0;
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        passes |= (uint32_t)passes_strong_test(near->reference + distances[i]) << i;
    }
    return passes;
}

static inline uint32_t lucas_scalar(const struct kernel_near *near, const uint64_t *distances,
                                    const uint32_t *parameters, uint32_t *unsure)
{
    uint32_t passes = 0;
    *unsure = 0;
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        passes |= (uint32_t)passes_lucas_test(near->reference + distances[i], parameters[i]) << i;
    }
    return passes;
}

#endif
