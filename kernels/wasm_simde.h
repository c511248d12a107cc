/*
 * What the wasm kernel uses of SIMDe. Up to 0.7.2, which Ubuntu 24.04 has, SIMDe has no WebAssembly: the functions that
 * an emulated build needs are then defined here under its names. KERNEL_OLDER_SIMDE uses those defined here in any
 * case, so that they can be tested alongside those of a newer SIMDe.
 */
#ifndef FIRESIEVE_KERNEL_WASM_SIMDE_H
#define FIRESIEVE_KERNEL_WASM_SIMDE_H

#if !defined(KERNEL_OLDER_SIMDE) && !__has_include(<simde/wasm/simd128.h>)
#define KERNEL_OLDER_SIMDE
#endif

#ifndef KERNEL_OLDER_SIMDE
#include <simde/wasm/simd128.h>
#else

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef int32_t simde_v128_t __attribute__((vector_size(16)));
typedef uint8_t wasm_bytes __attribute__((vector_size(16)));
typedef uint16_t wasm_pairs __attribute__((vector_size(16)));
typedef uint32_t wasm_quads __attribute__((vector_size(16)));
typedef uint64_t wasm_limbs __attribute__((vector_size(16)));

#define WASM_INLINE static inline __attribute__((always_inline, unused))

WASM_INLINE simde_v128_t simde_wasm_v128_load(const void *bytes)
{
    simde_v128_t v;
    memcpy(&v, bytes, sizeof v);
    return v;
}

WASM_INLINE void simde_wasm_v128_store(void *bytes, simde_v128_t v)
{
    memcpy(bytes, &v, sizeof v);
}

WASM_INLINE simde_v128_t simde_wasm_v128_and(simde_v128_t a, simde_v128_t b)
{
    return a & b;
}

WASM_INLINE simde_v128_t simde_wasm_v128_or(simde_v128_t a, simde_v128_t b)
{
    return a | b;
}

WASM_INLINE bool simde_wasm_v128_any_true(simde_v128_t a)
{
    return (((wasm_limbs)a)[0] | ((wasm_limbs)a)[1]) != 0;
}

WASM_INLINE simde_v128_t simde_wasm_i8x16_splat(int8_t value)
{
    return (simde_v128_t)((wasm_bytes){0} + (uint8_t)value);
}

WASM_INLINE simde_v128_t simde_wasm_i32x4_splat(int32_t value)
{
    return (simde_v128_t)((wasm_quads){0} + (uint32_t)value);
}

WASM_INLINE simde_v128_t simde_wasm_i64x2_splat(int64_t value)
{
    return (simde_v128_t)((wasm_limbs){0} + (uint64_t)value);
}

WASM_INLINE simde_v128_t simde_wasm_i32x4_make(int32_t a, int32_t b, int32_t c, int32_t d)
{
    return (simde_v128_t){a, b, c, d};
}

WASM_INLINE simde_v128_t simde_wasm_i8x16_add(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_bytes)a + (wasm_bytes)b);
}

WASM_INLINE simde_v128_t simde_wasm_i8x16_sub(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_bytes)a - (wasm_bytes)b);
}

WASM_INLINE simde_v128_t simde_wasm_i8x16_eq(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_bytes)a == (wasm_bytes)b);
}

WASM_INLINE simde_v128_t simde_wasm_u8x16_ge(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_bytes)a >= (wasm_bytes)b);
}

WASM_INLINE simde_v128_t simde_wasm_u8x16_shr(simde_v128_t a, uint32_t count)
{
    return (simde_v128_t)((wasm_bytes)a >> (uint8_t)(count % 8));
}

WASM_INLINE simde_v128_t simde_wasm_i32x4_add(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_quads)a + (wasm_quads)b);
}

WASM_INLINE simde_v128_t simde_wasm_i32x4_mul(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_quads)a * (wasm_quads)b);
}

WASM_INLINE simde_v128_t simde_wasm_i32x4_shl(simde_v128_t a, uint32_t count)
{
    return (simde_v128_t)((wasm_quads)a << count % 32);
}

WASM_INLINE simde_v128_t simde_wasm_u32x4_shr(simde_v128_t a, uint32_t count)
{
    return (simde_v128_t)((wasm_quads)a >> count % 32);
}

WASM_INLINE simde_v128_t simde_wasm_u32x4_le(simde_v128_t a, simde_v128_t b)
{
    return (simde_v128_t)((wasm_quads)a <= (wasm_quads)b);
}

WASM_INLINE uint32_t simde_wasm_i32x4_bitmask(simde_v128_t a)
{
    uint32_t bits = 0;
    for (int i = 0; i < 4; ++i) {
        bits |= ((wasm_quads)a)[i] >> 31 << i;
    }
    return bits;
}

WASM_INLINE uint32_t simde_wasm_i8x16_bitmask(simde_v128_t a)
{
    uint32_t bits = 0;
    for (int i = 0; i < 16; ++i) {
        bits |= (uint32_t)(((wasm_bytes)a)[i] >> 7) << i;
    }
    return bits;
}

WASM_INLINE simde_v128_t simde_wasm_i8x16_swizzle(simde_v128_t table, simde_v128_t index)
{
    wasm_bytes result = {0};
    for (int i = 0; i < 16; ++i) {
        const uint8_t at = ((wasm_bytes)index)[i];
        result[i] = at < 16 ? ((wasm_bytes)table)[at] : 0;
    }
    return (simde_v128_t)result;
}

#define simde_wasm_i8x16_shuffle(a, b, ...) \
    ((simde_v128_t)__builtin_shufflevector((wasm_bytes)(a), (wasm_bytes)(b), __VA_ARGS__))
#define simde_wasm_i16x8_shuffle(a, b, ...) \
    ((simde_v128_t)__builtin_shufflevector((wasm_pairs)(a), (wasm_pairs)(b), __VA_ARGS__))
#define simde_wasm_i32x4_shuffle(a, b, ...) \
    ((simde_v128_t)__builtin_shufflevector((wasm_quads)(a), (wasm_quads)(b), __VA_ARGS__))
#define simde_wasm_i64x2_shuffle(a, b, ...) \
    ((simde_v128_t)__builtin_shufflevector((wasm_limbs)(a), (wasm_limbs)(b), __VA_ARGS__))

#endif
#endif
