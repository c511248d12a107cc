#include "planner/focus_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"

/* The search for a layout. */
struct planner {
    const struct purpose *purpose;
    struct candidate_list list;
    struct focus_table table;
    struct split_ways ways;
    int most_level; /* tasks have at most 2^level words */
    double task_offsets;
};

/* A focus on paper. */
struct draft {
    struct sketch sketch;
    struct row_choice rows;
    struct class_choice classes;
    struct focus_sizes sizes;
    int level;
    int ratio;
    struct forecast forecast;
};

/* The ratio of offsets to columns is 2^ratio. */
enum { RATIO_LEAST = -8, RATIO_MOST = 6 };

static const double worth_thought_ns = 2e9; /* a search that is worth 20 ms more of planning */

/* A third of the memory is for what threads read at once, half of that for columns and half for offsets. */
static void choose_tasks(struct planner *planner)
{
    enum { SHARES = 6, COLUMN_BYTES = 64, OFFSET_BYTES = 64, LEAST_OFFSETS = 1 << 10 };
    const struct purpose *const purpose = planner->purpose;
    const double share = (double)purpose->memory / purpose->threads / SHARES;
    planner->task_offsets = fmin(FOCUS_OFFSETS_MAX, fmax(LEAST_OFFSETS, floor(share / OFFSET_BYTES)));
    planner->most_level = 0;
    while (planner->most_level + 1 < CLASS_LEVELS &&
           ((double)KERNEL_WORD_COLUMNS * COLUMN_BYTES) * (2 << planner->most_level) <= share) {
        ++planner->most_level;
    }
}

/* Every thread should get several tasks. */
static bool may_have_tasks(const struct planner *planner, double columns, int level)
{
    enum { TASKS_A_THREAD = 24 };
    return level == 0 ||
           (double)KERNEL_WORD_COLUMNS * (1 << level) * TASKS_A_THREAD * planner->purpose->threads <= columns;
}

/* Improves the draft by that many columns and tasks of 2^level words, if they do. */
static void try_sizes(const struct planner *planner, struct draft *draft, const struct class_choice *classes,
                      double columns, double offsets, int level)
{
    /* A number of columns that rarely needs another word: it varies like that of a Poisson process. */
    const double full = (double)KERNEL_WORD_COLUMNS * (1 << level);
    const struct focus_sizes sizes = {
        .columns = columns,
        .offsets = offsets,
        .density = exp(-draft->sketch.gain),
        .task_columns = floor(full - 2 * sqrt(full)),
        .task_offsets = planner->task_offsets,
    };
    const struct forecast next =
        focus_forecast_make(&planner->table, planner->purpose, &draft->rows, &classes[level], &sizes);
    if (next.typical_ns < draft->forecast.typical_ns) {
        draft->forecast = next;
        draft->sizes = sizes;
        draft->level = level;
        draft->classes = classes[level];
    }
}

/* What may be tried with a draft. */
struct scope {
    int ratio_least;
    int ratio_most;
    int level_least;
    int level_most;
};

/* Makes the draft as good as ratios and levels of the scope allow. */
static void try_scope(const struct planner *planner, struct draft *draft, const struct class_choice *classes,
                      const struct scope *scope)
{
    const double both = exp(draft->sketch.modulus - draft->sketch.gain);
    for (int ratio = scope->ratio_least; ratio <= scope->ratio_most; ++ratio) {
        const double columns = fmax(1, sqrt(both / exp(ratio * M_LN2)));
        const double before = draft->forecast.typical_ns;
        for (int level = scope->level_least; level <= scope->level_most; ++level) {
            if (may_have_tasks(planner, columns, level)) {
                try_sizes(planner, draft, classes, columns, both / columns, level);
            }
        }
        draft->ratio = draft->forecast.typical_ns < before ? ratio : draft->ratio;
    }
}

/* Whether classes, which leave at best one pair in some fifty, could make a draft without them the cheapest. */
static bool may_pay(const struct planner *planner, const struct draft *draft)
{
    static const double most = 64;
    return planner->purpose->forced || draft->forecast.typical_ns < most * planner->purpose->cheapest_ns;
}

static struct draft make_draft(const struct planner *planner, const struct sketch *sketch, const struct scope *scope)
{
    const double both = exp(sketch->modulus - sketch->gain);
    const double pairs = purpose_delays(planner->purpose) * exp(-sketch->gain);
    struct draft draft = {.sketch = *sketch, .forecast = {.typical_ns = INFINITY}};
    struct class_choice classes[CLASS_LEVELS];
    struct scope left = *scope;
    draft.rows = row_choice_make(&planner->list, sketch, planner->purpose->costs, pairs,
                                 sqrt(both) / 2 + pairs / planner->task_offsets);
    if (left.level_least == 0) {
        const struct scope without = {scope->ratio_least, scope->ratio_most, 0, 0};
        classes[0] = class_choice_none(&draft.rows, planner->purpose->costs);
        try_scope(planner, &draft, classes, &without);
        left.level_least = 1;
    }
    if (left.level_least <= left.level_most && (scope->level_least > 0 || may_pay(planner, &draft))) {
        class_choice_make(classes, &planner->list, sketch, &draft.rows, planner->purpose->costs);
        try_scope(planner, &draft, classes, &left);
    }
    return draft;
}

static struct scope whole_scope(const struct planner *planner)
{
    return (struct scope){RATIO_LEAST, RATIO_MOST, 0, planner->most_level};
}

