#include "shapes.h"

#include <criterion/criterion.h>

#include "firewalls.h"

const struct shape shapes[SHAPE_COUNT] = {
    {"tiny ranges, also 1", {{1, 12, 0, 10}}, 30, 0, 400},
    {"tiny ranges at any depth", {{1, 30, 2, 16}}, FIRESIEVE_DEPTH_MAX, 0, 400},
    {"like a puzzle", {{20, 50, 2, 38}}, 100, 0, 300},
    {"one layer", {{1, 1, 2, UINT64_MAX / 2}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods around 512", {{1, 200, 480, 544}}, 10000, 0, 200},
    {"periods around 1024", {{1, 300, 990, 1060}}, FIRESIEVE_DEPTH_MAX, 0, 200},
    {"periods up to 5000", {{5, 300, 2, 5000}}, 100000, 0, 300},
    {"the longest rows", {{5, 300, 4096, 17000}}, FIRESIEVE_DEPTH_MAX, 0, 200},
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

bool coin(struct random_state *random, uint64_t sides)
{
    return random_between(random, 0, sides - 1) == 0;
}

firesieve_delay draw_delay(struct random_state *random)
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

firesieve_firewall *draft_firewall(struct draft *draft, const struct shape *shape)
{
    uint64_t periods[DRAFT_LAYERS_MAX];
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

void draft_start(struct draft *draft, uint64_t seed)
{
    *draft = (struct draft){.random = {seed}};
    draft->from = draw_delay(&draft->random);
}

static void draw_offsets(struct random_state *random, firesieve_generate_options *options)
{
    options->offset_count = random_between(random, 1, 5);
    options->offsets[0] = random_between(random, 0, 3);
    for (size_t i = 1; i < options->offset_count; ++i) {
        options->offsets[i] = options->offsets[i - 1] + random_between(random, 1, 12);
    }
}

firesieve_firewall *draw_from_family(struct random_state *random, firesieve_family family,
                                     firesieve_generate_options *options)
{
    *options = (firesieve_generate_options){
        .layers = random_between(random, 3, family == FIRESIEVE_FAMILY_EXTREMAL ? 12 : 60),
        .min_range = random_between(random, 2, 30),
        .bits = (unsigned)random_between(random, 1, 14),
        .seed = random_next(random),
        .k = random_between(random, 2, 20),
        .primes = random_between(random, 0, 9),
        .start = random_next(random) >> random_between(random, 0, 63),
        .sieve_to = random_between(random, 2, 90),
    };
    options->max_range = options->min_range + random_between(random, 1, 40);
    draw_offsets(random, options);
    return generate_firewall(family, options);
}

struct criterion_test_params every_shape(void)
{
    static size_t indices[SHAPE_COUNT];
    for (size_t i = 0; i < SHAPE_COUNT; ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, SHAPE_COUNT, NULL);
}

struct criterion_test_params every_family(void)
{
    static firesieve_family families[FIRESIEVE_FAMILY_COUNT];
    for (size_t i = 0; i < FIRESIEVE_FAMILY_COUNT; ++i) {
        families[i] = (firesieve_family)i;
    }
    return cr_make_param_array(firesieve_family, families, FIRESIEVE_FAMILY_COUNT, NULL);
}
