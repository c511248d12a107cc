/*
 * The short path, compared with the closed form on random firewalls with ranges up to 33. Case `seed` of a shape is the
 * same on every platform; if FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/random.h"
#include "firewall/firewall.h"
#include "firewalls.h"
#include "methods/small.h"
#include "support/kernels.h"

enum { LAYERS_MAX = SMALL_LAYERS_MAX + 1, PATIENCE = 1 << 15 };

static const struct shape {
    const char *name;
    uint64_t layers_min;
    uint64_t layers_max;
    uint64_t range_min;
    uint64_t range_max;
    uint64_t depth_max;
    unsigned targeted; /* of 8 layers, this number catches the first delay that none has caught so far */
    unsigned cases;
} shapes[] = {
    {"tiny ranges, also 1", 1, 12, 1, 6, 30, 6, 500},
    {"tiny ranges at any depth", 1, 20, 2, 9, FIRESIEVE_DEPTH_MAX, 6, 1000},
    {"like a puzzle", 20, 50, 2, 20, 100, 6, 1000},
    {"any ranges, each delay caught in turn", 10, 60, 2, 33, 500, 8, 1000},
    {"any ranges at any depth", 1, 60, 2, 33, FIRESIEVE_DEPTH_MAX, 6, 1500},
    {"any ranges, nothing aimed at", 1, 60, 2, 33, UINT64_C(1) << 33, 0, 1000},
    {"long ranges", 1, 60, 22, 33, 1 << 20, 7, 500},
    {"hundreds of layers", 100, 500, 2, 33, FIRESIEVE_DEPTH_MAX, 4, 300},
    {"one layer", 1, 1, 2, 33, FIRESIEVE_DEPTH_MAX, 0, 300},
};

/* A firewall under construction, and the first delays of the range that it will be searched in. */
struct draft {
    struct random_state random;
    firesieve_layer layers[LAYERS_MAX];
    size_t count;
    firesieve_delay from;
    bool caught[PATIENCE];
    size_t first_free; /* none of from .. from + first_free - 1 is safe */
};

/* A search, and its description in messages. */
struct search_case {
    const char *shape;
    uint64_t seed;
    const firesieve_firewall *firewall;
    firesieve_delay from;
    firesieve_delay to;
};

#define CASE_FORMAT "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ", from %s to %s\n%s"
#define CASE_ARGUMENTS(given) \
    (given)->shape, (given)->seed, SHOW((given)->from), SHOW((given)->to), show_firewall((given)->firewall)

static bool chance(struct random_state *random, unsigned of_8)
{
    return random_between(random, 0, 7) < of_8;
}

static firesieve_delay draw_delay(struct random_state *random)
{
    const firesieve_delay wide = (firesieve_delay)(random_next(random) >> 1) << 64 | random_next(random);
    switch (random_between(random, 0, 4)) {
    case 0:
    case 1:
        return 0;
    case 2:
        return random_between(random, 0, 5000);
    case 3:
        return FIRESIEVE_DELAY_END - random_between(random, 0, 2 * PATIENCE);
    default:
        return wide >> random_between(random, 0, 126);
    }
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
    const uint64_t period = 2 * (layer.range - 1);
    const uint64_t phase = period == 0 ? 0 : (uint64_t)((draft->from + layer.depth) % period);
    for (size_t i = phase == 0 ? 0 : period - phase; i < COUNT_OF(draft->caught); i += period == 0 ? 1 : period) {
        draft->caught[i] = true;
    }
    while (draft->first_free < COUNT_OF(draft->caught) && draft->caught[draft->first_free]) {
        ++draft->first_free;
    }
}

