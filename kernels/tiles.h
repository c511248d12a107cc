/*
 * sieve, pick and add for vectors of any width. Before including it, a kernel file defines
 *
 *     vector                        a type of VECTOR_BYTES, or VECTOR_LIMBS 64-bit integers, WORD_VECTORS to a word
 *     vector_load, vector_store     at any address
 *     repeat16(p)                   16 bytes, repeated
 *     vector_and, vector_or         bitwise
 *     and_two(v, a, b)              v & a & b
 *     any_left(vectors)             whether one of WORD_VECTORS vectors has a bit set
 *     push_empty(bits, vectors)     shifts right; the new bit 63 says whether none has
 *     list_bits(bits, first, list)  lists the set bits, numbered from `first`, and returns how many there are; may
 *                                   write LIST_SPARE more
 *     add_bytes, shuffle_bytes, high_nibbles
 *                                   within each 16 bytes; a shuffle gives 0 if the top bit of an index is set
 *     common_bits(a, b)             bit i: whether byte i of a and byte i of b have a bit in common
 *     add_modulo(a, b, least, m)    in each byte a + b, minus m if a is at least `least`
 *     pick_some, PICKED_AT_ONCE     see pick
 */
#ifndef FIRESIEVE_KERNEL_TILES_H
#define FIRESIEVE_KERNEL_TILES_H

#include "kernel.h"

/* ---- sieve -------------------------------------------------------------------------------------------- */

enum {
    MODULUS_LIMBS = KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS,
    LOOK_KEYS = 64, /* one bit each */
    CHUNK = 16 * LOOK_KEYS
};

/* For some moduli, row 0, and the index of their residues among those of an offset. */
struct tile_rows {
    const uint64_t *rows[KERNEL_MODULI];
    uint32_t index[KERNEL_MODULI];
    uint32_t count;
};

/* The moduli that are not in keys: first those after the key, which usually leave less than those before it. */
static inline struct tile_rows rows_besides_keys(const struct kernel_tile *tile)
{
    struct tile_rows others = {.count = tile->modulus_count - KERNEL_KEY_ROWS};
    for (uint32_t i = 0; i < others.count; ++i) {
        const uint32_t next = tile->key_first + KERNEL_KEY_ROWS + i;
        others.index[i] = next < tile->modulus_count ? next : next - tile->modulus_count;
        others.rows[i] = tile->rows + (size_t)others.index[i] * MODULUS_LIMBS;
    }
    return others;
}

/* Byte `index` of a key, as the distance in bytes from row 0 to the row of that residue. */
static inline size_t key_row(uint64_t key, int index)
{
    const uint64_t mask = UINT64_C(0xff) * KERNEL_WORD_BYTES;
    return (index == 0 ? key * KERNEL_WORD_BYTES : key >> (8 * index - 6)) & mask;
}

/* The word that the rows of a key leave. */
static inline void and_key_rows(const uint64_t *rows, uint64_t key, vector *word)
{
    const uint8_t *row[KERNEL_KEY_ROWS];
    KERNEL_UNROLL
    for (int j = 0; j < KERNEL_KEY_ROWS; ++j) {
        row[j] = (const uint8_t *)(rows + (size_t)j * MODULUS_LIMBS) + key_row(key, j);
    }
    KERNEL_UNROLL
    for (int v = 0; v < WORD_VECTORS; ++v) {
        const int at = v * VECTOR_BYTES;
        word[v] = vector_and(vector_load(row[0] + at), vector_load(row[1] + at));
        KERNEL_UNROLL
        for (int j = 2; j < KERNEL_KEY_ROWS; j += 2) {
            word[v] = and_two(word[v], vector_load(row[j] + at), vector_load(row[j + 1] + at));
        }
    }
}

/*
 * Bit i: whether the rows of key i leave something. Keys for which they do are frequent and in no pattern, so a branch
 * would be mispredicted for nearly every one; and storing all words takes longer than ANDing a few once more.
 */
static inline uint64_t look_at_keys(const uint64_t *rows, const uint64_t *keys, size_t count)
{
    uint64_t empty = 0;
    for (size_t i = 0; i < count; ++i) {
        vector word[WORD_VECTORS];
        and_key_rows(rows, keys[i], word);
        empty = push_empty(empty, word);
    }
    return ~empty >> (LOOK_KEYS - count);
}

