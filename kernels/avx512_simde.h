/*
 * What the AVX-512 kernels use of SIMDe. Up to 0.7.2, which Ubuntu 24.04 has, SIMDe lacks some of these functions; they
 * are then defined here under its names: as the intrinsic in a native build, element by element in an emulated one.
 * KERNEL_OLDER_SIMDE uses those defined here in any case, so that they can be tested alongside those of a newer SIMDe.
 */
#ifndef FIRESIEVE_KERNEL_AVX512_SIMDE_H
#define FIRESIEVE_KERNEL_AVX512_SIMDE_H

#include <simde/x86/avx512/add.h>
#include <simde/x86/avx512/and.h>
#include <simde/x86/avx512/blend.h>
#include <simde/x86/avx512/broadcast.h>
#include <simde/x86/avx512/cmpge.h>
#include <simde/x86/avx512/cmple.h>
#include <simde/x86/avx512/loadu.h>
#include <simde/x86/avx512/mov_mask.h>
#include <simde/x86/avx512/mullo.h>
#include <simde/x86/avx512/or.h>
#include <simde/x86/avx512/permutex2var.h>
#include <simde/x86/avx512/permutexvar.h>
#include <simde/x86/avx512/set.h>
#include <simde/x86/avx512/set1.h>
#include <simde/x86/avx512/setzero.h>
#include <simde/x86/avx512/shuffle.h>
#include <simde/x86/avx512/srli.h>
#include <simde/x86/avx512/storeu.h>
#include <simde/x86/avx512/sub.h>
#include <simde/x86/avx512/test.h>
#include <simde/x86/avx512/unpackhi.h>
#include <simde/x86/avx512/unpacklo.h>

#if !defined(KERNEL_OLDER_SIMDE) && !__has_include(<simde/x86/avx512/compress.h>)
#define KERNEL_OLDER_SIMDE
#endif

#ifndef KERNEL_OLDER_SIMDE
#include <simde/x86/avx512/compress.h>
#include <simde/x86/avx512/rorv.h>
#include <simde/x86/avx512/ternarylogic.h>
#else
#undef simde_mm256_maskz_compress_epi32
#undef simde_mm512_cmple_epu32_mask
#undef simde_mm512_maskz_compress_epi32
#undef simde_mm512_maskz_compress_epi64
#undef simde_mm512_rorv_epi32
#undef simde_mm512_ternarylogic_epi64
#undef simde_mm512_unpackhi_epi32
#undef simde_mm512_unpacklo_epi32
#define simde_mm256_maskz_compress_epi32 kernel_maskz_compress_256_epi32
#define simde_mm512_cmple_epu32_mask kernel_cmple_epu32_mask
#define simde_mm512_maskz_compress_epi32 kernel_maskz_compress_epi32
#define simde_mm512_maskz_compress_epi64 kernel_maskz_compress_epi64
#define simde_mm512_rorv_epi32 kernel_rorv_epi32
#define simde_mm512_ternarylogic_epi64 kernel_ternarylogic_epi64
#define simde_mm512_unpackhi_epi32 kernel_unpackhi_epi32
#define simde_mm512_unpacklo_epi32 kernel_unpacklo_epi32

#ifdef SIMDE_X86_AVX512F_NATIVE
#define kernel_cmple_epu32_mask(a, b) _mm512_cmple_epu32_mask(a, b)
#define kernel_maskz_compress_256_epi32(mask, a) _mm256_maskz_compress_epi32(mask, a)
#define kernel_maskz_compress_epi32(mask, a) _mm512_maskz_compress_epi32(mask, a)
#define kernel_maskz_compress_epi64(mask, a) _mm512_maskz_compress_epi64(mask, a)
#define kernel_rorv_epi32(a, counts) _mm512_rorv_epi32(a, counts)
#define kernel_ternarylogic_epi64(a, b, c, truth_table) _mm512_ternarylogic_epi64(a, b, c, truth_table)
#define kernel_unpackhi_epi32(a, b) _mm512_unpackhi_epi32(a, b)
#define kernel_unpacklo_epi32(a, b) _mm512_unpacklo_epi32(a, b)
#else

/* Bit i says whether element i of `a` is at most that of `b`, unsigned. */
static inline simde__mmask16 kernel_cmple_epu32_mask(simde__m512i a, simde__m512i b)
{
    const simde__m512i_private left = simde__m512i_to_private(a);
    const simde__m512i_private right = simde__m512i_to_private(b);
    uint32_t mask = 0;
    for (uint32_t i = 0; i < 16; ++i) {
        mask |= (uint32_t)(left.u32[i] <= right.u32[i]) << i;
    }
    return (simde__mmask16)mask;
}

