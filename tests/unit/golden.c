/* The golden firewalls: every method and kernel gives the answers, which are published or took a slow proof. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "firewalls.h"
#include "support/kernels.h"

enum { ANSWERS_MAX = 64 };

struct answer {
    char name[128];
    char delay[FIRESIEVE_DELAY_TEXT_SIZE]; /* or "none" */
};

static size_t read_answers(struct answer *answers)
{
    FILE *const file = fopen(FIRESIEVE_GOLDEN_DIRECTORY "/answers.txt", "r");
    cr_assert(file != NULL);
    size_t count = 0;
    while (count < ANSWERS_MAX && fscanf(file, "%127s %40s", answers[count].name, answers[count].delay) == 2) {
        ++count;
    }
    cr_assert(feof(file) && count >= 10);
    fclose(file);
    return count;
}

static void check_answer(const struct answer *answer, const firesieve_search_options *options, const char *label)
{
    firesieve_firewall *const firewall = open_golden(answer->name);
    const firesieve_search_result result = solve(firewall, options);
    if (strcmp(answer->delay, "none") == 0) {
        cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL, "%s, %s", answer->name, label);
    } else {
        cr_assert(result.outcome == FIRESIEVE_FOUND, "%s, %s: outcome %d", answer->name, label, result.outcome);
        cr_assert(strcmp(SHOW(result.delay), answer->delay) == 0, "%s, %s: %s", answer->name, label,
                  SHOW(result.delay));
        cr_assert(!firesieve_firewall_catches(firewall, result.delay), "%s", answer->name);
    }
    firesieve_firewall_free(firewall);
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

ParameterizedTestParameters(golden, scan_and_wheel_give_the_answers)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, golden, scan_and_wheel_give_the_answers)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_AUTO};
    operations_or_skip(*index);
    char label[KERNEL_LABEL_SIZE];
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    firesieve_search_options options = firesieve_search_defaults();
    options.kernel = firesieve_kernel_at(*index);
    for (size_t i = 0; i < count * COUNT_OF(methods); ++i) {
        options.method = methods[i % COUNT_OF(methods)];
        for (options.threads = 1; options.threads <= 3; options.threads += 2) {
            check_answer(&answers[i / COUNT_OF(methods)], &options, kernel_label(*index, label));
        }
    }
}

static firesieve_search_options oracle_options(firesieve_method method)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    return options;
}

Test(golden, closed_form_gives_the_answers)
{
    static const char *const slow[] = {"A094847-27.firewall", "erdos-selfridge-61.firewall"};
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    for (size_t i = 0; i < count; ++i) {
        if (!is_among(answers[i].name, slow, COUNT_OF(slow))) {
            const firesieve_search_options options = oracle_options(FIRESIEVE_METHOD_CLOSED_FORM);
            check_answer(&answers[i], &options, "closed-form");
        }
    }
}

/* Except for layers too deep for a packet to reach in a lifetime, and answers that are too far away. */
Test(golden, simulation_gives_the_answers)
{
    static const char *const slow[] = {"A094847-27.firewall",         "erdos-selfridge-20.firewall",
                                       "erdos-selfridge-41.firewall", "erdos-selfridge-61.firewall",
                                       "extremal-20.firewall",        "wide.firewall"};
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    for (size_t i = 0; i < count; ++i) {
        if (!is_among(answers[i].name, slow, COUNT_OF(slow))) {
            const firesieve_search_options options = oracle_options(FIRESIEVE_METHOD_SIMULATE);
            check_answer(&answers[i], &options, "simulate");
        }
    }
}

/* ---- Published answers by family -------------------------------------------------------------------------- */

static firesieve_delay solve_generated(firesieve_family family, const firesieve_generate_options *options)
{
    firesieve_firewall *const firewall = generate_firewall(family, options);
    firesieve_search_options search_options = firesieve_search_defaults();
    search_options.time_limit_s = 100;
    const firesieve_search_result result = solve(firewall, &search_options);
    cr_assert(result.outcome == FIRESIEVE_FOUND, "%s: outcome %d", firesieve_family_name(family), result.outcome);
    firesieve_firewall_free(firewall);
    return result.delay;
}

/* OEIS A003458. */
Test(published, erdos_selfridge)
{
    static const struct {
        uint64_t k;
        uint64_t g;
    } rows[] = {{20, 43196},
                {41, 3017321},
                {61, 2237874623},
                {83, UINT64_C(797012560343)},
                {100, 3935600486},
                {120, UINT64_C(260509131365372)},
                {150, UINT64_C(473138520098551)}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.k = rows[i].k};
        const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options);
        cr_assert(delay + rows[i].k + 2 == rows[i].g, "k = %" PRIu64 ": %s", rows[i].k, SHOW(delay));
    }
}

