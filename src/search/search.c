/* The door to the methods: checks the options, chooses, searches, takes the time. */
#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "firewall/oracle.h"
#include "search/cost.h"
#include "search/profile.h"
#include "search/proof.h"
#include "search/request.h"
#include "search/small.h"
#include "search/sweep.h"

/* A search on its way. */
struct search {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    const struct sweep_goal *goal;
    struct profiler *profiler; /* or NULL */
    struct watch watch;
    uint64_t columns; /* of the next window of a sweep */
    firesieve_search_result result;
};

/* ---- The oracles ------------------------------------------------------------------------------------------ */

/* The smallest safe delay in the watch's range. */
static firesieve_status ask_oracle(struct search *search, struct watch *watch, firesieve_search_result *result,
                                   firesieve_error *error)
{
    if (search->result.method == FIRESIEVE_METHOD_SIMULATE) {
        return oracle_simulate(search->firewall, watch, result, error);
    }
    oracle_closed_form(search->firewall, watch, result);
    return FIRESIEVE_OK;
}

/* Asks for one safe delay after the other. */
static firesieve_status ask_oracle_for_all(struct search *search, firesieve_error *error)
{
    struct watch rest = search->watch;
    firesieve_search_result *const result = &search->result;
    for (;;) {
        firesieve_search_result next = {.outcome = FIRESIEVE_NONE, .reached = rest.from};
        const firesieve_status status = ask_oracle(search, &rest, &next, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        search->watch.stop = rest.stop;
        if (next.outcome != FIRESIEVE_FOUND) {
            watch_ended(&search->watch, rest.to, next.reached, result);
            return FIRESIEVE_OK;
        }
        ++result->count;
        rest.from = next.delay + 1;
        if (search->goal->kind == GOAL_LIST && !search->goal->receive(next.delay, search->goal->context)) {
            watch_ended(&search->watch, rest.to, rest.from, result);
            result->outcome = FIRESIEVE_CANCELLED; /* also where it was the last delay of the range */
            return FIRESIEVE_OK;
        }
    }
}

/* ---- The sieve -------------------------------------------------------------------------------------------- */

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

static unsigned thread_count(const firesieve_search_options *options)
{
    return options->threads != 0 ? options->threads : cpu_count_available();
}

/* What the thread that called does from here on. */
static void enter(const struct search *search, enum firesieve_stage stage)
{
    if (search->profiler != NULL) {
        tally_change(&search->profiler->tallies[0], stage);
    }
}

static firesieve_status sweep_part(struct search *search, const struct plan *plan, firesieve_delay from,
                                   firesieve_delay to, firesieve_error *error)
{
    const struct sweep_team team = {
        .kernel = search->result.kernel,
        .threads = thread_count(search->options),
        .tallies = search->profiler == NULL ? NULL : search->profiler->tallies,
    };
    return sweep_run(plan, &team, search->goal, &search->watch, from, to, &search->columns, &search->result, error);
}

/* Nothing is safe at all, which shows when [watch->from, from) has been searched. */
static void end_blocked(struct search *search, firesieve_delay from, const char *reason)
{
    watch_ended(&search->watch, search->watch.to, search->watch.to, &search->result);
    search->result.candidates = from - search->watch.from;
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
static firesieve_status sweep_smallest(struct search *search, const struct plan *plan, firesieve_delay from,
                                       firesieve_error *error)
{
    static const double proof_share = 0.1; /* of the time to be spent, or spent, on searching */
    static const double far = 4;           /* times what is to be expected; 98 of 100 answers are nearer */
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const struct last_delay last = last_delay_of(watch, from, &plan->classes);
    double seconds = 1e-9 * cost_of(&plan->work) * proof_share;
    for (double delays = far * plan->expected;; delays *= far) {
        bool blocked;
        enter(search, FIRESIEVE_STAGE_PROOF);
        firesieve_status status = look_for_proof(search, plan, seconds, &blocked, error);
        enter(search, FIRESIEVE_STAGE_WINDOWS);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (blocked) {
            end_blocked(search, from, proof_reason);
            return FIRESIEVE_OK;
        }
        const bool to_the_end = delays >= (double)(last.end - watch->from);
        const firesieve_delay to = to_the_end ? last.end : watch->from + (firesieve_delay)delays + 1;
        status = sweep_part(search, plan, from, to, error);
        if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE || to == last.end) {
            result->reason = result->outcome == FIRESIEVE_NONE ? last.reason : NULL;
            return status;
        }
        from = to;
        seconds = (clock_seconds() - watch->started) * proof_share;
    }
}

/*
 * Counts a range that is longer than a cycle by one cycle: its first part as long as what the range has over whole
 * cycles, then the rest of it.
 */
static firesieve_status sweep_count(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const firesieve_delay cycle = plan->classes.cycle;
    const firesieve_delay length = watch->to - watch->from;
    if (length <= cycle) {
        return sweep_part(search, plan, watch->from, watch->to, error);
    }
    const firesieve_delay middle = watch->from + length % cycle;
    firesieve_status status = sweep_part(search, plan, watch->from, middle, error);
    if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE) {
        return status;
    }
    const firesieve_delay first = result->count;
    status = sweep_part(search, plan, middle, watch->from + cycle, error);
    if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_NONE) {
        result->count = length / cycle * result->count + first;
        watch_ended(watch, watch->to, watch->to, result);
    }
    return status;
}

