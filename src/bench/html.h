/* Reports as one page with charts, which needs only a browser. */
#ifndef FIRESIEVE_BENCH_HTML_H
#define FIRESIEVE_BENCH_HTML_H

#include "bench/bench.h"
#include "bench/compare.h"

/* Whether a page can be written to a file of that name: as gnuplot_check, for .html. False: the message says why not. */
bool html_check(const char *path, const char *const *inputs, const char *baseline, struct bench_message *message);

/* Writes a page of all reports. The file is replaced once the page is complete. False: the message says why not. */
bool html_write(const struct comparison *comparison, const char *path, struct bench_message *message);

/* The page before and after the reports, from cmake/ReportPage.cmake and src/bench/page; not terminated. */
extern const unsigned char report_page_before[];
extern const size_t report_page_before_size;
extern const unsigned char report_page_after[];
extern const size_t report_page_after_size;

#endif
