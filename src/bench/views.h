/* Reports for people: as tables, as a picture drawn by gnuplot, and as a page with charts that needs only a browser. */
#ifndef FIRESIEVE_BENCH_VIEWS_H
#define FIRESIEVE_BENCH_VIEWS_H

#include "bench/relation.h"

/* Writes a time as "1.34 s", "~2.5 days": at least one of its unit, with three digits; `about` adds the mark. */
#define TABLE_SECONDS_SIZE 32
const char *table_format_seconds(double seconds, bool about, char *text);

/* Prints machine and build. */
void table_print_facts(const struct report *report, FILE *stream);

/* Prints the measurements of one part from index `first` on. */
void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream);

/*
 * Draws throughput per kernel, and time against the size of the answer per method, of all reports; or the steps of
 * their ladders. The file, which gnuplot_check has accepted, is replaced once the picture is complete. False: the
 * message says why not.
 */
bool plot_draw(const struct comparison *comparison, const char *path, struct bench_message *message);

/* Whether a page can be written to a file of that name: as gnuplot_check, for .html. False: the message says why. */
bool html_check(const char *path, const char *const *inputs, const char *baseline, struct bench_message *message);

/* Writes a page of all reports. The file is replaced once the page is complete. False: the message says why not. */
bool html_write(const struct comparison *comparison, const char *path, struct bench_message *message);

/* The page before and after the reports, from cmake/ReportPage.cmake and src/bench/page; not terminated. */
extern const unsigned char report_page_before[];
extern const size_t report_page_before_size;
extern const unsigned char report_page_after[];
extern const size_t report_page_after_size;

#endif