static void add_layer(struct draft *draft, const struct shape *shape)
{
    struct random_state *const random = &draft->random;
    const uint64_t range = random_between(random, shape->range_min, shape->range_max);
    firesieve_layer layer = {.depth = random_between(random, 0, shape->depth_max), .range = range};
    const uint64_t period = 2 * (range - 1);
    if (period != 0 && chance(random, shape->targeted)) {
        layer = layer_catching(draft->from + draft->first_free, period);
        if (layer.depth < shape->depth_max) {
            layer.depth += period * random_between(random, 0, (shape->depth_max - layer.depth) / period);
        }
    }
    if (!has_depth(draft, layer.depth)) {
        draft->layers[draft->count++] = layer;
        mark_caught(draft, layer);
    }
}

static firesieve_firewall *draw_firewall(struct draft *draft, const struct shape *shape)
{
    const uint64_t layers = random_between(&draft->random, shape->layers_min, shape->layers_max);
    do {
        add_layer(draft, shape);
    } while (draft->count < layers && draft->first_free < COUNT_OF(draft->caught));
    return build_firewall(draft->layers, draft->count);
}

/* The lcm of all periods, or PATIENCE + 1 if that is smaller; a scanner of range 1 counts as period 1. */
static uint64_t find_cycle(const firesieve_firewall *firewall)
{
    uint64_t cycle = 1;
    for (size_t i = 0; i < firesieve_firewall_layer_count(firewall); ++i) {
        const uint64_t period = 2 * (firesieve_firewall_layers(firewall)[i].range - 1);
        uint64_t multiple = cycle;
        while (period != 0 && multiple % period != 0 && multiple <= PATIENCE) {
            multiple += cycle;
        }
        cycle = multiple <= PATIENCE ? multiple : PATIENCE + 1;
    }
    return cycle;
}

/* Whether the short path decided; if so, it must be right. `all`: if no delay in the range is safe, none at all is. */
static bool check_search(const struct search_case *given, const firesieve_search_result *expected, bool all)
{
    static const char untouched[] = "untouched";
    firesieve_delay delay = 0;
    const char *reason = untouched;
    const enum small_outcome outcome = small_solve(given->firewall, given->from, given->to, &delay, &reason);
    if (outcome == SMALL_UNDECIDED) {
        return false;
    }
    cr_assert((outcome == SMALL_FOUND) == (expected->outcome == FIRESIEVE_FOUND), "outcome %d, " CASE_FORMAT, outcome,
              CASE_ARGUMENTS(given));
    if (outcome == SMALL_FOUND) {
        cr_assert(delay == expected->delay, "delay %s, expected %s, " CASE_FORMAT, SHOW(delay), SHOW(expected->delay),
                  CASE_ARGUMENTS(given));
    } else {
        cr_assert(reason != untouched && (reason != NULL || !all), CASE_FORMAT, CASE_ARGUMENTS(given));
    }
    return true;
}

/* The same search through the public API: AUTO reports that it took the short path, and returns a full result. */
static void check_result(const struct search_case *given, const firesieve_search_result *expected)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.from = given->from;
    options.to = given->to;
    const firesieve_search_result found = solve(given->firewall, &options);
    const bool is_found = expected->outcome == FIRESIEVE_FOUND;
    cr_assert(found.outcome == expected->outcome && found.delay == (is_found ? expected->delay : 0), CASE_FORMAT,
              CASE_ARGUMENTS(given));
    cr_assert(found.method == FIRESIEVE_METHOD_WHEEL && found.kernel == NULL && found.threads == 1 && found.count == 0,
              CASE_FORMAT, CASE_ARGUMENTS(given));
    cr_assert(found.reached == (is_found ? found.delay : given->to), CASE_FORMAT, CASE_ARGUMENTS(given));
    cr_assert(found.candidates == found.reached - given->from + (is_found ? 1 : 0), CASE_FORMAT, CASE_ARGUMENTS(given));
    cr_assert((found.reason == NULL) == is_found && found.elapsed_s >= 0 && found.elapsed_s < 600, CASE_FORMAT,
              CASE_ARGUMENTS(given));
}

