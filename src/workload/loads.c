#include "workload/loads.h"

#include <firesieve/firesieve.h>

/*
 * Eight vectors at a time, so that no addition to an address or OR has to be waited for, from four streams, as kernels read
 * rows: what fetches ahead of one stream does not keep up with a core. The vectors are the compiler's own; the attribute,
 * not a flag for the file, says what instructions it may use.
 */
#define DEFINE_LOADS(name, attribute, bytes)                                                        \
    attribute static uint64_t name(const uint64_t *integers, size_t count)                          \
    {                                                                                               \
        typedef uint64_t vector __attribute__((vector_size(bytes), may_alias));                     \
        enum { LIMBS = (bytes) / sizeof(uint64_t), STREAMS = 4, AT_ONCE = 2 };                      \
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
        uint64_t result = 0;                                                                        \
        for (size_t j = 0; j < STREAMS; ++j) {                                                      \
            for (size_t limb = 0; limb < (size_t)LIMBS * AT_ONCE; ++limb) {                         \
                result |= any[j][limb / LIMBS][limb % LIMBS];                                       \
            }                                                                                       \
        }                                                                                           \
        return result;                                                                              \
    }

DEFINE_LOADS(loads_of_16_bytes, , 16)

#if defined(__x86_64__)
DEFINE_LOADS(loads_of_32_bytes, __attribute__((target("avx2"))), 32)
DEFINE_LOADS(loads_of_64_bytes, __attribute__((target("avx512f"))), 64)

static int runs_here(const char *kernel)
{
    return firesieve_kernel_runs_here(firesieve_kernel_find(kernel));
}

loads_function *loads_widest(void)
{
    return runs_here("avx512") ? loads_of_64_bytes : runs_here("avx2") ? loads_of_32_bytes : loads_of_16_bytes;
}
#else
loads_function *loads_widest(void)
{
    return loads_of_16_bytes;
}
#endif
