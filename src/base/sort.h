/* Cancellable sorting of up to tens of millions of items. */
#ifndef FIRESIEVE_BASE_SORT_H
#define FIRESIEVE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* Ascending, for qsort: compares numbers of 64 bits, or structs that begin with one. */
int sort_compare_u64(const void *a, const void *b);

/* Sorts ascending, in place, in time linear in `count`; 2 KiB of stack for each byte in which the keys differ. */
void sort_u64(uint64_t *keys, size_t count);

/* The same, asking go_on often, except during the first pass over all keys. False: cancelled. */
bool sort_u64_while(uint64_t *keys, size_t count, struct go_on go_on);

/*
 * Sorts `count` items of `size` bytes by a comparison as for qsort. False: cancelled; then the items are in no order, and
 * some may be duplicated and others lost. Cost: that of qsort, and memory for a copy of the items; if there is none, the
 * call cannot be cancelled.
 */
bool sort_items_while(void *items, size_t count, size_t size, int (*compare)(const void *, const void *),
                      struct go_on go_on);

/* Like qsort_r of glibc, which some C libraries lack. */
void sort_items_with(void *items, size_t count, size_t size, int (*compare)(const void *, const void *, void *),
                     void *context);

#endif
