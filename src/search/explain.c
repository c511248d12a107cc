/* What the planner sees and would do, in the words of the public header. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/large.h"
#include "base/error.h"
#include "base/sort.h"
#include "cpu/kernel_table.h"
#include "firewall/firewall.h"
#include "focus/window.h"
#include "residue/collect.h"
#include "residue/cover.h"
#include "residue/cycle.h"
#include "search/cost.h"
#include "search/proof.h"
#include "search/request.h"
#include "search/small.h"

static firesieve_status count_periods(const firesieve_firewall *firewall, struct go_on go_on,
                                      firesieve_explanation *explanation, firesieve_error *error)
{
    uint64_t *const periods = large_reallocarray(NULL, firewall->layer_count, sizeof *periods);
    if (periods == NULL) {
        return error_set_memory(error, "the periods");
    }
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        periods[i] = layer_period(firewall->layers[i]);
        more = go_on_at(go_on, i);
    }
    more = more && sort_u64_while(periods, firewall->layer_count, go_on);
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        explanation->periods += i == 0 || periods[i] != periods[i - 1];
    }
    free(periods);
    return more ? FIRESIEVE_OK : error_set_stopped(error);
}

static void describe_classes(const struct plan *plan, firesieve_explanation *explanation)
{
    const struct constraint_list *const constraints = &plan->constraints;
    explanation->constraints = constraints->count + constraints->sparse_moduli;
    explanation->density = constraints->density;
    explanation->expected = 1 / constraints->density;
    explanation->cycle = plan->classes.cycle;
    explanation->largest_modulus = plan->largest_modulus > 0 ? plan->largest_modulus : 1; /* a scanner that stays */
}

static uint64_t count_checked(const struct residue_set *checks, size_t count)
{
    uint64_t classes = 0;
    for (size_t i = 0; i < count; ++i) {
        classes += checks[i].count;
    }
    return classes;
}

static void describe_focus(const struct plan *plan, firesieve_explanation *explanation)
{
    const struct focus *const focus = &plan->focus;
    const struct summands *const summands[] = {&focus->columns.longs, &focus->columns.shorts, &focus->offsets.longs,
                                               &focus->offsets.shorts};
    explanation->wheel_modulus = 1;
    explanation->wheel_residues = 1;
    explanation->row_constraints = focus->row_constraints;
    explanation->row_bytes = row_set_limbs(&focus->rows) * sizeof(uint64_t);
    explanation->checked_classes = count_checked(focus->checks, focus->check_count);
    explanation->focus_a = focus->a;
    explanation->focus_b = focus->b;
    explanation->focus_columns = (uint64_t)focus->columns.longs.count * focus->columns.shorts.count;
    explanation->focus_offsets = (uint64_t)focus->offsets.longs.count * focus->offsets.shorts.count;
    explanation->list_constraints = focus->listed_constraints;
    for (size_t i = 0; i < sizeof summands / sizeof summands[0]; ++i) {
        explanation->list_bytes += summands[i]->count * (sizeof *summands[i]->values + sizeof *summands[i]->residues);
    }
    explanation->focus_window = fmin(plan->forecast.window, (double)focus_window_longest(focus));
    explanation->focus_pairs = plan->forecast.pairs;
    explanation->predicted_lists_s = 1e-9 * plan->forecast.building_ns;
}

static void describe_sieve(const struct plan *plan, firesieve_explanation *explanation)
{
    explanation->wheel_modulus = plan->wheel.modulus;
    explanation->wheel_residues = plan->wheel.count;
    explanation->wheel_constraints = plan->wheel_constraints;
    explanation->row_constraints = plan->row_constraints;
    explanation->row_bytes = plan->strips.bytes;
    explanation->crossed_classes = plan->crossed.count + (plan->wide_crossed ? plan->classes.wide_count : 0);
    explanation->tested_classes = plan->tested.count;
    explanation->checked_classes = count_checked(plan->checks, plan->check_count);
}

static void describe_plan(const struct plan *plan, const firesieve_search_options *options,
                          firesieve_explanation *explanation)
{
    explanation->method = plan->method;
    explanation->kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    if (plan->method == FIRESIEVE_METHOD_FOCUS) {
        describe_focus(plan, explanation);
    } else {
        describe_sieve(plan, explanation);
    }
}

/* Beside the plan, which has no use for it. */
static firesieve_status describe_cycle(const firesieve_firewall *firewall, struct go_on go_on,
                                       firesieve_explanation *explanation, firesieve_error *error)
{
    struct class_set set;
    firesieve_status status = classes_collect(&set, firewall, go_on, error);
    if (status == FIRESIEVE_OK && !cycle_log10(&set, go_on, &explanation->cycle_log10)) {
        status = error_set_stopped(error);
    }
    classes_free(&set);
    return status;
}

