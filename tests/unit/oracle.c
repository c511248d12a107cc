/* The two simplest methods agree with each other and with the text of the puzzle. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

static const char example[] = "0: 3\n1: 2\n4: 4\n6: 4\n";

static firesieve_delay severity_of(const firesieve_firewall *firewall, firesieve_delay delay)
{
    firesieve_delay severity;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_severity(firewall, delay, &severity, &error) == FIRESIEVE_OK, "%s", error.message);
    return severity;
}

Test(oracle, example_of_the_puzzle)
{
    firesieve_firewall *const firewall = parse_firewall(example);
    cr_assert(severity_of(firewall, 0) == 24);
    cr_assert(severity_of(firewall, 10) == 0);
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = method;
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == 10, "%s", firesieve_method_name(method));
    }
    for (firesieve_delay delay = 0; delay <= 10; ++delay) {
        cr_assert(firesieve_firewall_catches(firewall, delay) == (delay < 10));
    }
    firesieve_firewall_free(firewall);
}

/* A packet can be caught at depth 0, which adds nothing to the severity. */
Test(oracle, being_caught_at_depth_0_costs_nothing)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n");
    cr_assert(severity_of(firewall, 0) == 0 && firesieve_firewall_catches(firewall, 0));
    cr_assert(severity_of(firewall, 1) == 0 && !firesieve_firewall_catches(firewall, 1));
    firesieve_firewall_free(firewall);
}

Test(oracle, a_scanner_of_range_1_always_catches)
{
    firesieve_firewall *const firewall = parse_firewall("5: 1\n");
    cr_assert(firesieve_firewall_catches(firewall, 0));
    cr_assert(firesieve_firewall_catches(firewall, FIRESIEVE_DELAY_END - 1));
    cr_assert(severity_of(firewall, 0) == 5);
    cr_assert(severity_of(firewall, FIRESIEVE_DELAY_END - 1) == 5);
    firesieve_firewall_free(firewall);
}

/* 2^127 - 1 = 1 mod 2, 3 mod 4, 1 mod 6, 7 mod 8. */
Test(oracle, the_last_delay)
{
    firesieve_firewall *const firewall = parse_firewall("1: 2\n5: 3\n11: 4\n25: 5\n26: 5\n");
    cr_assert(severity_of(firewall, FIRESIEVE_DELAY_END - 1) == 1 * 2 + 5 * 3 + 11 * 4 + 25 * 5);
    firesieve_firewall_free(firewall);
}

/* Layers that all catch at delay 0, with products just below 2^125. */
static firesieve_firewall *severe_firewall(size_t count)
{
    firesieve_layer layers[16];
    for (size_t i = 0; i < count; ++i) {
        const uint64_t range = FIRESIEVE_RANGE_MAX - i;
        layers[i] = (firesieve_layer){.depth = 2 * (range - 1), .range = range};
    }
    return build_firewall(layers, count);
}

