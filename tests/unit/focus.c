/*
 * The focus through the public API: it agrees with the other methods and with published values, for any number of
 * threads and any memory. If FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/gcd.h"
#include "firewalls.h"
#include "observer.h"
#include "shapes.h"
#include "support/kernels.h"

enum { LENGTH_MAX = 3000 };

/* How to search. */
struct way {
    firesieve_method method;
    unsigned threads;
    uint64_t memory;
};

static const struct way focus_ways[] = {
    {FIRESIEVE_METHOD_FOCUS, 1, 0}, {FIRESIEVE_METHOD_FOCUS, 1, 1 << 20}, {FIRESIEVE_METHOD_FOCUS, 1, 1},
    {FIRESIEVE_METHOD_FOCUS, 2, 1}, {FIRESIEVE_METHOD_FOCUS, 3, 1 << 20}, {FIRESIEVE_METHOD_FOCUS, 3, 0},
};

static const struct way other_ways[] = {
    {FIRESIEVE_METHOD_CLOSED_FORM, 1, 0},
    {FIRESIEVE_METHOD_SCAN, 2, 0},
    {FIRESIEVE_METHOD_WHEEL, 2, 1 << 20},
};

/* A range of a firewall. */
struct range {
    char label[160];
    const firesieve_firewall *firewall;
    firesieve_delay from;
    firesieve_delay to;
};

/* The outcome of a search, and the delays of a list. */
struct find {
    firesieve_search_result result;
    firesieve_delay *delays;
    size_t count;
    size_t capacity;
};

static const char *describe(const struct range *range, const struct way *way)
{
    static char text[512];
    snprintf(text, sizeof text, "%s, %s, %u threads, %" PRIu64 " bytes, from %s to %s", range->label,
             firesieve_method_name(way->method), way->threads, way->memory, SHOW(range->from), SHOW(range->to));
    return text;
}

static firesieve_search_options options_for(const struct range *range, const struct way *way)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = way->method;
    options.threads = way->threads;
    options.memory = way->memory;
    options.from = range->from;
    options.to = range->to;
    return options;
}

static bool receive(firesieve_delay delay, void *context)
{
    struct find *const find = context;
    if (find->count == find->capacity) {
        find->capacity = 2 * find->capacity + 64;
        find->delays = reallocarray(find->delays, find->capacity, sizeof *find->delays);
        cr_assert(find->delays != NULL);
    }
    cr_assert(find->count == 0 || delay > find->delays[find->count - 1], "%s does not ascend", SHOW(delay));
    find->delays[find->count++] = delay;
    return true;
}

static struct find list_with(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    struct find find = {.count = 0};
    firesieve_error error = {0};
    cr_assert(firesieve_list(firewall, options, receive, &find, &find.result, &error) == FIRESIEVE_OK, "%s",
              error.message);
    cr_assert(find.result.count == find.count);
    return find;
}

static struct find list(const struct range *range, const struct way *way)
{
    const firesieve_search_options options = options_for(range, way);
    return list_with(range->firewall, &options);
}

/* Checks what counts and lists of the whole range have in common. */
static void check_whole(const struct range *range, const struct way *way, const firesieve_search_result *result,
                        size_t count)
{
    const firesieve_outcome outcome = count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE;
    cr_assert(result->count == count && result->outcome == outcome, "%s: outcome %d, %s instead of %zu\n%s",
              describe(range, way), result->outcome, SHOW(result->count), count, show_firewall(range->firewall));
    cr_assert(result->reached == range->to && (result->reason != NULL) == (outcome == FIRESIEVE_NONE), "%s",
              describe(range, way));
    cr_assert(result->candidates <= range->to - range->from, "%s", describe(range, way));
    cr_assert(result->method == way->method && result->threads >= 1 && result->threads <= way->threads, "%s: %s",
              describe(range, way), firesieve_method_name(result->method));
}

