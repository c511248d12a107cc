/*
 * Covers of the integers by residue classes, compared with brute force over one cycle. Case `seed` of a shape is the
 * same on every platform; if FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "firewalls.h"
#include "residue/cover.h"
#include "support/kernels.h"

enum { CLASSES_MAX = 4096, CYCLE_MAX = 1000000, AMPLE = 100000000 };

struct classes {
    struct residue_class list[CLASSES_MAX];
    size_t count;
};

static void add(struct classes *classes, uint64_t modulus, uint64_t residue)
{
    cr_assert(classes->count < CLASSES_MAX);
    classes->list[classes->count++] = (struct residue_class){.modulus = modulus, .residue = residue};
}

static void take_out(struct classes *classes, size_t index)
{
    classes->list[index] = classes->list[--classes->count];
}

static void shuffle(struct classes *classes, struct random_state *random)
{
    for (size_t i = classes->count; i > 1; --i) {
        const size_t other = random_between(random, 0, i - 1);
        const struct residue_class moved = classes->list[other];
        classes->list[other] = classes->list[i - 1];
        classes->list[i - 1] = moved;
    }
}

/* As text, for the message of a failing test. */
static const char *show_classes(const struct classes *classes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    cr_assert(stream != NULL);
    for (size_t i = 0; i < classes->count && i < 400; ++i) {
        fprintf(stream, "%" PRIu64 " mod %" PRIu64 "\n", classes->list[i].residue, classes->list[i].modulus);
    }
    fprintf(stream, "# %zu classes in all\n", classes->count);
    fclose(stream);
    return text;
}

static enum cover_outcome decide(const struct classes *classes, uint64_t budget, uint8_t *roles)
{
    enum cover_outcome outcome;
    firesieve_error error = {0};
    cr_assert(cover_decide(classes->list, classes->count, budget, (struct go_on){NULL, NULL}, roles, &outcome,
                           &error) == FIRESIEVE_OK,
              "%s", error.message);
    return outcome;
}

/* ---- Brute force: each integer of one cycle, and how many classes it is in -------------------------------------- */

/* The lcm of the moduli, or 0 if it is more than CYCLE_MAX. */
static uint64_t find_cycle(const struct classes *classes)
{
    uint64_t cycle = 1;
    for (size_t i = 0; i < classes->count; ++i) {
        const uint64_t modulus = classes->list[i].modulus;
        uint64_t multiple = cycle;
        while (multiple % modulus != 0 && multiple <= CYCLE_MAX) {
            multiple += cycle;
        }
        if (multiple > CYCLE_MAX) {
            return 0;
        }
        cycle = multiple;
    }
    return cycle;
}

static const uint16_t *count_classes(const struct classes *classes, uint64_t cycle)
{
    static uint16_t counts[CYCLE_MAX];
    memset(counts, 0, cycle * sizeof *counts);
    for (size_t i = 0; i < classes->count; ++i) {
        for (uint64_t at = classes->list[i].residue; at < cycle; at += classes->list[i].modulus) {
            ++counts[at];
        }
    }
    return counts;
}

static bool covers(const struct classes *classes)
{
    const uint64_t cycle = find_cycle(classes);
    cr_assert(cycle != 0);
    const uint16_t *const counts = count_classes(classes, cycle);
    for (uint64_t i = 0; i < cycle; ++i) {
        if (counts[i] == 0) {
            return false;
        }
    }
    return true;
}

/* Whether some integer is in this class and in no other. */
static bool is_needed(const struct classes *classes, size_t index)
{
    const uint64_t cycle = find_cycle(classes);
    const uint16_t *const counts = count_classes(classes, cycle);
    for (uint64_t at = classes->list[index].residue; at < cycle; at += classes->list[index].modulus) {
        if (counts[at] == 1) {
            return true;
        }
    }
    return false;
}

static void keep_named(const struct classes *classes, const uint8_t *roles, struct classes *named)
{
    named->count = 0;
    for (size_t i = 0; i < classes->count; ++i) {
        if (roles[i] != COVER_UNUSED) {
            add(named, classes->list[i].modulus, classes->list[i].residue);
        }
    }
}

/* ---- Random classes --------------------------------------------------------------------------------------------- */

