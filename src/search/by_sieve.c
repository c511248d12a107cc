/* The methods scan, wheel and focus: plans, parts of the range one after the other, and proofs beside them. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "search/cost.h"
#include "search/proof.h"
#include "search/request.h"
#include "search/running.h"

/* A delay from `from` on at which nothing safe so far proves that nothing is safe in the whole range, and why. */
struct last_delay {
    firesieve_delay end; /* at most watch->to */
    const char *reason;  /* NULL where the range itself ends first */
};

static struct last_delay last_delay_of(const struct watch *watch, firesieve_delay from, const struct class_set *classes)
{
    const firesieve_delay proof = delay_add_saturated(watch->from, delay_min(classes->cycle, classes->stretch));
    const firesieve_delay end = proof > from ? proof : from;
    if (end >= watch->to) {
        return (struct last_delay){.end = watch->to};
    }
    return (struct last_delay){
        .end = end,
        .reason = classes->cycle <= classes->stretch
                      ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
                      : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
    };
}

unsigned search_threads(const firesieve_search_options *options)
{
    return options->threads != 0 ? options->threads : cpu_count_available();
}

/* Searches on from the frontier, up to `to`; `part` is the first window where it was searched in part, or NULL. */
static firesieve_status sweep_part(struct search *search, const struct plan *plan, const struct window_frontier *part,
                                   unsigned threads, firesieve_delay to, firesieve_error *error)
{
    const struct sweep_team team = {
        .kernel = search->result.kernel,
        .threads = threads,
        .tallies = search->profiler == NULL ? NULL : search->profiler->tallies,
    };
    firesieve_search_result *const result = &search->result;
    struct frontier *const frontier = &search->frontier;
    search->part.from = frontier->reached;
    search->part.to = to;
    search->part.resumed = part;
    search->in_midst = false;
    const firesieve_status status = sweep_run(plan, &team, search->goal, &search->watch, &search->part, result, error);
    if (status == FIRESIEVE_OK && !search->in_midst) {
        frontier->reached = result->reached;
        frontier->count = result->count;
        frontier->in_window = false;
    }
    return status;
}

static firesieve_status sweep_up_to(struct search *search, const struct plan *plan, firesieve_delay to,
                                    firesieve_error *error)
{
    return sweep_part(search, plan, NULL, search_threads(search->options), to, error);
}

/* Nothing is safe at all, which shows when all up to the frontier has been searched. */
static void end_blocked(struct search *search, const char *reason)
{
    watch_ended(&search->watch, search->watch.to, search->watch.to, &search->result);
    search->result.candidates = search->frontier.reached - search->watch.from;
    search->result.reason = reason;
}

static const double longest_proof_s = 1; /* nobody can stop it */

/* Looks for a proof that nothing is safe, for so many seconds; where that cannot be there is none. */
static firesieve_status look_for_proof(const struct search *search, const struct plan *plan, double seconds,
                                       bool *blocked, firesieve_error *error)
{
    *blocked = false;
    const double left_s = search->watch.deadline - clock_seconds();
    seconds = fmin(seconds, fmin(longest_proof_s, left_s));
    return seconds <= 0 || constraints_are_thin(&plan->constraints) || constraints_are_open(&plan->constraints)
               ? FIRESIEVE_OK
               : proof_find(search->firewall, seconds, blocked, error);
}

/*
 * Searches as far as an answer is to be expected, and again a few times farther: each time it has taken longer, and a
 * proof that there is none becomes more likely and is worth more time.
 */
static firesieve_status sweep_smallest(struct search *search, const struct plan *plan, firesieve_error *error)
{
    static const double proof_share = 0.1; /* of the time to be spent, or spent, on searching */
    static const double far = 4;           /* times what is to be expected; 98 of 100 answers are nearer */
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const struct last_delay last = last_delay_of(watch, search->frontier.reached, &plan->classes);
    double seconds = fmax(1e-9 * cost_of(&plan->work), result->earlier_s) * proof_share;
    for (double delays = far * plan->expected;; delays *= far) {
        const bool to_the_end = delays >= (double)(last.end - watch->from);
        const firesieve_delay to = to_the_end ? last.end : watch->from + (firesieve_delay)delays + 1;
        if (to <= search->frontier.reached && !to_the_end) {
            continue; /* in an earlier run */
        }
        bool blocked;
        search_enter(search, FIRESIEVE_STAGE_PROOF);
        firesieve_status status = look_for_proof(search, plan, seconds, &blocked, error);
        search_enter(search, FIRESIEVE_STAGE_WINDOWS);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (blocked) {
            end_blocked(search, proof_reason);
            return FIRESIEVE_OK;
        }
        status = sweep_up_to(search, plan, to, error);
        if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE || to == last.end) {
            result->reason = result->outcome == FIRESIEVE_NONE ? last.reason : NULL;
            return status;
        }
        seconds = (clock_seconds() - watch->started) * proof_share;
    }
}

