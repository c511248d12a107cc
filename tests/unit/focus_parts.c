/*
 * The parts of the focus: lists against a naive enumeration, rows against a look-up per bit, and passes over layouts of
 * every kind against the closed form. With FIRESIEVE_TEST_SEED set to the seed in a message, that case is the first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/random.h"
#include "base/sort.h"
#include "firewalls.h"
#include "firewall/generate.h"
#include "cpu/kernel_table.h"
#include "focus/pass.h"
#include "residue/reduced.h"
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
    static const uint64_t most[] = {1, 3, 64, 128, FOCUS_ROW_MODULUS_MAX};
    const uint64_t count = random_between(random, 1, FOCUS_ROWS_MAX);
    for (uint64_t i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint64_t largest = most[random_between(random, 0, COUNT_OF(most) - 1)];
        const uint64_t modulus = i >= count ? 1 : coin(random, 4) ? largest : random_between(random, 1, largest);
        sums->moduli.of[i] = (uint8_t)modulus;
        sums->weight.of[i] = (uint8_t)random_between(random, 0, modulus - 1);
    }
}

/* Takes the residues of a value without any of the library's help. */
static uint8_t residue_by_hand(const struct sums *sums, int row, firesieve_delay value)
{
    const uint64_t modulus = (uint64_t)sums->moduli.of[row];
    return (uint8_t)((uint64_t)(value % modulus) * (uint64_t)sums->weight.of[row] % modulus);
}

static void fill_residues(const struct sums *sums, struct summands *summands)
{
    for (size_t i = 0; i < summands->count; ++i) {
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            summands->residues[i].of[row] = residue_by_hand(sums, row, summands->values[i]);
        }
    }
}

/* Parts a and b with a * b below 2^63: longs are multiples of b, and shorts lie below b, or are shifted from there. */
static void draw_sums(struct random_state *random, struct sums *sums, size_t longs, size_t shorts)
{
    static const unsigned bits[] = {1, 4, 12, 24, 31};
    const uint64_t largest = UINT64_C(1) << bits[random_between(random, 0, COUNT_OF(bits) - 1)];
    const uint64_t a = coin(random, 6) ? 1 : coin(random, 2) ? largest : random_between(random, 1, largest);
    const uint64_t b = coin(random, 6) ? 1 : random_between(random, 1, coin(random, 2) ? 16 : 2 * largest - 1);
    *sums = (struct sums){.modulus = a * b};
    draw_row_moduli(random, sums);
    draw_summands(random, &sums->longs, a, b, longs);
    draw_summands(random, &sums->shorts, b, 1, shorts); /* so that no two sums are the same */
    shift_shorts(random, sums);
    fill_residues(sums, &sums->longs);
    fill_residues(sums, &sums->shorts);
    for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
        sums->of_modulus.of[row] = residue_by_hand(sums, row, sums->modulus);
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
    if (count == 0) {
        return;
    }
    uint64_t *const sorted = calloc(count, sizeof *sorted);
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
    check_lists(5000, 3, 3, 20);
}

Test(focus_sums, of_short_lists)
{
    check_lists(700, 40, 12, 300);
}

