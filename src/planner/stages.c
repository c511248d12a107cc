#include "planner/sieve_choice.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "planner/forecast.h"

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

/* What a stage would cost: its table, each word of columns, and each offset in a block. */
struct price {
    double table;
    double word;
    double offset;
};

/* What a choice of stages is for. */
struct search_size {
    const struct columns *columns;
    double words; /* that are searched */
};

/* Per word. The one offset of a scan is started once, however many words there are. */
static double total(struct price price, const struct search_size *size)
{
    const double started = size->columns->step == 1 ? 0 : price.offset / size->columns->words;
    return price.word + started + price.table / size->words;
}

/* The words in a kernel call. */
static double chunk_words(const struct columns *columns)
{
    return columns->step == 1 || columns->words >= ROW_CHUNK_WORDS ? ROW_CHUNK_WORDS : columns->words;
}

/* Picking the survivors out of a word, if rows leave that share of columns. */
static double picking(const struct costs *costs, double density, const struct columns *columns)
{
    const double words = chunk_words(columns);
    const double live = chance_of_any(density * KERNEL_WORD_COLUMNS * words);
    return costs->live_chunk * live / words + costs->survivor * KERNEL_WORD_COLUMNS * density;
}

/*
 * The shares of columns that the stages chosen so far leave: rows, then crossing off, then picking, tests and checks.
 */
struct left {
    double by_rows;
    double picked;     /* by rows and by crossing off */
    double by_classes; /* by rows and all classes */
    double by_all;
    uint64_t crossed_to; /* the largest modulus with classes that are crossed off */
};

/* What is saved in picking if only a share of the columns is left. */
static double saved_picking(const struct costs *costs, const struct left *left, double allowed,
                            const struct columns *columns)
{
    return picking(costs, left->picked, columns) - picking(costs, left->picked * allowed, columns);
}

/* Kernels skip further rows if all words that they test together are empty. */
static struct price row_price(const struct costs *costs, const struct constraint *constraint, const struct left *left,
                              const struct columns *columns)
{
    const double together = costs->group_words * KERNEL_WORD_COLUMNS;
    const double words = (double)row_group_words(constraint->modulus, columns);
    const double share = (double)constraint->count / (double)constraint->modulus;
    const double bits =
        words * (KERNEL_WORD_COLUMNS * share + KERNEL_WORD_LIMBS); /* one for each class, and the words */
    return (struct price){
        .table = costs->row_bit * bits + costs_memory(costs, words * KERNEL_WORD_BYTES),
        .word = costs->row_word * chance_of_any(left->by_rows * together) + costs->row_chunk / chunk_words(columns) -
                saved_picking(costs, left, 1 - constraint->forbids, columns),
        .offset = costs->row_start,
    };
}

/* Classes that are crossed off, or tested in lanes: `shares` is the sum of 1 / modulus over them. */
struct some_classes {
    double count;
    double shares;
};

/* A scan visits each of them once per segment, which is large if they are many. */
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

/* Each of them drops some of the columns that the next would be tested on; without one there is nothing to test. */
static struct price testing_price(const struct costs *costs, struct some_classes classes, double density,
                                  const struct search_size *size)
{
    const double alive = classes.shares > 0 ? chance_of_any(classes.shares) / classes.shares : 1; /* on average */
    const double survivors = density * KERNEL_WORD_COLUMNS * size->columns->words;
    return (struct price){
        .word = costs->lane * KERNEL_WORD_COLUMNS * density * alive * classes.count,
        .offset = (costs->class_start + costs->prepare) * classes.count * fmin(survivors, 1),
    };
}

/* What becomes of classes: the shares of those that are crossed off, and the cost of all of them. */
struct class_way {
    double crossed;
    struct price price;
};

