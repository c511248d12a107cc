/* The method focus: two lists instead of one wheel (focus/focus.h). */
#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/gcd.h"
#include "focus/pass.h"
#include "methods/method.h"
#include "planner/focus_choice.h"

enum {
    CLASSES_MAX = 1 << 18,     /* all in constraints */
    WIDE_CLASSES_MAX = 1 << 16 /* of these */
};

/* ---- Recipes ---------------------------------------------------------------------------------------------- */

/* The first four are those of enum focus_part. */
enum focus_key { ROWS = FOCUS_PARTS, PARTS, TASK, WINDOW, KEYS };

#define PART(name)                                                                     \
    {                                                                                  \
        name, "a power of a prime", 2, FOCUS_POWER_END - 1, 0, FOCUS_POWERS_MAX, false \
    }

static const struct recipe_key keys[KEYS] = {
    [COLUMN_LONGS] = PART("column-longs"),
    [COLUMN_SHORTS] = PART("column-shorts"),
    [OFFSET_LONGS] = PART("offset-longs"),
    [OFFSET_SHORTS] = PART("offset-shorts"),
    [ROWS] = {"rows", "a modulus", 1, FOCUS_ROW_MODULUS_MAX, 1, FOCUS_ROWS_MAX, false},
    [PARTS] = {"parts", "a number of parts for each of the first rows", 1, FOCUS_CLASS_PARTS_MAX, 0, FOCUS_CLASSES_MAX,
               false},
    [TASK] = {"task", "a number of columns and one of offsets", 1, 1 << 26, 2, 2, false},
    [WINDOW] = {"window", "a number of delays", 1, FIRESIEVE_DELAY_END, 1, 1, false},
};

static const struct recipe_form form = {"focus", FIRESIEVE_METHOD_FOCUS, keys, KEYS};

static bool fill_recipe(struct recipe *recipe, const struct focus_layout *layout)
{
    bool filled = true;
    for (size_t i = 0; i < layout->power_count && filled; ++i) {
        filled = recipe_add(recipe, layout->powers[i].part, layout->powers[i].value);
    }
    for (size_t i = 0; i < layout->row_count && filled; ++i) {
        filled = recipe_add(recipe, ROWS, layout->row_moduli[i]);
    }
    for (uint32_t i = 0; i < layout->class_count && filled; ++i) {
        filled = recipe_add(recipe, PARTS, layout->parts[i]);
    }
    return filled && recipe_add(recipe, TASK, layout->task_columns) && recipe_add(recipe, TASK, layout->task_offsets) &&
           recipe_add(recipe, WINDOW, layout->window);
}

static void read_layout(const struct recipe *recipe, struct focus_layout *layout)
{
    const struct recipe_list *const rows = &recipe->lists[ROWS];
    const struct recipe_item *const task = recipe->lists[TASK].items;
    *layout = (struct focus_layout){
        .row_count = rows->count,
        .class_count = (uint32_t)recipe->lists[PARTS].count,
        .task_columns = (uint32_t)task[0].low,
        .task_offsets = (uint32_t)task[1].low,
        .window = recipe_number(recipe, WINDOW),
    };
    for (enum focus_part part = 0; part < FOCUS_PARTS; ++part) {
        for (size_t i = 0; i < recipe->lists[part].count && layout->power_count < FOCUS_POWERS_MAX; ++i) {
            layout->powers[layout->power_count++] =
                (struct focus_power){.value = (uint64_t)recipe->lists[part].items[i].low, .part = part};
        }
    }
    for (size_t i = 0; i < rows->count; ++i) {
        layout->row_moduli[i] = (uint32_t)rows->items[i].low;
    }
    for (uint32_t i = 0; i < layout->class_count; ++i) {
        layout->parts[i] = (uint32_t)recipe->lists[PARTS].items[i].low;
    }
}