static void check_list(const struct range *range, const struct way *way, const struct find *expected)
{
    struct find found = list(range, way);
    for (size_t i = 0; i < found.count; ++i) {
        cr_assert(i < expected->count && found.delays[i] == expected->delays[i], "%s: delay %zu of %zu is %s\n%s",
                  describe(range, way), i, expected->count, SHOW(found.delays[i]), show_firewall(range->firewall));
    }
    check_whole(range, way, &found.result, expected->count);
    free(found.delays);
}

static void check_count(const struct range *range, const struct way *way, const struct find *expected)
{
    const firesieve_search_options options = options_for(range, way);
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_count(range->firewall, &options, &result, &error) == FIRESIEVE_OK, "%s: %s\n%s",
              describe(range, way), error.message, show_firewall(range->firewall));
    check_whole(range, way, &result, expected->count);
}

static void check_solve(const struct range *range, const struct way *way, const struct find *expected)
{
    const firesieve_search_options options = options_for(range, way);
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_solve(range->firewall, &options, &result, &error) == FIRESIEVE_OK, "%s: %s\n%s",
              describe(range, way), error.message, show_firewall(range->firewall));
    cr_assert(result.outcome == (expected->count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE), "%s: outcome %d\n%s",
              describe(range, way), result.outcome, show_firewall(range->firewall));
    if (expected->count > 0) {
        cr_assert(result.delay == expected->delays[0] && result.reached == result.delay, "%s: %s instead of %s\n%s",
                  describe(range, way), SHOW(result.delay), SHOW(expected->delays[0]), show_firewall(range->firewall));
        cr_assert(result.candidates == result.delay - range->from + 1 && result.reason == NULL);
    } else {
        cr_assert(result.reached >= range->from && result.reached <= range->to && result.reason != NULL,
                  "%s: reached %s", describe(range, way), SHOW(result.reached)); /* less than all if a proof ends it */
    }
    cr_assert(result.method == way->method && result.threads >= 1 && result.threads <= way->threads);
}

static void check_way(const struct range *range, const struct way *way, const struct find *expected)
{
    check_solve(range, way, expected);
    check_count(range, way, expected);
    check_list(range, way, expected);
}

/* ---- Short ranges of firewalls of every kind -------------------------------------------------------------- */

static struct find find_one_by_one(const struct range *range)
{
    struct find find = {.count = 0};
    for (firesieve_delay delay = range->from; delay < range->to; ++delay) {
        if (!firesieve_firewall_catches(range->firewall, delay)) {
            receive(delay, &find);
        }
    }
    return find;
}

/* Compares two ways of the focus, and sometimes another method, with the closed form. */
static void check_short_range(struct random_state *random, const struct range *range)
{
    struct find expected = find_one_by_one(range);
    for (int i = 0; i < 2; ++i) {
        check_way(range, &focus_ways[random_between(random, 0, COUNT_OF(focus_ways) - 1)], &expected);
    }
    if (coin(random, 3)) {
        check_way(range, &other_ways[random_between(random, 0, COUNT_OF(other_ways) - 1)], &expected);
    }
    free(expected.delays);
}

static void set_short_range(struct random_state *random, struct range *range, firesieve_delay from)
{
    static const uint64_t lengths[] = {1, 2, 40, 600, LENGTH_MAX};
    const uint64_t longest = lengths[random_between(random, 0, COUNT_OF(lengths) - 1)];
    range->from = from;
    range->to = delay_add_saturated(from, random_between(random, longest / 2, longest));
}

ParameterizedTestParameters(focus, agrees_with_closed_form_on_random_firewalls)
{
    return every_shape();
}

