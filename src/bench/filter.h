/* Which figures are measured, printed or compared: those whose name a regular expression finds. */
#ifndef FIRESIEVE_BENCH_FILTER_H
#define FIRESIEVE_BENCH_FILTER_H

#include <regex.h>

#include "bench/report.h"

/* A filter of all zero includes everything, like NULL. */
struct filter {
    bool some;
    regex_t regex; /* where it includes only some */
};

/* Takes an extended POSIX regular expression, which may be NULL: everything. False: the message says what is wrong. */
bool filter_open(struct filter *filter, const char *expression, struct bench_message *message);

void filter_close(struct filter *filter);

bool filter_includes(const struct filter *filter, const struct measurement *measurement);

/* Removes from a report what is not included. False: no memory. */
bool filter_report(const struct filter *filter, struct report *report);

#endif
