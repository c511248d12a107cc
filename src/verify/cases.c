#include "verify/cases.h"

#include <string.h>

#define OFFSET_END (UINT64_C(1) << 62)
#define CANDIDATE_END (UINT64_C(1) << KERNEL_CANDIDATE_BITS)
#define NO_COLUMN UINT64_MAX

/* A modulus beyond every column of a case, so that each column has a residue of its own. */
#define WIDE_MODULUS (UINT64_C(1) << 62)

/* One of the sizes at which kernels change their code path, or, as often, any size up to `max`. */
static size_t draw_size(struct random_state *random, const size_t *edges, size_t edge_count, size_t max)
{
    return one_in(random, 2) ? edges[random_between(random, 0, edge_count - 1)] : random_between(random, 0, max);
}

/* ---- Rows --------------------------------------------------------------------------------------------- */

static uint64_t draw_offset(struct random_state *random)
{
    switch (random_between(random, 0, 3)) {
    case 0:
        return random_between(random, 0, 2 * KERNEL_WORD_COLUMNS);
    case 1:
        return random_between(random, 0, OFFSET_END / KERNEL_WORD_COLUMNS - 1) * KERNEL_WORD_COLUMNS;
    default:
        return random_between(random, 0, OFFSET_END - 1);
    }
}

static uint64_t draw_modulus(struct random_state *random, const struct rows_case *drawn, size_t row)
{
    static const uint64_t edges[] = {1, 2, 63, 64, 65, 511, 512, 513};
    switch (random_between(random, 0, 5)) {
    case 0:
        return edges[random_between(random, 0, COUNT_OF(edges) - 1)];
    case 1: /* the modulus of another row; most others are coprime */
        return row == 0 ? 2 : drawn->rules[random_between(random, 0, row - 1)].modulus;
    case 2: /* the period of a layer as in the puzzle */
        return 2 * random_between(random, 1, 20);
    case 3:
        return random_between(random, 3, 100);
    case 4:
        return random_between(random, 3, 4 * KERNEL_WORD_COLUMNS);
    default:
        return random_between(random, 1, WIDE_MODULUS);
    }
}

/* A column at the edge of a 64-bit integer, of a word or of the whole row, or, as often, any column. */
static uint64_t draw_column(struct random_state *random, size_t word_count)
{
    const uint64_t columns = word_count * KERNEL_WORD_COLUMNS;
    const uint64_t edges[] = {0, 63, 64, KERNEL_WORD_COLUMNS - 1, columns - KERNEL_WORD_COLUMNS, columns - 1};
    return one_in(random, 2) ? edges[random_between(random, 0, COUNT_OF(edges) - 1)]
                             : random_between(random, 0, columns - 1);
}

/* A rule for row `row`; it allows column `spared` unless that is NO_COLUMN. */
static void draw_rule(struct random_state *random, struct rows_case *drawn, size_t row, uint64_t spared)
{
    struct row_rule *const rule = &drawn->rules[row];
    const uint64_t modulus = draw_modulus(random, drawn, row);
    const uint64_t spared_residue = spared == NO_COLUMN ? modulus : (drawn->offset + spared) % modulus;
    const uint64_t share = modulus < 4 ? modulus / 2 : modulus / 4;
    const uint64_t most = share < CASE_RESIDUES_MAX ? share : CASE_RESIDUES_MAX - 1;
    rule->modulus = modulus;
    rule->forbids = !one_in(random, 16);
    rule->residue_count = 0;
    if (!rule->forbids && spared != NO_COLUMN) {
        rule->residues[rule->residue_count++] = spared_residue;
    }
    const uint64_t tries = random_between(random, most > 0, most);
    for (uint64_t i = 0; i < tries; ++i) {
        const uint64_t residue = (drawn->offset + draw_column(random, drawn->word_count)) % modulus;
        if (residue != spared_residue) {
            rule->residues[rule->residue_count++] = residue;
        }
    }
}

static void set_rule(struct row_rule *rule, bool forbids, uint64_t modulus, size_t residue_count, uint64_t residue)
{
    rule->modulus = modulus;
    rule->forbids = forbids;
    rule->residue_count = residue_count;
    rule->residues[0] = residue % modulus;
}

/* One row allows a single column that all others allow as well, except, if `doomed`, the last. */
static void make_lone(struct random_state *random, struct rows_case *drawn, bool doomed)
{
    const uint64_t column = draw_column(random, drawn->word_count);
    for (size_t row = 0; row < drawn->row_count; ++row) {
        draw_rule(random, drawn, row, column);
    }
    const size_t last = drawn->row_count - 1;
    set_rule(&drawn->rules[random_between(random, 0, last)], false, WIDE_MODULUS, 1, drawn->offset + column);
    if (doomed) {
        set_rule(&drawn->rules[last], true, WIDE_MODULUS, 1, drawn->offset + column);
    }
}

/* The first rows forbid one class each modulo their number, so that every word becomes empty at the last of them. */
static void make_covered(struct random_state *random, struct rows_case *drawn)
{
    static const size_t early_tests[] = {8, 9, 12, 16};
    const size_t wanted = draw_size(random, early_tests, COUNT_OF(early_tests), drawn->row_count);
    const size_t covering = wanted == 0 || wanted > drawn->row_count ? drawn->row_count : wanted;
    const uint64_t first = random_between(random, 0, covering - 1);
    for (size_t row = 0; row < covering; ++row) {
        set_rule(&drawn->rules[row], true, covering, 1, first + row);
    }
}

static void make_all_ones(struct rows_case *drawn)
{
    for (size_t row = 0; row < drawn->row_count; ++row) {
        set_rule(&drawn->rules[row], true, 1, 0, 0);
    }
}

