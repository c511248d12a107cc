/* Figures of this machine: each section prints a table on standard output and returns false where something failed. */
#ifndef FIRESIEVE_TESTS_MEASURE_H
#define FIRESIEVE_TESTS_MEASURE_H

#include <firesieve/firesieve.h>

#include "bench/plain_loop.h"

/* The median of `count` values, which are sorted on the way. */
double median(double *values, size_t count);

/* The layers as the plain loop wants them, to be freed by the caller; NULL where memory is short. */
struct plain_layer *copy_layers(const firesieve_firewall *firewall);

/* Native kernels that run here are measured; emulated ones are not. */
bool is_measured(const firesieve_kernel *kernel);

/* Scan on every kernel beside the plain loop, on one thread. */
bool measure_scan(const firesieve_firewall *firewall);

/* The short path beside the plain loop, alone and with parsing the file at `path`. */
bool measure_puzzle(const char *path);

/* What the planner predicts and what searches take, over the families. */
bool measure_families(void);

/* Delays decided a second on a firewall whose answer is far, beside the plain loop. */
bool measure_rates(void);

/* Ten million layers: read from a file and solved, with the peak of memory. */
bool measure_large(void);

/* Seconds since some fixed moment. */
double now_s(void);

#endif
