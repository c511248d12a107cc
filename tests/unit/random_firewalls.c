/*
 * The scan against the closed form on random firewalls. Case `seed` of a shape is the same on every platform; with
 * FIRESIEVE_TEST_SEED set to the seed in a message, that case is the first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

enum { LAYERS_MAX = 400 };

/* Some layers, and the span that their periods come from: any even number in it, small ones more often. */
struct layer_kind {
    uint64_t layers_min;
    uint64_t layers_max;
    uint64_t period_min;
    uint64_t period_max;
};

static const struct shape {
    const char *name;
    struct layer_kind kinds[2]; /* in this order; then all layers are shuffled */
    uint64_t depth_max;
    uint64_t periods_max; /* different periods, where not 0 */
    unsigned cases;
} shapes[] = {
    {"tiny ranges, also 1", {{1, 12, 0, 10}}, 30, 0, 400},
    {"tiny ranges at any depth", {{1, 30, 2, 16}}, FIRESIEVE_DEPTH_MAX, 0, 400},
    {"like a puzzle", {{20, 50, 2, 38}}, 100, 0, 300},
    {"one layer", {{1, 1, 2, UINT64_MAX / 2}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods around 512", {{1, 200, 480, 544}}, 10000, 0, 200},
    {"periods around 1024", {{1, 300, 990, 1060}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods up to 5000", {{5, 300, 2, 5000}}, 100000, 0, 300},
    {"the longest patterns", {{5, 300, 4096, 17000}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"short and middle periods", {{2, 20, 2, 64}, {0, 60, 128, 65536}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods from 2^20 to 2^31", {{5, 300, 1 << 20, UINT64_C(1) << 31}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods around 2^31",
     {{5, 200, (UINT64_C(1) << 31) - 64, (UINT64_C(1) << 31) + 64}},
     FIRESIEVE_DEPTH_MAX,
     0,
     150},
    {"periods around 2^32",
     {{5, 200, (UINT64_C(1) << 32) - 64, (UINT64_C(1) << 32) + 64}},
     FIRESIEVE_DEPTH_MAX,
     0,
     150},
    {"the longest periods", {{5, 200, UINT64_MAX / 2 - 999, UINT64_MAX / 2}}, FIRESIEVE_DEPTH_MAX, 0, 150},
    {"one or two periods of many residues", {{2, 350, 2, 300}}, 100000, 2, 300},
    {"a few long periods of many residues", {{20, 350, 300, 1 << 22}}, FIRESIEVE_DEPTH_MAX, 4, 150},
    {"short periods, then any", {{10, 60, 2, 60}, {1, 100, 2, UINT64_MAX / 2}}, FIRESIEVE_DEPTH_MAX, 0, 300},
    {"few survivors for long periods",
     {{60, 90, 2, 60}, {5, 60, 5000, UINT64_C(1) << 33}},
     FIRESIEVE_DEPTH_MAX,
     0,
     200},
    {"everything mixed", {{0, 150, 2, 20000}, {1, 150, 1 << 14, UINT64_MAX / 2}}, FIRESIEVE_DEPTH_MAX, 0, 300},
};

/* A firewall under construction, and the first delays of the range that it will be searched in. */
struct draft {
    struct random_state random;
    firesieve_layer layers[LAYERS_MAX];
    size_t count;
    firesieve_delay from;
    bool caught[1 << 16];
    size_t first_free; /* no delay of from .. from + first_free - 1 is safe */
};

static bool coin(struct random_state *random, uint64_t sides)
{
    return random_between(random, 0, sides - 1) == 0;
}

/* In the kinds of places where a search may go wrong. */
static firesieve_delay draw_delay(struct random_state *random)
{
    const firesieve_delay wide = (firesieve_delay)(random_next(random) >> 1) << 64 | random_next(random);
    const uint64_t little = random_between(random, 0, 3000);
    switch (random_between(random, 0, 6)) {
    case 0:
        return 0;
    case 1:
        return little;
    case 2:
        return (wide >> random_between(random, 10, 120)) * 512 % FIRESIEVE_DELAY_END + random_between(random, 0, 2);
    case 3:
        return ((firesieve_delay)1 << random_between(random, 9, 126)) + little - (coin(random, 2) ? little / 2 : 0);
    case 4:
        return FIRESIEVE_DELAY_END - little;
    case 5:
        return ((firesieve_delay)1 << random_between(random, 31, 100)) - 1 - little % 16;
    default:
        return wide >> random_between(random, 0, 126);
    }
}

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

static uint64_t draw_period(struct random_state *random, const struct layer_kind *kind)
{
    const uint64_t span = (kind->period_max - kind->period_min) / 2;
    const unsigned span_bits = span == 0 ? 0 : 64 - (unsigned)__builtin_clzll(span);
    const uint64_t narrower = span >> (span_bits < 10 ? 0 : random_between(random, 0, span_bits));
    return kind->period_min / 2 * 2 + 2 * random_between(random, 0, narrower);
}

static bool has_depth(const struct draft *draft, uint64_t depth)
{
    for (size_t i = 0; i < draft->count; ++i) {
        if (draft->layers[i].depth == depth) {
            return true;
        }
    }
    return false;
}

static void mark_caught(struct draft *draft, firesieve_layer layer)
{
    const firesieve_delay period = 2 * (layer.range - 1);
    if (period == 0) {
        memset(draft->caught, true, sizeof draft->caught);
    } else {
        const firesieve_delay phase = (draft->from + layer.depth) % period;
        for (firesieve_delay i = phase == 0 ? 0 : period - phase; i < COUNT_OF(draft->caught); i += period) {
            draft->caught[i] = true;
        }
    }
    while (draft->first_free < COUNT_OF(draft->caught) && draft->caught[draft->first_free]) {
        ++draft->first_free;
    }
}

/* Three layers of four catch the first delay that none has caught so far: most layers matter to the answer. */
static void add_layer(struct draft *draft, uint64_t period, uint64_t depth_max)
{
    struct random_state *const random = &draft->random;
    firesieve_layer layer = {.depth = random_between(random, 0, depth_max), .range = period / 2 + 1};
    if (period != 0 && !coin(random, 4)) {
        layer = layer_catching(draft->from + draft->first_free, period);
        if (layer.depth < depth_max) {
            layer.depth += period * random_between(random, 0, (depth_max - layer.depth) / period);
        }
    }
    if (!has_depth(draft, layer.depth)) {
        draft->layers[draft->count++] = layer;
        mark_caught(draft, layer);
    }
}

static void shuffle_layers(struct draft *draft)
{
    for (size_t i = draft->count; i-- > 1;) {
        const size_t other = random_between(&draft->random, 0, i);
        const firesieve_layer layer = draft->layers[i];
        draft->layers[i] = draft->layers[other];
        draft->layers[other] = layer;
    }
}

static firesieve_firewall *draw_firewall(struct draft *draft, const struct shape *shape)
{
    uint64_t periods[LAYERS_MAX];
    size_t period_count = 0;
    for (size_t i = 0; i < COUNT_OF(shape->kinds); ++i) {
        const struct layer_kind *const kind = &shape->kinds[i];
        for (uint64_t left = random_between(&draft->random, kind->layers_min, kind->layers_max); left > 0; --left) {
            uint64_t period = draw_period(&draft->random, kind);
            if (shape->periods_max != 0 && period_count == shape->periods_max) {
                period = periods[random_between(&draft->random, 0, period_count - 1)];
            } else {
                periods[period_count++] = period;
            }
            add_layer(draft, period, shape->depth_max);
        }
    }
    if (draft->count == 0) {
        draft->layers[draft->count++] = (firesieve_layer){.depth = 0, .range = 2};
    }
    shuffle_layers(draft);
    return build_firewall(draft->layers, draft->count);
}

struct solve_case {
    const char *shape;
    uint64_t seed;
    const firesieve_firewall *firewall;
    firesieve_search_options options;
    firesieve_search_result expected;
};

/* The closed form's result; a range without a safe delay in its first 2^17 is cut to them. */
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

static void check_scan(const struct solve_case *given, const firesieve_kernel *kernel, unsigned threads)
{
    firesieve_search_options options = given->options;
    options.method = FIRESIEVE_METHOD_SCAN;
    options.kernel = kernel;
    options.threads = threads;
    const firesieve_search_result found = solve(given->firewall, &options);
    const firesieve_search_result *const expected = &given->expected;
    cr_assert(
        found.outcome == expected->outcome && (expected->outcome == FIRESIEVE_NONE || found.delay == expected->delay),
        "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ", kernel %s%s, %u threads, from %s to %s: outcome %d, delay %s; "
        "expected outcome %d, delay %s\n%s",
        given->shape, given->seed, firesieve_kernel_name(kernel), firesieve_kernel_emulated(kernel) ? ", emulated" : "",
        threads, SHOW(options.from), SHOW(options.to), found.outcome, SHOW(found.delay), expected->outcome,
        SHOW(expected->delay), show_firewall(given->firewall));
    const bool is_found = found.outcome == FIRESIEVE_FOUND;
    cr_assert(is_found ? found.reached == found.delay : found.reached >= options.from && found.reached <= options.to);
    cr_assert(found.candidates <= options.to - options.from);
    cr_assert(is_found ? found.candidates == found.delay - options.from + 1 : found.reason != NULL);
    cr_assert(!is_found || found.reason == NULL);
    cr_assert(found.method == FIRESIEVE_METHOD_SCAN && found.kernel == kernel);
    cr_assert(found.threads >= 1 && found.threads <= threads);
    cr_assert(found.elapsed_s >= 0);
}

static void check_case(const struct shape *shape, uint64_t seed)
{
    static struct draft draft;
    draft = (struct draft){.random = {seed}};
    draft.from = draw_delay(&draft.random);
    const firesieve_delay to = delay_add_saturated(draft.from, draw_length(&draft.random));
    firesieve_firewall *const firewall = draw_firewall(&draft, shape);
    struct solve_case given = {
        .shape = shape->name, .seed = seed, .firewall = firewall, .options = firesieve_search_defaults()};
    given.options.from = draft.from;
    given.options.to = to;
    solve_by_closed_form(&given);
    const bool emulated_too = coin(&draft.random, 10);
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (firesieve_kernel_emulated(kernel) ? emulated_too : firesieve_kernel_runs_here(kernel)) {
            check_scan(&given, kernel, 1);
            check_scan(&given, kernel, 3);
        }
    }
    firesieve_firewall_free(firewall);
}

ParameterizedTestParameters(random_firewalls, scan_agrees_with_closed_form)
{
    static size_t indices[COUNT_OF(shapes)];
    for (size_t i = 0; i < COUNT_OF(shapes); ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, COUNT_OF(shapes), NULL);
}

ParameterizedTest(const size_t *index, random_firewalls, scan_agrees_with_closed_form)
{
    const struct shape *const shape = &shapes[*index];
    for (unsigned i = 0; i < shape->cases; ++i) {
        check_case(shape, test_seed() + i);
    }
}
