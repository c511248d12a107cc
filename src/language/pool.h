/* Memory for data of many lines: handed out piece by piece, and freed as a whole. */
#ifndef FIRESIEVE_LANGUAGE_POOL_H
#define FIRESIEVE_LANGUAGE_POOL_H

#include <stddef.h>

/* Start with all members zero. */
struct pool {
    struct pool_block *last; /* owned, like all blocks before it */
    size_t used;
    size_t size;
};

/* A copy of some bytes, aligned for any type, which lives as long as the pool. NULL: no memory. */
void *pool_copy(struct pool *pool, const void *bytes, size_t size);

void pool_free(struct pool *pool);

#endif
