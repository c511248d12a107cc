/*
 * Memory for large blocks that will be filled. The first access to a page is a fault, which costs more than filling it.
 * From 64 KiB on, these functions ask the kernel for all pages at once, and from 4 MiB on for huge pages, of which one
 * of 2 MiB replaces 512. If the kernel cannot do that, or memory is short, nothing changes.
 */
#ifndef FIRESIEVE_BASE_LARGE_H
#define FIRESIEVE_BASE_LARGE_H

#include <stddef.h>

/*
 * Like the C library's functions of these names; free with free(). NULL: no memory, or count * size exceeds SIZE_MAX; a
 * block that was to grow is unchanged.
 */
void *large_calloc(size_t count, size_t size);
void *large_reallocarray(void *block, size_t count, size_t size);
void *large_aligned_alloc(size_t alignment, size_t size);

/*
 * Makes room for one more item in an array of `count` items of `size` bytes, whose capacity doubles when it is full.
 * Returns the array, or NULL if memory is short; then array and capacity are unchanged.
 */
void *large_grow(void *items, size_t count, size_t *capacity, size_t size);

#endif
