/*
 * Lists of sums, compared with all of their elements computed one by one. If FIRESIEVE_TEST_SEED is set to the seed in
 * a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "cpu/kernel_table.h"
#include "firewalls.h"
#include "focus/sums.h"
#include "shapes.h"
#include "support/kernels.h"

/* ---- Lists ------------------------------------------------------------------------------------------------ */

static firesieve_delay random_below(struct random_state *random, firesieve_delay end)
{
    return ((firesieve_delay)random_next(random) << 64 | random_next(random)) % end;
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

/* Computes a residue of a value without the library. */
static uint8_t residue_by_hand(const struct sums *sums, int row, firesieve_delay value)
{
    const uint64_t modulus = (uint64_t)sums->moduli.of[row];
    return (uint8_t)((uint64_t)(value % modulus) * (uint64_t)sums->weight.of[row] % modulus);
}

static void put_summand(const struct sums *sums, struct summands *summands, size_t index, firesieve_delay value)
{
    summands->positions[index] = (uint64_t)(value >> sums->shift);
    if (sums->shift != 0) {
        summands->values[index] = value;
    }
    for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
        summands->residues[index].of[row] = residue_by_hand(sums, row, value);
    }
}

/* Multiples of `other`, spread evenly at random or consecutive. */
static void draw_longs(struct random_state *random, struct sums *sums, uint64_t part, uint64_t other, size_t most)
{
    uint64_t count = random_between(random, 1, most);
    count = count > part ? part : count;
    const bool dense = coin(random, 3);
    const uint64_t first = random_between(random, 0, part - count);
    cr_assert(summands_alloc(&sums->longs, count, sums->shift != 0));
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t low = (uint64_t)((firesieve_delay)part * i / count);
        const uint64_t high = (uint64_t)((firesieve_delay)part * (i + 1) / count);
        const uint64_t factor = dense ? first + i : random_between(random, low, high - 1);
        put_summand(sums, &sums->longs, i, (firesieve_delay)other * factor);
    }
}

/* Any numbers that differ modulo `part`, in any order, so that all sums are distinct. */
static void draw_shorts(struct random_state *random, struct sums *sums, uint64_t part, uint64_t other, size_t most)
{
    uint64_t count = random_between(random, 1, most);
    count = count > part ? part : count;
    cr_assert(summands_alloc(&sums->shorts, count, sums->shift != 0));
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t place = coin(random, 2) ? i : count - 1 - i;
        const uint64_t low = (uint64_t)((firesieve_delay)part * place / count);
        put_summand(sums, &sums->shorts, i, low + (firesieve_delay)part * random_between(random, 0, other - 1));
        for (uint64_t j = 0; j < i; ++j) { /* `place` may come twice */
            if (summand_value(&sums->shorts, j) % part == low) {
                sums->shorts.count = i;
                return;
            }
        }
    }
}

/* Parts a and b of any size. A position can hold up to all of the elements. */
static void draw_sums(struct random_state *random, struct sums *sums, size_t longs, size_t shorts)
{
    static const unsigned bits[] = {0, 1, 4, 12, 24, 31, 40, 49};
    static const uint32_t shifts[] = {0, 0, 1, 3, 10, 30, 45};
    const uint64_t largest = UINT64_C(1) << bits[random_between(random, 0, COUNT_OF(bits) - 1)];
    const uint64_t a = coin(random, 2) ? largest : random_between(random, 1, largest);
    const uint64_t b = coin(random, 2) ? random_between(random, 1, 16) : random_between(random, 1, 2 * largest - 1);
    *sums = (struct sums){.modulus = (firesieve_delay)a * b};
    uint32_t least = shifts[random_between(random, 0, COUNT_OF(shifts) - 1)];
    while (least > 0 && ldexp(1, (int)least) > 50 * (double)sums->modulus) {
        --least;
    }
    sums->shift = sums_shift(sums->modulus, least);
    sums->slack = sums->shift == 0 ? 0 : SUMS_SLACK;
    draw_row_moduli(random, sums);
    draw_longs(random, sums, a, b, longs);
    draw_shorts(random, sums, b, a, shorts);
    for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
        sums->of_modulus.of[row] = residue_by_hand(sums, row, sums->modulus);
    }
}

