/*
 * Firewalls from number theory, compared delay by delay with independent mathematics: Legendre's formula, listed
 * squares and trial division. Also compared with published answers.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "firewalls.h"

static bool is_prime(uint64_t n)
{
    for (uint64_t divisor = 2; divisor * divisor <= n; ++divisor) {
        if (n % divisor == 0) {
            return false;
        }
    }
    return n >= 2;
}

static firesieve_delay solve_generated(firesieve_family family, const firesieve_generate_options *options)
{
    firesieve_firewall *const firewall = generate_firewall(family, options);
    const firesieve_search_options solve_options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &solve_options);
    cr_assert(result.outcome == FIRESIEVE_FOUND);
    firesieve_firewall_free(firewall);
    return result.delay;
}

/* ---- erdos-selfridge --------------------------------------------------------------------------------------------- */

/* How often the prime divides n! (Legendre). */
static uint64_t count_in_factorial(uint64_t n, uint64_t prime)
{
    uint64_t count = 0;
    while (n > 0) {
        n /= prime;
        count += n;
    }
    return count;
}

static bool prime_up_to_k_divides_binomial(uint64_t n, uint64_t k)
{
    for (uint64_t prime = 2; prime <= k; ++prime) {
        if (is_prime(prime) &&
            count_in_factorial(n, prime) > count_in_factorial(k, prime) + count_in_factorial(n - k, prime)) {
            return true;
        }
    }
    return false;
}

Test(erdos_selfridge, delays_are_caught_if_a_small_prime_divides_the_binomial_coefficient)
{
    static const uint64_t ks[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 20, 25, 27, 31, 41, 100, 400};
    for (size_t i = 0; i < COUNT_OF(ks); ++i) {
        const firesieve_generate_options options = {.k = ks[i]};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options);
        for (uint64_t delay = 0; delay < 20000; ++delay) {
            cr_assert(firesieve_firewall_catches(firewall, delay) ==
                          prime_up_to_k_divides_binomial(delay + ks[i] + 2, ks[i]),
                      "k = %" PRIu64 ", delay %" PRIu64, ks[i], delay);
        }
        firesieve_firewall_free(firewall);
    }
}

/* OEIS A003458. */
Test(erdos_selfridge, answers_match_the_published_ones)
{
    static const struct {
        uint64_t k;
        uint64_t g;
    } rows[] = {{2, 6}, {3, 7}, {4, 7}, {5, 23}, {20, 43196}, {41, 3017321}, {61, 2237874623}, {100, 3935600486}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.k = rows[i].k};
        const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options);
        cr_assert(delay + rows[i].k + 2 == rows[i].g, "k = %" PRIu64 ": %s", rows[i].k, SHOW(delay));
    }
}

/* Too far away to search for, but they can be tested. */
Test(erdos_selfridge, published_answers_out_of_reach_are_safe)
{
    static const struct {
        uint64_t k;
        const char *g;
    } rows[] = {{200, "52087838892710191382732"},         {270, "1701260056856388505285598"},
                {300, "7018551963812119473981522430"},    {323, "1698297710446041211456325122499"},
                {376, "7778804220120654420924631668091"}, {377, "5973303871796437264595936954237"}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.k = rows[i].k};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options);
        firesieve_delay g;
        cr_assert(firesieve_delay_parse(rows[i].g, &g));
        cr_assert(!firesieve_firewall_catches(firewall, g - rows[i].k - 2), "k = %" PRIu64, rows[i].k);
        cr_assert(firesieve_firewall_catches(firewall, g - rows[i].k - 3), "k = %" PRIu64, rows[i].k);
        firesieve_firewall_free(firewall);
    }
}

/*
 * ---- pseudosquares ------------------------------------------------------------------------------------------------
 */

