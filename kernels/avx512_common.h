/*
 * What the AVX-512 kernels (F, BW, DQ, VL) share: rows, lanes, and what tiles.h and prime_lanes.h need. A word is one
 * vector.
 *
 * rows takes eight words at a time, so that one pointer load serves eight vector loads, and ANDs two rows with one
 * vpternlog, so that only the two load ports are a bottleneck.
 */
#ifndef FIRESIEVE_KERNEL_AVX512_H
#define FIRESIEVE_KERNEL_AVX512_H

#include "kernel.h"

#include "avx512_simde.h"

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
static inline __attribute__((always_inline)) size_t and_words(const void *const *rows, size_t row_count, size_t limb,
                                                              int count, uint64_t *survivors)
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
            const uint8_t *const a = (const uint8_t *)rows[row] + limb * sizeof *survivors;
            const uint8_t *const b = (const uint8_t *)rows[row + 1] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < count; ++i) {
                words[i] =
                    simde_mm512_ternarylogic_epi64(words[i], simde_mm512_loadu_si512(a + i * KERNEL_WORD_BYTES),
                                                   simde_mm512_loadu_si512(b + i * KERNEL_WORD_BYTES), AND_ALL_THREE);
            }
        }
        if (row < stop) {
            const uint8_t *const a = (const uint8_t *)rows[row++] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < count; ++i) {
                words[i] = simde_mm512_and_si512(words[i], simde_mm512_loadu_si512(a + i * KERNEL_WORD_BYTES));
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

static size_t rows_avx512(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
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
            /* A whole vector is stored only if kept <= i: it ends inside what has been read already. */
            simde_mm512_storeu_si512(candidates + kept, simde_mm512_maskz_compress_epi32((simde__mmask16)keep, batch));
        }
        kept += (size_t)__builtin_popcount(keep);
    }
    return kept;
}

/* ---- what tiles.h needs ------------------------------------------------------------------------------- */

typedef simde__m512i vector;

enum { VECTOR_BYTES = 64, VECTOR_LIMBS = 8, WORD_VECTORS = 1, LIST_SPARE = 16, PICKED_AT_ONCE = 8 };

