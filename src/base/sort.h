/* Sorting of inputs of tens of millions, which somebody may want to end. */
#ifndef FIRESIEVE_BASE_SORT_H
#define FIRESIEVE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* Sorts ascending, in place, in time linear in `count`; 2 KiB of stack for each byte in which the keys differ. */
void sort_u64(uint64_t *keys, size_t count);

/* The same as long as go_on says yes: asked often, but for the first look at all keys. False: it said no. */
bool sort_u64_while(uint64_t *keys, size_t count, struct go_on go_on);

/*
 * Sorts `count` items of `size` bytes by a comparison as for qsort, as long as go_on says yes. False: it said no; then
 * the items are in no order, and some may be there twice and others not. Cost: as qsort, and a copy of the items while
 * it lasts; where there is no memory for that nobody is asked.
 */
bool sort_items_while(void *items, size_t count, size_t size, int (*compare)(const void *, const void *),
                      struct go_on go_on);

/* Sorts as qsort_r of glibc does, by a comparison that is told a context; some C libraries have none. */
void sort_items_with(void *items, size_t count, size_t size, int (*compare)(const void *, const void *, void *),
                     void *context);

#endif
