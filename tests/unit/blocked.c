/* Blocked firewalls: no delay is safe, every layer is needed for that, and no single period proves it. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/gcd.h"
#include "firewalls.h"
#include "support/kernels.h"

enum { LAYERS_MAX = 400, MERGE_LAYERS_MIN = 8 };

static const uint64_t primes[] = {2, 3, 5, 7};

/* Residue classes of delays: those that the layers catch, or what these were merged into. */
struct classes {
    uint64_t moduli[LAYERS_MAX];
    uint64_t residues[LAYERS_MAX];
    size_t count;
};

static struct classes classes_of(const firesieve_firewall *firewall)
{
    struct classes classes = {.count = firesieve_firewall_layer_count(firewall)};
    cr_assert(classes.count <= LAYERS_MAX);
    for (size_t i = 0; i < classes.count; ++i) {
        const firesieve_layer layer = firesieve_firewall_layers(firewall)[i];
        const uint64_t period = 2 * (layer.range - 1);
        classes.moduli[i] = period;
        classes.residues[i] = (period - layer.depth % period) % period;
    }
    return classes;
}

/* The cycle of the whole firewall. */
static firesieve_delay cycle_of(const struct classes *classes)
{
    firesieve_delay cycle = 1;
    for (size_t i = 0; i < classes->count; ++i) {
        const uint64_t modulus = classes->moduli[i];
        cycle *= modulus / greatest_common_divisor(modulus, (uint64_t)(cycle % modulus));
        cr_assert(cycle < (firesieve_delay)1 << 64);
    }
    return cycle;
}

static firesieve_firewall *generate_blocked(uint64_t layers, uint64_t seed)
{
    const firesieve_generate_options options = {.layers = layers, .seed = seed};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_BLOCKED, &options);
    cr_assert(firesieve_firewall_layer_count(firewall) == layers);
    return firewall;
}

static void for_many(void (*check)(const firesieve_firewall *firewall, uint64_t layers, uint64_t seed))
{
    static const uint64_t sizes[] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,  17,  18,
                                     19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 60, 100, 200, LAYERS_MAX};
    enum { SEEDS = 40 };
    for (size_t i = 0; i < COUNT_OF(sizes); ++i) {
        for (uint64_t seed = test_seed(); seed < test_seed() + SEEDS; ++seed) {
            firesieve_firewall *const firewall = generate_blocked(sizes[i], seed);
            check(firewall, sizes[i], seed);
            firesieve_firewall_free(firewall);
        }
    }
}

/* So each layer is needed: no other layer catches the delays that it catches. */
static void check_disjoint(const firesieve_firewall *firewall, uint64_t layers, uint64_t seed)
{
    const struct classes classes = classes_of(firewall);
    for (size_t i = 0; i < classes.count; ++i) {
        for (size_t j = 0; j < i; ++j) {
            const uint64_t common = greatest_common_divisor(classes.moduli[i], classes.moduli[j]);
            cr_assert(classes.residues[i] % common != classes.residues[j] % common,
                      "%" PRIu64 " layers, FIRESIEVE_TEST_SEED=%" PRIu64 ": layers %zu and %zu overlap", layers, seed,
                      j, i);
        }
    }
}

Test(blocked, layers_do_not_overlap)
{
    for_many(check_disjoint);
}

/* Disjoint classes cover all integers if their densities add up to 1. */
static void check_shares(const firesieve_firewall *firewall, uint64_t layers, uint64_t seed)
{
    const struct classes classes = classes_of(firewall);
    const firesieve_delay cycle = cycle_of(&classes);
    firesieve_delay covered = 0;
    for (size_t i = 0; i < classes.count; ++i) {
        covered += cycle / classes.moduli[i];
    }
    cr_assert(covered == cycle, "%" PRIu64 " layers, FIRESIEVE_TEST_SEED=%" PRIu64, layers, seed);
}

Test(blocked, layers_cover_everything)
{
    for_many(check_shares);
}

/* Without layer `left_out`, a delay that it alone catches is safe. */
static void check_that_it_is_needed(const firesieve_firewall *firewall, size_t left_out, uint64_t seed)
{
    const struct classes classes = classes_of(firewall);
    firesieve_layer layers[LAYERS_MAX];
    memcpy(layers, firesieve_firewall_layers(firewall), classes.count * sizeof *layers);
    layers[left_out] = layers[classes.count - 1];
    firesieve_firewall *const open = build_firewall(layers, classes.count - 1);
    cr_assert(!firesieve_firewall_catches(open, classes.residues[left_out]),
              "FIRESIEVE_TEST_SEED=%" PRIu64 ": layer %zu is not needed", seed, left_out);
    firesieve_firewall_free(open);
}