static const struct shape {
    const char *name;
    uint64_t cycle; /* moduli are its divisors, at most CYCLE_MAX */
    uint64_t modulus_min;
    uint64_t modulus_max;
    uint64_t classes_min;
    uint64_t classes_max;
    unsigned cases;
} shapes[] = {
    {"a few small moduli", 60, 1, 60, 0, 12, 1000},
    {"moduli up to 24", 720720, 2, 24, 4, 30, 200},
    {"moduli up to 60", 720720, 3, 60, 20, 100, 200},
    {"powers of 2", 1 << 12, 2, 1 << 12, 2, 40, 500},
    {"powers of 3", 59049, 3, 59049, 3, 60, 500},
    {"powers of 2 and 3", 82944, 4, 96, 5, 60, 500},
    {"primes up to 13", 30030, 2, 100, 5, 60, 500},
    {"few primes, many classes", 5040, 6, 5040, 30, 300, 500},
    {"every residue of a larger prime", 3 * 61, 61, 183, 200, 700, 200},
    {"primes that none splits by", 2 * 3 * 317 * 331, 2, 1000, 5, 200, 200},
};

static uint64_t draw_modulus(struct random_state *random, const struct shape *shape)
{
    for (;;) {
        const uint64_t modulus = random_between(random, shape->modulus_min, shape->modulus_max);
        if (shape->cycle % modulus == 0) {
            return modulus;
        }
    }
}

static void draw_classes(struct random_state *random, const struct shape *shape, struct classes *classes)
{
    classes->count = 0;
    const uint64_t count = random_between(random, shape->classes_min, shape->classes_max);
    while (classes->count < count) {
        const uint64_t modulus = draw_modulus(random, shape);
        add(classes, modulus, random_between(random, 0, modulus - 1));
    }
}

/* Checks the outcome, that the named classes are a cover, and that each needed class has an integer to itself. */
static void check_against_brute_force(const struct classes *classes, const char *shape, uint64_t seed)
{
    static uint8_t roles[CLASSES_MAX];
    static struct classes named;
    const enum cover_outcome expected = covers(classes) ? COVER_COMPLETE : COVER_OPEN;
    const enum cover_outcome found = decide(classes, AMPLE, roles);
    cr_assert(found == expected, "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ": %d instead of %d\n%s", shape, seed, found,
              expected, show_classes(classes));
    keep_named(classes, roles, &named);
    if (found == COVER_COMPLETE) {
        cr_assert(covers(&named), "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ": those named do not cover\n%s", shape, seed,
                  show_classes(classes));
    } else {
        cr_assert(named.count == 0);
    }
    for (size_t i = 0; i < classes->count; ++i) {
        cr_assert(roles[i] != COVER_NEEDED || is_needed(classes, i),
                  "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ": class %zu is not needed\n%s", shape, seed, i,
                  show_classes(classes));
    }
}

ParameterizedTestParameters(cover, random_classes_agree_with_brute_force)
{
    static size_t indices[COUNT_OF(shapes)];
    for (size_t i = 0; i < COUNT_OF(shapes); ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, COUNT_OF(shapes), NULL);
}

/* The cases of each shape must include covers and others, or they show little. */
ParameterizedTest(const size_t *index, cover, random_classes_agree_with_brute_force)
{
    static struct classes classes;
    const struct shape *const shape = &shapes[*index];
    unsigned covered = 0;
    for (unsigned i = 0; i < shape->cases; ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_classes(&random, shape, &classes);
        check_against_brute_force(&classes, shape->name, seed);
        covered += decide(&classes, AMPLE, NULL) == COVER_COMPLETE;
    }
    cr_assert(covered > 0 && covered < shape->cases, "%s: %u of %u cover", shape->name, covered, shape->cases);
}

/* ---- Disjoint covers: a class, split again and again ------------------------------------------------------------- */

static const uint64_t modulus_end = UINT64_C(1) << 63;

/* Splits class `index` into `prime` classes. Returns false and changes nothing if the moduli would be too large. */
static bool split(struct classes *classes, size_t index, uint64_t prime, uint64_t modulus_max)
{
    const struct residue_class class = classes->list[index];
    if (class.modulus > modulus_max / prime) {
        return false;
    }
    classes->list[index].modulus *= prime;
    for (uint64_t i = 1; i < prime; ++i) {
        add(classes, class.modulus * prime, class.residue + i * class.modulus);
    }
    return true;
}

