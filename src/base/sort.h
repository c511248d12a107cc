/* Sorting of integers in place, for inputs of tens of millions. */
#ifndef FIRESIEVE_BASE_SORT_H
#define FIRESIEVE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/watch.h"

/* Sorts ascending, in place, in time linear in `count`; 2 KiB of stack for each byte in which the keys differ. */
void sort_u64(uint64_t *keys, size_t count);

/* The same as long as go_on says yes: asked often, but for the first look at all keys. False: it said no. */
bool sort_u64_while(uint64_t *keys, size_t count, struct go_on go_on);

#endif
