/* Primality tests, of one number and of many near each other, compared with trial division, definitions and GMP. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAS_GMP
#include <gmp.h>
#endif

#include "base/random.h"
#include "cpu/kernel_table.h"
#include "number/near.h"
#include "number/prime_test.h"
#include "support/kernels.h"

enum { COLUMNS = 700 };

static const int bit_lengths[] = {20, 24, 32, 39, 42, 50, 59, 60, 61, 64, 65, 80, 81, 100, 108, 109, 126, 127};

static firesieve_delay power_of_two(int exponent)
{
    return (firesieve_delay)1 << exponent;
}

static bool has_divisor_below_12(firesieve_delay number)
{
    return number % 2 == 0 || number % 3 == 0 || number % 5 == 0 || number % 7 == 0 || number % 11 == 0;
}

/* ---- one number --------------------------------------------------------------------------------------- */

Test(prime_test, small_numbers_agree_with_trial_division)
{
    enum { END = 300000 };
    static bool composite[END];
    for (uint32_t i = 2; i < END; ++i) {
        for (uint32_t j = 2 * i; j < END && !composite[i]; j += i) {
            composite[j] = true;
        }
        cr_assert(number_is_prime(i) == !composite[i], "%" PRIu32, i);
    }
    cr_assert(!number_is_prime(0) && !number_is_prime(1));
}

/* The two known Wieferich primes, whose squares are strong pseudoprimes to base 2. */
Test(prime_test, squares_of_wieferich_primes_are_composite)
{
    static const uint64_t roots[] = {1093, 3511};
    for (size_t i = 0; i < 2; ++i) {
        cr_assert(number_passes_strong_test(roots[i] * roots[i]) && !number_is_prime(roots[i] * roots[i]));
        cr_assert(number_lucas_parameter(roots[i] * roots[i]) == 0);
    }
}

/* From OEIS A001262 and A217719, without a prime divisor up to 37. */
Test(prime_test, published_pseudoprimes_pass_one_test_alone)
{
    static const uint64_t strong[] = {
        42799, 49141, 80581, 85489, 88357, 90751, 104653, 130561, 196093, 220729, 3825123056546413051};
    static const uint64_t lucas[] = {3239,   5777,   10877,  27971,  29681,  30739,  31631,  39059,
                                     72389,  73919,  75077,  100127, 113573, 125249, 137549, 137801,
                                     153931, 161027, 162133, 189419, 218321, 231703};
    for (size_t i = 0; i < sizeof strong / sizeof strong[0]; ++i) {
        cr_expect(number_passes_strong_test(strong[i]) && !number_passes_lucas_test(strong[i]), "%" PRIu64, strong[i]);
    }
    for (size_t i = 0; i < sizeof lucas / sizeof lucas[0]; ++i) {
        cr_expect(!number_passes_strong_test(lucas[i]) && number_passes_lucas_test(lucas[i]), "%" PRIu64, lucas[i]);
    }
}

static bool is_square_modulo(uint32_t value, uint32_t prime)
{
    for (uint64_t root = 0; root < prime; ++root) {
        if (root * root % prime == value % prime) {
            return true;
        }
    }
    return false;
}

Test(prime_test, the_lucas_parameter_is_the_first_that_gives_a_nonsquare)
{
    for (uint32_t prime = 41; prime < 3000; prime += 2) {
        if (number_is_prime(prime)) {
            uint32_t p = 3;
            while (is_square_modulo(p * p - 4, prime)) {
                ++p;
            }
            cr_assert(number_lucas_parameter(prime) == p, "%" PRIu32, prime);
        }
    }
}

/* ---- many --------------------------------------------------------------------------------------------- */

/* Columns none of whose numbers has a divisor below 12. */
static size_t list_columns(firesieve_delay first, uint32_t step, const uint32_t *shifts, uint32_t shift_count,
                           uint32_t *columns)
{
    size_t count = 0;
    for (uint32_t column = 0; count < COLUMNS; ++column) {
        bool divided = false;
        for (uint32_t i = 0; i < shift_count; ++i) {
            divided = divided || has_divisor_below_12(first + (uint64_t)step * column + shifts[i]);
        }
        columns[count] = column;
        count += !divided;
    }
    return count;
}

