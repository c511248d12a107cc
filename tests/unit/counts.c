/*
 * Counts and lists, compared with testing delays one by one. If FIRESIEVE_TEST_SEED is set to the seed in a message,
 * that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/gcd.h"
#include "firewall/generate.h"
#include "firewalls.h"
#include "shapes.h"
#include "support/kernels.h"

enum { LENGTH_MAX = 6000 };

/* How to search. */
struct way {
    firesieve_method method;
    unsigned threads;
    uint64_t memory;
};

static const struct way ways[] = {
    {FIRESIEVE_METHOD_SCAN, 1, 0},        {FIRESIEVE_METHOD_WHEEL, 1, 1 << 20}, {FIRESIEVE_METHOD_AUTO, 1, 0},
    {FIRESIEVE_METHOD_SCAN, 3, 1 << 10},  {FIRESIEVE_METHOD_WHEEL, 3, 1 << 14}, {FIRESIEVE_METHOD_AUTO, 3, 1 << 20},
    {FIRESIEVE_METHOD_WHEEL, 1, 1 << 10}, {FIRESIEVE_METHOD_AUTO, 1, 1},
};

/* A firewall, a range, and all safe delays in it. */
struct count_case {
    char label[192];
    const firesieve_firewall *firewall;
    firesieve_delay from;
    firesieve_delay to;
    firesieve_delay safe[LENGTH_MAX];
    size_t safe_count;
};

static void find_safe(struct count_case *given)
{
    cr_assert(given->to - given->from <= LENGTH_MAX);
    given->safe_count = 0;
    for (firesieve_delay delay = given->from; delay < given->to; ++delay) {
        if (!firesieve_firewall_catches(given->firewall, delay)) {
            given->safe[given->safe_count++] = delay;
        }
    }
}

static firesieve_search_options options_for(const struct count_case *given, const struct way *way)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = way->method;
    options.threads = way->threads;
    options.memory = way->memory;
    options.from = given->from;
    options.to = given->to;
    return options;
}

/* A message that says how to reproduce the case. */
static const char *describe(const struct count_case *given, const struct way *way)
{
    static char text[512];
    snprintf(text, sizeof text, "%s, %s, %u threads, %" PRIu64 " bytes, from %s to %s", given->label,
             firesieve_method_name(way->method), way->threads, way->memory, SHOW(given->from), SHOW(given->to));
    return text;
}

/* Checks what results of counts and lists have in common if the whole range was searched. */
static void check_result(const struct count_case *given, const struct way *way, const firesieve_search_result *result)
{
    cr_assert(result->count == given->safe_count, "%s: %s instead of %zu\n%s", describe(given, way),
              SHOW(result->count), given->safe_count, show_firewall(given->firewall));
    cr_assert(result->outcome == (given->safe_count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE), "%s: outcome %d",
              describe(given, way), result->outcome);
    cr_assert((result->reason == NULL) == (result->outcome == FIRESIEVE_FOUND), "%s", describe(given, way));
    cr_assert(result->reached == given->to, "%s: reached %s", describe(given, way), SHOW(result->reached));
    cr_assert(result->candidates <= given->to - given->from, "%s", describe(given, way));
    cr_assert(result->method != FIRESIEVE_METHOD_AUTO && result->threads <= way->threads && result->threads >= 1);
}

