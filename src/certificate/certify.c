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

static firesieve_status check_result(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                     const firesieve_search_result *result, bool counted, firesieve_error *error)
{
    if (result->outcome != FIRESIEVE_FOUND && result->outcome != FIRESIEVE_NONE) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a %s that did not finish has no certificate",
                         counted ? "count" : "search");
    }
    const firesieve_delay to = delay_end(options->to);
    const bool possible =
        counted ? result->count <= to - options->from
                : result->outcome == FIRESIEVE_NONE || (result->delay >= options->from && result->delay < to &&
                                                        !firesieve_firewall_catches(firewall, result->delay));
    return possible ? FIRESIEVE_OK
                    : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result does not belong to this search");
}

/* Checks what was just made like any other certificate. One that cannot be checked to the end is given up. */
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

/*
 * A tree or components; windows if there are none, or if they would take too much work to check. Components cannot
 * count what filters drop or bounds exclude.
 */
static firesieve_status make(struct certificate_order *order, firesieve_certificate **certificate,
                             firesieve_error *error)
{
    const firesieve_claim claim = order->head.claim;
    const char *what = "the tree that was made is";
    firesieve_status status = FIRESIEVE_OK;
    if (claim == FIRESIEVE_CLAIM_NONE) {
        status = certificate_make_tree(order, certificate, error);
    } else if (claim == FIRESIEVE_CLAIM_COUNT && form_is_of_classes(form_of(order->firewall))) {
        what = "the components that were made are";
        status = certificate_make_components(order, certificate, error);
    }
    if (status == FIRESIEVE_OK && *certificate != NULL) {
        status = confirm(order, what, certificate, error);
    }
    const bool done = *certificate != NULL || order->stopped;
    return status != FIRESIEVE_OK || done ? status : certificate_make_windows(order, certificate, error);
}

static firesieve_status certify(const firesieve_firewall *firewall, const firesieve_search_options *given,
                                const firesieve_search_result *result, bool counted,
                                firesieve_certificate **certificate, firesieve_error *error)
{
    const firesieve_search_options options = request_begin(firewall, given);
    firesieve_status status = request_check(&options, error);
    if (status == FIRESIEVE_OK) {
        status = part_check(firewall, &options, error);
    }
    if (status == FIRESIEVE_OK) {
        status = check_result(firewall, &options, result, counted, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct watch watch = watch_start(&options);
    struct certificate_order order = {
        .firewall = firewall,
        .options = &options,
        .memory = options.memory != 0 ? options.memory : memory_for_search(1),
        .text_max = FIRESIEVE_CERTIFICATE_SIZE_MAX,
        .head = {.claim = FIRESIEVE_CLAIM_NONE, .from = options.from, .to = delay_end(options.to)},
        .watch = &watch,
    };
    if (counted && result->count > 0) {
        order.head.claim = FIRESIEVE_CLAIM_COUNT;
        order.head.count = result->count;
        order.head.method = result->method;
        order.head.kernel = result->kernel;
    } else if (!counted && result->outcome == FIRESIEVE_FOUND) {
        order.head.claim = FIRESIEVE_CLAIM_FOUND;
        order.head.delay = result->delay;
    }
    firesieve_certificate *made = NULL;
    status = make(&order, &made, error);
    if (status != FIRESIEVE_OK) {
        firesieve_certificate_free(made);
        made = NULL;
    }
    if (status != FIRESIEVE_OK && status != FIRESIEVE_ERROR_STOPPED) {
        return status;
    }
    *certificate = made; /* NULL: it was stopped, which is no error */
    return FIRESIEVE_OK;
}

firesieve_status firesieve_certify(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   const firesieve_search_result *result, firesieve_certificate **certificate,
                                   firesieve_error *error)
{
    return certify(firewall, options, result, false, certificate, error);
}

firesieve_status firesieve_certify_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                         const firesieve_search_result *result, firesieve_certificate **certificate,
                                         firesieve_error *error)
{
    return certify(firewall, options, result, true, certificate, error);
}
