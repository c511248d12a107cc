/* No kernel touches memory outside of its buffers: they end, or begin, at a page that faults. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/random.h"
#include "cpu/kernel_table.h"
#include "pass/lanes.h"
#include "support/guarded.h"
#include "support/kernels.h"

enum {
    ROWS_MAX = 13,
    WORDS_MAX = 19,
    WORDS_BYTES_MAX = WORDS_MAX * KERNEL_WORD_BYTES,
    CANDIDATES_MAX = 5 * KERNEL_LANES
};

enum placement { AT_THE_END, AT_THE_BEGIN };

struct buffers {
    struct guarded_block rows[ROWS_MAX];
    struct guarded_block row_pointers;
    struct guarded_block survivors;
    struct guarded_block candidates;
};

static struct guarded_block create_block(size_t size)
{
    struct guarded_block block;
    cr_assert(guarded_block_create(&block, size));
    return block;
}

static struct buffers create_buffers(void)
{
    struct buffers buffers;
    for (size_t i = 0; i < ROWS_MAX; ++i) {
        buffers.rows[i] = create_block(WORDS_BYTES_MAX);
    }
    buffers.row_pointers = create_block(ROWS_MAX * sizeof(uint64_t *));
    buffers.survivors = create_block(WORDS_BYTES_MAX);
    buffers.candidates = create_block(CANDIDATES_MAX * sizeof(uint32_t));
    return buffers;
}

static void free_buffers(struct buffers *buffers)
{
    for (size_t i = 0; i < ROWS_MAX; ++i) {
        guarded_block_free(&buffers->rows[i]);
    }
    guarded_block_free(&buffers->row_pointers);
    guarded_block_free(&buffers->survivors);
    guarded_block_free(&buffers->candidates);
}

static void *place(const struct guarded_block *block, size_t size, enum placement placement)
{
    return placement == AT_THE_END ? block->end - size : block->begin;
}

/* Rows that become sparse, and often empty, as they get more. */
static const uint64_t **place_rows(const struct buffers *buffers, size_t row_count, size_t word_count,
                                   enum placement placement)
{
    struct random_state random = {.counter = row_count * WORDS_MAX + word_count};
    const uint64_t **const rows = place(&buffers->row_pointers, row_count * sizeof *rows, placement);
    for (size_t i = 0; i < row_count; ++i) {
        uint64_t *const row = place(&buffers->rows[i], word_count * KERNEL_WORD_BYTES, placement);
        for (size_t limb = 0; limb < word_count * KERNEL_WORD_LIMBS; ++limb) {
            row[limb] = random_next(&random);
        }
        rows[i] = row;
    }
    return rows;
}

static void check_rows(const struct kernel_operations *operations, const struct buffers *buffers,
                       enum placement placement)
{
    for (size_t word_count = 0; word_count <= WORDS_MAX; ++word_count) {
        const size_t size = word_count * KERNEL_WORD_BYTES;
        uint64_t *const survivors = place(&buffers->survivors, size, placement);
        for (size_t row_count = 0; row_count <= ROWS_MAX; ++row_count) {
            const uint64_t *const *const rows = place_rows(buffers, row_count, word_count, placement);
            uint64_t expected[WORDS_MAX * KERNEL_WORD_LIMBS];
            const size_t expected_live = kernel_scalar()->operations->rows(rows, row_count, word_count, expected);
            cr_assert(operations->rows(rows, row_count, word_count, survivors) == expected_live);
            cr_assert(memcmp(survivors, expected, size) == 0, "%zu rows, %zu words", row_count, word_count);
        }
    }
}

static void check_lanes(const struct kernel_operations *operations, const struct buffers *buffers,
                        enum placement placement)
{
    for (size_t count = 0; count <= CANDIDATES_MAX; ++count) {
        const size_t capacity = (count + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
        uint32_t *const candidates = place(&buffers->candidates, capacity * sizeof *candidates, placement);
        for (uint64_t period = 1; period < 100; period += 3) {
            const struct kernel_lane_test test = lane_test_prepare(period, period / 2);
            uint32_t expected[CANDIDATES_MAX];
            for (uint32_t i = 0; i < count; ++i) {
                candidates[i] = expected[i] = 3 * i;
            }
            const size_t kept = kernel_scalar()->operations->lanes(expected, count, &test);
            cr_assert(operations->lanes(candidates, count, &test) == kept);
            cr_assert(memcmp(candidates, expected, kept * sizeof *candidates) == 0, "%zu candidates", count);
        }
    }
}

static void check_all(const struct kernel_operations *operations, enum placement placement)
{
    struct buffers buffers = create_buffers();
    check_rows(operations, &buffers, placement);
    check_lanes(operations, &buffers, placement);
    free_buffers(&buffers);
}

ParameterizedTestParameters(guard_pages, kernel_touches_nothing_behind_its_buffers)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, guard_pages, kernel_touches_nothing_behind_its_buffers)
{
    check_all(operations_or_skip(*index), AT_THE_END);
}

ParameterizedTestParameters(guard_pages, kernel_touches_nothing_before_its_buffers)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, guard_pages, kernel_touches_nothing_before_its_buffers)
{
    check_all(operations_or_skip(*index), AT_THE_BEGIN);
}

/* Were the pages around a block not to fault, the tests above would prove nothing. */

Test(guard_pages, reading_behind_a_block_faults, .signal = SIGSEGV)
{
    const struct guarded_block block = create_block(1);
    const volatile unsigned char *const end = block.end;
    (void)*end;
}

Test(guard_pages, reading_before_a_block_faults, .signal = SIGSEGV)
{
    const struct guarded_block block = create_block(1);
    const volatile unsigned char *const begin = block.begin;
    (void)begin[-1];
}

Test(guard_pages, all_of_a_block_can_be_written)
{
    struct guarded_block block = create_block(1);
    memset(block.begin, 1, (size_t)(block.end - block.begin));
    guarded_block_free(&block);
}
