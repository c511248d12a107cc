#include "search/request.h"

#include <math.h>

#include "base/delay.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"

static const char *const method_names[FIRESIEVE_METHOD_COUNT] = {
    [FIRESIEVE_METHOD_AUTO] = "auto",
    [FIRESIEVE_METHOD_SIMULATE] = "simulate",
    [FIRESIEVE_METHOD_CLOSED_FORM] = "closed-form",
    [FIRESIEVE_METHOD_SCAN] = "scan",
    [FIRESIEVE_METHOD_WHEEL] = "wheel",
    [FIRESIEVE_METHOD_FOCUS] = "focus",
};

const char *firesieve_method_name(firesieve_method method)
{
    return (unsigned)method < FIRESIEVE_METHOD_COUNT ? method_names[method] : NULL;
}

firesieve_search_options firesieve_search_defaults(void)
{
    return (firesieve_search_options){.to = FIRESIEVE_NO_END, .time_limit_s = INFINITY, .checkpoint_interval_s = 5};
}

const firesieve_search_options *request_or_defaults(const firesieve_search_options *options,
                                                    firesieve_search_options *defaults)
{
    if (options != NULL) {
        return options;
    }
    *defaults = firesieve_search_defaults();
    return defaults;
}

firesieve_status request_check(const firesieve_search_options *options, firesieve_error *error)
{
    if ((unsigned)options->method >= FIRESIEVE_METHOD_COUNT) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "no such method");
    }
    const bool ends = options->to <= FIRESIEVE_DELAY_END;
    if ((!ends && options->to != FIRESIEVE_NO_END) || options->from > delay_end(options->to)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a range with from <= to <= 2^127");
    }
    if (isnan(options->time_limit_s)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a time limit in seconds");
    }
    if (options->checkpoint != NULL && !(options->checkpoint_interval_s >= 0)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected an interval in seconds");
    }
    if (options->threads > FIRESIEVE_THREADS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected at most %d threads", FIRESIEVE_THREADS_MAX);
    }
    const firesieve_status status = reserved_check(
        options->reserved, sizeof options->reserved / sizeof options->reserved[0], "firesieve_search_defaults", error);
    return status != FIRESIEVE_OK || options->kernel == NULL ? status : kernel_require(options->kernel, error);
}

bool method_is_oracle(firesieve_method method)
{
    return method == FIRESIEVE_METHOD_SIMULATE || method == FIRESIEVE_METHOD_CLOSED_FORM;
}

bool request_is_for_oracle(const firesieve_search_options *options)
{
    return method_is_oracle(options->method);
}

bool request_may_be_short(const firesieve_search_options *options)
{
    return options->method == FIRESIEVE_METHOD_AUTO && options->kernel == NULL && options->time_limit_s > 0 &&
           options->checkpoint == NULL;
}

struct plan_request plan_request_for(const firesieve_search_options *options, enum search_goal goal, struct go_on go_on)
{
    return (struct plan_request){
        .goal = goal,
        .go_on = go_on,
        .method = options->method,
        .from = options->from,
        .to = delay_end(options->to),
        .limit = goal == GOAL_LIST ? options->limit : 0,
        .threads = options->threads != 0 ? options->threads : cpu_count_available(),
        .memory = options->memory != 0 ? options->memory : memory_for_search(1),
    };
}
