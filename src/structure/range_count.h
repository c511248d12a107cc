/* How many delays of a range are safe, if structure can tell without a search. */
#ifndef FIRESIEVE_STRUCTURE_RANGE_COUNT_H
#define FIRESIEVE_STRUCTURE_RANGE_COUNT_H

#include "structure/structure.h"

struct range_count {
    firesieve_delay whole; /* safe delays in whole cycles of the range */
    firesieve_delay rest;  /* the number of delays, at the beginning of the range, that are in no whole cycle */
    bool rest_counted;
    firesieve_delay rest_count; /* how many of these are safe */
};

/*
 * Counts [from, to). Whole cycles are counted if every component is; otherwise there are none. The rest is counted by
 * the residues of components that leave few, and by inclusion and exclusion over the classes of the others. Errors:
 * MEMORY, STOPPED.
 */
firesieve_status range_count_make(struct range_count *count, const struct structure *structure, firesieve_delay from,
                                  firesieve_delay to, struct work *work, firesieve_error *error);

#endif
