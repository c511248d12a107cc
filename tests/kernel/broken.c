#include "kernel/broken.h"

#include <string.h>

#include "cpu/kernel_table.h"

static const struct kernel_operations *scalar(void)
{
    return kernel_scalar()->operations;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- rows --------------------------------------------------------------------------------------------- */

static size_t rows_forgetting_the_last_row(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    return scalar()->rows(rows, row_count > 0 ? row_count - 1 : 0, word_count, survivors);
}

static size_t rows_forgetting_the_odd_row(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    return scalar()->rows(rows, row_count / 2 * 2, word_count, survivors);
}

static size_t rows_stopping_at_the_first_test(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                              uint64_t *survivors)
{
    return scalar()->rows(rows, smaller(row_count, 8), word_count, survivors);
}

/* Once the first word is empty at the test, the rest of its group is taken to be empty too. */
static size_t rows_testing_the_first_word_alone(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                                uint64_t *survivors)
{
    if (word_count == 0 || row_count <= 8) {
        return scalar()->rows(rows, row_count, word_count, survivors);
    }
    const bool live = scalar()->rows(rows, 8, 1, survivors) != 0;
    return scalar()->rows(rows, live ? row_count : 8, word_count, survivors);
}

static size_t rows_ignoring_tail_words(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                       uint64_t *survivors)
{
    return scalar()->rows(rows, row_count, word_count / 4 * 4, survivors);
}

static size_t rows_of_nothing_being_empty(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    if (row_count != 0) {
        return live_words;
    }
    memset(survivors, 0, word_count * KERNEL_WORD_BYTES);
    return 0;
}

static size_t rows_counting_live_integers(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    scalar()->rows(rows, row_count, word_count, survivors);
    size_t live = 0;
    for (size_t limb = 0; limb < word_count * KERNEL_WORD_LIMBS; ++limb) {
        live += survivors[limb] != 0;
    }
    return live;
}

/* As when a test looks at one of the two vectors of a word. */
static size_t rows_counting_by_half_a_word(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    scalar()->rows(rows, row_count, word_count, survivors);
    size_t live = 0;
    for (size_t word = 0; word < word_count; ++word) {
        const uint64_t *const half = survivors + word * KERNEL_WORD_LIMBS;
        live += (half[0] | half[1] | half[2] | half[3]) != 0;
    }
    return live;
}

static size_t rows_leaving_empty_words_unwritten(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                                 uint64_t *survivors)
{
    size_t live_words = 0;
    for (size_t word = 0; word < word_count; ++word) {
        uint64_t columns[KERNEL_WORD_LIMBS];
        uint64_t any = 0;
        for (size_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            columns[limb] = UINT64_MAX;
            for (size_t row = 0; row < row_count; ++row) {
                columns[limb] &= rows[row][word * KERNEL_WORD_LIMBS + limb];
            }
            any |= columns[limb];
        }
        if (any != 0) {
            memcpy(survivors + word * KERNEL_WORD_LIMBS, columns, sizeof columns);
            ++live_words;
        }
    }
    return live_words;
}

static size_t rows_writing_a_word_too_many(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    memset(survivors + word_count * KERNEL_WORD_LIMBS, 0, KERNEL_WORD_BYTES);
    return live_words;
}

static size_t rows_storing_aligned(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                   uint64_t *survivors)
{
    uint64_t *const rounded = survivors - (uintptr_t)survivors % KERNEL_WORD_BYTES / sizeof *survivors;
    return scalar()->rows(rows, row_count, word_count, rounded);
}

/* Gathers the survivors in the first row. */
static size_t rows_changing_a_row(const uint64_t *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    if (row_count > 0) {
        uint64_t *row;
        memcpy(&row, &rows[0], sizeof row);
        memcpy(row, survivors, word_count * KERNEL_WORD_BYTES);
    }
    return live_words;
}

/* ---- lanes -------------------------------------------------------------------------------------------- */

static size_t lanes_dropping_the_last(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    return scalar()->lanes(candidates, count > 0 ? count - 1 : 0, test);
}

static size_t lanes_keeping_the_padding(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    return scalar()->lanes(candidates, (count + 7) / 8 * 8, test);
}

static size_t lanes_ignoring_the_rotation(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    struct kernel_lane_test wrong = *test;
    wrong.rotation = 0;
    return scalar()->lanes(candidates, count, &wrong);
}

static size_t lanes_shifting_without_rotating(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t product = (candidates[i] + test->addend) * test->inverse;
        candidates[kept] = candidates[i];
        kept += product >> test->rotation > test->limit;
    }
    return kept;
}