/* So many values in a piece that it is sorted into many buckets. */
Test(focus_sums, of_long_lists)
{
    check_lists(15, 2000, 60, 20000);
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

static struct residues at_both_ends(uint8_t residue)
{
    struct residues residues = {{0}};
    residues.of[0] = residue;
    residues.of[FOCUS_ROWS_MAX - 1] = residue;
    return residues;
}

/* All pairs of residues of the smallest and the largest moduli. */
Test(focus_sums, residues_add_and_negate)
{
    static const uint8_t moduli[] = {1, 2, 3, 16, 127, FOCUS_ROW_MODULUS_MAX - 1, FOCUS_ROW_MODULUS_MAX};
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        const uint8_t modulus = moduli[i];
        struct residues of_moduli;
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            of_moduli.of[row] = modulus;
        }
        for (uint8_t a = 0; a < modulus; ++a) {
            const struct residues left = at_both_ends(a);
            const struct residues negated = residues_negate(&of_moduli, &left);
            cr_assert(negated.of[0] == (modulus - a) % modulus && negated.of[1] == 0);
            for (uint8_t b = 0; b < modulus; ++b) {
                const struct residues right = at_both_ends(b);
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
            given->columns[column].of[i] = (uint8_t)random_between(random, 0, given->moduli[i] - 1);
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
    static const uint32_t moduli[] = {1, 2, 15, 16, 17, 64, 128, 251, FOCUS_ROW_MODULUS_MAX};
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
    static const uint32_t moduli[] = {251, 15, 1, 16, 2, 64, 17, 128, 3, 33, 31, 32, 5, 7, 11, 100};
    static struct row_case given;
    for (given.count = 2; given.count <= COUNT_OF(moduli); given.count += 7) {
        struct random_state random = {test_seed() + given.count};
        memcpy(given.moduli, moduli, sizeof given.moduli);
        check_row_case(&random, &given, "several moduli");
    }
}

/* ---- Passes over layouts of every kind -------------------------------------------------------------------- */

enum { LENGTH_MAX = 6000, PLANTED_MAX = 6, WINDOWS_MAX = 12, SUMS_MAX = 9000, SHORTS_MAX = 150 };

/* A firewall, a layout made by hand, and all safe delays of a range. */
struct pass_case {
    char label[128];
    struct random_state random;
    bool crowded; /* long lists, and nearly all pairs are safe, but few in the range: one that is lost shows */
    firesieve_delay base;
    firesieve_delay length;
    firesieve_delay planted[PLANTED_MAX]; /* safe; some are just outside of the range */
    size_t planted_count;
    firesieve_firewall *firewall;
    const struct reduced *reduced;
    struct focus_layout layout;
    struct focus focus;
    firesieve_delay safe[LENGTH_MAX];
    size_t safe_count;
};

static void draw_range(struct pass_case *given)
{
    static const uint64_t lengths[] = {3, 100, 600, 600, LENGTH_MAX};
    struct random_state *const random = &given->random;
    const uint64_t longest = lengths[random_between(random, 0, COUNT_OF(lengths) - 1)];
    given->length = given->crowded ? LENGTH_MAX : random_between(random, 1, longest);
    const uint64_t little = random_between(random, 0, 2 * LENGTH_MAX);
    switch (random_between(random, 0, 5)) {
    case 0:
        given->base = 0;
        break;
    case 1:
        given->base = little;
        break;
    case 2:
        given->base = ((firesieve_delay)1 << 64) - little % LENGTH_MAX;
        break;
    case 3:
        given->base = ((firesieve_delay)random_next(random) << 36) + little;
        break;
    case 4:
        given->base = FIRESIEVE_DELAY_END - given->length;
        break;
    default:
        given->base = draw_delay(random);
    }
    if (given->base > FIRESIEVE_DELAY_END - given->length) {
        given->base = FIRESIEVE_DELAY_END - given->length;
    }
}

/* Safe delays at both ends of the range, just outside of it, and anywhere in it. */
static void draw_planted_delays(struct pass_case *given)
{
    struct random_state *const random = &given->random;
    const firesieve_delay ends[] = {given->base, given->base + given->length - 1, given->base + given->length,
                                    given->base - 1};
    given->planted_count = 0;
    for (uint64_t left = random_between(random, 0, PLANTED_MAX); left > 0; --left) {
        const uint64_t end = random_between(random, 0, 2 * COUNT_OF(ends) - 1);
        const uint64_t within = random_between(random, 0, (uint64_t)given->length - 1);
        given->planted[given->planted_count++] = end < COUNT_OF(ends) ? ends[end] : given->base + within;
    }
}

static bool is_planted(const struct pass_case *given, uint64_t modulus, uint64_t residue)
{
    for (size_t i = 0; i < given->planted_count; ++i) {
        if (given->planted[i] % modulus == residue) {
            return true;
        }
    }
    return false;
}

/* Forbids residues of a modulus: one of so many `sides`, or a few of those met in the range where it is large. */
static void forbid_some(struct pass_case *given, struct layer_list *list, uint64_t modulus, uint64_t sides)
{
    enum { SMALL = 1100, FEW = 12 };
    uint64_t residues[SMALL];
    size_t count = 0;
    for (uint64_t i = 0; i < (modulus < SMALL ? modulus : FEW); ++i) {
        const uint64_t within = random_between(&given->random, 0, (uint64_t)given->length - 1);
        const uint64_t residue = modulus < SMALL ? i : (uint64_t)((given->base + within) % modulus);
        if (!is_planted(given, modulus, residue) && coin(&given->random, sides)) {
            residues[count++] = residue;
        }
    }
    cr_assert(layer_list_forbid(list, modulus, residues, count));
}

/* Prime powers and composites for the lists and rows, and moduli that only checks can take. */
static void draw_constraints(struct pass_case *given)
{
    static const uint64_t moduli[] = {2,
                                      3,
                                      4,
                                      5,
                                      6,
                                      7,
                                      8,
                                      9,
                                      10,
                                      11,
                                      12,
                                      13,
                                      14,
                                      15,
                                      16,
                                      17,
                                      18,
                                      19,
                                      21,
                                      23,
                                      25,
                                      27,
                                      29,
                                      30,
                                      31,
                                      35,
                                      36,
                                      37,
                                      41,
                                      43,
                                      45,
                                      47,
                                      49,
                                      53,
                                      55,
                                      59,
                                      60,
                                      61,
                                      64,
                                      67,
                                      71,
                                      73,
                                      77,
                                      81,
                                      83,
                                      89,
                                      97,
                                      105,
                                      125,
                                      143,
                                      210,
                                      251,
                                      256,
                                      343,
                                      512,
                                      600,
                                      1009,
                                      65537,
                                      UINT64_C(2147483647),
                                      UINT64_C(2147483659),
                                      UINT64_C(4294967311),
                                      UINT64_C(1099511627791),
                                      UINT64_C(288230376151711777)};
    struct random_state *const random = &given->random;
    struct layer_list list = {0};
    const bool sparse = !given->crowded && coin(random, 2);
    const uint64_t share = given->crowded ? COUNT_OF(moduli) : random_between(random, 1, 8);
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        if (coin(random, share)) {
            forbid_some(given, &list, moduli[i], sparse && !coin(random, 8) ? 1 : random_between(random, 2, 40));
        }
    }
    if (list.count == 0) {
        cr_assert(layer_list_append(&list, (uint64_t)given->length, 18));
    }
    given->firewall = build_firewall(list.layers, list.count);
    layer_list_free(&list);
}

enum { POWERS_END = 700 }; /* in lists */

/* The residues that a list will have for a prime power. */
static double count_allowed(const struct pass_case *given, uint32_t power)
{
    static uint8_t forbidden[POWERS_END];
    memset(forbidden, 0, sizeof forbidden);
    size_t count = power;
    for (size_t i = 0; i < given->reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &given->reduced->constraints.items[i];
        for (size_t j = 0; j < constraint->count && power % constraint->modulus == 0; ++j) {
            for (uint64_t r = constraint_residue(&given->reduced->classes, constraint, j); r < power;
                 r += constraint->modulus) {
                count -= forbidden[r] == 0;
                forbidden[r] = 1;
            }
        }
    }
    return (double)count;
}

/* Powers of primes, whether a constraint has them or not, in some of the four parts. */
static void draw_powers(struct pass_case *given)
{
    static const uint32_t primes[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                      43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97};
    static const double modulus_end = 0x1p62;
    struct random_state *const random = &given->random;
    double moduli[FOCUS_PARTS / 2] = {1, 1};
    double counts[FOCUS_PARTS / 2] = {1, 1};
    double shorts[FOCUS_PARTS / 2] = {1, 1}; /* of `counts`: each costs the cursor a division a seek */
    const uint64_t parts = given->crowded || coin(random, 2) ? 15 : random_between(random, 0, 15); /* a bit each */
    const uint64_t share = given->crowded ? 1 : random_between(random, 1, 3);
    for (size_t i = 0; i < COUNT_OF(primes); ++i) {
        uint32_t power = primes[i];
        while (power * primes[i] < POWERS_END && coin(random, 2)) {
            power *= primes[i];
        }
        const enum focus_part part = (enum focus_part)random_between(random, 0, FOCUS_PARTS - 1);
        const double count = count_allowed(given, power);
        const unsigned list = part / 2;
        const bool is_short = part % 2 == 1;
        if ((parts >> part & 1) != 0 && coin(random, share) && counts[list] * count <= SUMS_MAX &&
            (!is_short || shorts[list] * count <= SHORTS_MAX) && moduli[list] * power < modulus_end) {
            given->layout.powers[given->layout.power_count++] = (struct focus_power){.value = power, .part = part};
            moduli[list] *= power;
            counts[list] *= count;
            shorts[list] *= is_short ? count : 1;
        }
    }
}

static bool divides_list(const struct focus_layout *layout, uint32_t modulus, unsigned list)
{
    uint32_t left = modulus;
    for (size_t i = 0; i < layout->power_count; ++i) {
        if (layout->powers[i].part / 2 == list) {
            left /= (uint32_t)greatest_common_divisor(left, layout->powers[i].value);
        }
    }
    return left == 1;
}

/* Some moduli of constraints, and some that none has. */
static void draw_rows(struct pass_case *given)
{
    struct focus_layout *const layout = &given->layout;
    struct random_state *const random = &given->random;
    const uint64_t largest = coin(random, 10) ? FOCUS_ROW_MODULUS_MAX : 64;
    const uint64_t wanted = random_between(random, 1, coin(random, 3) ? FOCUS_ROWS_MAX : 4);
    for (int tries = 0; tries < 4 * FOCUS_ROWS_MAX && layout->row_count < wanted; ++tries) {
        uint64_t modulus = random_between(random, 2, largest);
        if (given->reduced->constraints.count > 0 && !coin(random, 8)) {
            const size_t index = (size_t)random_between(random, 0, given->reduced->constraints.count - 1);
            modulus = given->reduced->constraints.items[index].modulus;
        }
        if (modulus <= largest && !divides_list(layout, (uint32_t)modulus, 0) &&
            !divides_list(layout, (uint32_t)modulus, 1)) {
            layout->row_moduli[layout->row_count++] = (uint32_t)modulus;
        }
    }
    if (layout->row_count == 0) {
        layout->row_moduli[layout->row_count++] = 1;
    }
}

/* Few columns a task, so that there are many, and windows that are cut where tasks would meet many offsets. */
static void draw_tasks(struct pass_case *given)
{
    enum { TASKS = 60 };
    struct focus *const focus = &given->focus;
    struct random_state *const random = &given->random;
    const double turns = 1 + (double)given->length / (double)focus->a / (double)focus->b;
    const uint64_t tasks = given->crowded ? 2 : TASKS;
    const double columns = focus_column_count(focus) * turns / (double)random_between(random, 1, tasks);
    focus->task_columns = (uint32_t)columns + 1;
    focus->task_offsets = 1;
    while (focus_window_longest(focus) < given->length / WINDOWS_MAX + 1 || (coin(random, 2) && !coin(random, 8))) {
        focus->task_offsets = focus->task_offsets < 1 << 30 ? 2 * focus->task_offsets : focus->task_offsets;
    }
}

static void find_safe(struct pass_case *given)
{
    given->safe_count = 0;
    for (firesieve_delay delay = given->base; delay < given->base + given->length; ++delay) {
        if (!firesieve_firewall_catches(given->firewall, delay)) {
            given->safe[given->safe_count++] = delay;
        }
    }
}

/* How often something may still ask whether to go on, until it is told not to. */
static bool count_down(void *context)
{
    uint64_t *const left = context;
    *left -= *left > 0;
    return *left > 0;
}

static enum focus_outcome make_focus(struct pass_case *given, uint64_t asks)
{
    enum focus_outcome outcome;
    firesieve_error error = {0};
    cr_assert(focus_make(&given->focus, given->reduced, &given->layout, (struct go_on){count_down, &asks}, &outcome,
                         &error) == FIRESIEVE_OK,
              "%s", given->label);
    return outcome;
}

/* False: nothing is safe, as the classes or the lists show. */
static bool draw_pass_case(struct pass_case *given, uint64_t seed)
{
    firesieve_error error = {0};
    *given = (struct pass_case){.random = {seed}};
    given->crowded = coin(&given->random, 6);
    snprintf(given->label, sizeof given->label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
    draw_range(given);
    draw_planted_delays(given);
    draw_constraints(given);
    find_safe(given);
    cr_assert(reduced_of(given->firewall, (struct go_on){NULL, NULL}, &given->reduced, &error) == FIRESIEVE_OK);
    bool blocked = given->reduced->classes.blocked != NULL;
    if (!blocked) {
        draw_powers(given);
        draw_rows(given);
        const enum focus_outcome outcome = make_focus(given, UINT64_MAX);
        cr_assert(outcome != FOCUS_STOPPED, "%s", given->label);
        blocked = outcome == FOCUS_BLOCKED;
    }
    if (blocked) {
        cr_assert(given->safe_count == 0, "%s: blocked, but %s is safe\n%s", given->label, SHOW(given->safe[0]),
                  show_firewall(given->firewall));
        return false;
    }
    draw_tasks(given);
    return true;
}

static void free_pass_case(struct pass_case *given)
{
    focus_free(&given->focus);
    firesieve_firewall_free(given->firewall);
}

static const char *describe(const struct pass_case *given)
{
    static char text[1024];
    const struct focus *const focus = &given->focus;
    int at =
        snprintf(text, sizeof text,
                 "%s, from %s to %s, %zu safe, A %" PRIu64 ", B %" PRIu64 ", %zu * %zu columns, %zu * %zu offsets, "
                 "tasks of %" PRIu32 " * %" PRIu32 ", rows",
                 given->label, SHOW(given->base), SHOW(given->base + given->length), given->safe_count, focus->a,
                 focus->b, focus->columns.longs.count, focus->columns.shorts.count, focus->offsets.longs.count,
                 focus->offsets.shorts.count, focus->task_columns, focus->task_offsets);
    for (size_t i = 0; i < given->layout.row_count; ++i) {
        at += snprintf(text + at, sizeof text - (size_t)at, " %" PRIu32, given->layout.row_moduli[i]);
    }
    return text;
}

/* Another thread has found a safe delay of the window. */
static void lower_end(struct pass_case *given, const struct focus_window *window, struct finds *finds)
{
    if (given->safe_count == 0 || !coin(&given->random, 20)) {
        return;
    }
    const firesieve_delay found = given->safe[random_between(&given->random, 0, given->safe_count - 1)];
    if (found >= window->base && found >= finds->low && found < finds->end) {
        finds->end = found;
    }
}

/* Runs all tasks of a window, beginning with any, forwards or backwards. */
static enum sieve_outcome run_tasks(struct pass_case *given, struct focus_pass *pass, const struct focus_window *window,
                                    struct finds *finds)
{
    const bool backwards = coin(&given->random, 2);
    const uint64_t first = random_between(&given->random, 0, window->tasks - 1);
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint64_t i = 0; i < window->tasks && outcome == SIEVE_DONE; ++i) {
        if (finds->goal == GOAL_SMALLEST) {
            lower_end(given, window, finds);
        }
        const uint64_t task = (first + (backwards ? window->tasks - 1 - i : i)) % window->tasks;
        outcome = focus_pass_run(pass, window, task);
    }
    return outcome;
}

/*
 * Searches from finds->low to the end of the range, window by window, cut anywhere. SMALLEST: finds->end is the
 * find, or the end of the range.
 */
static enum sieve_outcome run_windows(struct pass_case *given, const struct kernel_operations *kernel, uint64_t asks,
                                      struct finds *finds)
{
    const firesieve_delay end = given->base + given->length;
    const firesieve_delay longest = focus_window_longest(&given->focus);
    struct focus_pass pass;
    enum sieve_outcome outcome = SIEVE_DONE;
    cr_assert(focus_pass_start(&pass, &given->focus, kernel, (struct go_on){count_down, &asks}, finds, NULL));
    for (firesieve_delay base = given->base; base < end && outcome == SIEVE_DONE;) {
        const firesieve_delay left = end - base;
        firesieve_delay length = left < longest ? left : longest;
        if (length > 2 && !coin(&given->random, 3)) {
            length -= random_between(&given->random, 0, (uint64_t)length / 2);
        }
        struct focus_window window;
        cr_assert(focus_window_open(&window, &given->focus, base, length));
        finds->end = base + length;
        outcome = run_tasks(given, &pass, &window, finds);
        focus_window_close(&window);
        if (finds->goal == GOAL_SMALLEST && finds->end < base + length) {
            break;
        }
        base += length;
    }
    focus_pass_free(&pass);
    return outcome;
}

static int compare_delays(const void *a, const void *b)
{
    const firesieve_delay left = *(const firesieve_delay *)a;
    const firesieve_delay right = *(const firesieve_delay *)b;
    return (left > right) - (left < right);
}

/* Every safe delay from `first` of them on is in the list once, and nothing else is. */
static void check_list(const struct pass_case *given, size_t first, struct delay_list *list)
{
    const size_t expected = given->safe_count - first;
    if (list->count > 0) {
        qsort(list->delays, list->count, sizeof *list->delays, compare_delays);
    }
    for (size_t i = 0; i < list->count; ++i) {
        const bool right = i < expected && list->delays[i] == given->safe[first + i];
        cr_assert(right, "%s: %s is listed, but not expected\n%s", describe(given), SHOW(list->delays[i]),
                  show_firewall(given->firewall));
    }
    cr_assert(list->count == expected, "%s: %zu delays listed instead of %zu\n%s", describe(given), list->count,
              expected, show_firewall(given->firewall));
}

static void check_goals(struct pass_case *given, const struct kernel_operations *kernel)
{
    const uint64_t in = coin(&given->random, 3) ? random_between(&given->random, 0, (uint64_t)given->length - 1) : 0;
    const firesieve_delay low = given->base + in; /* below it nothing is wanted */
    size_t first = 0;
    while (first < given->safe_count && given->safe[first] < low) {
        ++first;
    }
    for (int goal = GOAL_SMALLEST; goal <= GOAL_LIST; ++goal) {
        struct finds finds = {.goal = (enum search_goal)goal, .low = low};
        cr_assert(run_windows(given, kernel, UINT64_MAX, &finds) == SIEVE_DONE, "%s", describe(given));
        if (goal == GOAL_LIST) {
            check_list(given, first, &finds.list);
        } else if (goal == GOAL_COUNT) {
            cr_assert(finds.count == given->safe_count - first, "%s: %" PRIu64 " counted instead of %zu",
                      describe(given), finds.count, given->safe_count - first);
        } else {
            const firesieve_delay expected =
                first < given->safe_count ? given->safe[first] : given->base + given->length;
            cr_assert(finds.end == expected, "%s: smallest %s instead of %s\n%s", describe(given), SHOW(finds.end),
                      SHOW(expected), show_firewall(given->firewall));
        }
        free(finds.list.delays);
    }
}

ParameterizedTestParameters(focus_pass, finds_what_the_closed_form_does)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, focus_pass, finds_what_the_closed_form_does)
{
    static struct pass_case given;
    const struct kernel_operations *const kernel = operations_or_skip(*index);
    const unsigned cases = firesieve_kernel_at(*index) == firesieve_kernel_best() ? 300 : 40;
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        if (draw_pass_case(&given, seed)) {
            check_goals(&given, kernel);
        }
        free_pass_case(&given);
    }
}

