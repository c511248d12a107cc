#include "focus_cases.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>

#include "base/gcd.h"
#include "firewalls.h"
#include "shapes.h"

bool count_down(void *context)
{
    uint64_t *const left = context;
    *left -= *left > 0;
    return *left > 0;
}

/* ---- A range and its safe delays -------------------------------------------------------------------------- */

static void draw_range(struct focus_case *given)
{
    static const uint64_t lengths[] = {3, 100, 600, 600, FOCUS_CASE_LENGTH_MAX};
    struct random_state *const random = &given->random;
    const uint64_t longest = lengths[random_between(random, 0, COUNT_OF(lengths) - 1)];
    given->length = given->kind == FOCUS_CASE_CROWDED ? FOCUS_CASE_LENGTH_MAX : random_between(random, 1, longest);
    const uint64_t little = random_between(random, 0, 2 * FOCUS_CASE_LENGTH_MAX);
    switch (random_between(random, 0, 5)) {
    case 0:
        given->base = 0;
        break;
    case 1:
        given->base = little;
        break;
    case 2:
        given->base = ((firesieve_delay)1 << 64) - little % FOCUS_CASE_LENGTH_MAX;
        break;
    case 3:
        given->base = ((firesieve_delay)random_next(random) << 36) + little;
        break;
    case 4:
        given->base = FIRESIEVE_DELAY_END - given->length;
        break;
    default:
        given->base = draw_delay(random);
    }
    if (given->base > FIRESIEVE_DELAY_END - given->length) {
        given->base = FIRESIEVE_DELAY_END - given->length;
    }
}

/* Plants safe delays at both ends of the range, just outside it, and anywhere in it. */
static void draw_planted_delays(struct focus_case *given)
{
    struct random_state *const random = &given->random;
    const firesieve_delay ends[] = {given->base, given->base + given->length - 1, given->base + given->length,
                                    given->base == 0 ? 0 : given->base - 1};
    const uint64_t least = given->kind == FOCUS_CASE_TOWERS ? 1 : 0;
    given->planted_count = 0;
    for (uint64_t left = random_between(random, least, FOCUS_CASE_PLANTED_MAX); left > 0; --left) {
        const uint64_t end = random_between(random, 0, 2 * COUNT_OF(ends) - 1);
        const uint64_t within = random_between(random, 0, (uint64_t)given->length - 1);
        given->planted[given->planted_count++] = end < COUNT_OF(ends) ? ends[end] : given->base + within;
    }
}

static bool is_planted(const struct focus_case *given, uint64_t modulus, uint64_t residue)
{
    for (size_t i = 0; i < given->planted_count; ++i) {
        if (given->planted[i] % modulus == residue) {
            return true;
        }
    }
    return false;
}

/* ---- Layers ----------------------------------------------------------------------------------------------- */

/*
 * Depths are distinct: a layer of a small period gets the first one after those of earlier layers. A class of a large
 * period has only one or two depths; if they are in use, the class is left out.
 */
static void add_layer(struct focus_case *given, uint64_t period, uint64_t residue)
{
    static const uint64_t small = UINT64_C(1) << 34;
    const uint64_t first = (period - residue) % period;
    uint64_t depth = first;
    if (period < small) {
        const uint64_t next = given->next_depth;
        depth += next > first ? (next - first + period - 1) / period * period : 0;
        given->next_depth = depth + 1;
    }
    for (size_t i = 0; i < given->layer_count && period >= small; ++i) {
        if (given->layers[i].depth == depth) {
            return;
        }
    }
    cr_assert(given->layer_count < FOCUS_CASE_LAYERS_MAX && depth <= FIRESIEVE_DEPTH_MAX, "%s", given->label);
    given->layers[given->layer_count++] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
}

/* Periods are even, so an odd modulus takes two layers. */
static void forbid(struct focus_case *given, uint64_t modulus, uint64_t residue)
{
    if (modulus % 2 == 0) {
        add_layer(given, modulus, residue);
    } else {
        add_layer(given, 2 * modulus, residue);
        add_layer(given, 2 * modulus, residue + modulus);
    }
}

/* Forbids one residue in `sides` of a small modulus, or a few of those that occur in the range if it is large. */
static void forbid_some(struct focus_case *given, uint64_t modulus, uint64_t sides)
{
    enum { SMALL = 1100, FEW = 12 };
    for (uint64_t i = 0; i < (modulus < SMALL ? modulus : FEW); ++i) {
        const uint64_t within = random_between(&given->random, 0, (uint64_t)given->length - 1);
        const uint64_t residue = modulus < SMALL ? i : (uint64_t)((given->base + within) % modulus);
        if (!is_planted(given, modulus, residue) && coin(&given->random, sides)) {
            forbid(given, modulus, residue);
        }
    }
}

