/*
 * The number theory of a search, compared with brute force over whole cycles. If FIRESIEVE_TEST_SEED is set to the seed
 * in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/random.h"
#include "base/sort.h"
#include "firewalls.h"
#include "residue/classes.h"
#include "number/modular.h"
#include "residue/reduce.h"
#include "residue/residue_set.h"
#include "residue/wheel.h"
#include "support/kernels.h"

enum { CLASSES_MAX = 4096 };

/* ---- Arithmetic ------------------------------------------------------------------------------------------- */

Test(modular, remainders_are_right_at_every_edge)
{
    struct random_state random = {test_seed()};
    static const uint64_t edges[] = {1,
                                     2,
                                     3,
                                     5,
                                     (UINT64_C(1) << 31) - 1,
                                     UINT64_C(1) << 32,
                                     (UINT64_C(1) << 32) + 1,
                                     (UINT64_C(1) << 62) - 1,
                                     UINT64_C(1) << 62,
                                     (UINT64_C(1) << 63) - 1,
                                     (UINT64_C(1) << 63) - 2,
                                     (UINT64_C(1) << 63) - 25};
    for (unsigned round = 0; round < 200000; ++round) {
        const uint64_t drawn = (random_next(&random) >> 1 >> random_between(&random, 0, 62)) | 1;
        const uint64_t value = round % 2 == 0 ? edges[round / 2 % COUNT_OF(edges)] : drawn;
        const struct divisor divisor = divisor_of(value);
        const uint64_t multiple = UINT64_MAX / value * value;
        const uint64_t numbers[] = {0,
                                    value - 1,
                                    value,
                                    multiple,
                                    multiple - 1,
                                    UINT64_MAX,
                                    UINT64_MAX - 1,
                                    random_next(&random),
                                    random_next(&random) >> random_between(&random, 0, 63),
                                    random_between(&random, 0, UINT64_MAX / value) * value};
        for (size_t i = 0; i < COUNT_OF(numbers); ++i) {
            cr_assert(divisor_remainder(divisor, numbers[i]) == numbers[i] % value, "%" PRIu64 " mod %" PRIu64,
                      numbers[i], value);
            const firesieve_delay wide = (firesieve_delay)numbers[i] << random_between(&random, 0, 63) | round;
            cr_assert(divisor_remainder_wide(divisor, wide) == wide % value, "%s mod %" PRIu64, SHOW(wide), value);
        }
    }
}

Test(modular, inverses_give_one)
{
    struct random_state random = {test_seed()};
    cr_assert(inverse_modulo(0, 1) == 0 && inverse_modulo(7, 1) == 0);
    for (uint64_t modulus = 2; modulus < 200; ++modulus) {
        for (uint64_t value = 1; value < 2 * modulus; ++value) {
            if (greatest_common_divisor(value, modulus) == 1) {
                const uint64_t inverse = inverse_modulo(value, modulus);
                cr_assert(inverse < modulus && value * inverse % modulus == 1);
            }
        }
    }
    for (unsigned round = 0; round < 100000; ++round) {
        const uint64_t modulus = ((random_next(&random) >> 1) | 2) >> random_between(&random, 0, 40);
        const uint64_t value = random_next(&random);
        if (modulus > 1 && greatest_common_divisor(value, modulus) == 1) {
            const uint64_t inverse = inverse_modulo(value, modulus);
            cr_assert(inverse < modulus && multiply_modulo(value % modulus, inverse, modulus) == 1,
                      "%" PRIu64 " mod %" PRIu64, value, modulus);
        }
    }
}

/* ---- Sets of classes -------------------------------------------------------------------------------------- */

/* A set with room for CLASSES_MAX narrow classes. */
static struct class_set make_set(void)
{
    struct class_set set = {.narrow = calloc(CLASSES_MAX, sizeof *set.narrow),
                            .wide = calloc(CLASSES_MAX, sizeof *set.wide)};
    cr_assert(set.narrow != NULL && set.wide != NULL);
    return set;
}

