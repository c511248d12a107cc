#include "verify/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "cpu/kernel_table.h"
#include "pass/lanes.h"
#include "verify/space.h"

_Static_assert(sizeof((firesieve_verify_report){0}.first_mismatch) == VERIFY_TEXT_SIZE, "a text fits its report");
_Static_assert(CASE_CANDIDATES_MAX % KERNEL_LANES == 0, "the largest case is padded like any other");

struct verify_space *verify_space_create(void)
{
    struct verify_space *const space = aligned_alloc(_Alignof(struct verify_space), sizeof *space);
    if (space != NULL) {
        memset(space, 0, sizeof *space);
    }
    return space;
}

void verify_space_free(struct verify_space *space)
{
    free(space);
}

const char *reference_name(bool scalar_agrees, bool oracle_agrees)
{
    if (scalar_agrees) {
        return "the oracle";
    }
    return oracle_agrees ? "scalar" : "scalar and the oracle";
}

const struct kernel_operations *operations_by(int by, const struct kernel_operations *kernel,
                                              const struct kernel_operations *oracle)
{
    return by == BY_KERNEL ? kernel : by == BY_SCALAR ? kernel_scalar()->operations : oracle;
}

/* ---- Outcomes --------------------------------------------------------------------------------------------- */

void *outcome_begin(struct outcome *outcome, const char *elements, size_t element_bytes, size_t count, size_t skew)
{
    outcome->used = 0;
    outcome->returned = 0;
    outcome->area_count = 0;
    return outcome_add(outcome, elements, element_bytes, count, skew);
}

void *outcome_add(struct outcome *outcome, const char *elements, size_t element_bytes, size_t count, size_t skew)
{
    struct outcome_area *const area = &outcome->areas[outcome->area_count++];
    const size_t begin = (outcome->used + GAP_BYTES) / KERNEL_WORD_BYTES * KERNEL_WORD_BYTES + skew;
    const size_t used = begin + element_bytes * count + GAP_BYTES;
    *area = (struct outcome_area){elements, element_bytes, begin, begin + element_bytes * count};
    memset(outcome->bytes + outcome->used, CANARY_BYTE, used - outcome->used);
    outcome->used = used;
    return outcome->bytes + begin;
}

void outcome_forget(struct outcome *outcome, size_t area_index, size_t count)
{
    const struct outcome_area *const area = &outcome->areas[area_index];
    const size_t specified = area->begin + count * area->element_bytes;
    if (specified < area->end) {
        memset(outcome->bytes + specified, CANARY_BYTE, area->end - specified);
    }
}

static bool outcomes_agree(const struct outcome *a, const struct outcome *b)
{
    return a->returned == b->returned && memcmp(a->bytes, b->bytes, a->used) == 0;
}

/* Describes the element that byte `byte` of an area belongs to: a number, a word of columns, or something else. */
static void describe_element(const struct outcome *got, const struct outcome *wanted, const struct outcome_area *area,
                             size_t byte, char *what, size_t size)
{
    const size_t element = (byte - area->begin) / area->element_bytes;
    const size_t begin = area->begin + element * area->element_bytes;
    if (area->element_bytes == sizeof(uint32_t)) {
        uint32_t numbers[2];
        memcpy(&numbers[0], got->bytes + begin, sizeof numbers[0]);
        memcpy(&numbers[1], wanted->bytes + begin, sizeof numbers[1]);
        snprintf(what, size, "%s %zu is %" PRIu32 ", not %" PRIu32, area->elements, element, numbers[0], numbers[1]);
    } else if (area->element_bytes == KERNEL_WORD_BYTES) {
        uint64_t limbs[2];
        const size_t limb = (byte - begin) / sizeof limbs[0];
        memcpy(&limbs[0], got->bytes + begin + limb * sizeof limbs[0], sizeof limbs[0]);
        memcpy(&limbs[1], wanted->bytes + begin + limb * sizeof limbs[0], sizeof limbs[0]);
        const int bit = __builtin_ctzll(limbs[0] ^ limbs[1]);
        snprintf(what, size, "%s %zu %s column %zu", area->elements, element,
                 (limbs[0] >> bit & 1) != 0 ? "keeps" : "loses", limb * 64 + (size_t)bit);
    } else {
        snprintf(what, size, "%s %zu is wrong in byte %zu", area->elements, element, byte - begin);
    }
}

