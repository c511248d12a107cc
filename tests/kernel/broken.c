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

static uint64_t limb_of(const void *row, size_t i)
{
    uint64_t limb;
    memcpy(&limb, (const uint8_t *)row + i * sizeof limb, sizeof limb);
    return limb;
}

static size_t rows_forgetting_the_last_row(const void *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    return scalar()->rows(rows, row_count > 0 ? row_count - 1 : 0, word_count, survivors);
}

static size_t rows_forgetting_the_odd_row(const void *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    return scalar()->rows(rows, row_count / 2 * 2, word_count, survivors);
}

static size_t rows_stopping_at_the_first_test(const void *const *rows, size_t row_count, size_t word_count,
                                              uint64_t *survivors)
{
    return scalar()->rows(rows, smaller(row_count, 8), word_count, survivors);
}

/* If the first word is empty at a test, the rest of its group is assumed to be empty, too. */
static size_t rows_testing_the_first_word_alone(const void *const *rows, size_t row_count, size_t word_count,
                                                uint64_t *survivors)
{
    if (word_count == 0 || row_count <= 8) {
        return scalar()->rows(rows, row_count, word_count, survivors);
    }
    const bool live = scalar()->rows(rows, 8, 1, survivors) != 0;
    return scalar()->rows(rows, live ? row_count : 8, word_count, survivors);
}

static size_t rows_ignoring_tail_words(const void *const *rows, size_t row_count, size_t word_count,
                                       uint64_t *survivors)
{
    return scalar()->rows(rows, row_count, word_count / 4 * 4, survivors);
}

static size_t rows_of_nothing_being_empty(const void *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    if (row_count != 0) {
        return live_words;
    }
    memset(survivors, 0, word_count * KERNEL_WORD_BYTES);
    return 0;
}

static size_t rows_counting_live_integers(const void *const *rows, size_t row_count, size_t word_count,
                                          uint64_t *survivors)
{
    scalar()->rows(rows, row_count, word_count, survivors);
    size_t live = 0;
    for (size_t limb = 0; limb < word_count * KERNEL_WORD_LIMBS; ++limb) {
        live += survivors[limb] != 0;
    }
    return live;
}

