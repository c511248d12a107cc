#include "focus/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "focus/split.h"

/* The search for a layout. */
struct planner {
    const struct candidate_list *list;
    const struct focus_purpose *purpose;
    struct focus_table table;
    uint32_t task_columns;
    uint32_t task_offsets;
};

/* A focus on paper. */
struct draft {
    struct sketch sketch;
    struct row_choice rows;
    struct focus_forecast forecast;
};

static const double worth_thought_ns = 2e9; /* a search for which some 20 ms more of planning are little */

/* A third of the memory for what threads read at once, columns and offsets alike. */
static void choose_tasks(struct planner *planner)
{
    enum { SHARES = 6, COLUMN_BYTES = 64, OFFSET_BYTES = 64, LEAST_OFFSETS = 1 << 10 };
    const struct focus_purpose *const purpose = planner->purpose;
    const double share = (double)purpose->memory / purpose->threads / SHARES;
    planner->task_columns = (uint32_t)fmin(1 << 15, fmax(FOCUS_BLOCK_COLUMNS, share / COLUMN_BYTES));
    planner->task_offsets = (uint32_t)fmin(1 << 18, fmax(LEAST_OFFSETS, share / OFFSET_BYTES));
}

static struct focus_forecast forecast(const struct planner *planner, const struct sketch *sketch,
                                      const struct row_choice *rows, double columns, double offsets)
{
    const double density = exp(-sketch->gain);
    /* A column meets density * window / columns offsets. */
    const double longest = planner->task_offsets * columns / density;
    return focus_forecast_make(&planner->table, planner->purpose, rows, density, columns, offsets, longest,
                               planner->task_columns);
}

/* With the numbers of columns and offsets that are quickest together: columns cost more than offsets. */
static struct draft make_draft(const struct planner *planner, const struct sketch *sketch)
{
    static const double ratios[] = {1, 2, 4, 8};
    const double both = exp(sketch->modulus - sketch->gain);
    const double pairs = planner->purpose->delays * exp(-sketch->gain);
    struct draft draft = {.sketch = *sketch, .forecast = {.typical_ns = INFINITY}};
    draft.rows = row_choice_make(planner->list, sketch, pairs, sqrt(both) / 2);
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; ++i) {
        const double columns = fmax(1, sqrt(both / ratios[i]));
        const struct focus_forecast next = forecast(planner, sketch, &draft.rows, columns, both / columns);
        draft.forecast = next.typical_ns < draft.forecast.typical_ns ? next : draft.forecast;
    }
    return draft;
}

/* Makes the draft of a sketch the best one where it is quicker, and can be split. */
static void consider(const struct planner *planner, const struct sketch *sketch, struct draft *best)
{
    static const double largest = 2 * FOCUS_PART_BITS * M_LN2 - 4;
    if (sketch->modulus < largest) {
        const struct draft draft = make_draft(planner, sketch);
        *best = draft.forecast.typical_ns < best->forecast.typical_ns ? draft : *best;
    }
}

/* The next sketch: with the candidate that leaves fewest residues for the growth of the modulus. False: there is none. */
static bool grow(const struct candidate_list *list, struct sketch *sketch)
{
    struct sketch best = *sketch;
    double best_ratio = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (sketch_can_take(sketch, &list->items[i])) {
            const struct sketch with = sketch_with(sketch, list, &list->items[i]);
            const double ratio = (with.gain - sketch->gain) / (with.modulus - sketch->modulus);
            best = ratio > best_ratio ? with : best;
            best_ratio = fmax(ratio, best_ratio);
        }
    }
    *sketch = best;
    return best_ratio > 0;
}

static void consider_additions(const struct planner *planner, const struct sketch *sketch, const struct sketch *old,
                               struct draft *best)
{
    for (size_t i = 0; i < planner->list->count; ++i) {
        if (sketch_can_take(old, &planner->list->items[i])) {
            const struct sketch with = sketch_with(sketch, planner->list, &planner->list->items[i]);
            consider(planner, &with, best);
        }
    }
}