/* Splits 0 and 1 mod 2 again and again: random classes by random ones of the first `prime_count` primes. */
static void draw_disjoint(struct random_state *random, size_t count, size_t prime_count, struct classes *classes)
{
    static const uint64_t primes[] = {2, 3, 5, 7, 11};
    classes->count = 0;
    add(classes, 2, 0);
    add(classes, 2, 1);
    while (classes->count < count) {
        const uint64_t prime = primes[random_between(random, 0, prime_count - 1)];
        split(classes, random_between(random, 0, classes->count - 1), prime, UINT64_C(1) << 40);
    }
}

/* Classes of even modulus that do not contain x. */
static void add_avoiding(struct random_state *random, size_t count, uint64_t modulus_max, uint64_t x,
                         struct classes *classes)
{
    while (count > 0) {
        const uint64_t modulus = 2 * random_between(random, 2, modulus_max / 2);
        const uint64_t residue = random_between(random, 0, modulus - 1);
        if (x % modulus != residue) {
            add(classes, modulus, residue);
            --count;
        }
    }
}

static const size_t sizes[] = {4, 10, 30, 100, 300, 1000, 2000};

enum { PASSES = 200 }; /* the most that a proof takes, in passes over all classes */

Test(cover, every_class_of_a_disjoint_cover_is_needed)
{
    static struct classes classes;
    static uint8_t roles[CLASSES_MAX];
    for (size_t i = 0; i < COUNT_OF(sizes) * 10; ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_disjoint(&random, sizes[i / 10], 4 + i % 2, &classes);
        shuffle(&classes, &random);
        cr_assert(decide(&classes, PASSES * classes.count, roles) == COVER_COMPLETE, "seed %" PRIu64 "\n%s", seed,
                  show_classes(&classes));
        for (size_t class = 0; class < classes.count; ++class) {
            cr_assert(roles[class] == COVER_NEEDED, "seed %" PRIu64 ": class %zu\n%s", seed, class,
                      show_classes(&classes));
        }
    }
}

/* Adds as many classes again, all of whose integers are in others. */
Test(cover, useless_classes_do_not_hide_a_cover)
{
    static struct classes classes;
    static struct classes named;
    static uint8_t roles[CLASSES_MAX];
    static const uint64_t modulus_maxs[] = {60, 1000, UINT64_C(1) << 62};
    for (size_t i = 0; i < COUNT_OF(sizes) * 9; ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_disjoint(&random, sizes[i / 9], 4, &classes);
        add_avoiding(&random, classes.count, modulus_maxs[i % 3], random_next(&random), &classes);
        shuffle(&classes, &random);
        cr_assert(decide(&classes, PASSES * classes.count, roles) == COVER_COMPLETE, "seed %" PRIu64 "\n%s", seed,
                  show_classes(&classes));
        keep_named(&classes, roles, &named);
        for (size_t try = 0; try < 1000; ++try) {
            const uint64_t x = random_next(&random);
            size_t containing = 0;
            while (containing < named.count && x % named.list[containing].modulus != named.list[containing].residue) {
                ++containing;
            }
            cr_assert(containing < named.count, "seed %" PRIu64 ": none of those named contains %" PRIu64 "\n%s", seed,
                      x, show_classes(&classes));
        }
    }
}

Test(cover, a_hole_among_many_classes_is_found)
{
    static struct classes classes;
    static const uint64_t modulus_maxs[] = {60, 1000, UINT64_C(1) << 62};
    for (size_t i = 0; i < COUNT_OF(sizes) * 9; ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_disjoint(&random, sizes[i / 9], 5, &classes);
        const size_t hole = random_between(&random, 0, classes.count - 1);
        const struct residue_class missing = classes.list[hole];
        take_out(&classes, hole);
        const uint64_t x = missing.residue + missing.modulus * random_between(&random, 0, 1 << 20);
        add_avoiding(&random, classes.count, modulus_maxs[i % 3], x, &classes);
        shuffle(&classes, &random);
        cr_assert(decide(&classes, PASSES * classes.count, NULL) == COVER_OPEN, "seed %" PRIu64 "\n%s", seed,
                  show_classes(&classes));
    }
}

