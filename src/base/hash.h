/*
 * The hash of whatever is written into files or compared with them: XXH64, which anyone can compute again. It is one of
 * bytes; numbers are hashed as 64-bit little-endian ones, so that every machine comes to the same.
 */
#ifndef FIRESIEVE_BASE_HASH_H
#define FIRESIEVE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* XXH64 of `size` bytes. */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

/* XXH64 of `count` numbers, of eight bytes each, the lowest first. */
uint64_t hash_numbers(const uint64_t *numbers, size_t count, uint64_t seed);

/* The same of up to gigabytes, as long as go_on says yes. False: it said no. */
bool hash_bytes_while(const void *bytes, size_t size, uint64_t seed, struct go_on go_on, uint64_t *hash);

#endif
