/* The method tuplet: planes of a wheel's offsets, primes that strike them, and tests of survivors. */
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "methods/method.h"
#include "planner/tuplet_choice.h"
#include "tuplet/survivors.h"

enum tuplet_key { WHEEL, ROWS, SIEVE, LISTED, BLOCK, TUPLET_KEYS };

enum { RUN_WORDS = TUPLET_RUN_COLUMNS / KERNEL_WORD_COLUMNS };

static const struct recipe_key keys[TUPLET_KEYS] = {
    [WHEEL] = {"wheel", "2 times some of 3, 5, 7, 11, 13 and 17", 2, TUPLET_WHEEL_MAX, 1, 1, false},
    [ROWS] = {"rows", "a largest modulus", 7, TUPLET_ROWS_MAX, 1, 1, false},
    [SIEVE] = {"sieve", "a largest prime", 2, UINT32_MAX, 1, 1, false},
    [LISTED] = {"listed", "a largest prime", 2, TUPLET_LISTED_MAX, 1, 1, false},
    [BLOCK] = {"block", "a number of words", RUN_WORDS, TUPLET_COLUMNS_MAX / KERNEL_WORD_COLUMNS, 1, 1, false},
};

static const struct recipe_form form = {"tuplet", METHOD_TUPLET, keys, TUPLET_KEYS};

/* ---- Recipes ------------------------------------------------------------------------------------------ */

/* It is the only method that searches tuplets, and searches nothing else. */
static firesieve_status choose(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                               bool *can, firesieve_error *error)
{
    struct tuplet_choice choice;
    if (purpose->reduced->tuplet == NULL) {
        return purpose->forced
                   ? error_set(error, FIRESIEVE_ERROR_ARGUMENT, "there are no numbers x + SET that have to be prime")
                   : FIRESIEVE_OK;
    }
    tuplet_choose(&choice, purpose);
    *forecast = choice.forecast;
    *can = true;
    const bool filled =
        recipe_add(recipe, WHEEL, choice.layout.wheel) && recipe_add(recipe, ROWS, choice.layout.rows_to) &&
        recipe_add(recipe, SIEVE, choice.layout.sieved_to) && recipe_add(recipe, LISTED, choice.layout.listed_to) &&
        recipe_add(recipe, BLOCK, choice.block_columns / KERNEL_WORD_COLUMNS);
    return filled ? FIRESIEVE_OK : error_set_memory(error, "the plan");
}

static struct tuplet_layout layout_of(const struct recipe *recipe)
{
    return (struct tuplet_layout){
        .wheel = (uint32_t)recipe_number(recipe, WHEEL),
        .rows_to = (uint32_t)recipe_number(recipe, ROWS),
        .sieved_to = (uint64_t)recipe_number(recipe, SIEVE),
        .listed_to = (uint32_t)recipe_number(recipe, LISTED),
    };
}

/* Half the wheel has each prime at most once, and only primes that strike. */
static bool is_wheel(uint32_t wheel, uint64_t last)
{
    static const uint8_t primes[] = {2, 3, 5, 7, 11, 13, 17};
    for (size_t i = 0; i < sizeof primes; ++i) {
        if (wheel % primes[i] == 0) {
            wheel /= primes[i];
            if (primes[i] > last) {
                return false;
            }
        } else if (i == 0) {
            return false;
        }
    }
    return wheel == 1;
}

static firesieve_status check(const struct reduced *reduced, const struct recipe *recipe, firesieve_error *error)
{
    static const firesieve_delay spread_end = (firesieve_delay)1 << 40;
    const struct tuplet_layout layout = layout_of(recipe);
    if (reduced->tuplet == NULL) {
        return error_set(error, FIRESIEVE_ERROR_RECORD,
                         "the plan is one for numbers x + SET that are prime or coprime");
    }
    const uint64_t high = reduced->tuplet->prime ? UINT32_MAX : reduced->tuplet->high;
    const uint64_t last = high < layout.sieved_to ? high : layout.sieved_to;
    if (!is_wheel(layout.wheel, last)) {
        return recipe_refuse(recipe, WHEEL, 0, error,
                             "expected 2 times some of 3, 5, 7, 11, 13 and 17, none above the primes that strike");
    }
    if (layout.listed_to < layout.rows_to) {
        return recipe_refuse(recipe, LISTED, 0, error, "expected no less than the largest modulus of a row");
    }
    if (recipe_number(recipe, BLOCK) * KERNEL_WORD_COLUMNS * layout.wheel >= spread_end ||
        recipe_number(recipe, BLOCK) % RUN_WORDS != 0) {
        return recipe_refuse(recipe, BLOCK, 0, error,
                             "expected a multiple of %d words, of which the numbers differ by less than 2^40",
                             RUN_WORDS);
    }
    return FIRESIEVE_OK;
}