ParameterizedTest(const size_t *index, focus, agrees_with_closed_form_on_random_firewalls)
{
    enum { CASES = 100 };
    static struct draft draft;
    const struct shape *const shape = &shapes[*index];
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        draft_start(&draft, seed);
        firesieve_firewall *const firewall = draft_firewall(&draft, shape);
        struct range range = {.firewall = firewall};
        snprintf(range.label, sizeof range.label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, shape->name, seed);
        set_short_range(&draft.random, &range, draft.from);
        check_short_range(&draft.random, &range);
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(focus, agrees_with_closed_form_on_every_family)
{
    return every_family();
}

ParameterizedTest(const firesieve_family *family, focus, agrees_with_closed_form_on_every_family)
{
    const unsigned cases = *family == FIRESIEVE_FAMILY_PUZZLE ? 10 : 100;
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        struct random_state random = {seed};
        firesieve_generate_options options;
        firesieve_firewall *const firewall = draw_from_family(&random, *family, &options);
        struct range range = {.firewall = firewall};
        snprintf(range.label, sizeof range.label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, firesieve_family_name(*family),
                 seed);
        set_short_range(&random, &range, coin(&random, 2) ? random_between(&random, 0, 5000) : draw_delay(&random));
        check_short_range(&random, &range);
        firesieve_firewall_free(firewall);
    }
}

/* Periods with many common factors: powers of a prime, and products that do not fit into a single part of a list. */
Test(focus, agrees_with_closed_form_on_composite_periods)
{
    enum { CASES = 300, LAYERS_MAX = 120 };
    static const uint64_t periods[] = {4,   6,   8,   10,  12,  16,  18,  20,  24,  30,  32,  36,   42,
                                       60,  64,  70,  72,  90,  96,  100, 108, 120, 126, 144, 210,  216,
                                       240, 256, 286, 360, 420, 486, 512, 630, 720, 840, 900, 1024, 2310};
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_layer layers[LAYERS_MAX];
        const size_t count = random_between(&random, 1, LAYERS_MAX);
        const uint64_t kinds = random_between(&random, 1, COUNT_OF(periods));
        const uint64_t first = random_between(&random, 0, COUNT_OF(periods) - kinds);
        for (size_t i = 0; i < count; ++i) {
            const uint64_t period = periods[first + random_between(&random, 0, kinds - 1)];
            const uint64_t depth = 10000 * i + random_between(&random, 0, 9999);
            layers[i] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
        }
        firesieve_firewall *const firewall = build_firewall(layers, count);
        struct range range = {.firewall = firewall};
        snprintf(range.label, sizeof range.label, "composite periods, FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        set_short_range(&random, &range, draw_delay(&random));
        check_short_range(&random, &range);
        firesieve_firewall_free(firewall);
    }
}

/* ---- Longer ranges ---------------------------------------------------------------------------------------- */

/* One safe delay in a cycle: the last of the range, just past its end, or inside. */
Test(focus, finds_a_lone_residue_far_out)
{
    enum { CASES = 16 };
    static const uint32_t primes[] = {3, 5, 7, 11, 13};
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_delay x;
        firesieve_delay cycle;
        firesieve_firewall *const firewall =
            lone_residue_firewall(primes, COUNT_OF(primes), (unsigned)random_between(&random, 1, 6), seed, &x, &cycle);
        const firesieve_delay turns = coin(&random, 4) ? 0 : (firesieve_delay)random_next(&random) << 36;
        const firesieve_delay safe = x + turns * cycle;
        const uint64_t before = random_between(&random, 0, (uint64_t)delay_min(safe, cycle - 1));
        struct range range = {.firewall = firewall, .from = safe - before};
        range.to = safe + random_between(&random, 0, 1) + (coin(&random, 2) ? cycle : 0);
        snprintf(range.label, sizeof range.label, "lone residue, FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        firesieve_delay all[] = {safe, safe + cycle};
        const struct find expected = {.delays = all, .count = (safe < range.to) + (size_t)(safe + cycle < range.to)};
        for (size_t i = 0; i < COUNT_OF(focus_ways); ++i) {
            if (range.from < range.to) {
                check_way(&range, &focus_ways[i], &expected);
            }
        }
        firesieve_firewall_free(firewall);
    }
}

