/*
 * The SSE4.1 kernel: a word is four vectors.
 *
 * rows keeps two words in eight registers, so that one pointer load serves eight vector loads.
 */
#include "kernel.h"
#include "tile_scalar.h"

#include <simde/x86/sse4.1.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_X86_SSE4_1_NATIVE)
#error "the native sse4.1 kernel needs -msse4.1; SIMDe would emulate it"
#endif

enum {
    VECTOR_LIMBS = 2,
    WORD_VECTORS = KERNEL_WORD_LIMBS / VECTOR_LIMBS,
    GROUP = 2, /* words */
    FIRST_TEST = 8,
    NEXT_TEST = 4
};

static inline simde__m128i load(const uint64_t *limbs)
{
    return simde_mm_loadu_si128((const simde__m128i *)limbs);
}

static inline bool all_empty(const simde__m128i *vectors, int count)
{
    simde__m128i any = vectors[0];
    KERNEL_UNROLL
    for (int i = 1; i < count; ++i) {
        any = simde_mm_or_si128(any, vectors[i]);
    }
    /* Not testz: SIMDe 0.7.4 emulates it wrongly, and calls a vector empty when one half of it is. */
    return simde_mm_movemask_epi8(simde_mm_cmpeq_epi8(any, simde_mm_setzero_si128())) == 0xffff;
}

/* ANDs `count` (a constant, at most GROUP) words starting at integer `limb` of every row. */
static inline __attribute__((always_inline)) size_t and_words(const uint64_t *const *rows, size_t row_count,
                                                              size_t limb, int count, uint64_t *survivors)
{
    const int vector_count = count * WORD_VECTORS;
    simde__m128i vectors[GROUP * WORD_VECTORS];
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vectors[i] = simde_mm_set1_epi64x(-1);
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row < stop; ++row) {
            const uint64_t *const a = rows[row] + limb;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] = simde_mm_and_si128(vectors[i], load(a + i * VECTOR_LIMBS));
            }
        }
        if (row == row_count || all_empty(vectors, vector_count)) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        simde_mm_storeu_si128((simde__m128i *)(survivors + limb + (size_t)i * VECTOR_LIMBS), vectors[i]);
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

static size_t rows_sse41(const uint64_t *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
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

static size_t lanes_sse41(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    enum { LANES = 4, ALL = 0xf };
    const simde__m128i addend = simde_mm_set1_epi32((int32_t)test->addend);
    const simde__m128i inverse = simde_mm_set1_epi32((int32_t)test->inverse);
    const simde__m128i limit = simde_mm_set1_epi32((int32_t)test->limit);
    const simde__m128i right = simde_mm_set_epi64x(0, (int64_t)test->rotation);
    const simde__m128i left = simde_mm_set_epi64x(0, 32 - (int64_t)test->rotation);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const simde__m128i batch = simde_mm_loadu_si128((const simde__m128i *)(candidates + i));
        const simde__m128i product = simde_mm_mullo_epi32(simde_mm_add_epi32(batch, addend), inverse);
        const simde__m128i rotated =
            simde_mm_or_si128(simde_mm_srl_epi32(product, right), simde_mm_sll_epi32(product, left));
        const simde__m128i caught = simde_mm_cmpeq_epi32(simde_mm_min_epu32(rotated, limit), rotated);
        const uint32_t present = count - i >= LANES ? ALL : (UINT32_C(1) << (count - i)) - 1;
        uint32_t keep = present & ~(uint32_t)simde_mm_movemask_ps(simde_mm_castsi128_ps(caught));
        if (keep == ALL) {
            /* A whole vector is stored where kept <= i: it ends inside what has been read already. */
            if (kept != i) {
                simde_mm_storeu_si128((simde__m128i *)(candidates + kept), batch);
            }
            kept += LANES;
            continue;
        }
        for (; keep != 0; keep &= keep - 1) {
            candidates[kept++] = candidates[i + (size_t)__builtin_ctz(keep)];
        }
    }
    return kept;
}

extern const struct kernel_operations KERNEL_SYMBOL(sse41);
const struct kernel_operations KERNEL_SYMBOL(sse41) = {rows_sse41,   lanes_sse41, build_scalar,
                                                       sieve_scalar, pick_scalar, add_scalar};