/* Paths of up to 63 splits, to the largest moduli; without one class the rest is open. */
Test(cover, moduli_up_to_2_to_the_63)
{
    static const uint64_t cycles_of_primes[][3] = {{2, 2, 2}, {3, 3, 3},   {2, 3, 5},
                                                   {7, 2, 2}, {11, 13, 3}, {311, 2, 311}};
    static struct classes classes;
    static uint8_t roles[CLASSES_MAX];
    for (size_t row = 0; row < COUNT_OF(cycles_of_primes); ++row) {
        classes.count = 0;
        add(&classes, 1, 0);
        while (split(&classes, classes.count - 1, cycles_of_primes[row][classes.count % 3], modulus_end)) {
        }
        cr_assert(classes.list[classes.count - 1].modulus > modulus_end / 400);
        cr_assert(decide(&classes, AMPLE, roles) == COVER_COMPLETE, "row %zu", row);
        for (size_t i = 0; i < classes.count; ++i) {
            cr_assert(roles[i] == COVER_NEEDED, "row %zu: class %zu", row, i);
            struct classes rest = classes;
            take_out(&rest, i);
            cr_assert(decide(&rest, AMPLE, NULL) == COVER_OPEN, "row %zu without class %zu", row, i);
        }
    }
}

/* ---- Limits ------------------------------------------------------------------------------------------------------ */

/* Classes mod 2, 4, ..., 2^n leave one integer in 2^n out: that sum must not be rounded up to 1. */
Test(cover, thin_classes_are_open_without_any_work)
{
    struct classes classes = {.count = 0};
    cr_assert(decide(&classes, 0, NULL) == COVER_OPEN);
    for (unsigned i = 1; i <= 63; ++i) {
        add(&classes, UINT64_C(1) << i, (UINT64_C(1) << (i - 1)) - 1);
        cr_assert(decide(&classes, 0, NULL) == COVER_OPEN, "%u classes", i);
        struct classes all = classes;
        add(&all, UINT64_C(1) << i, (UINT64_C(1) << i) - 1);
        cr_assert(decide(&all, AMPLE, NULL) == COVER_COMPLETE, "%u classes", i);
    }
}

/* With too small a budget no wrong answer is given, and no class is named. */
Test(cover, a_budget_that_runs_out_leaves_it_undecided)
{
    static struct classes classes;
    static uint8_t roles[CLASSES_MAX];
    struct random_state random = {test_seed()};
    draw_disjoint(&random, 20, 4, &classes);
    uint64_t budget = 0;
    for (; decide(&classes, budget, roles) != COVER_COMPLETE; ++budget) {
        cr_assert(decide(&classes, budget, roles) == COVER_UNDECIDED);
        for (size_t i = 0; i < classes.count; ++i) {
            cr_assert(roles[i] == COVER_UNUSED);
        }
    }
    cr_assert(budget > 2 * classes.count && budget < PASSES * classes.count);
    cr_assert(decide(&classes, budget + 1, roles) == COVER_COMPLETE);
}

/* Proofs do not split by primes above 311: classes of such moduli are dropped if they are too few to matter,
   and leave the answer undecided otherwise. */
Test(cover, large_primes)
{
    enum { LARGE = 331 };
    static const struct {
        unsigned sixths; /* classes 0, 1, ... mod 6 */
        unsigned large;  /* classes 0, 1, ... mod LARGE */
        enum cover_outcome expected;
    } rows[] = {
        {6, 0, COVER_COMPLETE},    {6, LARGE, COVER_COMPLETE},  {5, 312, COVER_OPEN},
        {5, 313, COVER_UNDECIDED}, {5, LARGE, COVER_UNDECIDED}, {0, LARGE - 1, COVER_OPEN},
    };
    for (size_t row = 0; row < COUNT_OF(rows); ++row) {
        struct classes classes = {.count = 0};
        for (unsigned i = 0; i < rows[row].large; ++i) {
            add(&classes, LARGE, i);
        }
        for (unsigned i = 0; i < rows[row].sixths; ++i) {
            add(&classes, 6, i);
        }
        cr_assert(decide(&classes, AMPLE, NULL) == rows[row].expected, "row %zu", row);
    }
}

/* ---- Minimal covers ---------------------------------------------------------------------------------------------- */

struct minimum {
    size_t *layers; /* freed by the test */
    size_t count;
    bool minimal;
    enum cover_outcome outcome;
};