/* As if a test checked only one of a word's two vectors. */
static size_t rows_counting_by_half_a_word(const void *const *rows, size_t row_count, size_t word_count,
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

static size_t rows_leaving_empty_words_unwritten(const void *const *rows, size_t row_count, size_t word_count,
                                                 uint64_t *survivors)
{
    size_t live_words = 0;
    for (size_t word = 0; word < word_count; ++word) {
        uint64_t columns[KERNEL_WORD_LIMBS];
        uint64_t any = 0;
        for (size_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            columns[limb] = UINT64_MAX;
            for (size_t row = 0; row < row_count; ++row) {
                columns[limb] &= limb_of(rows[row], word * KERNEL_WORD_LIMBS + limb);
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

static size_t rows_writing_a_word_too_many(const void *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    memset(survivors + word_count * KERNEL_WORD_LIMBS, 0, KERNEL_WORD_BYTES);
    return live_words;
}

static size_t rows_storing_aligned(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    uint64_t *const rounded = survivors - (uintptr_t)survivors % KERNEL_WORD_BYTES / sizeof *survivors;
    return scalar()->rows(rows, row_count, word_count, rounded);
}

static size_t rows_reading_aligned(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    enum { ROWS_MAX = 64 };
    const void *rounded[ROWS_MAX];
    for (size_t row = 0; row < row_count; ++row) {
        rounded[row] = (const uint8_t *)rows[row] - (uintptr_t)rows[row] % sizeof *survivors;
    }
    return scalar()->rows(rounded, row_count, word_count, survivors);
}

/* Collects the survivors in the first row. */
static size_t rows_changing_a_row(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors)
{
    const size_t live_words = scalar()->rows(rows, row_count, word_count, survivors);
    if (row_count > 0) {
        void *row;
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

/* ---- build -------------------------------------------------------------------------------------------- */

/* As if one vector of a table were all of it. */
static void build_looking_up_in_64(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    uint8_t wrong[KERNEL_WORD_COLUMNS];
    for (size_t i = 0; i < KERNEL_WORD_COLUMNS; ++i) {
        wrong[i] = residues[i] % 64;
    }
    scalar()->build(pattern, wrong, rows);
}

static void build_with_bytes_reversed(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    scalar()->build(pattern, residues, rows);
    for (size_t i = 0; i < (size_t)pattern->modulus * KERNEL_WORD_LIMBS; ++i) {
        rows[i] = __builtin_bswap64(rows[i]);
    }
}

static void build_forgetting_the_last_rows(const struct kernel_pattern *pattern, const uint8_t *residues,
                                           uint64_t *rows)
{
    struct kernel_pattern shorter = *pattern;
    shorter.modulus = pattern->modulus < 16 ? pattern->modulus : pattern->modulus / 16 * 16;
    scalar()->build(&shorter, residues, rows);
}

static void build_exchanging_columns(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    uint8_t wrong[KERNEL_WORD_COLUMNS];
    memcpy(wrong, residues, sizeof wrong);
    wrong[511] = residues[510];
    wrong[510] = residues[511];
    scalar()->build(pattern, wrong, rows);
}

static void build_writing_a_row_too_many(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    scalar()->build(pattern, residues, rows);
    memset(rows + (size_t)(KERNEL_MODULUS_MAX + 1) * KERNEL_WORD_LIMBS, 0, KERNEL_WORD_BYTES);
}

/* ---- sieve -------------------------------------------------------------------------------------------- */

static size_t sieve_forgetting_the_last_modulus(const struct kernel_tile *tile, const uint64_t *keys,
                                                const uint32_t *numbers, size_t count, struct kernel_hit *hits)
{
    struct kernel_tile shorter = *tile;
    shorter.modulus_count -= tile->modulus_count > tile->key_first + KERNEL_KEY_ROWS;
    return scalar()->sieve(&shorter, keys, numbers, count, hits);
}

/* Keeps hits of which the moduli before the key's leave nothing. */
static size_t sieve_forgetting_the_first_moduli(const struct kernel_tile *tile, const uint64_t *keys,
                                                const uint32_t *numbers, size_t count, struct kernel_hit *hits)
{
    struct kernel_tile later = *tile;
    uint8_t residues[KERNEL_MODULI];
    size_t hit_count = 0;
    later.rows += (size_t)tile->key_first * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS;
    later.modulus_count -= tile->key_first;
    later.key_first = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t number = 0;
        memcpy(residues, tile->residues + (size_t)numbers[i] * KERNEL_MODULI + tile->key_first,
               KERNEL_MODULI - tile->key_first);
        later.residues = residues;
        if (scalar()->sieve(&later, keys + i, &number, 1, hits + hit_count) != 0) {
            hits[hit_count++].number = numbers[i];
        }
    }
    return hit_count;
}

static size_t sieve_stopping_at_the_key(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                        size_t count, struct kernel_hit *hits)
{
    struct kernel_tile shorter = *tile;
    shorter.rows += (size_t)tile->key_first * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS;
    shorter.modulus_count = KERNEL_KEY_ROWS;
    shorter.key_first = 0;
    return scalar()->sieve(&shorter, keys, numbers, count, hits);
}

static size_t sieve_dropping_the_tail(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                      size_t count, struct kernel_hit *hits)
{
    return scalar()->sieve(tile, keys, numbers, count / 4 * 4, hits);
}

/* As if lists of survivors had a fixed length that is too short. */
static size_t sieve_dropping_a_chunk(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                     size_t count, struct kernel_hit *hits)
{
    return scalar()->sieve(tile, keys, numbers, smaller(count, 1024), hits);
}

static size_t sieve_numbering_by_place(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                       size_t count, struct kernel_hit *hits)
{
    const size_t hit_count = scalar()->sieve(tile, keys, numbers, count, hits);
    for (size_t i = 0; i < hit_count; ++i) {
        hits[i].number = (uint32_t)i;
    }
    return hit_count;
}

/* Checks only half of a word for survivors. */
static size_t sieve_looking_at_half(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                    size_t count, struct kernel_hit *hits)
{
    const size_t hit_count = scalar()->sieve(tile, keys, numbers, count, hits);
    size_t kept = 0;
    for (size_t i = 0; i < hit_count; ++i) {
        const struct kernel_hit hit = hits[i];
        hits[kept] = hit;
        kept += (hit.word[0] | hit.word[1] | hit.word[2] | hit.word[3]) != 0;
    }
    return kept;
}

static size_t sieve_writing_a_hit_too_many(const struct kernel_tile *tile, const uint64_t *keys,
                                           const uint32_t *numbers, size_t count, struct kernel_hit *hits)
{
    const size_t hit_count = scalar()->sieve(tile, keys, numbers, count, hits);
    hits[count].number = 0;
    return hit_count;
}

/* ---- pick --------------------------------------------------------------------------------------------- */

static size_t pick_dropping_the_tail(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                     const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    return scalar()->pick(residues, keys, first, count / 16 * 16, alive, picked_keys, picked_numbers);
}

static size_t pick_keeping_the_padding(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                       const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    return scalar()->pick(residues, keys, first, (count + 7) / 8 * 8, alive, picked_keys, picked_numbers);
}

static size_t pick_ignoring_the_top_bit(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                        const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    uint8_t half[256];
    memcpy(half, alive, 128);
    memcpy(half + 128, alive, 128);
    return scalar()->pick(residues, keys, first, count, half, picked_keys, picked_numbers);
}

static size_t pick_numbering_from_0(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                    const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    (void)first;
    return scalar()->pick(residues, keys, 0, count, alive, picked_keys, picked_numbers);
}

static size_t pick_writing_too_much(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                    const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    picked_numbers[count + KERNEL_PICK_SPARE] = 0;
    return scalar()->pick(residues, keys, first, count, alive, picked_keys, picked_numbers);
}

/* ---- add ---------------------------------------------------------------------------------------------- */

/* Mistakes a sum of 256 or more for one below the modulus. */
static void add_in_bytes(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                         const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    scalar()->add(positions, residues, count, position, residue, moduli, sums);
    for (size_t i = 0; i < count * KERNEL_MODULI; ++i) {
        const uint8_t sum = (uint8_t)(residues[i] + residue[i % KERNEL_MODULI]);
        const uint8_t less = (uint8_t)(sum - moduli[i % KERNEL_MODULI]);
        sums.residues[i] = sum < less ? sum : less;
    }
}

static void add_without_reducing_the_modulus(const uint64_t *positions, const uint8_t *residues, size_t count,
                                             uint64_t position, const uint8_t *residue, const uint8_t *moduli,
                                             struct kernel_sums sums)
{
    scalar()->add(positions, residues, count, position, residue, moduli, sums);
    for (size_t i = 0; i < count * KERNEL_MODULI; ++i) {
        const uint32_t sum = (uint32_t)residues[i] + residue[i % KERNEL_MODULI];
        sums.residues[i] = sum == moduli[i % KERNEL_MODULI] ? (uint8_t)sum : sums.residues[i];
    }
}

static void add_of_32_bits(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                           const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    scalar()->add(positions, residues, count, position, residue, moduli, sums);
    for (size_t i = 0; i < count; ++i) {
        sums.positions[i] = (positions[i] & ~UINT64_C(0xffffffff)) | (uint32_t)(positions[i] + position);
    }
}

static void add_forgetting_the_tail(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                                    const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    scalar()->add(positions, residues, count / 4 * 4, position, residue, moduli, sums);
}

static void add_writing_a_sum_too_many(const uint64_t *positions, const uint8_t *residues, size_t count,
                                       uint64_t position, const uint8_t *residue, const uint8_t *moduli,
                                       struct kernel_sums sums)
{
    scalar()->add(positions, residues, count, position, residue, moduli, sums);
    memset(sums.residues + count * KERNEL_MODULI, 0, KERNEL_MODULI);
}

/* ---- starts ------------------------------------------------------------------------------------------- */

static void starts_forgetting_the_tail(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                       const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    scalar()->starts(starts, primes, inverses, ratios, count / 4 * 4, value, first);
}

static void starts_writing_one_too_many(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                        const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    scalar()->starts(starts, primes, inverses, ratios, count, value, first);
    first[count] = 0;
}

static void starts_of_the_nearest_quotient(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                           const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    for (size_t i = 0; i < count; ++i) {
        const float quotient = ratios[i] * (float)(int32_t)value;
        uint32_t rest = value * inverses[i] - (uint32_t)(int32_t)quotient * primes[i];
        rest = rest < primes[i] ? rest : rest - primes[i];
        first[i] = starts[i] < rest ? starts[i] + primes[i] - rest : starts[i] - rest;
    }
}

static void starts_leaving_the_prime(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                     const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    scalar()->starts(starts, primes, inverses, ratios, count, value, first);
    for (size_t i = 0; i < count; ++i) {
        first[i] = first[i] == 0 ? primes[i] : first[i];
    }
}

static void starts_comparing_signed(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                    const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    scalar()->starts(starts, primes, inverses, ratios, count, value, first);
    for (size_t i = 0; i < count; ++i) {
        const uint32_t rest = (uint32_t)((uint64_t)value * inverses[i] % primes[i]);
        first[i] = rest + primes[i] > INT32_MAX ? starts[i] - rest : first[i];
    }
}

/* ---- strong and lucas --------------------------------------------------------------------------------- */

static kernel_wide number_at(const struct kernel_near *near, const uint64_t *distances, int lane)
{
    return near->reference + distances[lane];
}

static uint32_t strong_forgetting_the_last_lane(const struct kernel_near *near, const uint64_t *distances,
                                                uint32_t *unsure)
{
    return scalar()->strong(near, distances, unsure) & INT32_MAX;
}

static uint32_t strong_exchanging_lanes(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    const uint32_t passes = scalar()->strong(near, distances, unsure);
    return (passes & 0x55555555) << 1 | (passes >> 1 & 0x55555555);
}

static uint32_t strong_of_32_bits_of_distance(const struct kernel_near *near, const uint64_t *distances,
                                              uint32_t *unsure)
{
    uint64_t low[KERNEL_NUMBERS];
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        low[i] = (uint32_t)distances[i];
    }
    return scalar()->strong(near, low, unsure);
}

/* As if the power were not doubled when the highest bits are one above the reference's. */
static uint32_t strong_of_one_top(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    uint32_t passes = scalar()->strong(near, distances, unsure);
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        passes &= ~((uint32_t)(distances[i] >= near->next_top) << i);
    }
    return passes;
}

/* Fermat's test, or a test that ends at the first power that is kept. */
static uint32_t strong_of_one_power(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    uint32_t passes = scalar()->strong(near, distances, unsure);
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        passes &= ~((uint32_t)((number_at(near, distances, i) & 7) == 1) << i);
    }
    return passes;
}

static uint32_t strong_being_unsure(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    const uint32_t passes = scalar()->strong(near, distances, unsure);
    *unsure = passes;
    return passes;
}

static uint32_t strong_with_a_long_tail_passing(const struct kernel_near *near, const uint64_t *distances,
                                                uint32_t *unsure)
{
    uint32_t passes = scalar()->strong(near, distances, unsure);
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        const uint32_t tail = (uint32_t)number_at(near, distances, i) % (1U << KERNEL_TRAIL);
        passes |= (uint32_t)(tail == 1) << i;
    }
    return passes;
}

static uint32_t lucas_of_the_next_parameter(const struct kernel_near *near, const uint64_t *distances,
                                            const uint32_t *parameters, uint32_t *unsure)
{
    uint32_t next[KERNEL_NUMBERS];
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        next[i] = parameters[i] + 1;
    }
    return scalar()->lucas(near, distances, next, unsure);
}

static uint32_t lucas_of_four_bits_of_parameter(const struct kernel_near *near, const uint64_t *distances,
                                                const uint32_t *parameters, uint32_t *unsure)
{
    uint32_t low[KERNEL_NUMBERS];
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        low[i] = (parameters[i] & 15) < 3 ? 3 : parameters[i] & 15;
    }
    return scalar()->lucas(near, distances, low, unsure);
}

