/* Several reports side by side: they are called A, B, ... Z, and all are compared with A. */
#ifndef FIRESIEVE_BENCH_COMPARE_H
#define FIRESIEVE_BENCH_COMPARE_H

#include "bench/grid.h"
#include "bench/relation.h"

/* Prints a line per report, in text of at most 80 columns: file and machine, in Markdown also the build. No CSV. */
void compare_print_legend(const struct comparison *comparison, enum grid_style style, FILE *stream);

/*
 * Prints the geometric mean of each group of figures, in text with at most 80 columns and, for two reports, 24 lines,
 * with a bar beside each. False: no memory.
 */
bool compare_print_groups(const struct comparison *comparison, enum grid_style style, FILE *stream);

/* Prints every figure of the first report that another one has too, or as CSV every figure of all. False: no memory. */
bool compare_print_figures(const struct comparison *comparison, enum grid_style style, FILE *stream);

/* All of that as JSON: new, or NULL without memory. */
json_t *compare_to_json(const struct comparison *comparison);

/*
 * Writes how machines and builds of the reports differ, or were disturbed, so that figures tell less about the CPUs:
 * one line without a newline, "" if they do not.
 */
void compare_find_unlike(const struct comparison *comparison, char *text, size_t size);

/* ---- Verdicts --------------------------------------------------------------------------------------------- */

/* The number of figures, measured or left out in the first report, that any other report has too. */
size_t verdicts_common(const struct comparison *comparison);

/*
 * Prints which figures of the first report cannot be compared with those of a later one, and why. Returns the number of
 * later reports with which nothing can be compared, or not everything that both have: that is no success.
 */
size_t verdicts_uncompared(const struct comparison *comparison, FILE *stream);

/* Prints which answers of later reports differ from the first one's, and returns their number. */
size_t verdicts_answers(const struct comparison *comparison, FILE *stream);

/*
 * Prints what is more than `percent` % slower in a later report than in the first one, by more than chance, or has been
 * left out there, and returns the number of these regressions.
 */
size_t verdicts_regressions(const struct comparison *comparison, double percent, FILE *stream);

#endif