static void free_sums(struct sums *sums)
{
    summands_free(&sums->longs);
    summands_free(&sums->shorts);
}

/* ---- Their elements --------------------------------------------------------------------------------------- */

struct element {
    firesieve_delay value;
    uint64_t position;
};

struct elements {
    struct element *items;
    size_t count;
    size_t capacity;
};

static void append(struct elements *elements, firesieve_delay value, uint64_t position)
{
    if (elements->count == elements->capacity) {
        elements->capacity = 2 * elements->capacity + 64;
        elements->items = reallocarray(elements->items, elements->capacity, sizeof *elements->items);
        cr_assert(elements->items != NULL);
    }
    elements->items[elements->count++] = (struct element){value, position};
}

static int compare_elements(const void *a, const void *b)
{
    const struct element *const left = a;
    const struct element *const right = b;
    return (left->value > right->value) - (left->value < right->value);
}

static void sort_elements(struct elements *elements)
{
    if (elements->count > 1) {
        qsort(elements->items, elements->count, sizeof *elements->items, compare_elements);
    }
}

/*
 * The sum of a long summand, a short one and `rounds` moduli, or one modulus fewer. Returns false if it is negative or
 * too large.
 */
static bool element_of(const struct sums *sums, size_t index, __int128 rounds, struct element *element)
{
    static const __int128 position_end = (__int128)1 << 63;
    const __int128 longs = (__int128)summand_value(&sums->longs, index % sums->longs.count);
    const __int128 shorts = (__int128)summand_value(&sums->shorts, index / sums->longs.count);
    const __int128 all = rounds * (__int128)sums->modulus;
    const __int128 position = (longs >> sums->shift) + (shorts >> sums->shift) + (all >> sums->shift) + sums->slack;
    *element = (struct element){(firesieve_delay)(longs + shorts + all), (uint64_t)position};
    return longs + shorts + all >= 0 && position < position_end;
}

/* All nonnegative elements with positions in [from, to), by definition. */
static struct elements enumerate(const struct sums *sums, uint64_t from, uint64_t to)
{
    struct elements elements = {.count = 0};
    const firesieve_delay first = ((firesieve_delay)from << sums->shift) / sums->modulus;
    const firesieve_delay margin = 4 + ((firesieve_delay)4 << sums->shift) / sums->modulus;
    const firesieve_delay last = ((firesieve_delay)to << sums->shift) / sums->modulus;
    for (size_t i = 0; i < sums->longs.count * sums->shorts.count; ++i) {
        const __int128 least = first > margin ? (__int128)(first - margin) : -1;
        for (__int128 rounds = least; rounds <= (__int128)(last + 1); ++rounds) {
            struct element element;
            if (element_of(sums, i, rounds, &element) && element.position >= from && element.position < to) {
                append(&elements, element.value, element.position);
            }
        }
    }
    sort_elements(&elements);
    return elements;
}

/* Appends the elements that a run has read, and checks the residues and the position of each. */
static void append_run(const struct sums *sums, const struct sum_run *run, uint64_t from, uint64_t to,
                       struct elements *elements, const char *label)
{
    for (size_t i = 0; i < run->count; ++i) {
        firesieve_delay value;
        const uint64_t position = run->positions[i];
        cr_assert(position >= from && position < to, "%s: position %" PRIu64, label, position);
        if (!sum_run_value(run, sums, i, &value)) {
            cr_assert(sums->shift != 0 && position <= SUMS_SLACK, "%s: negative at %" PRIu64, label, position);
            continue;
        }
        const uint64_t exact = (uint64_t)(value >> sums->shift);
        cr_assert(position >= exact && position - exact <= sums->slack, "%s: %s at %" PRIu64, label, SHOW(value),
                  position);
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            const int residue = run->residues[i].of[row];
            const int right = residue_by_hand(sums, row, value);
            cr_assert(residue == right, "%s: %s, residue %d of %d is %d instead of %d", label, SHOW(value), row,
                      sums->moduli.of[row], residue, right);
        }
        append(elements, value, position);
    }
}

