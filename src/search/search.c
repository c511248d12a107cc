/* The door to the methods: checks the options, keeps checkpoints, takes the time. */
#include "search/running.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "search/request.h"
#include "search/small.h"

/* ---- Checkpoints ------------------------------------------------------------------------------------------ */

/* The watch was started so much earlier as earlier runs took. */
static void take_down_time(struct search *search)
{
    search->frontier.elapsed_ns = (uint64_t)(1e9 * (clock_seconds() - search->watch.started));
}

/* Takes down how far the search has come; an oracle has come to `reached`. */
static void take_down(struct search *search, firesieve_delay reached)
{
    take_down_time(search);
    if (search->part.running != NULL) {
        sweep_take_down(search->part.running, &search->frontier);
    } else if (request_is_for_oracle(search->options)) {
        search_take_down_oracle(search, reached);
    }
}

/* What the watch calls. */
static void keep(void *context, firesieve_delay reached, bool at_once)
{
    struct search *const search = context;
    if (at_once) {
        take_down(search, reached);
        search->in_midst = true;
    } else if (clock_seconds() >= search->checkpoint->next) {
        take_down(search, reached);
        checkpoint_write(search->checkpoint, &search->frontier, false);
    }
}

/* Begins where the checkpoint says. */
static firesieve_status resume(struct search *search, firesieve_error *error)
{
    struct frontier *const frontier = &search->frontier;
    frontier->window.begun = calloc(FRONTIER_TASKS_MAX, sizeof *frontier->window.begun);
    search->resumed_begun = calloc(FRONTIER_TASKS_MAX, sizeof *search->resumed_begun);
    if (frontier->window.begun == NULL || search->resumed_begun == NULL) {
        return error_set_memory(error, "the checkpoint");
    }
    const firesieve_status status = checkpoint_begin(search->checkpoint, frontier, error);
    const double earlier_s = 1e-9 * (double)frontier->elapsed_ns;
    search->watch.started -= earlier_s;
    search->watch.keep = keep;
    search->watch.keep_context = search;
    search->result.earlier_s = earlier_s;
    return status;
}

/* ----------------------------------------------------------------------------------------------------------- */

static firesieve_status run(struct search *search, firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    if (watch->from == watch->to) {
        watch_ended(watch, watch->to, watch->to, &search->result);
        return FIRESIEVE_OK;
    }
    return request_is_for_oracle(search->options) ? search_by_oracle(search, error) : search_by_sieve(search, error);
}

/* As run, with a checkpoint where there is to be one. */
static firesieve_status run_kept(struct search *search, firesieve_error *error)
{
    if (search->checkpoint == NULL) {
        return run(search, error);
    }
    firesieve_status status = resume(search, error);
    if (status == FIRESIEVE_OK) {
        status = run(search, error);
        take_down_time(search);
        checkpoint_write(search->checkpoint, &search->frontier, true);
    } else if (status == FIRESIEVE_ERROR_STOPPED) {
        watch_ended(&search->watch, search->watch.to, search->watch.from, &search->result);
        status = FIRESIEVE_OK;
    }
    checkpoint_end(search->checkpoint);
    free(search->frontier.window.begun);
    free(search->resumed_begun);
    return status;
}

static const char range_is_caught[] = "every delay of the range is caught";
static const char no_proof[] =
    "every delay of the range, which ends at 2^127, is caught, and nothing proves that larger ones are";

void search_settle(const firesieve_search_options *options, const struct sweep_goal *goal,
                   firesieve_search_result *result)
{
    if (goal->kind != GOAL_SMALLEST && result->outcome == FIRESIEVE_NONE && result->count > 0) {
        result->outcome = FIRESIEVE_FOUND;
    }
    if (result->outcome != FIRESIEVE_NONE || result->reason != NULL) {
        return;
    }
    if (goal->kind != GOAL_COUNT && options->to == FIRESIEVE_NO_END) {
        result->outcome = FIRESIEVE_LIMIT;
        result->reason = no_proof;
    } else {
        result->reason = range_is_caught;
    }
}

/*
 * Puzzle-sized firewalls: true where they are solved. Nothing is prepared for them, and the clock is read twice; where
 * it is undecided, some 40 us at most are lost and not in elapsed_s.
 */
static bool solve_short(const firesieve_firewall *firewall, const firesieve_search_options *options,
                        const struct sweep_goal *goal, firesieve_search_result *result)
{
    if (goal->kind != GOAL_SMALLEST || !request_may_be_short(options)) {
        return false;
    }
    const double started = clock_seconds();
    firesieve_delay delay;
    const char *reason;
    const firesieve_delay to = delay_end(options->to);
    const enum small_outcome outcome = small_solve(firewall, options->from, to, &delay, &reason);
    if (outcome == SMALL_UNDECIDED) {
        return false;
    }
    const bool found = outcome == SMALL_FOUND;
    *result = (firesieve_search_result){
        .outcome = found ? FIRESIEVE_FOUND : FIRESIEVE_NONE,
        .delay = found ? delay : 0,
        .reached = found ? delay : to,
        .window = found ? delay : to,
        .candidates = found ? delay - options->from + 1 : to - options->from,
        .method = FIRESIEVE_METHOD_WHEEL,
        .threads = 1,
        .elapsed_s = clock_seconds() - started,
        .reason = reason,
    };
    search_settle(options, goal, result);
    return true;
}

