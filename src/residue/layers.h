/* Which layers a constraint comes from: those whose class it contains. */
#ifndef FIRESIEVE_RESIDUE_LAYERS_H
#define FIRESIEVE_RESIDUE_LAYERS_H

#include "firewall/firewall.h"
#include "residue/constraints.h"

/* The classes of all layers, one per layer, and where each modulus begins among them. */
struct layer_index {
    struct class_set classes; /* ascending; repeats are kept. Of other members only those of lists are set */
    size_t *periods;          /* indices of classes, as class_at has them; after the last period, their number */
    size_t period_count;
};

/*
 * Cost: a division per layer and a linear sort, 8 bytes per layer; wide ones take 16 and a comparison sort. False: no
 * memory, or go_on said no.
 */
bool layer_index_make(struct layer_index *index, const firesieve_firewall *firewall, struct go_on go_on);

/* Free also after a failure. */
void layer_index_free(struct layer_index *index);

/*
 * How many layers have a class that the constraint contains. *example is the class of one of them, with modulus 0 if
 * there is none. Cost: some searches for each multiple of its modulus, at most one look at each period, and one at each
 * of their layers.
 */
uint64_t layer_index_count(const struct layer_index *index, const struct class_set *set,
                           const struct constraint *constraint, struct residue_class *example);

/*
 * Finds the index of the first layer of each class; SIZE_MAX if there is none, as for modulus 0. Cost: a binary search
 * per layer. False: no memory, or go_on said no.
 */
bool layers_find(const firesieve_firewall *firewall, const struct residue_class *classes, size_t count,
                 struct go_on go_on, size_t *layers);

#endif
