/* starts, strong and lucas of every kernel at every size, in every lane, with pseudoprimes and long tails. */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <inttypes.h>
#include <string.h>

#include "number/near.h"
#include "number/prime_test.h"
#include "support/kernels.h"
#include "verify/verify.h"

static const int bit_lengths[] = {42, 50, 59, 60, 61, 63, 64, 65, 70, 79, 80, 81, 100, 107, 108, 109, 120, 126, 127};

enum { LENGTHS = sizeof bit_lengths / sizeof bit_lengths[0] };

static struct verify_space *create_space(void)
{
    struct verify_space *const space = verify_space_create();
    cr_assert(space != NULL);
    return space;
}

static void check(const struct kernel_operations *operations, const struct near_case *given, struct verify_space *space)
{
    char text[VERIFY_TEXT_SIZE];
    cr_assert(verify_strong(operations, given, space, text), "seed %" PRIu64 ": %s", test_seed(), text);
    cr_assert(verify_lucas(operations, given, space, text), "seed %" PRIu64 ": %s", test_seed(), text);
}

static void check_around(const struct kernel_operations *operations, kernel_wide number, int span_bits,
                         struct random_state *random, struct verify_space *space)
{
    struct near_case given = {.skew = random_between(random, 0, 7)};
    near_case_around(&given, number, span_bits, random);
    check(operations, &given, space);
}

static kernel_wide power_of_two(int exponent)
{
    return (kernel_wide)1 << exponent;
}

static kernel_wide next_prime(kernel_wide number)
{
    number |= 1;
    while (!number_is_prime(number)) {
        number += 2;
    }
    return number;
}

/* ---- lanes -------------------------------------------------------------------------------------------- */

/* A prime in one lane, and composite numbers in all others. */
static void check_lane(const struct kernel_operations *operations, kernel_wide prime, int lane)
{
    const struct near_numbers near = near_numbers_make(prime - 101, 200);
    uint64_t distances[KERNEL_NUMBERS];
    uint32_t parameters[KERNEL_NUMBERS];
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        distances[i] = 101;
        parameters[i] = number_lucas_parameter(prime);
        while (i != lane && (number_is_prime(prime - 101 + distances[i]) || distances[i] == 101)) {
            distances[i] += 2;
        }
    }
    uint32_t unsure;
    cr_assert(near.in_lanes);
    cr_assert(operations->strong(&near.shared, distances, &unsure) == UINT32_C(1) << lane && unsure == 0);
    const uint32_t passes = operations->lucas(&near.shared, distances, parameters, &unsure);
    cr_assert((passes >> lane & 1) == 1 && unsure == 0);
}

ParameterizedTestParameters(near, a_prime_is_seen_in_every_lane)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near, a_prime_is_seen_in_every_lane)
{
    const struct kernel_operations *const operations = operations_or_skip(*index);
    for (int i = 0; i < LENGTHS; ++i) {
        kernel_wide prime = next_prime(power_of_two(bit_lengths[i] - 1) + power_of_two(bit_lengths[i] - 4));
        while (prime % 8 == 1 || prime % 8 == 7) { /* short tails, so that none is unsure */
            prime = next_prime(prime + 2);
        }
        for (int lane = 0; lane < KERNEL_NUMBERS; ++lane) {
            check_lane(operations, prime, lane);
        }
    }
}

/* ---- sizes -------------------------------------------------------------------------------------------- */

ParameterizedTestParameters(near, numbers_agree_around_every_power_of_two)
{
    return every_kernel();
}

/* Up to 2^127 + 2^62 at the end. */
ParameterizedTest(const size_t *index, near, numbers_agree_around_every_power_of_two)
{
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    for (int bits = 42; bits <= 127; ++bits) {
        check_around(operations, power_of_two(bits) - 1, 7, &random, space);
        check_around(operations, power_of_two(bits) + 1, 40, &random, space);
    }
    check_around(operations, power_of_two(127) + power_of_two(62) - 3, 55, &random, space);
    verify_space_free(space);
}

