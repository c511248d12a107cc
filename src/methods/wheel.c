/* The methods scan and wheel: columns of every offset of a wheel; a scan is the wheel of modulus 1. */
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "methods/method.h"
#include "pass/sieve.h"
#include "planner/sieve_choice.h"

enum {
    WIDE_CLASSES_MAX = 1 << 16,
    TASK_WORDS = 1 << 13,               /* the least that a thread takes at once: tens of microseconds */
    SHARED_BLOCK_COLUMNS_MIN = 1 << 22, /* of consecutive delays */
    SCAN_FIRST_COLUMNS = 1 << 18
};

static uint64_t round_up_to_word(firesieve_delay columns)
{
    return (uint64_t)((columns + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_COLUMNS);
}

/* ---- Recipes ---------------------------------------------------------------------------------------------- */

#define SIEVE_KEYS_BEHIND_WHEEL                                                                              \
    [SIEVE_ROWS] = {"rows", "a modulus", 2, CLASS_NARROW_END - 1, 0, SIZE_MAX, true},                        \
    [SIEVE_CHECKS] = {"checks", "a modulus", 2, CLASS_NARROW_END - 1, 0, SIZE_MAX, true},                    \
    [SIEVE_CROSSED] = {"crossed", "a number of classes", 0, UINT64_MAX, 1, 1, false},                        \
    [SIEVE_SEGMENT] = {"segment", "a number of words", SEGMENT_WORDS_MIN, SEGMENT_WORDS_MAX, 1, 1, false},   \
    [SIEVE_BLOCK] = {"block", "a number of words", 1, SIEVE_COLUMNS_MAX / KERNEL_WORD_COLUMNS, 1, 1, false}, \
    [SIEVE_WINDOW] = {"window", "a number of words", 1, UINT64_MAX / KERNEL_WORD_COLUMNS, 1, 1, false},

static const struct recipe_key scan_keys[SIEVE_KEYS] = {[SIEVE_WHEEL] = {"wheel", "no factor", 0, 0, 0, 0, false},
                                                        SIEVE_KEYS_BEHIND_WHEEL};

static const struct recipe_key wheel_keys[SIEVE_KEYS] = {
    [SIEVE_WHEEL] = {"wheel", "a factor", 2, WHEEL_MODULUS_END - 1, 0, WHEEL_FACTORS_MAX, false},
    SIEVE_KEYS_BEHIND_WHEEL};

static const struct recipe_form scan_form = {"scan", FIRESIEVE_METHOD_SCAN, scan_keys, SIEVE_KEYS};
static const struct recipe_form wheel_form = {"wheel", FIRESIEVE_METHOD_WHEEL, wheel_keys, SIEVE_KEYS};

/* With more classes it is a scan: each offset of a wheel has to start the classes outside of constraints. */
static bool may_turn(const struct reduced *reduced)
{
    return reduced->classes.narrow_count <= SIEVE_CLASSES_MAX && reduced->classes.wide_count <= WIDE_CLASSES_MAX;
}

static firesieve_status choose_scan(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                                    bool *can, firesieve_error *error)
{
    *can = true;
    return sieve_choose(recipe, forecast, purpose, true, error);
}

/* If no step pays it would be a scan, which has been considered before. */
static firesieve_status choose_wheel(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                                     bool *can, firesieve_error *error)
{
    static const double worth_ns = 200e3;
    const bool turns = may_turn(purpose->reduced);
    if (!purpose->forced && (!turns || purpose->cheapest_ns < worth_ns)) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = sieve_choose(recipe, forecast, purpose, !turns, error);
    *can = purpose->forced || recipe->lists[SIEVE_WHEEL].count > 0;
    return status;
}

/* The words of all rows, counted until they are too many; *item is the range of moduli that was reached. */
static uint64_t row_words(const struct reduced *reduced, const struct recipe *recipe, uint64_t wheel_modulus,
                          size_t *item)
{
    const struct columns columns = sieve_columns(wheel_modulus, (uint32_t)recipe_number(recipe, SIEVE_BLOCK));
    const struct recipe_list *const rows = &recipe->lists[SIEVE_ROWS];
    uint64_t words = 0;
    *item = 0;
    for (size_t i = 0; i < reduced->constraints.count && words <= ROW_WORDS_MAX; ++i) {
        const uint64_t modulus = reduced->constraints.items[i].modulus;
        while (*item < rows->count && rows->items[*item].high < modulus) {
            ++*item;
        }
        if (*item == rows->count) {
            break;
        }
        const bool has_row = modulus >= rows->items[*item].low && wheel_modulus % modulus != 0;
        words += has_row ? row_group_words(modulus, &columns) : 0;
    }
    return words;
}

static firesieve_status check(const struct reduced *reduced, const struct recipe *recipe, firesieve_error *error)
{
    const struct recipe_list *const wheel = &recipe->lists[SIEVE_WHEEL];
    uint64_t modulus = 1;
    for (size_t i = 0; i < wheel->count; ++i) {
        const uint64_t factor = (uint64_t)wheel->items[i].low;
        if (factor > (WHEEL_MODULUS_END - 1) / modulus) {
            return recipe_refuse(recipe, SIEVE_WHEEL, i, error, "expected a wheel below 2^63");
        }
        modulus *= factor;
    }
    if (wheel->count > 0 && !may_turn(reduced)) {
        return recipe_refuse(recipe, SIEVE_WHEEL, 0, error, "expected no wheel: this firewall has too many classes");
    }
    size_t item;
    if (row_words(reduced, recipe, modulus, &item) > ROW_WORDS_MAX) {
        return recipe_refuse(recipe, SIEVE_ROWS, item, error, "expected rows of at most %d words together",
                             ROW_WORDS_MAX);
    }
    return FIRESIEVE_OK;
}

/* A list of residues that grows, while it is moved, and rows. */
static double bytes(const struct reduced *reduced, const struct recipe *recipe)
{
    enum { COPIES = 2 };
    const struct recipe_list *const wheel = &recipe->lists[SIEVE_WHEEL];
    uint64_t modulus = 1;
    for (size_t i = 0; i < wheel->count; ++i) {
        modulus *= (uint64_t)wheel->items[i].low;
    }
    double residues = (double)modulus;
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        residues *= modulus % constraint->modulus == 0 ? 1 - constraint->forbids : 1;
    }
    size_t item;
    return COPIES * sizeof(uint64_t) * residues +
           (double)row_words(reduced, recipe, modulus, &item) * KERNEL_WORD_BYTES;
}

