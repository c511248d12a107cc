#include "planner/focus_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "planner/focus_split.h"

/* The search for a layout. */
struct planner {
    const struct purpose *purpose;
    struct candidate_list list;
    struct focus_table table;
    struct split_ways ways;
    uint32_t task_columns;
    uint32_t task_offsets;
};

/* A focus on paper. */
struct draft {
    struct sketch sketch;
    struct row_choice rows;
    struct focus_lists lists;
    struct forecast forecast;
};

static const double worth_thought_ns = 2e9; /* a search for which some 20 ms more of planning are little */

/* A third of the memory for what threads read at once, columns and offsets alike. */
static void choose_tasks(struct planner *planner)
{
    enum { SHARES = 6, COLUMN_BYTES = 64, OFFSET_BYTES = 64, LEAST_OFFSETS = 1 << 10 };
    const struct purpose *const purpose = planner->purpose;
    const double share = (double)purpose->memory / purpose->threads / SHARES;
    planner->task_columns = (uint32_t)fmin(1 << 15, fmax(FOCUS_BLOCK_COLUMNS, share / COLUMN_BYTES));
    planner->task_offsets = (uint32_t)fmin(1 << 18, fmax(LEAST_OFFSETS, share / OFFSET_BYTES));
}

/*
 * So many that every thread gets several tasks, and that a task rarely has a few columns more than its blocks: their
 * number varies like that of a Poisson process.
 */
static uint32_t task_columns_for(const struct planner *planner, double columns)
{
    enum { TASKS_A_THREAD = 24 };
    const double share = columns / (TASKS_A_THREAD * (double)planner->purpose->threads);
    const double blocks = fmax(1, floor(fmin(share, planner->task_columns) / FOCUS_BLOCK_COLUMNS));
    const double full = blocks * FOCUS_BLOCK_COLUMNS;
    return (uint32_t)(full - 2 * sqrt(full));
}

static struct forecast forecast(const struct planner *planner, const struct row_choice *rows,
                                const struct focus_lists *lists)
{
    /* A column meets density * window / columns offsets. */
    const double longest = planner->task_offsets * lists->columns / lists->density;
    return focus_forecast_make(&planner->table, planner->purpose, rows, lists, longest,
                               task_columns_for(planner, lists->columns));
}

/* With the numbers of columns and offsets that are quickest together: columns cost more than offsets. */
static struct draft make_draft(const struct planner *planner, const struct sketch *sketch)
{
    static const double ratios[] = {1, 2, 4, 8};
    const double both = exp(sketch->modulus - sketch->gain);
    const double pairs = purpose_delays(planner->purpose) * exp(-sketch->gain);
    struct draft draft = {.sketch = *sketch, .forecast = {.typical_ns = INFINITY}};
    draft.rows = row_choice_make(&planner->list, sketch, planner->purpose->costs, pairs, sqrt(both) / 2);
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; ++i) {
        const double columns = fmax(1, sqrt(both / ratios[i]));
        const struct focus_lists lists = {.columns = columns, .offsets = both / columns, .density = exp(-sketch->gain)};
        const struct forecast next = forecast(planner, &draft.rows, &lists);
        if (next.typical_ns < draft.forecast.typical_ns) {
            draft.forecast = next;
            draft.lists = lists;
        }
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

/*
 * The next sketch: with the candidate that leaves fewest residues for the growth of the modulus. False: there is none.
 */
static bool grow(const struct candidate_list *list, struct sketch *sketch)
{
    const struct candidate *best = NULL;
    double best_ratio = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (sketch_can_take(sketch, &list->items[i])) {
            const struct sketch_growth growth = sketch_growth(sketch, list, &list->items[i]);
            const double ratio = growth.gain / growth.modulus;
            best = ratio > best_ratio ? &list->items[i] : best;
            best_ratio = fmax(ratio, best_ratio);
        }
    }
    if (best != NULL) {
        *sketch = sketch_with(sketch, list, best);
    }
    return best != NULL;
}

static void consider_additions(const struct planner *planner, const struct sketch *sketch, const struct sketch *old,
                               struct draft *best)
{
    for (size_t i = 0; i < planner->list.count; ++i) {
        if (sketch_can_take(old, &planner->list.items[i])) {
            const struct sketch with = sketch_with(sketch, &planner->list, &planner->list.items[i]);
            consider(planner, &with, best);
        }
    }
}