ParameterizedTestParameters(near, numbers_agree_where_their_highest_bits_differ)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near, numbers_agree_where_their_highest_bits_differ)
{
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    for (int i = 0; i < LENGTHS; ++i) {
        for (kernel_wide top = 32; top < 64; top += 3) {
            const kernel_wide number = (top << (bit_lengths[i] - 6)) + 1;
            check_around(operations, number, 8, &random, space);
            check_around(operations, number, bit_lengths[i] - 10 < 55 ? bit_lengths[i] - 10 : 55, &random, space);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(near, random_numbers_agree)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near, random_numbers_agree)
{
    static const int exponents[] = {60, 64, 80, 108, 127};
    enum { CASES = 150 };
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; ++i) {
        for (int j = 0; j < CASES; ++j) {
            const uint64_t away = random_next(&random) >> random_between(&random, 8, 60);
            const kernel_wide edge = power_of_two(exponents[i]);
            const kernel_wide number = exponents[i] == 127 || j % 2 == 0 ? edge - away % (edge / 2) : edge + away;
            check_around(operations, number | 1, (int)random_between(&random, 6, 50), &random, space);
        }
    }
    verify_space_free(space);
}

/* ---- what pretends to be prime ------------------------------------------------------------------------ */

struct pretenders {
    size_t strong;
    size_t lucas;
};

static void count_pretender(const struct kernel_operations *operations, kernel_wide number,
                            struct pretenders *pretenders, struct random_state *random, struct verify_space *space)
{
    cr_assert(!number_is_prime(number));
    pretenders->strong += number_passes_strong_test(number);
    pretenders->lucas += number_passes_lucas_test(number);
    check_around(operations, number, 12, random, space);
}

ParameterizedTestParameters(near, pseudoprimes_of_either_test_agree)
{
    return every_kernel();
}

/* Products of primes: p and 2 p - 1, or p and 2 p + 3, many of which pass one of the tests; twins; and squares. */
ParameterizedTest(const size_t *index, near, pseudoprimes_of_either_test_agree)
{
    enum { EACH = 12 };
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    struct pretenders pretenders = {0, 0};
    for (int i = 0; i < LENGTHS; ++i) {
        for (int j = 0; j < EACH; ++j) {
            const kernel_wide less = (kernel_wide)random_next(&random) << 64 >> (131 - bit_lengths[i]);
            const kernel_wide number = power_of_two(bit_lengths[i] - 1) / 4 * 3 - less;
            count_pretender(operations, near_case_product(number, 2, -1), &pretenders, &random, space);
            count_pretender(operations, near_case_product(number, 2, 3), &pretenders, &random, space);
            count_pretender(operations, near_case_product(number, 1, 2), &pretenders, &random, space);
            count_pretender(operations, near_case_product(number, 1, 0), &pretenders, &random, space);
            count_pretender(operations, near_case_square_product(number), &pretenders, &random, space);
        }
    }
    cr_expect(pretenders.strong > LENGTHS && pretenders.lucas > LENGTHS / 2, "seed %" PRIu64 ": %zu and %zu",
              test_seed(), pretenders.strong, pretenders.lucas);
    cr_log_info("%zu strong and %zu Lucas pseudoprimes", pretenders.strong, pretenders.lucas);
    verify_space_free(space);
}

ParameterizedTestParameters(near, mersenne_and_fermat_numbers_agree)
{
    return every_kernel();
}

/* 2^q - 1 with q prime, and 2^2^k + 1, are strong pseudoprimes to base 2 unless they are prime. */
ParameterizedTest(const size_t *index, near, mersenne_and_fermat_numbers_agree)
{
    static const int exponents[] = {43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127};
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; ++i) {
        const kernel_wide number = power_of_two(exponents[i]) - 1;
        const bool prime = exponents[i] == 61 || exponents[i] == 89 || exponents[i] == 107 || exponents[i] == 127;
        cr_assert(number_passes_strong_test(number) && number_is_prime(number) == prime);
        check_around(operations, number, 10, &random, space);
    }
    cr_assert(number_passes_strong_test(power_of_two(64) + 1) && !number_is_prime(power_of_two(64) + 1));
    check_around(operations, power_of_two(64) + 1, 10, &random, space);
    verify_space_free(space);
}

