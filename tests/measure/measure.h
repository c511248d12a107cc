/* Measurements on this machine: each section prints a table on standard output and returns false on failure. */
#ifndef FIRESIEVE_TESTS_MEASURE_H
#define FIRESIEVE_TESTS_MEASURE_H

#include <firesieve/firesieve.h>

#include "bench/plain_loop.h"

/* The median of `count` values; sorts them. */
double median(double *values, size_t count);

/* The layers in the form that the plain loop needs; the caller frees them. NULL if there is not enough memory. */
struct plain_layer *copy_layers(const firesieve_firewall *firewall);

/* Whether to measure the kernel: native ones that run here, not emulated ones. */
bool is_measured(const firesieve_kernel *kernel);

/* Scan on every kernel, compared with the plain loop, on one thread. */
bool measure_scan(const firesieve_firewall *firewall);

/* The short path compared with the plain loop, alone and with parsing the file at `path`. */
bool measure_puzzle(const char *path);

/* The planner's predictions and the times of searches, for all families. */
bool measure_families(void);

/* Delays decided per second on a firewall whose answer is far away, compared with the plain loop. */
bool measure_rates(void);

/* Ten million layers: read from a file and solved, with the peak of memory. */
bool measure_large(void);

/* Seconds since some fixed point in time. */
double now_s(void);

#endif
