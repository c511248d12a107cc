/*
 * The hash of everything that is written to files or compared with them: XXH64, which anyone can recompute. Numbers are
 * hashed as 64-bit little-endian integers, so the result is the same on every machine.
 */
#ifndef FIRESIEVE_BASE_HASH_H
#define FIRESIEVE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* XXH64 of `size` bytes. */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

/* XXH64 of `count` numbers, eight bytes each, the lowest byte first. */
uint64_t hash_numbers(const uint64_t *numbers, size_t count, uint64_t seed);

/* hash_bytes for gigabytes of data. False: cancelled. */
bool hash_bytes_while(const void *bytes, size_t size, uint64_t seed, struct go_on go_on, uint64_t *hash);

#endif