/* Begins a hit for each key of a list. */
static inline void begin_hits(const uint64_t *rows, const uint64_t *keys, const uint32_t *numbers, const uint32_t *list,
                              size_t count, struct kernel_hit *hits)
{
    for (size_t i = 0; i < count; ++i) {
        vector word[WORD_VECTORS];
        and_key_rows(rows, keys[list[i]], word);
        KERNEL_UNROLL
        for (int v = 0; v < WORD_VECTORS; ++v) {
            vector_store(hits[i].word + v * VECTOR_LIMBS, word[v]);
        }
        hits[i].number = numbers[list[i]];
    }
}

/* Keeps the hits of which rows first to end - 1 of the other moduli leave something; `residues` are of all offsets. */
static inline __attribute__((always_inline)) size_t look_at_others(const struct tile_rows *others, uint32_t first,
                                                                   uint32_t end, const uint8_t *residues,
                                                                   struct kernel_hit *hits, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint8_t *const of = residues + (size_t)hits[i].number * KERNEL_MODULI;
        vector word[WORD_VECTORS];
        KERNEL_UNROLL
        for (int v = 0; v < WORD_VECTORS; ++v) {
            word[v] = vector_load(hits[i].word + v * VECTOR_LIMBS);
        }
        KERNEL_UNROLL
        for (uint32_t j = first; j < end; ++j) {
            const uint64_t *const row = others->rows[j] + (size_t)of[others->index[j]] * KERNEL_WORD_LIMBS;
            KERNEL_UNROLL
            for (int v = 0; v < WORD_VECTORS; ++v) {
                word[v] = vector_and(word[v], vector_load(row + v * VECTOR_LIMBS));
            }
        }
        KERNEL_UNROLL
        for (int v = 0; v < WORD_VECTORS; ++v) {
            vector_store(hits[kept].word + v * VECTOR_LIMBS, word[v]);
        }
        hits[kept].number = hits[i].number;
        kept += any_left(word);
    }
    return kept;
}

/* In chunks, so that what is read again is still in the first-level cache. */
static size_t sieve_vectors(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers, size_t count,
                            struct kernel_hit *hits)
{
    const uint64_t *const key_rows = tile->rows + (size_t)tile->key_first * MODULUS_LIMBS;
    const struct tile_rows others = rows_besides_keys(tile);
    struct kernel_hit *next = hits;
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t length = count - begin < CHUNK ? count - begin : CHUNK;
        uint32_t list[CHUNK + LIST_SPARE];
        size_t kept = 0;
        for (uint32_t i = 0; i < length; i += LOOK_KEYS) {
            const size_t looked_at = length - i < LOOK_KEYS ? length - i : LOOK_KEYS;
            kept += list_bits(look_at_keys(key_rows, keys + begin + i, looked_at), i, list + kept);
        }
        begin_hits(key_rows, keys + begin, numbers + begin, list, kept, next);
        if (others.count >= KERNEL_NEXT_ROWS) {
            kept = look_at_others(&others, 0, KERNEL_NEXT_ROWS, tile->residues, next, kept);
            kept = look_at_others(&others, KERNEL_NEXT_ROWS, others.count, tile->residues, next, kept);
        } else {
            kept = look_at_others(&others, 0, others.count, tile->residues, next, kept);
        }
        next += kept;
    }
    return (size_t)(next - hits);
}

/* ---- pick --------------------------------------------------------------------------------------------- */

/* 256 bits: bit k of byte i of `low` is for residue 16 k + i, and of `high` for 128 + 16 k + i. */
struct alive_set {
    vector low;
    vector high;
    vector bit; /* byte k: bit k % 8 */
};