Test(oracle, severity_below_2_to_the_128_is_exact_and_more_is_an_error)
{
    firesieve_firewall *const eight = severe_firewall(8);
    cr_assert_str_eq(SHOW(severity_of(eight, 0)), "340282366920938462873078797073062560080");
    firesieve_firewall_free(eight);

    firesieve_firewall *const nine = severe_firewall(9);
    firesieve_delay severity;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_severity(nine, 0, &severity, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_assert_str_eq(error.message, "the severity reaches 2^128");
    cr_assert(severity_of(nine, 1) == 0);
    firesieve_firewall_free(nine);
}

/* ---- simulate and closed-form on random firewalls ----------------------------------------------------- */

enum { LAYERS_MAX = 12 };

/* Small enough to step through: depths up to 60. */
static firesieve_firewall *random_firewall(struct random_state *random)
{
    firesieve_layer layers[LAYERS_MAX];
    const size_t count = random_between(random, 1, LAYERS_MAX);
    const uint64_t smallest = random_between(random, 0, 20) == 0 ? 1 : 2;
    const uint64_t largest = random_between(random, smallest, 15);
    uint64_t depth = random_between(random, 0, 5);
    for (size_t i = 0; i < count; ++i) {
        layers[i] = (firesieve_layer){.depth = depth, .range = random_between(random, smallest, largest)};
        depth += random_between(random, 1, 5);
    }
    for (size_t i = count; i-- > 1;) {
        const size_t other = random_between(random, 0, i);
        const firesieve_layer layer = layers[i];
        layers[i] = layers[other];
        layers[other] = layer;
    }
    return build_firewall(layers, count);
}

static void check_by_stepping(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to,
                              uint64_t seed)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.from = from;
    options.to = to;
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    const firesieve_search_result expected = solve(firewall, &options);
    options.method = FIRESIEVE_METHOD_SIMULATE;
    const firesieve_search_result found = solve(firewall, &options);
    cr_assert(found.outcome == expected.outcome && found.reached == expected.reached &&
                  (found.outcome != FIRESIEVE_FOUND || found.delay == expected.delay) &&
                  found.candidates == expected.candidates,
              "seed %" PRIu64 ", from %s to %s: outcome %d, reached %s; expected outcome %d, reached %s\n%s", seed,
              SHOW(from), SHOW(to), found.outcome, SHOW(found.reached), expected.outcome, SHOW(expected.reached),
              show_firewall(firewall));
}

Test(oracle, simulation_agrees_with_closed_form)
{
    enum { CASES = 500 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_firewall *const firewall = random_firewall(&random);
        const firesieve_delay from = random_between(&random, 0, 300);
        check_by_stepping(firewall, 0, 3000, seed);
        check_by_stepping(firewall, from, from + random_between(&random, 0, 600), seed);
        check_by_stepping(firewall, from, from, seed);
        firesieve_firewall_free(firewall);
    }
}

/* ---- No safe delays, and repeated cycles --------------------------------------------------------------------- */

static bool receive_none(firesieve_delay delay, void *context)
{
    (void)context;
    cr_assert(false, "received %s", SHOW(delay));
    return false;
}

Test(oracle, one_cycle_without_a_safe_delay_is_enough)
{
    static const char *const texts[] = {"0: 1\n", "0: 2\n1: 2\n", "7: 1\n3: 1000000\n", "0: 2\n3: 3\n1: 3\n"};
    static const firesieve_method oracles[] = {FIRESIEVE_METHOD_SIMULATE, FIRESIEVE_METHOD_CLOSED_FORM};
    for (size_t i = 0; i < COUNT_OF(texts) * COUNT_OF(oracles); ++i) {
        firesieve_firewall *const firewall = parse_firewall(texts[i / COUNT_OF(oracles)]);
        firesieve_search_options options = firesieve_search_defaults();
        options.method = oracles[i % COUNT_OF(oracles)];
        options.time_limit_s = 60;
        for (options.from = 0; options.from <= 5; options.from += 5) {
            firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL, "row %zu", i);
            cr_assert(firesieve_list(firewall, &options, receive_none, NULL, &result, NULL) == FIRESIEVE_OK);
            cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL && result.count == 0, "row %zu", i);
            cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
            cr_assert(result.outcome == FIRESIEVE_NONE && result.count == 0, "row %zu", i);
        }
        firesieve_firewall_free(firewall);
    }
}

/* The cycle is too long to scan, but 2^n delays are not: layers of the same class count once. */
Test(oracle, n_classes_that_catch_2_to_the_n_delays_catch_all)
{
    enum { COPIES = 40 };
    firesieve_layer layers[2 * COPIES];
    for (uint64_t i = 0; i < COPIES; ++i) {
        layers[i] = (firesieve_layer){.depth = 4 * i, .range = 2};
        layers[COPIES + i] = (firesieve_layer){.depth = 4 * i + 1, .range = 2};
    }
    layers[2].range = FIRESIEVE_RANGE_MAX;
    layers[3].range = FIRESIEVE_RANGE_MAX - 1;
    layers[4].range = FIRESIEVE_RANGE_MAX - 2;
    firesieve_firewall *const firewall = build_firewall(layers, COUNT_OF(layers));
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.time_limit_s = 60;
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_NONE && strstr(result.reason, "2^n") != NULL);
    firesieve_firewall_free(firewall);
}