/* OEIS A045535. */
Test(published, negative_pseudosquares)
{
    static const struct {
        uint64_t primes; /* the least of them */
        uint64_t answer;
    } rows[] = {{0, 7},          {1, 23},         {2, 71},         {3, 311},         {4, 479},
                {5, 1559},       {6, 5711},       {7, 10559},      {8, 18191},       {9, 31391},
                {10, 118271},    {11, 366791},    {13, 2155919},   {16, 6077111},    {18, 98538359},
                {19, 120293879}, {20, 131486759}, {22, 508095719}, {23, 2570169839}, {29, UINT64_C(328878692999)},
                {31, UINT64_MAX}};
    for (size_t i = 0; i + 1 < COUNT_OF(rows); ++i) {
        for (uint64_t primes = rows[i].primes; primes < rows[i + 1].primes; ++primes) {
            const firesieve_generate_options options = {.primes = primes};
            const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
            cr_assert(delay == rows[i].answer, "%" PRIu64 " primes: %s", primes, SHOW(delay));
        }
    }
}

/* Skips squares. */
static bool receive_until_no_square(firesieve_delay delay, void *context)
{
    const uint64_t root = (uint64_t)sqrtl((long double)delay);
    *(firesieve_delay *)context = delay;
    return (firesieve_delay)root * root == delay || (firesieve_delay)(root + 1) * (root + 1) == delay;
}

/* OEIS A002189: the first number in the list that is not a square. */
Test(published, pseudosquares)
{
    static const struct {
        uint64_t prime;  /* the largest */
        uint64_t primes; /* odd ones up to it */
        uint64_t pseudosquare;
    } rows[] = {{3, 1, 73},          {5, 2, 241},          {7, 3, 1009},
                {11, 4, 2641},       {13, 5, 8089},        {17, 6, 18001},
                {19, 7, 53881},      {23, 8, 87481},       {29, 9, 117049},
                {31, 10, 515761},    {37, 11, 1083289},    {41, 12, 3206641},
                {43, 13, 3818929},   {47, 14, 9257329},    {53, 15, 22000801},
                {61, 17, 48473881},  {67, 18, 175244281},  {73, 20, 427733329},
                {79, 21, 898716289}, {97, 24, 2805544681}, {101, 25, UINT64_C(10310263441)}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.primes = rows[i].primes};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &options);
        const firesieve_search_options search_options = firesieve_search_defaults();
        firesieve_search_result result;
        firesieve_delay last = 0;
        cr_assert(firesieve_list(firewall, &search_options, receive_until_no_square, &last, &result, NULL) ==
                  FIRESIEVE_OK);
        cr_assert(result.outcome == FIRESIEVE_CANCELLED && last == rows[i].pseudosquare, "%" PRIu64 ": %s",
                  rows[i].prime, SHOW(last));
        firesieve_firewall_free(firewall);
    }
}

Test(published, extremal)
{
    for (uint64_t layers = 1; layers <= 62; ++layers) {
        const firesieve_generate_options options = {.layers = layers};
        const firesieve_delay delay = solve_generated(FIRESIEVE_FAMILY_EXTREMAL, &options);
        cr_assert(delay == (UINT64_C(1) << layers) - 1, "%" PRIu64 " layers: %s", layers, SHOW(delay));
    }
}

static bool is_prime(uint64_t n)
{
    for (uint64_t divisor = 2; divisor * divisor <= n; ++divisor) {
        if (n % divisor == 0) {
            return false;
        }
    }
    return n >= 2;
}

/* Tuplets up to 10^9. The sieve also removes those that begin with a prime of its own, and leaves 1 if it can. */
Test(published, counts_of_tuplets)
{
    enum { END = 1000000000, SIEVE_TO = 31627 };
    static const struct {
        firesieve_generate_options options;
        uint64_t published;
    } rows[] = {
        {{.offsets = {0}, .offset_count = 1, .sieve_to = SIEVE_TO}, 50847534},
        {{.offsets = {0, 2}, .offset_count = 2, .sieve_to = SIEVE_TO}, 3424506},
        {{.offsets = {0, 2, 6, 8}, .offset_count = 4, .sieve_to = SIEVE_TO}, 28388},
        {{.offsets = {0, 4, 6, 10, 12, 16}, .offset_count = 6, .sieve_to = SIEVE_TO}, 317},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options *const options = &rows[i].options;
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, options);
        firesieve_search_options search_options = firesieve_search_defaults();
        search_options.from = 2;
        search_options.to = END;
        firesieve_search_result result;
        cr_assert(firesieve_count(firewall, &search_options, &result, NULL) == FIRESIEVE_OK);
        uint64_t small = 0;
        for (uint64_t start = 2; start <= SIEVE_TO; ++start) {
            bool all = true;
            for (size_t j = 0; j < options->offset_count && all; ++j) {
                all = is_prime(start + options->offsets[j]);
            }
            small += all;
        }
        cr_assert(result.count + small == rows[i].published, "row %zu: %s + %" PRIu64, i, SHOW(result.count), small);
        firesieve_firewall_free(firewall);
    }
}
