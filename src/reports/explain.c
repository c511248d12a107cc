/* What the planner sees and would do, in the words of the public header. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "base/sort.h"
#include "cpu/cpu.h"
#include "methods/plan.h"
#include "language/form.h"
#include "methods/request.h"
#include "methods/small.h"
#include "methods/watch.h"
#include "residue/cover.h"
#include "residue/cycle.h"
#include "residue/proof.h"
#include "structure/structure.h"

static firesieve_status count_periods(const firesieve_firewall *firewall, struct go_on go_on,
                                      firesieve_explanation *explanation, firesieve_error *error)
{
    uint64_t *const periods = large_reallocarray(NULL, firewall->layer_count, sizeof *periods);
    if (periods == NULL) {
        return error_set_memory(error, "the periods");
    }
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        periods[i] = firewall_period(firewall, i);
        more = go_on_at(go_on, i);
    }
    more = more && sort_u64_while(periods, firewall->layer_count, go_on);
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        explanation->periods += i == 0 || periods[i] != periods[i - 1];
    }
    free(periods);
    return more ? FIRESIEVE_OK : error_set_stopped(error);
}

static void describe_classes(const struct reduced *reduced, firesieve_explanation *explanation)
{
    const struct constraint_list *const constraints = &reduced->constraints;
    const bool blocked = reduced->classes.blocked != NULL;
    explanation->classes = reduced_class_count(reduced);
    explanation->constraints = blocked ? 0 : constraints->count + constraints->sparse_moduli;
    explanation->density = blocked ? 0 : constraints->density;
    explanation->expected = 1 / explanation->density;
    explanation->cycle = reduced->classes.cycle;
    explanation->largest_modulus =
        reduced->largest_modulus > 0 ? reduced->largest_modulus : 1; /* a scanner that stays */
}

/* ---- Components ------------------------------------------------------------------------------------------- */

/* In one allocation: the components, and after them their towers. */
static bool describe_components(const struct structure *structure, firesieve_explanation *explanation)
{
    const size_t count = structure->count < FIRESIEVE_COMPONENTS_MAX ? structure->count : FIRESIEVE_COMPONENTS_MAX;
    size_t tower_count = 0;
    for (size_t i = 0; i < count; ++i) {
        tower_count += structure->components[i].tower_count;
    }
    _Static_assert(_Alignof(firesieve_component) >= _Alignof(firesieve_tower), "towers come after the components");
    firesieve_component *const components =
        malloc(count * sizeof *components + tower_count * sizeof(firesieve_tower) + 1);
    if (components == NULL) {
        return false;
    }
    firesieve_tower *towers = (firesieve_tower *)(void *)(components + count);
    for (size_t i = 0; i < count; ++i) {
        const struct component *const own = &structure->components[i];
        components[i] = (firesieve_component){
            .cycle = own->cycle,
            .count = own->count,
            .density = own->density,
            .counted = own->counted,
            .classes = own->class_count,
            .towers = towers,
            .tower_count = own->tower_count,
        };
        for (size_t j = 0; j < own->tower_count; ++j) {
            *towers++ = (firesieve_tower){own->towers[j].base, own->towers[j].exponent};
        }
    }
    explanation->components = components;
    explanation->component_count = count;
    explanation->component_others = structure->count - count;
    return true;
}

/* Fills in components, density and what follows from it, and a reason if one component blocks everything. */
static firesieve_status explain_components(const struct reduced *reduced, struct go_on go_on,
                                           firesieve_explanation *explanation, firesieve_error *error)
{
    const uint64_t budget = 10000000; /* a third of a second */
    struct structure *structure;
    firesieve_status status = structure_find(reduced, budget, go_on, &structure, error);
    if (status != FIRESIEVE_OK || structure == NULL) {
        return status;
    }
    status = structure_count(structure, budget, go_on, error);
    if (status == FIRESIEVE_OK && !describe_components(structure, explanation)) {
        status = error_set_memory(error, "the components");
    }
    if (status == FIRESIEVE_OK) {
        const struct structure_total total = structure_total(structure);
        explanation->reason = total.blocked && explanation->reason == NULL ? structure_blocked : explanation->reason;
        explanation->density_exact = total.counted;
        explanation->safe_in_cycle = total.count;
        if (total.counted) {
            explanation->density = total.density;
            explanation->expected = 1 / total.density;
        }
    }
    structure_free(structure);
    return status;
}