/* ---- Tables ----------------------------------------------------------------------------------------------- */

/* Copies the ranges of a list. False: no memory. */
static bool copy_ranges(const struct recipe_list *list, struct modulus_range **ranges)
{
    *ranges = calloc(list->count + 1, sizeof **ranges);
    for (size_t i = 0; i < list->count && *ranges != NULL; ++i) {
        (*ranges)[i] = (struct modulus_range){(uint64_t)list->items[i].low, (uint64_t)list->items[i].high};
    }
    return *ranges != NULL;
}

static firesieve_status build(const struct reduced *reduced, const struct recipe *recipe, struct go_on go_on,
                              struct tally *tally, void **tables, enum built *outcome, firesieve_error *error)
{
    struct modulus_range *rows = NULL;
    struct modulus_range *checks = NULL;
    struct sieve_tables *const made = calloc(1, sizeof *made);
    firesieve_status status = FIRESIEVE_OK;
    *tables = made;
    if (made == NULL || !copy_ranges(&recipe->lists[SIEVE_ROWS], &rows) ||
        !copy_ranges(&recipe->lists[SIEVE_CHECKS], &checks)) {
        status = error_set_memory(error, "the plan");
    } else {
        struct sieve_layout layout = {
            .factor_count = recipe->lists[SIEVE_WHEEL].count,
            .rows = {rows, recipe->lists[SIEVE_ROWS].count},
            .checks = {checks, recipe->lists[SIEVE_CHECKS].count},
            .crossed = (uint64_t)recipe_number(recipe, SIEVE_CROSSED),
            .segment_words = (uint32_t)recipe_number(recipe, SIEVE_SEGMENT),
            .block_words = (uint32_t)recipe_number(recipe, SIEVE_BLOCK),
            .window_words = (uint64_t)recipe_number(recipe, SIEVE_WINDOW),
        };
        for (size_t i = 0; i < layout.factor_count; ++i) {
            layout.factors[i] = (uint64_t)recipe->lists[SIEVE_WHEEL].items[i].low;
        }
        status = sieve_tables_make(made, reduced, &layout, go_on, tally, outcome, error);
    }
    free(rows);
    free(checks);
    return status;
}

static void free_tables(void *tables)
{
    sieve_tables_free(tables);
    free(tables);
}

static uint64_t thread_bytes(const void *tables)
{
    return sieve_bytes(tables);
}

/* ---- Windows ---------------------------------------------------------------------------------------------- */

static firesieve_delay align_down(firesieve_delay delay, const struct columns *columns)
{
    const uint64_t unit = columns->step == 1 ? KERNEL_WORD_COLUMNS : columns->step;
    return delay - delay % unit;
}