static double bytes(const struct reduced *reduced, const struct recipe *recipe)
{
    static const double bytes_a_prime = 12;
    static const double numbers_a_prime = 12; /* of primes up to a million and more */
    static const double bitmap = 1.0 / 30;
    const struct tuplet_layout layout = layout_of(recipe);
    const double last = (double)layout.sieved_to;
    const double listed = last < layout.listed_to ? last : layout.listed_to;
    (void)reduced;
    return bitmap * last + bytes_a_prime * listed / numbers_a_prime +
           (double)layout.rows_to * layout.rows_to / numbers_a_prime + 4.0 * layout.wheel;
}

/* ---- Tables ------------------------------------------------------------------------------------------- */

struct tables {
    struct tuplet_tables tuplet;
    uint32_t block_columns;
    bool has_large; /* there are primes that are not listed: all planes of a block are in memory together */
};

static firesieve_status build(const struct reduced *reduced, const struct recipe *recipe, struct go_on go_on,
                              struct tally *tally, void **tables, enum built *outcome, firesieve_error *error)
{
    const struct tuplet_layout layout = layout_of(recipe);
    struct tables *const made = calloc(1, sizeof *made);
    *tables = made;
    tally_enter(tally, FIRESIEVE_STAGE_MAKE_LISTS);
    if (made == NULL) {
        return error_set_memory(error, "the plan");
    }
    const enum tuplet_made result = tuplet_tables_make(&made->tuplet, reduced, reduced->tuplet, &layout, go_on);
    if (result == TUPLET_NO_MEMORY) {
        return error_set_memory(error, "the plan");
    }
    const uint64_t high = reduced->tuplet->prime ? layout.sieved_to : reduced->tuplet->high;
    made->block_columns = (uint32_t)(recipe_number(recipe, BLOCK) * KERNEL_WORD_COLUMNS);
    made->has_large = layout.listed_to < layout.sieved_to && layout.listed_to < high;
    *outcome = result == TUPLET_STOPPED ? BUILT_STOPPED : made->tuplet.offset_count == 0 ? BUILT_BLOCKED : BUILT;
    return FIRESIEVE_OK;
}

static void free_tables(void *tables)
{
    struct tables *const own = tables;
    tuplet_tables_free(&own->tuplet);
    free(own);
}

/* Bytes of the planes that a thread holds. */
static uint64_t plane_bytes(const struct tables *tables)
{
    const uint64_t planes = tables->has_large ? tables->tuplet.offset_count : 1;
    return planes * tables->block_columns / 8;
}

static uint64_t thread_bytes(const void *tables)
{
    const struct tables *const own = tables;
    return plane_bytes(own) + tuplet_block_bytes(&own->tuplet) + SURVIVORS_AT_ONCE * sizeof(uint32_t);
}

/* ---- Windows ------------------------------------------------------------------------------------------ */

/* The first column of a window. */
static firesieve_delay first_column(const struct tables *tables, firesieve_delay begin)
{
    return tuplet_t(tables->tuplet.tuplet, begin) / tables->tuplet.layout.wheel;
}

/* The least x of a column. */
static firesieve_delay x_of_column(const struct tables *tables, firesieve_delay column)
{
    return tuplet_x(tables->tuplet.tuplet, column * tables->tuplet.layout.wheel);
}

static uint64_t round_up(firesieve_delay columns)
{
    return (uint64_t)((columns + TUPLET_RUN_COLUMNS - 1) / TUPLET_RUN_COLUMNS * TUPLET_RUN_COLUMNS);
}

