/* A certificate that is being checked, and what the checkers say of it. */
#ifndef FIRESIEVE_CERTIFICATE_VERDICT_H
#define FIRESIEVE_CERTIFICATE_VERDICT_H

#include "methods/watch.h"
#include "certificate/part.h"

/* What a checker works on. */
struct certificate_check {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options; /* its range is the certificate's */
    struct certificate_head head;
    struct certificate_part part; /* what of it is in windows */
    struct part_answers small;    /* what lines of residues said of x before */
    struct record_reader *reader; /* behind the head */
    struct watch *watch;
    firesieve_certificate_report *report;
};

/* The certificate does not show what it claims, since what is on that line is not so. Returns false. */
bool certificate_refuse(struct certificate_check *check, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* It would take too much work to see whether it is so. Returns false. */
bool certificate_leave(struct certificate_check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Nobody wants to know any more. Returns false. */
bool certificate_stop(struct certificate_check *check);

#endif