/* Prime powers and composites for the lists and rows, and moduli that only checks can handle. */
static void draw_small_constraints(struct focus_case *given, uint64_t share)
{
    static const uint64_t moduli[] = {
        2,  3,  4,  5,  6,  7,  8,  9,  10, 11,  12,  13,  14,  15,  16,  17,  18,  19,  21,
        23, 25, 27, 29, 30, 31, 35, 36, 37, 41,  43,  45,  47,  49,  53,  55,  59,  60,  61,
        64, 67, 71, 73, 77, 81, 83, 89, 97, 105, 125, 143, 210, 251, 256, 343, 512, 600, 1009,
    };
    static const uint64_t large[] = {
        65537,
        UINT64_C(2147483647),
        UINT64_C(2147483659),
        UINT64_C(4294967311),
        UINT64_C(1099511627791),
        UINT64_C(288230376151711777),
    };
    struct random_state *const random = &given->random;
    const bool sparse = given->kind == FOCUS_CASE_PLAIN && coin(random, 2);
    for (size_t i = 0; i < COUNT_OF(moduli) + COUNT_OF(large); ++i) {
        const uint64_t modulus = i < COUNT_OF(moduli) ? moduli[i] : large[i - COUNT_OF(moduli)];
        if (coin(random, share)) {
            forbid_some(given, modulus, sparse && !coin(random, 8) ? 1 : random_between(random, 2, 40));
        }
    }
}

enum { TOWER_PRIMES = 12 };

static const uint32_t tower_primes[TOWER_PRIMES] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

/* Forbids, modulo successive powers of a prime, all residues but those of the planted delays. */
static void draw_towers(struct focus_case *given)
{
    for (size_t i = 0; i < TOWER_PRIMES; ++i) {
        const uint64_t prime = tower_primes[i];
        const uint64_t least = coin(&given->random, 3) ? FOCUS_POWER_END : random_next(&given->random) >> 3;
        const bool is_there = coin(&given->random, 4) == 0;
        uint64_t power = prime;
        for (; is_there && power <= least && given->layer_count < FOCUS_CASE_LAYERS_MAX / 2; power *= prime) {
            for (size_t j = 0; j < given->planted_count; ++j) {
                const uint64_t below = (uint64_t)(given->planted[j] % (power / prime));
                bool is_new = true;
                for (size_t k = 0; k < j; ++k) {
                    is_new = is_new && given->planted[k] % (power / prime) != below;
                }
                for (uint64_t residue = below; residue < power && is_new; residue += power / prime) {
                    if (!is_planted(given, power, residue)) {
                        forbid(given, power, residue);
                    }
                }
            }
            if (power > FOCUS_POWER_END / prime) {
                break;
            }
        }
    }
}

static void draw_constraints(struct focus_case *given)
{
    given->layer_count = 0;
    given->next_depth = 0;
    if (given->kind == FOCUS_CASE_TOWERS) {
        draw_small_constraints(given, 30);
        draw_towers(given);
    } else {
        draw_small_constraints(given, given->kind == FOCUS_CASE_CROWDED ? 63 : random_between(&given->random, 1, 8));
    }
    if (given->layer_count == 0) {
        given->layers[given->layer_count++] = (firesieve_layer){.depth = (uint64_t)given->length, .range = 18};
    }
    given->firewall = build_firewall(given->layers, given->layer_count);
}

static void find_safe(struct focus_case *given)
{
    given->safe_count = 0;
    for (firesieve_delay delay = given->base; delay < given->base + given->length; ++delay) {
        if (!firesieve_firewall_catches(given->firewall, delay)) {
            given->safe[given->safe_count++] = delay;
        }
    }
}

/* ---- Layouts ---------------------------------------------------------------------------------------------- */

/* The number of residues that a list will have for a prime power: classes of its powers are disjoint (reduce.h). */
static double count_allowed(const struct focus_case *given, uint64_t power)
{
    uint64_t count = power;
    for (size_t i = 0; i < given->reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &given->reduced->constraints.items[i];
        if (power % constraint->modulus == 0) {
            count -= constraint->count * (power / constraint->modulus);
        }
    }
    return (double)count;
}

/* The highest power that keeps a list short, or a lower one. */
static uint64_t draw_power(struct focus_case *given, uint64_t prime)
{
    enum { RESIDUES_MAX = 700 };
    const bool high = given->kind == FOCUS_CASE_TOWERS && !coin(&given->random, 3);
    uint64_t power = prime;
    while (power <= (FOCUS_POWER_END - 1) / prime && count_allowed(given, power * prime) < RESIDUES_MAX &&
           (high || coin(&given->random, 2))) {
        power *= prime;
    }
    return power;
}

