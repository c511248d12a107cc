/*
 * Prime tuplets are sieved by primes that are not listed as classes: the results of chosen plans and of deliberately
 * awkward ones are compared with testing each number. If FIRESIEVE_TEST_SEED is set to the seed in a message, that case
 * runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/random.h"
#include "firewalls.h"
#include "language/form.h"
#include "number/prime_test.h"
#include "shapes.h"
#include "support/kernels.h"

/* The problem: x + shift must be prime, or have no divisor up to `high`, and x must not be in a residue class. */
struct tuplet_case {
    uint64_t seed;
    int64_t shifts[8];
    size_t count;
    uint64_t high; /* 0: they are prime */
    uint64_t modulus;
    uint64_t residue; /* forbidden */
    firesieve_delay from;
    firesieve_delay to;
    char text[512];
};

/* Whether a nonnegative number has no prime divisor up to `high`. */
static bool has_no_divisor(firesieve_delay number, uint64_t high)
{
    for (uint64_t divisor = 2; divisor <= high && divisor <= number / divisor; ++divisor) {
        if (number % divisor == 0) {
            return false;
        }
    }
    return number == 1 || number > high;
}

/* The oracle, which does not sieve. */
static bool holds(const struct tuplet_case *given, firesieve_delay x)
{
    bool so = x % given->modulus != given->residue;
    for (size_t i = 0; i < given->count && so; ++i) {
        const int64_t shift = given->shifts[i];
        const firesieve_delay size = (uint64_t)(shift < 0 ? -shift : shift);
        const bool negative = shift < 0 && x < size;
        const firesieve_delay number = shift >= 0 ? x + size : negative ? size - x : x - size;
        so = given->high == 0 ? !negative && number_is_prime(number) : has_no_divisor(number, given->high);
    }
    return so;
}

static void write_lines(struct tuplet_case *given)
{
    size_t used = (size_t)snprintf(given->text, sizeof given->text, "x mod %" PRIu64 " != %" PRIu64 "\nx + {",
                                   given->modulus, given->residue);
    for (size_t i = 0; i < given->count; ++i) {
        used += (size_t)snprintf(given->text + used, sizeof given->text - used, "%s%" PRId64, i == 0 ? "" : ", ",
                                 given->shifts[i]);
    }
    if (given->high == 0) {
        snprintf(given->text + used, sizeof given->text - used, "} prime\n");
    } else {
        snprintf(given->text + used, sizeof given->text - used, "} coprime to p for primes p in 2..%" PRIu64 "\n",
                 given->high);
    }
}

/* Near 0, near powers of 2, anywhere, near the end of all delays. */
static firesieve_delay draw_begin(struct random_state *random, unsigned bits_max)
{
    const unsigned bits = (unsigned)random_between(random, 0, bits_max);
    const firesieve_delay power = bits == 0 ? 0 : (firesieve_delay)1 << bits;
    const firesieve_delay below = random_between(random, 0, 3000);
    if (coin(random, 3)) {
        return power > below ? power - below : 0;
    }
    return power + (((firesieve_delay)random_next(random) << 64 | random_next(random)) & (power == 0 ? 0 : power - 1));
}

static struct tuplet_case draw_case(uint64_t seed)
{
    static const uint64_t moduli[] = {1 << 13, 2, 3, 4, 5, 8, 9, 30, 49, 77, 210, 1009, 2048, 4097, 8191};
    static const uint64_t highs[] = {16384, 16411, 20000, 65537, 70001};
    struct random_state random = {seed};
    struct tuplet_case given = {.seed = seed, .count = random_between(&random, 1, COUNT_OF(given.shifts))};
    const uint64_t spread = (uint64_t)1 << random_between(&random, 1, 17);
    for (size_t i = 0; i < given.count; ++i) {
        given.shifts[i] = (int64_t)random_between(&random, 0, spread) - (coin(&random, 3) ? (int64_t)spread / 2 : 0);
    }
    given.high = coin(&random, 3) ? highs[random_between(&random, 0, COUNT_OF(highs) - 1)] : 0;
    given.modulus = moduli[random_between(&random, 0, COUNT_OF(moduli) - 1)];
    given.residue = random_between(&random, 0, given.modulus - 1);
    given.from = draw_begin(&random, given.high == 0 ? 126 : 40);
    given.to = delay_min(delay_add_saturated(given.from, random_between(&random, 1, 20000)), FIRESIEVE_DELAY_END);
    write_lines(&given);
    return given;
}