/* Lists; where a whole cycle has nothing safe, later ones have not either. */
static firesieve_status sweep_list(struct search *search, const struct plan *plan, firesieve_delay from,
                                   firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const struct last_delay last = last_delay_of(watch, from, &plan->classes);
    const firesieve_status status = sweep_part(search, plan, from, last.end, error);
    if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE || last.end == watch->to) {
        return status;
    }
    if (result->count > 0) {
        return sweep_part(search, plan, last.end, watch->to, error);
    }
    watch_ended(watch, watch->to, watch->to, result);
    result->reason = last.reason;
    return FIRESIEVE_OK;
}

static bool go_on_planning(void *context)
{
    struct watch *const watch = context;
    return watch_go_on(watch, watch->from);
}

static firesieve_status make_plan(struct search *search, struct plan *plan, bool first_look, firesieve_error *error)
{
    struct plan_request request =
        plan_request_for(search->options, search->goal->kind, (struct go_on){go_on_planning, &search->watch});
    request.first_look = first_look;
    request.tally = search->profiler == NULL ? NULL : search->profiler->tallies;
    firesieve_status status = plan_make(plan, search->firewall, &request, error);
    enter(search, FIRESIEVE_STAGE_WINDOWS);
    if (status == FIRESIEVE_OK && search->profiler != NULL && !profiler_begin(search->profiler, plan)) {
        status = error_set_memory(error, "the profile");
    }
    search->result.method = plan->method;
    search->columns = plan->first_columns;
    return status;
}

/* Searches from `from` on; *from is where a first look ended without an answer, and a plan for the rest is wanted. */
static firesieve_status sweep_by_plan(struct search *search, const struct plan *plan, firesieve_delay *from,
                                      firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    if (plan->stopped) {
        watch_ended(watch, watch->to, *from, &search->result);
        return FIRESIEVE_OK;
    }
    if (plan->blocked != NULL) {
        end_blocked(search, *from, plan->blocked);
        return FIRESIEVE_OK;
    }
    if (plan->cut) {
        const firesieve_delay to = *from + PLAN_FIRST_LOOK;
        const firesieve_status status = sweep_part(search, plan, *from, to, error);
        *from = to;
        return status;
    }
    return search->goal->kind == GOAL_SMALLEST ? sweep_smallest(search, plan, *from, error)
           : search->goal->kind == GOAL_COUNT  ? sweep_count(search, plan, error)
                                               : sweep_list(search, plan, *from, error);
}