/* Gives a case that has rows and words one of the shapes above, or an empty row, or leaves it as it is. */
static void draw_shape(struct random_state *random, struct rows_case *drawn)
{
    const uint64_t shape = random_between(random, 0, 11);
    if (shape < 3) {
        make_lone(random, drawn, shape == 2);
    } else if (shape < 5) {
        make_covered(random, drawn);
    } else if (shape == 5) {
        set_rule(&drawn->rules[random_between(random, 0, drawn->row_count - 1)], false, WIDE_MODULUS, 0, 0);
    } else if (shape == 6) {
        make_all_ones(drawn);
    }
}

void rows_case_draw(struct rows_case *drawn, struct random_state *random)
{
    static const size_t row_counts[] = {0, 1, 2, 3, 7, 8, 9, 12, 13};
    static const size_t word_counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17};
    drawn->offset = draw_offset(random);
    drawn->row_count = draw_size(random, row_counts, COUNT_OF(row_counts), CASE_ROWS_MAX);
    drawn->word_count = draw_size(random, word_counts, COUNT_OF(word_counts), CASE_WORDS_MAX);
    drawn->survivors_skew = random_between(random, 0, KERNEL_WORD_LIMBS - 1);
    for (size_t row = 0; row < drawn->row_count; ++row) {
        drawn->rules[row].skew = random_between(random, 0, KERNEL_WORD_BYTES - 1);
    }
    if (drawn->row_count == 0 || drawn->word_count == 0) {
        make_all_ones(drawn);
        return;
    }
    for (size_t row = 0; row < drawn->row_count; ++row) {
        draw_rule(random, drawn, row, NO_COLUMN);
    }
    draw_shape(random, drawn);
}

void row_build(const struct row_rule *rule, uint64_t offset, size_t word_count, uint64_t *row)
{
    const uint64_t columns = word_count * KERNEL_WORD_COLUMNS;
    const uint64_t start = offset % rule->modulus;
    memset(row, rule->forbids ? 0xff : 0, word_count * KERNEL_WORD_BYTES);
    for (size_t i = 0; i < rule->residue_count; ++i) {
        const uint64_t residue = rule->residues[i];
        const uint64_t first = residue >= start ? residue - start : residue + rule->modulus - start;
        for (uint64_t column = first; column < columns; column += rule->modulus) {
            const uint64_t bit = UINT64_C(1) << column % 64;
            row[column / 64] = rule->forbids ? row[column / 64] & ~bit : row[column / 64] | bit;
        }
    }
}

/* ---- Lanes -------------------------------------------------------------------------------------------- */

static uint64_t draw_period(struct random_state *random)
{
    switch (random_between(random, 0, 7)) {
    case 0:
        return 2;
    case 1:
        return random_between(random, 1, 64);
    case 2:
        return UINT64_C(1) << random_between(random, 0, 62);
    case 3:
        return random_between(random, 1, UINT64_C(1) << 16);
    case 4: /* periods at which the test changes its form */
        return random_between(random, CANDIDATE_END - 4, CANDIDATE_END + 4);
    case 5:
        return random_between(random, UINT64_C(1) << 16, CANDIDATE_END - 1);
    case 6:
        return random_between(random, CANDIDATE_END, (UINT64_C(1) << 32) + 4);
    default:
        return 2 * random_between(random, UINT64_C(1) << 31, (UINT64_C(1) << 62) - 1);
    }
}

/* A residue that some candidate can have, often the smallest or the largest. */
static uint64_t draw_residue(struct random_state *random, uint64_t period)
{
    const uint64_t last = (period < CANDIDATE_END ? period : CANDIDATE_END) - 1;
    switch (random_between(random, 0, 4)) {
    case 0:
        return 0;
    case 1:
        return last;
    case 2:
        return last - last / 2;
    default:
        return random_between(random, 0, last);
    }
}

/* The first candidate, often such that the residue itself is among the next ones. */
static uint64_t draw_start(struct random_state *random, const struct lanes_case *drawn)
{
    switch (random_between(random, 0, 4)) {
    case 0:
        return 0;
    case 1:
        return drawn->residue;
    case 2:
        return drawn->residue - random_between(random, 0, drawn->count);
    case 3:
        return CANDIDATE_END - drawn->count;
    default:
        return random_between(random, 0, CANDIDATE_END - 1);
    }
}

/* The distance to the next candidate: often such that it is caught if the first one is, or is just missed. */
static uint64_t draw_step(struct random_state *random, const struct lanes_case *drawn, uint64_t style)
{
    return style == 0   ? 1
           : style == 1 ? drawn->period
           : style == 2 ? drawn->period + random_between(random, 0, 2) - 1
           : style == 3 ? random_between(random, 1, 64)
                        : random_between(random, 1, CANDIDATE_END / drawn->count);
}

/* Ascending, except where they wrap around at 2^31. */
static void draw_candidates(struct random_state *random, struct lanes_case *drawn)
{
    const uint64_t style = random_between(random, 0, 4);
    uint64_t candidate = draw_start(random, drawn);
    for (size_t i = 0; i < drawn->count; ++i) {
        drawn->candidates[i] = (uint32_t)(candidate % CANDIDATE_END);
        candidate += draw_step(random, drawn, style);
    }
}

void lanes_case_draw(struct lanes_case *drawn, struct random_state *random)
{
    static const size_t counts[] = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64};
    drawn->period = draw_period(random);
    drawn->residue = draw_residue(random, drawn->period);
    drawn->count = draw_size(random, counts, COUNT_OF(counts), CASE_CANDIDATES_MAX);
    drawn->skew = random_between(random, 0, KERNEL_LANES - 1);
    draw_candidates(random, drawn);
}
