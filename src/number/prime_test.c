#include "number/prime_test.h"

#include "number/roots.h"

__extension__ typedef unsigned __int128 wide;

/*
 * (a * b + m * value) / 2^64 with m so that the sum is a multiple of 2^64. It is below twice the value; the low words add
 * up to 0 with a carry, unless both are 0. Peter Montgomery, "Modular multiplication without trial division", 1985.
 */
static inline uint64_t reduce_64(uint64_t a, uint64_t b, uint64_t value, uint64_t inverse)
{
    const wide product = (wide)a * b;
    const uint64_t factor = (uint64_t)product * inverse;
    const uint64_t high = (uint64_t)((wide)factor * value >> 64);
    uint64_t sum;
    const bool over = __builtin_add_overflow((uint64_t)(product >> 64), high + ((uint64_t)product != 0), &sum);
    return over || sum >= value ? sum - value : sum;
}

#define WORD uint64_t
#define NAME(name) name##_64
#define REDUCE(a, b, modulus) reduce_64(a, b, (modulus)->value, (modulus)->inverse)
#include "number/baillie_psw.h"
#undef WORD
#undef NAME
#undef REDUCE

/* The same a limb at a time: after each, the lowest limb of the sum is 0 and drops out. */
static inline wide reduce_128(wide a, wide b, wide value, uint64_t inverse)
{
    const uint64_t b_low = (uint64_t)b;
    const uint64_t b_high = (uint64_t)(b >> 64);
    const uint64_t low = (uint64_t)value;
    const uint64_t high = (uint64_t)(value >> 64);
    uint64_t t0 = 0;
    uint64_t t1 = 0;
    uint64_t t2 = 0;
    for (int limb = 0; limb < 2; ++limb) {
        const uint64_t factor = limb == 0 ? (uint64_t)a : (uint64_t)(a >> 64);
        wide sum = (wide)factor * b_low + t0;
        t0 = (uint64_t)sum;
        sum = (wide)factor * b_high + t1 + (uint64_t)(sum >> 64);
        t1 = (uint64_t)sum;
        const wide top = (wide)t2 + (uint64_t)(sum >> 64);
        const uint64_t quotient = t0 * inverse;
        sum = (wide)quotient * low + t0;
        sum = (wide)quotient * high + t1 + (uint64_t)(sum >> 64);
        t0 = (uint64_t)sum;
        const wide rest = top + (uint64_t)(sum >> 64);
        t1 = (uint64_t)rest;
        t2 = (uint64_t)(rest >> 64);
    }
    const wide result = (wide)t1 << 64 | t0;
    return t2 != 0 || result >= value ? result - value : result;
}

#define WORD wide
#define NAME(name) name##_128
#define REDUCE(a, b, modulus) reduce_128(a, b, (modulus)->value, (uint64_t)(modulus)->inverse)
#include "number/baillie_psw.h"

bool number_is_prime(firesieve_delay number)
{
    static const uint8_t small[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    for (size_t i = 0; i < sizeof small; ++i) {
        if (number % small[i] == 0) {
            return number == small[i];
        }
    }
    if (number < 41 * 41) {
        return number > 1;
    }
    if (number >> 64 == 0) {
        const struct modulus_64 modulus = modulus_of_64((uint64_t)number);
        return passes_strong_test_64(&modulus) && !number_is_square(number) && passes_lucas_64(&modulus);
    }
    const struct modulus_128 modulus = modulus_of_128(number);
    return passes_strong_test_128(&modulus) && !number_is_square(number) && passes_lucas_128(&modulus);
}
