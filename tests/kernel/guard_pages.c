/* No kernel touches memory outside its buffers: they end, or begin, at a page that faults. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/random.h"
#include "cpu/kernel_table.h"
#include "focus/rows.h"
#include "number/near.h"
#include "pass/lanes.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "verify/verify.h"

enum {
    ROWS_MAX = 13,
    WORDS_MAX = 19,
    WORDS_BYTES_MAX = WORDS_MAX * KERNEL_WORD_BYTES,
    CANDIDATES_MAX = 5 * KERNEL_LANES,
    OFFSETS_MAX = 140,
    READ_BEHIND = 64 /* more than pick may read past its arrays */
};

enum placement { AT_THE_END, AT_THE_BEGIN };

struct buffers {
    struct guarded_block rows[ROWS_MAX];
    struct guarded_block row_pointers;
    struct guarded_block survivors;
    struct guarded_block candidates;
    struct guarded_block tile_rows;
    struct guarded_block tile_residues;
    struct guarded_block keys;
    struct guarded_block numbers;
    struct guarded_block table; /* a pattern, or which residues are alive */
    struct guarded_block hits;
    struct guarded_block picked_keys;
    struct guarded_block picked_numbers;
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
    buffers.row_pointers = create_block(ROWS_MAX * sizeof(void *));
    buffers.survivors = create_block(WORDS_BYTES_MAX);
    buffers.candidates = create_block(CANDIDATES_MAX * sizeof(uint32_t));
    buffers.tile_rows = create_block(KERNEL_TILE_LIMBS * sizeof(uint64_t));
    buffers.tile_residues = create_block(OFFSETS_MAX * KERNEL_MODULI + READ_BEHIND);
    buffers.keys = create_block(OFFSETS_MAX * sizeof(uint64_t) + READ_BEHIND);
    buffers.numbers = create_block(OFFSETS_MAX * sizeof(uint32_t));
    buffers.table = create_block(sizeof(struct kernel_pattern));
    buffers.hits = create_block(OFFSETS_MAX * sizeof(struct kernel_hit));
    buffers.picked_keys = create_block((OFFSETS_MAX + KERNEL_PICK_SPARE) * sizeof(uint64_t));
    buffers.picked_numbers = create_block((OFFSETS_MAX + KERNEL_PICK_SPARE) * sizeof(uint32_t));
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
    guarded_block_free(&buffers->tile_rows);
    guarded_block_free(&buffers->tile_residues);
    guarded_block_free(&buffers->keys);
    guarded_block_free(&buffers->numbers);
    guarded_block_free(&buffers->table);
    guarded_block_free(&buffers->hits);
    guarded_block_free(&buffers->picked_keys);
    guarded_block_free(&buffers->picked_numbers);
}

static void *place(const struct guarded_block *block, size_t size, enum placement placement)
{
    return placement == AT_THE_END ? block->end - size : block->begin;
}