/* Ranges that end just before and just after the answer, and one that begins with it. */
static void check_around(const struct search_case *given, firesieve_delay answer)
{
    const firesieve_search_result none = {.outcome = FIRESIEVE_NONE};
    const firesieve_search_result found = {.outcome = FIRESIEVE_FOUND, .delay = answer};
    struct search_case near = *given;
    near.to = answer;
    cr_assert(check_search(&near, &none, false), CASE_FORMAT, CASE_ARGUMENTS(&near));
    near.to = answer + 1;
    cr_assert(check_search(&near, &found, false), CASE_FORMAT, CASE_ARGUMENTS(&near));
    near.from = answer;
    near.to = given->to;
    cr_assert(check_search(&near, &found, false), CASE_FORMAT, CASE_ARGUMENTS(&near));
}

/* Whether the short path decided a case. */
static bool check_case(const struct shape *shape, uint64_t seed)
{
    static struct draft draft;
    draft = (struct draft){.random = {seed}};
    draft.from = draw_delay(&draft.random);
    firesieve_firewall *const firewall = draw_firewall(&draft, shape);
    const firesieve_delay patience = delay_add_saturated(draft.from, PATIENCE);
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.from = draft.from;
    options.to = chance(&draft.random, 2)
                     ? draft.from + random_between(&draft.random, 0, (uint64_t)(patience - draft.from))
                     : patience;
    const firesieve_search_result expected = solve(firewall, &options);
    const bool all = find_cycle(firewall) <= options.to - options.from; /* was searched */
    const bool end_matters = expected.outcome == FIRESIEVE_NONE && !all;
    const struct search_case given = {.shape = shape->name,
                                      .seed = seed,
                                      .firewall = firewall,
                                      .from = draft.from,
                                      .to = end_matters ? options.to : FIRESIEVE_DELAY_END};
    const bool decided = check_search(&given, &expected, all);
    if (decided) {
        check_result(&given, &expected);
    }
    if (decided && expected.outcome == FIRESIEVE_FOUND) {
        check_around(&given, expected.delay);
    }
    firesieve_firewall_free(firewall);
    return decided;
}

ParameterizedTestParameters(short_path, agrees_with_closed_form)
{
    static size_t indices[COUNT_OF(shapes)];
    for (size_t i = 0; i < COUNT_OF(shapes); ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, COUNT_OF(shapes), NULL);
}

/* The short path decides all of them. */
ParameterizedTest(const size_t *index, short_path, agrees_with_closed_form)
{
    const struct shape *const shape = &shapes[*index];
    for (unsigned i = 0; i < shape->cases; ++i) {
        cr_assert(check_case(shape, test_seed() + i), "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ": not decided", shape->name,
                  test_seed() + i);
    }
}

/* All residues but one are forbidden, so that even distant answers are known. */
static void check_lone_residue(const uint32_t *moduli, size_t count, unsigned twos, uint64_t seed)
{
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(moduli, count, twos, seed, &x, &cycle);
    const firesieve_delay far = x + (FIRESIEVE_DELAY_END / cycle - 2) * cycle;
    const struct {
        firesieve_delay from;
        firesieve_delay to;
        firesieve_delay delay; /* or `to` for none */
    } rows[] = {
        {0, FIRESIEVE_DELAY_END, x},
        {x + 1, x + cycle, x + cycle},
        {x + 1, x + cycle + 1, x + cycle},
        {far + 1, FIRESIEVE_DELAY_END, far + cycle},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const bool found = rows[i].delay < rows[i].to;
        firesieve_delay delay = 0;
        const char *reason = NULL;
        const enum small_outcome outcome = small_solve(firewall, rows[i].from, rows[i].to, &delay, &reason);
        cr_assert(outcome == (found ? SMALL_FOUND : SMALL_NONE) && (!found || delay == rows[i].delay) && reason == NULL,
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ", from %s to %s: outcome %d, %s, expected %s\n%s", seed,
                  SHOW(rows[i].from), SHOW(rows[i].to), outcome, SHOW(delay), SHOW(rows[i].delay),
                  show_firewall(firewall));
    }
    firesieve_firewall_free(firewall);
}

