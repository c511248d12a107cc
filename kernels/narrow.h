/*
 * What kernels with vectors of 128 or 256 bits share: rows, and part of what tiles.h needs. Before including it, a
 * kernel file defines
 *
 *     vector                      a type of VECTOR_LIMBS 64-bit integers
 *     GROUP                       how many words rows keeps in registers
 *     vector_load, vector_store   at any address
 *     vector_and, vector_or       of bits
 *     all_ones()                  a vector whose bits are all set
 *     is_empty(v)                 whether no bit is set
 */
#ifndef FIRESIEVE_KERNEL_NARROW_H
#define FIRESIEVE_KERNEL_NARROW_H

#include "kernel.h"

enum {
    VECTOR_BYTES = 8 * VECTOR_LIMBS,
    WORD_VECTORS = KERNEL_WORD_LIMBS / VECTOR_LIMBS,
    FIRST_TEST = 8,
    NEXT_TEST = 4,
    COLUMN_STRIDE = 1,
    LIST_SPARE = 8,
    PICKED_AT_ONCE = 4
};

static inline bool all_empty(const vector *vectors, int count)
{
    vector any = vectors[0];
    KERNEL_UNROLL
    for (int i = 1; i < count; ++i) {
        any = vector_or(any, vectors[i]);
    }
    return is_empty(any);
}

/* ---- rows --------------------------------------------------------------------------------------------- */

/* ANDs `count` (a constant, at most GROUP) words starting at integer `limb` of every row. */
static inline __attribute__((always_inline)) size_t and_words(const void *const *rows, size_t row_count, size_t limb,
                                                              int count, uint64_t *survivors)
{
    const int vector_count = count * WORD_VECTORS;
    vector vectors[GROUP * WORD_VECTORS];
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vectors[i] = all_ones();
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row < stop; ++row) {
            const uint8_t *const a = (const uint8_t *)rows[row] + limb * sizeof *survivors;
            KERNEL_UNROLL
            for (int i = 0; i < vector_count; ++i) {
                vectors[i] = vector_and(vectors[i], vector_load(a + i * VECTOR_BYTES));
            }
        }
        if (row == row_count || all_empty(vectors, vector_count)) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; ++i) {
        vector_store(survivors + limb + (size_t)i * VECTOR_LIMBS, vectors[i]);
    }
    if (all_empty(vectors, vector_count)) {
        return 0;
    }
    size_t live_words = 0;
    KERNEL_UNROLL
    for (int i = 0; i < vector_count; i += WORD_VECTORS) {
        live_words += !all_empty(vectors + i, WORD_VECTORS);
    }
    return live_words;
}

static size_t rows_vectors(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    size_t live_words = 0;
    size_t word = 0;
    for (; word + GROUP <= word_count; word += GROUP) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, GROUP, survivors);
    }
    for (; word < word_count; ++word) {
        live_words += and_words(rows, row_count, word * KERNEL_WORD_LIMBS, 1, survivors);
    }
    return live_words;
}

/* ---- what tiles.h needs ------------------------------------------------------------------------------- */

static inline vector and_two(vector v, vector a, vector b)
{
    return vector_and(vector_and(v, a), b);
}

static inline bool any_left(const vector *vectors)
{
    return !all_empty(vectors, WORD_VECTORS);
}

static inline uint64_t push_empty(uint64_t bits, const vector *vectors)
{
    return bits >> 1 | (uint64_t)!any_left(vectors) << 63;
}

/* Eight at a time, even if that is too many: a branch for each bit would be mispredicted. */
static inline size_t list_bits(uint64_t bits, uint32_t first, uint32_t *list)
{
    const size_t count = (size_t)__builtin_popcountll(bits);
    for (size_t i = 0; i < count; i += LIST_SPARE) {
        for (size_t j = 0; j < LIST_SPARE; ++j) {
            list[i + j] = first + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
            bits &= bits - 1;
        }
    }
    return count;
}

/* How up to four numbers and keys move together, by which of them are alive. */
struct picked_four {
    uint8_t bytes[16]; /* for each byte of the result, which byte of four 32-bit integers it is */
    uint8_t halves[8]; /* for each 32-bit half of the result, which half of four 64-bit integers it is */
    uint8_t count;
};

#define BYTES(i) 4 * (i), 4 * (i) + 1, 4 * (i) + 2, 4 * (i) + 3
#define HALVES(i) 2 * (i), 2 * (i) + 1
#define FOUR(count, a, b, c, d)                                                                       \
    {                                                                                                 \
        {BYTES(a), BYTES(b), BYTES(c), BYTES(d)}, {HALVES(a), HALVES(b), HALVES(c), HALVES(d)}, count \
    }

/* Indexed by one bit per number, set if it is alive; what follows the living ones does not matter. */
static const struct picked_four picked_four[16] = {
    FOUR(0, 0, 1, 2, 3), FOUR(1, 0, 1, 2, 3), FOUR(1, 1, 1, 2, 3), FOUR(2, 0, 1, 2, 3),
    FOUR(1, 2, 1, 2, 3), FOUR(2, 0, 2, 2, 3), FOUR(2, 1, 2, 2, 3), FOUR(3, 0, 1, 2, 3),
    FOUR(1, 3, 1, 2, 3), FOUR(2, 0, 3, 2, 3), FOUR(2, 1, 3, 2, 3), FOUR(3, 0, 1, 3, 3),
    FOUR(2, 2, 3, 2, 3), FOUR(3, 0, 2, 3, 3), FOUR(3, 1, 2, 3, 3), FOUR(4, 0, 1, 2, 3),
};

#undef BYTES
#undef HALVES
#undef FOUR

#endif