/*
 * Tries to take in one more candidate, to leave out one power, and to exchange one for another. False: nothing is
 * better, or not by so much that trying has paid.
 */
static bool improve(const struct planner *planner, struct draft *best)
{
    static const double worth = 0.98;
    const struct draft old = *best;
    consider_additions(planner, &old.sketch, &old.sketch, best);
    for (size_t prime = 0; prime < planner->list.prime_count; ++prime) {
        if (!go_on_ask(planner->purpose->go_on)) {
            return false;
        }
        if (old.sketch.exponents[prime] > 0) {
            const struct sketch without = sketch_without(&old.sketch, &planner->list, prime);
            consider(planner, &without, best);
            consider_additions(planner, &without, &old.sketch, best);
        }
    }
    return best->forecast.typical_ns < worth * old.forecast.typical_ns;
}

/*
 * A little longer than on paper: a double may lie below the range that the window is to cover, and a second window for
 * the last few delays takes as long as one for all.
 */
static firesieve_delay whole_window(double window)
{
    static const double longer = 1 + 0x1p-40;
    static const double most = 0x1p126;
    return window < most ? (firesieve_delay)(longer * window) + 1 : FIRESIEVE_DELAY_END;
}

/*
 * Fills in the layout, and what has become of the forecast with the lists as they are. False: they are too long, or
 * cannot be split; lists of one number each always do.
 */
static bool lay_out(struct planner *planner, struct draft *draft, struct focus_layout *layout)
{
    static const double summand_bytes = 48; /* while it is made */
    static const double few = 1 << 12;      /* summands: less than the rows of a block take */
    struct split split;
    *layout = (struct focus_layout){
        .row_count = draft->rows.count,
        .task_offsets = planner->task_offsets,
    };
    memcpy(layout->row_moduli, draft->rows.moduli, sizeof layout->row_moduli);
    if (!split_make(&split, layout, &planner->ways, &planner->list, &draft->sketch, draft->lists.columns)) {
        return false;
    }
    layout->task_columns = task_columns_for(planner, split.columns);
    draft->lists.columns = split.columns;
    draft->lists.offsets = split.offsets;
    draft->forecast = forecast(planner, &draft->rows, &draft->lists);
    layout->window = whole_window(draft->forecast.window);
    return layout->power_count == 0 || split.summands < few ||
           split.summands * summand_bytes < (double)planner->purpose->memory / 2;
}

/* The sketch without the power that has the most residues, and of these the largest. */
static struct sketch smaller_sketch(const struct planner *planner, const struct sketch *sketch)
{
    struct sketch smallest = *sketch;
    double smallest_list = INFINITY;
    for (size_t prime = 0; prime < planner->list.prime_count; ++prime) {
        if (sketch->exponents[prime] == 0) {
            continue;
        }
        const struct sketch without = sketch_without(sketch, &planner->list, prime);
        const double list = without.modulus - without.gain;
        if (list < smallest_list || (list == smallest_list && without.modulus < smallest.modulus)) {
            smallest = without;
            smallest_list = list;
        }
    }
    return smallest;
}

/* Lays out the best draft, or where it takes too much memory or cannot be split, one with less in its lists. */
static void lay_out_best(struct planner *planner, struct draft *best, struct focus_layout *layout)
{
    while (!lay_out(planner, best, layout)) {
        const struct sketch smaller = smaller_sketch(planner, &best->sketch);
        *best = make_draft(planner, &smaller);
    }
}

bool focus_choose(struct focus_layout *layout, struct forecast *forecast, const struct purpose *purpose, bool *cheaper)
{
    struct planner *const planner = large_calloc(1, sizeof *planner);
    struct sketch sketch = {.modulus = 0};
    if (planner == NULL) {
        return false;
    }
    planner->purpose = purpose;
    candidates_fill(&planner->list, purpose->reduced);
    focus_table_fill(&planner->table, purpose);
    choose_tasks(planner);
    struct draft best = make_draft(planner, &sketch);
    while (grow(&planner->list, &sketch)) {
        consider(planner, &sketch, &best);
    }
    while (best.forecast.typical_ns > worth_thought_ns && improve(planner, &best)) {
    }
    *cheaper = purpose->forced || best.forecast.typical_ns < purpose->cheapest_ns;
    if (*cheaper) {
        lay_out_best(planner, &best, layout);
    }
    *forecast = best.forecast;
    free(planner);
    return true;
}