Test(short_path, takes_every_modulus_into_account)
{
    static const uint32_t all[] = {27, 25, 7, 11, 13, 17, 19, 23, 29, 31};
    check_lone_residue(all, COUNT_OF(all), 6, test_seed());
}

/* In random combinations, so that every residue of a wheel modulo every modulus occurs. */
Test(short_path, supports_moduli_in_any_combination)
{
    static const uint32_t threes[] = {3, 9, 27};
    static const uint32_t fives[] = {5, 25};
    static const uint32_t primes[] = {7, 11, 13, 17, 19, 23, 29, 31};
    for (uint64_t seed = test_seed(); seed < test_seed() + 4000; ++seed) {
        struct random_state random = {seed};
        uint32_t moduli[COUNT_OF(primes) + 2];
        size_t count = 0;
        if (chance(&random, 4)) {
            moduli[count++] = threes[random_between(&random, 0, COUNT_OF(threes) - 1)];
        }
        if (chance(&random, 4)) {
            moduli[count++] = fives[random_between(&random, 0, COUNT_OF(fives) - 1)];
        }
        for (size_t i = 0; i < COUNT_OF(primes); ++i) {
            moduli[count] = primes[i];
            count += chance(&random, 4);
        }
        check_lone_residue(moduli, count, (unsigned)random_between(&random, 1, 6), seed);
    }
}

/* The short path exists for puzzle inputs. */
Test(short_path, decides_every_puzzle)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_PUZZLE);
    for (options.seed = test_seed(); options.seed < test_seed() + 40; ++options.seed) {
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PUZZLE, &options);
        firesieve_delay delay = 0;
        const char *reason = NULL;
        cr_assert(small_solve(firewall, 0, FIRESIEVE_DELAY_END, &delay, &reason) == SMALL_FOUND,
                  "FIRESIEVE_TEST_SEED=%" PRIu64, options.seed);
        firesieve_search_options scan = firesieve_search_defaults();
        scan.method = FIRESIEVE_METHOD_SCAN;
        const firesieve_search_result expected = solve(firewall, &scan);
        cr_assert(expected.delay == delay, "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s, expected %s", options.seed,
                  SHOW(delay), SHOW(expected.delay));
        firesieve_firewall_free(firewall);
    }
}

/*
 * Moduli with few allowed residues: there are as many candidates as the product of their numbers, so that a search
 * uses a small buffer or a large one, or changes from the first to the second when the wheel grows; and the answer is
 * far enough away for that.
 */
static firesieve_firewall *draw_dense_firewall(struct random_state *random)
{
    static const uint32_t moduli[] = {3, 9, 27, 5, 25, 7, 11, 13, 17, 19, 23, 29, 31, 1, 2, 4, 8, 16, 32};
    enum { ODD = 13 };
    const bool mostly = chance(random, 4); /* allowed, of some moduli */
    struct layer_list list = {0};
    uint64_t next_depth = 0;
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        const uint64_t period = 2 * (uint64_t)moduli[i];
        const uint64_t modulus = i < ODD ? moduli[i] : period;
        const uint64_t allowed = mostly && chance(random, 3) ? modulus - 1 : random_between(random, 1, 2);
        const uint64_t first = random_between(random, 0, modulus - 1);
        if (chance(random, i < ODD ? 2 : 5)) {
            continue;
        }
        for (uint64_t residue = 0; residue < period && list.count < SMALL_LAYERS_MAX; ++residue) {
            if ((residue + first) % modulus >= allowed) {
                firesieve_layer layer = layer_catching(residue, period);
                layer.depth += (next_depth + period - 1 - layer.depth) / period * period;
                next_depth = layer.depth + 1;
                cr_assert(layer_list_append(&list, layer.depth, layer.range));
            }
        }
    }
    if (list.count == 0) {
        cr_assert(layer_list_append(&list, 0, 2));
    }
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    layer_list_free(&list);
    return firewall;
}

