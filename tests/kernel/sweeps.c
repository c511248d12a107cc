/* Every kernel at every size, tail, lane and offset in turn. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "pass/lanes.h"
#include "support/kernels.h"
#include "verify/verify.h"

enum { WORDS_MAX = 33, ROWS_MAX = 20, LANES_MAX = 65 };

static struct verify_space *create_space(void)
{
    struct verify_space *const space = verify_space_create();
    cr_assert(space != NULL);
    return space;
}

static void check_rows(size_t index, const struct rows_case *given, struct verify_space *space)
{
    char label[KERNEL_LABEL_SIZE];
    char text[VERIFY_TEXT_SIZE];
    cr_assert(verify_rows(firesieve_kernel_at(index)->operations, given, space, text), "%s: offset %llu: %s",
              kernel_label(index, label), (unsigned long long)given->offset, text);
}

static void check_lanes(size_t index, const struct lanes_case *given, struct verify_space *space)
{
    char label[KERNEL_LABEL_SIZE];
    char text[VERIFY_TEXT_SIZE];
    cr_assert(verify_lanes(firesieve_kernel_at(index)->operations, given, space, text), "%s: %s",
              kernel_label(index, label), text);
}

static struct row_rule forbid(uint64_t modulus, uint64_t residue)
{
    return (struct row_rule){.modulus = modulus, .forbids = true, .residue_count = 1, .residues = {residue}};
}

/* Rows that leave survivors in some words and none in others, whatever their number. */
static void set_rules(struct rows_case *given)
{
    static const uint64_t moduli[] = {3, 4, 5, 7, 9, 11, 13, 16, 17, 19, 23, 25, 29, 31, 32, 37, 41, 43, 47, 49};
    for (size_t row = 0; row < ROWS_MAX; ++row) {
        given->rules[row] = forbid(moduli[row], row % moduli[row]);
        given->rules[row].skew = row % KERNEL_WORD_LIMBS;
    }
    /* Two words of three are empty once row 10 has been seen, and the first of them is empty at once. */
    given->rules[2] = (struct row_rule){
        .modulus = 8 * (uint64_t)KERNEL_WORD_COLUMNS, .residue_count = 4, .residues = {517, 1023, 1024, 2100}};
    given->rules[10] = forbid(8 * (uint64_t)KERNEL_WORD_COLUMNS, 2100);
}

