/* The scalar kernel: portable C on 64-bit integers. It runs everywhere, and is the reference for the others. */
#include "kernel.h"

#include <string.h>

#include "prime_scalar.h"
#include "starts.h"
#include "tile_scalar.h"

enum { FIRST_TEST = 8, NEXT_TEST = 4 };

/* ANDs the word at integer `limb` of every row; returns whether it has a survivor. */
static inline bool and_word(const void *const *rows, size_t row_count, size_t limb, uint64_t *survivors)
{
    uint64_t limbs[KERNEL_WORD_LIMBS];
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        limbs[i] = UINT64_MAX;
    }
    size_t row = 0;
    size_t next_test = FIRST_TEST;
    for (;;) {
        const size_t stop = next_test < row_count ? next_test : row_count;
        for (; row < stop; ++row) {
            uint64_t a[KERNEL_WORD_LIMBS];
            memcpy(a, (const uint8_t *)rows[row] + limb * sizeof *a, sizeof a);
            KERNEL_UNROLL
            for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
                limbs[i] &= a[i];
            }
        }
        if (row == row_count || any_of(limbs) == 0) {
            break;
        }
        next_test += NEXT_TEST;
    }
    KERNEL_UNROLL
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        survivors[limb + (size_t)i] = limbs[i];
    }
    return any_of(limbs) != 0;
}

static size_t rows_scalar(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    size_t live_words = 0;
    for (size_t word = 0; word < word_count; ++word) {
        live_words += and_word(rows, row_count, word * KERNEL_WORD_LIMBS, survivors);
    }
    return live_words;
}

static bool catches(const struct kernel_lane_test *test, uint32_t candidate)
{
    const uint32_t product = (candidate + test->addend) * test->inverse;
    const uint32_t rotated = product >> test->rotation | product << ((32 - test->rotation) & 31);
    return rotated <= test->limit;
}

static size_t lanes_scalar(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t candidate = candidates[i];
        candidates[kept] = candidate;
        kept += !catches(test, candidate);
    }
    return kept;
}

extern const struct kernel_operations KERNEL_SYMBOL(scalar);
const struct kernel_operations KERNEL_SYMBOL(scalar) = {rows_scalar,  lanes_scalar,  build_scalar,
                                                        sieve_scalar, pick_scalar,   add_scalar,
                                                        starts_plain, strong_scalar, lucas_scalar};
