/* The entrance to all methods: checks the options, keeps checkpoints, takes the time. */
#include "search/search.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "methods/request.h"
#include "methods/small.h"

/* ---- Checkpoints ------------------------------------------------------------------------------------------ */

/* The watch's start is moved back by the time of earlier runs. */
static void take_down_time(struct search *search)
{
    search->frontier.elapsed_ns = (uint64_t)(1e9 * (clock_seconds() - search->watch.started));
}

/* Notes how far the search has come; an oracle has come to `reached`. */
static void take_down(struct search *search, firesieve_delay reached)
{
    take_down_time(search);
    if (search->ledger != NULL) {
        ledger_collect(search->ledger, search->pool, NULL); /* without memory, what it could not book is left out */
        ledger_take_down(search->ledger, &search->frontier);
    } else if (request_is_for_oracle(search->options)) {
        search_take_down_oracle(search, reached);
    }
}

/* The watch calls this often. */
static void keep(void *context, firesieve_delay reached)
{
    struct search *const search = context;
    if (clock_seconds() >= search->checkpoint->next) {
        take_down(search, reached);
        checkpoint_write(search->checkpoint, &search->frontier, false);
    }
}

/* Begins where the checkpoint says. */
static firesieve_status resume(struct search *search, firesieve_error *error)
{
    struct frontier *const frontier = &search->frontier;
    const firesieve_status status = checkpoint_begin(search->checkpoint, search->options, frontier, error);
    const double earlier_s = 1e-9 * (double)frontier->elapsed_ns;
    search->watch.started -= earlier_s;
    search->watch.keep = keep;
    search->watch.keep_context = search;
    search->result.earlier_s = earlier_s;
    return status;
}

/* Makes room for tasks that are begun and not done; short searches never touch these pages. */
static bool make_room(struct search *search)
{
    search->frontier.window.begun = reallocarray(NULL, FRONTIER_TASKS_MAX, sizeof *search->frontier.window.begun);
    search->resumed.begun = reallocarray(NULL, FRONTIER_TASKS_MAX, sizeof *search->resumed.begun);
    return search->frontier.window.begun != NULL && search->resumed.begun != NULL;
}

static firesieve_status run(struct search *search, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    if (watch->from == watch->to) {
        result_ended(search, watch->to, watch->to);
        return FIRESIEVE_OK;
    }
    return request_is_for_oracle(search->options) ? search_by_oracle(search, error) : search_by_sieve(search, error);
}

/* As run, with a checkpoint if there should be one. */
static firesieve_status run_kept(struct search *search, firesieve_error *error)
{
    if (search->checkpoint == NULL) {
        return run(search, error);
    }
    firesieve_status status = resume(search, error);
    if (status == FIRESIEVE_OK) {
        status = run(search, error);
        if (status == FIRESIEVE_OK) {
            take_down_time(search);
            checkpoint_write(search->checkpoint, &search->frontier, true);
        }
    } else if (status == FIRESIEVE_ERROR_STOPPED) {
        result_ended(search, search->watch.to, search->watch.from);
        status = FIRESIEVE_OK;
    }
    checkpoint_end(search->checkpoint);
    return status;
}

/*
 * Puzzle-sized firewalls: true if they are solved. Without any preparation, reading the clock twice; if it is
 * undecided, at most some 40 us are lost and not in elapsed_s.
 */
