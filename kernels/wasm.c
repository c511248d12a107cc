/*
 * The WebAssembly kernel: a word is four vectors.
 *
 * An engine compiles these vectors to those of its CPU: SSE on x86, with sixteen registers, or NEON on ARM. rows keeps
 * two words in registers, as the SSE4.1 kernel does. One instruction, any_true, tests whether a vector is empty.
 */
#include "kernel.h"
#include "wasm_simde.h"

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_WASM_SIMD128_NATIVE)
#error "the native wasm kernel needs -msimd128, and SIMDe 0.7.4 or newer; it would be emulated"
#endif

enum { VECTOR_LIMBS = 2, GROUP = 2 /* words */ };

typedef simde_v128_t vector;

static inline vector vector_load(const void *bytes)
{
    return simde_wasm_v128_load(bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_wasm_v128_store(bytes, v);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_wasm_v128_and(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_wasm_v128_or(a, b);
}

static inline vector all_ones(void)
{
    return simde_wasm_i64x2_splat(-1);
}

static inline bool is_empty(vector v)
{
    return !simde_wasm_v128_any_true(v);
}

/* ---- what lanes.h needs ------------------------------------------------------------------------------- */

enum { LANES = 4 };

struct lane_vectors {
    vector addend;
    vector inverse;
    vector limit;
    uint32_t right; /* shifts count modulo 32 here: if the rotation is 0, both give the product itself */
    uint32_t left;
};

static inline struct lane_vectors lane_vectors_make(const struct kernel_lane_test *test)
{
    return (struct lane_vectors){
        .addend = simde_wasm_i32x4_splat((int32_t)test->addend),
        .inverse = simde_wasm_i32x4_splat((int32_t)test->inverse),
        .limit = simde_wasm_i32x4_splat((int32_t)test->limit),
        .right = test->rotation,
        .left = 32 - test->rotation,
    };
}

static inline uint32_t caught_lanes(const struct lane_vectors *test, vector batch)
{
    uint32_t right = test->right;
    uint32_t left = test->left;
    /*
     * If clang 14 knew that they stay the same, it would make vectors of them before the loop, and shift lane by lane.
     */
    __asm__ volatile("" : "+r"(right), "+r"(left));
    const vector product = simde_wasm_i32x4_mul(simde_wasm_i32x4_add(batch, test->addend), test->inverse);
    const vector rotated = vector_or(simde_wasm_u32x4_shr(product, right), simde_wasm_i32x4_shl(product, left));
    return (uint32_t)simde_wasm_i32x4_bitmask(simde_wasm_u32x4_le(rotated, test->limit));
}

/* ---- what build.h and tiles.h need -------------------------------------------------------------------- */

static inline vector add_bytes(vector a, vector b)
{
    return simde_wasm_i8x16_add(a, b);
}

/* Gives 0 for an index of 16 or more, so also if its top bit is set. */
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

static inline vector low_limbs(vector a, vector b)
{
    return simde_wasm_i64x2_shuffle(a, b, 0, 2);
}

static inline vector high_limbs(vector a, vector b)
{
    return simde_wasm_i64x2_shuffle(a, b, 1, 3);
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    return simde_wasm_i8x16_sub(add_bytes(a, b), vector_and(simde_wasm_u8x16_ge(a, least), m));
}

static inline vector number_and_next(uint32_t number)
{
    return simde_wasm_i32x4_add(simde_wasm_i32x4_splat((int32_t)number), simde_wasm_i32x4_make(0, 1, 2, 3));
}

/* ---- what prime_lanes.h needs ------------------------------------------------------------------------- */

typedef uint64_t limb_vector __attribute__((vector_size(16)));

enum { VECTOR_NUMBERS = 2, STRONG_2 = 8, STRONG_3 = 4, STRONG_4 = 4, STRONG_5 = 2 };
enum { LUCAS_2 = 4, LUCAS_3 = 2, LUCAS_4 = 2, LUCAS_5 = 2 };

#ifndef SIMDE_NO_NATIVE
/* The instruction multiplies the lower half of each vector, not of each integer. */
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

/* There is no shift by different counts. */
static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a + (a & (0 - bit));
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return (uint32_t)simde_wasm_i64x2_bitmask((vector)mask);
}
#endif

#include "narrow_128.h"

#include "build.h"
#include "lanes.h"
#include "prime_lanes.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(wasm);
const struct kernel_operations KERNEL_SYMBOL(wasm) = {rows_vectors,  lanes_vectors, build_vectors,
                                                      sieve_vectors, pick_vectors,  add_vectors,
                                                      starts_plain,  strong_lanes,  lucas_lanes};