/* ---- Comparisons ---------------------------------------------------------------------------------------- */

struct numbers {
    firesieve_delay items[20001];
    size_t count;
};

static bool receive(firesieve_delay x, void *context)
{
    struct numbers *const numbers = context;
    cr_assert(numbers->count < COUNT_OF(numbers->items));
    numbers->items[numbers->count++] = x;
    return true;
}

static void check_listed(const struct tuplet_case *given, const firesieve_firewall *firewall,
                         const firesieve_search_options *options, const struct numbers *expected, const char *plan)
{
    static struct numbers found;
    firesieve_search_result result;
    firesieve_error error = {.message = ""};
    found.count = 0;
    cr_assert(firesieve_list(firewall, options, receive, &found, &result, &error) == FIRESIEVE_OK, "%s\n%s%s",
              error.message, given->text, plan);
    cr_assert(found.count == expected->count, "FIRESIEVE_TEST_SEED=%" PRIu64 ", kernel %s, from %s: %zu of %zu\n%s%s",
              given->seed, options->kernel == NULL ? "best" : firesieve_kernel_name(options->kernel), SHOW(given->from),
              found.count, expected->count, given->text, plan);
    for (size_t i = 0; i < found.count; ++i) {
        cr_assert(found.items[i] == expected->items[i], "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s instead of %s\n%s%s",
                  given->seed, SHOW(found.items[i]), SHOW(expected->items[i]), given->text, plan);
    }
    cr_assert(firesieve_count(firewall, options, &result, &error) == FIRESIEVE_OK && result.count == expected->count,
              "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s counted\n%s%s", given->seed, SHOW(result.count), given->text, plan);
    cr_assert(firesieve_solve(firewall, options, &result, &error) == FIRESIEVE_OK);
    cr_assert(expected->count == 0 ? result.outcome == FIRESIEVE_NONE
                                   : result.outcome == FIRESIEVE_FOUND && result.delay == expected->items[0],
              "FIRESIEVE_TEST_SEED=%" PRIu64 ": solved %s\n%s%s", given->seed, SHOW(result.delay), given->text, plan);
}

static void list_by_hand(const struct tuplet_case *given, struct numbers *expected)
{
    expected->count = 0;
    for (firesieve_delay x = given->from; x < given->to; ++x) {
        if (holds(given, x)) {
            expected->items[expected->count++] = x;
        }
    }
}

static firesieve_search_options options_of(const struct tuplet_case *given)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.from = given->from;
    options.to = given->to;
    return options;
}

Test(tuplets, agree_with_testing_each_number)
{
    enum { CASES = 400 };
    static struct numbers expected;
    for (uint64_t i = 0; i < CASES; ++i) {
        const struct tuplet_case given = draw_case(test_seed() + i);
        firesieve_firewall *const firewall = parse_firewall(given.text);
        firesieve_search_options options = options_of(&given);
        cr_assert(form_of(firewall)->tuplets != NULL, "%s", given.text);
        list_by_hand(&given, &expected);
        options.threads = (unsigned)(1 + i % 3);
        check_listed(&given, firewall, &options, &expected, "");
        firesieve_firewall_free(firewall);
    }
}

/* ---- Awkward plans -------------------------------------------------------------------------------------- */

