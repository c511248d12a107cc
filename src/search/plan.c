#include "search/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "residue/collect.h"
#include "search/class_list.h"
#include "search/cost.h"
#include "search/wheel_plan.h"

enum {
    SEGMENT_WORDS_MIN = 1 << 9,  /* 32 KiB */
    SEGMENT_WORDS_MAX = 1 << 15, /* 2 MiB */
    FIRST_SCAN_COLUMNS = 1 << 18,
    WHEEL_CLASSES_MAX = 1 << 22, /* each offset of a wheel has to start those outside of constraints */
    FOCUS_CLASSES_MAX = 1 << 18, /* all in constraints */
    WIDE_CLASSES_MAX = 1 << 16   /* of these, for both */
};

static const char lists_blocked[] = "the layers of a few periods cover all residues modulo their least common multiple";

/* ---- How far ---------------------------------------------------------------------------------------------- */

/* A list of which only the beginning is wanted: the last of these ends the search, as the smallest ends others. */
static bool wants_few(const struct plan_request *request)
{
    enum { FEW = 100000 };
    return request->goal == GOAL_LIST && request->limit > 0 && request->limit < FEW;
}

/* Nobody looks at more than a cycle, at more of a list than its reader takes in, or far beyond the first safe delay. */
static void estimate_range(struct plan *plan, const struct plan_request *request)
{
    static const double list_length = 1e5;
    const double safe = wants_few(request) ? (double)request->limit : request->goal == GOAL_LIST ? list_length : 1;
    const firesieve_delay length = request->to - request->from;
    plan->whole = (double)(length < plan->classes.cycle ? length : plan->classes.cycle);
    plan->expected = plan->whole;
    if (request->goal != GOAL_COUNT && plan->constraints.density > 0) {
        plan->expected = fmin(plan->whole, safe / plan->constraints.density);
    }
}

/* ---- The wheel -------------------------------------------------------------------------------------------- */

static bool is_taken_in(const struct constraint *constraint, uint64_t old_modulus, uint64_t modulus)
{
    return modulus % constraint->modulus == 0 && old_modulus % constraint->modulus != 0;
}

/* Extends the wheel by one step; `added` has room for all constraints. */
static firesieve_status take_step(struct plan *plan, const struct stage_list *list, uint64_t factor,
                                  const struct constraint **added, struct go_on go_on, firesieve_error *error)
{
    const uint64_t modulus = plan->wheel.modulus * factor;
    size_t count = 0;
    for (size_t i = 0; i < plan->constraints.count; ++i) {
        const struct constraint *const constraint = &plan->constraints.items[list->order[i]];
        if (is_taken_in(constraint, plan->wheel.modulus, modulus)) {
            added[count++] = constraint;
        }
    }
    plan->wheel_constraints += count;
    plan->work.lifts += (double)plan->wheel.count * (double)factor * (1 + (double)count);
    return wheel_extend(&plan->wheel, factor, &plan->classes, added, count, go_on, &plan->stopped, error);
}

static firesieve_status build_wheel(struct plan *plan, const struct stage_list *list, const struct wheel_plan *steps,
                                    struct go_on go_on, firesieve_error *error)
{
    const struct constraint **const added = calloc(plan->constraints.count + 1, sizeof(struct constraint *));
    firesieve_status status = added == NULL ? error_set_memory(error, "the wheel") : wheel_start(&plan->wheel, error);
    for (size_t i = 0; i < steps->count && status == FIRESIEVE_OK && plan->wheel.count > 0 && !plan->stopped; ++i) {
        status = take_step(plan, list, steps->factors[i], added, go_on, error);
    }
    free(added);
    if (status == FIRESIEVE_OK && plan->wheel.count == 0) {
        plan->blocked = lists_blocked;
    }
    return status;
}

/* ---- Rows and checks -------------------------------------------------------------------------------------- */

static bool make_rows(struct plan *plan, const struct stage_list *list)
{
    const struct constraint **const chosen = calloc(plan->constraints.count + 1, sizeof(struct constraint *));
    bool made = chosen != NULL;
    for (size_t i = 0; i < plan->constraints.count && made; ++i) {
        if (list->stages[i] == STAGE_ROW) {
            chosen[plan->row_constraints++] = &plan->constraints.items[i];
        }
    }
    made = made && strip_list_make(&plan->strips, &plan->classes, chosen, plan->row_constraints, &plan->columns);
    free(chosen);
    return made;
}

