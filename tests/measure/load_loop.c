/* Loads and nothing else, in vectors as wide as this CPU has them: what the first-level cache gives. */
#include "measure.h"

uint64_t load_loop(const uint64_t *integers, size_t count)
{
    enum { AT_ONCE = 64 };
    uint64_t any[AT_ONCE] = {0};
    for (size_t i = 0; i < count; i += AT_ONCE) {
        for (size_t j = 0; j < AT_ONCE; ++j) {
            any[j] |= integers[i + j];
        }
    }
    uint64_t result = 0;
    for (size_t j = 0; j < AT_ONCE; ++j) {
        result |= any[j];
    }
    return result;
}
