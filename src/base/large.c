#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    HUGE = 1 << 22, /* bytes; below it, a partly filled huge page could waste as much as it saves */
    MANY = 1 << 16  /* bytes; below it, there are too few pages to ask for them at once */
};

/*
 * From MANY bytes on, populates the whole pages of a block at once: a fault for each takes longer, 20 times as long on
 * virtual machines. From HUGE bytes on, asks for huge pages instead, also for the pages in which the block begins and
 * ends: its mapping then stays of one kind, which the kernel can still move as a whole when it grows. Both are advice
 * without consequence for anything else in those pages.
 */
static void *advise(void *block, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const first = block;
    const size_t before = (uintptr_t)block % page;
    if (block == NULL) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (size >= HUGE) {
        madvise(first - before, (before + size + page - 1) / page * page, MADV_HUGEPAGE);
    }
#endif
#ifdef MADV_POPULATE_WRITE
    if (size >= MANY && size < HUGE) {
        const size_t skipped = (page - before) % page;
        madvise(first + skipped, (size - skipped) / page * page, MADV_POPULATE_WRITE);
    }
#endif
    return block;
}

void *large_calloc(size_t count, size_t size)
{
    return advise(calloc(count, size), count * size);
}

void *large_reallocarray(void *block, size_t count, size_t size)
{
    return advise(reallocarray(block, count, size), count * size);
}

void *large_aligned_alloc(size_t alignment, size_t size)
{
    return advise(aligned_alloc(alignment, size), size);
}

void *large_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    enum { FIRST = 8 };
    if (count < *capacity) {
        return items;
    }
    const size_t wanted = *capacity == 0 ? FIRST : 2 * *capacity;
    void *const more = large_reallocarray(items, wanted, size);
    *capacity = more == NULL ? *capacity : wanted;
    return more;
}
