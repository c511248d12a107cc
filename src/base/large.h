/*
 * Memory for what may be large and will be filled, as the C library's functions of these names give it. Filling a page
 * for the first time is a fault, which costs more than filling it does. So from 64 KiB on they ask the kernel for all
 * pages at once, and from a few MiB on for huge ones, of which one of 2 MiB takes the place of 512. Where the kernel does
 * not know that, or memory is short, nothing changes.
 */
#ifndef FIRESIEVE_BASE_LARGE_H
#define FIRESIEVE_BASE_LARGE_H

#include <stddef.h>

/* All are freed with free(). NULL: no memory, or count * size is past SIZE_MAX; a block that was to grow is as it was. */
void *large_calloc(size_t count, size_t size);
void *large_reallocarray(void *block, size_t count, size_t size);
void *large_aligned_alloc(size_t alignment, size_t size);

#endif
