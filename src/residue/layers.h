/* Which layers a constraint stems from: those whose class it contains. */
#ifndef FIRESIEVE_RESIDUE_LAYERS_H
#define FIRESIEVE_RESIDUE_LAYERS_H

#include "firewall/firewall.h"
#include "residue/constraints.h"

/* The classes of all layers, one a layer, ascending by modulus, and where each modulus begins. */
struct layer_index {
    class_key *narrow;
    size_t narrow_count;
    struct residue_class *wide;
    size_t wide_count;
    size_t *periods; /* indices, narrow classes first; one more than there are is the end */
    size_t period_count;
};

/*
 * Cost: a division a layer and a linear sort, 8 bytes a layer; 16 and a comparison sort of wide ones. False: no memory,
 * or go_on said no.
 */
bool layer_index_make(struct layer_index *index, const firesieve_firewall *firewall, struct go_on go_on);

/* Free also after a failure. */
void layer_index_free(struct layer_index *index);

/*
 * How many layers have a class that the constraint contains. *example is the class of one of them, of modulus 0 where
 * there is none. Cost: some searches for each multiple of its modulus, at most a look at each period, and at their
 * layers.
 */
uint64_t layer_index_count(const struct layer_index *index, const struct class_set *set,
                           const struct constraint *constraint, struct residue_class *example);

/*
 * Finds the index of the first layer of each class; SIZE_MAX where there is none, as of modulus 0. Cost: a binary search
 * a layer. False: no memory, or go_on said no.
 */
bool layers_find(const firesieve_firewall *firewall, const struct residue_class *classes, size_t count,
                 struct go_on go_on, size_t *layers);

#endif
