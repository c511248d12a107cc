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

/* What a stage would cost: its table, a word of columns, and an offset in a block. */
struct price {
    double table;
    double word;
    double offset;
};

/* What a choice of stages is for. */
struct search_size {
    const struct columns *columns;
    double words; /* that the search looks at */
};

/* For a word. The one offset of a scan is started once, however many words there are. */
static double total(struct price price, const struct search_size *size)
{
    const double started = size->columns->step == 1 ? 0 : price.offset / size->columns->words;
    return price.word + started + price.table / size->words;
}

/* The words that kernels are called for. */
static double chunk_words(const struct columns *columns)
{
    return columns->step == 1 || columns->words >= ROW_CHUNK_WORDS ? ROW_CHUNK_WORDS : columns->words;
}

/* Drawing the rows of a constraint: a bit for each of its classes, and the words. */
static double drawing(const struct costs *costs, const struct constraint *constraint, const struct columns *columns)
{
    const double words = (double)row_group_words(constraint->modulus, columns);
    const double share = (double)constraint->count / (double)constraint->modulus;
    const double bits = words * (KERNEL_WORD_COLUMNS * share + KERNEL_WORD_LIMBS);
    return costs->row_bit * bits + costs_memory(costs, words * KERNEL_WORD_BYTES);
}

/* Picking the survivors out of a word, where rows leave that share of columns. */
static double picking(const struct costs *costs, double density, const struct columns *columns)
{
    const double words = chunk_words(columns);
    const double live = fmin(density * KERNEL_WORD_COLUMNS * words, 1);
    return costs->live_chunk * live / words + costs->survivor * KERNEL_WORD_COLUMNS * density;
}

/* A row saves picking the survivors that it drops. Kernels skip further rows where all words that they look at together are empty. */
static struct price row_price(const struct costs *costs, const struct constraint *constraint, double density,
                              const struct columns *columns)
{
    const double together = costs->group_words * KERNEL_WORD_COLUMNS;
    return (struct price){
        .table = drawing(costs, constraint, columns),
        .word = costs->row_word * fmin(density * together, 1) + costs->row_chunk / chunk_words(columns) -
                (picking(costs, density, columns) - picking(costs, density * (1 - constraint->forbids), columns)),
        .offset = costs->row_start,
    };
}

/* Classes that are crossed off, or tested in lanes: `shares` is the sum of 1 / modulus over them. */
struct some_classes {
    double count;
    double shares;
};

/* A scan looks at each of them once a segment, which is large where they are many. */
static struct price crossing_price(const struct costs *costs, struct some_classes classes,
                                   const struct search_size *size)
{
    static const double segment_words = 1 << 13;
    const bool scans = size->columns->step == 1;
    return (struct price){
        .word = costs->hit * KERNEL_WORD_COLUMNS * classes.shares +
                (scans ? costs->visit * classes.count / segment_words : 0),
        .offset = (costs->class_start + costs->visit) * classes.count,
    };
}

/* Each of them drops some of the columns that the next would be tested on; there is nothing to test without one. */
static struct price testing_price(const struct costs *costs, struct some_classes classes, double density,
                                  const struct search_size *size)
{
    const double alive = classes.shares > 0 ? -expm1(-classes.shares) / classes.shares : 1; /* on average */
    const double survivors = density * KERNEL_WORD_COLUMNS * size->columns->words;
    return (struct price){
        .word = costs->lane * KERNEL_WORD_COLUMNS * density * alive * classes.count,
        .offset = (costs->class_start + costs->prepare) * classes.count * fmin(survivors, 1),
    };
}

/* The cheapest of `cuts` + 1 ways: so many parts of the classes are crossed off, and the rest is tested. */
static struct price class_price(const struct costs *costs, struct some_classes classes, double density,
                                const struct search_size *size, int cuts)
{
    struct price best = {.word = INFINITY};
    for (int cut = 0; cut <= cuts; ++cut) {
        const double part = (double)cut / cuts;
        const struct some_classes crossed = {part * classes.count, part * classes.shares};
        const struct some_classes tested = {classes.count - crossed.count, classes.shares - crossed.shares};
        const struct price first = crossing_price(costs, crossed, size);
        const struct price rest = testing_price(costs, tested, density * exp(-crossed.shares), size);
        const struct price both = {.word = first.word + rest.word, .offset = first.offset + rest.offset};
        best = total(both, size) < total(best, size) ? both : best;
    }
    return best;
}