static struct scope scope_near(const struct planner *planner, const struct draft *draft)
{
    const struct scope whole = whole_scope(planner);
    return (struct scope){
        .ratio_least = draft->ratio > whole.ratio_least ? draft->ratio - 1 : draft->ratio,
        .ratio_most = draft->ratio < whole.ratio_most ? draft->ratio + 1 : draft->ratio,
        .level_least = draft->level > 0 ? draft->level - 1 : 0,
        .level_most = draft->level < whole.level_most ? draft->level + 1 : draft->level,
    };
}

/* Makes a sketch's draft the best one if it is quicker, and can be split. */
static void consider(const struct planner *planner, const struct sketch *sketch, const struct scope *scope,
                     struct draft *best)
{
    static const double largest = 2 * FOCUS_MODULUS_BITS * M_LN2 - 4;
    if (sketch->modulus < largest) {
        const struct draft draft = make_draft(planner, sketch, scope);
        *best = draft.forecast.typical_ns < best->forecast.typical_ns ? draft : *best;
    }
}

/* Adds the candidate that leaves fewest residues for the growth of the modulus. False: there is none. */
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

static void consider_additions(const struct planner *planner, const struct sketch *sketch, const struct draft *old,
                               const struct scope *scope, struct draft *best)
{
    for (size_t i = 0; i < planner->list.count; ++i) {
        if (sketch_can_take(&old->sketch, &planner->list.items[i])) {
            const struct sketch with = sketch_with(sketch, &planner->list, &planner->list.items[i]);
            consider(planner, &with, scope, best);
        }
    }
}

/* Tries adding a candidate, leaving out a power, and exchanging both. False: the gain was not worth trying again. */
static bool improve(const struct planner *planner, struct draft *best)
{
    static const double worth = 0.98;
    const struct draft old = *best;
    const struct scope scope = scope_near(planner, &old);
    consider_additions(planner, &old.sketch, &old, &scope, best);
    for (size_t prime = 0; prime < planner->list.prime_count; ++prime) {
        if (!go_on_ask(planner->purpose->go_on)) {
            return false;
        }
        if (old.sketch.exponents[prime] > 0) {
            const struct sketch without = sketch_without(&old.sketch, &planner->list, prime);
            consider(planner, &without, &scope, best);
            consider_additions(planner, &without, &old, &scope, best);
        }
    }
    return best->forecast.typical_ns < worth * old.forecast.typical_ns;
}

/*
 * A little longer than on paper: a double may round below the range, and a window for the last few delays costs as
 * much.
 */
static firesieve_delay whole_window(double window)
{
    static const double longer = 1 + 0x1p-40;
    static const double most = 0x1p126;
    return window < most ? (firesieve_delay)(longer * window) + 1 : FIRESIEVE_DELAY_END;
}

/* Rows in the order of tiles: classes first, and then those that forbid most. */
static void lay_out_rows(const struct draft *draft, struct focus_layout *layout)
{
    bool is_class[FOCUS_ROWS_MAX] = {false};
    for (uint32_t i = 0; i < draft->classes.count; ++i) {
        is_class[draft->classes.rows[i]] = true;
        layout->row_moduli[layout->row_count++] = draft->rows.moduli[draft->classes.rows[i]];
        layout->parts[layout->class_count++] = UINT32_C(1) << draft->classes.levels[i];
    }
    for (size_t i = 0; i < draft->rows.count; ++i) {
        if (!is_class[i]) {
            layout->row_moduli[layout->row_count++] = draft->rows.moduli[i];
        }
    }
}

/*
 * Fills in the layout, and corrects the forecast. False: lists are too long or cannot be split; empty ones always can.
 */
static bool lay_out(struct planner *planner, struct draft *draft, struct focus_layout *layout)
{
    static const double summand_bytes = 64; /* while it is made */
    static const double few = 1 << 12;      /* summands: less memory than the rows of a word */
    struct split split;
    *layout = (struct focus_layout){.task_offsets = (uint32_t)planner->task_offsets};
    if (!split_make(&split, layout, &planner->ways, &planner->list, &draft->sketch, draft->sizes.columns)) {
        return false;
    }
    struct class_choice classes[CLASS_LEVELS];
    class_choice_make(classes, &planner->list, &draft->sketch, &draft->rows, planner->purpose->costs);
    draft->forecast.typical_ns = INFINITY;
    for (int level = 0; level <= planner->most_level; ++level) {
        if (may_have_tasks(planner, split.columns, level)) {
            try_sizes(planner, draft, classes, split.columns, split.offsets, level);
        }
    }
    lay_out_rows(draft, layout);
    layout->task_columns = (uint32_t)draft->sizes.task_columns;
    layout->window = whole_window(draft->forecast.window);
    return layout->power_count == 0 || split.summands < few ||
           split.summands * summand_bytes < (double)planner->purpose->memory / 2;
}

/* The sketch without the power that has the most residues, the largest of these. */
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
    const struct scope whole = whole_scope(planner);
    struct draft best = make_draft(planner, &sketch, &whole);
    while (grow(&planner->list, &sketch)) {
        consider(planner, &sketch, &whole, &best);
    }
    while (best.forecast.typical_ns > worth_thought_ns && improve(planner, &best)) {
    }
    *cheaper = purpose->forced || best.forecast.typical_ns < purpose->cheapest_ns;
    if (*cheaper) {
        while (!lay_out(planner, &best, layout)) { /* with less in its lists: too much memory, or it cannot be split */
            sketch = smaller_sketch(planner, &best.sketch);
            best = make_draft(planner, &sketch, &whole);
        }
    }
    *forecast = best.forecast;
    free(planner);
    return true;
}