static void check_elements(const struct elements *expected, struct elements *found, const char *label)
{
    sort_elements(found);
    for (size_t i = 0; i < found->count && i < expected->count; ++i) {
        cr_assert(found->items[i].value == expected->items[i].value, "%s: element %zu is %s instead of %s", label, i,
                  SHOW(found->items[i].value), SHOW(expected->items[i].value));
        cr_assert(found->items[i].position == expected->items[i].position, "%s: %s is at %" PRIu64 ", not %" PRIu64,
                  label, SHOW(found->items[i].value), found->items[i].position, expected->items[i].position);
    }
    cr_assert(found->count == expected->count, "%s: %zu elements instead of %zu", label, found->count, expected->count);
}

/* ---- Readings --------------------------------------------------------------------------------------------- */

/* Positions are below 2^63, and rounds are counted in 64 bits, which matters only for shifts that no search has. */
static uint64_t position_end(const struct sums *sums)
{
    static const uint64_t end = (UINT64_C(1) << 63) - 1;
    const firesieve_delay rounds = (firesieve_delay)1 << 60;
    const bool few = sums->shift == 0 || sums->modulus >> sums->shift != 0;
    return few ? end : (uint64_t)(sums->modulus * rounds >> sums->shift);
}

static uint64_t draw_position(struct random_state *random, const struct sums *sums)
{
    const uint64_t end = position_end(sums);
    const size_t index = random_between(random, 0, sums->shorts.count - 1);
    const uint64_t little = random_between(random, 0, 4);
    const firesieve_delay turns = (firesieve_delay)end << sums->shift;
    firesieve_delay position = 0;
    switch (random_between(random, 0, 5)) {
    case 0:
        return 0;
    case 1: /* at a short summand, or just before or after it */
        position = sums->shorts.positions[index] + little;
        break;
    case 2: /* at the end of a round */
        position =
            (sums->modulus * random_between(random, 1, sums->modulus < turns / 9 ? 9 : 1) >> sums->shift) + little;
        break;
    case 3: /* where positions end */
        return end - random_between(random, 1, 9);
    case 4:
        position = random_next(random) % end >> random_between(random, 0, 62);
        break;
    default:
        position = random_below(random, (sums->modulus >> sums->shift) + 1);
    }
    return (uint64_t)(position > 2 ? position - 2 : position);
}

/* The length of one reading: about `wanted` elements, or a position or two. */
static uint64_t draw_piece(struct random_state *random, const struct sums *sums, uint64_t wanted)
{
    const uint64_t count = sums->longs.count * sums->shorts.count;
    const firesieve_delay values = sums->modulus / count * random_between(random, 1, wanted);
    static const firesieve_delay longest = UINT64_C(1) << 61;
    const firesieve_delay length = (values >> sums->shift) + 1;
    return coin(random, 6) ? random_between(random, 1, 2) : (uint64_t)(length < longest ? length : longest);
}

/* Reads a list from one position on, piece by piece: together the pieces have every element. */
static void check_reading(struct random_state *random, const struct sums *sums, kernel_add_function *add,
                          uint64_t wanted, struct sum_run *run, const char *seed)
{
    enum { PIECES_MAX = 6 };
    const uint64_t end = position_end(sums);
    struct elements found = {.count = 0};
    char label[400];
    const uint64_t from = draw_position(random, sums);
    uint64_t to = from;
    for (uint64_t pieces = random_between(random, 1, PIECES_MAX); pieces > 0 && to < end; --pieces) {
        const uint64_t piece = draw_piece(random, sums, wanted);
        const uint64_t length = piece < end - to ? piece : end - to;
        snprintf(label, sizeof label,
                 "%s, modulus %s, shift %" PRIu32 ", %zu longs, %zu shorts, %" PRIu64 " from %" PRIu64, seed,
                 SHOW(sums->modulus), sums->shift, sums->longs.count, sums->shorts.count, length, to);
        cr_assert(sums_read(sums, add, to, to + length, run));
        append_run(sums, run, to, to + length, &found, label);
        to += length;
    }
    struct elements expected = enumerate(sums, from, to);
    check_elements(&expected, &found, label);
    free(expected.items);
    free(found.items);
}

/* All lists share one run, which has room for any of them. */
static void check_lists(kernel_add_function *add, unsigned cases, size_t longs, size_t shorts, uint64_t wanted)
{
    enum { READINGS = 4 };
    struct sum_run run = {.count = 0};
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        struct random_state random = {seed};
        struct sums sums;
        char label[64];
        snprintf(label, sizeof label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        draw_sums(&random, &sums, longs, shorts);
        for (int i = 0; i < READINGS; ++i) {
            check_reading(&random, &sums, add, wanted, &run, label);
        }
        free_sums(&sums);
    }
    sum_run_free(&run);
}

