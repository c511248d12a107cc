/* Every kernel at every size, tail, lane and offset, one after the other. */
#include <criterion/criterion.h>
#include <stdlib.h>

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

/* The last lane too; and a count of 0, and no survivor at all. */
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
