#include "planner/focus_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "planner/forecast.h"

struct row_option {
    size_t candidate;
    double gain;
};

static int compare_options(const void *a, const void *b)
{
    const struct row_option *const left = a;
    const struct row_option *const right = b;
    if (left->gain != right->gain) {
        return (left->gain < right->gain) - (left->gain > right->gain);
    }
    return (left->candidate > right->candidate) - (left->candidate < right->candidate);
}

/* A row covers all constraints whose moduli divide its own, except for those that lists and other rows cover. */
static double row_gain(const struct candidate_list *list, const struct candidate_set *used, size_t candidate)
{
    double gain = 0;
    for (size_t limb = 0; limb < CANDIDATE_LIMBS; ++limb) {
        uint64_t left = list->divisors[candidate].limbs[limb] & ~used->limbs[limb];
        for (; left != 0; left &= left - 1) {
            gain += list->items[64 * limb + (size_t)__builtin_ctzll(left)].gain;
        }
    }
    return gain;
}

static double bunches_of(uint64_t modulus)
{
    static const double rows = 16;
    return ceil((double)modulus / rows);
}

static size_t list_options(const struct candidate_list *list, const struct candidate_set *used,
                           struct row_option *options)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (!candidate_set_has(used, i) && list->items[i].modulus <= FOCUS_ROW_MODULUS_MAX) {
            options[count++] = (struct row_option){.candidate = i, .gain = row_gain(list, used, i)};
        }
    }
    if (count > 1) {
        qsort(options, count, sizeof *options, compare_options);
    }
    return count;
}

static void take_row(struct row_choice *choice, const struct candidate_list *list, struct candidate_set *used,
                     size_t candidate, double gain)
{
    const uint64_t modulus = list->items[candidate].modulus;
    choice->candidates[choice->count] = candidate;
    choice->gains[choice->count] = gain;
    choice->moduli[choice->count++] = (uint32_t)modulus;
    choice->bunches += bunches_of(modulus);
    choice->left *= exp(-gain);
    for (size_t limb = 0; limb < CANDIDATE_LIMBS; ++limb) {
        used->limbs[limb] |= list->divisors[candidate].limbs[limb];
    }
}

/* Picking out a pair that the used constraints have let through, and looking it up in others. */
static double survivor_price(const struct candidate_list *list, const struct costs *costs,
                             const struct candidate_set *used)
{
    size_t count = 0;
    for (size_t limb = 0; limb < CANDIDATE_LIMBS; ++limb) {
        count += (size_t)__builtin_popcountll(used->limbs[limb]);
    }
    return costs->pair + costs->check * list->lookups[count];
}

/* The share of words in which the rows of a key, the first that are no classes, leave a column. */
static double words_left(const struct row_choice *rows, const uint8_t *classes, uint32_t class_count)
{
    double gain = 0;
    size_t taken = 0;
    for (size_t i = 0; i < rows->count && taken < KERNEL_KEY_ROWS; ++i) {
        bool is_class = false;
        for (uint32_t class = 0; class < class_count; ++class) {
            is_class = is_class || classes[class] == i;
        }
        gain += is_class ? 0 : rows->gains[i];
        taken += !is_class;
    }
    return chance_of_any(KERNEL_WORD_COLUMNS * exp(-gain));
}

struct row_choice row_choice_make(const struct candidate_list *list, const struct sketch *sketch,
                                  const struct costs *costs, double pairs, double columns)
{
    struct row_choice choice = {.left = 1};
    struct row_option options[CANDIDATES_MAX];
    struct candidate_set used = {{0}};
    for (size_t i = 0; i < list->count; ++i) {
        if (sketch_lists(sketch, &list->items[i])) {
            candidate_set_add(&used, i);
        }
    }
    const size_t count = list_options(list, &used, options);
    for (size_t i = 0; i < count && choice.count < FOCUS_ROWS_MAX; ++i) {
        const double gain = row_gain(list, &used, options[i].candidate);
        const double saved = pairs * choice.left * (1 - exp(-gain)) * survivor_price(list, costs, &used);
        const double price = columns * bunches_of(list->items[options[i].candidate].modulus) * costs->bunch;
        if (gain > 0 && (choice.count == 0 || saved > price)) {
            take_row(&choice, list, &used, options[i].candidate, gain);
        }
    }
    if (choice.count == 0) {
        choice = (struct row_choice){.moduli = {1}, .count = 1, .bunches = 1, .left = 1};
    }
    choice.survivor = survivor_price(list, costs, &used);
    return choice;
}

/* ---- Classes ---------------------------------------------------------------------------------------------- */

/* The best ways to make classes of some rows, by number of classes and sum of levels. */
struct class_ways {
    double alive[FOCUS_CLASSES_MAX + 1][CLASS_LEVELS]; /* the product of shares; above 1: there is no way */
    uint8_t rows[FOCUS_CLASSES_MAX + 1][CLASS_LEVELS][FOCUS_CLASSES_MAX];
    uint8_t levels[FOCUS_CLASSES_MAX + 1][CLASS_LEVELS][FOCUS_CLASSES_MAX];
};