/* Some 10^11 delays: threads share windows, and the result is always that of a wheel, which has no such windows. */
Test(focus, lists_the_same_on_any_number_of_threads)
{
    enum { K = 61 };
    const firesieve_generate_options generate_options = {.k = K};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &generate_options);
    const struct range range = {.label = "erdos-selfridge 61",
                                .firewall = firewall,
                                .from = (firesieve_delay)1 << 70,
                                .to = ((firesieve_delay)1 << 70) + ((firesieve_delay)1 << 38)};
    const struct way wheel = {FIRESIEVE_METHOD_WHEEL, 2, 0};
    struct find expected = list(&range, &wheel);
    cr_assert(expected.count > 20, "%zu", expected.count);
    for (size_t i = 0; i < COUNT_OF(focus_ways); ++i) {
        if (focus_ways[i].memory != 1) {
            check_way(&range, &focus_ways[i], &expected);
        }
    }
    free(expected.delays);
    firesieve_firewall_free(firewall);
}

/* Blocked firewalls are recognised by empty lists, or by searching the whole range. */
Test(focus, finds_nothing_if_all_is_blocked)
{
    static const char *const names[] = {"erdos-cover.firewall", "blocked-30.firewall", "range-one.firewall"};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(focus_ways); ++i) {
        firesieve_firewall *const firewall = open_golden(names[i % COUNT_OF(names)]);
        struct range range = {.firewall = firewall, .from = (firesieve_delay)1 << 66, .to = FIRESIEVE_DELAY_END};
        snprintf(range.label, sizeof range.label, "%s", names[i % COUNT_OF(names)]);
        const struct find nothing = {.count = 0};
        check_way(&range, &focus_ways[i / COUNT_OF(names)], &nothing);
        firesieve_firewall_free(firewall);
    }
}

/* Too many classes to be in constraints: the focus cannot handle them. */
Test(focus, refuses_more_classes_than_it_can_handle)
{
    const firesieve_generate_options generate_options = {
        .layers = 270000, .min_range = 100000, .max_range = 100000000, .seed = test_seed()};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &generate_options);
    const struct range range = {.label = "uniform", .firewall = firewall, .to = 1000};
    const firesieve_search_options options = options_for(&range, &focus_ways[0]);
    firesieve_search_result result;
    firesieve_explanation explanation;
    firesieve_error error = {0};
    cr_assert(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_assert(strncmp(error.message, "method focus takes at most", 26) == 0, "%s", error.message);
    cr_assert(firesieve_explain(firewall, &options, &explanation, &error) == FIRESIEVE_ERROR_ARGUMENT);
    firesieve_firewall_free(firewall);
}

/* ---- Published values ------------------------------------------------------------------------------------- */

static void check_answer(firesieve_family family, const firesieve_generate_options *generate_options,
                         firesieve_method method, const char *answer)
{
    firesieve_firewall *const firewall = generate_firewall(family, generate_options);
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.time_limit_s = 100;
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && strcmp(SHOW(result.delay), answer) == 0, "%s, %s: %s instead of %s",
              firesieve_family_name(family), firesieve_method_name(method), SHOW(result.delay), answer);
    cr_assert(result.method == FIRESIEVE_METHOD_FOCUS);
    firesieve_firewall_free(firewall);
}

/* OEIS A003458: g(k) - k - 2. */
Test(focus, published_erdos_selfridge)
{
    static const struct {
        uint64_t k;
        const char *answer;
    } rows[] = {{100, "3935600384"}, {150, "473138520098399"}, {200, "52087838892710191382530"}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.k = rows[i].k};
        check_answer(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options, FIRESIEVE_METHOD_FOCUS, rows[i].answer);
    }
    const firesieve_generate_options options = {.k = 200};
    check_answer(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options, FIRESIEVE_METHOD_AUTO, rows[2].answer);
}

