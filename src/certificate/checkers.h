/* The checkers of certificates. They leave the verdict at ACCEPTED if they find nothing wrong. */
#ifndef FIRESIEVE_CERTIFICATE_CHECKERS_H
#define FIRESIEVE_CERTIFICATE_CHECKERS_H

#include "certificate/part.h"
#include "methods/watch.h"

/* A certificate that is being checked. */
struct certificate_check {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options; /* its range is the certificate's */
    struct certificate_head head;
    struct certificate_part part; /* which part of the range is in windows */
    struct part_answers small;    /* of lines of residues for x before the windows */
    struct record_reader *reader; /* after the head */
    struct watch *watch;
    firesieve_certificate_report *report;
};

/* Refuses the certificate: it does not show what it claims, since that line is wrong. Returns false. */
bool certificate_refuse(struct certificate_check *check, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Leaves it unchecked: that would take too much work. Returns false. */
bool certificate_leave(struct certificate_check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Leaves it unchecked: cancelled, or out of time. Returns false. */
bool certificate_stop(struct certificate_check *check);

/*
 * Checks the lines `within` and `small`, and tests small x against the lines of residues. False: refused or stopped, or
 * see the reader. A firewall of layers has none of these.
 */
bool certificate_check_part(struct certificate_check *check);

/*
 * Checks a tree by arithmetic on depths and ranges, or on classes, alone: it shares nothing with what makes trees.
 * Errors: MEMORY.
 */
firesieve_status certificate_check_tree(struct certificate_check *check, firesieve_error *error);

/* Checks windows by listing the delays in them again. Errors: those of firesieve_list. */
firesieve_status certificate_check_windows(struct certificate_check *check, firesieve_error *error);

/*
 * Checks components by arithmetic, sharing nothing with what makes them, and the rest after whole cycles by another
 * search. Errors: MEMORY, STOPPED, and those of firesieve_list.
 */
firesieve_status certificate_check_components(struct certificate_check *check, firesieve_error *error);

/*
 * Counts the safe delays of a range by listing them, by another method and kernel than made it if these are known. If
 * it is stopped, the verdict is UNCHECKED. Errors: those of firesieve_list.
 */
firesieve_status certificate_count_again(struct certificate_check *check, const struct certificate_rest *rest,
                                         firesieve_delay *count, firesieve_error *error);

#endif
