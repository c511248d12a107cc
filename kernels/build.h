/*
 * build without table look-ups of bytes, for vectors of any width. Before including it, a kernel file defines
 *
 *     vector, vector_load, vector_store, vector_or, add_bytes
 *                                as for tiles.h
 *     low_bytes .. high_quads    interleave the lower or higher halves of each 16 bytes of two vectors
 *     store_limbs(limbs, rows)   see build_vectors
 *     COLUMN_STRIDE              1, or the bytes of a vector if it pays to copy the vectors of all residues to aligned
 *                                addresses: otherwise nearly every load of a whole cache line touches two lines
 */
#ifndef FIRESIEVE_KERNEL_BUILD_H
#define FIRESIEVE_KERNEL_BUILD_H

#include <string.h>

#include "kernel.h"

enum {
    LIMB_BYTES = 8,
    BYTE_COLUMNS = 8,
    /* Where byte 0 of a limb, which has columns 0 to 7, is in memory. */
    FIRST_BYTE = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? LIMB_BYTES - 1 : 0,
    ALIGNED_VECTORS = COLUMN_STRIDE == 1 ? 1 : KERNEL_MODULUS_MAX
};

/* VECTOR_BYTES rows of a column, one byte per row, 0 or 1. */
static inline vector column_rows(const uint8_t *columns, const uint8_t *residues, int column)
{
    if (COLUMN_STRIDE == 1) {
        return vector_load(columns + residues[column]);
    }
    /* Loads are the bottleneck, so eight residues are loaded at once. */
    uint64_t eight;
    memcpy(&eight, residues, sizeof eight);
    return vector_load(columns + (eight >> 8 * (column ^ FIRST_BYTE) & 0xff) * COLUMN_STRIDE);
}

/* The byte of eight columns in VECTOR_BYTES rows, by Horner: a column is one bit. */
static inline vector build_byte(const uint8_t *columns, const uint8_t *residues)
{
    vector bits = column_rows(columns, residues, BYTE_COLUMNS - 1);
    KERNEL_UNROLL
    for (int i = BYTE_COLUMNS - 2; i >= 0; --i) {
        bits = vector_or(add_bytes(bits, bits), column_rows(columns, residues, i));
    }
    return bits;
}

/* bytes[i] has byte i of 16 rows in each 16 bytes; limbs[j] gets those of rows 2 j and 2 j + 1 together. */
static inline void gather_limbs(const vector *bytes, vector *limbs)
{
    const vector a = low_bytes(bytes[0], bytes[1]);
    const vector b = low_bytes(bytes[2], bytes[3]);
    const vector c = low_bytes(bytes[4], bytes[5]);
    const vector d = low_bytes(bytes[6], bytes[7]);
    const vector e = high_bytes(bytes[0], bytes[1]);
    const vector f = high_bytes(bytes[2], bytes[3]);
    const vector g = high_bytes(bytes[4], bytes[5]);
    const vector h = high_bytes(bytes[6], bytes[7]);
    limbs[0] = low_quads(low_pairs(a, b), low_pairs(c, d));
    limbs[1] = high_quads(low_pairs(a, b), low_pairs(c, d));
    limbs[2] = low_quads(high_pairs(a, b), high_pairs(c, d));
    limbs[3] = high_quads(high_pairs(a, b), high_pairs(c, d));
    limbs[4] = low_quads(low_pairs(e, f), low_pairs(g, h));
    limbs[5] = high_quads(low_pairs(e, f), low_pairs(g, h));
    limbs[6] = low_quads(high_pairs(e, f), high_pairs(g, h));
    limbs[7] = high_quads(high_pairs(e, f), high_pairs(g, h));
}

/* The rows of a column by its residue, COLUMN_STRIDE bytes apart. */
static inline const uint8_t *columns_by_residue(const struct kernel_pattern *pattern, uint32_t row, vector *aligned)
{
    const uint8_t *const allowed = pattern->allowed + row;
    if (COLUMN_STRIDE == 1) {
        return allowed;
    }
    for (uint32_t residue = 0; residue < pattern->modulus; ++residue) {
        aligned[residue] = vector_load(allowed + residue);
    }
    return (const uint8_t *)aligned;
}

/*
 * VECTOR_BYTES rows at a time, limb by limb. Vector j of each limb then has rows 2 j and 2 j + 1 of each 16:
 * store_limbs exchanges 64-bit integers between the vectors of the eight limbs, so that rows are stored in whole
 * vectors.
 */
static void build_vectors(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    vector aligned[ALIGNED_VECTORS];
    for (uint32_t row = 0; row < pattern->modulus; row += VECTOR_BYTES) {
        const uint8_t *const columns = columns_by_residue(pattern, row, aligned);
        vector limbs[LIMB_BYTES][KERNEL_WORD_LIMBS];
        for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            vector bytes[LIMB_BYTES];
            vector together[LIMB_BYTES];
            KERNEL_UNROLL
            for (uint32_t i = 0; i < LIMB_BYTES; ++i) {
                bytes[i ^ FIRST_BYTE] = build_byte(columns, residues + (limb * LIMB_BYTES + i) * BYTE_COLUMNS);
            }
            gather_limbs(bytes, together);
            KERNEL_UNROLL
            for (uint32_t j = 0; j < LIMB_BYTES; ++j) {
                limbs[j][limb] = together[j];
            }
        }
        KERNEL_UNROLL
        for (uint32_t j = 0; j < LIMB_BYTES; ++j) {
            store_limbs(limbs[j], rows + (size_t)(row + 2 * j) * KERNEL_WORD_LIMBS);
        }
    }
}

#endif