/* Where the first part of a count ends: so long as what the range has over whole cycles. */
static firesieve_delay count_middle(const struct search *search, const struct plan *plan)
{
    const firesieve_delay base = search->frontier.base;
    return base + (search->watch.to - base) % plan->classes.cycle;
}

/* Counts a range that is longer than a cycle by one cycle: its first part, and then the rest of the cycle. */
static firesieve_status sweep_count(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    struct frontier *const frontier = &search->frontier;
    const firesieve_delay cycle = plan->classes.cycle;
    const firesieve_delay length = watch->to - frontier->base;
    if (length <= cycle) {
        return sweep_up_to(search, plan, watch->to, error);
    }
    const firesieve_delay middle = count_middle(search, plan);
    if (frontier->reached <= middle) {
        const firesieve_status status = sweep_up_to(search, plan, middle, error);
        if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE) {
            return status;
        }
        frontier->first_count = result->count;
    }
    const firesieve_status status = sweep_up_to(search, plan, frontier->base + cycle, error);
    if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_NONE) {
        result->count = length / cycle * result->count + frontier->first_count;
        watch_ended(watch, watch->to, watch->to, result);
    }
    return status;
}

/* Lists; where a whole cycle has nothing safe, later ones have not either. */
static firesieve_status sweep_list(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const struct last_delay last = last_delay_of(watch, search->frontier.reached, &plan->classes);
    const firesieve_status status = sweep_up_to(search, plan, last.end, error);
    if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE || last.end == watch->to) {
        return status;
    }
    if (result->count > 0) {
        return sweep_up_to(search, plan, watch->to, error);
    }
    watch_ended(watch, watch->to, watch->to, result);
    result->reason = last.reason;
    return FIRESIEVE_OK;
}

static bool go_on_planning(void *context)
{
    struct search *const search = context;
    return watch_go_on(&search->watch, search->frontier.reached);
}

/* What this search asks of a plan. */
static struct plan_request request_plan(struct search *search)
{
    struct plan_request request =
        plan_request_for(search->options, search->goal->kind, (struct go_on){go_on_planning, search});
    request.tally = search->profiler == NULL ? NULL : search->profiler->tallies;
    return request;
}

static firesieve_status make_plan(struct search *search, struct plan *plan, const struct plan_request *request,
                                  firesieve_error *error)
{
    firesieve_status status = plan_make(plan, search->firewall, request, error);
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    if (status == FIRESIEVE_OK && search->profiler != NULL && !profiler_begin(search->profiler, plan)) {
        status = error_set_memory(error, "the profile");
    }
    search->result.method = plan->method;
    search->part.columns = plan->first_columns;
    return status;
}

/* Notes what windows that are searched in part are to be taken up with. */
static void note_plan(struct search *search, const struct plan *plan, const struct plan_request *request)
{
    if (search->checkpoint != NULL) {
        struct window_frontier *const window = &search->frontier.window;
        window->method = request->method;
        window->memory = request->memory;
        window->threads = request->threads;
        window->first_look = request->first_look;
        window->plan = sweep_plan_hash(plan);
    }
}

/* False: the plan has shown that there is nothing to search, or was stopped. */
static bool is_searchable(struct search *search, const struct plan *plan)
{
    if (plan->stopped) {
        watch_ended(&search->watch, search->watch.to, search->frontier.reached, &search->result);
        return false;
    }
    if (plan->blocked != NULL) {
        end_blocked(search, plan->blocked);
        return false;
    }
    return true;
}

/* Searches on; where the plan is for a first look, not farther than that. */
static firesieve_status sweep_by_plan(struct search *search, const struct plan *plan, firesieve_error *error)
{
    if (!is_searchable(search, plan)) {
        return FIRESIEVE_OK;
    }
    if (plan->cut) {
        return sweep_up_to(search, plan, search->frontier.reached + PLAN_FIRST_LOOK, error);
    }
    return search->goal->kind == GOAL_SMALLEST ? sweep_smallest(search, plan, error)
           : search->goal->kind == GOAL_COUNT  ? sweep_count(search, plan, error)
                                               : sweep_list(search, plan, error);
}

/*
 * A plan for a long search may take seconds to make. So there is a first look, for answers that are near all the same.
 */
