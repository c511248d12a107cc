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

/* An odd number, and its inverse modulo 2^64. */
struct odd {
    uint64_t number;
    uint64_t inverse;
};

/* Newton's iteration doubles the bits that are right, of which an odd number is three of its own inverse. */
static struct odd odd_of(uint64_t number)
{
    enum { STEPS = 5 };
    struct odd odd = {.number = number, .inverse = number};
    for (int i = 0; i < STEPS; ++i) {
        odd.inverse *= 2 - number * odd.inverse;
    }
    return odd;
}

/* a * b / 2^64 modulo the number (Montgomery 1985): rho is as happy with this product as with a * b. */
static uint64_t multiply(uint64_t a, uint64_t b, const struct odd *odd)
{
    const firesieve_delay product = (firesieve_delay)a * b;
    const uint64_t high = (uint64_t)(product >> 64);
    const uint64_t multiple = (uint64_t)((firesieve_delay)((uint64_t)product * odd->inverse) * odd->number >> 64);
    return high >= multiple ? high - multiple : high - multiple + odd->number;
}

static uint64_t step(uint64_t x, uint64_t c, const struct odd *odd)
{
    const uint64_t square = multiply(x, x, odd);
    return square >= odd->number - c ? square - (odd->number - c) : square + c;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/*
 * A divisor of an odd composite number, neither 1 nor the number; 0 if this c finds none. The search for a cycle is Brent's
 * ("An improved Monte Carlo factorization algorithm", 1980): each value is compared with the last one whose index is a
 * power of 2, so that a step takes one value and one product.
 */
static uint64_t rho(uint64_t number, uint64_t c)
{
    enum { STEPS_A_DIVISOR = 64 };
    const struct odd odd = odd_of(number);
    uint64_t value = 2;
    for (uint64_t length = 1;; length *= 2) {
        const uint64_t anchor = value;
        for (uint64_t done = 0; done < length; done += STEPS_A_DIVISOR) {
            const uint64_t before = value;
            uint64_t product = 1;
            for (uint64_t i = done; i < length && i < done + STEPS_A_DIVISOR; ++i) {
                value = step(value, c, &odd);
                product = multiply(product, distance(anchor, value), &odd);
            }
            uint64_t divisor = greatest_common_divisor(number, product);
            if (divisor == 1) {
                continue;
            }
            /* It appears somewhere among these steps: repeat them one by one. */
            value = before;
            do {
                value = step(value, c, &odd);
                divisor = greatest_common_divisor(number, distance(anchor, value));
            } while (divisor == 1);
            return divisor == number ? 0 : divisor;
        }
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
