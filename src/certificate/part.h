/*
 * Which part of a range is in windows, and what comes before: lines of residues that bound x, and small x that are
 * tested one by one. For layers, all of the range is in windows.
 */
#ifndef FIRESIEVE_CERTIFICATE_PART_H
#define FIRESIEVE_CERTIFICATE_PART_H

#include "certificate/certificate.h"
#include "methods/watch.h"

struct certificate_part {
    bool within;         /* lines bound x by [low, high), which is not all of the range */
    firesieve_delay low; /* at most 2^127; so below */
    firesieve_delay high;
    firesieve_delay begin; /* [begin, end): the range within these bounds, up to the delay that was found */
    firesieve_delay end;
    firesieve_delay windows; /* where windows begin; [begin, windows) is tested x by x */
};

struct certificate_part part_of(const firesieve_firewall *firewall, const struct certificate_head *head);

/* Writes the lines `within` and `small` if they are needed. */
void part_write(struct record_writer *writer, const struct certificate_part *part);

/* The result of testing small x. */
struct part_answers {
    firesieve_delay count; /* of those that satisfy all lines */
    firesieve_delay first; /* the first of these */
};

/* Tests each x in [begin, windows) against all lines as they are written. False: stopped. */
bool part_ask(const firesieve_firewall *firewall, const struct certificate_part *part, struct watch *watch,
              struct part_answers *answers);

/* Whether the answers contradict the claim; those alone cannot contradict a count. */
bool part_contradicts(const struct certificate_head *head, const struct certificate_part *part,
                      const struct part_answers *answers);

/* Errors: ARGUMENT if no search of this firewall with these options has a certificate. */
firesieve_status part_check(const firesieve_firewall *firewall, const firesieve_search_options *options,
                            firesieve_error *error);

#endif
