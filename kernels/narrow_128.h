/*
 * What kernels with vectors of 128 bits share. Before including it, a kernel file defines, besides what narrow.h needs,
 *
 *     shuffle_bytes                 as for tiles.h
 *     low_limbs, high_limbs         of two vectors, their lower or higher 64-bit integers
 *     number_and_next(number)       the 32-bit integers number, number + 1, number + 2 and number + 3
 */
#ifndef FIRESIEVE_KERNEL_NARROW_128_H
#define FIRESIEVE_KERNEL_NARROW_128_H

#include "narrow.h"

static inline vector repeat16(const uint8_t *bytes)
{
    return vector_load(bytes);
}

/* Integer h of every vector is of row h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; i += VECTOR_LIMBS) {
        vector_store(rows + i, low_limbs(limbs[i], limbs[i + 1]));
        vector_store(rows + KERNEL_WORD_LIMBS + i, high_limbs(limbs[i], limbs[i + 1]));
    }
}

/* Moves four numbers at once, and two keys. */
static inline size_t pick_some(const uint64_t *keys, uint32_t number, uint64_t alive, uint64_t *picked_keys,
                               uint32_t *picked_numbers)
{
    /* Where two keys go: one moves only if the second alone is alive. */
    static const uint8_t from[4][16] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15},
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    };
    const struct picked_four *const four = &picked_four[alive % 16];
    const vector first_two = shuffle_bytes(vector_load(keys), vector_load(from[alive % 4]));
    const vector last_two = shuffle_bytes(vector_load(keys + 2), vector_load(from[alive / 4 % 4]));
    vector_store(picked_keys, first_two);
    vector_store(picked_keys + picked_four[alive % 4].count, last_two);
    vector_store(picked_numbers, shuffle_bytes(number_and_next(number), vector_load(four->bytes)));
    return four->count;
}

#endif
