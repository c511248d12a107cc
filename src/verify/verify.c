#include "verify/verify.h"

#include <inttypes.h>
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

/* ---- rows --------------------------------------------------------------------------------------------- */

/* Lays the rows of a case out, each at its skew, and returns how many integers they and the gaps between take. */
static size_t lay_rows(const struct rows_case *given, struct verify_space *space)
{
    uint64_t *limb = space->row_limbs;
    for (size_t i = 0; i < given->row_count; ++i) {
        uint8_t *const row = (uint8_t *)(limb + KERNEL_WORD_LIMBS) + given->rules[i].skew;
        uint64_t *const end = limb + ROW_GAP_LIMBS + given->word_count * KERNEL_WORD_LIMBS;
        for (; limb < end; ++limb) {
            *limb = CANARY;
        }
        uint64_t limbs[CASE_WORDS_MAX * KERNEL_WORD_LIMBS];
        row_build(&given->rules[i], given->offset, given->word_count, limbs);
        memcpy(row, limbs, given->word_count * KERNEL_WORD_BYTES);
        space->rows[i] = row;
    }
    const size_t used = (size_t)(limb - space->row_limbs);
    memcpy(space->row_limbs_before, space->row_limbs, used * sizeof *limb);
    return used;
}

static uint64_t *clear_survivors(const struct rows_case *given, struct rows_result *result)
{
    for (size_t i = 0; i < SURVIVORS_LIMBS; ++i) {
        result->limbs[i] = CANARY;
    }
    return result->limbs + CANARY_LIMBS + given->survivors_skew;
}

