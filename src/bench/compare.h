/* Several reports side by side: reports are called A, B, ... Z, and all are compared with A. */
#ifndef FIRESIEVE_BENCH_COMPARE_H
#define FIRESIEVE_BENCH_COMPARE_H

#include "bench/grid.h"
#include "bench/report.h"

enum { COMPARE_MAX = 26 };

struct comparison {
    const struct report *reports;
    const char *const *names; /* of their files */
    size_t count;             /* of both, 1 to COMPARE_MAX */
};

/* Prints a line for each report, as text of at most 80 columns: file and machine, in Markdown the build too. As CSV there is none. */
void compare_print_legend(const struct comparison *comparison, enum grid_style style, FILE *stream);

/*
 * Prints the geometric mean of each group of figures, as texts of at most 80 columns and, for two reports, 24 lines,
 * with a bar beside each. False: memory was lacking.
 */
bool compare_print_groups(const struct comparison *comparison, enum grid_style style, FILE *stream);

/* Prints every figure of the first report that another one has, too. False: memory was lacking. */
bool compare_print_figures(const struct comparison *comparison, enum grid_style style, FILE *stream);

/* All of that as JSON: new, or NULL without memory. */
json_t *compare_to_json(const struct comparison *comparison);

/*
 * In what machines and builds of the reports differ, or were disturbed, so that figures say less of the CPUs; "" where
 * in nothing: one line, without a line's end.
 */
void compare_find_unlike(const struct comparison *comparison, char *text, size_t size);

#endif
