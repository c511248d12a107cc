/* pick for vectors of 128 bits, which move four numbers at once, and two keys. */
#ifndef FIRESIEVE_KERNEL_PICK_128_H
#define FIRESIEVE_KERNEL_PICK_128_H

#include "tiles_narrow.h"

static inline size_t pick_some(const uint64_t *keys, uint32_t number, uint64_t alive, uint64_t *picked_keys,
                               uint32_t *picked_numbers)
{
    /* Where two keys go: only where the second alone is alive does one move. */
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