static bool solve_short(const firesieve_firewall *firewall, const firesieve_search_options *options,
                        const struct goal *goal, firesieve_search_result *result)
{
    if (goal->kind != GOAL_SMALLEST || goal->filter != NULL || firewall->tuplet != NULL ||
        !request_may_be_short(options)) {
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
    *result = result_of_short_path(options, outcome == SMALL_FOUND, outcome == SMALL_FOUND ? delay : to, reason,
                                   clock_seconds() - started);
    return true;
}

static firesieve_status run_checked(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                    const struct goal *goal, struct profiler *profiler, firesieve_search_result *result,
                                    firesieve_error *error)
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
                            .checkpoint = options->checkpoint == NULL ? NULL : &checkpoint,
                            .frontier = frontier_at(options->from, NULL)};
    result_start(&search); /* finding the best kernel is done once per process, and not part of a search */
    search.watch = watch_start(options);
    if (options->checkpoint != NULL) {
        checkpoint = checkpoint_of(firewall, goal->kind, options, watch_asked(&search.watch));
        checkpoint.subject.callers_filter = goal->filter != NULL && goal->filter->callers;
    }
    if (profiler != NULL) {
        profiler_start(profiler, FIRESIEVE_STAGE_WINDOWS);
    }
    const firesieve_status status =
        make_room(&search) ? run_kept(&search, error) : error_set_memory(error, "the search");
    result_settle(&search);
    search.result.elapsed_s = clock_seconds() - search.watch.started;
    if (status == FIRESIEVE_OK) {
        *result = search.result;
    }
    recipe_free(&search.frontier.recipe);
    free(search.frontier.window.begun);
    free(search.resumed.begun);
    return status;
}

static firesieve_status run_profiled(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                     const struct goal *goal, firesieve_search_result *result, firesieve_error *error)
{
    static const double table_s = 0.1; /* for a search that is late: half of the delay that is allowed */
    struct profiler profiler;
    struct watch watch = watch_start(options); /* for the table of constraints, which is made after the search */
    const unsigned threads = request_is_for_oracle(options) ? 1 : search_threads(options);
    firesieve_status status = profiler_make(&profiler, threads, error);
    if (status == FIRESIEVE_OK) {
        status = run_checked(firewall, options, goal, &profiler, result, error);
    }
    if (status == FIRESIEVE_OK) {
        const bool blocked = result->outcome == FIRESIEVE_NONE && result->reason != result_range_is_caught;
        watch.at = result->reached;
        watch.deadline = fmax(watch.deadline, clock_seconds() + table_s);
        watch.over = result->outcome == FIRESIEVE_CANCELLED;
        profiler_finish(&profiler, firewall, blocked, watch_asked(&watch), options->profile);
    }
    profiler_free(&profiler);
    return status;
}

firesieve_status search_classes(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                const struct goal *goal, firesieve_search_result *result, firesieve_error *error)
{
    return options->profile == NULL ? run_checked(firewall, options, goal, NULL, result, error)
                                    : run_profiled(firewall, options, goal, result, error);
}

/* The caller's filter, if that is all there is to ask. */
static bool accepts(const void *context, firesieve_delay delay)
{
    const firesieve_search_options *const options = context;
    return options->filter(delay, options->filter_context);
}

static firesieve_status search_run(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const struct goal *goal, firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_search_options own = request_begin(firewall, options);
    const firesieve_status status = request_check(&own, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (own.checkpoint != NULL && goal->kind == GOAL_LIST) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a list has no checkpoint");
    }
    if (firewall->form != NULL) {
        return search_residues(firewall, &own, goal, result, error);
    }
    if (own.filter == NULL) {
        return search_classes(firewall, &own, goal, result, error);
    }
    const struct survivor_filter filter = {accepts, &own, true};
    struct goal filtered = *goal;
    filtered.filter = &filter;
    return search_classes(firewall, &own, &filtered, result, error);
}

firesieve_status firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct goal goal = {.kind = GOAL_SMALLEST};
    return search_run(firewall, options, &goal, result, error);
}

firesieve_status firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct goal goal = {.kind = GOAL_COUNT};
    return search_run(firewall, options, &goal, result, error);
}

/* A caller that wants one delay wants the smallest. */
static firesieve_status list_one(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 const struct goal *goal, firesieve_search_result *result, firesieve_error *error)
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
    struct goal goal = {.kind = GOAL_LIST, .receive = receive, .context = context};
    if (options != NULL && options->limit == 1 && options->checkpoint == NULL) {
        return list_one(firewall, options, &goal, result, error);
    }
    goal.limit = options == NULL ? 0 : options->limit;
    return search_run(firewall, options, &goal, result, error);
}
