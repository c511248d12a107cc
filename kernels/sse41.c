/* The SSE4.1 kernel: a word is four vectors. One pointer load of rows serves eight vector loads. */
#include "kernel.h"

#include <simde/x86/sse4.1.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_X86_SSE4_1_NATIVE)
#error "the native sse4.1 kernel needs -msse4.1; SIMDe would emulate it"
#endif

enum { VECTOR_LIMBS = 2, GROUP = 2 /* words */ };

typedef simde__m128i vector;

static inline vector vector_load(const void *bytes)
{
    return simde_mm_loadu_si128((const simde__m128i *)bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_mm_storeu_si128((simde__m128i *)bytes, v);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_mm_and_si128(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_mm_or_si128(a, b);
}

static inline vector all_ones(void)
{
    return simde_mm_set1_epi64x(-1);
}

/* Not testz: SIMDe 0.7.4 emulates it wrongly, and calls a vector empty if one half of it is. */
static inline bool is_empty(vector v)
{
    return simde_mm_movemask_epi8(simde_mm_cmpeq_epi8(v, simde_mm_setzero_si128())) == 0xffff;
}

/* ---- what lanes.h needs ------------------------------------------------------------------------------- */

enum { LANES = 4 };

struct lane_vectors {
    vector addend;
    vector inverse;
    vector limit;
    simde__m128i right;
    simde__m128i left;
};

static inline struct lane_vectors lane_vectors_make(const struct kernel_lane_test *test)
{
    return (struct lane_vectors){
        .addend = simde_mm_set1_epi32((int32_t)test->addend),
        .inverse = simde_mm_set1_epi32((int32_t)test->inverse),
        .limit = simde_mm_set1_epi32((int32_t)test->limit),
        .right = simde_mm_set_epi64x(0, (int64_t)test->rotation),
        .left = simde_mm_set_epi64x(0, 32 - (int64_t)test->rotation),
    };
}

static inline uint32_t caught_lanes(const struct lane_vectors *test, vector batch)
{
    const vector product = simde_mm_mullo_epi32(simde_mm_add_epi32(batch, test->addend), test->inverse);
    const vector rotated = vector_or(simde_mm_srl_epi32(product, test->right), simde_mm_sll_epi32(product, test->left));
    const vector caught = simde_mm_cmpeq_epi32(simde_mm_min_epu32(rotated, test->limit), rotated);
    return (uint32_t)simde_mm_movemask_ps(simde_mm_castsi128_ps(caught));
}

/* ---- what build.h and tiles.h need -------------------------------------------------------------------- */

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

static inline vector low_limbs(vector a, vector b)
{
    return simde_mm_unpacklo_epi64(a, b);
}

static inline vector high_limbs(vector a, vector b)
{
    return simde_mm_unpackhi_epi64(a, b);
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

/* ---- what prime_lanes.h needs ------------------------------------------------------------------------- */

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

/* There is no shift by different counts. */
static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a + (a & (0 - bit));
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return (uint32_t)simde_mm_movemask_pd(simde_mm_castsi128_pd((simde__m128i)mask));
}
#endif

#include "narrow_128.h"

#include "build.h"
#include "lanes.h"
#include "prime_lanes.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(sse41);
const struct kernel_operations KERNEL_SYMBOL(sse41) = {rows_vectors,  lanes_vectors, build_vectors,
                                                       sieve_vectors, pick_vectors,  add_vectors,
                                                       starts_plain,  strong_lanes,  lucas_lanes};
