#include "sharing/shared.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/hash.h"
#include "search/cost.h"
#include "search/proof.h"
#include "search/request.h"
#include "sharing/schedule.h"

/* ---- The plan --------------------------------------------------------------------------------------------- */

/*
 * A plan that is told to stop may be made all the same, by choosing what is best so far: not what others choose. So who
 * said so once is not asked again, and the plan is of no use.
 */
static bool go_on_planning(void *context)
{
    struct shared *const shared = context;
    struct search *const search = &shared->search;
    shared->stopped = shared->stopped || !watch_go_on(&search->watch, search->frontier.reached);
    return !shared->stopped;
}

static struct plan_request request_plan(struct shared *shared)
{
    struct plan_request request = course_request(&shared->search);
    request.go_on = (struct go_on){go_on_planning, shared};
    return request;
}

/* Makes the plan of the window that the frontier is in the midst of, or where that cannot be, forgets the window. */
static firesieve_status plan_for_window(struct shared *shared, firesieve_error *error)
{
    struct search *const search = &shared->search;
    struct plan_request request = request_plan(shared);
    search->frontier.in_window = false;
    if (!course_request_same(search, &request) || request.first_look) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = course_plan(search, &shared->plan, &request, error);
    search->frontier.in_window = status == FIRESIEVE_OK && !shared->stopped && shared->plan.blocked == NULL &&
                                 course_takes_up(search, &shared->plan);
    if (!search->frontier.in_window) {
        plan_free(&shared->plan);
        shared->plan = (struct plan){.method = FIRESIEVE_METHOD_AUTO};
    }
    return status;
}

static firesieve_status plan_anew(struct shared *shared, firesieve_error *error)
{
    const struct plan_request request = request_plan(shared);
    const firesieve_status status = course_plan(&shared->search, &shared->plan, &request, error);
    if (status == FIRESIEVE_OK) {
        course_note_plan(&shared->search, &shared->plan, &request);
    }
    return status;
}

/* Where the last window ends. */
static struct last_delay end_of_windows(const struct shared *shared)
{
    const struct search *const search = &shared->search;
    if (search->goal->kind == GOAL_SMALLEST) {
        return course_last_delay(search, &shared->plan);
    }
    const bool cycles = course_counts_cycles(search, &shared->plan);
    return (struct last_delay){.end = cycles ? search->frontier.base + shared->plan.classes.cycle : search->watch.to};
}

/* Looks for a proof that nothing is safe, where there may be one and the search may be long. */
static firesieve_status prove(struct shared *shared, firesieve_error *error)
{
    static const double share = 0.1; /* of the time that the search is expected to take */
    struct search *const search = &shared->search;
    bool blocked = false;
    firesieve_status status = FIRESIEVE_OK;
    if (search->goal->kind == GOAL_SMALLEST) {
        status = course_prove(search, &shared->plan, share * 1e-9 * cost_of(&shared->plan.work), &blocked, error);
    }
    if (blocked) {
        course_end_blocked(search, proof_reason);
        shared->planned = false;
    }
    return status;
}