static struct minimum minimise(const firesieve_firewall *firewall, uint64_t budget)
{
    struct minimum minimum = {0};
    firesieve_error error = {0};
    cr_assert(cover_minimise(firewall, budget, (struct go_on){NULL, NULL}, &minimum.layers, &minimum.count,
                             &minimum.minimal, &minimum.outcome, &error) == FIRESIEVE_OK,
              "%s", error.message);
    for (size_t i = 1; i < minimum.count; ++i) {
        cr_assert(minimum.layers[i - 1] < minimum.layers[i]);
    }
    cr_assert((minimum.layers == NULL) == (minimum.outcome != COVER_COMPLETE));
    cr_assert(minimum.count == 0 || minimum.layers[minimum.count - 1] < firesieve_firewall_layer_count(firewall));
    return minimum;
}

/* The layers that forbid classes of even moduli, in their order. */
static firesieve_firewall *build_forbidding(const struct classes *classes)
{
    static firesieve_layer layers[CLASSES_MAX];
    uint64_t depth_end = 0;
    for (size_t i = 0; i < classes->count; ++i) {
        const uint64_t modulus = classes->list[i].modulus;
        layers[i] = layer_catching(classes->list[i].residue, modulus);
        if (layers[i].depth < depth_end) {
            layers[i].depth += (depth_end - layers[i].depth + modulus - 1) / modulus * modulus;
        }
        depth_end = layers[i].depth + 1;
    }
    return build_firewall(layers, classes->count);
}

Test(minimal_cover, of_known_firewalls)
{
    static const struct {
        const char *text;
        enum cover_outcome outcome;
        size_t count;
        size_t layers[8];
    } rows[] = {
        {"0: 2\n1: 4\n3: 4\n5: 7\n6: 4\n7: 3\n", COVER_COMPLETE, 5, {0, 1, 2, 3, 5}}, /* Erdos; 0 mod 6 is in 0 mod 2 */
        {"0: 3\n1: 2\n4: 4\n6: 4\n", COVER_OPEN, 0, {0}},
        {"7: 1\n", COVER_COMPLETE, 1, {0}},
        {"0: 2\n1: 2\n2: 2\n7: 1\n", COVER_COMPLETE, 1, {3}},
        {"0: 2\n7: 1\n8: 1\n1: 2\n", COVER_COMPLETE, 1, {1}},
        {"0: 2\n1: 2\n2: 2\n3: 2\n", COVER_COMPLETE, 2, {0, 1}},
        {"0: 4\n1: 3\n2: 3\n3: 3\n4: 3\n5: 4\n", COVER_COMPLETE, 4, {1, 2, 3, 4}},
        {"0: 4611686018427387904\n1: 2\n2: 2\n", COVER_COMPLETE, 2, {1, 2}},
    };
    for (size_t row = 0; row < COUNT_OF(rows); ++row) {
        firesieve_firewall *const firewall = parse_firewall(rows[row].text);
        const struct minimum minimum = minimise(firewall, AMPLE);
        cr_assert(minimum.outcome == rows[row].outcome && minimum.count == rows[row].count, "row %zu", row);
        cr_assert(minimum.minimal == (minimum.outcome == COVER_COMPLETE), "row %zu", row);
        for (size_t i = 0; i < minimum.count; ++i) {
            cr_assert(minimum.layers[i] == rows[row].layers[i], "row %zu", row);
        }
        free(minimum.layers);
        firesieve_firewall_free(firewall);
    }
}

/* The classes that the layers of the minimum forbid; `classes` are those of the whole firewall. */
static struct classes classes_of_minimum(const struct classes *classes, const struct minimum *minimum)
{
    struct classes kept = {.count = 0};
    for (size_t i = 0; i < minimum->count; ++i) {
        add(&kept, classes->list[minimum->layers[i]].modulus, classes->list[minimum->layers[i]].residue);
    }
    return kept;
}