/* Compares with scan up to the answer, or up to FAR delays if it is farther away. */
static void check_by_scan(const firesieve_firewall *firewall, uint64_t seed, firesieve_delay from)
{
    enum { FAR = 1 << 24 };
    firesieve_delay delay = 0;
    const char *reason = NULL;
    const enum small_outcome outcome = small_solve(firewall, from, FIRESIEVE_DELAY_END, &delay, &reason);
    const bool is_near = outcome == SMALL_FOUND && delay - from < FAR;
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.threads = 1;
    options.from = from;
    options.to = from + FAR;
    const firesieve_search_result expected = solve(firewall, &options);
    cr_assert(outcome == SMALL_UNDECIDED || (is_near ? expected.outcome == FIRESIEVE_FOUND && expected.delay == delay
                                                     : expected.outcome == FIRESIEVE_NONE),
              "FIRESIEVE_TEST_SEED=%" PRIu64 ", from %s: outcome %d, %s; scan: %d, %s\n%s", seed, SHOW(from), outcome,
              SHOW(delay), expected.outcome, SHOW(expected.delay), show_firewall(firewall));
    cr_assert(outcome != SMALL_FOUND || !firesieve_firewall_catches(firewall, delay), "FIRESIEVE_TEST_SEED=%" PRIu64,
              seed);
}

Test(short_path, continues_if_many_residues_are_left)
{
    for (uint64_t seed = test_seed(); seed < test_seed() + 3000; ++seed) {
        struct random_state random = {seed};
        firesieve_firewall *const firewall = draw_dense_firewall(&random);
        check_by_scan(firewall, seed, chance(&random, 4) ? 0 : random_next(&random));
        firesieve_firewall_free(firewall);
    }
}

/* ---- Classes of residues ------------------------------------------------------------------------------ */

/* Lines with moduli up to 66, most of which forbid the first x that is left, if they can. */
static firesieve_firewall *draw_lines(struct random_state *random, firesieve_delay from)
{
    enum { LINES_MAX = 80, LINE_SIZE = 32 };
    const uint64_t count = random_between(random, 1, LINES_MAX);
    const uint64_t least = chance(random, 1) ? 1 : 2;
    const uint64_t most = chance(random, 1) ? 33 : 32; /* the short path refuses 33 and 66 */
    static char text[LINES_MAX * LINE_SIZE];
    static bool forbidden[PATIENCE];
    size_t used = 0;
    size_t free = 0;
    memset(forbidden, 0, sizeof forbidden);
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t modulus = random_between(random, least, most) * (chance(random, 4) ? 2 : 1);
        const uint64_t residue = chance(random, 5) && free < PATIENCE ? (uint64_t)((from + free) % modulus)
                                                                      : random_between(random, 0, modulus - 1);
        const uint64_t place = (uint64_t)(from % modulus);
        for (size_t at = (size_t)((residue + modulus - place) % modulus); at < PATIENCE; at += modulus) {
            forbidden[at] = true;
        }
        while (free < PATIENCE && forbidden[free]) {
            ++free;
        }
        used += (size_t)sprintf(text + used, "x mod %" PRIu64 " != %" PRIu64 "\n", modulus, residue);
    }
    return parse_firewall(text);
}

