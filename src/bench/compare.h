/* Several reports side by side. */
#ifndef FIRESIEVE_BENCH_COMPARE_H
#define FIRESIEVE_BENCH_COMPARE_H

#include "bench/report.h"

enum { COMPARE_MAX = 26 /* reports are called A, B, ... Z */ };

/* How much of what the first report has measured, or left out, any other one has, too. */
size_t compare_common(const struct report *reports, size_t count);

/*
 * Prints which figures of the first report cannot be compared with those of a later one, and why. Returns in how many
 * later ones nothing can be compared, or something that both have: that is no success.
 */
size_t compare_uncompared(const struct report *reports, size_t count, const char *const *names, FILE *stream);

/* Prints the rates of that, each with its error, and how they relate to the first one's. */
void compare_print(const struct report *reports, size_t count, const char *const *names, FILE *stream);

/* The same as JSON: new, or NULL without memory. */
json_t *compare_to_json(const struct report *reports, size_t count, const char *const *names);

/* Prints which answers of later reports are not the first one's, and returns how many. */
size_t compare_answers(const struct report *reports, size_t count, const char *const *names, FILE *stream);

/*
 * Prints what is more than `percent` % slower in a later report than in the first one, beyond the errors of both, or
 * has been left out there, and returns how many things that are.
 */
size_t compare_regressions(const struct report *reports, size_t count, const char *const *names, double percent,
                           FILE *stream);

#endif
