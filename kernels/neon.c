/*
 * The NEON kernel (AArch64): a word is four vectors.
 *
 * rows keeps four words in sixteen of the thirty-two registers. A movemask costs about six instructions here, so the
 * hot loops only ask whether a vector is all zero (umaxv), and lanes looks at single lanes when something was caught.
 */
#include "kernel.h"

#include <simde/arm/neon.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_ARM_NEON_A64V8_NATIVE)
#error "the native neon kernel needs an AArch64 compiler; SIMDe would emulate it"
#endif

enum {
    VECTOR_LIMBS = 2,
    VECTOR_BYTES = 8 * VECTOR_LIMBS,
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
static inline __attribute__((always_inline)) size_t and_words(const void *const *rows, size_t row_count, size_t limb,
                                                              int count, uint64_t *survivors)
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
            const uint8_t *const a = (const uint8_t *)rows[row] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] =
                    simde_vandq_u64(vectors[i], simde_vreinterpretq_u64_u8(simde_vld1q_u8(a + i * VECTOR_BYTES)));
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

static size_t rows_neon(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
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

/* ---- what build.h and tiles.h ask for ----------------------------------------------------------------- */

typedef simde_uint8x16_t vector;

enum { COLUMN_STRIDE = 1, PICKED_AT_ONCE = 4 };

static inline vector vector_load(const void *bytes)
{
    return simde_vld1q_u8(bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_vst1q_u8(bytes, v);
}

static inline vector repeat16(const uint8_t *bytes)
{
    return vector_load(bytes);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_vandq_u8(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_vorrq_u8(a, b);
}

static inline vector and_two(vector v, vector a, vector b)
{
    return vector_and(vector_and(v, a), b);
}

static inline bool any_left(const vector *vectors)
{
    const vector any = vector_or(vector_or(vectors[0], vectors[1]), vector_or(vectors[2], vectors[3]));
    return simde_vmaxvq_u32(simde_vreinterpretq_u32_u8(any)) != 0;
}

static inline uint64_t push_empty(uint64_t bits, const vector *vectors)
{
    return bits >> 1 | (uint64_t)!any_left(vectors) << 63;
}

static inline vector add_bytes(vector a, vector b)
{
    return simde_vaddq_u8(a, b);
}

static inline vector shuffle_bytes(vector table, vector index)
{
    return simde_vqtbl1q_u8(table, index);
}

static inline vector high_nibbles(vector v)
{
    return simde_vshrq_n_u8(v, 4);
}

static inline uint64_t common_bits(vector a, vector b)
{
    static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const vector set = vector_and(simde_vtstq_u8(a, b), vector_load(bits));
    return (uint64_t)simde_vaddv_u8(simde_vget_low_u8(set)) | (uint64_t)simde_vaddv_u8(simde_vget_high_u8(set)) << 8;
}

static inline vector low_bytes(vector a, vector b)
{
    return simde_vzip1q_u8(a, b);
}

static inline vector high_bytes(vector a, vector b)
{
    return simde_vzip2q_u8(a, b);
}

static inline vector low_pairs(vector a, vector b)
{
    return simde_vreinterpretq_u8_u16(simde_vzip1q_u16(simde_vreinterpretq_u16_u8(a), simde_vreinterpretq_u16_u8(b)));
}

static inline vector high_pairs(vector a, vector b)
{
    return simde_vreinterpretq_u8_u16(simde_vzip2q_u16(simde_vreinterpretq_u16_u8(a), simde_vreinterpretq_u16_u8(b)));
}

static inline vector low_quads(vector a, vector b)
{
    return simde_vreinterpretq_u8_u32(simde_vzip1q_u32(simde_vreinterpretq_u32_u8(a), simde_vreinterpretq_u32_u8(b)));
}

static inline vector high_quads(vector a, vector b)
{
    return simde_vreinterpretq_u8_u32(simde_vzip2q_u32(simde_vreinterpretq_u32_u8(a), simde_vreinterpretq_u32_u8(b)));
}

/* Integer h of every vector is of row h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; i += VECTOR_LIMBS) {
        const simde_uint64x2_t a = simde_vreinterpretq_u64_u8(limbs[i]);
        const simde_uint64x2_t b = simde_vreinterpretq_u64_u8(limbs[i + 1]);
        simde_vst1q_u64(rows + i, simde_vzip1q_u64(a, b));
        simde_vst1q_u64(rows + KERNEL_WORD_LIMBS + i, simde_vzip2q_u64(a, b));
    }
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    return simde_vsubq_u8(add_bytes(a, b), vector_and(simde_vcgeq_u8(a, least), m));
}

static inline vector number_and_next(uint32_t number)
{
    static const uint32_t next[4] = {0, 1, 2, 3};
    return simde_vreinterpretq_u8_u32(simde_vaddq_u32(simde_vdupq_n_u32(number), simde_vld1q_u32(next)));
}

#include "pick_128.h"
#include "build.h"
/* 64-bit integers have products of 128 bits here, and vectors of two numbers would take as many instructions. */
#include "prime_scalar.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(neon);
const struct kernel_operations KERNEL_SYMBOL(neon) = {rows_neon,     lanes_neon,    build_vectors,
                                                      sieve_vectors, pick_vectors,  add_vectors,
                                                      starts_plain,  strong_scalar, lucas_scalar};