/* The same by brute force over a whole cycle. */
Test(blocked, small_ones_catch_every_delay_but_not_without_a_layer)
{
    enum { CASES = 400, CYCLE_MAX = 100000 };
    unsigned checked = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        firesieve_firewall *const firewall = generate_blocked(3 + seed % 20, seed);
        const struct classes classes = classes_of(firewall);
        const firesieve_delay cycle = cycle_of(&classes);
        if (cycle < CYCLE_MAX) {
            ++checked;
            for (uint64_t delay = 0; delay < cycle; ++delay) {
                cr_assert(firesieve_firewall_catches(firewall, delay), "FIRESIEVE_TEST_SEED=%" PRIu64 ": %" PRIu64,
                          seed, delay);
            }
        }
        for (size_t i = 0; i < classes.count; ++i) {
            check_that_it_is_needed(firewall, i, seed);
        }
        firesieve_firewall_free(firewall);
    }
    cr_assert(checked > CASES / 2, "%u", checked);
}

static void check_periods(const firesieve_firewall *firewall, uint64_t layers, uint64_t seed)
{
    const struct classes classes = classes_of(firewall);
    for (size_t i = 0; i < classes.count; ++i) {
        uint64_t same = 0; /* layers of this period; their residues are distinct */
        for (size_t j = 0; j < classes.count; ++j) {
            same += classes.moduli[j] == classes.moduli[i];
        }
        cr_assert(same < classes.moduli[i],
                  "%" PRIu64 " layers, FIRESIEVE_TEST_SEED=%" PRIu64 ": period %" PRIu64 " catches every delay", layers,
                  seed, classes.moduli[i]);
    }
}

Test(blocked, no_period_alone_catches_every_delay)
{
    for_many(check_periods);
}

static bool has_class(const struct classes *classes, uint64_t modulus, uint64_t residue)
{
    for (size_t i = 0; i < classes->count; ++i) {
        if (classes->moduli[i] == modulus && classes->residues[i] == residue) {
            return true;
        }
    }
    return false;
}

static bool repeats(const struct classes *classes, uint64_t modulus, uint64_t divisor)
{
    for (size_t i = 0; i < classes->count; ++i) {
        if (classes->moduli[i] == modulus && !has_class(classes, modulus, (classes->residues[i] + divisor) % modulus)) {
            return false;
        }
    }
    return true;
}

static void lower(struct classes *classes, uint64_t modulus, uint64_t divisor)
{
    size_t kept = 0;
    for (size_t i = 0; i < classes->count; ++i) {
        const bool lowers = classes->moduli[i] == modulus;
        if (!lowers || classes->residues[i] < divisor) { /* the first of its repetitions */
            classes->moduli[kept] = lowers ? divisor : classes->moduli[i];
            classes->residues[kept++] = classes->residues[i];
        }
    }
    classes->count = kept;
}

/* Lowers one modulus whose residues repeat modulo one of its divisors. */
static bool merge_once(struct classes *classes)
{
    for (size_t i = 0; i < classes->count; ++i) {
        const uint64_t modulus = classes->moduli[i];
        for (size_t j = 0; j < COUNT_OF(primes); ++j) {
            if (modulus % primes[j] == 0 && repeats(classes, modulus, modulus / primes[j])) {
                lower(classes, modulus, modulus / primes[j]);
                return true;
            }
        }
    }
    return false;
}

/* A lowered modulus may equal others and be lowered again together with them, until one class holds all integers or no
   modulus can be lowered. */
static void check_merged(const firesieve_firewall *firewall, uint64_t layers, uint64_t seed)
{
    struct classes classes = classes_of(firewall);
    while (merge_once(&classes)) {
    }
    const bool shown = classes.count == 1 && classes.moduli[0] == 1;
    cr_assert(shown == (layers < MERGE_LAYERS_MIN),
              "%" PRIu64 " layers, FIRESIEVE_TEST_SEED=%" PRIu64 ": %zu classes are left\n%s", layers, seed,
              classes.count, show_firewall(firewall));
}

Test(blocked, merging_periods_does_not_prove_it)
{
    for_many(check_merged);
}

Test(blocked, seeds_give_different_firewalls_of_moderate_periods)
{
    firesieve_firewall *const first = generate_blocked(100, 1);
    firesieve_firewall *const second = generate_blocked(100, 2);
    cr_assert(memcmp(firesieve_firewall_layers(first), firesieve_firewall_layers(second),
                     100 * sizeof(firesieve_layer)) != 0);
    const struct classes classes = classes_of(first);
    for (size_t i = 0; i < classes.count; ++i) {
        cr_assert(classes.moduli[i] <= 10000, "%" PRIu64, classes.moduli[i]);
    }
    firesieve_firewall_free(first);
    firesieve_firewall_free(second);
}

Test(blocked, the_default_is_proved_to_be_blocked)
{
    const firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_BLOCKED);
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_BLOCKED, &options);
    const firesieve_search_options solve_options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &solve_options);
    cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL);
    firesieve_firewall_free(firewall);
}
