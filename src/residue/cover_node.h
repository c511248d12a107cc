/* The proof of cover.h. First one node: the classes that meet it, its children, and what can be decided at once. */
#ifndef FIRESIEVE_RESIDUE_COVER_NODE_H
#define FIRESIEVE_RESIDUE_COVER_NODE_H

#include "residue/cover.h"

/* Nodes are split by the first COVER_PRIMES primes. Each has a slot: its place here, and its bit in masks. */
enum { COVER_PRIMES = 64, COVER_PRIME_SUM = 8893, COVER_LARGEST_PRIME = 311, COVER_NEXT_PRIME = 313 };
extern const uint16_t cover_primes[COVER_PRIMES];

/* A class that meets a node of integers a + m * j, in terms of j. */
struct cover_entry {
    uint64_t modulus; /* 1: it contains the whole node */
    uint64_t residue; /* < modulus */
    uint64_t primes;  /* the slots of those that divide the modulus */
    size_t index;     /* of its role */
};

/* A node, and the progress of its split. */
struct cover_node {
    size_t first; /* its entries, in those of the tree */
    size_t count;
    unsigned slot;  /* of the prime that splits it */
    uint32_t start; /* the child that is examined first */
    uint32_t tried; /* children examined so far */
};

/* Densities in units of 2^-63, rounded up: a sum below 1 is certain, and a sum of exactly 1 never looks smaller. */
__extension__ typedef unsigned __int128 cover_density;
#define COVER_DENSITY_ONE (UINT64_C(1) << 63)

static inline uint64_t cover_density_of(uint64_t modulus)
{
    return (COVER_DENSITY_ONE - 1) / modulus + 1;
}

/* What a proof may use. */
struct cover_effort {
    uint64_t units; /* what is left of the budget, see cover_decide */
    struct go_on go_on;
    uint64_t since_asked; /* units */
    bool stopped;         /* go_on said no, and no units are left */
};

/* What all nodes of a proof share. */
struct cover_proof {
    struct cover_effort *effort;            /* what is left of it */
    uint8_t *roles;                         /* or NULL */
    bool all_seen;                          /* no useful class was left out */
    size_t leaf;                            /* the index of the class that the last leaf was covered by */
    cover_density weights[COVER_PRIME_SUM]; /* scratch: for each slot, and each residue of its prime */
};

/* Asks go_on at item `i` of many. False: it said no. */
bool cover_go_on_at(struct cover_effort *effort, size_t i);

/* Takes units from the budget, and asks go_on now and then. Returns false, and takes all, if there are too few. */
bool cover_spend(struct cover_proof *proof, uint64_t units);

/* The slots of the primes that divide a modulus. *cofactor is what remains of it without them. */
uint64_t cover_factor(uint64_t modulus, uint64_t *cofactor);

/*
 * Writes the entries of the child j = child + prime * j', in terms of j', and returns how many there are; fewer if the
 * effort ends. `made` may be `entries` itself.
 */
size_t cover_make_child(struct cover_effort *effort, const struct cover_entry *entries, size_t count, unsigned slot,
                        uint32_t child, struct cover_entry *made);

enum cover_verdict {
    COVER_NODE_COVERED,  /* by the class that was named */
    COVER_NODE_HOLE,     /* some integer of the node is in none of the classes */
    COVER_NODE_SPLIT,    /* its children must be examined: slot and start are set */
    COVER_NODE_UNDECIDED /* the effort ended */
};

/* Decides a node at once, or how to split it. Drops useless entries. */
enum cover_verdict cover_examine(struct cover_proof *proof, struct cover_entry *entries, struct cover_node *node);

/* ---- The tree --------------------------------------------------------------------------------------------- */

/*
 * The proof of cover.h. A node is a residue class of integers a + m * j; splitting it by a prime p gives it
 * p children, one for each residue of j mod p. The classes that meet a node are kept in terms of j, so that no modulus
 * grows on the way down. A class that contains the whole node makes it a leaf, and is named by the proof.
 */
struct cover_tree;

/*
 * A tree with room for `count` classes. Its work is taken from *effort, which must outlive it. Memory: 170 KiB and 32
 * bytes per class; for the nodes of one path that grows to at most 128 bytes per class, or 32 MiB if that is more.
 * Errors: MEMORY. Free with cover_tree_free.
 */
firesieve_status cover_tree_new(size_t count, struct cover_effort *effort, struct cover_tree **tree,
                                firesieve_error *error);

void cover_tree_free(struct cover_tree *tree);

/* Removes all classes and makes all integers the root. */
void cover_tree_clear(struct cover_tree *tree);

/* Adds a class; `index` is its place in the roles. */
void cover_tree_add(struct cover_tree *tree, struct residue_class class, size_t index);

/* Makes the integers of `within` the root. It must be a class that a proof has named. */
void cover_tree_narrow(struct cover_tree *tree, struct residue_class within);

/* From here to cover_tree_clear the tree of a proof is passed to the recorder, which must live that long. */
void cover_tree_tell(struct cover_tree *tree, const struct cover_recorder *recorder);

/*
 * Decides whether the classes added cover the root. Raises the roles of those that the proof names, also if it ends
 * without one; `roles` may be NULL. The tree must be cleared before it is used again. Errors: MEMORY, STOPPED.
 */
firesieve_status cover_tree_decide(struct cover_tree *tree, uint8_t *roles, enum cover_outcome *outcome,
                                   firesieve_error *error);

#endif