Test(oracle, counts_one_of_many_cycles)
{
    enum { CASES = 300 };
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SIMULATE, FIRESIEVE_METHOD_SCAN};
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_layer layers[6];
        const size_t count = random_between(&random, 1, COUNT_OF(layers));
        for (size_t i = 0; i < count; ++i) {
            layers[i] = (firesieve_layer){.depth = 10 * i + random_between(&random, 0, 9),
                                          .range = random_between(&random, 2, 6)};
        }
        firesieve_firewall *const firewall = build_firewall(layers, count);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = random_between(&random, 0, 500);
        options.to = (firesieve_delay)random_between(&random, 500, UINT64_MAX) << random_between(&random, 0, 60);
        firesieve_search_result expected;
        options.method = FIRESIEVE_METHOD_CLOSED_FORM;
        cr_assert(firesieve_count(firewall, &options, &expected, NULL) == FIRESIEVE_OK);
        cr_assert(expected.reached == options.to && expected.candidates == options.to - options.from);
        for (size_t i = 0; i < COUNT_OF(methods); ++i) {
            firesieve_search_result result;
            options.method = methods[i];
            cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
            cr_assert(result.count == expected.count && result.outcome == expected.outcome,
                      "seed %" PRIu64 ", from %s to %s: %s, not %s\n%s", seed, SHOW(options.from), SHOW(options.to),
                      SHOW(result.count), SHOW(expected.count), show_firewall(firewall));
        }
        firesieve_firewall_free(firewall);
    }
}

/* Follows the puzzle without modular arithmetic: a scanner that sweeps. */
static bool is_at_the_top(uint64_t range, uint64_t time)
{
    uint64_t position = 0;
    bool down = true;
    for (uint64_t i = 0; i < time && range > 1; ++i) {
        position += down ? 1 : UINT64_MAX;
        if (position == 0 || position == range - 1) {
            down = !down;
        }
    }
    return position == 0;
}

Test(oracle, severity_and_catches_agree_with_sweeping_scanners)
{
    enum { CASES = 100, DELAYS = 50 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_firewall *const firewall = random_firewall(&random);
        const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
        for (uint64_t delay = 0; delay < DELAYS; ++delay) {
            firesieve_delay severity = 0;
            bool caught = false;
            for (size_t i = 0; i < firesieve_firewall_layer_count(firewall); ++i) {
                if (is_at_the_top(layers[i].range, delay + layers[i].depth)) {
                    severity += layers[i].depth * layers[i].range;
                    caught = true;
                }
            }
            cr_assert(severity_of(firewall, delay) == severity, "seed %" PRIu64 ", delay %" PRIu64, seed, delay);
            cr_assert(firesieve_firewall_catches(firewall, delay) == caught, "seed %" PRIu64 ", delay %" PRIu64, seed,
                      delay);
        }
        firesieve_firewall_free(firewall);
    }
}

Test(oracle, closed_form_supports_depths_ranges_and_delays_of_any_size)
{
    const firesieve_layer layers[] = {{FIRESIEVE_DEPTH_MAX, FIRESIEVE_RANGE_MAX}};
    const firesieve_delay period = 2 * (firesieve_delay)(FIRESIEVE_RANGE_MAX - 1);
    const firesieve_delay caught = FIRESIEVE_DELAY_END / period * period - FIRESIEVE_DEPTH_MAX;
    firesieve_firewall *const firewall = build_firewall(layers, 1);
    cr_assert(firesieve_firewall_catches(firewall, caught));
    cr_assert(!firesieve_firewall_catches(firewall, caught - 1));
    cr_assert(!firesieve_firewall_catches(firewall, caught + 1));
    cr_assert(firesieve_firewall_catches(firewall, caught - period));
    firesieve_firewall_free(firewall);
}
