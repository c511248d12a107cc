/* The residues that components leave, if they are few. */
#ifndef FIRESIEVE_STRUCTURE_RESIDUES_H
#define FIRESIEVE_STRUCTURE_RESIDUES_H

#include "structure/structure.h"

/* Residues modulo the product of the cycles of some components. */
struct left_residues {
    firesieve_delay cycle;     /* below FIRESIEVE_DELAY_END */
    firesieve_delay *residues; /* ascending; owned */
    size_t count;
};

/*
 * Lists what some counted components leave together; the product of their cycles is below FIRESIEVE_DELAY_END, and that
 * of their counts is the length of the list. Cost: some microseconds per residue; if that is more work than is left,
 * *listed is false and there is no list. Errors: MEMORY, STOPPED. Free with left_residues_free.
 */
firesieve_status left_residues_list(struct left_residues *list, const struct component *const *components,
                                    size_t component_count, struct work *work, bool *listed, firesieve_error *error);

void left_residues_free(struct left_residues *list);

/* How many of them are below `end`, which is at most the cycle. */
size_t left_residues_below(const struct left_residues *list, firesieve_delay end);

#endif
