/*
 * Memory for what may be large, as the C library's functions of these names give it. From a few MiB on they ask the
 * kernel for huge pages: filling a page for the first time is a fault, which costs more than filling it does, and one of
 * 2 MiB takes the place of 512. Where there are no huge pages, or memory is short of them, nothing changes.
 */
#ifndef FIRESIEVE_BASE_LARGE_H
#define FIRESIEVE_BASE_LARGE_H

#include <stddef.h>

/* All are freed with free(). NULL: no memory, or count * size is past SIZE_MAX; a block that was to grow is as it was. */
void *large_calloc(size_t count, size_t size);
void *large_reallocarray(void *block, size_t count, size_t size);
void *large_aligned_alloc(size_t alignment, size_t size);

#endif
