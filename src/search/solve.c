/* The door to the methods: checks the options, chooses, takes the time. */
#include <math.h>

#include "base/clock.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "firewall/oracle.h"
#include "search/scan.h"
#include "search/small.h"

static const char *const method_names[FIRESIEVE_METHOD_COUNT] = {
    [FIRESIEVE_METHOD_AUTO] = "auto",
    [FIRESIEVE_METHOD_SIMULATE] = "simulate",
    [FIRESIEVE_METHOD_CLOSED_FORM] = "closed-form",
    [FIRESIEVE_METHOD_SCAN] = "scan",
    [FIRESIEVE_METHOD_WHEEL] = "wheel",
};

const char *firesieve_method_name(firesieve_method method)
{
    return (unsigned)method < FIRESIEVE_METHOD_COUNT ? method_names[method] : NULL;
}

firesieve_search_options firesieve_search_defaults(void)
{
    return (firesieve_search_options){.to = FIRESIEVE_DELAY_END, .time_limit_s = INFINITY};
}

static const char range_is_caught[] = "every delay of the range is caught";

static firesieve_status check_options(const firesieve_search_options *options, firesieve_error *error)
{
    if ((unsigned)options->method >= FIRESIEVE_METHOD_COUNT) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "no such method");
    }
    if (options->to > FIRESIEVE_DELAY_END || options->from > options->to) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a range with from <= to <= 2^127");
    }
    if (isnan(options->time_limit_s)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a time limit in seconds");
    }
    if (options->threads > FIRESIEVE_THREADS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected at most %d threads", FIRESIEVE_THREADS_MAX);
    }
    return options->kernel == NULL ? FIRESIEVE_OK : kernel_require(options->kernel, error);
}

static firesieve_status run_method(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   struct watch *watch, firesieve_search_result *result, firesieve_error *error)
{
    switch (result->method) {
    case FIRESIEVE_METHOD_SIMULATE:
        return oracle_simulate(firewall, watch, result, error);
    case FIRESIEVE_METHOD_CLOSED_FORM:
        oracle_closed_form(firewall, watch, result);
        return FIRESIEVE_OK;
    case FIRESIEVE_METHOD_AUTO:
    case FIRESIEVE_METHOD_SCAN:
    case FIRESIEVE_METHOD_WHEEL:
        break;
    }
    const unsigned threads = options->threads != 0 ? options->threads : cpu_count_available();
    return scan_solve(firewall, result->kernel, threads, watch, result, error);
}

/* Puzzle-sized firewalls: true where they are solved. Nothing is prepared for them but the time taken. */
static bool solve_short(const firesieve_firewall *firewall, const firesieve_search_options *options,
                        firesieve_search_result *result)
{
    const bool asked = options->method == FIRESIEVE_METHOD_AUTO && options->kernel == NULL && options->time_limit_s > 0;
    if (!asked) {
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
        .count = 0,
        .method = FIRESIEVE_METHOD_WHEEL,
        .kernel = NULL,
        .threads = 1,
        .elapsed_s = clock_seconds() - started,
        .reason = found || reason != NULL ? reason : range_is_caught,
    };
    return true;
}

firesieve_status firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    firesieve_status status = check_options(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (solve_short(firewall, options, result)) {
        return FIRESIEVE_OK;
    }
    firesieve_search_result solved = {
        .method = options->method == FIRESIEVE_METHOD_AUTO ? FIRESIEVE_METHOD_SCAN : options->method, .threads = 1};
    if (solved.method == FIRESIEVE_METHOD_SCAN) {
        solved.kernel = options->kernel != NULL ? options->kernel : firesieve_kernel_best();
    }
    struct watch watch = watch_start(options);
    if (options->from == options->to) {
        watch_ended(&watch, options->to, &solved);
    } else {
        status = run_method(firewall, options, &watch, &solved, error);
    }
    if (status == FIRESIEVE_OK && solved.outcome == FIRESIEVE_NONE && solved.reason == NULL) {
        solved.reason = range_is_caught;
    }
    solved.elapsed_s = clock_seconds() - watch.started;
    if (status == FIRESIEVE_OK) {
        *result = solved;
    }
    return status;
}

firesieve_status firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 firesieve_search_result *result, firesieve_error *error)
{
    (void)firewall, (void)options, (void)result;
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "not yet built");
}

firesieve_status firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                firesieve_list_function receive, void *context, firesieve_search_result *result,
                                firesieve_error *error)
{
    (void)firewall, (void)options, (void)receive, (void)context, (void)result;
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "not yet built");
}

firesieve_status firesieve_explain(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    (void)firewall, (void)options, (void)explanation;
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "not yet built");
}

void firesieve_explanation_free(firesieve_explanation *explanation)
{
    (void)explanation;
}
