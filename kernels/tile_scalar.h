/*
 * The operations on tiles in portable C, on 64-bit integers: the reference for every other implementation, and what a
 * kernel uses if vectors gain nothing.
 */
#ifndef FIRESIEVE_KERNEL_TILE_SCALAR_H
#define FIRESIEVE_KERNEL_TILE_SCALAR_H

#include <string.h>

#include "kernel.h"

static inline uint64_t any_of(const uint64_t *limbs)
{
    uint64_t any = 0;
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        any |= limbs[i];
    }
    return any;
}

/* Eight bytes as an integer, the first one lowest. */
static inline uint64_t load_bytes(const uint8_t *bytes)
{
    uint64_t loaded;
    memcpy(&loaded, bytes, sizeof loaded);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(loaded) : loaded;
}

/* Exchanges the bits of `mask` in b with those `shift` higher in a. */
static inline void exchange(uint64_t *a, uint64_t *b, int shift, uint64_t mask)
{
    const uint64_t different = (*a >> shift ^ *b) & mask;
    *a ^= different << shift;
    *b ^= different;
}

/* Byte i of bytes[j] becomes byte j of bytes[i]. */
static inline void transpose_eight(uint64_t *bytes)
{
    static const uint64_t masks[] = {UINT64_C(0x00ff00ff00ff00ff), UINT64_C(0x0000ffff0000ffff),
                                     UINT64_C(0x00000000ffffffff)};
    KERNEL_UNROLL
    for (int stage = 0; stage < 3; ++stage) {
        const int distance = 1 << stage;
        KERNEL_UNROLL
        for (int i = 0; i < 8; ++i) {
            if ((i & distance) == 0) {
                exchange(&bytes[i], &bytes[i + distance], 8 * distance, masks[stage]);
            }
        }
    }
}

/*
 * Eight rows of 64 columns at a time. `allowed` has one column in eight consecutive rows, one bit in each byte;
 * Horner's scheme combines eight columns into one byte of each row.
 */
static void build_scalar(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    for (uint32_t row = 0; row < pattern->modulus; row += 8) {
        for (size_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            uint64_t bytes[8];
            for (size_t i = 0; i < 8; ++i) {
                const uint8_t *const of = residues + 64 * limb + 8 * i;
                bytes[i] = 0;
                KERNEL_UNROLL
                for (int column = 7; column >= 0; --column) {
                    bytes[i] = bytes[i] << 1 | load_bytes(pattern->allowed + row + of[column]);
                }
            }
            transpose_eight(bytes);
            for (size_t i = 0; i < 8; ++i) {
                rows[(row + i) * KERNEL_WORD_LIMBS + limb] = bytes[i];
            }
        }
    }
}

/* ANDs the row of modulus `index` that a residue names into a word. */
static inline void and_row(const struct kernel_tile *tile, uint32_t index, uint8_t residue, uint64_t *word)
{
    const uint64_t *const row = tile->rows + ((size_t)index * KERNEL_TILE_STRIDE + residue) * KERNEL_WORD_LIMBS;
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        word[i] &= row[i];
    }
}

static size_t sieve_scalar(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers, size_t count,
                           struct kernel_hit *hits)
{
    size_t hit_count = 0;
    for (size_t i = 0; i < count; ++i) {
        uint64_t word[KERNEL_WORD_LIMBS];
        for (int limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            word[limb] = UINT64_MAX;
        }
        for (uint32_t j = 0; j < KERNEL_KEY_ROWS; ++j) {
            and_row(tile, tile->key_first + j, (uint8_t)(keys[i] >> 8 * j), word);
        }
        if (any_of(word) == 0) {
            continue;
        }
        const uint8_t *const residues = tile->residues + (size_t)numbers[i] * KERNEL_MODULI;
        for (uint32_t j = tile->key_first + KERNEL_KEY_ROWS; j < tile->modulus_count && any_of(word) != 0; ++j) {
            and_row(tile, j, residues[j], word);
        }
        for (uint32_t j = 0; j < tile->key_first && any_of(word) != 0; ++j) {
            and_row(tile, j, residues[j], word);
        }
        if (any_of(word) != 0) {
            KERNEL_UNROLL
            for (int limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
                hits[hit_count].word[limb] = word[limb];
            }
            hits[hit_count++].number = numbers[i];
        }
    }
    return hit_count;
}

static size_t pick_scalar(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                          const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    size_t picked = 0;
    for (size_t i = 0; i < count; ++i) {
        picked_keys[picked] = keys[i];
        picked_numbers[picked] = first + (uint32_t)i;
        picked += alive[residues[i]] & 1;
    }
    return picked;
}

/* Every other one of eight residues, in 16 bits each, of which a sum needs nine. */
static inline uint64_t add_four(uint64_t a, uint64_t b, uint64_t modulus)
{
    const uint64_t tops = UINT64_C(0x8000800080008000);
    const uint64_t sum = a + b;
    const uint64_t too_much = ((sum + (tops - modulus)) & tops) >> 15; /* the top bit is set where sum >= modulus */
    return sum - (too_much * 0xff & modulus);
}

static inline uint64_t add_eight(uint64_t a, uint64_t b, uint64_t modulus)
{
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    return add_four(a & even, b & even, modulus & even) | add_four(a >> 8 & even, b >> 8 & even, modulus >> 8 & even)
                                                              << 8;
}

static void add_scalar(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                       const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    uint64_t added[KERNEL_MODULI / 8];
    uint64_t modulus[KERNEL_MODULI / 8];
    memcpy(added, residue, sizeof added);
    memcpy(modulus, moduli, sizeof modulus);
    for (size_t i = 0; i < count; ++i) {
        sums.positions[i] = positions[i] + position;
        for (size_t j = 0; j < KERNEL_MODULI / 8; ++j) {
            uint64_t eight;
            memcpy(&eight, residues + i * KERNEL_MODULI + 8 * j, 8);
            eight = add_eight(eight, added[j], modulus[j]);
            memcpy(sums.residues + i * KERNEL_MODULI + 8 * j, &eight, 8);
        }
    }
}

#endif