static inline struct alive_set alive_set_make(const uint8_t *alive)
{
#define SIXTEEN(bit)                                                                   \
    {                                                                                  \
        bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit, bit \
    }
    static const uint8_t bits[8][16] = {SIXTEEN(1),  SIXTEEN(2),  SIXTEEN(4),  SIXTEEN(8),
                                        SIXTEEN(16), SIXTEEN(32), SIXTEEN(64), SIXTEEN(128)};
#undef SIXTEEN
    static const uint8_t bit[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    struct alive_set set = {
        .low = vector_and(repeat16(alive), repeat16(bits[0])),
        .high = vector_and(repeat16(alive + 128), repeat16(bits[0])),
        .bit = repeat16(bit),
    };
    KERNEL_UNROLL
    for (int k = 1; k < 8; ++k) {
        set.low = vector_or(set.low, vector_and(repeat16(alive + 16 * k), repeat16(bits[k])));
        set.high = vector_or(set.high, vector_and(repeat16(alive + 128 + 16 * k), repeat16(bits[k])));
    }
    return set;
}

/* Bit i: whether residue i is alive. By the residue's top bit, one of the two shuffles is 0. */
static inline uint64_t alive_residues(const struct alive_set *set, vector residues, vector low_index, vector top)
{
    const vector index = vector_and(residues, low_index);
    const vector columns = vector_or(shuffle_bytes(set->low, index), shuffle_bytes(set->high, add_bytes(index, top)));
    return common_bits(columns, shuffle_bytes(set->bit, high_nibbles(residues)));
}

/*
 * pick_some(keys, number, alive, picked_keys, picked_numbers) appends those of PICKED_AT_ONCE keys, and of the numbers
 * from `number` on, whose bit in `alive` is set, and returns how many. It may write up to PICKED_AT_ONCE elements.
 */
static size_t pick_vectors(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                           const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    static const uint8_t low_indices[16] = {0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f,
                                            0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f, 0x8f};
    static const uint8_t tops[16] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                     0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
    const struct alive_set set = alive_set_make(alive);
    const vector low_index = repeat16(low_indices);
    const vector top = repeat16(tops);
    size_t picked = 0;
    size_t i = 0;
    for (; i + VECTOR_BYTES <= count; i += VECTOR_BYTES) {
        const uint64_t mask = alive_residues(&set, vector_load(residues + i), low_index, top);
        KERNEL_UNROLL
        for (uint32_t j = 0; j < VECTOR_BYTES; j += PICKED_AT_ONCE) {
            picked += pick_some(keys + i + j, first + (uint32_t)i + j, mask >> j, picked_keys + picked,
                                picked_numbers + picked);
        }
    }
    if (i < count) {
        const uint64_t present = (UINT64_C(1) << (count - i)) - 1;
        const uint64_t mask = present & alive_residues(&set, vector_load(residues + i), low_index, top);
        for (uint32_t j = 0; j < count - i; j += PICKED_AT_ONCE) {
            picked += pick_some(keys + i + j, first + (uint32_t)i + j, mask >> j, picked_keys + picked,
                                picked_numbers + picked);
        }
    }
    return picked;
}

/* ---- add ---------------------------------------------------------------------------------------------- */

/* That arrays do not overlap is all that compilers need to know to vectorise this. */
static inline void add_positions(const uint64_t *restrict positions, size_t count, uint64_t position,
                                 uint64_t *restrict sums)
{
    for (size_t i = 0; i < count; ++i) {
        sums[i] = positions[i] + position;
    }
}

static void add_vectors(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                        const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    enum { AT_ONCE = VECTOR_BYTES / KERNEL_MODULI };
    uint8_t least[KERNEL_MODULI];
    for (int j = 0; j < KERNEL_MODULI; ++j) {
        least[j] = (uint8_t)(moduli[j] - residue[j]);
    }
    const vector all_residue = repeat16(residue);
    const vector all_least = repeat16(least);
    const vector all_moduli = repeat16(moduli);
    add_positions(positions, count, position, sums.positions);
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        const vector sum = add_modulo(vector_load(residues + i * KERNEL_MODULI), all_residue, all_least, all_moduli);
        vector_store(sums.residues + i * KERNEL_MODULI, sum);
    }
    for (; i < count; ++i) {
        for (size_t j = 0; j < KERNEL_MODULI; ++j) {
            const uint8_t a = residues[i * KERNEL_MODULI + j];
            sums.residues[i * KERNEL_MODULI + j] = (uint8_t)(a + residue[j] - (a >= least[j] ? moduli[j] : 0));
        }
    }
}

#endif
