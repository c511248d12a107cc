#include "number/factor.h"

#include <string.h>

#include "base/gcd.h"
#include "number/modular.h"
#include "number/prime_test.h"

/* Keeps the primes ascending. */
static void add(struct prime_factors *factors, uint64_t prime)
{
    size_t i = 0;
    while (i < factors->count && factors->primes[i] < prime) {
        ++i;
    }
    if (i == factors->count || factors->primes[i] != prime) {
        const size_t after = factors->count++ - i;
        memmove(&factors->primes[i + 1], &factors->primes[i], after * sizeof *factors->primes);
        memmove(&factors->exponents[i + 1], &factors->exponents[i], after * sizeof *factors->exponents);
        factors->primes[i] = prime;
        factors->exponents[i] = 0;
    }
    ++factors->exponents[i];
}

static uint64_t step(uint64_t x, uint64_t c, uint64_t number)
{
    return (uint64_t)(((firesieve_delay)x * x + c) % number);
}

/* A divisor of a composite number, neither 1 nor the number, by Floyd's cycle finding; 0 if this c finds none. */
static uint64_t rho(uint64_t number, uint64_t c)
{
    enum { STEPS_A_DIVISOR = 64 };
    uint64_t slow = 2;
    uint64_t fast = 2;
    for (;;) {
        const uint64_t slow_before = slow;
        const uint64_t fast_before = fast;
        uint64_t product = 1;
        for (int i = 0; i < STEPS_A_DIVISOR; ++i) {
            slow = step(slow, c, number);
            fast = step(step(fast, c, number), c, number);
            const uint64_t difference = slow > fast ? slow - fast : fast - slow;
            product = multiply_modulo(product, difference, number);
        }
        if (greatest_common_divisor(number, product) == 1) {
            continue;
        }
        /* The divisor appears somewhere among these steps: repeat them one by one. */
        slow = slow_before;
        fast = fast_before;
        uint64_t divisor = 1;
        while (divisor == 1) {
            slow = step(slow, c, number);
            fast = step(step(fast, c, number), c, number);
            divisor = greatest_common_divisor(number, slow > fast ? slow - fast : fast - slow);
        }
        return divisor == number ? 0 : divisor;
    }
}

static void split(struct prime_factors *factors, uint64_t number)
{
    if (number == 1) {
        return;
    }
    if (number_is_prime(number)) {
        add(factors, number);
        return;
    }
    uint64_t divisor = 0;
    for (uint64_t c = 1; divisor == 0; ++c) {
        divisor = rho(number, c);
    }
    split(factors, divisor);
    split(factors, number / divisor);
}

struct prime_factors number_factor(uint64_t number)
{
    enum { TRIAL_END = 1000 };
    struct prime_factors factors = {.count = 0};
    for (uint64_t prime = 2; prime < TRIAL_END && prime <= number / prime; prime += 1 + (prime & 1)) {
        for (; number % prime == 0; number /= prime) {
            add(&factors, prime);
        }
    }
    split(&factors, number);
    return factors;
}

/* ---- Squares ------------------------------------------------------------------------------------------ */

static uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t modulus)
{
    uint64_t power = 1 % modulus;
    for (; exponent != 0; exponent >>= 1) {
        power = (exponent & 1) != 0 ? multiply_modulo(power, base, modulus) : power;
        base = multiply_modulo(base, base, modulus);
    }
    return power;
}

/*
 * Whether r is a square modulo prime^exponent: it is 0, or prime^(2k) * u with u a square modulo the prime (Euler's
 * criterion); for the prime 2, with u = 1 modulo 8, or modulo the remaining power if that is smaller.
 */
static bool is_square_modulo_power(uint64_t r, uint64_t prime, unsigned exponent)
{
    uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        power *= prime;
    }
    r %= power;
    if (r == 0) {
        return true;
    }
    unsigned divided = 0;
    for (; r % prime == 0; r /= prime, power /= prime) {
        ++divided;
    }
    if (divided % 2 != 0) {
        return false;
    }
    if (prime == 2) {
        return r % (power < 8 ? power : 8) == 1 % power;
    }
    return power_modulo(r % prime, (prime - 1) / 2, prime) == 1;
}

bool number_is_residue_of_square(uint64_t r, const struct prime_factors *modulus)
{
    bool square = true;
    for (size_t i = 0; i < modulus->count && square; ++i) {
        square = is_square_modulo_power(r, modulus->primes[i], modulus->exponents[i]);
    }
    return square;
}
