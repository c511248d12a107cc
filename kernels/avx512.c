/* The AVX-512 kernel (F, BW, DQ, VL). */
#include "kernel.h"

#include "avx512_common.h"
#if !defined(SIMDE_NO_NATIVE) && !(defined(SIMDE_X86_AVX512F_NATIVE) && defined(SIMDE_X86_AVX512BW_NATIVE) && \
                                   defined(SIMDE_X86_AVX512DQ_NATIVE) && defined(SIMDE_X86_AVX512VL_NATIVE))
#error "the native avx512 kernel needs -mavx512f -mavx512bw -mavx512dq -mavx512vl; SIMDe would emulate it"
#endif

/* ---- what build.h needs ------------------------------------------------------------------------------- */

enum { COLUMN_STRIDE = 64 };

static inline vector low_bytes(vector a, vector b)
{
    return simde_mm512_unpacklo_epi8(a, b);
}

static inline vector high_bytes(vector a, vector b)
{
    return simde_mm512_unpackhi_epi8(a, b);
}

static inline vector low_pairs(vector a, vector b)
{
    return simde_mm512_unpacklo_epi16(a, b);
}

static inline vector high_pairs(vector a, vector b)
{
    return simde_mm512_unpackhi_epi16(a, b);
}

static inline vector low_quads(vector a, vector b)
{
    return simde_mm512_unpacklo_epi32(a, b);
}

static inline vector high_quads(vector a, vector b)
{
    return simde_mm512_unpackhi_epi32(a, b);
}

/* Integer 2 l + h of every vector is of row 16 l + h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    vector v[KERNEL_WORD_LIMBS];
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        v[i] = limbs[i];
    }
    transpose_limbs(v);
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        vector_store(rows + (size_t)(16 * (i / 2) + i % 2) * KERNEL_WORD_LIMBS, v[i]);
    }
}

#include "build.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(avx512);
const struct kernel_operations KERNEL_SYMBOL(avx512) = {rows_avx512,   lanes_avx512, build_vectors,
                                                        sieve_vectors, pick_vectors, add_vectors,
                                                        starts_plain,  strong_lanes, lucas_lanes};