/* What was done of a window that a search was stopped in, or had no time to go on with. */
static void note_window(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    const struct window_frontier *const window = &search->frontier.window;
    const bool stopped = result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED;
    if (stopped && result->window <= result->reached && search->frontier.in_window) {
        result->window = window->end;
        result->window_share = (double)(window->next_task - window->begun_count) / (double)window->tasks;
        result->window_count = window->count;
    }
    if (!stopped || result->window <= result->reached) {
        result->window = result->reached;
        result->window_share = 0;
        result->window_count = 0;
    }
}

static firesieve_status run_checked(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                    const struct sweep_goal *goal, struct profiler *profiler,
                                    firesieve_search_result *result, firesieve_error *error)
{
    if (profiler != NULL) {
        profiler_start(profiler, FIRESIEVE_STAGE_SHORT_PATH);
    }
    if (solve_short(firewall, options, goal, result)) {
        return FIRESIEVE_OK;
    }
    struct checkpoint checkpoint = {.path = NULL};
    struct search search = {.firewall = firewall,
                            .options = options,
                            .goal = goal,
                            .profiler = profiler,
                            .checkpoint = options->checkpoint == NULL ? NULL : &checkpoint};
    search.result.method = options->method != FIRESIEVE_METHOD_AUTO ? options->method : FIRESIEVE_METHOD_SCAN;
    search.result.threads = 1;
    if (!request_is_for_oracle(options)) {
        search.result.kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    }
    search.watch = watch_start(options);
    if (options->checkpoint != NULL) {
        checkpoint = checkpoint_of(firewall, goal->kind, options, watch_asked(&search.watch));
    }
    search.result.end = search.watch.to;
    search.frontier.reached = options->from;
    search.frontier.base = options->from;
    if (profiler != NULL) {
        profiler_start(profiler, FIRESIEVE_STAGE_WINDOWS);
    }
    const firesieve_status status = run_kept(&search, error);
    note_window(&search);
    search_settle(options, goal, &search.result);
    search.result.elapsed_s = clock_seconds() - search.watch.started;
    if (status == FIRESIEVE_OK) {
        *result = search.result;
    }
    return status;
}

static firesieve_status run_profiled(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                     const struct sweep_goal *goal, firesieve_search_result *result,
                                     firesieve_error *error)
{
    static const double table_s = 0.1; /* of a search that is late: half of what it may be late by */
    struct profiler profiler;
    struct watch watch = watch_start(options); /* for the table of constraints, which is made after the search */
    const unsigned threads = request_is_for_oracle(options) ? 1 : search_threads(options);
    firesieve_status status = profiler_make(&profiler, threads, error);
    if (status == FIRESIEVE_OK) {
        status = run_checked(firewall, options, goal, &profiler, result, error);
    }
    if (status == FIRESIEVE_OK) {
        const bool blocked = result->outcome == FIRESIEVE_NONE && result->reason != range_is_caught;
        watch.at = result->reached;
        watch.deadline = fmax(watch.deadline, clock_seconds() + table_s);
        watch.over = result->outcome == FIRESIEVE_CANCELLED;
        profiler_finish(&profiler, firewall, blocked, watch_asked(&watch), options->profile);
    }
    profiler_free(&profiler);
    return status;
}

static firesieve_status search_run(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const struct sweep_goal *goal, firesieve_search_result *result,
                                   firesieve_error *error)
{
    firesieve_search_options defaults;
    options = request_or_defaults(options, &defaults);
    const firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (options->checkpoint != NULL && goal->kind == GOAL_LIST) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a list has no checkpoint");
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

/* Who wants one delay wants the smallest. */
static firesieve_status list_one(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 const struct sweep_goal *goal, firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_status status = firesieve_solve(firewall, options, result, error);
    if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_NONE) {
        result->reached = delay_end(options->to);
        result->window = result->reached;
    } else if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_FOUND) {
        const firesieve_delay delay = result->delay;
        result->delay = 0;
        result->count = 1;
        result->reached = delay + 1;
        result->window = result->reached;
        result->outcome = goal->receive(delay, goal->context) ? FIRESIEVE_FOUND : FIRESIEVE_CANCELLED;
    }
    return status;
}

firesieve_status firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                firesieve_list_function receive, void *context, firesieve_search_result *result,
                                firesieve_error *error)
{
    struct sweep_goal goal = {.kind = GOAL_LIST, .receive = receive, .context = context};
    if (options != NULL && options->limit == 1 && options->checkpoint == NULL) {
        return list_one(firewall, options, &goal, result, error);
    }
    goal.limit = options == NULL ? 0 : options->limit;
    return search_run(firewall, options, &goal, result, error);
}