static void add_class(struct class_set *set, uint64_t modulus, uint64_t residue)
{
    cr_assert(set->narrow_count < CLASSES_MAX);
    set->narrow[set->narrow_count++] = modulus << 32 | residue;
}

static void sort_set(struct class_set *set)
{
    sort_u64(set->narrow, set->narrow_count);
    set->narrow_count = classes_drop_repeated(set->narrow, set->narrow_count);
}

static bool is_forbidden(const struct class_set *set, uint64_t integer)
{
    for (size_t i = 0; i < set->narrow_count; ++i) {
        if (integer % class_modulus(set->narrow[i]) == class_residue(set->narrow[i])) {
            return true;
        }
    }
    return false;
}

/* Adds random classes; some of them repeat modulo a divisor of their modulus. */
static void draw_classes(struct random_state *random, struct class_set *set, uint64_t cycle)
{
    for (uint64_t left = random_between(random, 1, 12); left > 0; --left) {
        uint64_t modulus;
        do {
            modulus = random_between(random, 1, cycle < 100 ? cycle : 100);
        } while (cycle % modulus != 0);
        const uint64_t factors[] = {1, 1, 2, 3, 4, 6, 12};
        const uint64_t factor = factors[random_between(random, 0, COUNT_OF(factors) - 1)];
        const uint64_t residue = random_between(random, 0, modulus - 1);
        const uint64_t multiple = cycle % (modulus * factor) == 0 ? factor : 1;
        const uint64_t missing = random_between(random, 0, 7) == 0 ? 1 : 0;
        for (uint64_t i = missing; i < multiple; ++i) {
            add_class(set, modulus * multiple, residue + i * modulus);
        }
    }
    sort_set(set);
}

struct marks {
    bool forbidden[8192];
};

static void mark(struct marks *marks, const struct class_set *set, uint64_t cycle)
{
    cr_assert(cycle <= COUNT_OF(marks->forbidden));
    for (uint64_t integer = 0; integer < cycle; ++integer) {
        marks->forbidden[integer] = is_forbidden(set, integer);
    }
}

static void expect_marks(const struct marks *marks, const struct class_set *set, uint64_t cycle, uint64_t seed)
{
    for (uint64_t integer = 0; integer < cycle; ++integer) {
        cr_assert(is_forbidden(set, integer) == marks->forbidden[integer],
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ": %" PRIu64 " of %" PRIu64, seed, integer, cycle);
    }
}

static bool has_key(const struct class_set *set, uint64_t modulus, uint64_t residue)
{
    for (size_t i = 0; i < set->narrow_count; ++i) {
        if (set->narrow[i] == (modulus << 32 | residue)) {
            return true;
        }
    }
    return false;
}

