/*
 * The WebAssembly kernel: a word is four vectors.
 *
 * An engine compiles these vectors to those of its CPU: SSE on x86, of which it may use sixteen, NEON on ARM. rows keeps
 * two words, as the SSE4.1 kernel does. Whether a vector is empty is one instruction here, any_true.
 */
#include "kernel.h"
#include "wasm_simde.h"

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_WASM_SIMD128_NATIVE)
#error "the native wasm kernel needs -msimd128, and SIMDe 0.7.4 or newer; it would be emulated"
#endif

enum {
    VECTOR_LIMBS = 2,
    VECTOR_BYTES = 8 * VECTOR_LIMBS,
    WORD_VECTORS = KERNEL_WORD_LIMBS / VECTOR_LIMBS,
    GROUP = 2, /* words */
    FIRST_TEST = 8,
    NEXT_TEST = 4
};

typedef simde_v128_t vector;

static inline vector vector_load(const void *bytes)
{
    return simde_wasm_v128_load(bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_wasm_v128_store(bytes, v);
}

static inline bool all_empty(const vector *vectors, int count)
{
    vector any = vectors[0];
    KERNEL_UNROLL
    for (int i = 1; i < count; ++i) {
        any = simde_wasm_v128_or(any, vectors[i]);
    }
    return !simde_wasm_v128_any_true(any);
}

/* ANDs `count` (a constant, at most GROUP) words starting at integer `limb` of every row. */
static inline __attribute__((always_inline)) size_t and_words(const void *const *rows, size_t row_count, size_t limb,
                                                              int count, uint64_t *survivors)
{
    const int vector_count = count * WORD_VECTORS;
    vector vectors[GROUP * WORD_VECTORS];
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vectors[i] = simde_wasm_i64x2_splat(-1);
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row < stop; ++row) {
            const uint8_t *const a = (const uint8_t *)rows[row] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] = simde_wasm_v128_and(vectors[i], vector_load(a + i * VECTOR_BYTES));
            }
        }
        if (row == row_count || all_empty(vectors, vector_count)) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vector_store(survivors + limb + (size_t)i * VECTOR_LIMBS, vectors[i]);
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

static size_t rows_wasm(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
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

static size_t lanes_wasm(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    enum { LANES = 4, ALL = 0xf };
    const vector addend = simde_wasm_i32x4_splat((int32_t)test->addend);
    const vector inverse = simde_wasm_i32x4_splat((int32_t)test->inverse);
    const vector limit = simde_wasm_i32x4_splat((int32_t)test->limit);
    /* Shifts count modulo 32 here: where the rotation is 0, both give the product itself. */
    uint32_t right = test->rotation;
    uint32_t left = 32 - test->rotation;
    size_t kept = 0;
    for (size_t i = 0; i < count; i += LANES) {
        /* Known to stay the same they would become vectors before the loop, and clang 14 shifts lane by lane by those. */
        __asm__("" : "+r"(right), "+r"(left));
        const vector batch = vector_load(candidates + i);
        const vector product = simde_wasm_i32x4_mul(simde_wasm_i32x4_add(batch, addend), inverse);
        const vector rotated =
            simde_wasm_v128_or(simde_wasm_u32x4_shr(product, right), simde_wasm_i32x4_shl(product, left));
        const vector caught = simde_wasm_u32x4_le(rotated, limit);
        const uint32_t present = count - i >= LANES ? ALL : (UINT32_C(1) << (count - i)) - 1;
        uint32_t keep = present & ~(uint32_t)simde_wasm_i32x4_bitmask(caught);
        if (keep == ALL) {
            /* A whole vector is stored where kept <= i: it ends inside what has been read already. */
            if (kept != i) {
                vector_store(candidates + kept, batch);
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

static inline vector repeat16(const uint8_t *bytes)
{
    return vector_load(bytes);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_wasm_v128_and(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_wasm_v128_or(a, b);
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
    return simde_wasm_i8x16_add(a, b);
}

/* It is 0 from index 16 on, and so where the top bit of an index is set. */
static inline vector shuffle_bytes(vector table, vector index)
{
    return simde_wasm_i8x16_swizzle(table, index);
}

static inline vector high_nibbles(vector v)
{
    return simde_wasm_u8x16_shr(v, 4);
}

static inline uint64_t common_bits(vector a, vector b)
{
    const vector none = simde_wasm_i8x16_eq(vector_and(a, b), simde_wasm_i8x16_splat(0));
    return ~(uint32_t)simde_wasm_i8x16_bitmask(none) & 0xffff;
}

static inline vector low_bytes(vector a, vector b)
{
    return simde_wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline vector high_bytes(vector a, vector b)
{
    return simde_wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline vector low_pairs(vector a, vector b)
{
    return simde_wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline vector high_pairs(vector a, vector b)
{
    return simde_wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline vector low_quads(vector a, vector b)
{
    return simde_wasm_i32x4_shuffle(a, b, 0, 4, 1, 5);
}

static inline vector high_quads(vector a, vector b)
{
    return simde_wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
}

/* Integer h of every vector is of row h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; i += VECTOR_LIMBS) {
        vector_store(rows + i, simde_wasm_i64x2_shuffle(limbs[i], limbs[i + 1], 0, 2));
        vector_store(rows + KERNEL_WORD_LIMBS + i, simde_wasm_i64x2_shuffle(limbs[i], limbs[i + 1], 1, 3));
    }
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    return simde_wasm_i8x16_sub(add_bytes(a, b), vector_and(simde_wasm_u8x16_ge(a, least), m));
}

static inline vector number_and_next(uint32_t number)
{
    return simde_wasm_i32x4_add(simde_wasm_i32x4_splat((int32_t)number), simde_wasm_i32x4_make(0, 1, 2, 3));
}

#include "pick_128.h"
/* ---- what prime_lanes.h asks for ---------------------------------------------------------------------- */

typedef uint64_t limb_vector __attribute__((vector_size(16)));

enum { VECTOR_NUMBERS = 2, STRONG_2 = 8, STRONG_3 = 4, STRONG_4 = 4, STRONG_5 = 2 };
enum { LUCAS_2 = 4, LUCAS_3 = 2, LUCAS_4 = 2, LUCAS_5 = 2 };

#ifndef SIMDE_NO_NATIVE
/* What is multiplied are the lower halves of vectors, not of each integer. */
static inline limb_vector multiply_low(limb_vector a, limb_vector b)
{
    const vector a_low = simde_wasm_i32x4_shuffle((vector)a, (vector)a, 0, 2, 0, 2);
    const vector b_low = simde_wasm_i32x4_shuffle((vector)b, (vector)b, 0, 2, 0, 2);
    return (limb_vector)simde_wasm_u64x2_extmul_low_u32x4(a_low, b_low);
}

static inline limb_vector less_if_not_below(limb_vector a, limb_vector b)
{
    const limb_vector less = a - b;
    const limb_vector below = (limb_vector)simde_wasm_i64x2_shr((vector)less, 63);
    return less + (b & below);
}

/* There is no shift by counts that differ. */
static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a + (a & (0 - bit));
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return (uint32_t)simde_wasm_i64x2_bitmask((vector)mask);
}
#endif

#include "build.h"
#include "prime_lanes.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(wasm);
const struct kernel_operations KERNEL_SYMBOL(wasm) = {rows_wasm,     lanes_wasm,   build_vectors,
                                                      sieve_vectors, pick_vectors, add_vectors,
                                                      starts_plain,  strong_lanes, lucas_lanes};
