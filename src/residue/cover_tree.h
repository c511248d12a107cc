/*
 * The proof behind cover.h, a tree. A node is a residue class of integers a + m * j; splitting it by a prime p gives it
 * p children, one for each residue of j mod p. The classes that meet a node are kept in terms of j, so that no modulus
 * grows on the way down. A class that contains the whole node makes it a leaf, and is named by the proof.
 */
#ifndef FIRESIEVE_RESIDUE_COVER_TREE_H
#define FIRESIEVE_RESIDUE_COVER_TREE_H

#include "residue/cover.h"

struct cover_tree;
struct cover_effort;

/*
 * A tree with room for `count` classes. Its work is taken from *effort, which has to outlive it.
 * Memory: 170 KiB and 32 bytes a class; for the nodes of one path that grows to at most 128 bytes a class, or 32 MiB
 * where that is more. Errors: MEMORY. Free with cover_tree_free.
 */
firesieve_status cover_tree_new(size_t count, struct cover_effort *effort, struct cover_tree **tree,
                                firesieve_error *error);

void cover_tree_free(struct cover_tree *tree);

/* Takes all classes out and makes the root all integers. */
void cover_tree_clear(struct cover_tree *tree);

/* Adds a class; `index` is its place in the roles. */
void cover_tree_add(struct cover_tree *tree, struct residue_class class, size_t index);

/* Makes the integers of `within` the root. That has to be a class that a proof has named. */
void cover_tree_narrow(struct cover_tree *tree, struct residue_class within);

/* From here to cover_tree_clear the tree of a proof is told to the recorder, which has to outlive that. */
void cover_tree_tell(struct cover_tree *tree, const struct cover_recorder *recorder);

/*
 * Decides whether the classes added cover the root. Raises the roles of those that the proof names, also where it ends
 * without one; `roles` may be NULL. The tree has to be cleared before it is used again. Errors: MEMORY,
 * STOPPED.
 */
firesieve_status cover_tree_decide(struct cover_tree *tree, uint8_t *roles, enum cover_outcome *outcome,
                                   firesieve_error *error);

#endif
