/*
 * The parts of the focus: lists against a naive enumeration, rows against a look-up per bit, and passes over layouts of
 * every kind against the closed form. With FIRESIEVE_TEST_SEED set to the seed in a message, that case is the first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/sort.h"
#include "firewalls.h"
#include "firewall/generate.h"
#include "focus/pass.h"
#include "residue/collect.h"
#include "search/stages.h"
#include "shapes.h"
#include "support/kernels.h"

/* ---- Lists of sums ---------------------------------------------------------------------------------------- */

/* Any list from tiny to long; its values are distinct, as those of a focus are. */
static void draw_summands(struct random_state *random, struct summands *summands, uint64_t part, uint64_t other,
                          size_t most)
{
    const bool whole = part <= most && coin(random, 2);
    size_t count = random_between(random, 1, most);
    count = whole || count > part ? (size_t)part : count;
    *summands = (struct summands){
        .values = calloc(count, sizeof *summands->values),
        .residues = calloc(count, sizeof *summands->residues),
        .count = count,
    };
    cr_assert(summands->values != NULL && summands->residues != NULL);
    for (size_t i = 0; i < count; ++i) { /* one of each of `count` stretches of about the same length */
        const uint64_t low = (uint64_t)((firesieve_delay)part * i / count);
        const uint64_t high = (uint64_t)((firesieve_delay)part * (i + 1) / count);
        summands->values[i] = other * (whole ? i : random_between(random, low, high - 1));
    }
}

/* As a window does with its base: what all short summands gain is lost nowhere. */
static void shift_shorts(struct random_state *random, struct sums *sums)
{
    const uint64_t shift = coin(random, 3) ? 0 : random_between(random, 0, sums->modulus - 1);
    for (size_t i = 0; i < sums->shorts.count; ++i) {
        const uint64_t left = sums->modulus - shift;
        const uint64_t value = sums->shorts.values[i];
        sums->shorts.values[i] = value < left ? value + shift : value - left;
    }
    for (size_t i = sums->shorts.count; i-- > 1;) {
        const size_t other = random_between(random, 0, i);
        const uint64_t value = sums->shorts.values[i];
        sums->shorts.values[i] = sums->shorts.values[other];
        sums->shorts.values[other] = value;
    }
}

static void draw_row_moduli(struct random_state *random, struct sums *sums)
{
    static const uint64_t most[] = {1, 3, 64, 512, FOCUS_ROW_MODULUS_MAX};
    const uint64_t count = random_between(random, 1, FOCUS_ROWS_MAX);
    for (uint64_t i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint64_t largest = most[random_between(random, 0, COUNT_OF(most) - 1)];
        const uint64_t modulus = i >= count ? 1 : coin(random, 4) ? largest : random_between(random, 1, largest);
        sums->moduli.of[i] = (int16_t)modulus;
        sums->weight.of[i] = (int16_t)random_between(random, 0, modulus - 1);
    }
}

/* Takes the residues of a value without any of the library's help. */
static int16_t residue_by_hand(const struct sums *sums, int row, firesieve_delay value)
{
    const uint64_t modulus = (uint64_t)sums->moduli.of[row];
    return (int16_t)((uint64_t)(value % modulus) * (uint64_t)sums->weight.of[row] % modulus);
}

static void fill_residues(const struct sums *sums, struct summands *summands)
{
    for (size_t i = 0; i < summands->count; ++i) {
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            summands->residues[i].of[row] = residue_by_hand(sums, row, summands->values[i]);
        }
    }
}

/* Parts L and S with L * S below 2^63; longs are multiples of S, shorts are L's, as in the Chinese remainder theorem. */
static void draw_sums(struct random_state *random, struct sums *sums, size_t longs, size_t shorts)
{
    static const unsigned bits[] = {1, 4, 12, 24, 31};
    const uint64_t largest = UINT64_C(1) << bits[random_between(random, 0, COUNT_OF(bits) - 1)];
    const uint64_t a = coin(random, 6) ? 1 : coin(random, 2) ? largest : random_between(random, 1, largest);
    const uint64_t b = coin(random, 6) ? 1 : random_between(random, 1, coin(random, 2) ? 16 : 2 * largest - 1);
    *sums = (struct sums){.modulus = a * b};
    draw_row_moduli(random, sums);
    draw_summands(random, &sums->longs, a, b, longs);
    draw_summands(random, &sums->shorts, b, 1, shorts); /* below b: with multiples of b, sums are distinct */
    shift_shorts(random, sums);
    fill_residues(sums, &sums->longs);
    fill_residues(sums, &sums->shorts);
    for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
        sums->turn.of[row] = residue_by_hand(sums, row, sums->modulus);
    }
}

