/* The door to the methods: checks the options, chooses, searches, takes the time. */
#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "firewall/oracle.h"
#include "search/request.h"
#include "search/sweep.h"

/* A search on its way. */
struct search {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    const struct sweep_goal *goal;
    struct watch watch;
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
        if (next.outcome != FIRESIEVE_FOUND) {
            search->watch.stop = rest.stop;
            watch_ended(&search->watch, next.reached, result);
            return FIRESIEVE_OK;
        }
        ++result->count;
        rest.from = next.delay + 1;
        if (search->goal->kind == SIEVE_LIST && !search->goal->receive(next.delay, search->goal->context)) {
            search->watch.stop = FIRESIEVE_CANCELLED;
            watch_ended(&search->watch, rest.from, result);
            return FIRESIEVE_OK;
        }
    }
}

/* ---- The sieve -------------------------------------------------------------------------------------------- */

/*
 * Brings the end of the range down to the delay at which nothing safe so far proves that nothing is safe at all, and
 * returns the reason to give then (NULL where the range itself ends first).
 */
static const char *limit_range(struct watch *watch, const struct class_set *classes)
{
    const firesieve_delay end = delay_add_saturated(watch->from, delay_min(classes->cycle, classes->stretch));
    if (end >= watch->to) {
        return NULL;
    }
    watch->to = end;
    return classes->cycle <= classes->stretch
               ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
               : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)";
}

static unsigned thread_count(const firesieve_search_options *options)
{
    return options->threads != 0 ? options->threads : cpu_count_available();
}

static firesieve_status sweep_range(struct search *search, const struct plan *plan, struct watch *watch,
                                    firesieve_error *error)
{
    return sweep_run(plan, search->result.kernel, thread_count(search->options), search->goal, watch, &search->result,
                     error);
}

static firesieve_status sweep_smallest(struct search *search, const struct plan *plan, firesieve_error *error)
{
    const char *const reason = limit_range(&search->watch, &plan->classes);
    const firesieve_status status = sweep_range(search, plan, &search->watch, error);
    search->result.reason = search->result.outcome == FIRESIEVE_NONE ? reason : NULL;
    return status;
}

/*
 * Counts a range that is longer than a cycle by one cycle: its first part as long as what the range has over whole
 * cycles, then the rest of it.
 */
static firesieve_status sweep_count(struct search *search, const struct plan *plan, firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const firesieve_delay cycle = plan->classes.cycle;
    const firesieve_delay length = watch->to - watch->from;
    if (length <= cycle) {
        return sweep_range(search, plan, watch, error);
    }
    struct watch part = *watch;
    part.to = watch->from + length % cycle;
    firesieve_status status = sweep_range(search, plan, &part, error);
    if (status != FIRESIEVE_OK || result->reached < part.to) {
        return status;
    }
    const firesieve_delay first = result->count;
    part.from = part.to;
    part.to = watch->from + cycle;
    status = sweep_range(search, plan, &part, error);
    if (status == FIRESIEVE_OK && result->reached == part.to) {
        result->count = length / cycle * result->count + first;
        watch_ended(watch, watch->to, result);
    }
    return status;
}

/* Lists; where a whole cycle has nothing safe, later ones have not either. */
static firesieve_status sweep_list(struct search *search, const struct plan *plan, firesieve_error *error)
{
    struct watch first = search->watch;
    const char *const reason = limit_range(&first, &plan->classes);
    firesieve_search_result *const result = &search->result;
    firesieve_status status = sweep_range(search, plan, &first, error);
    if (status != FIRESIEVE_OK || result->reached < first.to) {
        search->watch.stop = first.stop;
    } else if (result->count == 0) {
        result->reason = reason;
        result->reached = search->watch.to;
    } else if (reason != NULL) {
        struct watch rest = search->watch;
        rest.from = first.to;
        status = sweep_range(search, plan, &rest, error);
        search->watch.stop = rest.stop;
    }
    watch_ended(&search->watch, result->reached, result);
    return status;
}

static firesieve_status sweep(struct search *search, firesieve_error *error)
{
    struct plan plan;
    const struct plan_request request = plan_request_for(search->options, search->goal->kind != SIEVE_SMALLEST);
    firesieve_status status = plan_make(&plan, search->firewall, &request, error);
    search->result.method = plan.method;
    if (status == FIRESIEVE_OK && plan.blocked != NULL) {
        watch_ended(&search->watch, search->watch.to, &search->result);
        search->result.candidates = 0;
        search->result.reason = plan.blocked;
    } else if (status == FIRESIEVE_OK) {
        status = search->goal->kind == SIEVE_SMALLEST ? sweep_smallest(search, &plan, error)
                 : search->goal->kind == SIEVE_COUNT  ? sweep_count(search, &plan, error)
                                                      : sweep_list(search, &plan, error);
    }
    plan_free(&plan);
    return status;
}

/* ----------------------------------------------------------------------------------------------------------- */

static firesieve_status run(struct search *search, firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    if (watch->from == watch->to) {
        watch_ended(watch, watch->to, &search->result);
        return FIRESIEVE_OK;
    }
    if (!request_is_for_oracle(search->options)) {
        return sweep(search, error);
    }
    return search->goal->kind == SIEVE_SMALLEST ? ask_oracle(search, watch, &search->result, error)
                                                : ask_oracle_for_all(search, error);
}

/* Counts and lists are NONE where nothing was found in the whole range. */
static void finish(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    if (search->goal->kind != SIEVE_SMALLEST && result->outcome == FIRESIEVE_NONE && result->count > 0) {
        result->outcome = FIRESIEVE_FOUND;
    }
    if (result->outcome == FIRESIEVE_NONE && result->reason == NULL) {
        result->reason = "every delay of the range is caught";
    }
    result->elapsed_s = clock_seconds() - search->watch.started;
}

static firesieve_status search_run(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const struct sweep_goal *goal, firesieve_search_result *result,
                                   firesieve_error *error)
{
    firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct search search = {.firewall = firewall, .options = options, .goal = goal};
    search.result.method = options->method;
    search.result.threads = 1;
    if (!request_is_for_oracle(options)) {
        search.result.kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    }
    search.watch = watch_start(options);
    status = run(&search, error);
    finish(&search);
    if (status == FIRESIEVE_OK) {
        *result = search.result;
    }
    return status;
}

firesieve_status firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = SIEVE_SMALLEST};
    return search_run(firewall, options, &goal, result, error);
}

firesieve_status firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = SIEVE_COUNT};
    return search_run(firewall, options, &goal, result, error);
}

firesieve_status firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                firesieve_list_function receive, void *context, firesieve_search_result *result,
                                firesieve_error *error)
{
    const struct sweep_goal goal = {.kind = SIEVE_LIST, .receive = receive, .context = context};
    return search_run(firewall, options, &goal, result, error);
}
