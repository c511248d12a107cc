/* The scalar kernel: portable C on 64-bit integers. It runs everywhere, and the others are compared with it. */
#include "kernel.h"

static size_t rows_scalar(const uint64_t *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    size_t live_words = 0;
    for (size_t limb = 0; limb < word_count * KERNEL_WORD_LIMBS; limb += KERNEL_WORD_LIMBS) {
        uint64_t word_any = 0;
        for (size_t i = limb; i < limb + KERNEL_WORD_LIMBS; ++i) {
            uint64_t columns = UINT64_MAX;
            for (size_t row = 0; row < row_count && columns != 0; ++row) {
                columns &= rows[row][i];
            }
            survivors[i] = columns;
            word_any |= columns;
        }
        live_words += word_any != 0;
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

static uint64_t loads_scalar(const uint64_t *words, size_t word_count)
{
    uint64_t any[KERNEL_WORD_LIMBS] = {0};
    for (size_t word = 0; word < word_count; ++word, words += KERNEL_WORD_LIMBS) {
        KERNEL_UNROLL
        for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
            any[i] |= words[i];
        }
    }
    uint64_t result = 0;
    for (int i = 0; i < KERNEL_WORD_LIMBS; ++i) {
        result |= any[i];
    }
    return result;
}

extern const struct kernel_operations KERNEL_SYMBOL(scalar);
const struct kernel_operations KERNEL_SYMBOL(scalar) = {rows_scalar, lanes_scalar, loads_scalar};