/* Random classes of even moduli. From 20 on, many of those that proofs name can replace each other. */
Test(minimal_cover, needs_every_layer)
{
    enum { CASES = 1200 };
    static const struct shape kinds[] = {
        {"halves to eighths", 24, 2, 24, 4, 40, 0},
        {"moduli up to 60", 5040, 4, 60, 30, 120, 0},
        {"powers of 2", 64, 2, 64, 5, 80, 0},
        {"moduli from 20 to 90", 720, 20, 90, 400, 500, 0},
        {"moduli from 30 to 120", 5040, 30, 120, 600, 800, 0},
        {"moduli from 100 to 200", 5040, 100, 200, 2000, 3000, 0},
    };
    static struct classes drawn;
    static struct classes classes;
    unsigned covered = 0;
    for (unsigned i = 0; i < CASES; ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_classes(&random, &kinds[i % COUNT_OF(kinds)], &drawn);
        classes.count = 0;
        for (size_t class = 0; class < drawn.count; ++class) {
            if (drawn.list[class].modulus % 2 == 0) {
                add(&classes, drawn.list[class].modulus, drawn.list[class].residue);
            }
        }
        if (classes.count == 0 || !covers(&classes)) {
            continue;
        }
        ++covered;
        firesieve_firewall *const firewall = build_forbidding(&classes);
        const struct minimum minimum = minimise(firewall, AMPLE);
        cr_assert(minimum.outcome == COVER_COMPLETE && minimum.minimal, "seed %" PRIu64 "\n%s", seed,
                  show_classes(&classes));
        const struct classes kept = classes_of_minimum(&classes, &minimum);
        cr_assert(covers(&kept), "seed %" PRIu64 "\n%s", seed, show_classes(&classes));
        for (size_t class = 0; class < kept.count; ++class) {
            cr_assert(is_needed(&kept, class), "seed %" PRIu64 ": %zu of\n%s", seed, class, show_classes(&kept));
        }
        free(minimum.layers);
        firesieve_firewall_free(firewall);
    }
    cr_assert(covered > CASES / 10, "only %u cover", covered);
}

/* Additional thin classes are left out: with their large moduli they cannot cover anything else. */
Test(minimal_cover, of_a_disjoint_cover_is_itself)
{
    static struct classes classes;
    for (size_t i = 0; i < COUNT_OF(sizes); ++i) {
        const uint64_t seed = test_seed() + i;
        struct random_state random = {seed};
        draw_disjoint(&random, sizes[i], 4, &classes);
        const size_t count = classes.count;
        for (size_t useless = 0; useless < count; ++useless) {
            const uint64_t modulus = (UINT64_C(1) << 41) + 2 * useless; /* above all others */
            add(&classes, modulus, random_between(&random, 0, modulus - 1));
        }
        firesieve_firewall *const firewall = build_forbidding(&classes);
        const struct minimum minimum = minimise(firewall, 2 * PASSES * classes.count);
        cr_assert(minimum.outcome == COVER_COMPLETE && minimum.minimal && minimum.count == count, "seed %" PRIu64,
                  seed);
        for (size_t layer = 0; layer < count; ++layer) {
            cr_assert(minimum.layers[layer] == layer, "seed %" PRIu64, seed);
        }
        free(minimum.layers);
        firesieve_firewall_free(firewall);
    }
}

/* A cover by classes of even moduli; a proof names more of them than it needs. */
static void draw_cover(struct random_state *random, struct classes *classes)
{
    static const struct shape shape = {"", 720, 20, 90, 400, 400, 0};
    do {
        draw_classes(random, &shape, classes);
        for (size_t i = classes->count; i-- > 0;) {
            if (classes->list[i].modulus % 2 != 0) {
                take_out(classes, i);
            }
        }
    } while (classes->count == 0 || !covers(classes));
}

/* With any budget the result is undecided, or a cover that is called minimal only if it is. */
Test(minimal_cover, a_budget_that_runs_out_costs_minimality_first)
{
    static struct classes classes;
    struct random_state random = {test_seed()};
    unsigned seen[3] = {0}; /* undecided, not known to be minimal, minimal */
    for (unsigned cover = 1; cover <= 20; ++cover) {
        draw_cover(&random, &classes);
        firesieve_firewall *const firewall = build_forbidding(&classes);
        for (uint64_t budget = 0; seen[2] < cover; budget += 37) {
            const struct minimum minimum = minimise(firewall, budget);
            ++seen[(minimum.outcome == COVER_COMPLETE) + minimum.minimal];
            if (minimum.outcome == COVER_COMPLETE) {
                const struct classes kept = classes_of_minimum(&classes, &minimum);
                cr_assert(covers(&kept), "cover %u, budget %" PRIu64, cover, budget);
                for (size_t i = 0; minimum.minimal && i < kept.count; ++i) {
                    cr_assert(is_needed(&kept, i), "cover %u, budget %" PRIu64, cover, budget);
                }
            } else {
                cr_assert(minimum.outcome == COVER_UNDECIDED && !minimum.minimal);
            }
            free(minimum.layers);
        }
        firesieve_firewall_free(firewall);
    }
    cr_assert(seen[0] > 0 && seen[1] > 0, "%u, %u, %u", seen[0], seen[1], seen[2]);
}
