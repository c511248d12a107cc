#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "certificate/certificate.h"
#include "certificate/make.h"
#include "cpu/cpu.h"
#include "language/form.h"
#include "methods/request.h"

static firesieve_status check_options(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                      firesieve_error *error)
{
    const firesieve_status status = request_check(options, error);
    const char *const refusal = part_refusal(firewall, options);
    return status != FIRESIEVE_OK || refusal == NULL ? status
                                                     : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "%s", refusal);
}

static firesieve_status check_result(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                     const firesieve_search_result *result, firesieve_error *error)
{
    if (result->outcome != FIRESIEVE_FOUND && result->outcome != FIRESIEVE_NONE) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a search that did not come to its end has no certificate");
    }
    if (result->outcome == FIRESIEVE_FOUND &&
        (result->delay < options->from || result->delay >= delay_end(options->to) ||
         firesieve_firewall_catches(firewall, result->delay))) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result is not one of this search");
    }
    return FIRESIEVE_OK;
}

/* What was just made is looked at like any other. Where it is not looked at to the end, it is given up. */
static firesieve_status confirm(struct certificate_order *order, const char *what, firesieve_certificate **certificate,
                                firesieve_error *error)
{
    firesieve_certificate_report report;
    firesieve_search_options options = *order->options;
    options.time_limit_s = fmax(0, order->watch->deadline - clock_seconds());
    const firesieve_status status =
        firesieve_certificate_check(order->firewall, *certificate, &options, &report, error);
    if (status == FIRESIEVE_OK && report.verdict == FIRESIEVE_REFUSED) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "%s wrong on line %" PRIu64 ": %s", what, report.line,
                         report.message);
    }
    if (status == FIRESIEVE_OK && report.verdict == FIRESIEVE_UNCHECKED) {
        firesieve_certificate_free(*certificate);
        *certificate = NULL;
    }
    return status;
}

static firesieve_status make(struct certificate_order *order, firesieve_certificate **certificate,
                             firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    if (order->head.claim == FIRESIEVE_CLAIM_NONE) {
        status = certificate_make_tree(order, certificate, error);
        if (status == FIRESIEVE_OK && *certificate != NULL) {
            return confirm(order, "the tree that was made is", certificate, error);
        }
    }
    return status != FIRESIEVE_OK || order->stopped ? status : certificate_make_windows(order, certificate, error);
}

/* The clock has begun; what is NULL then was stopped. */
static firesieve_status finish(firesieve_status status, firesieve_certificate *made,
                               firesieve_certificate **certificate)
{
    if (status == FIRESIEVE_ERROR_STOPPED) { /* no error: there is no certificate */
        firesieve_certificate_free(made);
        made = NULL;
        status = FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK) {
        firesieve_certificate_free(made);
        return status;
    }
    *certificate = made;
    return FIRESIEVE_OK;
}

firesieve_status firesieve_certify(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const firesieve_search_result *result, firesieve_certificate **certificate,
                                   firesieve_error *error)
{
    const firesieve_search_options own = request_begin(firewall, options);
    options = &own;
    firesieve_status status = check_options(firewall, options, error);
    if (status == FIRESIEVE_OK) {
        status = check_result(firewall, options, result, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct watch watch = watch_start(options);
    const bool found = result->outcome == FIRESIEVE_FOUND;
    struct certificate_order order = {
        .firewall = firewall,
        .options = options,
        .memory = options->memory != 0 ? options->memory : memory_for_search(1),
        .text_max = FIRESIEVE_CERTIFICATE_SIZE_MAX,
        .head = {.claim = found ? FIRESIEVE_CLAIM_FOUND : FIRESIEVE_CLAIM_NONE,
                 .delay = found ? result->delay : 0,
                 .from = options->from,
                 .to = delay_end(options->to)},
        .watch = &watch,
    };
    firesieve_certificate *made = NULL;
    status = make(&order, &made, error);
    return finish(status, made, certificate);
}

/* ---- Counts ----------------------------------------------------------------------------------------------- */

/* Components, or windows where there are none, or where they would take too much work to check. */
static firesieve_status make_count(struct certificate_order *order, firesieve_certificate **certificate,
                                   firesieve_error *error)
{
    const struct residue_form *const form = form_of(order->firewall);
    firesieve_status status = FIRESIEVE_OK;
    if (form_is_of_classes(form)) { /* what a filter drops, or a set bounds, no product knows of */
        status = certificate_make_components(order, certificate, error);
    }
    if (status == FIRESIEVE_OK && *certificate != NULL) {
        status = confirm(order, "the components that were made are", certificate, error);
    }
    const bool done = *certificate != NULL || !watch_go_on(order->watch, order->head.from);
    return status != FIRESIEVE_OK || done ? status : certificate_make_counted_windows(order, certificate, error);
}

static firesieve_status check_count(const firesieve_search_options *options, const firesieve_search_result *result,
                                    firesieve_error *error)
{
    if (result->outcome != FIRESIEVE_FOUND && result->outcome != FIRESIEVE_NONE) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a count that did not come to its end has no certificate");
    }
    if (result->count > delay_end(options->to) - options->from) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result is not one of this search");
    }
    return FIRESIEVE_OK;
}

firesieve_status firesieve_certify_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                         const firesieve_search_result *result, firesieve_certificate **certificate,
                                         firesieve_error *error)
{
    const firesieve_search_options own = request_begin(firewall, options);
    options = &own;
    firesieve_status status = check_options(firewall, options, error);
    if (status == FIRESIEVE_OK) {
        status = check_count(options, result, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (result->count == 0) {
        firesieve_search_result none = *result;
        none.outcome = FIRESIEVE_NONE;
        return firesieve_certify(firewall, options, &none, certificate, error);
    }
    struct watch watch = watch_start(options);
    struct certificate_order order = {
        .firewall = firewall,
        .options = options,
        .text_max = FIRESIEVE_CERTIFICATE_SIZE_MAX,
        .head = {.claim = FIRESIEVE_CLAIM_COUNT,
                 .count = result->count,
                 .from = options->from,
                 .to = delay_end(options->to),
                 .method = result->method,
                 .kernel = result->kernel},
        .watch = &watch,
    };
    firesieve_certificate *made = NULL;
    status = make_count(&order, &made, error);
    return finish(status, made, certificate);
}