static bool make_checks(struct plan *plan, const struct stage_list *list)
{
    const struct constraint **const chosen = calloc(plan->constraints.count + 1, sizeof(struct constraint *));
    if (chosen == NULL) {
        return false;
    }
    for (size_t i = 0; i < plan->constraints.count; ++i) {
        const size_t index = list->order[i];
        if (list->stages[index] == STAGE_CHECK) {
            chosen[plan->check_count++] = &plan->constraints.items[index];
        }
    }
    plan->checks = residue_sets_make(&plan->classes, chosen, plan->check_count);
    free(chosen);
    return plan->checks != NULL;
}

/* ---- Classes ---------------------------------------------------------------------------------------------- */

/*
 * Moves the narrow classes that are neither in the wheel nor in rows nor checks to the front of the set, and returns
 * their number. Constraints have lost their classes then.
 */
static size_t keep_classes(struct plan *plan, const struct stage_list *list)
{
    size_t kept = 0;
    size_t next = 0; /* the first class not yet looked at */
    class_key *const narrow = plan->classes.narrow;
    for (size_t i = 0; i < plan->constraints.count; ++i) {
        const struct constraint *const constraint = &plan->constraints.items[i];
        if (constraint->modulus >= CLASS_NARROW_END) {
            break;
        }
        for (; next < constraint->first; ++next) {
            narrow[kept++] = narrow[next];
        }
        for (; next < constraint->first + constraint->count; ++next) {
            if (list->stages[i] == STAGE_CLASS) {
                narrow[kept++] = narrow[next];
            }
        }
    }
    for (; next < plan->classes.narrow_count; ++next) {
        narrow[kept++] = narrow[next];
    }
    return kept;
}

/* The smallest segment in which clearing bits costs several times as much as looking at every class. */
static uint32_t segment_words_for(const class_key *crossed, size_t count)
{
    enum { HITS_A_VISIT = 4 };
    double hits_a_word = 0;
    for (size_t i = 0; i < count; ++i) {
        hits_a_word += (double)KERNEL_WORD_COLUMNS / class_modulus(crossed[i]);
    }
    uint32_t words = SEGMENT_WORDS_MIN;
    while (words < SEGMENT_WORDS_MAX && words * hits_a_word < HITS_A_VISIT * (double)count) {
        words *= 2;
    }
    return words;
}

/*
 * Splits the classes, which ascend by modulus, at the point where the sum of crossing off those before it and testing
 * survivors against those behind it is smallest. `density` is the share of columns alive before the first of them.
 * After a no of go_on it is the best so far.
 */
static size_t choose_crossed(const struct plan *plan, const class_key *classes, size_t count, double density,
                             struct go_on go_on)
{
    const double block_columns = (double)plan->columns.words * KERNEL_WORD_COLUMNS;
    const double visit = cost_visit / fmin((double)SEGMENT_WORDS_MAX * KERNEL_WORD_COLUMNS, block_columns);
    const bool starts = plan->columns.step > 1;
    double saved = 0; /* by crossing off the classes so far instead of testing survivors against them */
    double most_saved = 0;
    size_t split = 0;
    for (size_t i = 0; i < count && go_on_at(go_on, i); ++i) {
        const double share = 1.0 / class_modulus(classes[i]);
        const double prepared = starts ? fmin(density * block_columns, 1) : 0;
        saved += cost_lane * density + (cost_prepare + cost_start) * prepared / block_columns - cost_hit * share -
                 visit - (starts ? cost_start / block_columns : 0);
        density *= 1 - share;
        if (saved > most_saved) {
            most_saved = saved;
            split = i + 1;
        }
    }
    return split;
}

/* False: no memory, or go_on said no. */
static bool make_classes(struct plan *plan, const struct stage_list *list, double density, struct go_on go_on)
{
    const class_key *const classes = plan->classes.narrow;
    const size_t count = keep_classes(plan, list);
    const size_t crossed = choose_crossed(plan, classes, count, density, go_on);
    if (!go_on_ask(go_on)) {
        return false;
    }
    plan->segment_words = segment_words_for(classes, crossed);
    plan->wide_crossed = plan->columns.step == 1;
    return class_list_make(&plan->crossed, classes, crossed, plan->columns.step, go_on) &&
           class_list_make(&plan->tested, classes + crossed, count - crossed, plan->columns.step, go_on);
}