/* Windows begin with a short block for each thread if answers may be near, and grow to a few long ones. */
static void shape(const void *tables, struct window_request *request, struct window_shape *shaped)
{
    enum { BLOCKS_A_THREAD = 4, FIRST_SHARE = 64, TIMES_LONGER = 2 };
    const struct tables *const own = tables;
    const firesieve_delay first = first_column(own, request->begin);
    const uint64_t most =
        (uint64_t)own->block_columns * request->threads * (request->goal == GOAL_COUNT ? BLOCKS_A_THREAD : 1);
    const uint64_t least = request->goal == GOAL_COUNT ? most : round_up(most / FIRST_SHARE);
    const uint64_t wanted = request->size == 0 ? least : request->size;
    const uint64_t size = wanted < most ? wanted : most;
    const firesieve_delay left = first_column(own, request->to - 1) + 1 - first;
    const uint64_t columns = left < size ? round_up(left) : round_up(size);
    const uint64_t share = round_up((columns + request->threads - 1) / request->threads);
    const uint32_t block = share < own->block_columns ? (uint32_t)share : own->block_columns;
    *shaped = (struct window_shape){
        .begin = request->begin,
        .end = delay_min(x_of_column(own, first + columns), request->to),
        .columns = columns,
        .block_columns = block,
        .tasks = (columns + block - 1) / block,
    };
    request->size = size < most / TIMES_LONGER ? TIMES_LONGER * size : most;
}

static bool takes(const void *tables, const struct window_shape *shaped)
{
    const struct tables *const own = tables;
    const firesieve_delay first = first_column(own, shaped->begin);
    return shaped->columns > 0 && shaped->columns % TUPLET_RUN_COLUMNS == 0 && shaped->block_columns > 0 &&
           shaped->block_columns % TUPLET_RUN_COLUMNS == 0 && shaped->block_columns <= own->block_columns &&
           shaped->columns <= (uint64_t)TUPLET_COLUMNS_MAX * FIRESIEVE_THREADS_MAX &&
           shaped->end <= x_of_column(own, first + shaped->columns) &&
           shaped->tasks == (shaped->columns + shaped->block_columns - 1) / shaped->block_columns;
}

/* ---- Threads ------------------------------------------------------------------------------------------ */

struct worker {
    const struct tables *tables;
    struct worker_setup setup;
    struct tuplet_block block;
    struct survivors survivors;
    uint64_t *planes; /* owned; one, or all of a block if there are large primes */
};

static void stop(void *worker)
{
    struct worker *const own = worker;
    tuplet_block_free(&own->block);
    survivors_free(&own->survivors);
    free(own->planes);
    free(own);
}

static void *start(const void *tables, const struct worker_setup *setup)
{
    struct worker *const worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    worker->tables = tables;
    worker->setup = *setup;
    worker->planes = large_aligned_alloc(KERNEL_WORD_BYTES, plane_bytes(worker->tables));
    const bool block = tuplet_block_make(&worker->block, &worker->tables->tuplet, setup->kernel, setup->go_on);
    const bool survivors =
        survivors_make(&worker->survivors, &worker->tables->tuplet, setup->kernel, setup->go_on, setup->finds);
    if (worker->planes == NULL || !block || !survivors) {
        stop(worker);
        return NULL;
    }
    return worker;
}

/* Sieves one plane after the other in the same place. */
static enum sieve_outcome run_planes(struct worker *worker)
{
    const struct tuplet_tables *const tables = &worker->tables->tuplet;
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint32_t i = 0; i < tables->offset_count && outcome == SIEVE_DONE; ++i) {
        worker->setup.share(worker->setup.context);
        tally_enter(worker->setup.tally, FIRESIEVE_STAGE_SIEVE);
        tuplet_block_sieve(&worker->block, tables->offsets[i], worker->planes);
        tally_enter(worker->setup.tally, FIRESIEVE_STAGE_SURVIVORS);
        outcome = survivors_take(&worker->survivors, tables->offsets[i], worker->planes, worker->block.columns);
    }
    return outcome;
}