ParameterizedTestParameters(focus_sums, stretch_by_stretch_have_every_element_once)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, focus_sums, stretch_by_stretch_have_every_element_once)
{
    const bool best = firesieve_kernel_at(*index) == firesieve_kernel_best();
    kernel_add_function *const add = operations_or_skip(*index)->add;
    check_lists(add, best ? 4000 : 400, 3, 3, 20);
    check_lists(add, best ? 500 : 50, 40, 12, 300);
    check_lists(add, best ? 10 : 2, 2000, 60, 20000);
}

/* All longs begin with the same bits, and so do all shorts: nothing but the shift tells positions from values. */
Test(focus_sums, of_summands_that_tie_in_their_leading_bits)
{
    enum { COUNT = 9 };
    kernel_add_function *const add = firesieve_kernel_best()->operations->add;
    struct sum_run run = {.count = 0};
    for (uint32_t least = 1; least <= 40; ++least) {
        struct sums sums = {.modulus = (firesieve_delay)COUNT << 90, .slack = SUMS_SLACK};
        sums.shift = sums_shift(sums.modulus, least);
        memset(&sums.moduli, 7, sizeof sums.moduli);
        memset(&sums.weight, 3, sizeof sums.weight);
        cr_assert(summands_alloc(&sums.longs, COUNT, true) && summands_alloc(&sums.shorts, COUNT, true));
        for (size_t i = 0; i < COUNT; ++i) {
            put_summand(&sums, &sums.longs, i, ((firesieve_delay)1 << 80) - 1 - COUNT * (COUNT - i));
            put_summand(&sums, &sums.shorts, i, ((firesieve_delay)3 << 80) - 1 - i);
        }
        for (int row = 0; row < FOCUS_ROWS_MAX; ++row) {
            sums.of_modulus.of[row] = residue_by_hand(&sums, row, sums.modulus);
        }
        const uint64_t middle = (uint64_t)(((firesieve_delay)1 << 82) >> sums.shift);
        struct elements found = {.count = 0};
        for (uint64_t from = middle - 5; from < middle + 5; ++from) {
            cr_assert(sums_read(&sums, add, from, from + 1, &run));
            append_run(&sums, &run, from, from + 1, &found, "ties");
        }
        struct elements expected = enumerate(&sums, middle - 5, middle + 5);
        cr_assert(expected.count == (size_t)COUNT * COUNT);
        check_elements(&expected, &found, "ties");
        free(expected.items);
        free(found.items);
        free_sums(&sums);
    }
    sum_run_free(&run);
}

Test(focus_sums, are_shifted_until_positions_fit)
{
    static const struct {
        firesieve_delay modulus;
        uint32_t least;
        uint32_t shift;
    } rows[] = {
        {1, 0, 0},
        {1, 5, 5},
        {((firesieve_delay)1 << 62) - 1, 0, 0},
        {(firesieve_delay)1 << 62, 0, 1},
        {((firesieve_delay)1 << 63) - 1, 0, 1},
        {(firesieve_delay)1 << 63, 0, 2},
        {(firesieve_delay)1 << 63, 1, 2},
        {(firesieve_delay)1 << 63, 3, 3},
        {((firesieve_delay)1 << 100) - 1, 0, 38},
        {((firesieve_delay)1 << 100) - 1, 40, 40},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const uint32_t shift = sums_shift(rows[i].modulus, rows[i].least);
        cr_expect(shift == rows[i].shift, "%s, at least %u: %u", SHOW(rows[i].modulus), rows[i].least, shift);
    }
}

/* ---- Residues --------------------------------------------------------------------------------------------- */

Test(focus_sums, residues_of_any_value)
{
    enum { CASES = 2000 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        struct sums sums = {.modulus = 1};
        draw_row_moduli(&random, &sums);
        const firesieve_delay value =
            coin(&random, 9) ? FIRESIEVE_DELAY_END - 1 - random_between(&random, 0, 9)
                             : random_below(&random, FIRESIEVE_DELAY_END) >> random_between(&random, 0, 126);
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
