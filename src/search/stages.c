#include "search/stages.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/gcd.h"
#include "search/cost.h"

enum { GROUP_COLUMNS = 4096 /* about what a kernel looks at together before it skips further rows */ };

struct ranked {
    double rank;
    size_t index;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *const left = a;
    const struct ranked *const right = b;
    if (left->rank != right->rank) {
        return (left->rank < right->rank) - (left->rank > right->rank);
    }
    return (left->index > right->index) - (left->index < right->index);
}

static bool rank(struct stage_list *list)
{
    struct ranked *const ranks = malloc((list->constraints->count + 1) * sizeof *ranks);
    if (ranks == NULL) {
        return false;
    }
    for (size_t i = 0; i < list->constraints->count; ++i) {
        ranks[i] = (struct ranked){.rank = list->constraints->items[i].rank, .index = i};
    }
    qsort(ranks, list->constraints->count, sizeof *ranks, compare_ranks);
    for (size_t i = 0; i < list->constraints->count; ++i) {
        list->order[i] = ranks[i].index;
    }
    free(ranks);
    return true;
}

firesieve_status stages_start(struct stage_list *list, const struct constraint_list *constraints,
                              firesieve_error *error)
{
    *list = (struct stage_list){
        .constraints = constraints,
        .stages = malloc(constraints->count + 1),
        .order = calloc(constraints->count + 1, sizeof *list->order),
    };
    if (list->stages == NULL || list->order == NULL || !rank(list)) {
        return error_set_memory(error, "the plan");
    }
    for (size_t i = 0; i < constraints->count; ++i) {
        list->stages[i] = STAGE_CLASS;
    }
    return FIRESIEVE_OK;
}

void stages_free(struct stage_list *list)
{
    free(list->stages);
    free(list->order);
    *list = (struct stage_list){0};
}

/* What a stage would cost: a word of columns, and an offset in a block. */
struct price {
    double word;
    double offset;
};

/* For a word. The one offset of a scan is started once, however many words there are. */
static double total(struct price price, const struct columns *columns)
{
    return columns->step == 1 ? price.word : price.word + price.offset / columns->words;
}

static struct price row_price(double density)
{
    return (struct price){.word = cost_row_word * fmin(density * GROUP_COLUMNS, 1), .offset = cost_row_start};
}

/*
 * Classes, with `share` the sum of 1 / modulus over them, are crossed off or tested in lanes, whichever is cheaper;
 * there is nothing to test without a survivor.
 */
static struct price class_price(double count, double share, double density, const struct columns *columns)
{
    const double survivors = density * KERNEL_WORD_COLUMNS * columns->words;
    const struct price crossed = {
        .word = cost_hit * KERNEL_WORD_COLUMNS * share,
        .offset = (cost_start + cost_visit) * count,
    };
    const struct price tested = {
        .word = cost_lane * KERNEL_WORD_COLUMNS * density * count,
        .offset = (cost_start + cost_prepare) * count * fmin(survivors, 1),
    };
    return total(crossed, columns) <= total(tested, columns) ? crossed : tested;
}

static struct price check_price(double density)
{
    return (struct price){.word = cost_check * KERNEL_WORD_COLUMNS * density};
}

/* Whether the constraint can be in that stage at all. */
static bool can_be_rows(const struct constraint *constraint, const struct columns *columns, uint64_t words_left)
{
    return constraint->modulus < CLASS_NARROW_END && strip_words(constraint->modulus, columns) <= words_left;
}

/* Wide classes are crossed off where the step is 1, and checked otherwise. */
static bool can_be_classes(const struct constraint *constraint, const struct columns *columns)
{
    return constraint->modulus < CLASS_NARROW_END || columns->step == 1;
}

/* How many bits drawing the rows of a constraint clears. */
static double bits_to_draw(const struct constraint *constraint, const struct columns *columns)
{
    const double words = (double)strip_words(constraint->modulus, columns);
    return words * KERNEL_WORD_COLUMNS * (double)constraint->count / (double)constraint->modulus +
           words * KERNEL_WORD_LIMBS;
}

struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, uint64_t row_words_max)
{
    struct stage_rates rates = {.density = 1, .offset = cost_offset};
    double density = 1; /* left by what came before */
    uint64_t words_left = row_words_max;
    for (size_t i = 0; i < list->constraints->count; ++i) {
        const size_t index = list->order[i];
        const struct constraint *const constraint = &list->constraints->items[index];
        if (list->stages[index] == STAGE_WHEEL) {
            continue;
        }
        struct price best = check_price(density);
        enum stage stage = STAGE_CHECK;
        const double count = (double)constraint->count;
        const struct price classes = class_price(count, count / (double)constraint->modulus, density, columns);
        if (can_be_classes(constraint, columns) &&
            (constraint->modulus >= CLASS_NARROW_END || total(classes, columns) < total(best, columns))) {
            best = classes;
            stage = STAGE_CLASS;
        }
        const struct price rows = row_price(density);
        if (can_be_rows(constraint, columns, words_left) && total(rows, columns) <= total(best, columns)) {
            best = rows;
            stage = STAGE_ROW;
            words_left -= strip_words(constraint->modulus, columns);
            rates.row_words += rows.word / cost_row_word;
            rates.row_bits += bits_to_draw(constraint, columns);
            ++rates.row_starts;
            rates.density *= 1 - constraint->kill;
        }
        list->stages[index] = (uint8_t)stage;
        rates.word += best.word;
        rates.offset += best.offset;
        density *= 1 - constraint->kill;
    }
    const struct price sparse =
        class_price((double)list->constraints->sparse_classes, list->constraints->sparse_sum, density, columns);
    rates.word += sparse.word;
    rates.offset += sparse.offset;
    return rates;
}
