#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "certificate/checkers.h"
#include "methods/request.h"

bool certificate_refuse(struct certificate_check *check, uint64_t line, const char *format, ...)
{
    firesieve_certificate_report *const report = check->report;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->message, sizeof report->message, format, arguments);
    va_end(arguments);
    report->verdict = FIRESIEVE_REFUSED;
    report->line = line;
    return false;
}

bool certificate_leave(struct certificate_check *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(check->report->message, sizeof check->report->message, format, arguments);
    va_end(arguments);
    check->report->verdict = FIRESIEVE_UNCHECKED;
    return false;
}

bool certificate_stop(struct certificate_check *check)
{
    check->report->verdict = FIRESIEVE_UNCHECKED;
    return false;
}

bool certificate_check_part(struct certificate_check *check)
{
    struct record_reader *const reader = check->reader;
    const struct certificate_part *const part = &check->part;
    const bool residues = check->firewall->layers == NULL;
    const bool within = residues && record_next_is(reader, "within");
    firesieve_delay low = 0;
    firesieve_delay high = 0;
    firesieve_delay small = part->begin;
    char text[2][FIRESIEVE_DELAY_TEXT_SIZE];
    if (within && !certificate_read_within(reader, &low, &high)) {
        return false;
    }
    if (within != part->within || (within && (low != part->low || high != part->high))) {
        return certificate_refuse(check, reader->line + !within, "the lines say that x is at least %s and below %s",
                                  firesieve_delay_format(part->low, text[0]),
                                  firesieve_delay_format(part->high, text[1]));
    }
    const bool has_small = residues && record_next_is(reader, "small");
    if (has_small && !certificate_read_small(reader, &small)) {
        return false;
    }
    if (small != part->windows || has_small != (part->windows > part->begin)) {
        return certificate_refuse(check, reader->line + !has_small, "small x end at %s",
                                  firesieve_delay_format(part->windows, text[0]));
    }
    if (!part_ask(check->firewall, part, check->watch, &check->small)) {
        return certificate_stop(check);
    }
    check->report->asked += (uint64_t)(part->windows - part->begin);
    return !part_contradicts(&check->head, part, &check->small) ||
           certificate_refuse(check, reader->line, "x = %s satisfies all lines",
                              firesieve_delay_format(check->small.first, text[0]));
}

static firesieve_status check_body(struct certificate_check *check, firesieve_error *error)
{
    const struct certificate_head *const head = &check->head;
    *check->report = (firesieve_certificate_report){
        .claim = head->claim,
        .delay = head->delay,
        .count = head->count,
        .from = head->from,
        .to = head->to,
        .made_method = head->method,
        .made_kernel = head->kernel,
    };
    check->watch->begin = head->from;
    check->watch->from = head->from;
    check->watch->to = head->to;
    check->watch->at = head->from;
    check->part = part_of(check->firewall, head);
    if (certificate_has_tree(head)) {
        return certificate_check_tree(check, error);
    }
    return head->method == FIRESIEVE_METHOD_AUTO ? certificate_check_components(check, error)
                                                 : certificate_check_windows(check, error);
}

/* STOPPED: it was cancelled, or is out of time. */
static firesieve_status check_text(struct certificate_check *check, const firesieve_certificate *certificate,
                                   firesieve_error *error)
{
    const struct go_on go_on = watch_asked(check->watch);
    const firesieve_status status =
        record_open(check->reader, certificate_format, certificate->text, certificate->size, go_on, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    return certificate_read_head(check->reader, check->firewall, &check->head) ? check_body(check, error)
                                                                               : check->reader->status;
}

firesieve_status firesieve_certificate_check(const firesieve_firewall *firewall,
                                             const firesieve_certificate *certificate,
                                             const firesieve_search_options *options,
                                             firesieve_certificate_report *report, firesieve_error *error)
{
    firesieve_search_options searched = request_begin(firewall, options);
    searched.from = 0;
    searched.to = FIRESIEVE_DELAY_END;
    searched.profile = NULL;
    firesieve_status status = request_check(&searched, error);
    if (status == FIRESIEVE_OK) {
        status = part_check(firewall, &searched, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct watch watch = watch_start(&searched);
    struct record_reader reader;
    firesieve_certificate_report made = {.verdict = FIRESIEVE_ACCEPTED};
    struct certificate_check check = {
        .firewall = firewall, .options = &searched, .reader = &reader, .watch = &watch, .report = &made};
    status = check_text(&check, certificate, error);
    if (status == FIRESIEVE_ERROR_STOPPED) { /* no error: it is not checked */
        made.verdict = FIRESIEVE_UNCHECKED;
        status = FIRESIEVE_OK;
    }
    if (status == FIRESIEVE_OK) {
        made.elapsed_s = clock_seconds() - watch.started;
        *report = made;
    }
    return status;
}