/* Whether the classes of some modulus repeat modulo a proper divisor of it. */
static bool can_be_lowered(const struct class_set *set)
{
    for (size_t i = 0; i < set->narrow_count; ++i) {
        const uint64_t modulus = class_modulus(set->narrow[i]);
        for (uint64_t divisor = 1; divisor < modulus; ++divisor) {
            bool repeats = modulus % divisor == 0;
            for (size_t j = 0; j < set->narrow_count && repeats; ++j) {
                repeats = class_modulus(set->narrow[j]) != modulus ||
                          has_key(set, modulus, (class_residue(set->narrow[j]) + divisor) % modulus);
            }
            if (repeats) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a class is contained in one whose modulus is a divisor of its own. */
static bool has_implied(const struct class_set *set)
{
    for (size_t i = 0; i < set->narrow_count; ++i) {
        for (size_t j = 0; j < set->narrow_count; ++j) {
            const uint32_t divisor = class_modulus(set->narrow[j]);
            if (i != j && class_modulus(set->narrow[i]) % divisor == 0 &&
                class_residue(set->narrow[i]) % divisor == class_residue(set->narrow[j])) {
                return true;
            }
        }
    }
    return false;
}

static const uint64_t cycles[] = {12, 60, 96, 210, 360, 720, 2520, 5040, 6000};

/* After a reduction the same integers are forbidden, keys ascend, and nothing is left to reduce. */
static void check_reduction(bool (*reduce)(struct class_set *set, struct go_on go_on),
                            bool (*is_of_use)(const struct class_set *set))
{
    static struct marks marks;
    unsigned reduced = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + 1000; ++seed) {
        struct random_state random = {seed};
        const uint64_t cycle = cycles[random_between(&random, 0, COUNT_OF(cycles) - 1)];
        struct class_set set = make_set();
        draw_classes(&random, &set, cycle);
        mark(&marks, &set, cycle);
        reduced += is_of_use(&set);
        cr_assert(reduce(&set, (struct go_on){NULL, NULL}));
        expect_marks(&marks, &set, cycle, seed);
        cr_assert(!is_of_use(&set), "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        for (size_t i = 1; i < set.narrow_count; ++i) {
            cr_assert(set.narrow[i - 1] < set.narrow[i], "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        }
        classes_free(&set);
    }
    cr_assert(reduced > 300, "%u", reduced);
}

Test(reduce, lowered_moduli_forbid_the_same_integers)
{
    check_reduction(classes_lower_moduli, can_be_lowered);
}

Test(reduce, dropped_classes_are_implied)
{
    check_reduction(classes_drop_implied, has_implied);
}

/* ---- Constraints ------------------------------------------------------------------------------------------ */

/* Random residues of moduli that are coprime or divide each other, and sometimes of 6. Returns the cycle. */
static uint64_t draw_nested(struct random_state *random, struct class_set *set)
{
    static const uint64_t moduli[] = {2, 4, 16, 3, 9, 27, 5};
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        for (uint64_t left = random_between(random, 0, moduli[i] * 2 / 3); left > 0; --left) {
            add_class(set, moduli[i], random_between(random, 0, moduli[i] - 1));
        }
    }
    for (uint64_t left = random_between(random, 0, 1) * 3; left > 0; --left) {
        add_class(set, 6, random_between(random, 0, 5));
    }
    sort_set(set);
    return 16 * 27 * 5;
}

/* Whether a constraint forbids the integer. */
static bool constraint_forbids(const struct class_set *set, const struct constraint *constraint, uint64_t integer)
{
    for (size_t i = 0; i < constraint->count; ++i) {
        if (integer % constraint->modulus == constraint_residue(set, constraint, i)) {
            return true;
        }
    }
    return false;
}

/* The share that a constraint forbids of what the constraints whose moduli divide its modulus allow. */
static double kill_by_brute_force(const struct class_set *set, const struct constraint_list *list, size_t index,
                                  uint64_t cycle)
{
    uint64_t allowed = 0;
    uint64_t killed = 0;
    for (uint64_t integer = 0; integer < cycle; ++integer) {
        bool before = false;
        for (size_t i = 0; i < index && !before; ++i) {
            before = list->items[index].modulus % list->items[i].modulus == 0 &&
                     constraint_forbids(set, &list->items[i], integer);
        }
        allowed += !before;
        killed += !before && constraint_forbids(set, &list->items[index], integer);
    }
    /* A kill stays below 1 by half a residue, so that no estimate of a density is 0. */
    const double left = (double)allowed * (double)list->items[index].modulus / (double)cycle;
    return fmin((double)killed / (double)allowed, 1 - 0.5 / left);
}

Test(constraints, densities_of_coprime_and_nested_moduli_are_exact)
{
    for (uint64_t seed = test_seed(); seed < test_seed() + 200; ++seed) {
        struct random_state random = {seed};
        struct class_set set = make_set();
        const uint64_t cycle = draw_nested(&random, &set);
        classes_drop_implied(&set, (struct go_on){NULL, NULL});
        struct constraint_list list;
        cr_assert(constraints_list(&list, &set, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK);
        size_t classes = 0;
        double sum = 0;
        bool six_only_behind = true; /* 6 shares divisors with 4, 9, ...: exact only without these */
        for (size_t i = 0; i < list.count; ++i) {
            const struct constraint *const constraint = &list.items[i];
            cr_assert(constraint->first == classes && constraint->count > 0 && constraint->rank <= constraint->forbids);
            classes += constraint->count;
            sum += (double)constraint->count / (double)constraint->modulus;
            const double kill = kill_by_brute_force(&set, &list, i, cycle);
            cr_assert(fabs(constraint->forbids - kill) < 1e-9,
                      "FIRESIEVE_TEST_SEED=%" PRIu64 ", mod %" PRIu64 ": %g, %g", seed, constraint->modulus,
                      constraint->forbids, kill);
            six_only_behind &= constraint->modulus != 6;
        }
        uint64_t safe = 0;
        for (uint64_t integer = 0; integer < cycle; ++integer) {
            safe += !is_forbidden(&set, integer);
        }
        cr_assert(classes == set.narrow_count && fabs(list.sum - sum) < 1e-9);
        cr_assert(!six_only_behind || safe == 0 || fabs(list.density - (double)safe / (double)cycle) < 1e-9,
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ": %g instead of %g", seed, list.density,
                  (double)safe / (double)cycle);
        constraints_free(&list);
        classes_free(&set);
    }
}

/* ---- Sets of residues, and wheels ------------------------------------------------------------------------- */

static bool go_on_always(void *context)
{
    (void)context;
    return true;
}

static firesieve_status extend(struct wheel *wheel, uint64_t factor, const struct class_set *set,
                               const struct constraint *const *added, size_t count)
{
    bool stopped;
    return wheel_extend(wheel, factor, set, added, count, (struct go_on){go_on_always, NULL}, &stopped, NULL);
}

/* Adds `count` random ascending residues of a wide modulus, and returns their constraint. */
static struct constraint add_wide(struct random_state *random, struct class_set *set, uint64_t modulus, size_t count)
{
    const size_t first = set->wide_count;
    uint64_t residues[64];
    cr_assert(count <= COUNT_OF(residues));
    for (size_t i = 0; i < count; ++i) {
        residues[i] = random_between(random, 0, modulus - 1);
    }
    sort_u64(residues, count);
    for (size_t i = 0; i < count; ++i) {
        set->wide[set->wide_count++] = (struct residue_class){.modulus = modulus, .residue = residues[i]};
    }
    return (struct constraint){.modulus = modulus, .first = first, .count = count};
}

Test(residue_set, has_what_the_constraint_forbids)
{
    struct random_state random = {test_seed()};
    static const uint64_t moduli[] = {1,
                                      2,
                                      63,
                                      64,
                                      65,
                                      1000,
                                      1 << 22,
                                      4194305,
                                      (UINT64_C(1) << 31) - 1,
                                      1 << 23,
                                      UINT64_C(1) << 31,
                                      (UINT64_C(1) << 62) + 1};
    for (size_t round = 0; round < 20 * COUNT_OF(moduli); ++round) {
        const uint64_t modulus = moduli[round % COUNT_OF(moduli)];
        struct class_set set = make_set();
        struct constraint constraint = {.modulus = modulus};
        if (modulus < CLASS_NARROW_END) {
            for (uint64_t left = random_between(&random, 1, 40); left > 0; --left) {
                add_class(&set, modulus, random_between(&random, 0, modulus - 1));
            }
            sort_set(&set);
            constraint.count = set.narrow_count;
        } else {
            constraint = add_wide(&random, &set, modulus, 20);
        }
        const struct constraint *const constraints[] = {&constraint, &constraint};
        struct residue_set *const made = residue_sets_make(&set, constraints, COUNT_OF(constraints));
        cr_assert(made != NULL);
        const struct residue_set residues = made[round / COUNT_OF(moduli) % COUNT_OF(constraints)];
        cr_assert((residues.bits == NULL) != (residues.list == NULL));
        cr_assert(modulus > 1 << 12 || residues.bits != NULL);
        cr_assert(modulus <= 1 << 22 || residues.list != NULL);
        for (size_t i = 0; i < constraint.count; ++i) {
            const uint64_t residue = constraint_residue(&set, &constraint, i);
            const uint64_t around[] = {residue,
                                       (residue + 1) % modulus,
                                       (residue + modulus - 1) % modulus,
                                       random_between(&random, 0, modulus - 1),
                                       modulus - 1,
                                       0};
            for (size_t j = 0; j < COUNT_OF(around); ++j) {
                bool expected = false;
                for (size_t k = 0; k < constraint.count; ++k) {
                    expected |= constraint_residue(&set, &constraint, k) == around[j];
                }
                cr_assert(residue_set_has(&residues, around[j]) == expected, "%" PRIu64 " mod %" PRIu64, around[j],
                          modulus);
            }
        }
        free(made);
        classes_free(&set);
    }
}

/* Constraints whose moduli divide `modulus`, of random residues. */
static size_t draw_constraints(struct random_state *random, struct class_set *set, uint64_t modulus,
                               struct constraint *constraints, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < most; ++i) {
        uint64_t divisor;
        do {
            divisor = random_between(random, 2, 120);
        } while (modulus % divisor != 0);
        struct constraint constraint = {.modulus = divisor, .first = set->narrow_count};
        for (uint64_t residue = 0; residue < divisor; ++residue) {
            if (random_between(random, 0, 4) == 0) {
                add_class(set, divisor, residue);
                ++constraint.count;
            }
        }
        if (constraint.count > 0) {
            constraints[count++] = constraint;
        }
    }
    return count;
}

Test(wheel, extended_step_by_step_has_what_the_constraints_allow)
{
    enum { STEPS = 3, ADDED = 3 };
    static const uint64_t factors[] = {2, 3, 4, 6, 10, 7, 12};
    for (uint64_t seed = test_seed(); seed < test_seed() + 300; ++seed) {
        struct random_state random = {seed};
        struct class_set set = make_set();
        struct wheel wheel;
        cr_assert(wheel_start(&wheel, NULL) == FIRESIEVE_OK && wheel.count == 1 && wheel.residues[0] == 0);
        for (int step = 0; step < STEPS; ++step) {
            const uint64_t factor = factors[random_between(&random, 0, COUNT_OF(factors) - 1)];
            struct constraint constraints[ADDED];
            const struct constraint *added[ADDED];
            const size_t count = draw_constraints(&random, &set, wheel.modulus * factor, constraints, ADDED);
            for (size_t i = 0; i < count; ++i) {
                added[i] = &constraints[i];
            }
            cr_assert(extend(&wheel, factor, &set, added, count) == FIRESIEVE_OK);
            size_t next = 0;
            for (uint64_t residue = 0; residue < wheel.modulus; ++residue) {
                if (!is_forbidden(&set, residue)) {
                    cr_assert(next < wheel.count && wheel.residues[next] == residue,
                              "FIRESIEVE_TEST_SEED=%" PRIu64 ", step %d: %" PRIu64, seed, step, residue);
                    ++next;
                }
            }
            cr_assert(next == wheel.count, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        }
        wheel_free(&wheel);
        classes_free(&set);
    }
}

/*
 * A wheel of eleven primes, each with two residues left, and then a wide constraint modulo their product: it drops
 * exactly those of its residues that the wheel has.
 */
Test(wheel, supports_wide_moduli)
{
    static const uint64_t primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    enum { COUNT = 20 };
    for (uint64_t seed = test_seed(); seed < test_seed() + 20; ++seed) {
        struct random_state random = {seed};
        struct class_set set = make_set();
        struct wheel wheel;
        cr_assert(wheel_start(&wheel, NULL) == FIRESIEVE_OK);
        for (size_t i = 0; i < COUNT_OF(primes); ++i) {
            struct constraint constraint = {.modulus = primes[i], .first = set.narrow_count, .count = primes[i] - 2};
            const uint64_t shift = random_between(&random, 0, primes[i] - 1);
            for (uint64_t j = 2; j < primes[i]; ++j) {
                add_class(&set, primes[i], (j + shift) % primes[i]);
            }
            sort_u64(set.narrow + constraint.first, constraint.count);
            const struct constraint *const added = &constraint;
            cr_assert(extend(&wheel, primes[i], &set, &added, 1) == FIRESIEVE_OK);
            cr_assert(wheel.count == UINT64_C(2) << i);
        }
        cr_assert(wheel.modulus > UINT64_C(1) << 36 && wheel.modulus < UINT64_C(1) << 42);
        struct constraint wide = add_wide(&random, &set, wheel.modulus, COUNT);
        uint64_t dropped[COUNT / 2];
        for (size_t i = 0; i < COUNT / 2; ++i) { /* every second one is a residue of the wheel */
            dropped[i] = wheel.residues[i * (wheel.count / (COUNT / 2)) + random_between(&random, 0, 99)];
        }
        uint64_t residues[COUNT];
        for (size_t i = 0; i < COUNT; ++i) {
            residues[i] = i < COUNT / 2 ? dropped[i] : set.wide[wide.first + i].residue;
        }
        sort_u64(residues, COUNT);
        for (size_t i = 0; i < COUNT; ++i) {
            set.wide[wide.first + i].residue = residues[i];
        }
        const size_t before = wheel.count;
        const uint64_t modulus = wheel.modulus;
        const struct constraint *const added = &wide;
        cr_assert(extend(&wheel, 2, &set, &added, 1) == FIRESIEVE_OK);
        cr_assert(wheel.modulus == 2 * modulus && wheel.count == 2 * (before - COUNT / 2), "%zu of %zu", wheel.count,
                  2 * before);
        for (size_t i = 0; i < wheel.count; ++i) {
            cr_assert(i == 0 || wheel.residues[i - 1] < wheel.residues[i]);
            cr_assert(wheel.residues[i] < wheel.modulus && !is_forbidden(&set, wheel.residues[i]));
            for (size_t j = 0; j < COUNT; ++j) {
                cr_assert(wheel.residues[i] % modulus != residues[j]);
            }
        }
        wheel_free(&wheel);
        classes_free(&set);
    }
}

/* ---- Stopping ------------------------------------------------------------------------------------------- */

static bool count_down(void *context)
{
    int *const asks = context;
    return (*asks)-- > 0;
}

/* For this number of layers collecting calls go_on many times, and stops at the first no, wherever that comes. */
Test(collecting, stops_when_told_to)
{
    enum { LAYERS = 300000, ASKS_AT_LEAST = 30 };
    firesieve_layer *const layers = calloc(LAYERS, sizeof *layers);
    cr_assert(layers != NULL);
    for (size_t i = 0; i < LAYERS; ++i) {
        const uint64_t range = i % 2 == 0 ? 2 + i % 400 : (UINT64_C(1) << 40) + (i * 7919) % LAYERS;
        layers[i] = (firesieve_layer){.depth = i, .range = range};
    }
    firesieve_firewall *firewall = NULL;
    cr_assert(firesieve_firewall_build(layers, LAYERS, &firewall, NULL) == FIRESIEVE_OK);
    bool stopped = true;
    int allowed = 0;
    for (; stopped; ++allowed) {
        struct class_set set;
        int asks = allowed;
        const firesieve_status status = classes_collect(&set, firewall, (struct go_on){count_down, &asks}, NULL);
        stopped = status == FIRESIEVE_ERROR_STOPPED;
        cr_assert(stopped || status == FIRESIEVE_OK);
        cr_assert(asks >= (stopped ? -1 : 0), "asked again after a no");
        cr_assert(stopped || set.narrow_count + set.wide_count > 0);
        classes_free(&set);
        allowed += allowed / 4; /* skips some of hundreds */
    }
    cr_assert(allowed > ASKS_AT_LEAST);
    firesieve_firewall_free(firewall);
    free(layers);
}
