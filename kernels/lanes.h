/*
 * lanes for vectors that cannot compress. Before including it, a kernel file defines
 *
 *     vector, vector_load, vector_store   as for narrow.h
 *     LANES                               32-bit integers in a vector
 *     struct lane_vectors                 a lane test in vectors, as lane_vectors_make(test) returns it
 *     caught_lanes(test, batch)           bit i: whether the test catches integer i of the batch
 */
#ifndef FIRESIEVE_KERNEL_LANES_H
#define FIRESIEVE_KERNEL_LANES_H

#include "kernel.h"

static size_t lanes_vectors(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    enum { ALL = (1 << LANES) - 1 };
    const struct lane_vectors vectors = lane_vectors_make(test);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const vector batch = vector_load(candidates + i);
        const uint32_t caught = caught_lanes(&vectors, batch);
        const uint32_t present = count - i >= LANES ? ALL : (UINT32_C(1) << (count - i)) - 1;
        uint32_t keep = present & ~caught;
        if (keep == ALL) {
            /* A whole vector is stored only if kept <= i: it ends inside what has been read already. */
            if (kept != i) {
                vector_store(candidates + kept, batch);
            }
            kept += LANES;
            continue;
        }
        for (; keep != 0; keep &= keep - 1) {
            candidates[kept++] = candidates[i + (size_t)__builtin_ctz(keep)];
        }
    }
    return kept;
}

#endif
