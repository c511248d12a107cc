#include "number/roots.h"

#include <math.h>

/* Whether base^exponent <= number. */
static bool power_fits(firesieve_delay base, unsigned exponent, firesieve_delay number)
{
    firesieve_delay power = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        if (__builtin_mul_overflow(power, base, &power) || power > number) {
            return false;
        }
    }
    return true;
}

/* The relative error of a root of doubles is 2^-50; if that may exceed 1, a Newton step reduces it to at most 1. */
firesieve_delay number_root(firesieve_delay number, unsigned exponent)
{
    if (exponent == 1 || number < 2) {
        return number;
    }
    const double start = exponent == 2 ? sqrt((double)number) : pow((double)number, 1.0 / exponent);
    firesieve_delay root = (firesieve_delay)start;
    if (exponent == 2) {
        root = (root + number / root) / 2;
    }
    while (!power_fits(root, exponent, number)) {
        --root;
    }
    while (power_fits(root + 1, exponent, number)) {
        ++root;
    }
    return root;
}

bool number_is_square(firesieve_delay number)
{
    /* Bit r: r is a square modulo 64; five numbers of six are not. */
    static const uint64_t squares_64 = UINT64_C(0x0202021202030213);
    if ((squares_64 >> (unsigned)(number & 63) & 1) == 0) {
        return false;
    }
    const firesieve_delay root = number_root(number, 2);
    return root * root == number;
}

static bool is_power_of(firesieve_delay number, unsigned exponent)
{
    const firesieve_delay root = number_root(number, exponent);
    firesieve_delay power = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        power *= root;
    }
    return power == number;
}

bool number_is_power(firesieve_delay number)
{
    static const uint8_t odd_primes[] = {3,  5,  7,  11, 13, 17, 19, 23, 29, 31,  37,  41,  43,  47,  53,
                                         59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127};
    bool is_power = number_is_square(number);
    for (size_t i = 0; i < sizeof odd_primes && !is_power && number >> odd_primes[i] != 0; ++i) {
        is_power = is_power_of(number, odd_primes[i]);
    }
    return is_power;
}
