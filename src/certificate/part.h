/*
 * What of a range is looked at in windows, and what before: lines of residues that say where x may be, and small x that
 * are asked about one by one. Of layers, all of the range is in windows.
 */
#ifndef FIRESIEVE_CERTIFICATE_PART_H
#define FIRESIEVE_CERTIFICATE_PART_H

#include "certificate/certificate.h"
#include "methods/watch.h"

struct certificate_part {
    bool within;         /* lines say that x is in [low, high), which is not all of the range */
    firesieve_delay low; /* at most 2^127; so below */
    firesieve_delay high;
    firesieve_delay begin; /* what of the range is in it, and up to the delay that was found */
    firesieve_delay end;
    firesieve_delay windows; /* [begin, windows) is asked about x by x, and windows begin there */
};

struct certificate_part part_of(const firesieve_firewall *firewall, const struct certificate_head *head);

/* Writes the lines `within` and `small`, where there are to be such. */
void part_write(struct record_writer *writer, const struct certificate_part *part);

/* What came of asking the lines about small x. */
struct part_answers {
    firesieve_delay count; /* of those that satisfy all lines, */
    firesieve_delay first; /* and the first of them */
};

/* Asks all lines, as they are written, about each x in [begin, windows). False: stopped. */
bool part_ask(const firesieve_firewall *firewall, const struct certificate_part *part, struct watch *watch,
              struct part_answers *answers);

/* Whether the answers are not what is claimed; of a count nobody can tell by them alone. */
bool part_contradicts(const struct certificate_head *head, const struct certificate_part *part,
                      const struct part_answers *answers);

/* Errors: ARGUMENT if no search of this firewall with these options has a certificate. */
firesieve_status part_check(const firesieve_firewall *firewall, const firesieve_search_options *options,
                            firesieve_error *error);

#endif
