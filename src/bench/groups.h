/* Figures of one kind taken together: what a kernel, a level of cache or a method makes of all it has in common. */
#ifndef FIRESIEVE_BENCH_GROUPS_H
#define FIRESIEVE_BENCH_GROUPS_H

#include "bench/relation.h"

enum group_kind {
    GROUP_SCORE,  /* the same firewalls solved with every thread of a machine, or with one */
    GROUP_KERNEL, /* what a kernel does, in every cache */
    GROUP_CACHE,  /* what is done in a level of cache, or in memory, by every kernel */
    GROUP_METHOD, /* what a method solves */
    GROUP_STEP    /* a step of the ladder */
};

struct group {
    enum group_kind kind;
    char name[MEASUREMENT_NAME_SIZE];
};

/* The geometric mean of the relations of a group. */
struct group_mean {
    struct relation relation; /* with the mean of the errors, as if all were off in the same direction */
    size_t count;             /* of figures; 0: none, and no relation */
    size_t differ;            /* of those, by more than chance */
};

enum { GROUPS_MAX = 64 };

/* The groups that figures of a report fall into, in the order to be printed; returns how many. */
size_t groups_of(const struct report *report, struct group groups[GROUPS_MAX]);

const char *group_kind_name(enum group_kind kind);

/* Compares two reports in one group; `comparisons` is as relation_count gives it. */
struct group_mean group_compare(const struct group *group, const struct report *first, const struct report *other,
                                size_t comparisons);

#endif