static uint32_t lucas_forgetting_the_last_lane(const struct kernel_near *near, const uint64_t *distances,
                                               const uint32_t *parameters, uint32_t *unsure)
{
    return scalar()->lucas(near, distances, parameters, unsure) & INT32_MAX;
}

static uint32_t lucas_being_unsure(const struct kernel_near *near, const uint64_t *distances,
                                   const uint32_t *parameters, uint32_t *unsure)
{
    const uint32_t passes = scalar()->lucas(near, distances, parameters, unsure);
    *unsure = passes;
    return passes;
}

static uint32_t lucas_of_one_index(const struct kernel_near *near, const uint64_t *distances,
                                   const uint32_t *parameters, uint32_t *unsure)
{
    uint32_t passes = scalar()->lucas(near, distances, parameters, unsure);
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        passes &= ~((uint32_t)((number_at(near, distances, i) & 7) == 7) << i);
    }
    return passes;
}

static uint32_t lucas_passing_all(const struct kernel_near *near, const uint64_t *distances, const uint32_t *parameters,
                                  uint32_t *unsure)
{
    (void)scalar()->lucas(near, distances, parameters, unsure);
    return UINT32_MAX;
}

/* ------------------------------------------------------------------------------------------------------- */

static const struct broken_kernel broken[] = {
    {"rows", "forgets the last row", {.rows = rows_forgetting_the_last_row}},
    {"rows", "forgets the odd row of a pair", {.rows = rows_forgetting_the_odd_row}},
    {"rows", "stops at the first early test", {.rows = rows_stopping_at_the_first_test}},
    {"rows", "tests the first word of a group alone", {.rows = rows_testing_the_first_word_alone}},
    {"rows", "ignores the words of the tail", {.rows = rows_ignoring_tail_words}},
    {"rows", "lets nothing survive no row", {.rows = rows_of_nothing_being_empty}},
    {"rows", "counts live integers, not words", {.rows = rows_counting_live_integers}},
    {"rows", "counts a word by its first half", {.rows = rows_counting_by_half_a_word}},
    {"rows", "leaves empty words unwritten", {.rows = rows_leaving_empty_words_unwritten}},
    {"rows", "writes one word too many", {.rows = rows_writing_a_word_too_many}},
    {"rows", "stores to rounded addresses", {.rows = rows_storing_aligned}},
    {"rows", "reads rows from rounded addresses", {.rows = rows_reading_aligned}},
    {"rows", "changes a row", {.rows = rows_changing_a_row}},
    {"lanes", "drops the last lane", {.lanes = lanes_dropping_the_last}},
    {"lanes", "keeps padding", {.lanes = lanes_keeping_the_padding}},
    {"lanes", "ignores the rotation", {.lanes = lanes_ignoring_the_rotation}},
    {"lanes", "shifts without rotating", {.lanes = lanes_shifting_without_rotating}},
    {"lanes", "compares signed", {.lanes = lanes_comparing_signed}},
    {"lanes", "compares with < for <=", {.lanes = lanes_comparing_strictly}},
    {"lanes", "loses the order", {.lanes = lanes_losing_the_order}},
    {"lanes", "writes one lane too many", {.lanes = lanes_writing_a_lane_too_many}},
    {"build", "looks up in the first 64 entries of a table", {.build = build_looking_up_in_64}},
    {"build", "has the bytes of integers the wrong way round", {.build = build_with_bytes_reversed}},
    {"build", "forgets the last rows", {.build = build_forgetting_the_last_rows}},
    {"build", "exchanges columns", {.build = build_exchanging_columns}},
    {"build", "writes one row too many", {.build = build_writing_a_row_too_many}},
    {"sieve", "forgets the last modulus", {.sieve = sieve_forgetting_the_last_modulus}},
    {"sieve", "forgets the moduli before the key", {.sieve = sieve_forgetting_the_first_moduli}},
    {"sieve", "looks at keys alone", {.sieve = sieve_stopping_at_the_key}},
    {"sieve", "drops the offsets of the tail", {.sieve = sieve_dropping_the_tail}},
    {"sieve", "looks at one chunk alone", {.sieve = sieve_dropping_a_chunk}},
    {"sieve", "numbers hits by their place", {.sieve = sieve_numbering_by_place}},
    {"sieve", "looks at half a word", {.sieve = sieve_looking_at_half}},
    {"sieve", "writes one hit too many", {.sieve = sieve_writing_a_hit_too_many}},
    {"pick", "drops the offsets of the tail", {.pick = pick_dropping_the_tail}},
    {"pick", "keeps padding", {.pick = pick_keeping_the_padding}},
    {"pick", "ignores the top bit of residues", {.pick = pick_ignoring_the_top_bit}},
    {"pick", "numbers from 0", {.pick = pick_numbering_from_0}},
    {"pick", "writes more than its spare room", {.pick = pick_writing_too_much}},
    {"add", "takes a carry for none", {.add = add_in_bytes}},
    {"add", "leaves the modulus as a residue", {.add = add_without_reducing_the_modulus}},
    {"add", "adds 32 bits", {.add = add_of_32_bits}},
    {"add", "forgets the tail", {.add = add_forgetting_the_tail}},
    {"add", "writes one sum too many", {.add = add_writing_a_sum_too_many}},
    {"starts", "forgets the tail", {.starts = starts_forgetting_the_tail}},
    {"starts", "writes one too many", {.starts = starts_writing_one_too_many}},
    {"starts", "rounds the quotient up", {.starts = starts_of_the_nearest_quotient}},
    {"starts", "leaves the prime as a residue", {.starts = starts_leaving_the_prime}},
    {"starts", "compares signed", {.starts = starts_comparing_signed}},
    {"strong", "forgets the last lane", {.strong = strong_forgetting_the_last_lane}},
    {"strong", "exchanges lanes", {.strong = strong_exchanging_lanes}},
    {"strong", "has 32 bits of distances", {.strong = strong_of_32_bits_of_distance}},
    {"strong", "has the highest bits of the reference alone", {.strong = strong_of_one_top}},
    {"strong", "looks at one power", {.strong = strong_of_one_power}},
    {"strong", "is unsure of what passes", {.strong = strong_being_unsure}},
    {"strong", "lets pass what ends in zeros and a one", {.strong = strong_with_a_long_tail_passing}},
    {"lucas", "takes the next parameter", {.lucas = lucas_of_the_next_parameter}},
    {"lucas", "has four bits of parameters", {.lucas = lucas_of_four_bits_of_parameter}},
    {"lucas", "forgets the last lane", {.lucas = lucas_forgetting_the_last_lane}},
    {"lucas", "is unsure of what passes", {.lucas = lucas_being_unsure}},
    {"lucas", "looks at one index", {.lucas = lucas_of_one_index}},
    {"lucas", "lets everything pass", {.lucas = lucas_passing_all}},
};

size_t broken_kernel_count(void)
{
    return sizeof broken / sizeof broken[0];
}

struct broken_kernel broken_kernel_at(size_t index)
{
    struct broken_kernel kernel = broken[index];
    struct kernel_operations *const operations = &kernel.operations;
    const struct kernel_operations *const right = scalar();
    operations->rows = operations->rows == NULL ? right->rows : operations->rows;
    operations->lanes = operations->lanes == NULL ? right->lanes : operations->lanes;
    operations->build = operations->build == NULL ? right->build : operations->build;
    operations->sieve = operations->sieve == NULL ? right->sieve : operations->sieve;
    operations->pick = operations->pick == NULL ? right->pick : operations->pick;
    operations->add = operations->add == NULL ? right->add : operations->add;
    operations->starts = operations->starts == NULL ? right->starts : operations->starts;
    operations->strong = operations->strong == NULL ? right->strong : operations->strong;
    operations->lucas = operations->lucas == NULL ? right->lucas : operations->lucas;
    return kernel;
}