/* Describes where an outcome differs from the wanted one. */
static void describe_difference(const struct outcome *got, const struct outcome *wanted, char *what, size_t size)
{
    size_t byte = 0;
    while (byte < got->used && got->bytes[byte] == wanted->bytes[byte]) {
        ++byte;
    }
    const struct outcome_area *area = &got->areas[0];
    for (size_t i = 1; i < got->area_count; ++i) {
        /* What is between two arrays belongs to the first, since no kernel writes far before an array. */
        area = byte + GAP_BYTES / 2 >= got->areas[i].begin ? &got->areas[i] : area;
    }
    if (byte < got->used && byte < area->begin) {
        snprintf(what, size, "writes outside, %zu bytes before the %ss", area->begin - byte, area->elements);
    } else if (byte < got->used && byte >= area->end) {
        snprintf(what, size, "writes outside, %zu bytes after the %ss", byte - area->end, area->elements);
    } else if (got->returned != wanted->returned) {
        snprintf(what, size, "returns %zu, not %zu", got->returned, wanted->returned);
    } else {
        describe_element(got, wanted, area, byte, what, size);
    }
}

bool outcomes_judge(const struct verify_space *space, const char *operation, char *text, const char *description, ...)
{
    const struct outcome *const outcomes = space->outcomes;
    const bool scalar_agrees = outcomes_agree(&outcomes[BY_KERNEL], &outcomes[BY_SCALAR]);
    const bool oracle_agrees = outcomes_agree(&outcomes[BY_KERNEL], &outcomes[BY_ORACLE]);
    if (scalar_agrees && oracle_agrees) {
        return true;
    }
    char what[72];
    char given[72];
    va_list arguments;
    va_start(arguments, description);
    vsnprintf(given, sizeof given, description, arguments);
    va_end(arguments);
    describe_difference(&outcomes[BY_KERNEL], &outcomes[oracle_agrees ? BY_SCALAR : BY_ORACLE], what, sizeof what);
    snprintf(text, VERIFY_TEXT_SIZE, "%s differs from %s: %s (%s)", operation,
             reference_name(scalar_agrees, oracle_agrees), what, given);
    return false;
}

/* ---- Rows ------------------------------------------------------------------------------------------------- */

/* Lays out the rows of a case, each at its skew, and returns how many integers they and the gaps between take. */
static size_t lay_rows(const struct rows_case *given, struct verify_space *space)
{
    uint64_t *limb = space->row_limbs;
    for (size_t i = 0; i < given->row_count; ++i) {
        uint8_t *const row = (uint8_t *)(limb + KERNEL_WORD_LIMBS) + given->rules[i].skew;
        const size_t size = ROW_GAP_LIMBS + given->word_count * KERNEL_WORD_LIMBS;
        uint64_t limbs[CASE_WORDS_MAX * KERNEL_WORD_LIMBS];
        row_build(&given->rules[i], given->offset, given->word_count, limbs);
        memset(limb, CANARY_BYTE, size * sizeof *limb);
        memcpy(row, limbs, given->word_count * KERNEL_WORD_BYTES);
        space->rows[i] = row;
        limb += size;
    }
    const size_t used = (size_t)(limb - space->row_limbs);
    memcpy(space->row_limbs_before, space->row_limbs, used * sizeof *limb);
    return used;
}

static bool oracle_allows(const struct row_rule *rule, uint64_t candidate)
{
    const uint64_t residue = candidate % rule->modulus;
    for (size_t i = 0; i < rule->residue_count; ++i) {
        if (rule->residues[i] == residue) {
            return !rule->forbids;
        }
    }
    return rule->forbids;
}

static bool oracle_column_survives(const struct rows_case *given, uint64_t column)
{
    for (size_t row = 0; row < given->row_count; ++row) {
        if (!oracle_allows(&given->rules[row], given->offset + column)) {
            return false;
        }
    }
    return true;
}

/* Decides column by column with one division per row, without reading the rows that were built. */
static size_t rows_by_oracle(const struct rows_case *given, uint64_t *survivors)
{
    size_t live_words = 0;
    memset(survivors, 0, given->word_count * KERNEL_WORD_BYTES);
    for (size_t word = 0; word < given->word_count; ++word) {
        bool live = false;
        for (uint64_t column = word * KERNEL_WORD_COLUMNS; column < (word + 1) * KERNEL_WORD_COLUMNS; ++column) {
            if (oracle_column_survives(given, column)) {
                survivors[column / 64] |= UINT64_C(1) << column % 64;
                live = true;
            }
        }
        live_words += live;
    }
    return live_words;
}

bool verify_rows(const struct kernel_operations *operations, const struct rows_case *given, struct verify_space *space,
                 char *text)
{
    const size_t used = lay_rows(given, space);
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        const struct kernel_operations *const runs = operations_by(by, operations, NULL);
        uint64_t *const survivors = outcome_begin(outcome, "word", KERNEL_WORD_BYTES, given->word_count,
                                                  given->survivors_skew * sizeof *survivors);
        outcome->returned = runs == NULL ? rows_by_oracle(given, survivors)
                                         : runs->rows(space->rows, given->row_count, given->word_count, survivors);
    }
    if (memcmp(space->row_limbs, space->row_limbs_before, used * sizeof *space->row_limbs) != 0) {
        snprintf(text, VERIFY_TEXT_SIZE, "rows changes a row, which it must not (%zu rows, %zu words)",
                 given->row_count, given->word_count);
        return false;
    }
    return outcomes_judge(space, "rows", text, "%zu rows, %zu words", given->row_count, given->word_count);
}