/* The cheapest way: at least `least` of the `cuts` parts of the classes are crossed off, and the rest is tested. */
static struct class_way class_way(const struct costs *costs, struct some_classes classes, const struct left *left,
                                  const struct search_size *size, int least, int cuts)
{
    struct class_way best = {.price.word = INFINITY};
    for (int cut = least; cut <= cuts; ++cut) {
        const double part = (double)cut / cuts;
        const struct some_classes crossed = {part * classes.count, part * classes.shares};
        const struct some_classes tested = {classes.count - crossed.count, classes.shares - crossed.shares};
        const double allowed = exp(-crossed.shares);
        const struct price first = crossing_price(costs, crossed, size);
        const struct price rest = testing_price(costs, tested, left->by_classes * allowed, size);
        const double saved = saved_picking(costs, left, allowed, size->columns);
        const struct price both = {.word = first.word + rest.word - saved, .offset = first.offset + rest.offset};
        if (total(both, size) < total(best.price, size)) {
            best = (struct class_way){.crossed = crossed.shares, .price = both};
        }
    }
    return best;
}

static void take(struct left *left, enum stage stage, const struct constraint *constraint, bool crossed)
{
    const double allowed = 1 - constraint->forbids;
    left->crossed_to = crossed && constraint->modulus > left->crossed_to ? constraint->modulus : left->crossed_to;
    left->by_rows *= stage == STAGE_ROW ? allowed : 1;
    left->picked *= stage == STAGE_ROW || crossed ? allowed : 1;
    left->by_classes *= stage != STAGE_CHECK ? allowed : 1;
    left->by_all *= allowed;
}

/* The stage of one constraint, given what those before it leave. */
static enum stage choose(const struct costs *costs, const struct constraint *constraint, const struct left *left,
                         const struct search_size *size, uint64_t row_words_left, struct class_way *way)
{
    const struct columns *const columns = size->columns;
    const double count = (double)constraint->count;
    const bool wide = constraint->modulus >= CLASS_NARROW_END;
    enum stage stage = STAGE_CHECK;
    *way =
        (struct class_way){.price = {
                               .table = costs->row_bit * count +
                                        costs_memory(costs, (double)constraint->modulus / 8), /* one bit per residue */
                               .word = costs->check * KERNEL_WORD_COLUMNS * left->by_all,
                           }};
    if (!wide || columns->step == 1) {
        const struct some_classes own = {count, count / (double)constraint->modulus};
        const int least = constraint->modulus < left->crossed_to; /* classes are crossed off up to some modulus */
        const struct class_way classes = class_way(costs, own, left, size, least, 1);
        if (wide || total(classes.price, size) < total(way->price, size)) {
            *way = classes;
            stage = STAGE_CLASS;
        }
    }
    /* Rows have at least one word for every 512 residues. */
    if (!wide && constraint->modulus / KERNEL_WORD_COLUMNS <= row_words_left &&
        row_group_words(constraint->modulus, columns) <= row_words_left) {
        const struct price rows = row_price(costs, constraint, left, columns);
        if (total(rows, size) <= total(way->price, size)) {
            way->price = rows;
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
    struct left left = {1, 1, 1, 1, 0};
    struct class_way way;
    uint64_t words_left = row_words_max;
    for (size_t i = 0; i < constraints->count; ++i) {
        const size_t index = list->reduced->order[i];
        const struct constraint *const constraint = &constraints->items[index];
        if (list->stages[index] == STAGE_WHEEL) {
            continue;
        }
        const enum stage stage = choose(list->costs, constraint, &left, &size, words_left, &way);
        if (stage == STAGE_ROW) {
            words_left -= row_group_words(constraint->modulus, columns);
        }
        list->stages[index] = (uint8_t)stage;
        rates.tables += way.price.table;
        rates.word += way.price.word;
        rates.offset += way.price.offset;
        take(&left, stage, constraint, stage == STAGE_CLASS && way.crossed > 0);
    }
    rates.density = left.by_rows;
    const struct some_classes sparse = {(double)constraints->sparse_classes, constraints->sparse_sum};
    way = class_way(list->costs, sparse, &left, &size, 0, SPARSE_CUTS);
    rates.word += way.price.word;
    rates.offset += way.price.offset;
    return rates;
}