/* ---- The work --------------------------------------------------------------------------------------------- */

/* What searching `delays` takes. */
static struct work work_for(const struct plan *plan, const struct stage_rates *rates, double delays)
{
    const double block_columns = (double)plan->columns.words * KERNEL_WORD_COLUMNS;
    const double columns = fmax(delays / (double)plan->wheel.modulus, KERNEL_WORD_COLUMNS) * (double)plan->wheel.count;
    const double words = columns / KERNEL_WORD_COLUMNS;
    const double offsets = fmax(columns / block_columns, (double)plan->wheel.count);
    const double crossed_share = plan->crossed.shares;
    const double survivors = columns * rates->density * exp(-crossed_share);
    const double tested_offsets = offsets * fmin(survivors / offsets, 1);
    struct work work = plan->work;
    work.row_bits = rates->row_bits;
    work.offsets = offsets;
    work.starts = offsets * rates->row_starts;
    if (plan->columns.step > 1) {
        work.starts += offsets * (double)plan->crossed.count + 4 * tested_offsets * (double)plan->tested.count;
    }
    work.row_words = words * rates->row_words;
    work.hits = columns * crossed_share;
    work.visits = fmax(words / plan->segment_words, offsets) * (double)plan->crossed.count;
    work.lane_tests = survivors * plan->tested.tests;
    work.checks = plan->check_count == 0 ? 0 : survivors * exp(-plan->tested.shares) * 2;
    return work;
}

/* ----------------------------------------------------------------------------------------------------------- */

/* Whoever reads a list wants its first delays soon. */
static uint64_t first_columns_for(const struct plan *plan, enum search_goal goal)
{
    if (plan->columns.step == 1) {
        return FIRST_SCAN_COLUMNS;
    }
    const uint64_t words = goal == GOAL_LIST ? 1 : plan->columns.words / 4;
    return (words == 0 ? 1 : words) * KERNEL_WORD_COLUMNS;
}

/* Chooses and builds everything behind the wheel. */
static firesieve_status finish(struct plan *plan, const struct plan_request *request, struct stage_list *list,
                               uint64_t row_words, firesieve_error *error)
{
    plan->columns = wheel_columns(plan->wheel.modulus, plan->expected);
    wheel_plan_mark(list, plan->wheel.modulus);
    const struct stage_rates rates = stages_choose(list, &plan->columns, row_words);
    tally_enter(request->tally, FIRESIEVE_STAGE_DRAW_ROWS);
    const bool has_rows = make_rows(plan, list);
    tally_enter(request->tally, FIRESIEVE_STAGE_CHOOSE);
    if (!has_rows || !go_on_ask(request->go_on) || !make_checks(plan, list) ||
        !make_classes(plan, list, rates.density, request->go_on)) {
        return go_on_ask(request->go_on) ? error_set_memory(error, "the plan") : error_set_stopped(error);
    }
    if (request->method == FIRESIEVE_METHOD_AUTO) {
        plan->method = plan->wheel.modulus == 1 ? FIRESIEVE_METHOD_SCAN : FIRESIEVE_METHOD_WHEEL;
    }
    plan->first_columns = first_columns_for(plan, request->goal);
    plan->work_of_all = work_for(plan, &rates, plan->whole);
    plan->work = work_for(plan, &rates, plan->expected);
    return go_on_ask(request->go_on) ? FIRESIEVE_OK : error_set_stopped(error);
}

/* ---- The focus -------------------------------------------------------------------------------------------- */

/* Chooses a focus, where there is one that is cheaper than the wheel on paper, or where it is asked for. */
static bool choose_focus(struct plan *plan, const struct plan_request *request, const struct stage_list *list,
                         double wheel_cost, struct focus_layout *layout)
{
    static const double advantage = 0.8; /* of what the wheel is predicted to take */
    const struct focus_purpose purpose = {
        .delays = plan->expected,
        .range = plan->whole,
        .smallest = request->goal == GOAL_SMALLEST || wants_few(request),
        .memory = request->memory,
        .threads = request->threads,
        .go_on = request->go_on,
    };
    if (!focus_layout_choose(layout, &plan->forecast, &plan->constraints, list->order, &purpose)) {
        return false;
    }
    return request->method == FIRESIEVE_METHOD_FOCUS || plan->forecast.typical_ns < advantage * wheel_cost;
}

