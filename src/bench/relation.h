/* A figure of one report beside the same figure of another, and whether they differ by more than chance. */
#ifndef FIRESIEVE_BENCH_RELATION_H
#define FIRESIEVE_BENCH_RELATION_H

#include "bench/report.h"

struct relation {
    double ratio; /* of the rates: above 1 the other is faster */
    double error; /* half of the range that nine tenths of such ratios lie in */
};

/* False: one of the two is missing or has no samples, or their ratio is no number. */
bool relation_of(const struct measurement *first, const struct measurement *other, struct relation *relation);

/*
 * Whether a relation that is one of `comparisons` differs from 1 by more than chance. Where nothing differs, at most one
 * set of comparisons in twenty has any that is said to (Bonferroni); logarithms of rates are taken to be normal.
 */
bool relation_differs(const struct relation *relation, size_t comparisons);

/* Whether it is below `least` by more than chance, likewise. */
bool relation_is_below(const struct relation *relation, double least, size_t comparisons);

/* How many figures of the first report are in the other one, too: so many comparisons it takes to compare both. */
size_t relation_count(const struct report *first, const struct report *other);

#endif
