/* The checkers of certificates. They leave the verdict ACCEPTED where they find nothing wrong. */
#ifndef FIRESIEVE_CERTIFICATE_CHECKERS_H
#define FIRESIEVE_CERTIFICATE_CHECKERS_H

#include "certificate/part.h"
#include "methods/watch.h"

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

/*
 * Checks the lines `within` and `small`, and asks the lines of residues about small x. False: refused or stopped, or see
 * the reader. Of layers there are none.
 */
bool certificate_check_part(struct certificate_check *check);

/*
 * Checks a tree by arithmetic on depths and ranges, or on classes, alone: it has nothing in common with what makes trees.
 * Errors: MEMORY.
 */
firesieve_status certificate_check_tree(struct certificate_check *check, firesieve_error *error);

/* Checks windows by listing the delays in them again. Errors: those of firesieve_list. */
firesieve_status certificate_check_windows(struct certificate_check *check, firesieve_error *error);

/*
 * Checks components by arithmetic, with nothing of what makes them, and what is left behind whole cycles by another
 * search. Errors: MEMORY, STOPPED, and those of firesieve_list.
 */
firesieve_status certificate_check_components(struct certificate_check *check, firesieve_error *error);

/*
 * Counts the safe delays of a range by listing them, by another method and kernel than made it where that is known.
 * Where it is stopped, the verdict is UNCHECKED. Errors: those of firesieve_list.
 */
firesieve_status certificate_count_again(struct certificate_check *check, const struct certificate_rest *rest,
                                         firesieve_delay *count, firesieve_error *error);

#endif
