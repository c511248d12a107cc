/*
 * The SSE4.1 kernel: a word is four vectors.
 *
 * rows keeps two words in eight registers, so that one pointer load serves eight vector loads.
 */
#include "kernel.h"

#include <simde/x86/sse4.1.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_X86_SSE4_1_NATIVE)
#error "the native sse4.1 kernel needs -msse4.1; SIMDe would emulate it"
#endif

enum {
    VECTOR_LIMBS = 2,
    VECTOR_BYTES = 8 * VECTOR_LIMBS,
    WORD_VECTORS = KERNEL_WORD_LIMBS / VECTOR_LIMBS,
    GROUP = 2, /* words */
    FIRST_TEST = 8,
    NEXT_TEST = 4
};

typedef simde__m128i vector;

static inline vector vector_load(const void *bytes)
{
    return simde_mm_loadu_si128((const simde__m128i *)bytes);
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
static inline __attribute__((always_inline)) size_t and_words(const void *const *rows, size_t row_count, size_t limb,
                                                              int count, uint64_t *survivors)
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
            const uint8_t *const a = (const uint8_t *)rows[row] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] = simde_mm_and_si128(vectors[i], vector_load(a + i * VECTOR_BYTES));
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

static size_t rows_sse41(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
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

/* ---- what build.h and tiles.h ask for ----------------------------------------------------------------- */

enum { COLUMN_STRIDE = 1, PICKED_AT_ONCE = 4 };

static inline void vector_store(void *bytes, vector v)
{
    simde_mm_storeu_si128((simde__m128i *)bytes, v);
}

static inline vector repeat16(const uint8_t *bytes)
{
    return vector_load(bytes);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_mm_and_si128(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_mm_or_si128(a, b);
}

static inline vector and_two(vector v, vector a, vector b)
{
    return vector_and(vector_and(v, a), b);
}

static inline bool any_left(const vector *vectors)
{
    return !all_empty(vectors, WORD_VECTORS);
}

static inline uint64_t push_empty(uint64_t bits, const vector *vectors)
{
    return bits >> 1 | (uint64_t)!any_left(vectors) << 63;
}

static inline vector add_bytes(vector a, vector b)
{
    return simde_mm_add_epi8(a, b);
}

static inline vector shuffle_bytes(vector table, vector index)
{
    return simde_mm_shuffle_epi8(table, index);
}

static inline vector high_nibbles(vector v)
{
    return vector_and(simde_mm_srli_epi16(v, 4), simde_mm_set1_epi8(0x0f));
}

static inline uint64_t common_bits(vector a, vector b)
{
    const vector none = simde_mm_cmpeq_epi8(vector_and(a, b), simde_mm_setzero_si128());
    return ~(uint32_t)simde_mm_movemask_epi8(none) & 0xffff;
}

static inline vector low_bytes(vector a, vector b)
{
    return simde_mm_unpacklo_epi8(a, b);
}

static inline vector high_bytes(vector a, vector b)
{
    return simde_mm_unpackhi_epi8(a, b);
}

static inline vector low_pairs(vector a, vector b)
{
    return simde_mm_unpacklo_epi16(a, b);
}

static inline vector high_pairs(vector a, vector b)
{
    return simde_mm_unpackhi_epi16(a, b);
}

static inline vector low_quads(vector a, vector b)
{
    return simde_mm_unpacklo_epi32(a, b);
}

static inline vector high_quads(vector a, vector b)
{
    return simde_mm_unpackhi_epi32(a, b);
}

/* Integer h of every vector is of row h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; i += VECTOR_LIMBS) {
        vector_store(rows + i, simde_mm_unpacklo_epi64(limbs[i], limbs[i + 1]));
        vector_store(rows + KERNEL_WORD_LIMBS + i, simde_mm_unpackhi_epi64(limbs[i], limbs[i + 1]));
    }
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    const vector too_much = simde_mm_cmpeq_epi8(simde_mm_max_epu8(a, least), a);
    return simde_mm_sub_epi8(add_bytes(a, b), vector_and(too_much, m));
}

static inline vector number_and_next(uint32_t number)
{
    return simde_mm_add_epi32(simde_mm_set1_epi32((int32_t)number), simde_mm_setr_epi32(0, 1, 2, 3));
}

#include "pick_128.h"
/* ---- what prime_lanes.h asks for ---------------------------------------------------------------------- */

typedef uint64_t limb_vector __attribute__((vector_size(16)));

enum { VECTOR_NUMBERS = 2, STRONG_2 = 8, STRONG_3 = 4, STRONG_4 = 4, STRONG_5 = 2 };
enum { LUCAS_2 = 4, LUCAS_3 = 2, LUCAS_4 = 2, LUCAS_5 = 2 };

#ifndef SIMDE_NO_NATIVE
static inline limb_vector multiply_low(limb_vector a, limb_vector b)
{
    return (limb_vector)simde_mm_mul_epu32((simde__m128i)a, (simde__m128i)b);
}

static inline limb_vector less_if_not_below(limb_vector a, limb_vector b)
{
    const simde__m128d less = simde_mm_castsi128_pd((simde__m128i)(a - b));
    const simde__m128d before = simde_mm_castsi128_pd((simde__m128i)a);
    return (limb_vector)simde_mm_castpd_si128(simde_mm_blendv_pd(less, before, less)); /* by the sign */
}

/* There is no shift by counts that differ. */
static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a + (a & (0 - bit));
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return (uint32_t)simde_mm_movemask_pd(simde_mm_castsi128_pd((simde__m128i)mask));
}
#endif

#include "build.h"
#include "prime_lanes.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(sse41);
const struct kernel_operations KERNEL_SYMBOL(sse41) = {rows_sse41,    lanes_sse41,  build_vectors,
                                                       sieve_vectors, pick_vectors, add_vectors,
                                                       starts_plain,  strong_lanes, lucas_lanes};
