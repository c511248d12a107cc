/* Prime factors, and squares modulo numbers. */
#ifndef FIRESIEVE_NUMBER_FACTOR_H
#define FIRESIEVE_NUMBER_FACTOR_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/* The most distinct primes that a number below 2^64 has. */
enum { FACTORS_MAX = 15 };

struct prime_factors {
    uint64_t primes[FACTORS_MAX]; /* ascending */
    unsigned exponents[FACTORS_MAX];
    size_t count; /* 0 for 1 */
};

/* Factors a number of at least 1 by Pollard's rho. Cost: some microseconds, up to a millisecond for two large primes. */
struct prime_factors number_factor(uint64_t number);

/* Whether r is the residue of a square (0 is one) modulo the number with these factors. Cost: some 0.1 us per prime. */
bool number_is_residue_of_square(uint64_t r, const struct prime_factors *modulus);

#endif