/*
 * Tries to take in one more candidate, to leave out one power, and to exchange one for another. False: nothing is better,
 * or not by so much that trying has paid.
 */
static bool improve(const struct planner *planner, struct draft *best)
{
    static const double worth = 0.98;
    const struct draft old = *best;
    consider_additions(planner, &old.sketch, &old.sketch, best);
    for (size_t prime = 0; prime < planner->list->prime_count; ++prime) {
        if (old.sketch.exponents[prime] > 0) {
            const struct sketch without = sketch_without(&old.sketch, planner->list, prime);
            consider(planner, &without, best);
            consider_additions(planner, &without, &old.sketch, best);
        }
    }
    return best->forecast.typical_ns < worth * old.forecast.typical_ns;
}

/*
 * So many that every thread gets several tasks, and that a task rarely has a few columns more than its blocks: their number
 * varies like that of a Poisson process.
 */
static uint32_t task_columns_for(const struct planner *planner, double columns)
{
    enum { TASKS_A_THREAD = 24 };
    const double share = columns / (TASKS_A_THREAD * (double)planner->purpose->threads);
    const double blocks = fmax(1, floor(fmin(share, planner->task_columns) / FOCUS_BLOCK_COLUMNS));
    const double full = blocks * FOCUS_BLOCK_COLUMNS;
    return (uint32_t)(full - 2 * sqrt(full));
}

/* Fills in the layout, and what has become of the forecast with the lists as they are. False: they are too long. */
static bool lay_out(const struct planner *planner, struct draft *draft, struct focus_layout *layout)
{
    static const double summand_bytes = 48; /* while it is made */
    struct split split;
    *layout = (struct focus_layout){
        .row_count = draft->rows.count,
        .task_offsets = planner->task_offsets,
    };
    memcpy(layout->row_moduli, draft->rows.moduli, sizeof layout->row_moduli);
    if (!split_make(&split, layout, planner->list, &draft->sketch, draft->forecast.columns)) {
        return false;
    }
    layout->task_columns = task_columns_for(planner, split.columns);
    draft->forecast = forecast(planner, &draft->sketch, &draft->rows, split.columns, split.offsets);
    return split.summands <= 4 || split.summands * summand_bytes < (double)planner->purpose->memory / 2;
}

/* Of the best draft; where it takes too much memory, of those with less in their lists. */
static bool lay_out_best(const struct planner *planner, struct draft *best, struct focus_layout *layout)
{
    while (!lay_out(planner, best, layout)) {
        struct sketch smaller = best->sketch;
        double least =
            INFINITY; /* any is better than the same again, also where a list of one residue gets no shorter */
        for (size_t prime = 0; prime < planner->list->prime_count; ++prime) {
            if (best->sketch.exponents[prime] > 0) {
                const struct sketch without = sketch_without(&best->sketch, planner->list, prime);
                const double size = without.modulus - without.gain;
                smaller = size < least ? without : smaller;
                least = fmin(size, least);
            }
        }
        if (least == INFINITY) {
            return false;
        }
        *best = make_draft(planner, &smaller);
    }
    return true;
}

bool focus_layout_choose(struct focus_layout *layout, struct focus_forecast *forecast,
                         const struct constraint_list *constraints, const size_t *order,
                         const struct focus_purpose *purpose)
{
    struct candidate_list *const list = malloc(sizeof *list);
    struct planner planner = {.list = list, .purpose = purpose};
    struct sketch sketch = {.modulus = 0};
    if (list == NULL) {
        return false;
    }
    focus_table_fill(&planner.table);
    choose_tasks(&planner);
    candidates_fill(list, constraints, order);
    struct draft best = make_draft(&planner, &sketch);
    while (grow(list, &sketch)) {
        consider(&planner, &sketch, &best);
    }
    while (best.forecast.typical_ns > worth_thought_ns && improve(&planner, &best)) {
    }
    const bool chosen = lay_out_best(&planner, &best, layout);
    *forecast = best.forecast;
    free(list);
    return chosen;
}
