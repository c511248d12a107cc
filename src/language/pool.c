#include "language/pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"

enum { ALIGNMENT = 16, BLOCK_MIN = 1 << 10, BLOCK_MAX = 1 << 24 };

struct pool_block {
    struct pool_block *before;
    _Alignas(ALIGNMENT) char bytes[];
};

/* Blocks double up to a size for which huge pages pay off. */
static bool add_block(struct pool *pool, size_t wanted)
{
    size_t size = pool->size == 0 ? BLOCK_MIN : 2 * pool->size;
    size = size > BLOCK_MAX ? BLOCK_MAX : size;
    size = size < wanted ? wanted : size;
    struct pool_block *const block = large_reallocarray(NULL, sizeof *block + size, 1);
    if (block == NULL) {
        return false;
    }
    block->before = pool->last;
    *pool = (struct pool){.last = block, .used = 0, .size = size};
    return true;
}

void *pool_copy(struct pool *pool, const void *bytes, size_t size)
{
    if (size > pool->size - pool->used && !add_block(pool, size)) {
        return NULL;
    }
    char *const copy = pool->last->bytes + pool->used;
    const size_t taken = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memcpy(copy, bytes, size);
    pool->used = taken < pool->size - pool->used ? pool->used + taken : pool->size;
    return copy;
}

void pool_free(struct pool *pool)
{
    while (pool->last != NULL) {
        struct pool_block *const block = pool->last;
        pool->last = block->before;
        free(block);
    }
    *pool = (struct pool){.last = NULL};
}
