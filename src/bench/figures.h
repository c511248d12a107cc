/* Figures as rows of plain data, one for each report that has it. */
#ifndef FIRESIEVE_BENCH_FIGURES_H
#define FIRESIEVE_BENCH_FIGURES_H

#include "bench/compare.h"

/*
 * Prints, as CSV, every figure of every report: rate and error in its unit, and its relation to the first report's.
 * False: memory was lacking.
 */
bool figures_print_csv(const struct comparison *comparison, FILE *stream);

#endif
