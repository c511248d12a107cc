#include "support/guarded.h"

#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

bool guarded_block_create(struct guarded_block *block, size_t size)
{
    const size_t page = page_size();
    const size_t usable = (size + page - 1) / page * page;
    unsigned char *const map = mmap(NULL, page + usable + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        return false;
    }
    *block = (struct guarded_block){.begin = map + page, .end = map + page + usable};
    if (mprotect(block->begin, usable, PROT_READ | PROT_WRITE) != 0) {
        guarded_block_free(block);
        return false;
    }
    return true;
}

void guarded_block_free(struct guarded_block *block)
{
    const size_t page = page_size();
    munmap(block->begin - page, page + (size_t)(block->end - block->begin) + page);
    *block = (struct guarded_block){0};
}