static inline vector vector_load(const void *bytes)
{
    return simde_mm512_loadu_si512(bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_mm512_storeu_si512(bytes, v);
}

static inline vector repeat16(const uint8_t *bytes)
{
    return simde_mm512_broadcast_i32x4(simde_mm_loadu_si128((const simde__m128i *)bytes));
}

static inline vector vector_and(vector a, vector b)
{
    return simde_mm512_and_si512(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_mm512_or_si512(a, b);
}

static inline vector and_two(vector v, vector a, vector b)
{
    return simde_mm512_ternarylogic_epi64(v, a, b, AND_ALL_THREE);
}

static inline bool any_left(const vector *vectors)
{
    return simde_mm512_test_epi64_mask(vectors[0], vectors[0]) != 0;
}

/* Two instructions where compilers need five: the number of instructions limits the loop over keys. */
static inline uint64_t push_empty(uint64_t bits, const vector *vectors)
{
#ifdef SIMDE_X86_AVX512F_NATIVE
    const uint8_t left = simde_mm512_test_epi64_mask(vectors[0], vectors[0]);
    __asm__("cmpb $1, %1\n\trcrq $1, %0" : "+r"(bits) : "r"(left) : "cc");
    return bits;
#else
    return bits >> 1 | (uint64_t)!any_left(vectors) << 63;
#endif
}

static inline size_t list_bits(uint64_t bits, uint32_t first, uint32_t *list)
{
    vector numbers = simde_mm512_add_epi32(simde_mm512_set1_epi32((int32_t)first),
                                           simde_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    size_t count = 0;
    KERNEL_UNROLL
    for (int i = 0; i < 64; i += 16) {
        const uint32_t mask = (uint32_t)(bits >> i) & 0xffff;
        vector_store(list + count, simde_mm512_maskz_compress_epi32((simde__mmask16)mask, numbers));
        numbers = simde_mm512_add_epi32(numbers, simde_mm512_set1_epi32(16));
        count += (size_t)__builtin_popcount(mask);
    }
    return count;
}

static inline vector add_bytes(vector a, vector b)
{
    return simde_mm512_add_epi8(a, b);
}

static inline vector shuffle_bytes(vector table, vector index)
{
    return simde_mm512_shuffle_epi8(table, index);
}

static inline vector high_nibbles(vector v)
{
    return simde_mm512_and_si512(simde_mm512_srli_epi16(v, 4), simde_mm512_set1_epi8(0x0f));
}

static inline uint64_t common_bits(vector a, vector b)
{
    return simde_mm512_test_epi8_mask(a, b);
}

/* Transposes the integers of eight vectors: integer i of v[j] becomes integer j of v[i]. */
static inline void transpose_limbs(vector *v)
{
    const vector even[3] = {simde_mm512_set_epi64(14, 6, 12, 4, 10, 2, 8, 0),
                            simde_mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0),
                            simde_mm512_set_epi64(11, 10, 9, 8, 3, 2, 1, 0)};
    const vector odd[3] = {simde_mm512_set_epi64(15, 7, 13, 5, 11, 3, 9, 1),
                           simde_mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2),
                           simde_mm512_set_epi64(15, 14, 13, 12, 7, 6, 5, 4)};
    KERNEL_UNROLL
    for (int stage = 0; stage < 3; ++stage) {
        const int distance = 1 << stage;
        KERNEL_UNROLL
        for (int i = 0; i < 8; ++i) {
            if ((i & distance) == 0) {
                const vector a = v[i];
                const vector b = v[i + distance];
                v[i] = simde_mm512_permutex2var_epi64(a, even[stage], b);
                v[i + distance] = simde_mm512_permutex2var_epi64(a, odd[stage], b);
            }
        }
    }
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    const vector sum = simde_mm512_add_epi8(a, b);
    return simde_mm512_mask_sub_epi8(sum, simde_mm512_cmpge_epu8_mask(a, least), sum, m);
}

/* Compresses in registers: compressing to memory is microcode on Zen 4 and 5. */
static inline size_t pick_some(const uint64_t *keys, uint32_t number, uint64_t alive, uint64_t *picked_keys,
                               uint32_t *picked_numbers)
{
    const simde__mmask8 mask = (simde__mmask8)alive;
    const simde__m256i numbers =
        simde_mm256_add_epi32(simde_mm256_set1_epi32((int32_t)number), simde_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    vector_store(picked_keys, simde_mm512_maskz_compress_epi64(mask, vector_load(keys)));
    simde_mm256_storeu_si256((simde__m256i *)picked_numbers, simde_mm256_maskz_compress_epi32(mask, numbers));
    return (size_t)__builtin_popcount(mask);
}

/* ---- what prime_lanes.h needs ------------------------------------------------------------------------- */

typedef uint64_t limb_vector __attribute__((vector_size(64)));

enum { VECTOR_NUMBERS = 8, STRONG_2 = 4, STRONG_3 = 4, STRONG_4 = 4, STRONG_5 = 4 };
enum { LUCAS_2 = 4, LUCAS_3 = 2, LUCAS_4 = 2, LUCAS_5 = 2 };

#ifndef SIMDE_NO_NATIVE
static inline limb_vector multiply_low(limb_vector a, limb_vector b)
{
    return (limb_vector)_mm512_mul_epu32((simde__m512i)a, (simde__m512i)b);
}

/* As unsigned integers, negative ones are above all others. */
static inline limb_vector less_if_not_below(limb_vector a, limb_vector b)
{
    return (limb_vector)_mm512_min_epu64((simde__m512i)a, (simde__m512i)(a - b));
}

static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a << bit;
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return simde_mm512_test_epi64_mask((simde__m512i)mask, (simde__m512i)mask);
}
#endif

#include "prime_lanes.h"
#include "starts.h"

#endif