static size_t keep_by_definition(firesieve_delay first, uint32_t step, const uint32_t *shifts, uint32_t shift_count,
                                 uint32_t *columns, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        bool prime = true;
        for (uint32_t j = 0; j < shift_count && prime; ++j) {
            prime = number_is_prime(first + (uint64_t)step * columns[i] + shifts[j]);
        }
        columns[kept] = columns[i];
        kept += prime;
    }
    return kept;
}

static void check_tuples(const struct kernel_operations *kernel, firesieve_delay reference, uint64_t span,
                         uint64_t first, uint32_t step, uint32_t shift_count)
{
    static const uint32_t shifts[] = {0, 2, 6, 8};
    uint32_t columns[COLUMNS + 1];
    uint32_t wanted[COLUMNS + 1];
    const size_t all = list_columns(reference + first, step, shifts, shift_count, columns);
    const struct near_numbers near = near_numbers_make(reference, span);
    for (size_t count = all; count > 0; count = count > 40 ? count / 3 : count - 1) {
        uint32_t got[COLUMNS];
        memcpy(got, columns, count * sizeof *got);
        memcpy(wanted, columns, count * sizeof *wanted);
        const size_t kept = near_tuples(&near, kernel, first, step, got, count, shifts, shift_count);
        cr_assert(kept == keep_by_definition(reference + first, step, shifts, shift_count, wanted, count));
        cr_assert(memcmp(got, wanted, kept * sizeof *got) == 0, "%zu columns", count);
    }
    cr_assert(near_tuples(&near, kernel, first, step, columns, 0, shifts, shift_count) == 0);
}

ParameterizedTestParameters(near_tuples, agree_with_single_tests)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near_tuples, agree_with_single_tests)
{
    const struct kernel_operations *const kernel = operations_or_skip(*index);
    struct random_state random = {.counter = test_seed()};
    for (size_t i = 0; i < sizeof bit_lengths / sizeof bit_lengths[0]; ++i) {
        const int bits = bit_lengths[i];
        const firesieve_delay reference = power_of_two(bits - 1) + random_next(&random) % (uint64_t)power_of_two(18);
        const uint64_t odd = ~(uint64_t)reference & 1; /* makes first numbers odd */
        check_tuples(kernel, reference, UINT64_C(1) << 17, odd, 2, 1);
        check_tuples(kernel, reference, UINT64_C(1) << 23, odd + 2 * random_between(&random, 0, 1000), 2, 3);
        check_tuples(kernel, power_of_two(bits) - 7000, 400000, 1, 2, 2); /* the highest bits change */
    }
}

ParameterizedTestParameters(near_tuples, can_have_any_size)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near_tuples, can_have_any_size)
{
    const struct kernel_operations *const kernel = operations_or_skip(*index);
    check_tuples(kernel, power_of_two(127) - 1000, UINT64_C(1) << 55, (UINT64_C(1) << 54) + 3, 4, 2);
    check_tuples(kernel, power_of_two(127) - 1000, UINT64_C(1) << 62, (UINT64_C(1) << 62) - (1 << 20) + 1, 2, 2);
    check_tuples(kernel, power_of_two(127), 1 << 20, 0, 1, 2);
}