/* Puts prime powers, whether a constraint has them or not, into some of the four parts. */
static void draw_powers(struct focus_case *given)
{
    static const uint32_t primes[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                      43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97};
    static const double part_end = 0x1p62;
    static const double modulus_end = 0x1p99;
    struct random_state *const random = &given->random;
    double moduli[FOCUS_PARTS] = {1, 1, 1, 1};
    double counts[FOCUS_PARTS / 2] = {1, 1};
    const bool crowded = given->kind == FOCUS_CASE_CROWDED;
    const double sums_max = crowded ? FOCUS_CASE_SUMS_MAX / 4.0 : FOCUS_CASE_SUMS_MAX;
    const uint64_t parts = crowded || coin(random, 2) ? 15 : random_between(random, 0, 15); /* a bit for each */
    const uint64_t share = crowded ? 1 : random_between(random, 1, 3);
    for (size_t i = 0; i < COUNT_OF(primes); ++i) {
        const uint64_t power = draw_power(given, primes[i]);
        const enum focus_part part = (enum focus_part)random_between(random, 0, FOCUS_PARTS - 1);
        const double count = count_allowed(given, power);
        const double modulus = moduli[part] * (double)power;
        if ((parts >> part & 1) != 0 && coin(random, share) && counts[part / 2] * count <= sums_max &&
            modulus < part_end && modulus * moduli[part ^ 1] < modulus_end) {
            given->layout.powers[given->layout.power_count++] = (struct focus_power){.value = power, .part = part};
            moduli[part] = modulus;
            counts[part / 2] *= count;
        }
    }
}

/* Some moduli of constraints, and some that no constraint has or that a list already has. */
static void draw_rows(struct focus_case *given)
{
    struct focus_layout *const layout = &given->layout;
    struct random_state *const random = &given->random;
    const uint64_t largest = coin(random, 10) ? FOCUS_ROW_MODULUS_MAX : 64;
    const uint64_t wanted = random_between(random, 1, coin(random, 3) ? FOCUS_ROWS_MAX : 5);
    for (int tries = 0; tries < 4 * FOCUS_ROWS_MAX && layout->row_count < wanted; ++tries) {
        uint64_t modulus = random_between(random, 1, largest);
        if (given->reduced->constraints.count > 0 && !coin(random, 8)) {
            const size_t index = (size_t)random_between(random, 0, given->reduced->constraints.count - 1);
            modulus = given->reduced->constraints.items[index].modulus;
        }
        bool listed = false;
        for (size_t i = 0; i < layout->power_count; ++i) {
            listed = listed || layout->powers[i].value % modulus == 0;
        }
        if (modulus <= largest && (!listed || coin(random, 8))) {
            layout->row_moduli[layout->row_count++] = (uint32_t)modulus;
        }
    }
    if (layout->row_count == 0) {
        layout->row_moduli[layout->row_count++] = 1;
    }
}

/* Up to three classes, with few parts or with more than there are words. */
static void draw_classes(struct focus_case *given)
{
    static const uint32_t parts[] = {1, 2, 3, 4, 7, 8, 16, 100, FOCUS_CLASS_PARTS_MAX};
    struct focus_layout *const layout = &given->layout;
    const uint64_t most = layout->row_count < FOCUS_CLASSES_MAX ? layout->row_count : FOCUS_CLASSES_MAX;
    layout->class_count = (uint32_t)random_between(&given->random, 0, most);
    for (uint32_t i = 0; i < layout->class_count; ++i) {
        layout->parts[i] = parts[random_between(&given->random, 0, COUNT_OF(parts) - 1)];
    }
}

/* The elements of a list, and its modulus. */
struct list_size {
    double count;
    double modulus;
};

static struct list_size list_size(const struct focus_case *given, unsigned list)
{
    struct list_size size = {1, 1};
    for (size_t i = 0; i < given->layout.power_count; ++i) {
        const struct focus_power *const power = &given->layout.powers[i];
        if (power->part / 2 == list) {
            size.count *= count_allowed(given, power->value);
            size.modulus *= (double)power->value;
        }
    }
    return size;
}

/*
 * A random shift, but no position gets very many elements, and rounded positions do not make very many pairs seem to be
 * near the window.
 */
static void draw_least_shift(struct focus_case *given)
{
    static const uint32_t shifts[] = {0, 0, 1, 3, 10, 30, 45};
    static const double pairs = 1e5;
    static const double crowd = 1000;
    const struct list_size columns = list_size(given, 0);
    const struct list_size offsets = list_size(given, 1);
    const double density = fmax(columns.count / columns.modulus, offsets.count / offsets.modulus);
    const double rounded = 8 * (1 / columns.modulus + 1 / offsets.modulus); /* for each unit, as a share of all pairs */
    uint32_t shift = shifts[random_between(&given->random, 0, COUNT_OF(shifts) - 1)];
    while (shift > 0 && (ldexp(density, (int)shift) > crowd ||
                         (columns.count + ldexp(columns.count / columns.modulus, (int)shift + 2)) *
                                 (offsets.count + ldexp(offsets.count / offsets.modulus, (int)shift + 2)) *
                                 fmin(1, ldexp(rounded, (int)shift)) >
                             pairs)) {
        --shift;
    }
    given->layout.least_shift = shift;
}

