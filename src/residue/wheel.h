/*
 * A wheel: a modulus and the residues that some constraints allow modulo it, as a sorted list. Every delay that these
 * constraints allow is residue + column * modulus.
 */
#ifndef FIRESIEVE_RESIDUE_WHEEL_H
#define FIRESIEVE_RESIDUE_WHEEL_H

#include "base/go_on.h"
#include "residue/constraints.h"

/* Wheels stay below this modulus. */
#define WHEEL_MODULUS_END (UINT64_C(1) << 63)

struct wheel {
    uint64_t modulus;
    uint64_t *residues; /* ascending, which searches rely on; 8 bytes each */
    size_t count;       /* 0: these constraints allow nothing */
};

/* The wheel of modulus 1, which allows everything. Errors: MEMORY. Free with wheel_free, also after an error. */
firesieve_status wheel_start(struct wheel *wheel, firesieve_error *error);

/*
 * Extends the modulus by `factor` and drops the residues that the constraints `added` forbid, whose moduli divide the
 * new modulus, which is below WHEEL_MODULUS_END. *stopped: `go_on` said no, and the wheel is as it was. Cost: factor *
 * count residues made, and a multiplication or two for each and each constraint until it is dropped; memory for the new
 * list and as much again as the old one. Errors: MEMORY.
 */
firesieve_status wheel_extend(struct wheel *wheel, uint64_t factor, const struct class_set *set,
                              const struct constraint *const *added, size_t added_count, struct go_on go_on,
                              bool *stopped, firesieve_error *error);

void wheel_free(struct wheel *wheel);

#endif
