/* Reports with samples that are not from a clock. */
#ifndef FIRESIEVE_TESTS_BENCH_REPORTS_H
#define FIRESIEVE_TESTS_BENCH_REPORTS_H

#include "bench/report.h"

/* A report whose only fact is the model "test". */
static inline struct report report_empty(void)
{
    return (struct report){.facts = json_pack("{s:s}", "model", "test")};
}

/*
 * Adds "12 rows, L1" on a kernel: samples of `seconds`, of which the first and the last are a share `spread` smaller
 * and larger, for work of one unit.
 */
void report_add(struct report *report, const char *kernel, double seconds, double spread);

#endif