/* ---- Proofs ----------------------------------------------------------------------------------------------- */

/* Finds the reason if no delay is safe. */
static firesieve_status find_proof(const struct reduced *reduced, struct go_on go_on,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    static const double seconds = 0.3;
    bool blocked;
    explanation->reason = reduced->classes.blocked;
    if (explanation->reason != NULL || constraints_are_thin(&reduced->constraints) ||
        constraints_are_open(&reduced->constraints)) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = proof_find(reduced, seconds, go_on, &blocked, error);
    explanation->reason = status == FIRESIEVE_OK && blocked ? proof_reason : NULL;
    return status;
}

/* Finds layers that suffice to block everything. */
static firesieve_status find_blocking(const firesieve_firewall *firewall, struct go_on go_on,
                                      firesieve_explanation *explanation, firesieve_error *error)
{
    const uint64_t budget = 100000000; /* classes tested: a few seconds */
    enum cover_outcome outcome;
    return cover_minimise(firewall, budget, go_on, &explanation->blocking, &explanation->blocking_count,
                          &explanation->blocking_minimal, &outcome, error);
}

/* Seconds per delay of an oracle, which tests layers until one catches. */
static double oracle_s(const firesieve_firewall *firewall, firesieve_method method)
{
    static const double division_s = 5e-9;
    static const double step_s = 1.5e-9;
    double layers = 0; /* tested on average, */
    double depth = 0;  /* and the depth of the packet then */
    double alive = 1;
    for (size_t i = 0; i < firewall->layer_count && alive > 1e-9; ++i) {
        const uint64_t period = firewall_period(firewall, i);
        const double share = period == 0 ? 1 : 1.0 / (double)period;
        layers += alive;
        depth += firewall->layers == NULL ? 0 : alive * share * (double)firewall->layers[i].depth;
        alive *= 1 - share;
    }
    return method == FIRESIEVE_METHOD_CLOSED_FORM ? division_s * layers
                                                  : step_s * (double)firewall->layer_count * (depth + 2);
}

/* The firewall and options to explain. */
struct question {
    const firesieve_firewall *asked; /* from the caller */
    firesieve_search_options asked_options;
    const firesieve_firewall *firewall; /* what is sieved of them */
    firesieve_search_options options;
    struct watch watch;
    struct go_on go_on;
    const struct reduced *reduced;
    double reducing_s; /* the time of reducing, with which a search begins */
    double density;    /* if it is exact; otherwise 0 */
    bool by_hand;      /* numbers are tested one by one */
};

/* Fills in what does not depend on the firewall's classes. `question` must not move. Errors: those of the options. */
static firesieve_status question_begin(struct question *question, const firesieve_firewall *firewall,
                                       const firesieve_search_options *options, firesieve_error *error)
{
    *question = (struct question){.asked = firewall, .asked_options = request_begin(firewall, options)};
    const firesieve_status status = request_check(&question->asked_options, error);
    if (status == FIRESIEVE_OK) {
        question->options = question->asked_options;
        question->firewall = request_sieved(firewall, &question->options);
        question->watch = watch_start(&question->asked_options);
        question->go_on = watch_asked(&question->watch);
    }
    return status;
}

static void describe_oracle(const struct question *question, firesieve_explanation *explanation)
{
    const firesieve_search_options *const options = &question->options;
    const firesieve_method oracle = question->by_hand ? FIRESIEVE_METHOD_CLOSED_FORM : options->method;
    const double each_s = oracle_s(question->firewall, oracle);
    const double skipped = options->method == FIRESIEVE_METHOD_SIMULATE ? (double)options->from : 0;
    const firesieve_delay length = delay_end(options->to) - options->from;
    const double range = (double)delay_min(length, question->reduced->classes.cycle);
    explanation->method = oracle;
    explanation->wheel_modulus = 1;
    explanation->wheel_residues = 1;
    explanation->predicted_s = each_s * (skipped + fmin(range, explanation->expected));
    explanation->predicted_range_s = each_s * (skipped + range);
}

