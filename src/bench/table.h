/* Reports as tables to be read. */
#ifndef FIRESIEVE_BENCH_TABLE_H
#define FIRESIEVE_BENCH_TABLE_H

#include "bench/report.h"

/* Prints machine and build. */
void table_print_facts(const struct report *report, FILE *stream);

/* Prints the measurements of one part from index `first` on. */
void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream);

#endif
