/* The methods scan, wheel and focus: plans, parts of the range one after the other, and proofs beside them. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "cpu/cpu.h"
#include "search/cost.h"
#include "search/course.h"
#include "search/proof.h"

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

/* So many that each has what it needs beside the plan, where no one said how much that is. */
static unsigned threads_with_memory(const struct search *search)
{
    enum { BYTES_A_THREAD = 3 << 20 /* see firesieve_solve */ };
    const unsigned wanted = search_threads(search->options);
    if (wanted == 1 || search->options->memory != 0) {
        return wanted;
    }
    const uint64_t others = memory_for_search(1) / BYTES_A_THREAD;
    return others < wanted - 1 ? 1 + (unsigned)others : wanted;
}

static firesieve_status sweep_up_to(struct search *search, const struct plan *plan, firesieve_delay to,
                                    firesieve_error *error)
{
    return sweep_part(search, plan, NULL, threads_with_memory(search), to, error);
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
    const struct last_delay last = course_last_delay(search, plan);
    double seconds = fmax(1e-9 * cost_of(&plan->work), result->earlier_s) * proof_share;
    for (double delays = far * plan->expected;; delays *= far) {
        const bool to_the_end = delays >= (double)(last.end - watch->from);
        const firesieve_delay to = to_the_end ? last.end : watch->from + (firesieve_delay)delays + 1;
        if (to <= search->frontier.reached && !to_the_end) {
            continue; /* in an earlier run */
        }
        bool blocked;
        search_enter(search, FIRESIEVE_STAGE_PROOF);
        firesieve_status status = course_prove(search, plan, seconds, &blocked, error);
        search_enter(search, FIRESIEVE_STAGE_WINDOWS);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (blocked) {
            course_end_blocked(search, proof_reason);
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

/* Counts a range that is longer than a cycle by one cycle: its first part, and then the rest of the cycle. */
static firesieve_status sweep_count(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    struct frontier *const frontier = &search->frontier;
    const firesieve_delay cycle = plan->classes.cycle;
    if (!course_counts_cycles(search, plan)) {
        return sweep_up_to(search, plan, watch->to, error);
    }
    const firesieve_delay middle = course_middle(search, plan);
    result->end = frontier->base + cycle;
    if (frontier->reached <= middle) {
        const firesieve_status status = sweep_up_to(search, plan, middle, error);
        if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE) {
            return status;
        }
        frontier->first_count = result->count;
    }
    const firesieve_status status = sweep_up_to(search, plan, frontier->base + cycle, error);
    if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_NONE) {
        result->count = (watch->to - frontier->base) / cycle * result->count + frontier->first_count;
        watch_ended(watch, watch->to, watch->to, result);
    }
    return status;
}

/* Lists; where a whole cycle has nothing safe, later ones have not either. */
static firesieve_status sweep_list(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const struct last_delay last = course_last_delay(search, plan);
    const firesieve_status status = sweep_up_to(search, plan, last.end, error);
    if (status != FIRESIEVE_OK || result->outcome != FIRESIEVE_NONE || last.reason == NULL) {
        return status;
    }
    if (result->count > 0) {
        return last.end == watch->to ? FIRESIEVE_OK : sweep_up_to(search, plan, watch->to, error);
    }
    watch_ended(watch, watch->to, watch->to, result);
    result->reason = last.reason;
    return FIRESIEVE_OK;
}

/* Searches on; where the plan is for a first look, not farther than that. */
static firesieve_status sweep_by_plan(struct search *search, const struct plan *plan, firesieve_error *error)
{
    if (!course_goes_on(search, plan)) {
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
    enum { LEAST_MEMORY = 1 << 16, TIMES_LESS = 4 };
    bool first_look = search->goal->kind != GOAL_COUNT && search->frontier.reached == search->watch.from;
    uint64_t most_memory = UINT64_MAX;
    for (;;) {
        struct plan plan;
        struct plan_request request = course_request(search);
        request.first_look = first_look;
        request.memory = request.memory < most_memory ? request.memory : most_memory;
        firesieve_status status = course_plan(search, &plan, &request, error);
        const bool planned = status == FIRESIEVE_OK;
        if (planned) {
            if (search->checkpoint != NULL) {
                course_note_plan(search, &plan, &request);
            }
            status = sweep_by_plan(search, &plan, error);
        }
        if (status == FIRESIEVE_OK && search->profiler != NULL) {
            profiler_keep(search->profiler, &plan);
        }
        const bool again = status == FIRESIEVE_OK && plan.cut && search->result.outcome == FIRESIEVE_NONE &&
                           search->result.reason == NULL && !plan.stopped;
        plan_free(&plan);
        /* A smaller plan may do; but nothing that was received may come again. */
        const bool smaller = status == FIRESIEVE_ERROR_MEMORY && request.memory / TIMES_LESS >= LEAST_MEMORY &&
                             (!planned || search->goal->kind == GOAL_SMALLEST);
        if (!again && !smaller) {
            return status;
        }
        most_memory = smaller ? request.memory / TIMES_LESS : most_memory;
        first_look = first_look && smaller;
    }
}

/* ---- A window that an earlier run searched in part -------------------------------------------------------- */

static firesieve_status sweep_rest(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const struct frontier *const frontier = &search->frontier;
    if (!course_goes_on(search, plan) || !course_takes_up(search, plan)) {
        return FIRESIEVE_OK;
    }
    struct window_frontier part = frontier->window;
    memcpy(search->resumed_begun, part.begun, part.begun_count * sizeof *part.begun);
    part.begun = search->resumed_begun;
    return sweep_part(search, plan, &part, course_threads_for_window(search, plan, search_threads(search->options)),
                      part.end, error);
}

/*
 * Ends the window that the frontier stands in, with a plan like the one it was begun with; where there is no such plan,
 * the frontier is put back to the window's beginning.
 */
static firesieve_status finish_window(struct search *search, firesieve_error *error)
{
    struct plan plan;
    struct plan_request request = course_request(search);
    search->result.outcome = FIRESIEVE_NONE;
    if (!course_request_same(search, &request)) {
        search->frontier.in_window = false;
        return FIRESIEVE_OK;
    }
    firesieve_status status = course_plan(search, &plan, &request, error);
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
