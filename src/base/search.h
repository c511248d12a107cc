/* Binary search. */
#ifndef FIRESIEVE_BASE_SEARCH_H
#define FIRESIEVE_BASE_SEARCH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The index of the first item whose number is at least `wanted`, or `count`. Each item has `size` bytes and begins with a
 * uint64_t, its number; these ascend.
 */
static inline size_t search_at_least(const void *items, size_t count, size_t size, uint64_t wanted)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        uint64_t number;
        memcpy(&number, (const char *)items + middle * size, sizeof number);
        if (number < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

#endif
