/*
 * The NEON kernel (AArch64): a word is four vectors.
 *
 * rows keeps four words in sixteen of the thirty-two registers. A movemask costs about six instructions here, so the
 * hot loops only ask whether a vector is all zero (umaxv), and lanes looks at single lanes if something was caught.
 */
#include "kernel.h"

#include <simde/arm/neon.h>

#if !defined(SIMDE_NO_NATIVE) && !defined(SIMDE_ARM_NEON_A64V8_NATIVE)
#error "the native neon kernel needs an AArch64 compiler; SIMDe would emulate it"
#endif

enum { VECTOR_LIMBS = 2, GROUP = 4 /* words */ };

typedef simde_uint8x16_t vector;

static inline vector vector_load(const void *bytes)
{
    return simde_vld1q_u8(bytes);
}

static inline void vector_store(void *bytes, vector v)
{
    simde_vst1q_u8(bytes, v);
}

static inline vector vector_and(vector a, vector b)
{
    return simde_vandq_u8(a, b);
}

static inline vector vector_or(vector a, vector b)
{
    return simde_vorrq_u8(a, b);
}

static inline vector all_ones(void)
{
    return simde_vdupq_n_u8(UINT8_MAX);
}

static inline bool is_empty(vector v)
{
    return simde_vmaxvq_u32(simde_vreinterpretq_u32_u8(v)) == 0;
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
            /* A whole vector is stored only if kept <= i: it ends inside what has been read already. */
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

/* ---- what build.h and tiles.h need -------------------------------------------------------------------- */

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

static inline vector low_limbs(vector a, vector b)
{
    return simde_vreinterpretq_u8_u64(simde_vzip1q_u64(simde_vreinterpretq_u64_u8(a), simde_vreinterpretq_u64_u8(b)));
}

static inline vector high_limbs(vector a, vector b)
{
    return simde_vreinterpretq_u8_u64(simde_vzip2q_u64(simde_vreinterpretq_u64_u8(a), simde_vreinterpretq_u64_u8(b)));
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

#include "narrow_128.h"

#include "build.h"
/* 64-bit integers have products of 128 bits here, and vectors of two numbers would take as many instructions. */
#include "prime_scalar.h"
#include "starts.h"
#include "tiles.h"

extern const struct kernel_operations KERNEL_SYMBOL(neon);
const struct kernel_operations KERNEL_SYMBOL(neon) = {rows_vectors,  lanes_neon,    build_vectors,
                                                      sieve_vectors, pick_vectors,  add_vectors,
                                                      starts_plain,  strong_scalar, lucas_scalar};
