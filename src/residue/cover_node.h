/* One node of the proof behind cover.h: the classes that meet it, its children, and what can be said of it at once. */
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

/* A node, and where its split stands. */
struct cover_node {
    size_t first; /* its entries, in those of the tree */
    size_t count;
    unsigned slot;  /* of the prime that splits it */
    uint32_t start; /* the child that is looked at first */
    uint32_t tried; /* children looked at */
};

/* Densities in units of 2^-63, rounded up: a sum below 1 is certain, and a sum of exactly 1 is never taken for one. */
__extension__ typedef unsigned __int128 cover_density;
#define COVER_DENSITY_ONE (UINT64_C(1) << 63)

static inline uint64_t cover_density_of(uint64_t modulus)
{
    return (COVER_DENSITY_ONE - 1) / modulus + 1;
}

/* What a proof may take. */
struct cover_effort {
    uint64_t units; /* the rest of the budget, see cover_decide */
    struct go_on go_on;
    uint64_t since_asked; /* units */
    bool stopped;         /* go_on has said no, and no units are left */
};

/* What all nodes of a proof share. */
struct cover_proof {
    struct cover_effort *effort;            /* what is left of it */
    uint8_t *roles;                         /* or NULL */
    bool all_seen;                          /* no class was left out that could be of use */
    size_t leaf;                            /* the index of the class that the last leaf was covered by */
    cover_density weights[COVER_PRIME_SUM]; /* scratch: for each slot, and each residue of its prime */
};

/* Asks go_on at item `i` of many. False: it has said no. */
bool cover_go_on_at(struct cover_effort *effort, size_t i);

/* Takes from the budget, and asks now and then. Returns false, and takes all, where it is not enough. */
bool cover_spend(struct cover_proof *proof, uint64_t units);

/* The slots of the primes that divide a modulus. *cofactor is what remains of it without them. */
uint64_t cover_factor(uint64_t modulus, uint64_t *cofactor);

/*
 * Writes the entries of the child j = child + prime * j', in terms of j', and returns how many they are; where
 * the effort ends, fewer. `made` may be
 * `entries` itself.
 */
size_t cover_make_child(struct cover_effort *effort, const struct cover_entry *entries, size_t count, unsigned slot,
                        uint32_t child, struct cover_entry *made);

enum cover_verdict {
    COVER_NODE_COVERED,  /* by the class that has been named */
    COVER_NODE_HOLE,     /* some integer of the node is in none of the classes */
    COVER_NODE_SPLIT,    /* its children have to be looked at: slot and start are set */
    COVER_NODE_UNDECIDED /* the effort ended */
};

/* Decides a node at once, or how to split it. Drops the entries that are of no use. */
enum cover_verdict cover_examine(struct cover_proof *proof, struct cover_entry *entries, struct cover_node *node);

#endif