static kernel_wide next_of_step(kernel_wide number, kernel_wide step)
{
    while (!number_is_prime(number)) {
        number += step;
    }
    return number;
}

ParameterizedTestParameters(near, primes_with_long_tails_agree)
{
    return every_kernel();
}

/* Numbers with 2^twos dividing n - 1 or n + 1, for twos just small enough for lanes to decide, or just too large. */
ParameterizedTest(const size_t *index, near, primes_with_long_tails_agree)
{
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    for (int i = 0; i < LENGTHS; ++i) {
        for (int twos = 1; twos <= KERNEL_TRAIL + 3; ++twos) {
            const kernel_wide step = power_of_two(twos + 1);
            const kernel_wide base = (power_of_two(bit_lengths[i] - 1) | power_of_two(bit_lengths[i] - 3)) + step / 2;
            check_around(operations, next_of_step(base - 1, step), 8, &random, space);
            check_around(operations, next_of_step(base + 1, step), 8, &random, space);
        }
    }
    verify_space_free(space);
}

/* ---- starts ------------------------------------------------------------------------------------------- */

ParameterizedTestParameters(near, starts_agree_at_all_extremes)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, near, starts_agree_at_all_extremes)
{
    static const uint32_t primes[] = {2,       3,       5,        13,         251,        65521,
                                      1048573, 1048583, 16777213, 1073741789, 2147483629, 2147483647};
    static const uint32_t values[] = {0, 1, 2, 3, 524287, 524288, 524289, 1048574, 1048575};
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct starts_case given = {0};
    for (size_t i = 0; i < sizeof primes / sizeof primes[0]; ++i) {
        const uint32_t prime = primes[i];
        const uint32_t edges[] = {0, 1 % prime, 2 % prime, prime / 2, prime / 2 + 1, prime - 2, prime - 1};
        for (size_t j = 0; j < sizeof values / sizeof values[0]; ++j) {
            given.value = values[j];
            given.count = 0;
            given.skew = (i + j) % 16;
            for (size_t k = 0; k < 49; ++k) {
                given.primes[given.count] = prime;
                given.starts[given.count] = edges[k % 7] % prime;
                given.inverses[given.count++] = edges[k / 7] % prime;
            }
            char text[VERIFY_TEXT_SIZE];
            cr_assert(verify_starts(operations, &given, space, text), "%" PRIu32 " times, prime %" PRIu32 ": %s",
                      values[j], prime, text);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(near, starts_agree_where_quotients_are_nearly_whole)
{
    return every_kernel();
}

/*
 * value * inverse is a multiple of the prime, or off by one or two: the quotient of floats is a little less, or more.
 */
ParameterizedTest(const size_t *index, near, starts_agree_where_quotients_are_nearly_whole)
{
    enum { CASES = 2000 };
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct random_state random = {.counter = test_seed()};
    struct starts_case given = {.count = CASE_PRIMES_MAX};
    for (int i = 0; i < CASES; ++i) {
        given.value = (uint32_t)random_between(&random, 1 << 19, (1 << 20) - 1);
        for (size_t j = 0; j < given.count; ++j) {
            const uint64_t prime = random_between(&random, UINT64_C(1) << 20, (UINT64_C(1) << 31) - 1);
            const uint64_t quotient = random_between(&random, 1, given.value - 1);
            const uint64_t inverse = quotient * prime / given.value + random_between(&random, 0, 2);
            given.primes[j] = (uint32_t)prime;
            given.inverses[j] = (uint32_t)(inverse < prime ? inverse : prime - 1);
            given.starts[j] = (uint32_t)random_between(&random, 0, prime - 1);
        }
        char text[VERIFY_TEXT_SIZE];
        cr_assert(verify_starts(operations, &given, space, text), "seed %" PRIu64 ": %s", test_seed(), text);
    }
    verify_space_free(space);
}
