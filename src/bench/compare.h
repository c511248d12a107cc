/* Several reports side by side. */
#ifndef FIRESIEVE_BENCH_COMPARE_H
#define FIRESIEVE_BENCH_COMPARE_H

#include "bench/report.h"

enum { COMPARE_MAX = 26 /* reports are called A, B, ... Z */ };

/*
 * Prints the rates of what the first report and at least one other have in common, each with its error, and how they
 * relate to the first one's; returns how many rows that were.
 */
size_t compare_print(const struct report *reports, size_t count, const char *const *names, FILE *stream);

/* The same as JSON: new, or NULL without memory. */
json_t *compare_to_json(const struct report *reports, size_t count, const char *const *names);

/*
 * Prints what is more than `percent` % slower in a later report than in the first one, beyond the errors of both, and
 * returns how much that is.
 */
size_t compare_regressions(const struct report *reports, size_t count, const char *const *names, double percent,
                           FILE *stream);

#endif
