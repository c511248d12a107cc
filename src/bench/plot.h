/* Reports as a picture, drawn by gnuplot. */
#ifndef FIRESIEVE_BENCH_PLOT_H
#define FIRESIEVE_BENCH_PLOT_H

#include "bench/relation.h"

/*
 * Draws throughput per kernel, and time against the size of the answer per method, of all reports; or the steps of their
 * ladders. The file, which gnuplot_check has accepted, is replaced once the picture is complete. False: the message says
 * why not.
 */
bool plot_draw(const struct comparison *comparison, const char *path, struct bench_message *message);

#endif