static void check_count(const struct count_case *given, const struct way *way)
{
    const firesieve_search_options options = options_for(given, way);
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_count(given->firewall, &options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
    check_result(given, way, &result);
}

/* Receives delays and compares them with those of the case; stops the search after `wanted`. */
struct receiver {
    const struct count_case *given;
    const struct way *way;
    size_t received;
    size_t wanted;
};

static bool receive(firesieve_delay delay, void *context)
{
    struct receiver *const receiver = context;
    const struct count_case *const given = receiver->given;
    cr_assert(receiver->received < receiver->wanted, "%s: asked to stop after %zu, got %s",
              describe(given, receiver->way), receiver->wanted, SHOW(delay));
    cr_assert(receiver->received < given->safe_count && delay == given->safe[receiver->received],
              "%s: delay %zu of %zu is %s\n%s", describe(given, receiver->way), receiver->received, given->safe_count,
              SHOW(delay), show_firewall(given->firewall));
    return ++receiver->received < receiver->wanted;
}

static firesieve_search_result list(struct receiver *receiver)
{
    const firesieve_search_options options = options_for(receiver->given, receiver->way);
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_list(receiver->given->firewall, &options, receive, receiver, &result, &error) == FIRESIEVE_OK,
              "%s", error.message);
    return result;
}

static void check_list(const struct count_case *given, const struct way *way)
{
    struct receiver receiver = {.given = given, .way = way, .wanted = SIZE_MAX};
    const firesieve_search_result result = list(&receiver);
    cr_assert(receiver.received == given->safe_count, "%s: %zu of %zu", describe(given, way), receiver.received,
              given->safe_count);
    check_result(given, way, &result);
}

/* A receiver that stops after `wanted` delays gets no more, and `reached` is true. */
static void check_stopped_list(const struct count_case *given, const struct way *way, size_t wanted)
{
    struct receiver receiver = {.given = given, .way = way, .wanted = wanted};
    const firesieve_search_result result = list(&receiver);
    const firesieve_delay next = wanted < given->safe_count ? given->safe[wanted] : given->to;
    cr_assert(result.outcome == FIRESIEVE_CANCELLED, "%s, %zu wanted: outcome %d", describe(given, way), wanted,
              result.outcome);
    cr_assert(receiver.received == wanted && result.count == wanted, "%s", describe(given, way));
    cr_assert(result.reached > given->safe[wanted - 1] && result.reached <= next, "%s, %zu wanted: reached %s",
              describe(given, way), wanted, SHOW(result.reached));
    cr_assert(result.candidates == result.reached - given->from && result.reason == NULL, "%s", describe(given, way));
}

/* With a limit the list has that number of delays and ends without the receiver's help. */
static void check_limited_list(const struct count_case *given, const struct way *way, uint64_t limit)
{
    struct receiver receiver = {.given = given, .way = way, .wanted = SIZE_MAX};
    firesieve_search_options options = options_for(given, way);
    firesieve_search_result result;
    firesieve_error error = {0};
    options.limit = limit;
    cr_assert(firesieve_list(given->firewall, &options, receive, &receiver, &result, &error) == FIRESIEVE_OK, "%s",
              error.message);
    if (limit > given->safe_count) {
        check_result(given, way, &result);
        return;
    }
    cr_assert(result.outcome == FIRESIEVE_FOUND && receiver.received == limit && result.count == limit,
              "%s, limit %" PRIu64 ": outcome %d, %zu received", describe(given, way), limit, result.outcome,
              receiver.received);
    cr_assert(result.reached == given->safe[limit - 1] + 1 && result.reason == NULL, "%s", describe(given, way));
    cr_assert(result.candidates == result.reached - given->from && result.window == result.reached);
}

static void check_solve(const struct count_case *given, const struct way *way)
{
    const firesieve_search_options options = options_for(given, way);
    const firesieve_search_result result = solve(given->firewall, &options);
    if (given->safe_count == 0) {
        cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL, "%s: found %s", describe(given, way),
                  SHOW(result.delay));
    } else {
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == given->safe[0], "%s: %s instead of %s",
                  describe(given, way), SHOW(result.delay), SHOW(given->safe[0]));
    }
}

static void check_way(struct random_state *random, const struct count_case *given, const struct way *way)
{
    check_solve(given, way);
    check_count(given, way);
    check_list(given, way);
    check_limited_list(given, way, random_between(random, 1, given->safe_count + 1));
    if (given->safe_count > 0) {
        check_stopped_list(given, way, random_between(random, 1, given->safe_count));
        check_stopped_list(given, way, coin(random, 2) ? 1 : given->safe_count);
    }
}