/* OEIS A045535. */
Test(focus, published_negative_pseudosquares)
{
    static const struct {
        uint64_t primes;
        const char *answer;
    } rows[] = {{8, "18191"}, {23, "2570169839"}, {30, "328878692999"}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.primes = rows[i].primes};
        check_answer(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options, FIRESIEVE_METHOD_FOCUS, rows[i].answer);
    }
}

/* Takes the wheel half a second. */
Test(focus, agrees_with_the_wheel_on_a_negative_pseudosquare)
{
    const firesieve_generate_options options = {.primes = 38};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
    firesieve_search_options search_options = firesieve_search_defaults();
    search_options.method = FIRESIEVE_METHOD_WHEEL;
    const firesieve_search_result expected = solve(firewall, &search_options);
    cr_assert(expected.outcome == FIRESIEVE_FOUND && expected.delay >> 40 != 0);
    check_answer(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options, FIRESIEVE_METHOD_FOCUS, SHOW(expected.delay));
    firesieve_firewall_free(firewall);
}

static uint64_t root_of(firesieve_delay square)
{
    uint64_t root = (uint64_t)sqrtl((long double)square);
    while ((firesieve_delay)root * root > square) {
        --root;
    }
    while ((firesieve_delay)(root + 1) * (root + 1) <= square) {
        ++root;
    }
    return root;
}

/* Whether no prime up to `largest` divides it. */
static bool has_no_divisor(uint64_t number, uint64_t largest)
{
    for (uint64_t divisor = 2; divisor <= largest; ++divisor) {
        if (number % divisor == 0) {
            return false;
        }
    }
    return true;
}

static bool is_square(firesieve_delay delay)
{
    return (firesieve_delay)root_of(delay) * root_of(delay) == delay;
}

/* The squares in [from, to) that no prime up to `largest` divides. */
static size_t count_squares(firesieve_delay from, firesieve_delay to, uint64_t largest)
{
    size_t count = 0;
    for (uint64_t root = from == 0 ? 1 : root_of(from - 1) + 1; (firesieve_delay)root * root < to; ++root) {
        count += has_no_divisor(root, largest);
    }
    return count;
}

/*
 * Canaries: the list has all squares that are coprime to the primes and, below the pseudosquare (OEIS A002189), nothing
 * else. A single residue missing from a list is detected.
 */
Test(focus, published_pseudosquares_and_all_squares)
{
    static const struct {
        uint64_t prime;  /* the largest */
        uint64_t primes; /* odd ones up to it */
        uint64_t pseudosquare;
        uint64_t around;
    } rows[] = {
        {61, 17, 48473881, 48473881},
        {101, 25, UINT64_C(10310263441), UINT64_C(10310263441)},
        {151, 35, UINT64_C(26250887023729), UINT64_C(500000000000)},
        {233, 50, UINT64_C(712624335095093521), UINT64_C(20000000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const firesieve_generate_options options = {.primes = rows[i].primes};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &options);
        const struct range range = {.firewall = firewall,
                                    .from = rows[i].pseudosquare - rows[i].around,
                                    .to = rows[i].pseudosquare + rows[i].around};
        struct find first = list(&range, &focus_ways[0]);
        size_t squares = 0;
        firesieve_delay least = range.to; /* nonsquare */
        for (size_t j = 0; j < first.count; ++j) {
            const bool square = is_square(first.delays[j]);
            squares += square;
            least = square ? least : delay_min(least, first.delays[j]);
        }
        const size_t expected = count_squares(range.from, range.to, rows[i].prime);
        cr_assert(squares == expected && expected > 0, "%" PRIu64 ": %zu squares instead of %zu", rows[i].prime,
                  squares, expected);
        cr_assert(least == rows[i].pseudosquare, "%" PRIu64 ": %s", rows[i].prime, SHOW(least));
        check_way(&range, &focus_ways[4], &first);
        check_way(&range, &focus_ways[5], &first);
        free(first.delays);
        firesieve_firewall_free(firewall);
    }
}

/* ---- Progress and limits ---------------------------------------------------------------------------------- */

/* The received delays are all safe delays in [from, reached); the wheel counts them. */
static void check_stopped(const firesieve_firewall *firewall, const firesieve_search_options *options,
                          firesieve_outcome outcome)
{
    static const double patience_s =
        60; /* sanitizers and busy machines are slow; a search that does not stop takes far longer */
    struct find found = list_with(firewall, options);
    cr_assert(found.result.outcome == outcome, "%u threads: outcome %d", options->threads, found.result.outcome);
    cr_assert(found.result.elapsed_s < patience_s, "%u threads: %g s", options->threads, found.result.elapsed_s);
    cr_assert(found.result.reached >= options->from && found.result.reached < options->to);
    cr_assert(found.result.candidates == found.result.reached - options->from && found.result.reason == NULL);
    firesieve_search_options wheel = firesieve_search_defaults();
    wheel.method = FIRESIEVE_METHOD_WHEEL;
    wheel.from = options->from;
    wheel.to = found.result.reached;
    firesieve_search_result expected;
    cr_assert(firesieve_count(firewall, &wheel, &expected, NULL) == FIRESIEVE_OK);
    cr_assert(found.count == expected.count, "%u threads: %zu up to %s instead of %s", options->threads, found.count,
              SHOW(found.result.reached), SHOW(expected.count));
    free(found.delays);
}

/* A list without end. */
static firesieve_firewall *generate_endless(void)
{
    const firesieve_generate_options options = {.primes = 11};
    return generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &options);
}

