/* Reports as tables for people. */
#ifndef FIRESIEVE_BENCH_TABLE_H
#define FIRESIEVE_BENCH_TABLE_H

#include "bench/report.h"

/* Writes a time as "1.34 s", "~2.5 days": at least one of its unit, with three digits; `about` adds the mark. */
#define TABLE_SECONDS_SIZE 32
const char *table_format_seconds(double seconds, bool about, char *text);

/* Prints machine and build. */
void table_print_facts(const struct report *report, FILE *stream);

/* Prints the measurements of one part from index `first` on. */
void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream);

#endif