Test(near_tuples, use_lanes_if_they_fit)
{
    static const struct {
        int bits;
        int span_bits;
        bool in_lanes;
    } cases[] = {{20, 1, false}, {42, 17, true}, {42, 22, false}, {50, 35, true},  {50, 38, false}, {60, 50, true},
                 {64, 40, true}, {80, 50, true}, {108, 55, true}, {127, 55, true}, {127, 57, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const firesieve_delay reference = power_of_two(cases[i].bits) - power_of_two(cases[i].bits - 2);
        const struct near_numbers near = near_numbers_make(reference, (uint64_t)power_of_two(cases[i].span_bits) - 1);
        cr_expect(near.in_lanes == cases[i].in_lanes, "%d bits, a span of %d", cases[i].bits, cases[i].span_bits);
    }
    cr_expect(!near_numbers_make(0, 1000).in_lanes && !near_numbers_make(1, 0).in_lanes);
}

#ifdef HAS_GMP
/* ---- GMP ---------------------------------------------------------------------------------------------- */

static void set_number(mpz_t number, firesieve_delay value)
{
    mpz_import(number, 1, -1, sizeof value, 0, 0, &value);
}

static bool gmp_passes_strong_test(const mpz_t n)
{
    mpz_t less;
    mpz_t power;
    mpz_init(less);
    mpz_init_set_ui(power, 2);
    mpz_sub_ui(less, n, 1);
    const mp_bitcnt_t twos = mpz_scan1(less, 0);
    mpz_t odd;
    mpz_init(odd);
    mpz_tdiv_q_2exp(odd, less, twos);
    mpz_powm(power, power, odd, n);
    bool passes = mpz_cmp_ui(power, 1) == 0 || mpz_cmp(power, less) == 0;
    for (mp_bitcnt_t i = 1; i < twos && !passes; ++i) {
        mpz_powm_ui(power, power, 2, n);
        passes = mpz_cmp(power, less) == 0;
    }
    mpz_clear(odd);
    mpz_clear(power);
    mpz_clear(less);
    return passes;
}

Test(gmp, finds_the_same_primes_and_pseudoprimes)
{
    enum { RANDOM = 3000 };
    struct random_state random = {.counter = test_seed()};
    mpz_t n;
    mpz_init(n);
    for (int i = 0; i < RANDOM; ++i) {
        const firesieve_delay drawn = (firesieve_delay)random_next(&random) << 64 | random_next(&random);
        const firesieve_delay number = (drawn >> random_between(&random, 0, 110)) | 1;
        set_number(n, number);
        cr_assert(number_is_prime(number) == (mpz_probab_prime_p(n, 25) != 0), "seed %" PRIu64, test_seed());
        cr_assert(has_divisor_below_12(number) || number < 41 ||
                      number_passes_strong_test(number) == gmp_passes_strong_test(n),
                  "seed %" PRIu64, test_seed());
    }
    mpz_clear(n);
}

ParameterizedTestParameters(gmp, finds_the_tuples_of_kernels)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, gmp, finds_the_tuples_of_kernels)
{
    static const uint32_t no_shift[] = {0};
    const struct kernel_operations *const kernel = operations_or_skip(*index);
    struct random_state random = {.counter = test_seed()};
    mpz_t n;
    mpz_init(n);
    for (size_t i = 0; i < sizeof bit_lengths / sizeof bit_lengths[0]; ++i) {
        const firesieve_delay away = random_next(&random) & (uint64_t)(power_of_two(bit_lengths[i] - 4) - 1);
        const firesieve_delay reference = (power_of_two(bit_lengths[i] - 1) + away) | 1;
        const struct near_numbers near = near_numbers_make(reference, 1 << 20);
        uint32_t columns[COLUMNS + 1];
        uint32_t wanted[COLUMNS];
        const size_t count = list_columns(reference, 2, no_shift, 1, columns);
        size_t wanted_count = 0;
        for (size_t j = 0; j < count; ++j) {
            set_number(n, reference + 2 * (uint64_t)columns[j]);
            wanted[wanted_count] = columns[j];
            wanted_count += mpz_probab_prime_p(n, 25) != 0;
        }
        cr_assert(near_tuples(&near, kernel, 0, 2, columns, count, no_shift, 1) == wanted_count &&
                      memcmp(columns, wanted, wanted_count * sizeof *wanted) == 0,
                  "%d bits, seed %" PRIu64, bit_lengths[i], test_seed());
    }
    mpz_clear(n);
}
#endif
