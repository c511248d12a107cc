#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    HUGE = 1 << 22, /* bytes: below, a huge page that is filled in part could waste as much as it saves */
    MANY = 1 << 16  /* bytes: below, there are too few pages to ask for them at once */
};

/* Has the whole pages of a block there at once: a fault for each takes longer, on virtual machines 20 times as long. */
static void ask_for_pages(char *block, size_t size, size_t page)
{
#ifdef MADV_POPULATE_WRITE
    const size_t skipped = (page - (uintptr_t)block % page) % page;
    const size_t whole = size > skipped ? (size - skipped) / page * page : 0;
    if (whole > 0) {
        madvise(block + skipped, whole, MADV_POPULATE_WRITE);
    }
#else
    (void)block;
    (void)size;
    (void)page;
#endif
}

/*
 * The pages that the block begins and ends in are asked for as well: then all of its mapping is of one kind, which the
 * kernel can still move as a whole when it grows. It is advice, and of no consequence for what else is in them.
 */
static void ask_for_huge_pages(char *block, size_t size, size_t page)
{
#ifdef MADV_HUGEPAGE
    const size_t before = (uintptr_t)block % page;
    madvise(block - before, (before + size + page - 1) / page * page, MADV_HUGEPAGE);
#else
    (void)block;
    (void)size;
    (void)page;
#endif
}

static void *advise(void *block, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (block != NULL && size >= HUGE) {
        ask_for_huge_pages(block, size, page);
    } else if (block != NULL && size >= MANY) {
        ask_for_pages(block, size, page);
    }
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
