#include "base/hash.h"

#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
    /* NULL, which the analyzer tries, is no text. NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
    return XXH64(bytes, size, seed);
}

#if __BYTE_ORDER == __LITTLE_ENDIAN
uint64_t hash_numbers(const uint64_t *numbers, size_t count, uint64_t seed)
{
    return hash_bytes(numbers, count * sizeof *numbers, seed);
}
#else
uint64_t hash_numbers(const uint64_t *numbers, size_t count, uint64_t seed)
{
    enum { AT_ONCE = 64 };
    XXH64_state_t state;
    XXH64_reset(&state, seed);
    for (size_t i = 0; i < count;) {
        uint64_t turned[AT_ONCE];
        size_t filled = 0;
        for (; filled < AT_ONCE && i < count; ++filled, ++i) {
            turned[filled] = htole64(numbers[i]);
        }
        XXH64_update(&state, turned, filled * sizeof *turned);
    }
    return XXH64_digest(&state);
}
#endif
