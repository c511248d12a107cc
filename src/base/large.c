#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE = 1 << 22 /* bytes: below, a huge page that is filled in part could waste as much as it saves */ };

/*
 * The pages that the block begins and ends in are asked for as well: then all of its mapping is of one kind, which the
 * kernel can still move as a whole when it grows. It is advice, and of no consequence for what else is in them.
 */
static void *ask_for_huge_pages(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    if (block != NULL && size >= LARGE) {
        const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
        const size_t before = (uintptr_t)block % page;
        madvise((char *)block - before, (before + size + page - 1) / page * page, MADV_HUGEPAGE);
    }
#else
    (void)size;
#endif
    return block;
}

void *large_calloc(size_t count, size_t size)
{
    return ask_for_huge_pages(calloc(count, size), count * size);
}

void *large_reallocarray(void *block, size_t count, size_t size)
{
    return ask_for_huge_pages(reallocarray(block, count, size), count * size);
}

void *large_aligned_alloc(size_t alignment, size_t size)
{
    return ask_for_huge_pages(aligned_alloc(alignment, size), size);
}