static void free_sums(struct sums *sums)
{
    free(sums->longs.values);
    free(sums->longs.residues);
    free(sums->shorts.values);
    free(sums->shorts.residues);
}

/* All values of [from, to), ascending; *count of them. */
static uint64_t *enumerate(const struct sums *sums, uint64_t from, uint64_t to, size_t *count)
{
    const size_t turns = (size_t)(to / sums->modulus - from / sums->modulus) + 1;
    uint64_t *const values = calloc(turns * sums->longs.count * sums->shorts.count, sizeof *values);
    cr_assert(values != NULL);
    *count = 0;
    for (size_t i = 0; i < sums->longs.count * sums->shorts.count; ++i) {
        const uint64_t sum = sums->longs.values[i % sums->longs.count] + sums->shorts.values[i / sums->longs.count];
        const uint64_t first = from / sums->modulus * sums->modulus + sum % sums->modulus;
        for (firesieve_delay value = first; value < to; value += sums->modulus) { /* may pass 2^64 */
            values[*count] = (uint64_t)value;
            *count += value >= from;
        }
    }
    sort_u64(values, *count);
    return values;
}

/* Values among `expected`, which ascend, and how far a value may be from its place. */
static void check_piece(const struct sums *sums, const struct sum_run *run, size_t first, const uint64_t *expected,
                        const char *label)
{
    enum { DISTANCE_MAX = 1024 }; /* neighbours: buckets have some 100 values, if values are spread evenly */
    const size_t count = run->count - first;
    uint64_t *const sorted = calloc(count + 1, sizeof *sorted);
    cr_assert(sorted != NULL);
    memcpy(sorted, run->values + first, count * sizeof *sorted);
    sort_u64(sorted, count);
    for (size_t i = 0; i < count; ++i) {
        cr_assert(sorted[i] == expected[i], "%s: value %zu is %" PRIu64 " instead of %" PRIu64, label, i, sorted[i],
                  expected[i]);
        const uint64_t value = run->values[first + i];
        cr_assert(i < DISTANCE_MAX || value > expected[i - DISTANCE_MAX], "%s: %" PRIu64 " is late", label, value);
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            const int residue = run->residues[first + i].of[row];
            const int right = residue_by_hand(sums, row, value);
            cr_assert(residue == right, "%s: %" PRIu64 ", residue %d of %d is %d instead of %d", label, value, row,
                      sums->moduli.of[row], residue, right);
        }
    }
    free(sorted);
}

static uint64_t draw_position(struct random_state *random, const struct sums *sums)
{
    static const uint64_t end = UINT64_C(1) << 63;
    const uint64_t value = sums->shorts.values[random_between(random, 0, sums->shorts.count - 1)];
    switch (random_between(random, 0, 5)) {
    case 0:
        return 0;
    case 1: /* at a short summand, or just before or behind it */
        return value + random_between(random, 0, 2) - (value > 0);
    case 2: /* at the end of a turn */
        return sums->modulus * random_between(random, 1, sums->modulus < end / 9 ? 9 : 1) -
               random_between(random, 0, 1);
    case 3: /* so that long runs of the list pass 2^63 */
        return end - 1 - random_between(random, 0, 3);
    case 4:
        return random_next(random) >> random_between(random, 1, 63);
    default:
        return random_between(random, 0, sums->modulus - 1);
    }
}

/* How far to read at once: about `wanted` values, or any length. */
static uint64_t draw_piece(struct random_state *random, const struct sums *sums, uint64_t wanted)
{
    const uint64_t count = sums->longs.count * sums->shorts.count;
    const firesieve_delay length = (firesieve_delay)sums->modulus * random_between(random, 1, wanted) / count + 1;
    static const firesieve_delay longest = UINT64_C(1) << 61;
    return coin(random, 6) ? random_between(random, 1, 2) : (uint64_t)(length < longest ? length : longest);
}

