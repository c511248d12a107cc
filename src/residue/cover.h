/* Whether residue classes cover all integers, and which layers of a firewall suffice for that. */
#ifndef FIRESIEVE_RESIDUE_COVER_H
#define FIRESIEVE_RESIDUE_COVER_H

#include "base/go_on.h"
#include "residue/classes.h"

enum cover_outcome {
    COVER_COMPLETE, /* every integer is in some class */
    COVER_OPEN,     /* some integer is in none */
    COVER_UNDECIDED /* the budget or the room for a proof ran out, or 313 moduli or more have prime factors above 311 */
};

/* What a proof of COVER_COMPLETE says of a class. The classes that it names cover all integers by themselves. */
enum cover_role {
    COVER_UNUSED, /* not named */
    COVER_NAMED,  /* named, perhaps needlessly */
    COVER_NEEDED  /* named, and some integer is in this class alone */
};

/*
 * Decides whether `count` classes (moduli 1 to 2^63) cover all integers. `budget` is the work that may be done; a unit
 * is one look at one class in one node of the proof, 12 to 40 ns, so that the outcome is the same on every machine. 80
 * units a class were enough for all covers of up to 2000 classes that were tried. `roles` has room for an enum
 * cover_role a class, or is NULL; all are COVER_UNUSED unless the outcome is COVER_COMPLETE. Cost: where the densities
 * of the classes add up to less than 1, one pass, and where there are more classes than `budget`, at most one, both
 * without memory; else the primes up to 311 are looked for in each modulus, and a proof takes the budget and the memory
 * of cover_tree.h. Errors: MEMORY, STOPPED.
 */
firesieve_status cover_decide(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, enum cover_outcome *outcome, firesieve_error *error);

/*
 * Is told the tree of a proof while it is made, node by node, each before its children and these in their order: a
 * node of integers r + m * j is split by a prime p into the nodes r + m * i + m * p * j, i = 0 to p - 1, or is a leaf,
 * all of which class `index` contains. What is told is a proof where the outcome is COVER_COMPLETE, and otherwise
 * nothing. Both return whether to go on: after false the outcome is COVER_UNDECIDED.
 */
struct cover_recorder {
    bool (*split)(void *context, uint32_t prime);
    bool (*leaf)(void *context, size_t index);
    void *context;
    size_t entries; /* classes that the nodes of a path may have together, 32 bytes each; else it is undecided */
};

/* cover_decide that tells the recorder its tree. It looks for holes in the order of the tree: that may take longer. */
firesieve_status cover_record(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, const struct cover_recorder *recorder, enum cover_outcome *outcome,
                              firesieve_error *error);

/*
 * Whether the layers of a firewall catch every delay, and if so a set of them that already does: ascending indices, to
 * be freed by the caller; otherwise *layers is NULL. *minimal: without any one of them some delay is safe; false where
 * the budget ended before that was proved. Minimal sets may differ in size; this one goes without thin classes where it
 * can. Cost: a proof as of cover_decide, then smaller ones for the layers that it leaves in doubt, all from one budget;
 * 17 bytes more a layer, 56 a layer named. Errors: MEMORY, STOPPED.
 */
firesieve_status cover_minimise(const firesieve_firewall *firewall, uint64_t budget, struct go_on go_on,
                                size_t **layers, size_t *layer_count, bool *minimal, enum cover_outcome *outcome,
                                firesieve_error *error);

#endif
