/*
 * The AVX-512 kernel for CPUs that permute bytes (VBMI) and multiply bit matrices (GFNI): the same as avx512 except for
 * build.
 */
#include "kernel.h"

#include "avx512_common.h"
#include "tiles.h"

#if !defined(SIMDE_NO_NATIVE) &&                                                  \
    !(defined(__AVX512VBMI__) && defined(__AVX512VBMI2__) && defined(__GFNI__) && \
      defined(SIMDE_X86_AVX512BW_NATIVE) && defined(SIMDE_X86_AVX512DQ_NATIVE) && defined(SIMDE_X86_AVX512VL_NATIVE))
#error "the native avx512vbmi kernel needs -mavx512vbmi -mavx512vbmi2 -mgfni and avx512's; SIMDe would emulate it"
#endif

/* SIMDe includes half of AVX-512 for this one, and counts bytes from the wrong end on big-endian machines. */
#ifdef SIMDE_NO_NATIVE
/* In each 8 bytes, bit i of byte j is bit j of byte 7 - i of the argument. */
static inline vector transpose_bits(vector v)
{
    const simde__m512i_private from = simde__m512i_to_private(v);
    simde__m512i_private to = simde__m512i_to_private(simde_mm512_setzero_si512());
    for (int byte = 0; byte < 64; ++byte) {
        for (int bit = 0; bit < 8; ++bit) {
            to.u8[byte / 8 * 8 + bit] |= (uint8_t)((from.u8[byte] >> bit & 1) << (7 - byte % 8));
        }
    }
    return simde__m512i_from_private(to);
}
#else
static inline vector transpose_bits(vector v)
{
    return _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((int64_t)UINT64_C(0x8040201008040201)), v, 0);
}
#endif

enum {
    TABLE_PARTS_MAX = 4,
    /* Which of eight vectors becomes the lowest byte of limbs. */
    FIRST_BYTE = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 7 : 0
};

/* Entries of a table of `parts` (a constant) times 64 bytes. */
static inline vector look_up(const vector *table, int parts, vector index)
{
    if (parts == 1) {
        return simde_mm512_permutexvar_epi8(index, table[0]);
    }
    const vector low = simde_mm512_permutex2var_epi8(table[0], index, table[1]);
    if (parts == 2) {
        return low;
    }
    const vector high = simde_mm512_permutex2var_epi8(table[2], index, table[3]);
    return simde_mm512_mask_blend_epi8(simde_mm512_movepi8_mask(index), low, high);
}

/* Transposes bytes: byte i of each 8 bytes of v[j] becomes byte j of those of v[i]. */
static inline void transpose_bytes(vector *v)
{
    static const struct {
        uint8_t from[16]; /* byte i comes from i ^ distance */
        uint64_t high;    /* bytes i with i & distance */
    } stages[3] = {{{1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14}, UINT64_C(0xaaaaaaaaaaaaaaaa)},
                   {{2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13}, UINT64_C(0xcccccccccccccccc)},
                   {{4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11}, UINT64_C(0xf0f0f0f0f0f0f0f0)}};
    KERNEL_UNROLL
    for (int stage = 0; stage < 3; ++stage) {
        const int distance = 1 << stage;
        const vector from = repeat16(stages[stage].from);
        KERNEL_UNROLL
        for (int i = 0; i < 8; ++i) {
            if ((i & distance) == 0) {
                const vector a = v[i];
                const vector b = v[i + distance];
                v[i] = simde_mm512_mask_shuffle_epi8(a, stages[stage].high, b, from);
                v[i + distance] = simde_mm512_mask_shuffle_epi8(b, ~stages[stage].high, a, from);
            }
        }
    }
}

/*
 * Eight rows at a time, which one entry of `eights` holds for a column. Vector i has the columns that become byte i of
 * each limb, so what remains is to transpose bits within 8 bytes, and bytes between 8 vectors.
 */
static inline __attribute__((always_inline)) void build_eights(const struct kernel_pattern *pattern, int parts,
                                                               const vector *residues, uint64_t *rows)
{
    for (uint32_t row = 0; row < pattern->modulus; row += 8) {
        vector table[TABLE_PARTS_MAX];
        vector v[8];
        KERNEL_UNROLL
        for (int i = 0; i < parts; ++i) {
            table[i] = vector_load(pattern->eights + row + i * KERNEL_WORD_BYTES);
        }
        KERNEL_UNROLL
        for (int i = 0; i < 8; ++i) {
            v[i] = transpose_bits(look_up(table, parts, residues[i]));
        }
        transpose_bytes(v);
        KERNEL_UNROLL
        for (uint32_t i = 0; i < 8; ++i) {
            vector_store(rows + (size_t)(row + i) * KERNEL_WORD_LIMBS, v[i]);
        }
    }
}

static void build_avx512vbmi(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    static const uint8_t reversed[16] = {7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8};
    vector v[KERNEL_WORD_LIMBS];
    vector columns[KERNEL_WORD_LIMBS];
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        v[i] = vector_load(residues + i * 64);
    }
    transpose_limbs(v);
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        columns[i ^ FIRST_BYTE] = shuffle_bytes(v[i], repeat16(reversed));
    }
    if (pattern->modulus <= 64) {
        build_eights(pattern, 1, columns, rows);
    } else if (pattern->modulus <= 128) {
        build_eights(pattern, 2, columns, rows);
    } else {
        build_eights(pattern, TABLE_PARTS_MAX, columns, rows);
    }
}

extern const struct kernel_operations KERNEL_SYMBOL(avx512vbmi);
const struct kernel_operations KERNEL_SYMBOL(avx512vbmi) = {rows_avx512,   lanes_avx512, build_avx512vbmi,
                                                            sieve_vectors, pick_vectors, add_vectors,
                                                            starts_plain,  strong_lanes, lucas_lanes};