/* Reads a list from one position on, piece by piece. */
static void check_reading(struct random_state *random, struct sum_cursor *cursor, const struct sums *sums,
                          uint64_t wanted, const char *label)
{
    enum { PIECES_MAX = 6 };
    static const uint64_t end = UINT64_C(3) << 62;
    struct sum_run run = {0};
    uint64_t position = draw_position(random, sums);
    sum_cursor_seek(cursor, sums, position);
    for (uint64_t pieces = random_between(random, 1, PIECES_MAX); pieces > 0; --pieces) {
        const uint64_t length = draw_piece(random, sums, wanted);
        if (length > end - position) {
            break;
        }
        char text[256];
        snprintf(text, sizeof text, "%s, modulus %" PRIu64 ", %zu longs, %zu shorts, %" PRIu64 " from %" PRIu64, label,
                 sums->modulus, sums->longs.count, sums->shorts.count, length, position);
        const size_t first = run.count;
        size_t count;
        uint64_t *const expected = enumerate(sums, position, position + length, &count);
        cr_assert(sum_cursor_read(cursor, length, &run));
        cr_assert(run.count - first == count, "%s: %zu values instead of %zu", text, run.count - first, count);
        check_piece(sums, &run, first, expected, text);
        free(expected);
        position += length;
    }
    sum_run_free(&run);
}

/* A cursor that has room for all lists goes from one to the next. */
static void check_lists(unsigned cases, size_t longs, size_t shorts, uint64_t wanted)
{
    enum { READINGS = 4 };
    struct sum_cursor cursor;
    cr_assert(sum_cursor_start(&cursor, shorts));
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        struct random_state random = {seed};
        struct sums sums;
        char label[64];
        snprintf(label, sizeof label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        draw_sums(&random, &sums, longs, shorts);
        for (int i = 0; i < READINGS; ++i) {
            check_reading(&random, &cursor, &sums, wanted, label);
        }
        free_sums(&sums);
    }
    sum_cursor_free(&cursor);
}

Test(focus_sums, of_tiny_lists)
{
    check_lists(6000, 3, 3, 20);
}

Test(focus_sums, of_short_lists)
{
    check_lists(1500, 40, 12, 300);
}

/* So many values in a piece that it is sorted into many buckets. */
Test(focus_sums, of_long_lists)
{
    check_lists(30, 2000, 60, 20000);
}

Test(focus_sums, residues_of_any_value)
{
    enum { CASES = 1000 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        struct sums sums = {.modulus = 1};
        draw_row_moduli(&random, &sums);
        const uint64_t value = random_next(&random) >> random_between(&random, 0, 63);
        const struct residues residues = sums_residues(&sums, value);
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            cr_assert(residues.of[row] == residue_by_hand(&sums, row, value), "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        }
    }
}

/* All pairs of residues of the smallest and the largest moduli. */
Test(focus_sums, residues_add_and_negate)
{
    static const int16_t moduli[] = {1, 2, 3, 16, 511, FOCUS_ROW_MODULUS_MAX - 1, FOCUS_ROW_MODULUS_MAX};
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        const int16_t modulus = moduli[i];
        struct residues of_moduli;
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            of_moduli.of[row] = modulus;
        }
        for (int16_t a = 0; a < modulus; ++a) {
            const struct residues left = {.of = {a, [FOCUS_ROWS_MAX - 1] = a}};
            const struct residues negated = residues_negate(&of_moduli, &left);
            cr_assert(negated.of[0] == (modulus - a) % modulus && negated.of[1] == 0);
            for (int16_t b = 0; b < modulus; ++b) {
                const struct residues right = {.of = {b, [FOCUS_ROWS_MAX - 1] = b}};
                const struct residues sum = residues_add(&of_moduli, &left, &right);
                cr_assert(sum.of[0] == (a + b) % modulus && sum.of[FOCUS_ROWS_MAX - 1] == sum.of[0] && sum.of[1] == 0,
                          "%d + %d modulo %d: %d", a, b, modulus, sum.of[0]);
            }
        }
    }
}

