/* How many delays of a range are safe, as far as structure tells without a search. */
#ifndef FIRESIEVE_STRUCTURE_RANGE_COUNT_H
#define FIRESIEVE_STRUCTURE_RANGE_COUNT_H

#include "structure/structure.h"
#include "structure/work.h"

struct range_count {
    firesieve_delay whole; /* safe delays in whole cycles of the range */
    firesieve_delay rest;  /* the range begins with so many delays that are in none of these */
    bool rest_counted;
    firesieve_delay rest_count; /* of them so many are safe */
};

/*
 * Counts [from, to). Whole cycles are counted where every component is, and otherwise none is whole. What is left is counted
 * by the residues of components that leave few, and by inclusion and exclusion over the classes of the others. Errors:
 * MEMORY, STOPPED.
 */
firesieve_status range_count_make(struct range_count *count, const struct structure *structure, firesieve_delay from,
                                  firesieve_delay to, struct work *work, firesieve_error *error);

#endif