/* Adds a class of row `row` to ways that it improves: dynamic programming over rows. */
static void add_class(struct class_ways *ways, uint8_t row, const double *alive)
{
    for (int count = FOCUS_CLASSES_MAX; count > 0; --count) {
        for (int level = CLASS_LEVELS - 1; level > 0; --level) {
            for (int own = 1; own <= level; ++own) {
                const double product = ways->alive[count - 1][level - own] * alive[own];
                if (product < ways->alive[count][level]) {
                    ways->alive[count][level] = product;
                    memcpy(ways->rows[count][level], ways->rows[count - 1][level - own], FOCUS_CLASSES_MAX);
                    memcpy(ways->levels[count][level], ways->levels[count - 1][level - own], FOCUS_CLASSES_MAX);
                    ways->rows[count][level][count - 1] = row;
                    ways->levels[count][level][count - 1] = (uint8_t)own;
                }
            }
        }
    }
}

/* Puts the class that leaves most last: the first two alone decide which offsets are considered. */
static void order_classes(struct class_choice *choice, double shares[FOCUS_CLASSES_MAX])
{
    const uint32_t last = choice->count - 1;
    uint32_t most = 0;
    for (uint32_t i = 1; i < choice->count; ++i) {
        most = shares[i] > shares[most] ? i : most;
    }
    const uint8_t row = choice->rows[most];
    const uint8_t level = choice->levels[most];
    const double share = shares[most];
    choice->rows[most] = choice->rows[last];
    choice->levels[most] = choice->levels[last];
    shares[most] = shares[last];
    choice->rows[last] = row;
    choice->levels[last] = level;
    shares[last] = share;
}

static struct class_choice read_way(const struct class_ways *ways, uint32_t count, int level,
                                    const struct candidate_list *list, const struct row_choice *rows,
                                    const struct costs *costs)
{
    struct class_choice choice = {.count = count, .groups = 1};
    double looked_at = 1; /* the share of offsets that a word considers, which the first two classes leave */
    double shares[FOCUS_CLASSES_MAX];
    memcpy(choice.rows, ways->rows[count][level], FOCUS_CLASSES_MAX);
    memcpy(choice.levels, ways->levels[count][level], FOCUS_CLASSES_MAX);
    for (uint32_t i = 0; i < count; ++i) {
        shares[i] = list->alive[rows->candidates[choice.rows[i]]][choice.levels[i]];
    }
    if (count > 1) {
        order_classes(&choice, shares);
    }
    for (uint32_t i = 0; i < count; ++i) {
        looked_at *= i + 1 < FOCUS_CLASSES_MAX ? shares[i] : 1;
        choice.groups *= i == 0 ? shares[0] * rows->moduli[choice.rows[i]] : 1;
    }
    const double second = words_left(rows, choice.rows, count);
    choice.words = looked_at * costs->pick + ways->alive[count][level] * (costs->key + second * costs->second);
    return choice;
}

static bool shares_prime(const struct candidate_list *list, const struct sketch *sketch, uint32_t modulus)
{
    bool shares = false;
    for (size_t i = 0; i < list->prime_count; ++i) {
        shares = shares || (sketch->exponents[i] > 0 && modulus % list->primes[i] == 0);
    }
    return shares;
}

struct class_choice class_choice_none(const struct row_choice *rows, const struct costs *costs)
{
    const double second = words_left(rows, NULL, 0);
    return (struct class_choice){.words = costs->pick + costs->key + second * costs->second, .groups = 1};
}

void class_choice_make(struct class_choice choices[CLASS_LEVELS], const struct candidate_list *list,
                       const struct sketch *sketch, const struct row_choice *rows, const struct costs *costs)
{
    struct class_ways ways = {.rows = {{{0}}}};
    for (int count = 0; count <= FOCUS_CLASSES_MAX; ++count) {
        for (int level = 0; level < CLASS_LEVELS; ++level) {
            ways.alive[count][level] = count == 0 ? 1 : 2;
        }
    }
    for (size_t i = 0; i < rows->count && rows->moduli[i] > 1; ++i) {
        if (!shares_prime(list, sketch, rows->moduli[i])) {
            add_class(&ways, (uint8_t)i, list->alive[rows->candidates[i]]);
        }
    }
    for (int level = 0; level < CLASS_LEVELS; ++level) {
        choices[level] = class_choice_none(rows, costs);
        for (uint32_t count = 1; count <= FOCUS_CLASSES_MAX; ++count) {
            if (ways.alive[count][level] <= 1) {
                const struct class_choice choice = read_way(&ways, count, level, list, rows, costs);
                choices[level] = choice.words < choices[level].words ? choice : choices[level];
            }
        }
    }
}
