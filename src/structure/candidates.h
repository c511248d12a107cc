/*
 * The delays that a few components leave, if these are few enough to be examined one by one: a wheel whose modulus may
 * be as large as delays are.
 */
#ifndef FIRESIEVE_STRUCTURE_CANDIDATES_H
#define FIRESIEVE_STRUCTURE_CANDIDATES_H

#include "structure/residues.h"

struct candidates {
    struct left_residues residues; /* cycle FIRESIEVE_DELAY_END: these are all there are below it */
    struct residue_class *others;  /* classes of all other components, ascending by modulus; owned */
    size_t other_count;
    double density; /* the share of candidates that these leave; an estimate if some are not counted */
};

/* Which components may be taken in. */
enum candidates_of {
    CANDIDATES_OF_ALL,
    CANDIDATES_OF_FEW /* those that leave no more residues than they have classes */
};

/*
 * Takes in the components that leave fewest residues for their cycles, as long as there are at most `most` residues
 * together; if it can take in none, all delays are candidates. *made is false if that is more work than is left.
 * Errors: MEMORY, STOPPED. Free with candidates_free.
 */
firesieve_status candidates_make(struct candidates *candidates, const struct structure *structure,
                                 enum candidates_of which, size_t most, struct work *work, bool *made,
                                 firesieve_error *error);

void candidates_free(struct candidates *candidates);

/* The smallest candidate from `from` on, or FIRESIEVE_DELAY_END. */
firesieve_delay candidates_next(const struct candidates *candidates, firesieve_delay from);

/* The number of candidates in [from, to), to at most FIRESIEVE_DELAY_END. */
firesieve_delay candidates_between(const struct candidates *candidates, firesieve_delay from, firesieve_delay to);

/* Whether the other components leave a candidate. */
bool candidates_is_left(const struct candidates *candidates, firesieve_delay candidate);

#endif