/* Why the firewall cannot be searched by focus, for callers that asked for this method. */
static firesieve_status refuse(const struct reduced *reduced, firesieve_error *error)
{
    static const char format[] = "method focus takes at most %d residue classes (-depth mod period)%s, and this "
                                 "firewall has %zu of them after reduction; use method auto or scan";
    const size_t narrow = reduced->classes.narrow_count;
    const size_t wide = reduced->classes.wide_count;
    if (wide > WIDE_CLASSES_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, WIDE_CLASSES_MAX, " of moduli from 2^31 on", wide);
    }
    return narrow > CLASSES_MAX ? error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, CLASSES_MAX, "", narrow)
                                : error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, CONSTRAINTS_DENSE_FROM,
                                            " where large moduli have few each", narrow);
}

static bool takes_firewall(const struct reduced *reduced)
{
    return reduced->constraints.sparse_classes == 0 && reduced->classes.narrow_count <= CLASSES_MAX &&
           reduced->classes.wide_count <= WIDE_CLASSES_MAX;
}

/* Planning one takes a millisecond and more. */
static firesieve_status choose(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                               bool *can, firesieve_error *error)
{
    static const double worth_ns = 3e6; /* the memory that it touches costs at least as much */
    struct focus_layout layout;
    if (!takes_firewall(purpose->reduced)) {
        return purpose->forced ? refuse(purpose->reduced, error) : FIRESIEVE_OK;
    }
    if (!purpose->forced && purpose->cheapest_ns < worth_ns) {
        return FIRESIEVE_OK;
    }
    if (!focus_choose(&layout, forecast, purpose, can) || (*can && !fill_recipe(recipe, &layout))) {
        return error_set_memory(error, "the plan");
    }
    return FIRESIEVE_OK;
}

/* Powers of different primes; A and B stay below 2^100, and the product of each of their two parts below 2^63. */
static firesieve_status check_powers(const struct recipe *recipe, firesieve_error *error)
{
    uint64_t moduli[FOCUS_PARTS] = {1, 1, 1, 1};
    for (enum focus_part part = 0; part < FOCUS_PARTS; ++part) {
        for (size_t i = 0; i < recipe->lists[part].count; ++i) {
            const uint64_t power = (uint64_t)recipe->lists[part].items[i].low;
            if (prime_of_power(power) == 0) {
                return recipe_refuse(recipe, part, i, error,
                                     "expected a prime below 2^24, or a power of one below 4096");
            }
            for (enum focus_part other = 0; other <= part; ++other) {
                if (greatest_common_divisor(moduli[other], power) != 1) {
                    return recipe_refuse(recipe, part, i, error, "expected a power of a prime other than those before");
                }
            }
            if (power > ((UINT64_C(1) << FOCUS_PART_BITS) - 1) / moduli[part]) {
                return recipe_refuse(recipe, part, i, error, "expected a product of the line's powers below 2^%d",
                                     FOCUS_PART_BITS);
            }
            moduli[part] *= power;
            if ((firesieve_delay)moduli[part] * moduli[part ^ 1] >> FOCUS_MODULUS_BITS != 0) {
                return recipe_refuse(recipe, part, i, error, "expected columns, and offsets, modulo less than 2^%d",
                                     FOCUS_MODULUS_BITS);
            }
        }
    }
    return FIRESIEVE_OK;
}

static firesieve_status check(const struct reduced *reduced, const struct recipe *recipe, firesieve_error *error)
{
    size_t powers = 0;
    for (enum focus_part part = 0; part < FOCUS_PARTS; ++part) {
        powers += recipe->lists[part].count;
        if (powers > FOCUS_POWERS_MAX) {
            return recipe_refuse(recipe, part, FOCUS_POWERS_MAX - (powers - recipe->lists[part].count), error,
                                 "expected at most %d powers of primes", FOCUS_POWERS_MAX);
        }
    }
    if (recipe->lists[PARTS].count > recipe->lists[ROWS].count) {
        return recipe_refuse(recipe, PARTS, recipe->lists[ROWS].count, error, "expected at most as many parts as rows");
    }
    if (!takes_firewall(reduced)) {
        return refuse(reduced, error);
    }
    return check_powers(recipe, error);
}