/* Told to stop at the first, the second, ... time it asks, until it is not: then everything is found. */
Test(focus_pass, stops_when_told_to)
{
    enum { CASES = 40, ASKS_STEP = 3 };
    static struct pass_case given;
    const struct kernel_operations *const kernel = kernel_scalar()->operations;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        enum sieve_outcome outcome = draw_pass_case(&given, seed) ? SIEVE_STOPPED : SIEVE_DONE;
        for (uint64_t asks = 0; outcome != SIEVE_DONE; asks = ASKS_STEP * asks + 1) {
            struct finds finds = {.goal = GOAL_LIST, .low = given.base};
            outcome = run_windows(&given, kernel, asks, &finds);
            cr_assert(outcome == (asks == 0 ? SIEVE_STOPPED : outcome) && outcome != SIEVE_NO_MEMORY, "%s",
                      given.label);
            if (outcome == SIEVE_DONE) {
                check_list(&given, 0, &finds.list);
            }
            free(finds.list.delays);
        }
        free_pass_case(&given);
    }
}

/* Lists of a hundred thousand residues, most of them in one part. */
static void long_lists(struct pass_case *given)
{
    static const struct focus_power powers[] = {
        {19, COLUMN_LONGS}, {17, COLUMN_LONGS}, {13, COLUMN_LONGS},  {11, COLUMN_LONGS}, {7, COLUMN_LONGS},
        {5, COLUMN_LONGS},  {23, COLUMN_LONGS}, {29, COLUMN_SHORTS}, {31, OFFSET_LONGS}, {37, OFFSET_SHORTS},
    };
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE);
    options.primes = 20;
    firesieve_error error = {0};
    *given = (struct pass_case){.label = "long lists", .layout = {.row_moduli = {41}, .row_count = 1}};
    given->layout.power_count = COUNT_OF(powers);
    memcpy(given->layout.powers, powers, sizeof powers);
    given->firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
    cr_assert(reduced_of(given->firewall, (struct go_on){NULL, NULL}, &given->reduced, &error) == FIRESIEVE_OK);
}

Test(focus_make, stops_when_told_to)
{
    static struct pass_case given;
    long_lists(&given);
    uint64_t asks = 0;
    while (make_focus(&given, asks) == FOCUS_STOPPED) {
        focus_free(&given.focus);
        ++asks;
    }
    cr_assert(asks > 100, "it asked only %" PRIu64 " times", asks);
    cr_assert(focus_column_count(&given.focus) == 142560.0 * 14, "%g columns", focus_column_count(&given.focus));
    free_pass_case(&given);
}
