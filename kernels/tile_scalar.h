/*
 * The operations on tiles in portable C, on 64-bit integers: what every other implementation is compared with, and what
 * a kernel has where vectors gain nothing.
 */
#ifndef FIRESIEVE_KERNEL_TILE_SCALAR_H
#define FIRESIEVE_KERNEL_TILE_SCALAR_H

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

/* Eight columns at different bits of their bytes, added up, are a byte of eight rows at once; see the loads. */
static void build_scalar(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    for (uint32_t row = 0; row < pattern->modulus; ++row) {
        const uint8_t *const allowed = pattern->allowed + row;
        for (size_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            const uint8_t *const of = residues + 64 * limb;
            uint64_t bits = 0;
            for (uint32_t i = 64; i-- > 0;) {
                bits = bits << 1 | allowed[of[i]];
            }
            rows[row * KERNEL_WORD_LIMBS + limb] = bits;
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

static void add_scalar(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                       const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    for (size_t i = 0; i < count; ++i) {
        sums.positions[i] = positions[i] + position;
        for (size_t j = 0; j < KERNEL_MODULI; ++j) {
            const uint32_t sum = (uint32_t)residues[i * KERNEL_MODULI + j] + residue[j];
            sums.residues[i * KERNEL_MODULI + j] = (uint8_t)(sum < moduli[j] ? sum : sum - moduli[j]);
        }
    }
}

#endif