/* Rows that end before a chunk also end a block. */
static uint64_t most_block_columns(const struct columns *columns)
{
    const uint32_t words = row_repeated_words(columns);
    return words < ROW_CHUNK_WORDS ? (uint64_t)words * KERNEL_WORD_COLUMNS : SIEVE_COLUMNS_MAX;
}

/* At least one word. Blocks are as long as possible, unless threads share consecutive delays. */
static uint32_t choose_block_columns(const struct sieve_tables *tables, uint64_t columns, unsigned threads)
{
    enum { BLOCKS_A_THREAD = 4, SEGMENTS = 8 };
    const uint64_t most = most_block_columns(&tables->columns);
    uint64_t block = columns < most ? columns : most;
    if (threads > 1 && tables->columns.step == 1) {
        const uint64_t share = round_up_to_word(columns / ((uint64_t)BLOCKS_A_THREAD * threads) + 1);
        /* A block that does not follow the last one costs a division per crossed class; long ones make up for it. */
        const uint64_t crossing =
            tables->crossed.count == 0 ? 0 : SEGMENTS * (uint64_t)tables->segment_words * KERNEL_WORD_COLUMNS;
        const uint64_t least = crossing > SHARED_BLOCK_COLUMNS_MIN ? crossing : SHARED_BLOCK_COLUMNS_MIN;
        const uint64_t wanted = share > least ? share : least;
        block = wanted < block ? wanted : block;
    }
    return (uint32_t)block;
}

/* How a window's columns are cut into blocks, and these into tasks: runs of offsets, blocks ascending. */
struct cut {
    uint64_t task_offsets;
    uint64_t tasks_a_block;
    uint64_t tasks;
};

