#include "methods/request.h"

#include <math.h>

#include "base/delay.h"
#include "base/error.h"
#include "cpu/kernel_table.h"
#include "language/form.h"
#include "methods/method.h"

firesieve_search_options firesieve_search_defaults(void)
{
    return (firesieve_search_options){.to = FIRESIEVE_NO_END, .time_limit_s = INFINITY, .checkpoint_interval_s = 5};
}

firesieve_search_options request_begin(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    firesieve_search_options own = options != NULL ? *options : firesieve_search_defaults();
    const struct residue_form *const form = form_of(firewall);
    if (form == NULL || own.range_is_given) {
        return own;
    }
    if (own.from == 0) {
        own.from = delay_min(form->asked_from, delay_end(own.to));
    }
    if (own.to == FIRESIEVE_NO_END && form->asked_to != FIRESIEVE_NO_END) {
        own.to = form->asked_to > own.from ? form->asked_to : own.from;
    }
    return own;
}

const firesieve_firewall *request_sieved(const firesieve_firewall *firewall, firesieve_search_options *options)
{
    const struct residue_form *const form = form_of(firewall);
    if (form == NULL) {
        return firewall;
    }
    const firesieve_delay end = delay_min(form->to, delay_end(options->to));
    options->from = options->from > form->from ? options->from : form->from;
    options->from = options->from < end ? options->from : end;
    options->to = options->to == FIRESIEVE_NO_END && form->to == FIRESIEVE_NO_END ? options->to : end;
    if (form->branch_count == 0) {
        const firesieve_firewall *const sieved = form_sieved(firewall, request_may_take_tuplets(options));
        options->method = sieved->tuplet != NULL ? METHOD_TUPLET : options->method;
        return sieved;
    }
    options->from = progression_from(form->branches[0], options->from);
    options->to = progression_from(form->branches[0], end);
    return form->inner[0];
}

bool request_may_take_tuplets(const firesieve_search_options *options)
{
    return options->method == FIRESIEVE_METHOD_AUTO || options->method == FIRESIEVE_METHOD_WHEEL;
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
    if (options->plan != NULL && options->method != FIRESIEVE_METHOD_AUTO &&
        options->method != firesieve_plan_method(options->plan)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the plan is for method %s",
                         firesieve_method_name(firesieve_plan_method(options->plan)));
    }
    const firesieve_status status = reserved_check(
        options->reserved, sizeof options->reserved / sizeof options->reserved[0], "firesieve_search_defaults", error);
    return status != FIRESIEVE_OK || options->kernel == NULL ? status : kernel_require(options->kernel, error);
}

bool request_is_for_oracle(const firesieve_search_options *options)
{
    return method_is_oracle(options->method);
}

bool request_may_be_short(const firesieve_search_options *options)
{
    return options->method == FIRESIEVE_METHOD_AUTO && options->time_limit_s > 0 && options->checkpoint == NULL &&
           options->plan == NULL && options->filter == NULL;
}