/* Whether no delay is safe, which the plan need not have shown. */
static firesieve_status find_proof(const firesieve_firewall *firewall, const struct plan *plan, struct go_on go_on,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    static const double seconds = 0.3;
    bool blocked;
    explanation->reason = plan->blocked;
    if (plan->blocked != NULL || constraints_are_thin(&plan->constraints) || constraints_are_open(&plan->constraints)) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = proof_find(firewall, seconds, go_on, &blocked, error);
    explanation->reason = status == FIRESIEVE_OK && blocked ? proof_reason : NULL;
    return status;
}

/* Which layers suffice for that. */
static firesieve_status find_blocking(const firesieve_firewall *firewall, struct go_on go_on,
                                      firesieve_explanation *explanation, firesieve_error *error)
{
    const uint64_t budget = 100000000; /* looks at a class: a few seconds */
    enum cover_outcome outcome;
    return cover_minimise(firewall, budget, go_on, &explanation->blocking, &explanation->blocking_count,
                          &explanation->blocking_minimal, &outcome, error);
}

/* How many layers are looked at until one catches, on average, and how deep the packet comes until then. */
struct crossing {
    double layers;
    double picoseconds;
};

static struct crossing mean_crossing(const firesieve_firewall *firewall)
{
    struct crossing crossing = {0};
    double alive = 1;
    for (size_t i = 0; i < firewall->layer_count && alive > 1e-9; ++i) {
        const uint64_t period = layer_period(firewall->layers[i]);
        const double share = period == 0 ? 1 : 1.0 / (double)period;
        crossing.layers += alive;
        crossing.picoseconds += alive * share * (double)firewall->layers[i].depth;
        alive *= 1 - share;
    }
    return crossing;
}

/* Seconds a delay takes an oracle. */
static double oracle_s(const firesieve_firewall *firewall, firesieve_method method)
{
    static const double division_s = 5e-9;
    static const double step_s = 1.5e-9;
    const struct crossing crossing = mean_crossing(firewall);
    return method == FIRESIEVE_METHOD_CLOSED_FORM ? division_s * crossing.layers
                                                  : step_s * (double)firewall->layer_count * (crossing.picoseconds + 2);
}

/* The oracles need no plan; that of the sieve says how far they have to go. */
static void describe_oracle(const firesieve_firewall *firewall, const struct plan *plan,
                            const firesieve_search_options *options, firesieve_explanation *explanation)
{
    const double each_s = oracle_s(firewall, options->method);
    const double skipped = options->method == FIRESIEVE_METHOD_SIMULATE ? (double)options->from : 0;
    explanation->method = options->method;
    explanation->wheel_modulus = 1;
    explanation->wheel_residues = 1;
    explanation->predicted_s = each_s * (skipped + plan->expected);
    explanation->predicted_range_s = each_s * (skipped + plan->whole);
}

static firesieve_status explain(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                struct plan *plan, firesieve_explanation *explanation, firesieve_error *error)
{
    const double started = clock_seconds();
    struct watch watch = watch_start(options);
    const struct go_on go_on = watch_asked(&watch);
    const struct plan_request request = plan_request_for(options, GOAL_SMALLEST, go_on);
    firesieve_status status = plan_make(plan, firewall, &request, error);
    if (status != FIRESIEVE_OK || plan->stopped) {
        return status != FIRESIEVE_OK ? status : error_set_stopped(error);
    }
    const double planning_s = clock_seconds() - started;
    explanation->layers = firewall->layer_count;
    explanation->classes = plan->class_count;
    describe_classes(plan, explanation);
    status = find_proof(firewall, plan, go_on, explanation, error);
    if (status == FIRESIEVE_OK && explanation->reason != NULL) {
        status = find_blocking(firewall, go_on, explanation, error);
    } else if (status == FIRESIEVE_OK && request_is_for_oracle(options)) {
        describe_oracle(firewall, plan, options, explanation);
    } else if (status == FIRESIEVE_OK) {
        explanation->short_path = request_may_be_short(options) && small_takes(firewall);
        describe_plan(plan, options, explanation);
        explanation->predicted_s = planning_s + 1e-9 * cost_of(&plan->work);
        explanation->predicted_range_s = planning_s + 1e-9 * cost_of(&plan->work_of_all);
    }
    status = status == FIRESIEVE_OK ? describe_cycle(firewall, go_on, explanation, error) : status;
    return status == FIRESIEVE_OK ? count_periods(firewall, go_on, explanation, error) : status;
}

firesieve_status firesieve_explain(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    struct plan plan;
    firesieve_explanation explained = {.layers = 0};
    firesieve_search_options defaults;
    options = request_or_defaults(options, &defaults);
    firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    status = explain(firewall, options, &plan, &explained, error);
    plan_free(&plan);
    if (status == FIRESIEVE_OK) {
        *explanation = explained;
    } else {
        firesieve_explanation_free(&explained);
    }
    return status;
}

void firesieve_explanation_free(firesieve_explanation *explanation)
{
    free(explanation->blocking);
    explanation->blocking = NULL;
}