/* ---- Rows ------------------------------------------------------------------------------------------------- */

/* Every column's residues, and what each modulus allows. */
struct row_case {
    uint32_t moduli[FOCUS_ROWS_MAX];
    uint32_t count;
    uint8_t allowed[FOCUS_ROWS_MAX][FOCUS_ROW_MODULUS_MAX];
    struct residues columns[FOCUS_BLOCK_COLUMNS];
};

static void draw_row_case(struct random_state *random, struct row_case *given, struct row_set *set)
{
    *set = (struct row_set){.count = 0};
    for (uint32_t i = 0; i < given->count; ++i) {
        const uint64_t sides = random_between(random, 1, 8);
        for (uint32_t r = 0; r < given->moduli[i]; ++r) {
            given->allowed[i][r] = coin(random, sides);
        }
        cr_assert(row_set_add(set, given->moduli[i], given->allowed[i]));
    }
    for (size_t column = 0; column < FOCUS_BLOCK_COLUMNS; ++column) {
        given->columns[column] = (struct residues){{0}};
        for (uint32_t i = 0; i < given->count; ++i) {
            given->columns[column].of[i] = (int16_t)random_between(random, 0, given->moduli[i] - 1);
        }
    }
}

/* Limb `limb` of row c of a modulus, one look-up a bit. */
static uint64_t limb_by_look_up(const struct row_case *given, uint32_t index, uint32_t c, size_t limb, size_t count)
{
    uint64_t bits = 0;
    for (size_t bit = 0; bit < 64 && 64 * limb + bit < count; ++bit) {
        const uint32_t residue = (uint32_t)given->columns[64 * limb + bit].of[index];
        bits |= (uint64_t)given->allowed[index][(residue + c) % given->moduli[index]] << bit;
    }
    return bits;
}

static void check_rows(const struct row_case *given, const struct row_set *set, size_t count, const char *label)
{
    const size_t limbs = row_set_limbs(set);
    uint64_t *const rows = malloc(limbs * sizeof *rows);
    cr_assert(rows != NULL);
    memset(rows, 0x5a, limbs * sizeof *rows);
    row_set_build(set, given->columns, count, rows);
    const size_t used = (count + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_LIMBS;
    for (uint32_t i = 0; i < given->count; ++i) {
        for (uint32_t c = 0; c < given->moduli[i]; ++c) {
            const uint64_t *const row = rows + (size_t)(set->patterns[i].first_row + c) * FOCUS_ROW_LIMBS;
            for (size_t limb = 0; limb < used; ++limb) {
                const uint64_t expected = limb_by_look_up(given, i, c, limb, count);
                cr_assert(row[limb] == expected,
                          "%s, %zu columns, modulus %u, row %u, limb %zu: %016" PRIx64 " instead of %016" PRIx64, label,
                          count, given->moduli[i], c, limb, row[limb], expected);
            }
        }
    }
    free(rows);
}

static void check_row_case(struct random_state *random, struct row_case *given, const char *label)
{
    static const size_t counts[] = {1, 63, 64, 65, 511, 512, 513, 4095, 4096};
    struct row_set set;
    draw_row_case(random, given, &set);
    for (size_t i = 0; i < COUNT_OF(counts); ++i) {
        check_rows(given, &set, counts[i], label);
    }
    row_set_free(&set);
}

Test(focus_rows, of_one_modulus)
{
    static const uint32_t moduli[] = {1, 2, 15, 16, 17, 64, 251, 512, FOCUS_ROW_MODULUS_MAX};
    static struct row_case given;
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        struct random_state random = {test_seed() + i};
        given.moduli[0] = moduli[i];
        given.count = 1;
        check_row_case(&random, &given, "one modulus");
    }
}

Test(focus_rows, of_several_moduli)
{
    static const uint32_t moduli[] = {251, 15, 1, 16, 2, 64, 17, 512, 3, 33, 31, 32, 5, 7, 11, 100};
    static struct row_case given;
    for (given.count = 2; given.count <= COUNT_OF(moduli); given.count += 7) {
        struct random_state random = {test_seed() + given.count};
        memcpy(given.moduli, moduli, sizeof given.moduli);
        check_row_case(&random, &given, "several moduli");
    }
}