static firesieve_status sweep(struct search *search, firesieve_error *error)
{
    bool first_look = search->goal->kind != GOAL_COUNT && search->frontier.reached == search->watch.from;
    for (;;) {
        struct plan plan;
        struct plan_request request = request_plan(search);
        request.first_look = first_look;
        firesieve_status status = make_plan(search, &plan, &request, error);
        if (status == FIRESIEVE_OK) {
            note_plan(search, &plan, &request);
            status = sweep_by_plan(search, &plan, error);
        }
        if (status == FIRESIEVE_OK && search->profiler != NULL) {
            profiler_keep(search->profiler, &plan);
        }
        const bool again = status == FIRESIEVE_OK && plan.cut && search->result.outcome == FIRESIEVE_NONE &&
                           search->result.reason == NULL && !plan.stopped;
        plan_free(&plan);
        if (!again) {
            return status;
        }
        first_look = false;
    }
}

/* ---- A window that an earlier run searched in part -------------------------------------------------------- */

/* Asks for the plan that it had. False: this search must not have that one. */
static bool request_same_plan(const struct search *search, struct plan_request *request)
{
    enum { TIMES_AVAILABLE = 2 /* what is available now may differ a little */ };
    const struct window_frontier *const window = &search->frontier.window;
    const uint64_t most = search->options->memory != 0 ? request->memory : TIMES_AVAILABLE * request->memory;
    const bool may =
        window->memory <= most && (request->method == FIRESIEVE_METHOD_AUTO || request->method == window->method);
    request->method = window->method;
    request->memory = window->memory;
    request->threads = window->threads;
    request->first_look = window->first_look;
    return may && (window->method == FIRESIEVE_METHOD_AUTO || !method_is_oracle(window->method));
}

/* So many threads that what they read at once stays within the memory. */
static unsigned threads_for_window(const struct search *search, const struct plan *plan)
{
    static const uint64_t most_a_thread = 30000000; /* see firesieve_solve */
    const struct window_frontier *const window = &search->frontier.window;
    const unsigned threads = search_threads(search->options);
    if (plan->method != FIRESIEVE_METHOD_FOCUS) {
        return threads;
    }
    const uint64_t planned = window->memory / 3 / window->threads + 1;
    const uint64_t fitting = window->memory / 2 / (planned < most_a_thread ? planned : most_a_thread);
    return threads <= fitting ? threads : fitting == 0 ? 1 : (unsigned)fitting;
}

/* Whether it ends within the part of the range that it is in; for counts, parts are those of sweep_count. */
static bool is_in_part(const struct search *search, const struct plan *plan)
{
    const struct watch *const watch = &search->watch;
    const struct frontier *const frontier = &search->frontier;
    if (search->goal->kind != GOAL_COUNT || watch->to - frontier->base <= plan->classes.cycle) {
        return true;
    }
    const firesieve_delay middle = count_middle(search, plan);
    return frontier->window.end <= (frontier->reached < middle ? middle : frontier->base + plan->classes.cycle);
}

static firesieve_status sweep_rest(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct frontier *const frontier = &search->frontier;
    if (!is_searchable(search, plan) || !is_in_part(search, plan) ||
        !sweep_takes_up(plan, frontier->reached, &frontier->window)) {
        return FIRESIEVE_OK;
    }
    struct window_frontier part = frontier->window;
    memcpy(search->resumed_begun, part.begun, part.begun_count * sizeof *part.begun);
    part.begun = search->resumed_begun;
    return sweep_part(search, plan, &part, threads_for_window(search, plan), part.end, error);
}

/*
 * Ends the window that the frontier stands in, with a plan like the one it was begun with; where there is no such plan,
 * the frontier is put back to the window's beginning.
 */
static firesieve_status finish_window(struct search *search, firesieve_error *error)
{
    struct plan plan;
    struct plan_request request = request_plan(search);
    search->result.outcome = FIRESIEVE_NONE;
    if (!request_same_plan(search, &request)) {
        search->frontier.in_window = false;
        return FIRESIEVE_OK;
    }
    firesieve_status status = make_plan(search, &plan, &request, error);
    if (status == FIRESIEVE_OK) {
        status = sweep_rest(search, &plan, error);
    }
    if (status == FIRESIEVE_OK && search->profiler != NULL) {
        profiler_keep(search->profiler, &plan);
    }
    plan_free(&plan);
    search->frontier.in_window = search->frontier.in_window && search->result.outcome != FIRESIEVE_NONE;
    return status;
}

static firesieve_status run_sieve(struct search *search, firesieve_error *error)
{
    if (search->frontier.in_window) {
        const firesieve_status status = finish_window(search, error);
        if (status != FIRESIEVE_OK || search->result.outcome != FIRESIEVE_NONE || search->result.reason != NULL) {
            return status;
        }
    }
    return sweep(search, error);
}

firesieve_status search_by_sieve(struct search *search, firesieve_error *error)
{
    search->result.count = search->frontier.count;
    const firesieve_status status = run_sieve(search, error);
    search->result.count += search->frontier.base_count;
    return status;
}
