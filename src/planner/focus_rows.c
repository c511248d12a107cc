#include "planner/focus_rows.h"

#include <math.h>
#include <stdlib.h>

enum {
    ROW_BYTES = FOCUS_ROW_LIMBS * 8,
    TEST_FIRST = 8, /* rows that kernels AND before they look whether anything is left, */
    TEST_NEXT = 4   /* and between later looks */
};

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

/* A row takes in all constraints whose moduli divide its own, but for those that lists and other rows have. */
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
                     size_t candidate, double gain, double words)
{
    const uint64_t modulus = list->items[candidate].modulus;
    choice->moduli[choice->count++] = (uint32_t)modulus;
    choice->bunches += ceil((double)modulus / FOCUS_ROW_BUNCH);
    choice->words += words;
    choice->left *= exp(-gain);
    for (size_t limb = 0; limb < CANDIDATE_LIMBS; ++limb) {
        used->limbs[limb] |= list->divisors[candidate].limbs[limb];
    }
}

/* How many rows of a block the second-level cache holds, beside columns and offsets. */
static uint64_t near_rows(const struct costs *costs)
{
    return costs->second_cache / 16 * 13 / ROW_BYTES;
}

/* Picking out a pair that constraints, those used, have let through, and looking it up in others. */
static double survivor_price(const struct candidate_list *list, const struct costs *costs,
                             const struct candidate_set *used)
{
    size_t count = 0;
    for (size_t limb = 0; limb < CANDIDATE_LIMBS; ++limb) {
        count += (size_t)__builtin_popcountll(used->limbs[limb]);
    }
    return costs->pair + costs->check * list->lookups[count];
}

struct row_choice row_choice_make(const struct candidate_list *list, const struct sketch *sketch,
                                  const struct costs *costs, double pairs, double columns)
{
    static const double farther = 4; /* times as much for a row that the third-level cache holds */
    struct row_choice choice = {.left = 1};
    struct row_option options[CANDIDATES_MAX];
    struct candidate_set used = {{0}};
    const uint64_t near = near_rows(costs);
    uint64_t rows = 0;
    double alive = 1; /* the share of words that kernels still look at: they take those of a block together */
    for (size_t i = 0; i < list->count; ++i) {
        if (sketch_lists(sketch, &list->items[i])) {
            candidate_set_add(&used, i);
        }
    }
    const size_t count = list_options(list, &used, options);
    for (size_t i = 0; i < count && choice.count < FOCUS_ROWS_MAX; ++i) {
        const uint64_t modulus = list->items[options[i].candidate].modulus;
        const double gain = row_gain(list, &used, options[i].candidate);
        const double bunches = ceil((double)modulus / FOCUS_ROW_BUNCH);
        if (choice.count >= TEST_FIRST && choice.count % TEST_NEXT == 0) {
            alive = fmin(1, costs->group_words * KERNEL_WORD_COLUMNS * choice.left);
        }
        const double saved = pairs * choice.left * (1 - exp(-gain)) * survivor_price(list, costs, &used);
        const double words = rows + modulus <= near ? alive : alive * farther;
        const double price = costs_memory(costs, bunches * FOCUS_ROW_BUNCH * ROW_BYTES) +
                             columns * bunches * costs->bunch +
                             pairs / KERNEL_WORD_COLUMNS * words * costs->far_row_word;
        if (gain > 0 && (choice.count == 0 || saved > price)) {
            take_row(&choice, list, &used, options[i].candidate, gain, words);
            rows += modulus;
        }
    }
    if (choice.count == 0) {
        choice = (struct row_choice){.moduli = {1}, .count = 1, .bunches = 1, .words = 1, .left = 1};
    }
    choice.survivor = survivor_price(list, costs, &used);
    return choice;
}
