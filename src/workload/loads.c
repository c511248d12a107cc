#include "workload/loads.h"

#include <firesieve/firesieve.h>

/*
 * Eight vectors at a time, so that no addition to an address or OR has to be waited for, from one stream or several: the
 * prefetcher of one stream from a large cache does not keep up with a core, while in a small cache several streams only
 * cost time. The vectors are the compiler's own; the attribute, not a flag for the file, selects the instructions.
 */
#define DEFINE_LOADS(name, attribute, bytes, streams)                                               \
    attribute static uint64_t name(const uint64_t *integers, size_t count)                          \
    {                                                                                               \
        typedef uint64_t vector __attribute__((vector_size(bytes), may_alias));                     \
        enum { LIMBS = (bytes) / sizeof(uint64_t), STREAMS = (streams), AT_ONCE = 8 / STREAMS };    \
        vector any[STREAMS][AT_ONCE] = {{{0}}};                                                     \
        const size_t stream = count / STREAMS;                                                      \
        for (size_t i = 0; i < stream; i += (size_t)LIMBS * AT_ONCE) {                              \
            for (size_t j = 0; j < STREAMS; ++j) {                                                  \
                const vector *const at = (const vector *)(const void *)(integers + j * stream + i); \
                for (size_t k = 0; k < AT_ONCE; ++k) {                                              \
                    any[j][k] |= at[k];                                                             \
                }                                                                                   \
            }                                                                                       \
        }                                                                                           \
        vector all = {0};                                                                           \
        for (size_t j = 0; j < STREAMS; ++j) {                                                      \
            for (size_t k = 0; k < AT_ONCE; ++k) {                                                  \
                all |= any[j][k];                                                                   \
            }                                                                                       \
        }                                                                                           \
        uint64_t result = 0;                                                                        \
        for (size_t limb = 0; limb < LIMBS; ++limb) {                                               \
            result |= all[limb];                                                                    \
        }                                                                                           \
        return result;                                                                              \
    }

/* Tables larger than this are not in a second-level cache. */
enum { LARGE_INTEGERS = (2 << 20) / sizeof(uint64_t) };

DEFINE_LOADS(loads_of_16_bytes, , 16, 1)
DEFINE_LOADS(streams_of_16_bytes, , 16, 4)

#if defined(__x86_64__)
DEFINE_LOADS(loads_of_32_bytes, __attribute__((target("avx2"))), 32, 1)
DEFINE_LOADS(streams_of_32_bytes, __attribute__((target("avx2"))), 32, 4)
DEFINE_LOADS(loads_of_64_bytes, __attribute__((target("avx512f"))), 64, 1)
DEFINE_LOADS(streams_of_64_bytes, __attribute__((target("avx512f"))), 64, 4)

static int runs_here(const char *kernel)
{
    return firesieve_kernel_runs_here(firesieve_kernel_find(kernel));
}

loads_function *loads_widest(size_t count)
{
    const int large = count > LARGE_INTEGERS;
    if (runs_here("avx512")) {
        return large ? streams_of_64_bytes : loads_of_64_bytes;
    }
    if (runs_here("avx2")) {
        return large ? streams_of_32_bytes : loads_of_32_bytes;
    }
    return large ? streams_of_16_bytes : loads_of_16_bytes;
}
#else
loads_function *loads_widest(size_t count)
{
    return count > LARGE_INTEGERS ? streams_of_16_bytes : loads_of_16_bytes;
}
#endif