/* Some of the ways, at random. */
static void check_some_ways(struct random_state *random, const struct count_case *given)
{
    enum { WAYS = 3 };
    for (int i = 0; i < WAYS; ++i) {
        check_way(random, given, &ways[random_between(random, 0, COUNT_OF(ways) - 1)]);
    }
    if (coin(random, 8)) {
        const struct way closed_form = {FIRESIEVE_METHOD_CLOSED_FORM, 1, 0};
        check_way(random, given, &closed_form);
    }
}

static void set_range(struct random_state *random, struct count_case *given, firesieve_delay from)
{
    static const uint64_t lengths[] = {0, 1, 2, 40, 600, LENGTH_MAX};
    const uint64_t longest = lengths[random_between(random, 0, COUNT_OF(lengths) - 1)];
    given->from = from;
    given->to = delay_add_saturated(from, random_between(random, longest / 2, longest));
    find_safe(given);
}

/* ---- Firewalls of every kind ------------------------------------------------------------------------------ */

ParameterizedTestParameters(counts, of_random_firewalls)
{
    return every_shape();
}

ParameterizedTest(const size_t *index, counts, of_random_firewalls)
{
    static struct draft draft;
    static struct count_case given;
    const struct shape *const shape = &shapes[*index];
    for (uint64_t seed = test_seed(); seed < test_seed() + shape->cases; ++seed) {
        draft_start(&draft, seed);
        firesieve_firewall *const firewall = draft_firewall(&draft, shape);
        snprintf(given.label, sizeof given.label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, shape->name, seed);
        given.firewall = firewall;
        set_range(&draft.random, &given, draft.from);
        check_some_ways(&draft.random, &given);
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(counts, of_every_family)
{
    return every_family();
}

ParameterizedTest(const firesieve_family *family, counts, of_every_family)
{
    static struct count_case given;
    const unsigned cases = *family == FIRESIEVE_FAMILY_PUZZLE ? 20 : 400;
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        struct random_state random = {seed};
        firesieve_generate_options options;
        firesieve_firewall *const firewall = draw_from_family(&random, *family, &options);
        snprintf(given.label, sizeof given.label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, firesieve_family_name(*family),
                 seed);
        given.firewall = firewall;
        set_range(&random, &given, coin(&random, 2) ? random_between(&random, 0, 5000) : draw_delay(&random));
        check_some_ways(&random, &given);
        firesieve_firewall_free(firewall);
    }
}

/* The simulation moves scanners step by step, without remainders; near 0 it is quick enough. */
Test(counts, agree_with_the_simulation)
{
    enum { CASES = 100, FROM_MAX = 300, LENGTH = 200 };
    static struct draft draft;
    static struct count_case given;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        draft = (struct draft){.random = {seed}};
        firesieve_firewall *const firewall = draft_firewall(&draft, &shapes[coin(&draft.random, 2) ? 0 : 2]);
        snprintf(given.label, sizeof given.label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        given.firewall = firewall;
        given.from = random_between(&draft.random, 0, FROM_MAX);
        given.to = given.from + random_between(&draft.random, 0, LENGTH);
        find_safe(&given);
        const struct way simulate = {FIRESIEVE_METHOD_SIMULATE, 1, 0};
        check_way(&draft.random, &given, &simulate);
        firesieve_firewall_free(firewall);
    }
}

/* Forbids all residues modulo these primes but that of x, so that a wheel pays off; `cycle` is their product. */
static const uint64_t wheel_primes[] = {3, 5, 7, 11, 13, 17, 19};
enum { WHEEL_CYCLE = 3 * 5 * 7 * 11 * 13 * 17 * 19 };

static void forbid_all_but(struct layer_list *list, uint64_t prime, uint64_t x)
{
    uint64_t residues[19];
    for (uint64_t i = 1; i < prime; ++i) {
        residues[i - 1] = (x + i) % prime;
    }
    cr_assert(layer_list_forbid(list, prime, residues, prime - 1));
}

/*
 * After the wheel come so many thin classes that they are in no constraint. Some share factors with the modulus of the
 * wheel and catch some of its survivors; some have moduli that divide it, and catch nothing more.
 */
static firesieve_firewall *wheel_before_thin_classes(struct random_state *random, uint64_t x)
{
    enum { THIN = 150000, RELATED = 50 }; /* reduction leaves half of them */
    static const uint64_t moduli[] = {WHEEL_CYCLE * 64, WHEEL_CYCLE / 19 * 46, WHEEL_CYCLE / 3 * 58, 30030 * 31};
    struct layer_list list = {0};
    for (size_t i = 0; i < COUNT_OF(wheel_primes); ++i) {
        forbid_all_but(&list, wheel_primes[i], x);
    }
    for (size_t i = 0; i < THIN; ++i) {
        const bool related = i < RELATED * COUNT_OF(moduli);
        const uint64_t modulus = related ? moduli[i % COUNT_OF(moduli)] : 2 * random_between(random, 10000, 10000000);
        uint64_t residue = related ? (x + random_between(random, 0, 1000) * WHEEL_CYCLE) % modulus
                                   : random_between(random, 0, modulus - 1);
        cr_assert(layer_list_forbid(&list, modulus, &residue, 1));
    }
    uint64_t other = (x + 1) % (WHEEL_CYCLE / 19);
    cr_assert(layer_list_forbid(&list, WHEEL_CYCLE / 19, &other, 1));
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    layer_list_free(&list);
    return firewall;
}

Test(counts, of_wheels_before_many_thin_classes)
{
    static const struct way own_ways[] = {
        {FIRESIEVE_METHOD_WHEEL, 1, 0}, {FIRESIEVE_METHOD_WHEEL, 3, 0}, {FIRESIEVE_METHOD_AUTO, 2, 0}};
    static struct count_case given;
    for (uint64_t seed = test_seed(); seed < test_seed() + 4; ++seed) {
        struct random_state random = {seed};
        const uint64_t x = random_between(&random, 0, WHEEL_CYCLE - 1);
        firesieve_firewall *const firewall = wheel_before_thin_classes(&random, x);
        snprintf(given.label, sizeof given.label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        given.firewall = firewall;
        given.from = seed % 2 == 0 ? 0 : draw_delay(&random);
        given.to = delay_add_saturated(given.from, (firesieve_delay)400 * WHEEL_CYCLE);
        given.safe_count = 0;
        const uint64_t before = (uint64_t)(given.from % WHEEL_CYCLE);
        for (firesieve_delay delay = given.from + (x + WHEEL_CYCLE - before) % WHEEL_CYCLE; delay < given.to;
             delay += WHEEL_CYCLE) {
            if (!firesieve_firewall_catches(firewall, delay)) {
                given.safe[given.safe_count++] = delay;
            }
        }
        cr_assert(given.to == FIRESIEVE_DELAY_END || (given.safe_count > 4 && given.safe_count < 390), "%zu",
                  given.safe_count);
        for (size_t i = 0; i < COUNT_OF(own_ways); ++i) {
            check_way(&random, &given, &own_ways[i]);
        }
        const firesieve_search_options options = options_for(&given, &own_ways[0]);
        firesieve_explanation told;
        cr_assert(firesieve_explain(firewall, &options, &told, NULL) == FIRESIEVE_OK);
        cr_assert(told.wheel_modulus > 1 && told.crossed_classes + told.tested_classes > 65536, "wheel of %" PRIu64,
                  told.wheel_modulus);
        firesieve_explanation_free(&told);
        firesieve_firewall_free(firewall);
    }
}

/* ---- Longer ranges ---------------------------------------------------------------------------------------- */

/* Layers whose periods divide `cycle`, at random depths. */
static firesieve_firewall *draw_within_cycle(struct random_state *random, uint64_t cycle)
{
    enum { LAYERS_MAX = 40 };
    firesieve_layer layers[LAYERS_MAX];
    size_t count = 0;
    uint64_t depth = random_between(random, 0, 100);
    for (uint64_t left = random_between(random, 1, LAYERS_MAX); left > 0; --left) {
        uint64_t period;
        do {
            period = 2 * random_between(random, coin(random, 2) ? 1 : 6, 60);
        } while (cycle % period != 0);
        layers[count++] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
        depth += random_between(random, 1, 100);
    }
    return build_firewall(layers, count);
}

static firesieve_delay count_between(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    firesieve_delay count = 0;
    for (firesieve_delay delay = from; delay < to; ++delay) {
        count += !firesieve_firewall_catches(firewall, delay);
    }
    return count;
}

/* Every range is some whole cycles and a part of one; the last may end at 2^127. */
Test(counts, of_many_cycles_cost_one)
{
    enum { CASES = 400 };
    static const uint64_t cycles[] = {2, 12, 60, 840, 2520, 16 * 9 * 5};
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        const uint64_t cycle = cycles[random_between(&random, 0, COUNT_OF(cycles) - 1)];
        firesieve_firewall *const firewall = draw_within_cycle(&random, cycle);
        const firesieve_delay from = coin(&random, 3) ? 0 : draw_delay(&random);
        const firesieve_delay room = FIRESIEVE_DELAY_END - from;
        const firesieve_delay most = room >> random_between(&random, 0, 126);
        const uint64_t part = random_between(&random, 0, coin(&random, 4) ? 0 : cycle - 1);
        const firesieve_delay length = coin(&random, 6) ? room : delay_min(room, most / cycle * cycle + part);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = from;
        options.to = from + length;
        const firesieve_delay expected = length / cycle * count_between(firewall, from, from + cycle) +
                                         count_between(firewall, from, from + length % cycle);
        for (size_t i = 0; i < COUNT_OF(ways); ++i) {
            options.method = ways[i].method;
            options.threads = ways[i].threads;
            options.memory = ways[i].memory;
            firesieve_search_result result;
            firesieve_error error = {0};
            cr_assert(firesieve_count(firewall, &options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
            cr_assert(result.count == expected,
                      "FIRESIEVE_TEST_SEED=%" PRIu64 ", %s, %u threads, from %s to %s: %s instead of %s\n%s", seed,
                      firesieve_method_name(ways[i].method), ways[i].threads, SHOW(from), SHOW(options.to),
                      SHOW(result.count), SHOW(expected), show_firewall(firewall));
            cr_assert(result.reached == options.to);
            cr_assert(result.outcome == (expected > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE));
        }
        firesieve_firewall_free(firewall);
    }
}

/* Long enough for several windows, which threads share and whose lists are joined. */
Test(counts, of_millions_of_delays_on_several_threads)
{
    static const uint32_t primes[] = {7, 11, 13};
    for (unsigned twos = 1; twos <= 5; twos += 2) {
        firesieve_delay x;
        firesieve_delay cycle;
        firesieve_firewall *const firewall = lone_residue_firewall(primes, 3, twos, test_seed(), &x, &cycle);
        static struct count_case given;
        given = (struct count_case){.label = "lone residue", .firewall = firewall, .from = ((firesieve_delay)1 << 90)};
        const firesieve_delay first = given.from - given.from % cycle + x + (given.from % cycle > x ? cycle : 0);
        for (; given.safe_count < 3000; ++given.safe_count) {
            given.safe[given.safe_count] = first + given.safe_count * cycle;
        }
        given.to = first + 3000 * cycle;
        for (size_t i = 0; i < COUNT_OF(ways); ++i) {
            check_list(&given, &ways[i]);
            check_count(&given, &ways[i]);
            check_stopped_list(&given, &ways[i], 2222);
        }
        firesieve_firewall_free(firewall);
    }
}

static bool stop_at_once(const firesieve_progress *progress, void *context)
{
    *(firesieve_delay *)context = progress->reached;
    return false;
}

/* Only if there is something to report; a window may be a single task, which reports nothing. */
static bool stop_in_window(const firesieve_progress *progress, void *context)
{
    enum { PATIENCE = 50 };
    unsigned *const reports = context;
    *reports += progress->window > progress->reached;
    return (progress->share < 0.2 || progress->share > 0.9) && *reports < PATIENCE;
}

/* The count of the interrupted window is reported, but its delays were counted in no particular order. */
Test(counts, of_an_interrupted_window_are_reported)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL};
    const firesieve_generate_options generate_options = {.primes = 22};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &generate_options);
    unsigned some = 0;
    for (size_t i = 0; i < 2 * COUNT_OF(methods); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = methods[i / 2];
        options.threads = i % 2 == 0 ? 1 : 3;
        unsigned reports = 0;
        options.memory = 1 << 22; /* small wheels are quick to make */
        options.progress = stop_in_window;
        options.progress_context = &reports;
        firesieve_search_result stopped;
        cr_assert(firesieve_count(firewall, &options, &stopped, NULL) == FIRESIEVE_OK);
        const char *const name = firesieve_method_name(options.method);
        cr_assert(stopped.outcome == FIRESIEVE_CANCELLED, "%s: outcome %d", name, stopped.outcome);
        cr_assert(stopped.window > stopped.reached && stopped.window_share >= 0 && stopped.window_share <= 1, "%s",
                  name);
        some += stopped.window_count > 0 && stopped.window_share > 0;
        cr_assert(stopped.end > stopped.reached && stopped.end < FIRESIEVE_DELAY_END, "%s", name); /* of the cycle */
        options.progress = NULL;
        options.method = FIRESIEVE_METHOD_AUTO;
        options.threads = 0;
        options.to = stopped.reached;
        firesieve_search_result all;
        cr_assert(firesieve_count(firewall, &options, &all, NULL) == FIRESIEVE_OK);
        cr_assert(all.count == stopped.count, "%s: %s, not %s", name, SHOW(stopped.count), SHOW(all.count));
        options.from = stopped.reached;
        options.to = stopped.window;
        cr_assert(firesieve_count(firewall, &options, &all, NULL) == FIRESIEVE_OK);
        cr_assert(stopped.window_count <= all.count, "%s: %s, not %s", name, SHOW(stopped.window_count),
                  SHOW(all.count));
    }
    cr_assert(some > 0);
    firesieve_firewall_free(firewall);
}

/* A stopped search has counted [from, reached). Scanning a whole cycle would take days. */
Test(counts, of_stopped_searches_reach_what_they_report)
{
    static const uint32_t primes[] = {61, 67, 71, 73, 79, 83, 89};
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, 1, &x, &cycle);
    for (size_t i = 0; i < COUNT_OF(ways); ++i) {
        firesieve_delay reported = 0;
        firesieve_search_options options = firesieve_search_defaults();
        options.method = ways[i].method;
        options.threads = ways[i].threads;
        options.from = x + cycle - 1000;
        options.to = options.from + cycle;
        options.progress = stop_at_once;
        options.progress_context = &reported;
        firesieve_search_result result;
        cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
        cr_assert(result.outcome == FIRESIEVE_CANCELLED || ways[i].method != FIRESIEVE_METHOD_SCAN);
        cr_assert(result.reached >= reported && result.count == (result.reached > x + cycle), "%s: %s up to %s",
                  firesieve_method_name(ways[i].method), SHOW(result.count), SHOW(result.reached));
        cr_assert(result.candidates == result.reached - options.from);
    }
    firesieve_firewall_free(firewall);
}
