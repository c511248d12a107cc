/*
 * The AVX-512 kernel (F, BW, DQ, VL): a word is one vector.
 *
 * rows walks eight words at a time so that one pointer load serves eight vector loads, and ANDs two rows with one
 * vpternlog, which leaves the two load ports as the only bottleneck.
 */
#include "kernel.h"
#include "tile_scalar.h"

#include "avx512_simde.h"

#if !defined(SIMDE_NO_NATIVE) && !(defined(SIMDE_X86_AVX512F_NATIVE) && defined(SIMDE_X86_AVX512BW_NATIVE) && \
                                   defined(SIMDE_X86_AVX512DQ_NATIVE) && defined(SIMDE_X86_AVX512VL_NATIVE))
#error "the native avx512 kernel needs -mavx512f -mavx512bw -mavx512dq -mavx512vl; SIMDe would emulate it"
#endif

enum { GROUP = 8, FIRST_TEST = 8, NEXT_TEST = 4, AND_ALL_THREE = 0x80 };

static inline bool all_empty(const simde__m512i *words, int count)
{
    simde__m512i any = words[0];
    KERNEL_UNROLL
    for (int i = 1; i < count; ++i) {
        any = simde_mm512_or_si512(any, words[i]);
    }
    return simde_mm512_test_epi64_mask(any, any) == 0;
}

/* ANDs `count` (a constant, at most GROUP) words starting at integer `limb` of every row. */
static inline __attribute__((always_inline)) size_t and_words(const uint64_t *const *rows, size_t row_count,
                                                              size_t limb, int count, uint64_t *survivors)
{
    simde__m512i words[GROUP];
    KERNEL_UNROLL
    for (int i = 0; i < count; ++i) {
        words[i] = simde_mm512_set1_epi64(-1);
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row + 2 <= stop; row += 2) {
            const uint64_t *const a = rows[row] + limb;
            const uint64_t *const b = rows[row + 1] + limb;
            KERNEL_UNROLL
            for (int i = 0; i < count; ++i) {
                words[i] =
                    simde_mm512_ternarylogic_epi64(words[i], simde_mm512_loadu_si512(a + i * KERNEL_WORD_LIMBS),
                                                   simde_mm512_loadu_si512(b + i * KERNEL_WORD_LIMBS), AND_ALL_THREE);
            }
        }
        if (row < stop) {
            const uint64_t *const a = rows[row++] + limb;
            KERNEL_UNROLL
            for (int i = 0; i < count; ++i) {
                words[i] = simde_mm512_and_si512(words[i], simde_mm512_loadu_si512(a + i * KERNEL_WORD_LIMBS));
            }
        }
        if (row == row_count || all_empty(words, count)) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < count; ++i) {
        simde_mm512_storeu_si512(survivors + limb + (size_t)i * KERNEL_WORD_LIMBS, words[i]);
    }
    if (all_empty(words, count)) {
        return 0;
    }
    size_t live_words = 0;
    KERNEL_UNROLL
    for (int i = 0; i < count; ++i) {
        live_words += simde_mm512_test_epi64_mask(words[i], words[i]) != 0;
    }
    return live_words;
}

static size_t rows_avx512(const uint64_t *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    size_t live_words = 0;
    size_t word = 0;
    for (; word + GROUP <= word_count; word += GROUP) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, GROUP, survivors);
    }
    if (word + GROUP / 2 <= word_count) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, GROUP / 2, survivors);
        word += GROUP / 2;
    }
    if (word + GROUP / 4 <= word_count) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, GROUP / 4, survivors);
        word += GROUP / 4;
    }
    for (; word < word_count; ++word) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, 1, survivors);
    }
    return live_words;
}

static size_t lanes_avx512(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    const simde__m512i addend = simde_mm512_set1_epi32((int32_t)test->addend);
    const simde__m512i inverse = simde_mm512_set1_epi32((int32_t)test->inverse);
    const simde__m512i rotation = simde_mm512_set1_epi32((int32_t)test->rotation);
    const simde__m512i limit = simde_mm512_set1_epi32((int32_t)test->limit);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += 16) {
        const simde__m512i batch = simde_mm512_loadu_si512(candidates + i);
        const simde__m512i product = simde_mm512_mullo_epi32(simde_mm512_add_epi32(batch, addend), inverse);
        const simde__m512i rotated = simde_mm512_rorv_epi32(product, rotation);
        const uint32_t present = count - i >= 16 ? 0xffff : (UINT32_C(1) << (count - i)) - 1;
        const uint32_t keep = present & ~(uint32_t)simde_mm512_cmple_epu32_mask(rotated, limit);
        if (kept != i || keep != 0xffff) {
            /* A whole vector is stored where kept <= i: it ends inside what has been read already. */
            simde_mm512_storeu_si512(candidates + kept, simde_mm512_maskz_compress_epi32((simde__mmask16)keep, batch));
        }
        kept += (size_t)__builtin_popcount(keep);
    }
    return kept;
}

extern const struct kernel_operations KERNEL_SYMBOL(avx512);
const struct kernel_operations KERNEL_SYMBOL(avx512) = {rows_avx512, lanes_avx512, build_scalar, sieve_scalar, pick_scalar, add_scalar};