static struct plan_request request_plan(const struct question *question)
{
    const firesieve_search_options *const options = &question->options;
    return (struct plan_request){
        .goal = GOAL_SMALLEST,
        .method = options->method,
        .kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best(),
        .from = options->from,
        .to = delay_end(options->to),
        .density = question->density,
        .memory = options->memory != 0 ? options->memory : memory_for_search(1),
        .threads = options->threads != 0 ? options->threads : cpu_count_available(),
        .go_on = question->go_on,
    };
}

/* `made_s`: the time that reducing, planning and building the tables just took; a search does the same. */
static void describe_plan(const struct plan *plan, double made_s, firesieve_explanation *explanation)
{
    const struct forecast *const forecast = &plan->forecast;
    explanation->method = method_shown(plan->method->id);
    plan->method->explain(plan->tables, explanation);
    explanation->focus_pairs = forecast->pairs;
    const double before_s = made_s - 1e-9 * forecast->tables_ns;
    explanation->predicted_s = before_s + 1e-9 * forecast->mean_ns;
    explanation->predicted_lists_s = forecast->pairs > 0 ? 1e-9 * forecast->lists_ns : 0;
    explanation->predicted_range_s = before_s + 1e-9 * forecast->range_ns;
}

static bool describe_costs(const struct costs *costs, firesieve_explanation *explanation)
{
    explanation->costs = calloc(COST_COUNT, sizeof *explanation->costs);
    explanation->cost_count = explanation->costs == NULL ? 0 : COST_COUNT;
    explanation->costs_measured = costs->measured;
    for (size_t i = 0; i < explanation->cost_count; ++i) {
        const struct cost_line line = costs_line(costs, i);
        explanation->costs[i] = (firesieve_cost){line.name, line.what, line.nanoseconds};
    }
    return explanation->costs != NULL;
}

static firesieve_status choose_plan(const struct question *question, struct plan *plan, firesieve_error *error)
{
    const struct plan_request request = request_plan(question);
    return plan_choose(plan, question->reduced, &request, error);
}

/* Plans as solve would, without the first look at small delays. */
static firesieve_status describe_sieve(const struct question *question, firesieve_explanation *explanation,
                                       firesieve_error *error)
{
    const double started = clock_seconds();
    struct plan plan;
    firesieve_status status = choose_plan(question, &plan, error);
    if (status == FIRESIEVE_OK) {
        status = plan_build(&plan, question->reduced, question->go_on, NULL, error);
    }
    const double made_s = question->reducing_s + clock_seconds() - started;
    if (status == FIRESIEVE_OK && (plan.built == BUILT_STOPPED || !go_on_ask(question->go_on))) {
        status = error_set_stopped(error);
    }
    explanation->kernel = request_plan(question).kernel;
    if (status == FIRESIEVE_OK && plan.built == BUILT_BLOCKED) {
        explanation->reason = plan_blocked;
    } else if (status == FIRESIEVE_OK) {
        explanation->short_path = question->firewall->tuplet == NULL && form_is_of_classes(question->firewall->form) &&
                                  request_may_be_short(&question->options) && small_takes(question->firewall);
        describe_plan(&plan, made_s, explanation);
        status = describe_costs(&plan.costs, explanation)
                     ? plan_value_make(question->firewall, &plan.recipe, &explanation->plan, error)
                     : error_set_memory(error, "the costs");
    }
    plan_free(&plan);
    return status;
}

/*
 * Classes that forbid every x may be those of lines `prime`, which also forbid small primes: these are tested one by
 * one. Then nothing has to be sieved, nor if x is one of a few numbers.
 */
