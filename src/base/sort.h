/* Sorting of integers in place, for inputs of tens of millions. */
#ifndef FIRESIEVE_BASE_SORT_H
#define FIRESIEVE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Sorts ascending, in place, in time linear in `count`; 2 KiB of stack for each byte in which the keys differ. */
void sort_u64(uint64_t *keys, size_t count);

#endif