static firesieve_status build_focus(struct plan *plan, const struct plan_request *request,
                                    const struct stage_list *list, const struct focus_layout *layout,
                                    firesieve_error *error)
{
    plan->method = FIRESIEVE_METHOD_FOCUS;
    const struct focus_source source = {
        .set = &plan->classes,
        .constraints = &plan->constraints,
        .order = list->order,
        .go_on = request->go_on,
    };
    enum focus_outcome outcome;
    tally_enter(request->tally, FIRESIEVE_STAGE_MAKE_LISTS);
    const firesieve_status status = focus_make(&plan->focus, layout, &source, &outcome, error);
    tally_enter(request->tally, FIRESIEVE_STAGE_CHOOSE);
    plan->stopped = outcome == FOCUS_STOPPED;
    if (outcome == FOCUS_BLOCKED) {
        plan->blocked = lists_blocked;
    }
    plan->wheel_constraints = plan->focus.listed_constraints;
    plan->row_constraints = plan->focus.row_constraints;
    plan->work.focus = plan->forecast.building_ns + plan->forecast.sieving_ns;
    plan->work_of_all.focus = plan->forecast.range_ns;
    return status;
}

/* ----------------------------------------------------------------------------------------------------------- */

/* For which searches a focus may be better than a wheel: planning it takes some milliseconds. */
static bool may_focus(const struct plan *plan, const struct plan_request *request, double wheel_cost)
{
    static const double worth_ns = 10e6;
    const bool can = plan->constraints.sparse_classes == 0 && plan->classes.narrow_count <= FOCUS_CLASSES_MAX;
    return can && (request->method == FIRESIEVE_METHOD_FOCUS ||
                   (request->method == FIRESIEVE_METHOD_AUTO && !plan->cut && wheel_cost > worth_ns));
}

/* Where the search will be long, and a first look is wanted, plans for that instead. */
static void plan_wheel(struct plan *plan, const struct plan_request *request, struct wheel_plan *steps,
                       struct stage_list *list, struct wheel_purpose *purpose)
{
    static const double long_ns = 20e6;
    wheel_plan_make(steps, list, purpose);
    const bool is_long = cost_lift * steps->lifts > long_ns || may_focus(plan, request, steps->cost);
    plan->cut = request->first_look && is_long && plan->expected > PLAN_FIRST_LOOK;
    if (plan->cut) {
        plan->expected = PLAN_FIRST_LOOK;
        purpose->delays = PLAN_FIRST_LOOK;
        wheel_plan_make(steps, list, purpose);
    }
}

static firesieve_status build_sieve(struct plan *plan, const struct plan_request *request, struct stage_list *list,
                                    const struct wheel_plan *steps, uint64_t row_words, firesieve_error *error)
{
    tally_enter(request->tally, FIRESIEVE_STAGE_MAKE_LISTS);
    firesieve_status status = build_wheel(plan, list, steps, request->go_on, error);
    tally_enter(request->tally, FIRESIEVE_STAGE_CHOOSE);
    if (status == FIRESIEVE_OK && plan->blocked == NULL && !plan->stopped) {
        status = finish(plan, request, list, row_words, error);
    }
    return status;
}

/* Firewalls of so many classes are searched by scan. */
static bool may_turn(const struct plan *plan, const struct plan_request *request)
{
    return request->method != FIRESIEVE_METHOD_SCAN && plan->classes.narrow_count <= WHEEL_CLASSES_MAX &&
           plan->classes.wide_count <= WIDE_CLASSES_MAX;
}

