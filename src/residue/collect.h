/* From layers to reduced classes. */
#ifndef FIRESIEVE_RESIDUE_COLLECT_H
#define FIRESIEVE_RESIDUE_COLLECT_H

#include "base/go_on.h"
#include "firewall/firewall.h"
#include "residue/classes.h"

/*
 * Collects the classes of a firewall and reduces them (reduce.h). Cost: a division a layer and linear sorts, but for
 * wide classes a comparison sort; 8 bytes a layer of narrow period, 16 of a wide one. Errors: MEMORY, STOPPED. Free
 * with classes_free, also after an error.
 *
 * stretch is 2^n for n classes: n classes that cover 2^n consecutive integers cover all of them (Crittenden and Vanden
 * Eynden, "Any n arithmetic progressions covering the first 2^n integers cover all integers", 1970).
 */
firesieve_status classes_collect(struct class_set *set, const firesieve_firewall *firewall, struct go_on go_on,
                                 firesieve_error *error);

#endif
