/* The hash of whatever is written into files or compared with them: XXH64, which anyone can compute again. */
#ifndef FIRESIEVE_BASE_HASH_H
#define FIRESIEVE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* XXH64 of `size` bytes. */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

#endif
