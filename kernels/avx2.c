/* The AVX2 kernel: a word is two vectors. One pointer load of rows serves eight vector loads. */
#include "kernel.h"

#include <simde/x86/avx2.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_X86_AVX2_NATIVE)
#error "the native avx2 kernel needs -mavx2; SIMDe would emulate it"
#endif

enum { VECTOR_LIMBS = 4, GROUP = 4 /* words */ };

typedef simde__m256i vector;

static inline vector vector_load(const void *bytes)
{
    return simde_mm256_loadu_si256((const simde__m256i *)bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_mm256_storeu_si256((simde__m256i *)bytes, v);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_mm256_and_si256(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_mm256_or_si256(a, b);
}

static inline vector all_ones(void)
{
    return simde_mm256_set1_epi64x(-1);
}

static inline bool is_empty(vector v)
{
    return simde_mm256_testz_si256(v, v);
}

/* ---- what lanes.h needs ------------------------------------------------------------------------------- */

enum { LANES = 8 };

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
        .addend = simde_mm256_set1_epi32((int32_t)test->addend),
        .inverse = simde_mm256_set1_epi32((int32_t)test->inverse),
        .limit = simde_mm256_set1_epi32((int32_t)test->limit),
        .right = simde_mm_set_epi64x(0, (int64_t)test->rotation),
        .left = simde_mm_set_epi64x(0, 32 - (int64_t)test->rotation),
    };
}

static inline uint32_t caught_lanes(const struct lane_vectors *test, vector batch)
{
    const vector product = simde_mm256_mullo_epi32(simde_mm256_add_epi32(batch, test->addend), test->inverse);
    const vector rotated =
        vector_or(simde_mm256_srl_epi32(product, test->right), simde_mm256_sll_epi32(product, test->left));
    const vector caught = simde_mm256_cmpeq_epi32(simde_mm256_min_epu32(rotated, test->limit), rotated);
    return (uint32_t)simde_mm256_movemask_ps(simde_mm256_castsi256_ps(caught));
}

/* ---- what build.h and tiles.h need -------------------------------------------------------------------- */

static inline vector repeat16(const uint8_t *bytes)
{
    return simde_mm256_broadcastsi128_si256(simde_mm_loadu_si128((const simde__m128i *)bytes));
}

static inline vector add_bytes(vector a, vector b)
{
    return simde_mm256_add_epi8(a, b);
}

static inline vector shuffle_bytes(vector table, vector index)
{
    return simde_mm256_shuffle_epi8(table, index);
}

static inline vector high_nibbles(vector v)
{
    return vector_and(simde_mm256_srli_epi16(v, 4), simde_mm256_set1_epi8(0x0f));
}

static inline uint64_t common_bits(vector a, vector b)
{
    const vector none = simde_mm256_cmpeq_epi8(vector_and(a, b), simde_mm256_setzero_si256());
    return ~(uint32_t)simde_mm256_movemask_epi8(none);
}

static inline vector low_bytes(vector a, vector b)
{
    return simde_mm256_unpacklo_epi8(a, b);
}

static inline vector high_bytes(vector a, vector b)
{
    return simde_mm256_unpackhi_epi8(a, b);
}

static inline vector low_pairs(vector a, vector b)
{
    return simde_mm256_unpacklo_epi16(a, b);
}

static inline vector high_pairs(vector a, vector b)
{
    return simde_mm256_unpackhi_epi16(a, b);
}

static inline vector low_quads(vector a, vector b)
{
    return simde_mm256_unpacklo_epi32(a, b);
}

static inline vector high_quads(vector a, vector b)
{
    return simde_mm256_unpackhi_epi32(a, b);
}

