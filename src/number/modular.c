#include "number/modular.h"

/* Extended Euclid; the magnitude of the coefficients stays below the modulus. */
uint64_t inverse_modulo(uint64_t value, uint64_t modulus)
{
    int64_t coefficient = 0;
    int64_t next_coefficient = 1;
    uint64_t remainder = modulus;
    uint64_t next_remainder = value % modulus;
    while (next_remainder != 0) {
        const uint64_t quotient = remainder / next_remainder;
        const int64_t new_coefficient = coefficient - (int64_t)quotient * next_coefficient;
        const uint64_t new_remainder = remainder - quotient * next_remainder;
        coefficient = next_coefficient;
        next_coefficient = new_coefficient;
        remainder = next_remainder;
        next_remainder = new_remainder;
    }
    return coefficient < 0 ? modulus - (uint64_t)-coefficient : (uint64_t)coefficient % modulus;
}

/* By doubling, bit by bit. */
firesieve_delay multiply_modulo_wide(firesieve_delay a, firesieve_delay b, firesieve_delay modulus)
{
    firesieve_delay product = 0;
    for (int bit = 127; bit >= 0; --bit) {
        product <<= 1;
        product -= product >= modulus ? modulus : 0;
        product += (b >> bit & 1) != 0 ? a : 0;
        product -= product >= modulus ? modulus : 0;
    }
    return product;
}

/* Extended Euclid with coefficients modulo the modulus. */
firesieve_delay inverse_modulo_wide(firesieve_delay value, firesieve_delay modulus)
{
    firesieve_delay coefficient = 0;
    firesieve_delay next_coefficient = 1 % modulus;
    firesieve_delay remainder = modulus;
    firesieve_delay next_remainder = value % modulus;
    while (next_remainder != 0) {
        const firesieve_delay quotient = remainder / next_remainder;
        const firesieve_delay product = multiply_modulo_wide(next_coefficient, quotient % modulus, modulus);
        const firesieve_delay new_coefficient =
            coefficient >= product ? coefficient - product : coefficient + (modulus - product);
        const firesieve_delay new_remainder = remainder - quotient * next_remainder;
        coefficient = next_coefficient;
        next_coefficient = new_coefficient;
        remainder = next_remainder;
        next_remainder = new_remainder;
    }
    return coefficient;
}

uint64_t prime_of_power(uint64_t number)
{
    enum { TRIED_MAX = 1 << 12 };
    uint64_t prime = 2;
    while (number % prime != 0 && prime <= TRIED_MAX && prime * prime <= number) {
        ++prime;
    }
    if (number % prime != 0) {
        return prime * prime > number ? number : 0;
    }
    while (number % prime == 0) {
        number /= prime;
    }
    return number == 1 ? prime : 0;
}
