#include "base/clock.h"
#include "certificate/checkers.h"
#include "methods/request.h"

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
    if (head->claim == FIRESIEVE_CLAIM_NEVER) {
        return certificate_check_tree(check, error);
    }
    return head->method == FIRESIEVE_METHOD_AUTO ? certificate_check_components(check, error)
                                                 : certificate_check_windows(check, error);
}

/* STOPPED: nobody wants to know any more. */
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