/* ---- Lanes ------------------------------------------------------------------------------------------------ */

static size_t lanes_by_oracle(const struct lanes_case *given, uint32_t *candidates)
{
    size_t kept = 0;
    for (size_t i = 0; i < given->count; ++i) {
        if (given->candidates[i] % given->period != given->residue) {
            candidates[kept++] = given->candidates[i];
        }
    }
    return kept;
}

bool verify_lanes(const struct kernel_operations *operations, const struct lanes_case *given,
                  struct verify_space *space, char *text)
{
    const struct kernel_lane_test test = lane_test_prepare(given->period, given->residue);
    const size_t padded = (given->count + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        const struct kernel_operations *const runs = operations_by(by, operations, NULL);
        uint32_t *const candidates =
            outcome_begin(outcome, "candidate", sizeof *candidates, padded, given->skew * sizeof *candidates);
        memcpy(candidates, given->candidates, given->count * sizeof *candidates);
        outcome->returned =
            runs == NULL ? lanes_by_oracle(given, candidates) : runs->lanes(candidates, given->count, &test);
        outcome_forget(outcome, 0, outcome->returned);
    }
    return outcomes_judge(space, "lanes", text, "%zu candidates, period %" PRIu64 ", residue %" PRIu64, given->count,
                          given->period, given->residue);
}

/* ---- All -------------------------------------------------------------------------------------------------- */

/* Writes the text of the first operation that differs. */
static bool verify_case(const struct kernel_operations *operations, uint64_t seed, struct verify_space *space,
                        char *text)
{
    struct random_state random = {.counter = seed};
    rows_case_draw(&space->rows_case, &random);
    lanes_case_draw(&space->lanes_case, &random);
    build_case_draw(&space->build_case, &random);
    sieve_case_draw(&space->sieve_case, &random);
    pick_case_draw(&space->pick_case, &random);
    add_case_draw(&space->add_case, &random);
    starts_case_draw(&space->starts_case, &random);
    near_case_draw(&space->near_case, &random);
    return verify_rows(operations, &space->rows_case, space, text) &&
           verify_lanes(operations, &space->lanes_case, space, text) &&
           verify_build(operations, &space->build_case, space, text) &&
           verify_sieve(operations, &space->sieve_case, space, text) &&
           verify_pick(operations, &space->pick_case, space, text) &&
           verify_add(operations, &space->add_case, space, text) &&
           verify_starts(operations, &space->starts_case, space, text) &&
           verify_strong(operations, &space->near_case, space, text) &&
           verify_lucas(operations, &space->near_case, space, text);
}

firesieve_status verify_operations(const struct kernel_operations *operations, uint64_t cases, uint64_t seed,
                                   struct go_on go_on, firesieve_verify_report *report, firesieve_error *error)
{
    enum { CASES_A_LOOK = 16 }; /* a few milliseconds */
    bool more = true;
    *report = (firesieve_verify_report){.cases = cases};
    struct verify_space *const space = verify_space_create();
    if (space == NULL) {
        return error_set_memory(error, "the cases");
    }
    for (uint64_t i = 0; i < cases && more; ++i) {
        char text[VERIFY_TEXT_SIZE];
        if (!verify_case(operations, seed + i, space, text) && report->mismatches++ == 0) {
            report->first_bad_seed = seed + i;
            snprintf(report->first_mismatch, sizeof report->first_mismatch, "%s", text);
        }
        more = (i + 1) % CASES_A_LOOK != 0 || go_on_ask(go_on);
    }
    verify_space_free(space);
    return more ? FIRESIEVE_OK : error_set_stopped(error);
}

firesieve_status firesieve_kernel_verify_within(const firesieve_kernel *kernel, uint64_t cases, uint64_t seed,
                                                const firesieve_limits *limits, firesieve_verify_report *report,
                                                firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    firesieve_verify_report verified;
    firesieve_status status = kernel_require(kernel, error);
    if (status == FIRESIEVE_OK) {
        status = verify_operations(kernel->operations, cases, seed, limit_watch_go_on(&watch), &verified, error);
    }
    if (status == FIRESIEVE_OK) {
        *report = verified;
    }
    return status;
}

firesieve_status firesieve_kernel_verify(const firesieve_kernel *kernel, uint64_t cases, uint64_t seed,
                                         firesieve_verify_report *report, firesieve_error *error)
{
    return firesieve_kernel_verify_within(kernel, cases, seed, NULL, report, error);
}
