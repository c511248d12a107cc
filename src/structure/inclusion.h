/* How many integers of a range avoid a few classes, whatever their cycle: by inclusion and exclusion. */
#ifndef FIRESIEVE_STRUCTURE_INCLUSION_H
#define FIRESIEVE_STRUCTURE_INCLUSION_H

#include "structure/structure.h"

enum { INCLUSION_CLASSES_MAX = 256 };

/*
 * Counts t with 0 <= t < length, at most FIRESIEVE_DELAY_END, in none of the classes, at most INCLUSION_CLASSES_MAX of
 * moduli from 2 to below 2^63. Cost: up to 2^count steps of some tens of nanoseconds, far fewer if classes exclude each
 * other or together are longer than the range. *counted is false if that was more work than is left. Errors: MEMORY,
 * STOPPED.
 */
firesieve_status inclusion_count(const struct residue_class *classes, size_t count, firesieve_delay length,
                                 struct work *work, bool *counted, firesieve_delay *left, firesieve_error *error);

#endif