/* Whole searches use the short path if it decides; without it the answer, or the reason for none, is the same. */
Test(short_path, of_classes_agrees_with_the_long_path)
{
    enum { CASES = 3000 };
    const uint64_t first = test_seed();
    unsigned decided = 0;
    unsigned none = 0;
    for (uint64_t seed = first; seed < first + CASES; ++seed) {
        struct random_state random = {.counter = seed};
        firesieve_delay from = draw_delay(&random);
        from = from < FIRESIEVE_DELAY_END - PATIENCE ? from : 0;
        firesieve_firewall *const firewall = draw_lines(&random, from);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = from;
        options.method = FIRESIEVE_METHOD_WHEEL;
        const firesieve_search_result expected = solve(firewall, &options);
        firesieve_delay delay = 0;
        const char *reason = NULL;
        const enum small_outcome outcome = small_solve(firewall, from, FIRESIEVE_DELAY_END, &delay, &reason);
        decided += outcome != SMALL_UNDECIDED;
        none += outcome == SMALL_NONE;
        cr_assert(outcome == SMALL_UNDECIDED || (outcome == SMALL_FOUND) == (expected.outcome == FIRESIEVE_FOUND),
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ", outcome %d", seed, outcome);
        cr_assert(outcome != SMALL_FOUND || delay == expected.delay, "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s, expected %s",
                  seed, SHOW(delay), SHOW(expected.delay));
        cr_assert(outcome != SMALL_NONE || reason != NULL, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        firesieve_firewall_free(firewall);
    }
    cr_log_info("%u of %d decided, %u of them none", decided, CASES, none);
    cr_expect(decided > CASES / 2 && none > CASES / 100);
}

Test(short_path, of_lines_that_forbid_nothing_finds_the_first_x)
{
    firesieve_firewall *const firewall = parse_firewall("x mod 5 in {0..4}\n");
    firesieve_delay delay = 0;
    const char *reason = NULL;
    cr_assert(small_solve(firewall, 1000, FIRESIEVE_DELAY_END, &delay, &reason) == SMALL_FOUND && delay == 1000);
    cr_assert(small_solve(firewall, 1000, 1000, &delay, &reason) == SMALL_NONE && reason == NULL);
    firesieve_firewall_free(firewall);
}

static enum small_outcome outcome_of(firesieve_firewall *firewall)
{
    firesieve_delay delay;
    const char *reason;
    const enum small_outcome outcome = small_solve(firewall, 0, FIRESIEVE_DELAY_END, &delay, &reason);
    firesieve_firewall_free(firewall);
    return outcome;
}

/* Two residues of each modulus from 5 to 31 are allowed, and nearly all modulo 64 and 27: too many for the wheel. */
Test(short_path, gives_up_if_the_wheel_is_too_large)
{
    static const uint64_t moduli[] = {5, 7, 11, 13, 17, 19, 23, 29, 31};
    struct layer_list list = {0};
    cr_assert(layer_list_append(&list, 0, 33) && layer_list_append(&list, 1, 28));
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        for (uint64_t residue = 0; residue < 2 * moduli[i]; ++residue) {
            const uint64_t odd_residue = residue % moduli[i];
            if (odd_residue != 1 && odd_residue != 2 + i / 2) {
                const uint64_t depth = residue + 2 * moduli[i] * (100 * i + residue + 1);
                cr_assert(layer_list_append(&list, depth, moduli[i] + 1));
            }
        }
    }
    cr_assert(list.count <= SMALL_LAYERS_MAX);
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    layer_list_free(&list);
    firesieve_delay delay;
    const char *reason;
    cr_assert(small_solve(firewall, 0, FIRESIEVE_DELAY_END, &delay, &reason) == SMALL_UNDECIDED);
    const firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && result.kernel != NULL);
    cr_assert(!firesieve_firewall_catches(firewall, result.delay));
    firesieve_firewall_free(firewall);
}

Test(short_path, leaves_larger_firewalls_to_the_long_path)
{
    static firesieve_layer layers[SMALL_LAYERS_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(layers); ++i) {
        layers[i] = (firesieve_layer){.depth = 4 * i, .range = SMALL_RANGE_MAX};
    }
    cr_assert(outcome_of(build_firewall(layers, SMALL_LAYERS_MAX)) == SMALL_FOUND);
    cr_assert(outcome_of(build_firewall(layers, SMALL_LAYERS_MAX + 1)) == SMALL_UNDECIDED);
    layers[40].range = SMALL_RANGE_MAX + 1;
    cr_assert(outcome_of(build_firewall(layers, 50)) == SMALL_UNDECIDED);
    layers[40].range = FIRESIEVE_RANGE_MAX;
    cr_assert(outcome_of(build_firewall(layers, 50)) == SMALL_UNDECIDED);
}
