/* Primes, roots, powers, factors and modular squares, compared with GMP. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <inttypes.h>

#include "base/random.h"
#include "firewalls.h"
#include "number/factor.h"
#include "number/prime_test.h"
#include "number/primes.h"
#include "number/roots.h"
#include "support/kernels.h"

enum { ROUNDS = 25 };

static void set(mpz_t out, firesieve_delay number)
{
    mpz_import(out, 1, -1, sizeof number, 0, 0, &number);
}

/* Of any length from 1 bit to `bits`. */
static firesieve_delay draw(struct random_state *random, unsigned bits)
{
    const firesieve_delay number = (firesieve_delay)random_next(random) << 64 | random_next(random);
    return number >> (128 - random_between(random, 1, bits));
}

/* ---- Primes ----------------------------------------------------------------------------------------------- */

static void check_prime(firesieve_delay number)
{
    mpz_t other;
    mpz_init(other);
    set(other, number);
    const bool prime = mpz_probab_prime_p(other, ROUNDS) != 0;
    cr_assert(number_is_prime(number) == prime, "%s", SHOW(number));
    mpz_clear(other);
}

Test(numbers, are_prime_if_gmp_agrees)
{
    enum { SMALL = 20000, DRAWN = 20000, NEAR = 300 };
    struct random_state random = {test_seed()};
    for (firesieve_delay number = 0; number < SMALL; ++number) {
        check_prime(number);
    }
    for (unsigned i = 0; i < DRAWN; ++i) {
        check_prime(draw(&random, 127) | (i % 4 != 0));
    }
    /* At the ends of words, and above the largest x, to which 2^62 can be added. */
    for (unsigned bits = 8; bits < 128; ++bits) {
        for (unsigned i = 0; i < NEAR / 10; ++i) {
            check_prime(((firesieve_delay)1 << bits) + i);
            check_prime(((firesieve_delay)1 << bits) - i);
        }
    }
    for (unsigned i = 0; i < NEAR; ++i) {
        check_prime(FIRESIEVE_DELAY_END + ((firesieve_delay)1 << 62) - i);
        check_prime(((firesieve_delay)1 << 64) - NEAR / 2 + i);
    }
}

/* Primes themselves are rare among random numbers. */
Test(numbers, that_are_the_next_prime_are_prime)
{
    enum { DRAWN = 3000 };
    struct random_state random = {test_seed()};
    mpz_t prime;
    mpz_init(prime);
    for (unsigned i = 0; i < DRAWN; ++i) {
        firesieve_delay number = draw(&random, 127);
        set(prime, number);
        mpz_nextprime(prime, prime);
        number = 0;
        mpz_export(&number, NULL, -1, sizeof number, 0, 0, prime);
        cr_assert(number_is_prime(number), "%s", SHOW(number));
    }
    mpz_clear(prime);
}

/* Numbers that pass half of the test, or seem to: squares, products of twins, Carmichael numbers and pseudoprimes. */
Test(numbers, that_pass_other_tests_are_not_prime)
{
    static const uint64_t pseudoprimes[] = {2047,
                                            3277,
                                            4033,
                                            4681,
                                            8321,
                                            15841,
                                            29341,
                                            42799,
                                            49141,
                                            52633,
                                            65281,
                                            74665,
                                            80581,
                                            85489,
                                            88357,
                                            90751,
                                            5459,
                                            5777,
                                            10877,
                                            16109,
                                            18971,
                                            22499,
                                            24569,
                                            25199,
                                            40309,
                                            58519,
                                            75077,
                                            97439, /* strong Lucas */
                                            561,
                                            1105,
                                            1729,
                                            2465,
                                            2821,
                                            6601,
                                            8911,
                                            3215031751,
                                            3474749660383,
                                            341550071728321,
                                            3825123056546413051,
                                            UINT64_C(18446744066047760377)};
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(pseudoprimes); ++i) {
        cr_assert(!number_is_prime(pseudoprimes[i]), "%" PRIu64, pseudoprimes[i]);
    }
    for (unsigned i = 0; i < 2000; ++i) {
        const firesieve_delay root = draw(&random, 63) | 1;
        cr_assert(root == 1 || !number_is_prime(root * root), "%s squared", SHOW(root));
        check_prime(root * (root + 2));
        check_prime(root * (2 * root - 1));
    }
}

Test(numbers, that_a_sieve_leaves_are_the_primes)
{
    static const uint64_t ends[] = {0, 1, 2, 3, 5, 6, 7, 8, 30, 31, 32, 49, 50, 1000, 65536, 65537, 983040, 2000003};
    for (size_t i = 0; i < COUNT_OF(ends); ++i) {
        struct primes primes;
        mpz_t prime;
        mpz_init_set_ui(prime, 1);
        cr_assert(primes_make(&primes, ends[i], (struct go_on){.ask = NULL}));
        for (mpz_nextprime(prime, prime); mpz_cmp_ui(prime, ends[i]) < 0; mpz_nextprime(prime, prime)) {
            const uint64_t number = mpz_get_ui(prime);
            cr_assert(primes_next(&primes, number) == number, "%" PRIu64 " below %" PRIu64, number, ends[i]);
            cr_assert(number <= 3 || primes_next(&primes, number - 1) != number - 1 || (number & 1) == 0);
            const uint64_t next = primes_next(&primes, number + 1);
            cr_assert(next == 0 || number_is_prime(next), "%" PRIu64, next);
        }
        cr_assert(primes_next(&primes, ends[i]) == 0);
        primes_free(&primes);
        mpz_clear(prime);
    }
}