/* Sieves all planes and strikes them by large primes before testing the first. */
static enum sieve_outcome run_large(struct worker *worker)
{
    const struct tuplet_tables *const tables = &worker->tables->tuplet;
    const size_t limbs = worker->block.columns / 64;
    tally_enter(worker->setup.tally, FIRESIEVE_STAGE_SIEVE);
    for (uint32_t i = 0; i < tables->offset_count; ++i) {
        tuplet_block_sieve(&worker->block, tables->offsets[i], worker->planes + i * limbs);
        if (!go_on_ask(worker->setup.go_on)) {
            return SIEVE_STOPPED;
        }
    }
    if (!tuplet_block_strike_large(&worker->block, worker->planes, UINT32_MAX)) {
        return SIEVE_STOPPED;
    }
    tally_enter(worker->setup.tally, FIRESIEVE_STAGE_SURVIVORS);
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint32_t i = 0; i < tables->offset_count && outcome == SIEVE_DONE; ++i) {
        worker->setup.share(worker->setup.context);
        outcome =
            survivors_take(&worker->survivors, tables->offsets[i], worker->planes + i * limbs, worker->block.columns);
    }
    return outcome;
}

static enum sieve_outcome run(void *worker, const struct open_window *window, uint64_t task)
{
    struct worker *const own = worker;
    const struct window_shape *const shaped = &window->shape;
    const uint64_t done = task * shaped->block_columns;
    const firesieve_delay first = first_column(own->tables, shaped->begin) + done;
    const uint64_t left = shaped->columns - done;
    const uint32_t columns = left < shaped->block_columns ? (uint32_t)left : shaped->block_columns;
    const firesieve_delay begin = x_of_column(own->tables, first);
    own->setup.share(own->setup.context);
    if (begin >= own->setup.finds->end) {
        return SIEVE_DONE;
    }
    const enum firesieve_stage before = tally_enter(own->setup.tally, FIRESIEVE_STAGE_SIEVE);
    if (!survivors_set_block(&own->survivors, first, columns)) {
        return SIEVE_NO_MEMORY;
    }
    enum sieve_outcome outcome = survivors_by_hand(&own->survivors, begin, x_of_column(own->tables, first + columns));
    if (outcome == SIEVE_DONE && !tuplet_block_set(&own->block, first, columns)) {
        outcome = SIEVE_STOPPED;
    }
    if (outcome == SIEVE_DONE) {
        outcome = own->tables->has_large ? run_large(own) : run_planes(own);
    }
    tally_enter(own->setup.tally, before);
    return outcome;
}

/* ---- Profiles and explanations ------------------------------------------------------------------------ */

static struct tally_shape shape_of_tally(const void *tables)
{
    (void)tables;
    return (struct tally_shape){.rows = 0};
}

static void link(const void *tables, const struct tally *tally, struct method_links *links)
{
    (void)tables;
    (void)tally;
    (void)links;
}

static void explain(const void *tables, firesieve_explanation *explanation)
{
    const struct tables *const own = tables;
    const struct tuplet_tables *const tuplet = &own->tuplet;
    explanation->wheel_modulus = tuplet->layout.wheel;
    explanation->wheel_residues = tuplet->offset_count;
    explanation->row_constraints = tuplet->row_count;
    explanation->sieved_to = tuplet->layout.sieved_to;
    for (uint32_t i = 0; i < tuplet->row_count; ++i) {
        explanation->row_bytes += tuplet->rows[i].modulus + TUPLET_RUN_COLUMNS / 8;
    }
    for (size_t i = 0; i < tuplet->check_count; ++i) {
        explanation->checked_classes += tuplet->checks[i].count;
    }
}

const struct method method_tuplet = {
    .id = METHOD_TUPLET,
    .form = &form,
    .choose = choose,
    .check = check,
    .bytes = bytes,
    .build = build,
    .free = free_tables,
    .thread_bytes = thread_bytes,
    .shape = shape,
    .takes = takes,
    .start = start,
    .stop = stop,
    .run = run,
    .tally_shape = shape_of_tally,
    .link = link,
    .explain = explain,
};
