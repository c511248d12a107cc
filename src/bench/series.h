/* What is said of a series of samples. */
#ifndef FIRESIEVE_BENCH_SERIES_H
#define FIRESIEVE_BENCH_SERIES_H

#include <stdbool.h>
#include <stddef.h>

struct summary {
    double min;
    double median;
    double max;
    double error; /* half of the range that the middle nine tenths lie in; no sample is left out of the others */
};

/* Summarises `count` values, at least 1. False: no memory. */
bool series_summarise(const double *values, size_t count, struct summary *summary);

/* The same of numerators[i] / denominators[i]: samples that were taken in one round share what disturbed it. */
bool series_ratio(const double *numerators, const double *denominators, size_t count, struct summary *summary);

#endif