static struct cut cut_columns(const struct sieve_tables *tables, uint64_t columns, uint32_t block_columns)
{
    const uint64_t offsets = tables->wheel.count;
    struct cut cut;
    /* The analyzer does not know that a block is never empty. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    const uint64_t blocks = (columns + block_columns - 1) / block_columns;
    cut.task_offsets = (uint64_t)TASK_WORDS * KERNEL_WORD_COLUMNS / block_columns + 1;
    cut.tasks_a_block = (offsets + cut.task_offsets - 1) / cut.task_offsets;
    cut.tasks = blocks * cut.tasks_a_block;
    return cut;
}

/* Readers of a list want its first delays soon. */
static uint64_t first_columns(const struct sieve_tables *tables, enum search_goal goal)
{
    if (tables->columns.step == 1) {
        return SCAN_FIRST_COLUMNS;
    }
    const uint64_t words = goal == GOAL_LIST ? 1 : tables->columns.words / WHEEL_FIRST_SHARE;
    return (words == 0 ? 1 : words) * KERNEL_WORD_COLUMNS;
}

/* The most columns of a window; few enough for the windows of a list to stay short. */
static uint64_t most_columns(const struct sieve_tables *tables, const struct window_request *request)
{
    enum { DELAYS_A_WINDOW = 1 << 18 };
    const uint64_t longest = (uint64_t)SIEVE_COLUMNS_MAX * request->threads;
    const uint64_t planned = tables->window_columns;
    const uint64_t most = planned < longest / request->threads ? planned * request->threads : longest;
    if (request->goal != GOAL_LIST) {
        return most;
    }
    const double columns = DELAYS_A_WINDOW / (tables->reduced->constraints.density * (double)tables->columns.step);
    return columns >= (double)most ? most : round_up_to_word((firesieve_delay)columns + 1);
}

/* The next run of columns, cut at the end of the range. Windows begin short and grow, since answers may be near. */
static void shape(const void *tables, struct window_request *request, struct window_shape *shaped)
{
    enum { TIMES_LONGER_SCAN = 4, TIMES_LONGER = 2 };
    const struct sieve_tables *const sieve = tables;
    const uint64_t step = sieve->columns.step;
    const firesieve_delay base = align_down(request->begin, &sieve->columns);
    const firesieve_delay left = (request->to - base + step - 1) / step;
    const uint64_t most = most_columns(sieve, request);
    const uint64_t wanted = request->size == 0 ? first_columns(sieve, request->goal) : request->size;
    const uint64_t size = wanted < most ? wanted : most;
    const uint64_t columns = left < size ? round_up_to_word(left) : size;
    const uint32_t block_columns = choose_block_columns(sieve, columns, request->threads);
    const struct cut cut = cut_columns(sieve, columns, block_columns);
    const uint64_t factor = step == 1 ? TIMES_LONGER_SCAN : TIMES_LONGER;
    *shaped = (struct window_shape){
        .begin = request->begin,
        .end = delay_min(base + (firesieve_delay)step * columns, request->to),
        .columns = columns,
        .block_columns = block_columns,
        .tasks = cut.tasks,
    };
    request->size = size < most / factor ? factor * size : most;
}

static bool takes(const void *tables, const struct window_shape *shaped)
{
    const struct sieve_tables *const sieve = tables;
    const firesieve_delay base = align_down(shaped->begin, &sieve->columns);
    const firesieve_delay step = sieve->columns.step;
    const uint64_t most = (uint64_t)SIEVE_COLUMNS_MAX * FIRESIEVE_THREADS_MAX;
    if (shaped->columns == 0 || shaped->columns > most || shaped->columns % KERNEL_WORD_COLUMNS != 0 ||
        shaped->block_columns == 0 || shaped->block_columns > most_block_columns(&sieve->columns) ||
        shaped->block_columns % KERNEL_WORD_COLUMNS != 0 || shaped->end > base + step * shaped->columns ||
        shaped->end <= base + step * (shaped->columns - KERNEL_WORD_COLUMNS)) {
        return false;
    }
    return cut_columns(sieve, shaped->columns, shaped->block_columns).tasks == shaped->tasks;
}

/* ---- Threads ---------------------------------------------------------------------------------------------- */

struct wheel_worker {
    struct sieve sieve;
    struct worker_setup setup;
};

static void stop(void *worker)
{
    struct wheel_worker *const wheel = worker;
    sieve_free(&wheel->sieve);
    free(wheel);
}

static void *start(const void *tables, const struct worker_setup *setup)
{
    struct wheel_worker *const worker = malloc(sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    worker->setup = *setup;
    if (!sieve_start(&worker->sieve, tables, setup->kernel, setup->go_on, setup->finds, setup->tally)) {
        stop(worker);
        return NULL;
    }
    return worker;
}

/* Sieves the offsets of one task. */
static enum sieve_outcome run(void *worker, const struct open_window *window, uint64_t task)
{
    struct wheel_worker *const own = worker;
    struct sieve *const sieve = &own->sieve;
    const struct sieve_tables *const tables = sieve->tables;
    const struct wheel *const wheel = &tables->wheel;
    const struct window_shape *const shaped = &window->shape;
    const struct cut cut = cut_columns(tables, shaped->columns, shaped->block_columns);
    const uint64_t before = task / cut.tasks_a_block * shaped->block_columns;
    const uint64_t left = shaped->columns - before;
    const struct block block = {
        .base = align_down(shaped->begin, &tables->columns) + (firesieve_delay)tables->columns.step * before,
        .columns = left < shaped->block_columns ? (uint32_t)left : shaped->block_columns,
    };
    const uint64_t first = task % cut.tasks_a_block * cut.task_offsets;
    const uint64_t last = wheel->count - first < cut.task_offsets ? wheel->count : first + cut.task_offsets;
    sieve_set_block(sieve, block);
    for (uint64_t i = first; i < last; ++i) {
        own->setup.share(own->setup.context);
        if (block.base + wheel->residues[i] >= own->setup.finds->end) {
            break; /* an offset's first candidate is its smallest, and later offsets are larger (wheel.h) */
        }
        const enum sieve_outcome outcome = sieve_offset(sieve, wheel->residues[i]);
        if (outcome != SIEVE_DONE) {
            return outcome;
        }
    }
    return SIEVE_DONE;
}

/* ---- Profiles and explanations ---------------------------------------------------------------------------- */

static struct tally_shape shape_of_tally(const void *tables)
{
    return sieve_tally_shape(tables);
}

/* The candidates that tests of classes [first, end), which have the same modulus, dropped. */
static double dropped_by(const struct class_list *list, const struct tally *tally, size_t run, size_t first, size_t end)
{
    double dropped = 0;
    if (list->runs != NULL) {
        return (double)tally->test_dropped[run];
    }
    for (size_t i = first; i < end; ++i) {
        dropped += (double)tally->test_dropped[i];
    }
    return dropped;
}

/* Links each constraint, and all classes that are in none at once. `tally`: of tests, or NULL for crossing off. */
static void link_classes(const struct sieve_tables *sieve, const struct class_list *list, const struct tally *tally,
                         struct method_links *links)
{
    const struct constraint_list *const constraints = &sieve->reduced->constraints;
    const enum firesieve_means means = tally != NULL ? FIRESIEVE_MEANS_LANES : FIRESIEVE_MEANS_CROSSED;
    double sparse_sum = 0;
    double sparse_dropped = 0;
    size_t before = 0; /* classes of the slices before */
    size_t run = 0;
    for (size_t i = 0; i < list->slice_count; ++i) {
        const struct class_slice *const slice = &list->slices[i];
        size_t end;
        for (size_t first = 0; first < slice->count; first = end, ++run) {
            end = class_slice_next(slice, first);
            const uint32_t modulus = class_modulus(slice->classes[first]);
            const size_t index = constraints_find(constraints, modulus);
            const double dropped = tally == NULL ? 0 : dropped_by(list, tally, run, before + first, before + end);
            if (index < constraints->count) {
                method_link_add(links, sieve->reduced, means, tally != NULL ? index : 0, index);
                links->items[links->count - 1].dropped = dropped;
            } else {
                sparse_sum += (double)(end - first) / (double)modulus;
                sparse_dropped += dropped;
            }
        }
        before += slice->count;
    }
    if (sparse_sum > 0) {
        method_link_add_sparse(links, sieve->reduced, means, tally != NULL ? constraints->count : 0, sparse_sum);
        links->items[links->count - 1].dropped = sparse_dropped;
    }
}

/* Either all wide classes are in constraints, or none is. */
static void link_wide(const struct sieve_tables *sieve, struct method_links *links)
{
    const struct constraint_list *const constraints = &sieve->reduced->constraints;
    const struct class_set *const classes = &sieve->reduced->classes;
    size_t first = constraints->count;
    while (first > 0 && constraints->items[first - 1].modulus >= CLASS_NARROW_END) {
        --first;
    }
    for (size_t i = first; i < constraints->count; ++i) {
        method_link_add(links, sieve->reduced, FIRESIEVE_MEANS_CROSSED, 0, i);
    }
    double sum = 0;
    for (size_t i = 0; i < classes->wide_count && first == constraints->count; ++i) {
        sum += 1.0 / (double)classes->wide[i].modulus;
    }
    if (sum > 0) {
        method_link_add_sparse(links, sieve->reduced, FIRESIEVE_MEANS_CROSSED, 0, sum);
    }
}

static void link(const void *tables, const struct tally *tally, struct method_links *links)
{
    const struct sieve_tables *const sieve = tables;
    for (size_t i = 0; i < sieve->check_count; ++i) {
        method_link_add(links, sieve->reduced, FIRESIEVE_MEANS_CHECK, i,
                        constraints_find(&sieve->reduced->constraints, sieve->checks[i].modulus.value));
    }
    for (size_t i = 0; i < sieve->rows.count; ++i) {
        const struct row_group *const group = &sieve->rows.groups[i];
        for (size_t j = 0; j < group->member_count; ++j) {
            const size_t index = (size_t)(group->members[j] - sieve->reduced->constraints.items);
            method_link_add(links, sieve->reduced, FIRESIEVE_MEANS_ROW, i, index);
        }
    }
    link_classes(sieve, &sieve->crossed, NULL, links);
    link_classes(sieve, &sieve->tested, tally, links);
    if (sieve->wide_crossed) {
        link_wide(sieve, links);
    }
}

static void explain(const void *tables, firesieve_explanation *explanation)
{
    const struct sieve_tables *const sieve = tables;
    explanation->wheel_modulus = sieve->wheel.modulus;
    explanation->wheel_residues = sieve->wheel.count;
    explanation->wheel_constraints = sieve->wheel_constraints;
    explanation->row_constraints = sieve->row_constraints;
    explanation->row_bytes = sieve->rows.bytes;
    explanation->crossed_classes =
        sieve->crossed.count + (sieve->wide_crossed ? sieve->reduced->classes.wide_count : 0);
    explanation->tested_classes = sieve->tested.count;
    for (size_t i = 0; i < sieve->check_count; ++i) {
        explanation->checked_classes += sieve->checks[i].count;
    }
}

#define OPERATIONS                                                                                                     \
    .check = check, .bytes = bytes, .build = build, .free = free_tables, .thread_bytes = thread_bytes, .shape = shape, \
    .takes = takes, .start = start, .stop = stop, .run = run, .tally_shape = shape_of_tally, .link = link,             \
    .explain = explain

extern const struct method method_scan;
const struct method method_scan = {.id = FIRESIEVE_METHOD_SCAN, .form = &scan_form, .choose = choose_scan, OPERATIONS};

extern const struct method method_wheel;
const struct method method_wheel = {
    .id = FIRESIEVE_METHOD_WHEEL, .form = &wheel_form, .choose = choose_wheel, OPERATIONS};