static void rows_by_kernel(const struct kernel_operations *operations, const struct rows_case *given,
                           struct verify_space *space, struct rows_result *result)
{
    uint64_t *const survivors = clear_survivors(given, result);
    result->live_words = operations->rows(space->rows, given->row_count, given->word_count, survivors);
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

/* Decides column by column with one division a row; looks at no row that was built. */
static void rows_by_oracle(const struct rows_case *given, struct rows_result *result)
{
    uint64_t *const survivors = clear_survivors(given, result);
    memset(survivors, 0, given->word_count * KERNEL_WORD_BYTES);
    result->live_words = 0;
    for (size_t word = 0; word < given->word_count; ++word) {
        bool live = false;
        for (uint64_t column = word * KERNEL_WORD_COLUMNS; column < (word + 1) * KERNEL_WORD_COLUMNS; ++column) {
            if (oracle_column_survives(given, column)) {
                survivors[column / 64] |= UINT64_C(1) << column % 64;
                live = true;
            }
        }
        result->live_words += live;
    }
}

static bool rows_results_agree(const struct rows_result *a, const struct rows_result *b)
{
    return a->live_words == b->live_words && memcmp(a->limbs, b->limbs, sizeof a->limbs) == 0;
}

static void describe_rows(const struct rows_case *given, const struct rows_result *got,
                          const struct rows_result *wanted, const char *reference, char *text)
{
    const size_t begin = CANARY_LIMBS + given->survivors_skew;
    const size_t end = begin + given->word_count * KERNEL_WORD_LIMBS;
    size_t limb = 0;
    while (limb < SURVIVORS_LIMBS && got->limbs[limb] == wanted->limbs[limb]) {
        ++limb;
    }
    char what[96];
    if (limb == SURVIVORS_LIMBS) {
        snprintf(what, sizeof what, "returns %zu live words, not %zu", got->live_words, wanted->live_words);
    } else if (limb < begin) {
        snprintf(what, sizeof what, "writes outside, %zu bytes before the survivors",
                 (begin - limb) * sizeof(uint64_t));
    } else if (limb >= end) {
        snprintf(what, sizeof what, "writes outside, %zu bytes behind the survivors", (limb - end) * sizeof(uint64_t));
    } else {
        const uint64_t wrong = got->limbs[limb] ^ wanted->limbs[limb];
        const size_t column = (limb - begin) * 64 + (size_t)__builtin_ctzll(wrong);
        snprintf(what, sizeof what, "%s column %zu", (got->limbs[limb] & wrong & -wrong) != 0 ? "keeps" : "loses",
                 column);
    }
    snprintf(text, VERIFY_TEXT_SIZE, "rows differs from %s: %s (%zu rows, %zu words)", reference, what,
             given->row_count, given->word_count);
}

bool verify_rows(const struct kernel_operations *operations, const struct rows_case *given, struct verify_space *space,
                 char *text)
{
    struct rows_result *const results = space->rows_results;
    const size_t used = lay_rows(given, space);
    rows_by_oracle(given, &results[BY_ORACLE]);
    rows_by_kernel(kernel_scalar()->operations, given, space, &results[BY_SCALAR]);
    rows_by_kernel(operations, given, space, &results[BY_KERNEL]);
    if (memcmp(space->row_limbs, space->row_limbs_before, used * sizeof *space->row_limbs) != 0) {
        snprintf(text, VERIFY_TEXT_SIZE, "rows changes a row, which it may only read (%zu rows, %zu words)",
                 given->row_count, given->word_count);
        return false;
    }
    const bool scalar_agrees = rows_results_agree(&results[BY_KERNEL], &results[BY_SCALAR]);
    const bool oracle_agrees = rows_results_agree(&results[BY_KERNEL], &results[BY_ORACLE]);
    if (scalar_agrees && oracle_agrees) {
        return true;
    }
    describe_rows(given, &results[BY_KERNEL], &results[oracle_agrees ? BY_SCALAR : BY_ORACLE],
                  reference_name(scalar_agrees, oracle_agrees), text);
    return false;
}

/* ---- lanes -------------------------------------------------------------------------------------------- */

static size_t padded(size_t count)
{
    return (count + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

static void fill_lanes(uint32_t *lanes, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; ++i) {
        lanes[i] = (uint32_t)CANARY;
    }
}

static uint32_t *clear_candidates(const struct lanes_case *given, struct lanes_result *result)
{
    fill_lanes(result->lanes, 0, CANDIDATES_LANES);
    return result->lanes + CANARY_LANES + given->skew;
}

static void lanes_by_kernel(const struct kernel_operations *operations, const struct lanes_case *given,
                            struct lanes_result *result)
{
    const struct kernel_lane_test test = lane_test_prepare(given->period, given->residue);
    uint32_t *const candidates = clear_candidates(given, result);
    memcpy(candidates, given->candidates, given->count * sizeof *candidates);
    result->kept = operations->lanes(candidates, given->count, &test);
    /* What is behind the result is unspecified up to the padding's end; make it comparable. */
    fill_lanes(candidates, result->kept, padded(given->count));
}

static void lanes_by_oracle(const struct lanes_case *given, struct lanes_result *result)
{
    uint32_t *const candidates = clear_candidates(given, result);
    result->kept = 0;
    for (size_t i = 0; i < given->count; ++i) {
        if (given->candidates[i] % given->period != given->residue) {
            candidates[result->kept++] = given->candidates[i];
        }
    }
}

static bool lanes_results_agree(const struct lanes_result *a, const struct lanes_result *b)
{
    return a->kept == b->kept && memcmp(a->lanes, b->lanes, sizeof a->lanes) == 0;
}

static void describe_lanes(const struct lanes_case *given, const struct lanes_result *got,
                           const struct lanes_result *wanted, const char *reference, char *text)
{
    const size_t begin = CANARY_LANES + given->skew;
    const size_t end = begin + padded(given->count);
    size_t lane = 0;
    while (lane < CANDIDATES_LANES && got->lanes[lane] == wanted->lanes[lane]) {
        ++lane;
    }
    char what[96];
    if (lane < begin) {
        snprintf(what, sizeof what, "writes outside, %zu bytes before the candidates",
                 (begin - lane) * sizeof(uint32_t));
    } else if (lane >= end && lane < CANDIDATES_LANES) {
        snprintf(what, sizeof what, "writes outside, %zu bytes behind the padding", (lane - end) * sizeof(uint32_t));
    } else if (got->kept != wanted->kept) {
        snprintf(what, sizeof what, "keeps %zu candidates, not %zu", got->kept, wanted->kept);
    } else {
        snprintf(what, sizeof what, "result %zu is %" PRIu32 ", not %" PRIu32, lane - begin, got->lanes[lane],
                 wanted->lanes[lane]);
    }
    snprintf(text, VERIFY_TEXT_SIZE,
             "lanes differs from %s: %s (%zu candidates, period %" PRIu64 ", residue %" PRIu64 ")", reference, what,
             given->count, given->period, given->residue);
}

bool verify_lanes(const struct kernel_operations *operations, const struct lanes_case *given,
                  struct verify_space *space, char *text)
{
    struct lanes_result *const results = space->lanes_results;
    lanes_by_oracle(given, &results[BY_ORACLE]);
    lanes_by_kernel(kernel_scalar()->operations, given, &results[BY_SCALAR]);
    lanes_by_kernel(operations, given, &results[BY_KERNEL]);
    const bool scalar_agrees = lanes_results_agree(&results[BY_KERNEL], &results[BY_SCALAR]);
    const bool oracle_agrees = lanes_results_agree(&results[BY_KERNEL], &results[BY_ORACLE]);
    if (scalar_agrees && oracle_agrees) {
        return true;
    }
    describe_lanes(given, &results[BY_KERNEL], &results[oracle_agrees ? BY_SCALAR : BY_ORACLE],
                   reference_name(scalar_agrees, oracle_agrees), text);
    return false;
}

/* ---- all ---------------------------------------------------------------------------------------------- */

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