/* A plan with these numbers; its first two lines are those of any plan of the firewall. */
static firesieve_plan *write_plan(const firesieve_firewall *firewall, const struct tuplet_case *given, char *text,
                                  size_t size)
{
    static const uint32_t wheels[] = {2, 6, 10, 30, 66, 210, 2310, 30030};
    static const uint32_t rows[] = {7, 17, 64, 1000};
    static const uint32_t sieves[] = {31, 257, 1009, 20011, 100003};
    static const uint32_t listed[] = {1000, 1013, 5003, 1 << 20};
    struct random_state random = {given->seed + 1};
    const firesieve_search_options options = options_of(given);
    firesieve_plan *chosen;
    firesieve_plan *plan;
    firesieve_error error;
    size_t chosen_size;
    cr_assert(firesieve_plan_choose(firewall, &options, &chosen, &error) == FIRESIEVE_OK && chosen != NULL, "%s",
              error.message);
    const char *const written = firesieve_plan_text(chosen, &chosen_size);
    const int head = (int)(strstr(written, "method ") - written);
    const int length = snprintf(
        text, size,
        "%.*smethod tuplet\nwheel %" PRIu32 "\nrows %" PRIu32 "\nsieve %" PRIu32 "\nlisted %" PRIu32 "\nblock %" PRIu64
        "\n",
        head, written, wheels[random_between(&random, 0, COUNT_OF(wheels) - 1)],
        rows[random_between(&random, 0, COUNT_OF(rows) - 1)], sieves[random_between(&random, 0, COUNT_OF(sieves) - 1)],
        listed[random_between(&random, 0, COUNT_OF(listed) - 1)], 8 * random_between(&random, 1, 4));
    firesieve_plan_free(chosen);
    cr_assert(firesieve_plan_parse(firewall, text, (size_t)length, &plan, &error) == FIRESIEVE_OK, "%s\n%s",
              error.message, text);
    return plan;
}

Test(tuplets, are_the_same_with_awkward_plans)
{
    enum { CASES = 400 };
    static struct numbers expected;
    for (uint64_t i = 0; i < CASES; ++i) {
        char text[512];
        const struct tuplet_case given = draw_case(test_seed() + i);
        firesieve_firewall *const firewall = parse_firewall(given.text);
        firesieve_plan *const plan = write_plan(firewall, &given, text, sizeof text);
        firesieve_search_options options = options_of(&given);
        list_by_hand(&given, &expected);
        options.plan = plan;
        options.threads = (unsigned)(1 + i % 2);
        check_listed(&given, firewall, &options, &expected, text);
        firesieve_plan_free(plan);
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(tuplets, are_the_same_on_every_kernel)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, tuplets, are_the_same_on_every_kernel)
{
    enum { CASES = 60 };
    static struct numbers expected;
    operations_or_skip(*index);
    for (uint64_t i = 0; i < CASES; ++i) {
        const struct tuplet_case given = draw_case(test_seed() + 1000 + i);
        firesieve_firewall *const firewall = parse_firewall(given.text);
        firesieve_search_options options = options_of(&given);
        list_by_hand(&given, &expected);
        options.kernel = firesieve_kernel_at(*index);
        check_listed(&given, firewall, &options, &expected, "");
        firesieve_firewall_free(firewall);
    }
}

/* ---- Known counts --------------------------------------------------------------------------------------- */

/* Twin primes in distant ranges; the first two were counted by prime sieves, the last with probable primes. */
Test(tuplets, in_distant_ranges_match_known_counts)
{
    static const struct {
        const char *lines;
        uint64_t count;
    } rows[] = {
        {"x + {0, 2} prime\nfrom 10^15\nto 10^15+10^6\n", 1056},
        {"x + {0, 4, 6, 10, 12, 16} prime\nfrom 10^15\nto 10^15+10^9\n", 4},
        {"x + {0, 2} prime\nfrom 10^30\nto 10^30+10^7\n", 2769},
        {"x + {0, 2} coprime to p for primes p in 2..31622777\nfrom 10^15\nto 10^15+10^6\n", 1056},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].lines);
        firesieve_search_result result;
        cr_assert(firesieve_count(firewall, NULL, &result, NULL) == FIRESIEVE_OK);
        cr_expect(result.count == rows[i].count, "%s%s", rows[i].lines, SHOW(result.count));
        firesieve_firewall_free(firewall);
    }
}