static uint32_t rotated(uint32_t candidate, const struct kernel_lane_test *test)
{
    const uint32_t product = (candidate + test->addend) * test->inverse;
    return product >> test->rotation | product << (-test->rotation & 31);
}

static size_t lanes_comparing_signed(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t candidate = candidates[i];
        candidates[kept] = candidate;
        kept += (int32_t)rotated(candidate, test) > (int32_t)test->limit;
    }
    return kept;
}

static size_t lanes_comparing_strictly(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t candidate = candidates[i];
        candidates[kept] = candidate;
        kept += rotated(candidate, test) >= test->limit;
    }
    return kept;
}

/* Fills a gap with the last candidate. */
static size_t lanes_losing_the_order(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    size_t kept = count;
    for (size_t i = 0; i < kept;) {
        if (rotated(candidates[i], test) <= test->limit) {
            candidates[i] = candidates[--kept];
        } else {
            ++i;
        }
    }
    return kept;
}

static size_t lanes_writing_a_lane_too_many(uint32_t *candidates, size_t count, const struct kernel_lane_test *test)
{
    const size_t kept = scalar()->lanes(candidates, count, test);
    candidates[(count + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES] = 0;
    return kept;
}

/* ------------------------------------------------------------------------------------------------------- */

static const struct broken_kernel broken[] = {
    {"forgets the last row", {.rows = rows_forgetting_the_last_row}},
    {"forgets the odd row of a pair", {.rows = rows_forgetting_the_odd_row}},
    {"stops at the first early test", {.rows = rows_stopping_at_the_first_test}},
    {"tests the first word of a group alone", {.rows = rows_testing_the_first_word_alone}},
    {"ignores the words of the tail", {.rows = rows_ignoring_tail_words}},
    {"lets nothing survive no row", {.rows = rows_of_nothing_being_empty}},
    {"counts live integers, not words", {.rows = rows_counting_live_integers}},
    {"counts a word by its first half", {.rows = rows_counting_by_half_a_word}},
    {"leaves empty words unwritten", {.rows = rows_leaving_empty_words_unwritten}},
    {"writes one word too many", {.rows = rows_writing_a_word_too_many}},
    {"stores to rounded addresses", {.rows = rows_storing_aligned}},
    {"changes a row", {.rows = rows_changing_a_row}},
    {"drops the last lane", {.lanes = lanes_dropping_the_last}},
    {"keeps padding", {.lanes = lanes_keeping_the_padding}},
    {"ignores the rotation", {.lanes = lanes_ignoring_the_rotation}},
    {"shifts without rotating", {.lanes = lanes_shifting_without_rotating}},
    {"compares signed", {.lanes = lanes_comparing_signed}},
    {"compares with < for <=", {.lanes = lanes_comparing_strictly}},
    {"loses the order", {.lanes = lanes_losing_the_order}},
    {"writes one lane too many", {.lanes = lanes_writing_a_lane_too_many}},
};

size_t broken_kernel_count(void)
{
    return sizeof broken / sizeof broken[0];
}

struct broken_kernel broken_kernel_at(size_t index)
{
    struct broken_kernel kernel = broken[index];
    if (kernel.operations.rows == NULL) {
        kernel.operations.rows = scalar()->rows;
    }
    if (kernel.operations.lanes == NULL) {
        kernel.operations.lanes = scalar()->lanes;
    }
    return kernel;
}