/* Few columns per task, so that there are many tasks, and few offsets per piece. */
static void draw_tasks(struct focus_case *given)
{
    enum { TASKS = 40, PIECES = 12 };
    struct focus *const focus = &given->focus;
    struct random_state *const random = &given->random;
    const double turns = 1 + (double)given->length / (double)focus->a / (double)focus->b;
    const bool crowded = given->kind == FOCUS_CASE_CROWDED;
    const double columns = sums_count(&focus->columns) * turns;
    focus->task_columns = (uint32_t)(columns / (double)random_between(random, 1, crowded ? 2 : TASKS)) + 1;
    focus->task_offsets =
        (uint32_t)(sums_count(&focus->offsets) / (double)random_between(random, 1, crowded ? 3 : PIECES)) + 1;
    if (columns < TASKS && coin(random, 4)) {
        focus->task_columns = 1;
    }
    if (sums_count(&focus->offsets) < PIECES && coin(random, 4)) {
        focus->task_offsets = 1;
    }
}

/* ----------------------------------------------------------------------------------------------------------- */

enum built focus_case_make(struct focus_case *given, uint64_t asks)
{
    enum built outcome;
    firesieve_error error = {0};
    cr_assert(focus_make(&given->focus, given->reduced, &given->layout, (struct go_on){count_down, &asks}, &outcome,
                         &error) == FIRESIEVE_OK,
              "%s", given->label);
    return outcome;
}

bool focus_case_draw(struct focus_case *given, uint64_t seed)
{
    firesieve_error error = {0};
    *given = (struct focus_case){.random = {seed}};
    given->kind = coin(&given->random, 6)   ? FOCUS_CASE_CROWDED
                  : coin(&given->random, 3) ? FOCUS_CASE_TOWERS
                                            : FOCUS_CASE_PLAIN;
    snprintf(given->label, sizeof given->label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
    draw_range(given);
    draw_planted_delays(given);
    draw_constraints(given);
    find_safe(given);
    cr_assert(reduced_of(given->firewall, (struct go_on){NULL, NULL}, &given->reduced, &error) == FIRESIEVE_OK);
    bool blocked = given->reduced->classes.blocked != NULL;
    if (!blocked) {
        draw_powers(given);
        draw_rows(given);
        draw_classes(given);
        draw_least_shift(given);
        const enum built outcome = focus_case_make(given, UINT64_MAX);
        cr_assert(outcome != BUILT_STOPPED, "%s", given->label);
        blocked = outcome == BUILT_BLOCKED;
    }
    if (blocked) {
        cr_assert(given->safe_count == 0, "%s: blocked, but %s is safe\n%s", given->label, SHOW(given->safe[0]),
                  show_firewall(given->firewall));
        return false;
    }
    draw_tasks(given);
    return true;
}

void focus_case_free(struct focus_case *given)
{
    focus_free(&given->focus);
    firesieve_firewall_free(given->firewall);
}

const char *focus_case_describe(const struct focus_case *given)
{
    static char text[2048];
    const struct focus *const focus = &given->focus;
    int at = snprintf(text, sizeof text,
                      "%s, from %s to %s, %zu safe, A %s, B %s, shifts %" PRIu32 " and %" PRIu32
                      ", %zu * %zu columns, %zu * %zu offsets, tasks of %" PRIu32 " * %" PRIu32 ", rows",
                      given->label, SHOW(given->base), SHOW(given->base + given->length), given->safe_count,
                      SHOW(focus->a), SHOW(focus->b), focus->columns.shift, focus->offsets.shift,
                      focus->columns.longs.count, focus->columns.shorts.count, focus->offsets.longs.count,
                      focus->offsets.shorts.count, focus->task_columns, focus->task_offsets);
    for (size_t i = 0; i < given->layout.row_count; ++i) {
        at += snprintf(text + at, sizeof text - (size_t)at, " %" PRIu32, given->layout.row_moduli[i]);
    }
    at += snprintf(text + at, sizeof text - (size_t)at, ", parts");
    for (uint32_t i = 0; i < given->layout.class_count; ++i) {
        at += snprintf(text + at, sizeof text - (size_t)at, " %" PRIu32, given->layout.parts[i]);
    }
    return text;
}