/* Whether sign * m is the square of something other than 0 modulo each of the first `count` odd primes. */
static bool is_square_modulo_primes(uint64_t m, bool negative, uint64_t count)
{
    for (uint64_t prime = 3; count > 0; prime += 2) {
        if (!is_prime(prime)) {
            continue;
        }
        --count;
        bool found = false;
        for (uint64_t i = 1; i < prime && !found; ++i) {
            found = (negative ? i * i + m : i * i + (prime - 1) * m) % prime == 0;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static void check_square_classes(firesieve_family family, bool negative)
{
    static const uint64_t counts[] = {0, 1, 2, 3, 5, 10, 30};
    for (size_t i = 0; i < COUNT_OF(counts); ++i) {
        const firesieve_generate_options options = {.primes = counts[i]};
        firesieve_firewall *const firewall = generate_firewall(family, &options);
        for (uint64_t m = 0; m < 50000; ++m) {
            const bool allowed = m % 8 == (negative ? 7 : 1) && is_square_modulo_primes(m, negative, counts[i]);
            cr_assert(firesieve_firewall_catches(firewall, m) != allowed, "%" PRIu64 " primes, %" PRIu64, counts[i], m);
        }
        firesieve_firewall_free(firewall);
    }
}

Test(pseudosquares, delays_are_safe_if_they_are_squares_modulo_the_primes)
{
    check_square_classes(FIRESIEVE_FAMILY_PSEUDOSQUARE, false);
    check_square_classes(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, true);
}

/* OEIS A045535. */
Test(pseudosquares, negative_answers_match_the_published_ones)
{
    static const uint64_t answers[] = {7,        23,        71,        311,       479,       1559,
                                       5711,     10559,     18191,     31391,     118271,    366791,
                                       366791,   2155919,   2155919,   2155919,   6077111,   6077111,
                                       98538359, 120293879, 131486759, 131486759, 508095719, UINT64_C(2570169839)};
    for (uint64_t count = 0; count < COUNT_OF(answers); ++count) {
        const firesieve_generate_options options = {.primes = count};
        const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
        cr_assert(delay == answers[count], "%" PRIu64 " primes: %s", count, SHOW(delay));
    }
}

/* Whether m is the square of a number without a factor among 2 and the first `count` odd primes. */
static bool is_coprime_square(uint64_t m, uint64_t count)
{
    const uint64_t root = (uint64_t)llround(sqrt((double)m));
    bool coprime = root * root == m && root % 2 == 1;
    for (uint64_t prime = 3; coprime && count > 0; prime += 2) {
        if (is_prime(prime)) {
            coprime = root % prime != 0;
            --count;
        }
    }
    return coprime;
}

/* OEIS A002189. */
Test(pseudosquares, below_the_published_one_only_squares_are_safe)
{
    static const uint64_t pseudosquares[] = {17,    73,    241,    1009,   2641,    8089,    18001,
                                             53881, 87481, 117049, 515761, 1083289, 3206641, 3818929};
    for (uint64_t count = 0; count < COUNT_OF(pseudosquares); ++count) {
        const firesieve_generate_options options = {.primes = count};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &options);
        for (uint64_t m = 0; m < pseudosquares[count]; ++m) {
            cr_assert(firesieve_firewall_catches(firewall, m) != is_coprime_square(m, count),
                      "%" PRIu64 " primes, %" PRIu64, count, m);
        }
        cr_assert(!firesieve_firewall_catches(firewall, pseudosquares[count]), "%" PRIu64 " primes", count);
        cr_assert(!is_coprime_square(pseudosquares[count], 0));
        firesieve_firewall_free(firewall);
    }
}

/* ---- tuplets ----------------------------------------------------------------------------------------------------- */

/* Whether anything from 2 to the limit divides it. */
static bool has_divisor(firesieve_delay n, uint64_t limit)
{
    for (uint64_t divisor = 2; divisor <= limit; ++divisor) {
        if (n % divisor == 0) {
            return true;
        }
    }
    return false;
}

Test(tuplets, delays_are_safe_if_no_prime_divides_any_of_the_numbers)
{
    static const firesieve_generate_options rows[] = {
        {.offsets = {0}, .offset_count = 1, .sieve_to = 2},
        {.offsets = {0}, .offset_count = 1, .sieve_to = 3, .start = 1},
        {.offsets = {5}, .offset_count = 1, .sieve_to = 60, .start = 12345},
        {.offsets = {0, 2}, .offset_count = 2, .sieve_to = 61},
        {.offsets = {0, 2, 4}, .offset_count = 3, .sieve_to = 7},
        {.offsets = {0, 4, 6, 10, 12, 16}, .offset_count = 6, .sieve_to = 40, .start = 1000000007},
        {.offsets = {1, 6, 7, 1000000, UINT64_MAX}, .offset_count = 5, .sieve_to = 11, .start = UINT64_MAX - 5},
        {.offsets = {UINT64_MAX - 2, UINT64_MAX}, .offset_count = 2, .sieve_to = 30, .start = UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, &rows[i]);
        for (uint64_t delay = 0; delay < 20000; ++delay) {
            bool divided = false;
            for (size_t j = 0; j < rows[i].offset_count; ++j) {
                const firesieve_delay n = (firesieve_delay)rows[i].start + delay + rows[i].offsets[j];
                divided |= has_divisor(n, rows[i].sieve_to);
            }
            cr_assert(firesieve_firewall_catches(firewall, delay) == divided, "row %zu, delay %" PRIu64, i, delay);
        }
        firesieve_firewall_free(firewall);
    }
}

/* Layers are not redundant: one layer forbids classes that coincide. */
Test(tuplets, have_as_many_layers_as_classes)
{
    static const struct {
        firesieve_generate_options options;
        size_t layers;
    } rows[] = {
        {{.offsets = {0, 2}, .offset_count = 2, .sieve_to = 2}, 1},
        {{.offsets = {0, 1}, .offset_count = 2, .sieve_to = 2}, 2},
        {{.offsets = {0, 3}, .offset_count = 2, .sieve_to = 3}, 2 + 2},
        {{.offsets = {0, 2}, .offset_count = 2, .sieve_to = 9}, 1 + 4 + 4 + 4},
        {{.offsets = {0, 2}, .offset_count = 2, .sieve_to = 10}, 1 + 4 + 4 + 4},
        {{.offsets = {0}, .offset_count = 1, .sieve_to = 25}, 1 + 8 * 2},
        {{.offsets = {0, 4, 6, 10, 12, 16}, .offset_count = 6, .sieve_to = 7}, 1 + 4 + 8 + 12},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, &rows[i].options);
        cr_assert(firesieve_firewall_layer_count(firewall) == rows[i].layers, "row %zu: %zu", i,
                  firesieve_firewall_layer_count(firewall));
        firesieve_firewall_free(firewall);
    }
}

/* Published counts to 10^6, less the tuplets that the sieve removes because they begin with one of its primes. */
Test(tuplets, counts_match_the_published_ones)
{
    enum { END = 1000000, SIEVE_TO = 1009 };
    static const struct {
        firesieve_generate_options options;
        unsigned published;
    } rows[] = {
        {{.offsets = {0}, .offset_count = 1, .sieve_to = SIEVE_TO}, 78498},
        {{.offsets = {0, 2}, .offset_count = 2, .sieve_to = SIEVE_TO}, 8169},
        {{.offsets = {0, 2, 6, 8}, .offset_count = 4, .sieve_to = SIEVE_TO}, 166},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options *const options = &rows[i].options;
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, options);
        unsigned count = 0;
        for (uint64_t start = 0; start < END; ++start) {
            bool small = start <= SIEVE_TO;
            for (size_t j = 0; small && j < options->offset_count; ++j) {
                small = is_prime(start + options->offsets[j]);
            }
            count += small || (start > 1 && !firesieve_firewall_catches(firewall, start));
        }
        cr_assert(count == rows[i].published, "row %zu: %u", i, count);
        firesieve_firewall_free(firewall);
    }
}

Test(tuplets, the_default_is_the_first_sextuplet_after_a_billion)
{
    const firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_TUPLET);
    const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_TUPLET, &options);
    cr_assert(options.start == 1000000000 && options.start + delay == 1002054787, "%s", SHOW(delay));
}

/* A sieve of millions of layers, with depths far below the maximum. */
Test(tuplets, primes_to_ten_million)
{
    const firesieve_generate_options options = {.offsets = {0, 2}, .offset_count = 2, .sieve_to = 10000000};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, &options);
    const size_t count = firesieve_firewall_layer_count(firewall);
    const firesieve_layer last = firesieve_firewall_layers(firewall)[count - 1];
    cr_assert(count == 1 + 4 * 664578, "%zu", count); /* 664579 primes; two classes for each odd one */
    cr_assert(last.range == 9999991 + 1 && last.depth < UINT64_C(1) << 43, "%" PRIu64 ": %" PRIu64, last.depth,
              last.range);
    firesieve_firewall_free(firewall);
}