/* A plan for a long search may take seconds to make. So there is a first look, for answers that are near all the same. */
static firesieve_status sweep(struct search *search, firesieve_error *error)
{
    firesieve_delay from = search->watch.from;
    bool first_look = search->goal->kind != GOAL_COUNT;
    for (;;) {
        struct plan plan;
        firesieve_status status = make_plan(search, &plan, first_look, error);
        if (status == FIRESIEVE_OK) {
            status = sweep_by_plan(search, &plan, &from, error);
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

/* ----------------------------------------------------------------------------------------------------------- */

static firesieve_status run(struct search *search, firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    if (watch->from == watch->to) {
        watch_ended(watch, watch->to, watch->to, &search->result);
        return FIRESIEVE_OK;
    }
    if (!request_is_for_oracle(search->options)) {
        return sweep(search, error);
    }
    enter(search, FIRESIEVE_STAGE_ORACLE);
    return search->goal->kind == GOAL_SMALLEST ? ask_oracle(search, watch, &search->result, error)
                                               : ask_oracle_for_all(search, error);
}

static const char range_is_caught[] = "every delay of the range is caught";

/*
 * Puzzle-sized firewalls: true where they are solved. Nothing is prepared for them, and the clock is read twice; where
 * it is undecided, some 40 us at most are lost and not in elapsed_s.
 */
static bool solve_short(const firesieve_firewall *firewall, const firesieve_search_options *options,
                        firesieve_search_result *result)
{
    if (!request_may_be_short(options)) {
        return false;
    }
    const double started = clock_seconds();
    firesieve_delay delay;
    const char *reason;
    const enum small_outcome outcome = small_solve(firewall, options->from, options->to, &delay, &reason);
    if (outcome == SMALL_UNDECIDED) {
        return false;
    }
    const bool found = outcome == SMALL_FOUND;
    *result = (firesieve_search_result){
        .outcome = found ? FIRESIEVE_FOUND : FIRESIEVE_NONE,
        .delay = found ? delay : 0,
        .reached = found ? delay : options->to,
        .candidates = found ? delay - options->from + 1 : options->to - options->from,
        .method = FIRESIEVE_METHOD_WHEEL,
        .threads = 1,
        .elapsed_s = clock_seconds() - started,
        .reason = found || reason != NULL ? reason : range_is_caught,
    };
    return true;
}

/* Counts and lists are NONE where nothing was found in the whole range. */
static void finish(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    if (search->goal->kind != GOAL_SMALLEST && result->outcome == FIRESIEVE_NONE && result->count > 0) {
        result->outcome = FIRESIEVE_FOUND;
    }
    if (result->outcome == FIRESIEVE_NONE && result->reason == NULL) {
        result->reason = range_is_caught;
    }
    result->elapsed_s = clock_seconds() - search->watch.started;
}

static firesieve_status run_checked(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                    const struct sweep_goal *goal, struct profiler *profiler,
                                    firesieve_search_result *result, firesieve_error *error)
{
    if (profiler != NULL) {
        profiler_start(profiler, FIRESIEVE_STAGE_SHORT_PATH);
    }
    if (goal->kind == GOAL_SMALLEST && solve_short(firewall, options, result)) {
        return FIRESIEVE_OK;
    }
    struct search search = {.firewall = firewall, .options = options, .goal = goal, .profiler = profiler};
    search.result.method = options->method != FIRESIEVE_METHOD_AUTO ? options->method : FIRESIEVE_METHOD_SCAN;
    search.result.threads = 1;
    if (!request_is_for_oracle(options)) {
        search.result.kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    }
    search.watch = watch_start(options);
    if (profiler != NULL) {
        profiler_start(profiler, FIRESIEVE_STAGE_WINDOWS);
    }
    const firesieve_status status = run(&search, error);
    finish(&search);
    if (status == FIRESIEVE_OK) {
        *result = search.result;
    }
    return status;
}

static firesieve_status run_profiled(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                     const struct sweep_goal *goal, firesieve_search_result *result,
                                     firesieve_error *error)
{
    struct profiler profiler;
    const unsigned threads = request_is_for_oracle(options) ? 1 : thread_count(options);
    firesieve_status status = profiler_make(&profiler, threads, error);
    if (status == FIRESIEVE_OK) {
        status = run_checked(firewall, options, goal, &profiler, result, error);
    }
    if (status == FIRESIEVE_OK) {
        const bool blocked = result->outcome == FIRESIEVE_NONE && result->reason != range_is_caught;
        profiler_finish(&profiler, firewall, blocked, options->profile);
    }
    profiler_free(&profiler);
    return status;
}

static firesieve_status search_run(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const struct sweep_goal *goal, firesieve_search_result *result,
                                   firesieve_error *error)
{
    const firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    return options->profile == NULL ? run_checked(firewall, options, goal, NULL, result, error)
                                    : run_profiled(firewall, options, goal, result, error);
}

firesieve_status firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = GOAL_SMALLEST};
    return search_run(firewall, options, &goal, result, error);
}

firesieve_status firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = GOAL_COUNT};
    return search_run(firewall, options, &goal, result, error);
}

firesieve_status firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                firesieve_list_function receive, void *context, firesieve_search_result *result,
                                firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = GOAL_LIST, .receive = receive, .context = context};
    return search_run(firewall, options, &goal, result, error);
}