/* Integer 2 l + h of every vector is of row 16 l + h. */
static inline void store_limbs(const vector *limbs, uint64_t *rows)
{
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; i += VECTOR_LIMBS) {
        const vector low_two = simde_mm256_unpacklo_epi64(limbs[i], limbs[i + 1]);
        const vector low_next = simde_mm256_unpacklo_epi64(limbs[i + 2], limbs[i + 3]);
        const vector high_two = simde_mm256_unpackhi_epi64(limbs[i], limbs[i + 1]);
        const vector high_next = simde_mm256_unpackhi_epi64(limbs[i + 2], limbs[i + 3]);
        uint64_t *const to = rows + i;
        vector_store(to, simde_mm256_permute2x128_si256(low_two, low_next, 0x20));
        vector_store(to + KERNEL_WORD_LIMBS, simde_mm256_permute2x128_si256(high_two, high_next, 0x20));
        vector_store(to + 16 * KERNEL_WORD_LIMBS, simde_mm256_permute2x128_si256(low_two, low_next, 0x31));
        vector_store(to + 17 * KERNEL_WORD_LIMBS, simde_mm256_permute2x128_si256(high_two, high_next, 0x31));
    }
}

static inline vector add_modulo(vector a, vector b, vector least, vector m)
{
    const vector too_much = simde_mm256_cmpeq_epi8(simde_mm256_max_epu8(a, least), a);
    return simde_mm256_sub_epi8(add_bytes(a, b), vector_and(too_much, m));
}

#include "narrow.h"

static inline size_t pick_some(const uint64_t *keys, uint32_t number, uint64_t alive, uint64_t *picked_keys,
                               uint32_t *picked_numbers)
{
    const struct picked_four *const four = &picked_four[alive % 16];
    const vector twice = simde_mm256_cvtepu8_epi32(simde_mm_loadl_epi64((const simde__m128i *)four->halves));
    vector_store(picked_keys, simde_mm256_permutevar8x32_epi32(vector_load(keys), twice));
    const simde__m128i numbers =
        simde_mm_add_epi32(simde_mm_set1_epi32((int32_t)number), simde_mm_setr_epi32(0, 1, 2, 3));
    const simde__m128i bytes = simde_mm_loadu_si128((const simde__m128i *)four->bytes);
    simde_mm_storeu_si128((simde__m128i *)picked_numbers, simde_mm_shuffle_epi8(numbers, bytes));
    return four->count;
}

/* ---- what prime_lanes.h needs ------------------------------------------------------------------------- */

typedef uint64_t limb_vector __attribute__((vector_size(32)));

enum { VECTOR_NUMBERS = 4, STRONG_2 = 8, STRONG_3 = 4, STRONG_4 = 4, STRONG_5 = 2 };
enum { LUCAS_2 = 4, LUCAS_3 = 2, LUCAS_4 = 2, LUCAS_5 = 2 };

#ifndef SIMDE_NO_NATIVE
static inline limb_vector multiply_low(limb_vector a, limb_vector b)
{
    return (limb_vector)simde_mm256_mul_epu32((simde__m256i)a, (simde__m256i)b);
}

static inline limb_vector less_if_not_below(limb_vector a, limb_vector b)
{
    const simde__m256d less = simde_mm256_castsi256_pd((simde__m256i)(a - b));
    const simde__m256d before = simde_mm256_castsi256_pd((simde__m256i)a);
    return (limb_vector)simde_mm256_castpd_si256(simde_mm256_blendv_pd(less, before, less)); /* by the sign */
}

static inline limb_vector twice_if(limb_vector a, limb_vector bit)
{
    return a << bit;
}

static inline uint32_t lane_bits(limb_vector mask)
{
    return (uint32_t)simde_mm256_movemask_pd(simde_mm256_castsi256_pd((simde__m256i)mask));
}
#endif

#include "build.h"
#include "lanes.h"
#include "prime_lanes.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(avx2);
const struct kernel_operations KERNEL_SYMBOL(avx2) = {rows_vectors,  lanes_vectors, build_vectors,
                                                      sieve_vectors, pick_vectors,  add_vectors,
                                                      starts_plain,  strong_lanes,  lucas_lanes};