ParameterizedTestParameters(sweeps, rows_agree_at_every_size)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, sweeps, rows_agree_at_every_size)
{
    operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct rows_case given = {.offset = 0};
    set_rules(&given);
    for (given.row_count = 0; given.row_count <= ROWS_MAX; ++given.row_count) {
        for (given.word_count = 0; given.word_count <= WORDS_MAX; ++given.word_count) {
            given.survivors_skew = given.word_count % KERNEL_WORD_LIMBS;
            check_rows(*index, &given, space);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, rows_agree_at_every_offset)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, sweeps, rows_agree_at_every_offset)
{
    static const uint64_t periods[] = {1, 2, 63, 64, 65, 512};
    operations_or_skip(*index);
    struct verify_space *const space = create_space();
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; ++i) {
        struct rows_case given = {.row_count = 3, .word_count = 9};
        given.rules[0] = forbid(periods[i], 0);
        given.rules[1] = forbid(2 * periods[i] + 1, 1);
        given.rules[2] = (struct row_rule){.modulus = 3 * periods[i], .residue_count = 2, .residues = {1, 2}};
        for (given.offset = 0; given.offset < periods[i]; ++given.offset) {
            check_rows(*index, &given, space);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, lanes_drop_the_caught_candidate_wherever_it_is)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, sweeps, lanes_drop_the_caught_candidate_wherever_it_is)
{
    operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct lanes_case given = {.period = 1000, .residue = 7};
    for (given.count = 1; given.count <= LANES_MAX; ++given.count) {
        given.skew = given.count % KERNEL_LANES;
        for (size_t caught = 0; caught < given.count; ++caught) {
            for (size_t i = 0; i < given.count; ++i) {
                given.candidates[i] = (uint32_t)(1000 * i + (i == caught ? 7 : 8));
            }
            check_lanes(*index, &given, space);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, lanes_keep_the_only_survivor_wherever_it_is)
{
    return every_kernel();
}

/* Including the last lane, a count of 0, and no survivor at all. */
ParameterizedTest(const size_t *index, sweeps, lanes_keep_the_only_survivor_wherever_it_is)
{
    operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct lanes_case given = {.period = 4096, .residue = 4095};
    for (given.count = 0; given.count <= LANES_MAX; ++given.count) {
        for (size_t survivor = 0; survivor <= given.count; ++survivor) {
            for (size_t i = 0; i < given.count; ++i) {
                given.candidates[i] = (uint32_t)(4096 * i + (i == survivor ? 0 : 4095));
            }
            check_lanes(*index, &given, space);
        }
    }
    verify_space_free(space);
}

/* ---- tiles -------------------------------------------------------------------------------------------- */

static void check_tiles(size_t index, bool right, const char *text)
{
    char label[KERNEL_LABEL_SIZE];
    cr_assert(right, "%s: %s", kernel_label(index, label), text);
}

ParameterizedTestParameters(sweeps, rows_are_built_of_every_modulus)
{
    return every_kernel();
}

/* With one class allowed, or all but one; each column has each residue in turn. */
ParameterizedTest(const size_t *index, sweeps, rows_are_built_of_every_modulus)
{
    char text[VERIFY_TEXT_SIZE];
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct build_case given = {.modulus = 1};
    for (; given.modulus <= KERNEL_MODULUS_MAX; ++given.modulus) {
        for (uint32_t turn = 0; turn < 6; ++turn) {
            const uint32_t one = turn % 3 * given.modulus / 3;
            for (uint32_t i = 0; i < given.modulus; ++i) {
                given.allowed[i] = (i == one) == (turn < 3);
            }
            for (uint32_t i = 0; i < KERNEL_WORD_COLUMNS; ++i) {
                given.residues[i] = (uint8_t)((i * (turn + 1) + turn) % given.modulus);
            }
            given.skew = (given.modulus + turn) % (CASE_SKEW_MAX + 1);
            check_tiles(*index, verify_build(operations, &given, space, text), text);
        }
    }
    verify_space_free(space);
}

enum { COUNT_MAX = 200 };

static size_t pseudorandom(size_t i, size_t below)
{
    return (size_t)((i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 33) % below;
}

static struct sieve_case sieve_case_of(size_t count)
{
    struct sieve_case given = {.count = count, .row_seed = count, .planted = (uint32_t)(count - count / 4)};
    given.row_thickness = (uint32_t)(count % 4);
    given.uprooted = (uint32_t)(count / 2);
    given.skew = count % (CASE_SKEW_MAX + 1);
    for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
        given.moduli[j] = (uint8_t)(5 + 3 * j);
    }
    for (size_t i = 0; i < count; ++i) {
        given.numbers[i] = (uint32_t)(7 * i % CASE_OFFSETS_MAX);
        given.columns[i] = (uint16_t)pseudorandom(i, KERNEL_WORD_COLUMNS);
        for (size_t j = 0; j < KERNEL_MODULI; ++j) {
            given.residues[given.numbers[i]][j] = (uint8_t)pseudorandom(i * KERNEL_MODULI + j, given.moduli[j]);
        }
    }
    return given;
}

ParameterizedTestParameters(sweeps, offsets_are_sieved_by_every_count_of_moduli)
{
    return every_kernel();
}

/* Some offsets fail at each modulus in turn. */
ParameterizedTest(const size_t *index, sweeps, offsets_are_sieved_by_every_count_of_moduli)
{
    char text[VERIFY_TEXT_SIZE];
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    struct sieve_case given = sieve_case_of(64);
    for (given.key_first = 0; given.key_first <= KERNEL_MODULI - KERNEL_KEY_ROWS; ++given.key_first) {
        for (uint32_t count = given.key_first + KERNEL_KEY_ROWS; count <= KERNEL_MODULI; ++count) {
            given.modulus_count = count;
            for (uint32_t i = 0; i < COUNT_MAX; ++i) {
                given.missing[i] = (uint8_t)(i % count);
            }
            check_tiles(*index, verify_sieve(operations, &given, space, text), text);
        }
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, offsets_of_every_number_are_sieved)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, sweeps, offsets_of_every_number_are_sieved)
{
    char text[VERIFY_TEXT_SIZE];
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    for (size_t count = 0; count <= COUNT_MAX; ++count) {
        struct sieve_case given = sieve_case_of(count);
        given.modulus_count = (uint32_t)(KERNEL_MODULI - count % 3);
        given.key_first = (uint32_t)(count % 4);
        check_tiles(*index, verify_sieve(operations, &given, space, text), text);
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, offsets_of_every_number_are_picked)
{
    return every_kernel();
}

/* With no residue alive, all of them, and each one alone. */
ParameterizedTest(const size_t *index, sweeps, offsets_of_every_number_are_picked)
{
    char text[VERIFY_TEXT_SIZE];
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    for (size_t count = 0; count <= COUNT_MAX; ++count) {
        for (size_t turn = 0; turn < 4; ++turn) {
            struct pick_case given = {.first = UINT32_MAX - CASE_OFFSETS_MAX, .count = count};
            given.skew = (count + turn) % (CASE_SKEW_MAX + 1);
            for (size_t i = 0; i < 256; ++i) {
                given.alive[i] = turn == 1 || pseudorandom(i, 3) < turn ? 0xff : 0;
            }
            for (size_t i = 0; i < count; ++i) {
                given.residues[i] = (uint8_t)pseudorandom(i + 4 * count, 256);
            }
            check_tiles(*index, verify_pick(operations, &given, space, text), text);
        }
    }
    struct pick_case given = {.count = 256};
    for (size_t alone = 0; alone < 256; ++alone) {
        memset(given.alive, 0, sizeof given.alive);
        given.alive[alone] = 0xff;
        given.residues[alone] = (uint8_t)alone;
        check_tiles(*index, verify_pick(operations, &given, space, text), text);
    }
    verify_space_free(space);
}

ParameterizedTestParameters(sweeps, every_sum_is_right)
{
    return every_kernel();
}

/* For every modulus every pair of residues; and every count of numbers. */
ParameterizedTest(const size_t *index, sweeps, every_sum_is_right)
{
    char text[VERIFY_TEXT_SIZE];
    const struct kernel_operations *const operations = operations_or_skip(*index);
    struct verify_space *const space = create_space();
    for (uint32_t modulus = 1; modulus <= KERNEL_MODULUS_MAX; ++modulus) {
        struct add_case given = {.position = UINT64_MAX >> 2, .count = (modulus + KERNEL_MODULI - 1) / KERNEL_MODULI};
        for (uint32_t i = 0; i < given.count * KERNEL_MODULI; ++i) {
            given.residues[i / KERNEL_MODULI][i % KERNEL_MODULI] = (uint8_t)(i % modulus);
        }
        for (uint32_t residue = 0; residue < modulus; ++residue) {
            memset(given.moduli, (int)modulus, sizeof given.moduli);
            memset(given.residue, (int)residue, sizeof given.residue);
            check_tiles(*index, verify_add(operations, &given, space, text), text);
        }
    }
    for (size_t count = 0; count <= COUNT_MAX; ++count) {
        struct add_case given = {.position = count << 40, .count = count, .skew = count % (CASE_SKEW_MAX + 1)};
        for (size_t j = 0; j < KERNEL_MODULI; ++j) {
            given.moduli[j] = (uint8_t)(255 - 16 * j);
            given.residue[j] = (uint8_t)pseudorandom(j, given.moduli[j]);
        }
        for (size_t i = 0; i < count; ++i) {
            given.positions[i] = i * UINT64_C(0x100000001);
            for (size_t j = 0; j < KERNEL_MODULI; ++j) {
                given.residues[i][j] = (uint8_t)pseudorandom(i * KERNEL_MODULI + j, given.moduli[j]);
            }
        }
        check_tiles(*index, verify_add(operations, &given, space, text), text);
    }
    verify_space_free(space);
}
