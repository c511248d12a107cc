/* How the prime powers of A * B are shared among the four lists of summands. */
#ifndef FIRESIEVE_FOCUS_SPLIT_H
#define FIRESIEVE_FOCUS_SPLIT_H

#include "focus/candidates.h"

/* How long lists have become. */
struct split {
    double columns;
    double offsets;
    double summands; /* in all four lists of them */
};

/*
 * Fills in the powers of the layout, so that there are about so many columns. False: A and B cannot both be kept below
 * 2^FOCUS_PART_BITS, or there is no memory. Cost: a millisecond.
 */
bool split_make(struct split *split, struct focus_layout *layout, const struct candidate_list *list,
                const struct sketch *sketch, double columns);

#endif