/* How many residues a power of a prime allows: classes of its own powers are disjoint (reduce.h). */
static double allowed(const struct reduced *reduced, uint64_t power)
{
    double count = (double)power;
    for (size_t i = 0; i < reduced->constraints.count && reduced->constraints.items[i].modulus <= power; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        const uint64_t lifts = power % constraint->modulus == 0 ? power / constraint->modulus : 0;
        count -= (double)constraint->count * (double)lifts;
    }
    return count;
}

static double bytes(const struct reduced *reduced, const struct recipe *recipe)
{
    static const double summand_bytes = 64; /* while it is made */
    double summands = 0;
    for (enum focus_part part = 0; part < FOCUS_PARTS; ++part) {
        double count = 1;
        for (size_t i = 0; i < recipe->lists[part].count; ++i) {
            count *= allowed(reduced, (uint64_t)recipe->lists[part].items[i].low);
        }
        summands += count;
    }
    return summand_bytes * summands;
}

/* ---- Tables ----------------------------------------------------------------------------------------------- */

static firesieve_status build(const struct reduced *reduced, const struct recipe *recipe, struct go_on go_on,
                              struct tally *tally, void **tables, enum built *outcome, firesieve_error *error)
{
    struct focus_layout layout;
    *tables = calloc(1, sizeof(struct focus));
    if (*tables == NULL) {
        return error_set_memory(error, "the plan");
    }
    read_layout(recipe, &layout);
    tally_enter(tally, FIRESIEVE_STAGE_MAKE_LISTS);
    const firesieve_status status = focus_make(*tables, reduced, &layout, go_on, outcome, error);
    tally_enter(tally, FIRESIEVE_STAGE_CHOOSE);
    return status;
}

static void free_tables(void *tables)
{
    focus_free(tables);
    free(tables);
}

static uint64_t list_bytes(const struct focus *focus)
{
    const struct summands *const summands[] = {&focus->columns.longs, &focus->columns.shorts, &focus->offsets.longs,
                                               &focus->offsets.shorts};
    uint64_t bytes = 0;
    for (size_t i = 0; i < sizeof summands / sizeof summands[0]; ++i) {
        bytes += summands[i]->count * (sizeof *summands[i]->positions + sizeof *summands[i]->residues +
                                       (summands[i]->values != NULL ? sizeof *summands[i]->values : 0));
    }
    return bytes;
}

static uint64_t thread_bytes(const void *tables)
{
    return focus_pass_bytes(tables);
}

/* ---- Windows ---------------------------------------------------------------------------------------------- */

/*
 * Windows are as planned, except for lists. Their windows begin short, since readers want the first delays soon, and
 * grow while little is found: densities are estimates. request->size is the divisor.
 */
static void shape(const void *tables, struct window_request *request, struct window_shape *shaped)
{
    enum { FIRST_DIVISOR = 4096, TIMES = 4, FEW = 1 << 16, MANY = 1 << 18 };
    const struct focus *const focus = tables;
    if (request->goal != GOAL_LIST) {
        request->size = 1;
    } else if (request->size == 0) {
        request->size = FIRST_DIVISOR;
    } else if (request->listed > MANY) {
        request->size *= TIMES;
    } else if (request->listed < FEW && request->size > 1) {
        request->size /= TIMES;
    }
    const firesieve_delay length = focus->window / request->size + 1;
    *shaped = (struct window_shape){
        .begin = request->begin,
        .end = request->begin + delay_min(delay_min(length, focus->window), request->to - request->begin),
    };
    shaped->tasks = focus_window_tasks(focus, shaped->end - shaped->begin);
}

static bool takes(const void *tables, const struct window_shape *shaped)
{
    const struct focus *const focus = tables;
    const firesieve_delay length = shaped->end - shaped->begin;
    return shaped->columns == 0 && shaped->block_columns == 0 && length <= focus_window_longest(focus) &&
           shaped->tasks == focus_window_tasks(focus, length);
}

static bool open(const void *tables, struct open_window *window)
{
    struct focus_window *const state = calloc(1, sizeof *state);
    const firesieve_delay length = window->shape.end - window->shape.begin;
    window->state = state;
    return state != NULL && focus_window_open(state, tables, window->shape.begin, length);
}