static uint64_t hash_delay(firesieve_delay delay)
{
    const uint64_t halves[] = {(uint64_t)delay, (uint64_t)(delay >> 64)};
    return hash_numbers(halves, 2, 0);
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint64_t hash_of(const struct shared *shared)
{
    const struct search *const search = &shared->search;
    const struct frontier *const frontier = &search->frontier;
    const struct plan *const plan = &shared->plan;
    const uint64_t hashes[] = {hash_delay(frontier->reached),
                               hash_delay(shared->last.end),
                               hash_delay(search->watch.to),
                               sweep_plan_hash(plan),
                               bits_of(plan->forecast.window),
                               plan->first_columns,
                               plan->crossed.count,
                               plan->segment_words,
                               frontier->in_window,
                               (uint64_t)search->goal->kind};
    return hash_numbers(hashes, sizeof hashes / sizeof *hashes, 0);
}

static firesieve_status plan(struct shared *shared, firesieve_error *error)
{
    struct search *const search = &shared->search;
    firesieve_status status = FIRESIEVE_OK;
    if (search->watch.from == search->watch.to) {
        watch_ended(&search->watch, search->watch.to, search->watch.to, &search->result);
        search_settle(search->options, search->goal, &search->result);
        return status;
    }
    if (search->frontier.in_window) {
        status = plan_for_window(shared, error);
    }
    if (status == FIRESIEVE_OK && !search->frontier.in_window && !shared->stopped) {
        status = plan_anew(shared, error);
    }
    shared->plan.stopped = shared->stopped;
    shared->planned = status == FIRESIEVE_OK && course_goes_on(search, &shared->plan);
    if (shared->planned) {
        shared->last = end_of_windows(shared);
        status = prove(shared, error);
    }
    if (status == FIRESIEVE_OK && shared->planned) {
        shared->hash = hash_of(shared);
    }
    return status;
}

firesieve_status shared_plan(struct shared *shared, const firesieve_firewall *firewall,
                             const firesieve_search_options *options, enum search_goal goal,
                             const struct frontier *begin, bool shares_memory, firesieve_error *error)
{
    *shared = (struct shared){.goal = {.kind = goal}};
    const firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (request_is_for_oracle(options)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "an oracle searches alone");
    }
    shared->search = (struct search){
        .firewall = firewall,
        .options = options,
        .goal = &shared->goal,
        .watch = watch_start(options),
        .frontier = *begin,
        .shares_memory = shares_memory,
    };
    shared->search.result.method = options->method != FIRESIEVE_METHOD_AUTO ? options->method : FIRESIEVE_METHOD_SCAN;
    shared->search.result.count = begin->count + begin->base_count;
    shared->search.result.end = shared->search.watch.to;
    shared->search.watch.deadline = INFINITY; /* plans must not depend on it */
    shared->search.result.kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    return plan(shared, error);
}

void shared_free(struct shared *shared)
{
    plan_free(&shared->plan);
}

/* ---- The search ------------------------------------------------------------------------------------------- */

/* A find is before the window. */
static bool is_behind_find(struct task_pool *pool, const struct sweep *sweep)
{
    return sweep->goal->kind == GOAL_SMALLEST && task_pool_tell(pool, FIRESIEVE_DELAY_END) < sweep->reached;
}

static firesieve_status search_windows(const struct shared *shared, struct schedule *schedule, struct task_pool *pool,
                                       unsigned threads, firesieve_error *error)
{
    unsigned fitting = threads;
    if (schedule->resumed != NULL) {
        fitting = course_threads_for_window(&shared->search, &shared->plan, threads);
    }
    for (;; fitting = threads) {
        const enum schedule_step step = schedule_next(schedule);
        struct window *const window = &schedule->window;
        if (step == SCHEDULE_END || (step == SCHEDULE_WINDOW && is_behind_find(pool, &schedule->sweep))) {
            return FIRESIEVE_OK;
        }
        if (step == SCHEDULE_WINDOW) {
            window->pool = pool;
            window_search(window, fitting);
        }
        if (step == SCHEDULE_NO_MEMORY || atomic_load(&window->searching) == 0 || atomic_load(&window->no_memory)) {
            return error_set_memory(error, "the search");
        }
        /* Where it is over between two tasks none is cut short, and windows without tasks would go on for ever. */
        if (atomic_load(&window->cut_short) || atomic_load(&pool->over)) {
            return FIRESIEVE_OK;
        }
    }
}

firesieve_status shared_work(const struct shared *shared, struct task_pool *pool, unsigned threads,
                             unsigned all_threads, firesieve_error *error)
{
    struct schedule schedule;
    schedule_start(&schedule, &shared->search, &shared->plan, shared->last.end, all_threads);
    struct worker *const workers = calloc(threads, sizeof *workers);
    if (workers == NULL) {
        return error_set_memory(error, "the threads");
    }
    schedule.sweep.workers = workers;
    for (unsigned i = 0; i < threads; ++i) {
        workers[i].task = WINDOW_NO_TASK;
    }
    const struct frontier *const frontier = &shared->search.frontier;
    if (frontier->in_window && frontier->window.found < frontier->window.end) {
        task_pool_tell(pool, frontier->window.found);
    }
    const firesieve_status status = search_windows(shared, &schedule, pool, threads, error);
    schedule_close(&schedule);
    for (unsigned i = 0; i < threads; ++i) {
        worker_stop(&workers[i]);
        free(workers[i].harvest.list.delays);
    }
    free(workers);
    return status;
}
