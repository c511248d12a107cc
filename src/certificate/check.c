#include "base/clock.h"
#include "certificate/checkers.h"
#include "search/request.h"

static firesieve_status check_body(struct certificate_check *check, firesieve_error *error)
{
    const struct certificate_head *const head = &check->head;
    *check->report = (firesieve_certificate_report){
        .claim = head->claim,
        .delay = head->delay,
        .from = head->from,
        .to = head->to,
        .made_method = head->method,
        .made_kernel = head->kernel,
    };
    check->watch->begin = head->from;
    check->watch->from = head->from;
    check->watch->to = head->to;
    return head->claim == FIRESIEVE_CLAIM_NEVER ? certificate_check_tree(check, error)
                                                : certificate_check_windows(check, error);
}

firesieve_status firesieve_certificate_check(const firesieve_firewall *firewall,
                                             const firesieve_certificate *certificate,
                                             const firesieve_search_options *options,
                                             firesieve_certificate_report *report, firesieve_error *error)
{
    firesieve_search_options searched;
    searched = *request_or_defaults(options, &searched);
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
    status = record_open(&reader, certificate_format, certificate->text, certificate->size, error);
    if (status == FIRESIEVE_OK && !certificate_read_head(&reader, firewall, &check.head)) {
        status = reader.status;
    }
    if (status == FIRESIEVE_OK) {
        status = check_body(&check, error);
    }
    if (status == FIRESIEVE_OK) {
        made.elapsed_s = clock_seconds() - watch.started;
        *report = made;
    }
    return status;
}
