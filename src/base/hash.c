#include "base/hash.h"

#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
    return bytes == NULL ? XXH64("", 0, seed) : XXH64(bytes, size, seed);
}

uint64_t hash_numbers(const uint64_t *numbers, size_t count, uint64_t seed)
{
#if __BYTE_ORDER == __LITTLE_ENDIAN
    return hash_bytes(numbers, count * sizeof *numbers, seed);
#else
    XXH64_state_t state;
    XXH64_reset(&state, seed);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t little = htole64(numbers[i]);
        XXH64_update(&state, &little, sizeof little);
    }
    return XXH64_digest(&state);
#endif
}

bool hash_bytes_while(const void *bytes, size_t size, uint64_t seed, struct go_on go_on, uint64_t *hash)
{
    enum { PIECE = 1 << 24 };
    const char *at = bytes;
    XXH64_state_t state;
    XXH64_reset(&state, seed);
    while (size > PIECE) {
        XXH64_update(&state, at, PIECE);
        at += PIECE;
        size -= PIECE;
        if (!go_on_ask(go_on)) {
            return false;
        }
    }
    XXH64_update(&state, at, size);
    *hash = XXH64_digest(&state);
    return true;
}