/* The table of a check is a bit a residue. */
static struct price check_price(const struct costs *costs, const struct constraint *constraint, double density)
{
    return (struct price){
        .table = costs->row_bit * (double)constraint->count + costs_memory(costs, (double)constraint->modulus / 8),
        .word = costs->check * KERNEL_WORD_COLUMNS * density,
    };
}

/* Whether the constraint can be in that stage at all. Rows have a word for every 512 residues at least. */
static bool can_be_rows(const struct constraint *constraint, const struct columns *columns, uint64_t words_left)
{
    return constraint->modulus < CLASS_NARROW_END && constraint->modulus / KERNEL_WORD_COLUMNS <= words_left &&
           row_group_words(constraint->modulus, columns) <= words_left;
}

/* Wide classes are crossed off where the step is 1, and checked otherwise. */
static bool can_be_classes(const struct constraint *constraint, const struct columns *columns)
{
    return constraint->modulus < CLASS_NARROW_END || columns->step == 1;
}

/* The shares of columns that the stages chosen so far leave: rows come first, then classes, and checks last. */
struct left {
    double by_rows;
    double by_classes; /* and rows */
    double by_all;
};

static void take(struct left *left, enum stage stage, double allowed)
{
    left->by_rows *= stage == STAGE_ROW ? allowed : 1;
    left->by_classes *= stage != STAGE_CHECK ? allowed : 1;
    left->by_all *= allowed;
}

/* The stage of one constraint, where so much is left by those before it. */
static enum stage choose(const struct costs *costs, const struct constraint *constraint, const struct left *left,
                         const struct search_size *size, uint64_t row_words_left, struct price *price)
{
    const struct columns *const columns = size->columns;
    const double count = (double)constraint->count;
    const bool wide = constraint->modulus >= CLASS_NARROW_END;
    enum stage stage = STAGE_CHECK;
    *price = check_price(costs, constraint, left->by_all);
    if (can_be_classes(constraint, columns)) {
        const struct some_classes own = {count, count / (double)constraint->modulus};
        const struct price classes = class_price(costs, own, left->by_classes, size, 1);
        if (wide || total(classes, size) < total(*price, size)) {
            *price = classes;
            stage = STAGE_CLASS;
        }
    }
    if (can_be_rows(constraint, columns, row_words_left)) {
        const struct price rows = row_price(costs, constraint, left->by_rows, columns);
        if (total(rows, size) <= total(*price, size)) {
            *price = rows;
            stage = STAGE_ROW;
        }
    }
    return stage;
}

struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, double words,
                                 uint64_t row_words_max)
{
    const struct search_size size = {.columns = columns, .words = fmax(words, 1)};
    const struct constraint_list *const constraints = &list->reduced->constraints;
    struct stage_rates rates = {
        .word = list->costs->call / chunk_words(columns) + picking(list->costs, 1, columns),
        .offset = list->costs->offset,
    };
    enum { SPARSE_CUTS = 16 };
    struct left left = {1, 1, 1};
    struct price price;
    uint64_t words_left = row_words_max;
    for (size_t i = 0; i < constraints->count; ++i) {
        const size_t index = list->reduced->order[i];
        const struct constraint *const constraint = &constraints->items[index];
        if (list->stages[index] == STAGE_WHEEL) {
            continue;
        }
        const enum stage stage = choose(list->costs, constraint, &left, &size, words_left, &price);
        if (stage == STAGE_ROW) {
            words_left -= row_group_words(constraint->modulus, columns);
        }
        list->stages[index] = (uint8_t)stage;
        rates.tables += price.table;
        rates.word += price.word;
        rates.offset += price.offset;
        take(&left, stage, 1 - constraint->forbids);
    }
    rates.density = left.by_rows;
    const struct some_classes sparse = {(double)constraints->sparse_classes, constraints->sparse_sum};
    price = class_price(list->costs, sparse, left.by_classes, &size, SPARSE_CUTS);
    rates.word += price.word;
    rates.offset += price.offset;
    return rates;
}
