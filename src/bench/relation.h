/* Figures of one report beside those of another, one by one and in groups, and whether they differ by chance. */
#ifndef FIRESIEVE_BENCH_RELATION_H
#define FIRESIEVE_BENCH_RELATION_H

#include "bench/report.h"

enum { COMPARE_MAX = 26 };

struct comparison {
    const struct report *reports;
    const char *const *names; /* of their files */
    size_t count;             /* of both, 1 to COMPARE_MAX */
};

/* ---- Figures ---------------------------------------------------------------------------------------------- */

struct relation {
    double ratio; /* of the rates: above 1 if the other is faster */
    double error; /* half of the range of nine tenths of such ratios */
};

/* False: one of the two is missing or has no samples, or their ratio is no number. */
bool relation_of(const struct measurement *first, const struct measurement *other, struct relation *relation);

/* The relation of a figure of the first report to the same figure of report `later`. */
bool relation_to(const struct comparison *comparison, size_t later, const struct measurement *first,
                 struct relation *relation);

/*
 * Whether a relation that is one of `comparisons` differs from 1 by more than chance. If nothing differs, at most one
 * set of comparisons in twenty has a false alarm (Bonferroni); logarithms of rates are assumed to be normal.
 */
bool relation_differs(const struct relation *relation, size_t comparisons);

/* Whether it is below `least` by more than chance, likewise. */
bool relation_is_below(const struct relation *relation, double least, size_t comparisons);

/* For each report, the number of comparisons it takes to compare it with the first: of figures that both have. */
void relation_counts(const struct comparison *comparison, size_t counts[COMPARE_MAX]);

/* ---- Groups ----------------------------------------------------------------------------------------------- */

enum group_kind {
    GROUP_SCORE,  /* the same firewalls solved with every thread of a machine, or with one */
    GROUP_KERNEL, /* all figures of a kernel, in every cache */
    GROUP_CACHE,  /* all figures in a level of cache, or in memory, of every kernel */
    GROUP_METHOD, /* all solves of a method */
    GROUP_STEP    /* a step of the ladder */
};

extern const char *const group_kind_names[];

struct group {
    enum group_kind kind;
    char name[MEASUREMENT_NAME_SIZE];
};

/* The geometric mean of the relations of a group. */
struct group_mean {
    struct relation relation; /* with the mean of the errors, as if all were off in the same direction */
    size_t count;             /* of figures; 0: none, and no relation */
    size_t differ;            /* figures that differ by more than chance */
};

enum { GROUPS_MAX = 64 };

/* The groups of the figures of a report, in the order in which they are printed; returns their number. */
size_t groups_of(const struct report *report, struct group groups[GROUPS_MAX]);

/* Compares report `later` with the first in one group; `comparisons` is its number from relation_counts. */
struct group_mean group_compare(const struct group *group, const struct comparison *comparison, size_t later,
                                size_t comparisons);

#endif