static void close(struct open_window *window)
{
    if (window->state != NULL) {
        focus_window_close(window->state);
        free(window->state);
        window->state = NULL;
    }
}

/* ---- Threads ---------------------------------------------------------------------------------------------- */

static void stop(void *worker)
{
    focus_pass_free(worker);
    free(worker);
}

static void *start(const void *tables, const struct worker_setup *setup)
{
    struct focus_pass *const pass = malloc(sizeof *pass);
    if (pass != NULL && !focus_pass_start(pass, tables, setup->kernel, setup->go_on, setup->finds, setup->tally)) {
        stop(pass);
        return NULL;
    }
    return pass;
}

static enum sieve_outcome run(void *worker, const struct open_window *window, uint64_t task)
{
    return focus_pass_run(worker, window->state, task);
}

/* ---- Profiles and explanations ---------------------------------------------------------------------------- */

static struct tally_shape shape_of_tally(const void *tables)
{
    return focus_tally_shape(tables);
}

/* Lists have the prime powers that divide A or B, in which each prime occurs once (focus.c). */
static bool is_listed(const struct focus *focus, uint64_t modulus)
{
    return (focus->a % modulus == 0 || focus->b % modulus == 0) && prime_of_power(modulus) != 0;
}

/* A row covers all constraints whose moduli divide its own and that nothing else covers. */
static void link(const void *tables, const struct tally *tally, struct method_links *links)
{
    const struct focus *const focus = tables;
    const struct constraint_list *const constraints = &focus->reduced->constraints;
    (void)tally;
    for (size_t i = 0; i < focus->check_count; ++i) {
        method_link_add(links, focus->reduced, FIRESIEVE_MEANS_CHECK, i,
                        constraints_find(constraints, focus->checks[i].modulus.value));
    }
    for (size_t i = 0; i < focus->rows.count; ++i) {
        const uint32_t modulus = focus->rows.patterns[i].modulus;
        for (size_t j = 0; j < constraints->count && constraints->items[j].modulus <= modulus; ++j) {
            if (modulus % constraints->items[j].modulus == 0 && !links->linked[j] &&
                !is_listed(focus, constraints->items[j].modulus)) {
                method_link_add(links, focus->reduced, FIRESIEVE_MEANS_ROW, i, j);
            }
        }
    }
}

static void explain(const void *tables, firesieve_explanation *explanation)
{
    const struct focus *const focus = tables;
    explanation->wheel_modulus = 1;
    explanation->wheel_residues = 1;
    explanation->row_constraints = focus->row_constraints;
    explanation->row_bytes = row_set_bytes(&focus->rows);
    for (size_t i = 0; i < focus->check_count; ++i) {
        explanation->checked_classes += focus->checks[i].count;
    }
    explanation->focus_a = focus->a;
    explanation->focus_b = focus->b;
    explanation->focus_columns = (uint64_t)focus->columns.longs.count * focus->columns.shorts.count;
    explanation->focus_offsets = (uint64_t)focus->offsets.longs.count * focus->offsets.shorts.count;
    explanation->list_constraints = focus->listed_constraints;
    explanation->list_bytes = list_bytes(focus);
    explanation->focus_window = (double)focus->window;
    explanation->focus_classes = focus->rows.classes;
    for (uint32_t i = 0; i < focus->rows.classes; ++i) {
        explanation->focus_parts[i] = focus->rows.parts[i];
    }
}

extern const struct method method_focus;
const struct method method_focus = {
    .id = FIRESIEVE_METHOD_FOCUS,
    .form = &form,
    .choose = choose,
    .check = check,
    .bytes = bytes,
    .build = build,
    .free = free_tables,
    .thread_bytes = thread_bytes,
    .shape = shape,
    .takes = takes,
    .open = open,
    .close = close,
    .start = start,
    .stop = stop,
    .run = run,
    .tally_shape = shape_of_tally,
    .link = link,
    .explain = explain,
};