static firesieve_status look_at_small(struct question *question, firesieve_explanation *explanation,
                                      firesieve_error *error)
{
    const struct residue_form *const form = form_of(question->asked);
    if (form == NULL) {
        return FIRESIEVE_OK;
    }
    question->by_hand = form->listed != NULL;
    if (explanation->reason == NULL || form->direct_end <= question->asked_options.from) {
        return FIRESIEVE_OK;
    }
    firesieve_search_options options = question->asked_options;
    firesieve_search_result result;
    options.to = delay_min(delay_end(options.to), form->direct_end);
    options.profile = NULL;
    options.checkpoint = NULL;
    options.plan = NULL;
    const firesieve_status status = firesieve_solve(question->asked, &options, &result, error);
    if (status == FIRESIEVE_OK && result.outcome == FIRESIEVE_FOUND) {
        question->by_hand = true;
        explanation->reason = NULL;
    }
    return status;
}

static firesieve_status explain(struct question *question, firesieve_explanation *explanation, firesieve_error *error)
{
    const firesieve_firewall *const firewall = question->firewall;
    explanation->layers = question->asked->layer_count;
    const double started = clock_seconds();
    firesieve_status status = reduced_of(firewall, question->go_on, &question->reduced, error);
    question->reducing_s = clock_seconds() - started;
    if (status != FIRESIEVE_OK) {
        return status;
    }
    describe_classes(question->reduced, explanation);
    status = find_proof(question->reduced, question->go_on, explanation, error);
    if (status == FIRESIEVE_OK && question->reduced->classes.blocked == NULL) {
        status = explain_components(question->reduced, question->go_on, explanation, error);
    }
    question->density = explanation->density_exact ? explanation->density : 0;
    if (status == FIRESIEVE_OK) {
        status = look_at_small(question, explanation, error);
    }
    if (status == FIRESIEVE_OK && explanation->reason == NULL) {
        if (request_is_for_oracle(&question->options) || question->by_hand) {
            describe_oracle(question, explanation);
        } else {
            status = describe_sieve(question, explanation, error);
        }
    }
    if (status == FIRESIEVE_OK && explanation->reason != NULL) {
        status = find_blocking(firewall, question->go_on, explanation, error);
    }
    if (status == FIRESIEVE_OK &&
        !cycle_log10(&question->reduced->classes, question->go_on, &explanation->cycle_log10)) {
        status = error_set_stopped(error);
    }
    return status == FIRESIEVE_OK ? count_periods(question->asked, question->go_on, explanation, error) : status;
}

firesieve_status firesieve_explain(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    firesieve_explanation explained = {.layers = 0};
    struct question question;
    firesieve_status status = question_begin(&question, firewall, options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    status = explain(&question, &explained, error);
    if (status == FIRESIEVE_OK) {
        explained.reason = firewall->form == NULL ? explained.reason : reason_of_residues(explained.reason);
        *explanation = explained;
    } else {
        firesieve_explanation_free(&explained);
    }
    return status;
}

firesieve_status firesieve_plan_choose(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                       firesieve_plan **plan, firesieve_error *error)
{
    struct question question;
    struct plan chosen;
    firesieve_status status = question_begin(&question, firewall, options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (request_is_for_oracle(&question.asked_options)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "an oracle has no plan");
    }
    const struct residue_form *const form = form_of(firewall);
    if (form != NULL && (form->listed != NULL || form->branch_count > 1)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "lines that leave %s have no plan",
                         form->listed != NULL ? "numbers to be looked at one by one" : "several progressions");
    }
    *plan = NULL;
    status = reduced_of(question.firewall, question.go_on, &question.reduced, error);
    if (status != FIRESIEVE_OK || question.reduced->classes.blocked != NULL) {
        return status;
    }
    status = choose_plan(&question, &chosen, error);
    if (status == FIRESIEVE_OK) {
        status = plan_value_make(question.firewall, &chosen.recipe, plan, error);
    }
    plan_free(&chosen);
    return status;
}

void firesieve_explanation_free(firesieve_explanation *explanation)
{
    free(explanation->blocking);
    explanation->blocking = NULL;
    free(explanation->components);
    explanation->components = NULL;
    explanation->component_count = 0;
    firesieve_plan_free(explanation->plan);
    explanation->plan = NULL;
    free(explanation->costs);
    explanation->costs = NULL;
    explanation->cost_count = 0;
}