/* Rows whose intersection becomes sparse, and often empty, as their number grows. */
static const void **place_rows(const struct buffers *buffers, size_t row_count, size_t word_count,
                               enum placement placement)
{
    struct random_state random = {.counter = row_count * WORDS_MAX + word_count};
    const void **const rows = place(&buffers->row_pointers, row_count * sizeof *rows, placement);
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
            const void *const *const rows = place_rows(buffers, row_count, word_count, placement);
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

static void check_build(const struct kernel_operations *operations, const struct buffers *buffers,
                        enum placement placement)
{
    struct random_state random = {.counter = 1};
    struct kernel_pattern *const pattern = place(&buffers->table, sizeof *pattern, placement);
    uint8_t *const residues = place(&buffers->tile_residues, KERNEL_WORD_COLUMNS, placement);
    const size_t size = (size_t)(KERNEL_MODULUS_MAX + 1) * KERNEL_WORD_BYTES;
    uint64_t *const rows = place(&buffers->tile_rows, size, placement);
    for (uint32_t modulus = 1; modulus <= KERNEL_MODULUS_MAX; ++modulus) {
        static uint64_t expected[(KERNEL_MODULUS_MAX + 1) * KERNEL_WORD_LIMBS];
        uint8_t allowed[KERNEL_MODULUS_MAX];
        for (uint32_t i = 0; i < modulus; ++i) {
            allowed[i] = random_next(&random) & 1;
        }
        pattern_make(pattern, modulus, allowed);
        for (size_t i = 0; i < KERNEL_WORD_COLUMNS; ++i) {
            residues[i] = (uint8_t)(i % 3 == 0 ? modulus - 1 : random_between(&random, 0, modulus - 1));
        }
        kernel_scalar()->operations->build(pattern, residues, expected);
        operations->build(pattern, residues, rows);
        cr_assert(memcmp(rows, expected, (size_t)modulus * KERNEL_WORD_BYTES) == 0, "modulus %u", (unsigned)modulus);
    }
}

/* All residues are the last one modulo 255, so rows end where the tile does. */
static void check_sieve(const struct kernel_operations *operations, const struct buffers *buffers,
                        enum placement placement)
{
    const size_t row_bytes = (size_t)KERNEL_TILE_STRIDE * KERNEL_WORD_BYTES;
    for (uint32_t i = 0; i < 2 * OFFSETS_MAX; ++i) {
        const size_t count = i / 2;
        struct kernel_tile tile = {.modulus_count = KERNEL_MODULI - i % 6, .key_first = i % 3};
        const size_t rows_bytes = (tile.modulus_count - 1) * row_bytes + (size_t)KERNEL_MODULUS_MAX * KERNEL_WORD_BYTES;
        uint64_t *const rows = place(&buffers->tile_rows, rows_bytes, placement);
        uint8_t *const residues = place(&buffers->tile_residues, count * KERNEL_MODULI, placement);
        uint64_t *const keys = place(&buffers->keys, count * sizeof *keys, placement);
        uint32_t *const numbers = place(&buffers->numbers, count * sizeof *numbers, placement);
        struct kernel_hit *const hits = place(&buffers->hits, count * sizeof *hits, placement);
        memset(residues, KERNEL_MODULUS_MAX - 1, count * KERNEL_MODULI);
        memset(keys, KERNEL_MODULUS_MAX - 1, count * sizeof *keys);
        for (uint32_t j = 0; j < tile.modulus_count; ++j) {
            /* Something is left for all offsets, or for none. */
            memset((unsigned char *)rows + j * row_bytes + (KERNEL_MODULUS_MAX - 1) * KERNEL_WORD_BYTES,
                   i % 2 == 0 ? 1 : (int)j, KERNEL_WORD_BYTES);
        }
        for (size_t j = 0; j < count; ++j) {
            numbers[j] = (uint32_t)(count - 1 - j);
        }
        tile.rows = rows;
        tile.residues = residues;
        cr_assert(operations->sieve(&tile, keys, numbers, count, hits) == (i % 2 == 0 ? count : 0));
    }
}

static void check_pick(const struct kernel_operations *operations, const struct buffers *buffers,
                       enum placement placement)
{
    enum { RESIDUES_BEHIND = 63, KEYS_BEHIND = 7 };
    uint8_t *const alive = place(&buffers->table, 256, placement);
    for (uint32_t count = 0; count <= OFFSETS_MAX; ++count) {
        const size_t room = count + KERNEL_PICK_SPARE;
        uint8_t *const residues = place(&buffers->tile_residues, count + RESIDUES_BEHIND, placement);
        uint64_t *const keys = place(&buffers->keys, (count + KEYS_BEHIND) * sizeof *keys, placement);
        uint64_t *const picked_keys = place(&buffers->picked_keys, room * sizeof *keys, placement);
        uint32_t *const picked_numbers = place(&buffers->picked_numbers, room * sizeof *picked_numbers, placement);
        memset(alive, count % 3 == 0 ? 0 : 0xff, 256);
        for (uint32_t i = 0; i < count; ++i) {
            residues[i] = (uint8_t)(255 - i);
            keys[i] = ~(uint64_t)i;
        }
        const size_t picked = operations->pick(residues, keys, 5, count, alive, picked_keys, picked_numbers);
        cr_assert(picked == (count % 3 == 0 ? 0 : count));
        cr_assert(memcmp(picked_keys, keys, picked * sizeof *keys) == 0, "%u offsets", (unsigned)count);
        cr_assert(picked == 0 || picked_numbers[picked - 1] == count + 4);
    }
}

static void check_add(const struct kernel_operations *operations, const struct buffers *buffers,
                      enum placement placement)
{
    const unsigned char small[KERNEL_MODULI] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    uint8_t *const moduli = place(&buffers->table, KERNEL_MODULI, placement);
    uint8_t *const residue = place(&buffers->candidates, KERNEL_MODULI, placement);
    memset(moduli, KERNEL_MODULUS_MAX, KERNEL_MODULI);
    memcpy(residue, small, KERNEL_MODULI);
    for (size_t count = 0; count <= OFFSETS_MAX; ++count) {
        uint64_t *const positions = place(&buffers->keys, count * sizeof *positions, placement);
        uint8_t *const residues = place(&buffers->tile_residues, count * KERNEL_MODULI, placement);
        const struct kernel_sums sums = {place(&buffers->picked_keys, count * sizeof *positions, placement),
                                         place(&buffers->hits, count * KERNEL_MODULI, placement)};
        memset(positions, 1, count * sizeof *positions);
        memset(residues, KERNEL_MODULUS_MAX - 1, count * KERNEL_MODULI);
        operations->add(positions, residues, count, 1, residue, moduli, sums);
        for (size_t i = 0; i < count * KERNEL_MODULI; ++i) {
            cr_assert(sums.residues[i] == small[i % KERNEL_MODULI] - 1);
            cr_assert(sums.positions[i / KERNEL_MODULI] == positions[0] + 1);
        }
    }
}

static void check_starts(const struct kernel_operations *operations, const struct buffers *buffers,
                         enum placement placement)
{
    for (size_t count = 0; count <= CANDIDATES_MAX; ++count) {
        const size_t bytes = count * sizeof(uint32_t);
        uint32_t *const starts = place(&buffers->candidates, bytes, placement);
        uint32_t *const primes = place(&buffers->numbers, bytes, placement);
        uint32_t *const inverses = place(&buffers->keys, bytes, placement);
        float *const ratios = place(&buffers->picked_keys, bytes, placement);
        uint32_t *const first = place(&buffers->picked_numbers, bytes, placement);
        for (size_t i = 0; i < count; ++i) {
            starts[i] = 0;
            primes[i] = 101;
            inverses[i] = 100;
            ratios[i] = 100.0F / 101.0F;
        }
        operations->starts(starts, primes, inverses, ratios, count, 7, first);
        for (size_t i = 0; i < count; ++i) {
            cr_assert(first[i] == 7);
        }
    }
}

/* All lanes test 2^89 - 1, which is prime. */
static void check_near(const struct kernel_operations *operations, const struct buffers *buffers,
                       enum placement placement)
{
    const struct near_numbers near = near_numbers_make(((kernel_wide)1 << 89) - 3, 2);
    uint64_t *const distances = place(&buffers->keys, KERNEL_NUMBERS * sizeof *distances, placement);
    uint32_t *const parameters = place(&buffers->candidates, KERNEL_NUMBERS * sizeof *parameters, placement);
    uint32_t *const unsure = place(&buffers->table, sizeof *unsure, placement);
    for (size_t i = 0; i < KERNEL_NUMBERS; ++i) {
        distances[i] = 2;
        parameters[i] = 4;
    }
    cr_assert(near.in_lanes && operations->strong(&near.shared, distances, unsure) == UINT32_MAX && *unsure == 0);
    const uint32_t passes = operations->lucas(&near.shared, distances, parameters, unsure);
    cr_assert((passes | *unsure) == UINT32_MAX); /* n + 1 is a power of two */
}

static void check_all(const struct kernel_operations *operations, enum placement placement)
{
    struct buffers buffers = create_buffers();
    check_rows(operations, &buffers, placement);
    check_lanes(operations, &buffers, placement);
    check_build(operations, &buffers, placement);
    check_sieve(operations, &buffers, placement);
    check_pick(operations, &buffers, placement);
    check_add(operations, &buffers, placement);
    check_starts(operations, &buffers, placement);
    check_near(operations, &buffers, placement);
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

/* If the pages around a block did not fault, the tests above would prove nothing. */

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
