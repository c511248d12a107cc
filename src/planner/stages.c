#include "planner/stages.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

firesieve_status stages_start(struct stage_list *list, const struct reduced *reduced, const struct costs *costs,
                              firesieve_error *error)
{
    *list = (struct stage_list){
        .reduced = reduced,
        .costs = costs,
        .stages = malloc(reduced->constraints.count + 1),
    };
    if (list->stages == NULL) {
        return error_set_memory(error, "the plan");
    }
    stages_mark_wheel(list, 1);
    return FIRESIEVE_OK;
}

void stages_free(struct stage_list *list)
{
    free(list->stages);
    *list = (struct stage_list){0};
}

void stages_mark_wheel(struct stage_list *list, uint64_t wheel_modulus)
{
    const struct constraint_list *const constraints = &list->reduced->constraints;
    for (size_t i = 0; i < constraints->count; ++i) {
        list->stages[i] = wheel_modulus % constraints->items[i].modulus == 0 ? STAGE_WHEEL : STAGE_CLASS;
    }
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

/* Kernels skip further rows where all words that they look at together are empty. */
static struct price row_price(const struct costs *costs, double density)
{
    const double together = costs->group_words * KERNEL_WORD_COLUMNS;
    return (struct price){.word = costs->row_word * fmin(density * together, 1), .offset = costs->row_start};
}

/*
 * Classes, with `share` the sum of 1 / modulus over them, are crossed off or tested in lanes, whichever is cheaper;
 * there is nothing to test without a survivor. A scan looks at each of them once a segment, which is large where they
 * are many.
 */
static struct price class_price(const struct costs *costs, double count, double share, double density,
                                const struct columns *columns)
{
    static const double segment_words = 1 << 13;
    const double survivors = density * KERNEL_WORD_COLUMNS * columns->words;
    const bool scans = columns->step == 1;
    const struct price crossed = {
        .word = costs->hit * KERNEL_WORD_COLUMNS * share + (scans ? costs->visit * count / segment_words : 0),
        .offset = (costs->class_start + costs->visit) * count,
    };
    const struct price tested = {
        .word = costs->lane * KERNEL_WORD_COLUMNS * density * count,
        .offset = (costs->class_start + costs->prepare) * count * fmin(survivors, 1),
    };
    return total(crossed, columns) <= total(tested, columns) ? crossed : tested;
}

static struct price check_price(const struct costs *costs, double density)
{
    return (struct price){.word = costs->check * KERNEL_WORD_COLUMNS * density};
}

/* Whether the constraint can be in that stage at all. */
static bool can_be_rows(const struct constraint *constraint, const struct columns *columns, uint64_t words_left)
{
    return constraint->modulus < CLASS_NARROW_END && row_group_words(constraint->modulus, columns) <= words_left;
}

/* Wide classes are crossed off where the step is 1, and checked otherwise. */
static bool can_be_classes(const struct constraint *constraint, const struct columns *columns)
{
    return constraint->modulus < CLASS_NARROW_END || columns->step == 1;
}

/* How many bits drawing the rows of a constraint clears. */
static double bits_to_draw(const struct constraint *constraint, const struct columns *columns)
{
    const double words = (double)row_group_words(constraint->modulus, columns);
    return words * KERNEL_WORD_COLUMNS * (double)constraint->count / (double)constraint->modulus +
           words * KERNEL_WORD_LIMBS;
}

/* The stage of one constraint, where so much is left by those before it. */
static enum stage choose(const struct costs *costs, const struct constraint *constraint, double density,
                         const struct columns *columns, uint64_t row_words_left, struct price *price)
{
    const double count = (double)constraint->count;
    const bool wide = constraint->modulus >= CLASS_NARROW_END;
    enum stage stage = STAGE_CHECK;
    *price = check_price(costs, density);
    if (can_be_classes(constraint, columns)) {
        const struct price classes = class_price(costs, count, count / (double)constraint->modulus, density, columns);
        if (wide || total(classes, columns) < total(*price, columns)) {
            *price = classes;
            stage = STAGE_CLASS;
        }
    }
    const struct price rows = row_price(costs, density);
    if (can_be_rows(constraint, columns, row_words_left) && total(rows, columns) <= total(*price, columns)) {
        *price = rows;
        stage = STAGE_ROW;
    }
    return stage;
}

struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, uint64_t row_words_max)
{
    const struct constraint_list *const constraints = &list->reduced->constraints;
    struct stage_rates rates = {.density = 1, .offset = list->costs->offset};
    struct price price;
    double density = 1; /* left by what came before */
    uint64_t words_left = row_words_max;
    for (size_t i = 0; i < constraints->count; ++i) {
        const size_t index = list->reduced->order[i];
        const struct constraint *const constraint = &constraints->items[index];
        if (list->stages[index] == STAGE_WHEEL) {
            continue;
        }
        const enum stage stage = choose(list->costs, constraint, density, columns, words_left, &price);
        if (stage == STAGE_ROW) {
            words_left -= row_group_words(constraint->modulus, columns);
            rates.row_bits += bits_to_draw(constraint, columns);
            rates.density *= 1 - constraint->forbids;
        }
        list->stages[index] = (uint8_t)stage;
        rates.word += price.word;
        rates.offset += price.offset;
        density *= 1 - constraint->forbids;
    }
    price = class_price(list->costs, (double)constraints->sparse_classes, constraints->sparse_sum, density, columns);
    rates.word += price.word;
    rates.offset += price.offset;
    return rates;
}