/* The elements of `a` whose bit of `mask` is set, side by side from element 0 on, and zeros behind them. */
static inline simde__m512i kernel_maskz_compress_epi32(simde__mmask16 mask, simde__m512i a)
{
    const simde__m512i_private from = simde__m512i_to_private(a);
    simde__m512i_private to = simde__m512i_to_private(simde_mm512_setzero_si512());
    int kept = 0;
    for (int i = 0; i < 16; ++i) {
        if ((mask >> i & 1) != 0) {
            to.u32[kept++] = from.u32[i];
        }
    }
    return simde__m512i_from_private(to);
}

static inline simde__m256i kernel_maskz_compress_256_epi32(simde__mmask8 mask, simde__m256i a)
{
    const simde__m256i_private from = simde__m256i_to_private(a);
    simde__m256i_private to = simde__m256i_to_private(simde_mm256_setzero_si256());
    int kept = 0;
    for (int i = 0; i < 8; ++i) {
        if ((mask >> i & 1) != 0) {
            to.u32[kept++] = from.u32[i];
        }
    }
    return simde__m256i_from_private(to);
}

static inline simde__m512i kernel_maskz_compress_epi64(simde__mmask8 mask, simde__m512i a)
{
    const simde__m512i_private from = simde__m512i_to_private(a);
    simde__m512i_private to = simde__m512i_to_private(simde_mm512_setzero_si512());
    int kept = 0;
    for (int i = 0; i < 8; ++i) {
        if ((mask >> i & 1) != 0) {
            to.u64[kept++] = from.u64[i];
        }
    }
    return simde__m512i_from_private(to);
}

/* Each element of `a` rotated right by that of `counts`, modulo 32. */
static inline simde__m512i kernel_rorv_epi32(simde__m512i a, simde__m512i counts)
{
    simde__m512i_private rotated = simde__m512i_to_private(a);
    const simde__m512i_private by = simde__m512i_to_private(counts);
    for (int i = 0; i < 16; ++i) {
        const uint32_t value = rotated.u32[i];
        rotated.u32[i] = value >> (by.u32[i] % 32) | value << (-by.u32[i] % 32);
    }
    return simde__m512i_from_private(rotated);
}

/* For each bit the bit of `truth_table` whose number is made of those of a (4), b (2) and c (1). */
static inline simde__m512i kernel_ternarylogic_epi64(simde__m512i a, simde__m512i b, simde__m512i c, int truth_table)
{
    const simde__m512i_private high = simde__m512i_to_private(a);
    const simde__m512i_private middle = simde__m512i_to_private(b);
    const simde__m512i_private low = simde__m512i_to_private(c);
    simde__m512i_private result = simde__m512i_to_private(simde_mm512_setzero_si512());
    for (int row = 0; row < 8; ++row) {
        if ((truth_table >> row & 1) != 0) {
            for (int i = 0; i < 8; ++i) {
                result.u64[i] |= ((row & 4) != 0 ? high.u64[i] : ~high.u64[i]) &
                                 ((row & 2) != 0 ? middle.u64[i] : ~middle.u64[i]) &
                                 ((row & 1) != 0 ? low.u64[i] : ~low.u64[i]);
            }
        }
    }
    return simde__m512i_from_private(result);
}

/* Of each four elements the two from `first` on, those of `a` and of `b` in turn. */
static inline simde__m512i kernel_unpack_epi32(simde__m512i a, simde__m512i b, int first)
{
    const simde__m512i_private even = simde__m512i_to_private(a);
    const simde__m512i_private odd = simde__m512i_to_private(b);
    simde__m512i_private to = simde__m512i_to_private(simde_mm512_setzero_si512());
    for (int i = 0; i < 16; i += 2) {
        const int from = i / 4 * 4 + first + i % 4 / 2;
        to.u32[i] = even.u32[from];
        to.u32[i + 1] = odd.u32[from];
    }
    return simde__m512i_from_private(to);
}

static inline simde__m512i kernel_unpackhi_epi32(simde__m512i a, simde__m512i b)
{
    return kernel_unpack_epi32(a, b, 2);
}

static inline simde__m512i kernel_unpacklo_epi32(simde__m512i a, simde__m512i b)
{
    return kernel_unpack_epi32(a, b, 0);
}
#endif
#endif

#endif
