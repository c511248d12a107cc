/* Memory between two pages that must not be touched. */
#ifndef FIRESIEVE_TESTS_GUARDED_H
#define FIRESIEVE_TESTS_GUARDED_H

#include <stdbool.h>
#include <stddef.h>

/* Reading or writing begin[-1] or *end faults, as does everything up to a page further out. */
struct guarded_block {
    unsigned char *begin;
    unsigned char *end;
};

/* Makes a block of at least `size` bytes, a whole number of pages, filled with zeros. */
bool guarded_block_create(struct guarded_block *block, size_t size);
void guarded_block_free(struct guarded_block *block);

#endif
