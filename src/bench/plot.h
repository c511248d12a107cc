/* Reports as a picture, drawn by gnuplot. */
#ifndef FIRESIEVE_BENCH_PLOT_H
#define FIRESIEVE_BENCH_PLOT_H

#include "bench/bench.h"

/*
 * Whether a picture can be drawn into a file of that name: it ends in .svg or .png, its folder can be written to,
 * nothing but a regular file is in its place, none that is read (`inputs` up to a NULL, and `baseline`, which may be
 * NULL), and gnuplot is there. False: the message says what is wrong.
 */
bool plot_check(const char *path, const char *const *inputs, const char *baseline, struct bench_message *message);

/*
 * Draws throughput per kernel, and time against the size of the answer per method, of `count` reports. The file is
 * replaced once the picture is complete. False: the message says why not.
 */
bool plot_draw(const struct report *reports, size_t count, const char *const *names, const char *path,
               struct bench_message *message);

#endif