Test(focus, time_limit_ends_a_list)
{
    firesieve_firewall *const firewall = generate_endless();
    for (unsigned threads = 1; threads <= 3; ++threads) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = FIRESIEVE_METHOD_FOCUS;
        options.threads = threads;
        options.from = UINT64_C(1000000007) * threads;
        options.time_limit_s = 0.1;
        check_stopped(firewall, &options, FIRESIEVE_LIMIT);
    }
    firesieve_firewall_free(firewall);
}

Test(focus, progress_can_stop_a_list)
{
    firesieve_firewall *const firewall = generate_endless();
    for (unsigned threads = 1; threads <= 3; ++threads) {
        struct observer observer = observer_start(0, FIRESIEVE_DELAY_END, 3 * (int)threads);
        firesieve_search_options options = firesieve_search_defaults();
        options.method = FIRESIEVE_METHOD_FOCUS;
        options.threads = threads;
        options.progress = observe;
        options.progress_context = &observer;
        check_stopped(firewall, &options, FIRESIEVE_CANCELLED);
        cr_assert(observer.calls == observer.calls_max, "%u threads", threads);
    }
    firesieve_firewall_free(firewall);
}

/* In the middle of a long window: `reached` claims nothing that was not searched. */
Test(focus, stops_in_the_middle_of_a_window)
{
    static const double limits_s[] = {0, 0.0001, 0.01, 0.05, 0.2};
    static const double patience_s = 60; /* the answer takes minutes to hours */
    firesieve_delay answer;
    cr_assert(firesieve_delay_parse("7018551963812119473981522128", &answer));
    const firesieve_generate_options generate_options = {.k = 300};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &generate_options);
    for (size_t i = 0; i < 3 * COUNT_OF(limits_s); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = FIRESIEVE_METHOD_FOCUS;
        options.threads = (unsigned)i % 3 + 1;
        options.time_limit_s = limits_s[i / 3];
        options.from = 5;
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_LIMIT, "%g s: outcome %d", options.time_limit_s, result.outcome);
        cr_assert(result.reached >= options.from && result.reached <= answer, "%g s: reached %s", options.time_limit_s,
                  SHOW(result.reached));
        cr_assert(result.candidates == result.reached - options.from && result.reason == NULL);
        cr_assert(result.elapsed_s >= options.time_limit_s && result.elapsed_s < options.time_limit_s + patience_s,
                  "%g s: %g s", options.time_limit_s, result.elapsed_s);
    }
    firesieve_firewall_free(firewall);
}