/* ---- Roots ------------------------------------------------------------------------------------------------ */

static void check_roots(firesieve_delay number)
{
    mpz_t other;
    mpz_t root;
    mpz_init(root);
    mpz_init(other);
    set(other, number);
    for (unsigned exponent = 1; exponent < 130; exponent += exponent < 8 ? 1 : 11) {
        firesieve_delay expected = 0;
        mpz_root(root, other, exponent);
        mpz_export(&expected, NULL, -1, sizeof expected, 0, 0, root);
        cr_assert(number_root(number, exponent) == expected, "root %u of %s: %s", exponent, SHOW(number),
                  SHOW(number_root(number, exponent)));
    }
    cr_assert(number_is_square(number) == (mpz_perfect_square_p(other) != 0), "%s", SHOW(number));
    cr_assert(number_is_power(number) == (mpz_perfect_power_p(other) != 0), "%s", SHOW(number));
    mpz_clear(other);
    mpz_clear(root);
}

Test(numbers, have_the_roots_that_gmp_finds)
{
    struct random_state random = {test_seed()};
    for (firesieve_delay number = 0; number < 5000; ++number) {
        check_roots(number);
    }
    for (unsigned i = 0; i < 5000; ++i) {
        check_roots(draw(&random, 128));
    }
    /* Powers, and their neighbours. */
    for (unsigned exponent = 2; exponent < 128; ++exponent) {
        for (unsigned i = 0; i < 30; ++i) {
            const firesieve_delay base =
                2 + draw(&random, 128 / exponent == 64 ? 63 : 128 / exponent) % ((firesieve_delay)1 << 63);
            firesieve_delay power = 1;
            bool fits = true;
            for (unsigned j = 0; j < exponent && fits; ++j) {
                fits = !__builtin_mul_overflow(power, base, &power);
            }
            if (fits) {
                check_roots(power - 1);
                check_roots(power);
                check_roots(power + 1);
            }
        }
    }
    check_roots(~(firesieve_delay)0);
    check_roots(FIRESIEVE_DELAY_END);
}

/* ---- Factors ---------------------------------------------------------------------------------------------- */

static void check_factors(uint64_t number)
{
    const struct prime_factors factors = number_factor(number);
    mpz_t prime;
    mpz_init(prime);
    uint64_t product = 1;
    for (size_t i = 0; i < factors.count; ++i) {
        mpz_set_ui(prime, factors.primes[i]);
        cr_assert(mpz_probab_prime_p(prime, ROUNDS) != 0, "%" PRIu64 " of %" PRIu64, factors.primes[i], number);
        cr_assert(i == 0 || factors.primes[i - 1] < factors.primes[i]);
        cr_assert(factors.exponents[i] > 0);
        for (unsigned j = 0; j < factors.exponents[i]; ++j) {
            product *= factors.primes[i];
        }
    }
    cr_assert(product == number, "%" PRIu64, number);
    mpz_clear(prime);
}

static uint64_t draw_prime(struct random_state *random, unsigned bits)
{
    mpz_t prime;
    mpz_init_set_ui(prime, random_next(random) >> (64 - bits));
    mpz_nextprime(prime, prime);
    const uint64_t number = mpz_get_ui(prime);
    mpz_clear(prime);
    return number;
}

Test(numbers, are_the_products_of_their_factors)
{
    struct random_state random = {test_seed()};
    for (uint64_t number = 1; number < 5000; ++number) {
        check_factors(number);
    }
    for (unsigned i = 0; i < 300; ++i) {
        check_factors(1 + (random_next(&random) >> random_between(&random, 1, 63)));
        const uint64_t prime = draw_prime(&random, 30);
        check_factors(prime * prime);
        check_factors(prime * draw_prime(&random, 31));
        const uint64_t small = draw_prime(&random, 15);
        check_factors(small * small * small * small);
    }
    check_factors(UINT64_C(614889782588491410)); /* the product of the fifteen least primes */
    check_factors(UINT64_C(1) << 62);
    check_factors((UINT64_C(1) << 62) - 1);
    check_factors((UINT64_C(1) << 61) - 1);
}

/* For a small modulus, all squares; for a large prime, the Legendre symbol. */
Test(numbers, are_squares_modulo_others)
{
    enum { SMALL = 600 };
    struct random_state random = {test_seed()};
    for (uint64_t modulus = 1; modulus < SMALL; ++modulus) {
        bool square[SMALL] = {false};
        const struct prime_factors factors = number_factor(modulus);
        for (uint64_t root = 0; root < modulus; ++root) {
            square[root * root % modulus] = true;
        }
        for (uint64_t r = 0; r < modulus; ++r) {
            cr_assert(number_is_residue_of_square(r, &factors) == square[r], "%" PRIu64 " mod %" PRIu64, r, modulus);
        }
    }
    mpz_t residue;
    mpz_t prime;
    mpz_init(residue);
    mpz_init(prime);
    for (unsigned i = 0; i < 3000; ++i) {
        mpz_set_ui(prime, draw_prime(&random, 2 + i % 60) | 1);
        mpz_nextprime(prime, prime);
        const uint64_t modulus = mpz_get_ui(prime);
        const struct prime_factors factors = number_factor(modulus);
        const uint64_t r = random_between(&random, 0, modulus - 1);
        mpz_set_ui(residue, r);
        cr_assert(number_is_residue_of_square(r, &factors) == (mpz_legendre(residue, prime) >= 0),
                  "%" PRIu64 " mod %" PRIu64, r, modulus);
    }
    mpz_clear(residue);
    mpz_clear(prime);
}
