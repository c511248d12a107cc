/* Whether residue classes cover all integers, and which layers of a firewall suffice for that. */
#ifndef FIRESIEVE_RESIDUE_COVER_H
#define FIRESIEVE_RESIDUE_COVER_H

#include "base/go_on.h"
#include "residue/classes.h"

enum cover_outcome {
    COVER_COMPLETE, /* every integer is in some class */
    COVER_OPEN,     /* some integer is in none */
    COVER_UNDECIDED /* the budget or room for a proof ran out, or 313 moduli or more have prime factors above 311 */
};

/* The role of a class in a proof of COVER_COMPLETE. The classes that it names cover all integers by themselves. */
enum cover_role {
    COVER_UNUSED, /* not named */
    COVER_NAMED,  /* named, perhaps needlessly */
    COVER_NEEDED  /* named, and some integer is in this class alone */
};

/*
 * Decides whether `count` classes (moduli 1 to 2^63) cover all integers. `budget` is the work that may be done; a unit
 * is one look at one class in one node of the proof, 12 to 40 ns, so that the outcome is the same on every machine. 80
 * units per class were enough for all covers of up to 2000 classes that were tried. `roles` has room for one enum
 * cover_role per class, or is NULL; all are COVER_UNUSED unless the outcome is COVER_COMPLETE. Cost: one pass if the
 * densities of the classes add up to less than 1, at most one if there are more classes than `budget`, both without
 * memory; otherwise each modulus is divided by the primes up to 311, and a proof takes the budget and the memory of
 * cover_node.h. Errors: MEMORY, STOPPED.
 */
firesieve_status cover_decide(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, enum cover_outcome *outcome, firesieve_error *error);

/*
 * Receives the tree of a proof while it is made, node by node, each before its children and these in their order: a
 * node of integers r + m * j is split by a prime p into the nodes r + m * i + m * p * j, i = 0 to p - 1, or is a leaf,
 * all of which class `index` contains. This is a proof only if the outcome is COVER_COMPLETE. Both functions return
 * whether to continue: after false the outcome is COVER_UNDECIDED.
 */
struct cover_recorder {
    bool (*split)(void *context, uint32_t prime);
    bool (*leaf)(void *context, size_t index);
    void *context;
    size_t entries; /* classes that the nodes of a path may have together, 32 bytes each; with more it is undecided */
};

/* cover_decide that passes its tree to the recorder. It examines nodes in the order of the tree: that may be slower. */
firesieve_status cover_record(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, const struct cover_recorder *recorder, enum cover_outcome *outcome,
                              firesieve_error *error);

/*
 * Whether the layers of a firewall catch every delay, and if so a set of them that already does: ascending indices,
 * which the caller frees; otherwise *layers is NULL. *minimal: without any one of them some delay is safe; false if the
 * budget ran out before that was proved. Minimal sets may differ in size; this one avoids thin classes if it can. Cost:
 * a proof as by cover_decide, then smaller ones for the layers that it leaves in doubt, all from one budget; 17 bytes
 * more per layer, 56 per layer named. Errors: MEMORY, STOPPED.
 */
firesieve_status cover_minimise(const firesieve_firewall *firewall, uint64_t budget, struct go_on go_on,
                                size_t **layers, size_t *layer_count, bool *minimal, enum cover_outcome *outcome,
                                firesieve_error *error);

#endif
