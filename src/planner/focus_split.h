/* How the prime powers of A * B are shared among the four lists of summands. */
#ifndef FIRESIEVE_PLANNER_FOCUS_SPLIT_H
#define FIRESIEVE_PLANNER_FOCUS_SPLIT_H

#include "planner/focus_candidates.h"

enum { SPLIT_CELLS = 4096 };

/*
 * Room to work in: by the product of their counts, ways to choose some of the powers, those with the smallest or the
 * largest moduli.
 */
struct split_ways {
    uint64_t masks[SPLIT_CELLS]; /* a bit a power */
    double moduli[SPLIT_CELLS];  /* logarithms; NAN where there is no way */
};

/* How long lists have become. */
struct split {
    double columns;
    double offsets;
    double summands; /* in all four lists of them */
};

/*
 * Fills in the powers of the layout, so that there are about so many columns. False: A and B cannot both be kept below
 * 2^FOCUS_MODULUS_BITS, and what each of their parts has below 2^FOCUS_PART_BITS. Cost: a millisecond.
 */
bool split_make(struct split *split, struct focus_layout *layout, struct split_ways *ways,
                const struct candidate_list *list, const struct sketch *sketch, double columns);

#endif
