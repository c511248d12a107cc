/*
 * The NEON kernel (AArch64): a word is four vectors.
 *
 * rows keeps four words in sixteen of the thirty-two registers. A movemask costs about six instructions here, so the
 * hot loops only ask whether a vector is all zero (umaxv), and lanes looks at single lanes when something was caught.
 */
#include "kernel.h"
#include "tile_scalar.h"

#include <simde/arm/neon.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_ARM_NEON_A64V8_NATIVE)
#error "the native neon kernel needs an AArch64 compiler; SIMDe would emulate it"
#endif

enum {
    VECTOR_LIMBS = 2,
    WORD_VECTORS = KERNEL_WORD_LIMBS / VECTOR_LIMBS,
    GROUP = 4, /* words */
    FIRST_TEST = 8,
    NEXT_TEST = 4
};

static inline bool all_empty(const simde_uint64x2_t *vectors, int count)
{
    simde_uint64x2_t any = vectors[0];
    KERNEL_UNROLL
    for (int i = 1; i < count; ++i) {
        any = simde_vorrq_u64(any, vectors[i]);
    }
    return simde_vmaxvq_u32(simde_vreinterpretq_u32_u64(any)) == 0;
}

/* ANDs `count` (a constant, at most GROUP) words starting at integer `limb` of every row. */
static inline __attribute__((always_inline)) size_t and_words(const uint64_t *const *rows, size_t row_count,
                                                              size_t limb, int count, uint64_t *survivors)
{
    const int vector_count = count * WORD_VECTORS;
    simde_uint64x2_t vectors[GROUP * WORD_VECTORS];
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vectors[i] = simde_vdupq_n_u64(UINT64_MAX);
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row < stop; ++row) {
            const uint64_t *const a = rows[row] + limb;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] = simde_vandq_u64(vectors[i], simde_vld1q_u64(a + i * VECTOR_LIMBS));
            }
        }
        if (row == row_count || all_empty(vectors, vector_count)) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        simde_vst1q_u64(survivors + limb + (size_t)i * VECTOR_LIMBS, vectors[i]);
    }
    if (all_empty(vectors, vector_count)) {
        return 0;
    }
    size_t live_words = 0;
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; i += WORD_VECTORS) {
        live_words += !all_empty(vectors + i, WORD_VECTORS);
    }
    return live_words;
}

static size_t rows_neon(const uint64_t *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    size_t live_words = 0;
    size_t word = 0;
    for (; word + GROUP <= word_count; word += GROUP) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, GROUP, survivors);
    }
    for (; word < word_count; ++word) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, 1, survivors);
    }
    return live_words;
}

static size_t lanes_neon(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    enum { LANES = 4 };
    const simde_uint32x4_t addend = simde_vdupq_n_u32(test->addend);
    const simde_uint32x4_t inverse = simde_vdupq_n_u32(test->inverse);
    const simde_uint32x4_t limit = simde_vdupq_n_u32(test->limit);
    const simde_int32x4_t right = simde_vdupq_n_s32(-(int32_t)test->rotation); /* a negative shift goes right */
    const simde_int32x4_t left = simde_vdupq_n_s32(32 - (int32_t)test->rotation);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const simde_uint32x4_t batch = simde_vld1q_u32(candidates + i);
        const simde_uint32x4_t product = simde_vmulq_u32(simde_vaddq_u32(batch, addend), inverse);
        const simde_uint32x4_t rotated =
            simde_vorrq_u32(simde_vshlq_u32(product, right), simde_vshlq_u32(product, left));
        const simde_uint32x4_t caught = simde_vcleq_u32(rotated, limit);
        if (count - i >= LANES && simde_vmaxvq_u32(caught) == 0) {
            /* A whole vector is stored where kept <= i: it ends inside what has been read already. */
            if (kept != i) {
                simde_vst1q_u32(candidates + kept, batch);
            }
            kept += LANES;
            continue;
        }
        uint32_t values[LANES];
        uint32_t drop[LANES];
        simde_vst1q_u32(values, batch);
        simde_vst1q_u32(drop, caught);
        for (size_t lane = 0; lane < LANES && i + lane < count; ++lane) {
            candidates[kept] = values[lane];
            kept += drop[lane] == 0;
        }
    }
    return kept;
}

extern const struct kernel_operations KERNEL_SYMBOL(neon);
const struct kernel_operations KERNEL_SYMBOL(neon) = {rows_neon,    lanes_neon,  build_scalar,
                                                      sieve_scalar, pick_scalar, add_scalar};
