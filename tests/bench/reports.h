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
 * Adds "12 rows, L1" on a kernel, for one unit of work: samples of `seconds`, except that the first and the last are
 * smaller and larger by the share `spread`.
 */
void report_add(struct report *report, const char *kernel, double seconds, double spread);

#endif
