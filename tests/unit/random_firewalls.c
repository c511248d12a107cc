/*
 * Scan, wheel and auto, compared with the closed form on random firewalls. If FIRESIEVE_TEST_SEED is set to the seed in
 * a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/random.h"
#include "firewalls.h"
#include "methods/small.h"
#include "shapes.h"
#include "support/kernels.h"

static firesieve_delay draw_length(struct random_state *random)
{
    switch (random_between(random, 0, 7)) {
    case 0:
        return random_between(random, 0, 3);
    case 1:
        return random_between(random, 500, 530);
    case 2:
        return random_between(random, 0, 5000);
    case 3:
        return random_between(random, 0, 1 << 17);
    case 4:
        return (1 << 18) - 515 + random_between(random, 0, 1030);
    default:
        return FIRESIEVE_DELAY_END;
    }
}

struct solve_case {
    const char *shape;
    uint64_t seed;
    const firesieve_firewall *firewall;
    firesieve_search_options options;
    firesieve_search_result expected;
};

/* The result of the closed form; a range without a safe delay among its first 2^17 is cut to them. */
static void solve_by_closed_form(struct solve_case *given)
{
    firesieve_search_options options = given->options;
    const firesieve_delay patience = delay_add_saturated(options.from, 1 << 17);
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.to = delay_min(options.to, patience);
    given->expected = solve(given->firewall, &options);
    if (given->expected.outcome == FIRESIEVE_NONE) {
        given->options.to = options.to;
    }
}

/* How to search. If no wheel fits into the memory, the method wheel scans. */
struct way {
    firesieve_method method;
    unsigned threads;
    uint64_t memory;
};

static void check_way(const struct solve_case *given, const firesieve_kernel *kernel, const struct way *way)
{
    firesieve_search_options options = given->options;
    options.method = way->method;
    options.kernel = kernel;
    options.threads = way->threads;
    options.memory = way->memory;
    const firesieve_search_result found = solve(given->firewall, &options);
    const firesieve_search_result *const expected = &given->expected;
    cr_assert(found.outcome == expected->outcome &&
                  (expected->outcome == FIRESIEVE_NONE || found.delay == expected->delay),
              "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ", %s, kernel %s%s, %u threads, %" PRIu64
              " bytes, from %s to %s: outcome %d, delay %s; expected outcome %d, delay %s\n%s",
              given->shape, given->seed, firesieve_method_name(way->method), firesieve_kernel_name(kernel),
              firesieve_kernel_emulated(kernel) ? ", emulated" : "", way->threads, way->memory, SHOW(options.from),
              SHOW(options.to), found.outcome, SHOW(found.delay), expected->outcome, SHOW(expected->delay),
              show_firewall(given->firewall));
    const bool is_found = found.outcome == FIRESIEVE_FOUND;
    cr_assert(is_found ? found.reached == found.delay : found.reached >= options.from && found.reached <= options.to);
    cr_assert(found.candidates <= options.to - options.from);
    cr_assert(is_found ? found.candidates == found.delay - options.from + 1 : found.reason != NULL);
    cr_assert(!is_found || found.reason == NULL);
    cr_assert(found.method == FIRESIEVE_METHOD_SCAN ||
              (found.method == FIRESIEVE_METHOD_WHEEL && way->method != FIRESIEVE_METHOD_SCAN));
    const bool is_short = way->method == FIRESIEVE_METHOD_AUTO && small_takes(given->firewall);
    cr_assert((found.kernel == kernel || (is_short && found.kernel == NULL)) && found.threads >= 1 &&
              found.threads <= way->threads);
    cr_assert(found.elapsed_s >= 0);
}

/* A few of the ways: scan and wheel on every kernel; several threads and little memory on some. */
static void check_ways(struct draft *draft, const struct solve_case *given)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL};
    static const uint64_t memories[] = {1 << 20, 1 << 24, 1 << 16, 1 << 10, 1};
    const bool emulated_too = coin(&draft->random, 20);
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (firesieve_kernel_emulated(kernel) ? !emulated_too : !firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        for (size_t j = 0; j < COUNT_OF(methods); ++j) {
            struct way way = {.method = methods[j], .threads = coin(&draft->random, 3) ? 3 : 1};
            way.memory = memories[random_between(&draft->random, 0, COUNT_OF(memories) - 1)];
            check_way(given, kernel, &way);
        }
    }
    const struct way way = {.method = FIRESIEVE_METHOD_AUTO, .threads = 3};
    check_way(given, firesieve_kernel_best(), &way);
}

static void check_case(const struct shape *shape, uint64_t seed)
{
    static struct draft draft;
    draft_start(&draft, seed);
    const firesieve_delay to = delay_add_saturated(draft.from, draw_length(&draft.random));
    firesieve_firewall *const firewall = draft_firewall(&draft, shape);
    struct solve_case given = {
        .shape = shape->name, .seed = seed, .firewall = firewall, .options = firesieve_search_defaults()};
    given.options.from = draft.from;
    given.options.to = to;
    solve_by_closed_form(&given);
    check_ways(&draft, &given);
    firesieve_firewall_free(firewall);
}

ParameterizedTestParameters(random_firewalls, every_method_agrees_with_closed_form)
{
    return every_shape();
}

ParameterizedTest(const size_t *index, random_firewalls, every_method_agrees_with_closed_form)
{
    const struct shape *const shape = &shapes[*index];
    for (unsigned i = 0; i < shape->cases; ++i) {
        check_case(shape, test_seed() + i);
    }
}