/* Why a focus that was asked for cannot be had: who names a method gets that one or none. */
static firesieve_status refuse_focus(const struct plan *plan, firesieve_error *error)
{
    static const char format[] = "method focus takes at most %d residue classes (-depth mod period)%s, and this "
                                 "firewall has %zu of them after reduction; use method auto or scan";
    const size_t narrow = plan->classes.narrow_count;
    const size_t wide = plan->classes.wide_count;
    if (wide > WIDE_CLASSES_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, WIDE_CLASSES_MAX, " of moduli from 2^31 on", wide);
    }
    if (narrow > FOCUS_CLASSES_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, FOCUS_CLASSES_MAX, "", narrow);
    }
    if (plan->constraints.sparse_classes > 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, format, CONSTRAINTS_DENSE_FROM,
                         " where large moduli have few each", narrow);
    }
    return error_set_memory(error, "the plan");
}

static firesieve_status build(struct plan *plan, const struct plan_request *request, firesieve_error *error)
{
    const uint64_t row_words = request->memory / (4 * KERNEL_WORD_BYTES) < STRIP_WORDS_MAX
                                   ? request->memory / (4 * KERNEL_WORD_BYTES)
                                   : STRIP_WORDS_MAX;
    struct wheel_purpose purpose = {
        .delays = plan->expected,
        .memory = request->memory / 2,
        .row_words = row_words,
        .forced = request->method == FIRESIEVE_METHOD_WHEEL,
        .go_on = request->go_on,
    };
    struct stage_list list;
    struct wheel_plan steps = {.count = 0};
    struct focus_layout layout;
    bool focused = false;
    firesieve_status status = stages_start(&list, &plan->constraints, error);
    if (status == FIRESIEVE_OK && may_turn(plan, request)) {
        if (request->method != FIRESIEVE_METHOD_FOCUS) {
            plan_wheel(plan, request, &steps, &list, &purpose);
        }
        focused = may_focus(plan, request, steps.cost) && choose_focus(plan, request, &list, steps.cost, &layout);
    }
    if (status == FIRESIEVE_OK && request->method == FIRESIEVE_METHOD_FOCUS && !focused) {
        status = refuse_focus(plan, error);
    }
    if (status == FIRESIEVE_OK) {
        status = focused ? build_focus(plan, request, &list, &layout, error)
                         : build_sieve(plan, request, &list, &steps, row_words, error);
    }
    stages_free(&list);
    return status;
}

static uint64_t largest_modulus(const struct class_set *set)
{
    return set->wide_count > 0     ? set->wide[set->wide_count - 1].modulus
           : set->narrow_count > 0 ? class_modulus(set->narrow[set->narrow_count - 1])
                                   : 0;
}

static firesieve_status make(struct plan *plan, const firesieve_firewall *firewall, const struct plan_request *request,
                             firesieve_error *error)
{
    tally_enter(request->tally, FIRESIEVE_STAGE_REDUCE);
    firesieve_status status = classes_collect(&plan->classes, firewall, request->go_on, error);
    if (status != FIRESIEVE_OK) {
        plan->classes.narrow_count = 0; /* half done */
        plan->classes.wide_count = 0;
        return status;
    }
    plan->blocked = plan->classes.blocked;
    plan->class_count = plan->classes.narrow_count + plan->classes.wide_count;
    plan->largest_modulus = largest_modulus(&plan->classes);
    if (plan->blocked == NULL) {
        status = constraints_list(&plan->constraints, &plan->classes, request->go_on, error);
    }
    if (status != FIRESIEVE_OK || plan->blocked != NULL) {
        return status;
    }
    tally_enter(request->tally, FIRESIEVE_STAGE_CHOOSE);
    estimate_range(plan, request);
    return build(plan, request, error);
}

firesieve_status plan_make(struct plan *plan, const firesieve_firewall *firewall, const struct plan_request *request,
                           firesieve_error *error)
{
    *plan =
        (struct plan){.method = request->method == FIRESIEVE_METHOD_AUTO ? FIRESIEVE_METHOD_WHEEL : request->method};
    const firesieve_status status = make(plan, firewall, request, error);
    if (status == FIRESIEVE_ERROR_STOPPED) {
        plan->stopped = true;
        return FIRESIEVE_OK;
    }
    return status;
}

void plan_free(struct plan *plan)
{
    free(plan->checks);
    class_list_free(&plan->crossed);
    class_list_free(&plan->tested);
    strip_list_free(&plan->strips);
    focus_free(&plan->focus);
    wheel_free(&plan->wheel);
    constraints_free(&plan->constraints);
    classes_free(&plan->classes);
}
