#include "focus/pass.h"

#include <stdlib.h>

#include "base/delay.h"
#include "base/large.h"

enum {
    SURVIVORS = 1 << 12,
    WORDS_BETWEEN_LOOKS = 1 << 14,
    BUNCHES_A_SAMPLE = 61,
    BUNCH = 32 /* offsets that are taken together: they reach nearly the same columns */
};

bool focus_pass_start(struct focus_pass *pass, const struct focus *focus, const struct kernel_operations *kernel,
                      struct go_on go_on, struct finds *finds, struct tally *tally)
{
    const size_t column_shorts = focus->columns.shorts.count;
    const size_t offset_shorts = focus->offsets.shorts.count;
    *pass = (struct focus_pass){
        .kernel = kernel,
        .go_on = go_on,
        .finds = finds,
        .tally = tally,
        .words_to_look = WORDS_BETWEEN_LOOKS,
        .rows = large_aligned_alloc(KERNEL_WORD_BYTES, row_set_limbs(&focus->rows) * sizeof *pass->rows),
        .survivors = large_calloc(SURVIVORS, sizeof *pass->survivors),
    };
    for (uint32_t i = 0; i < FOCUS_ROWS_MAX && pass->rows != NULL; ++i) {
        const uint32_t first = i < focus->rows.count ? focus->rows.patterns[i].first_row : 0;
        pass->first_rows[i] = pass->rows + (size_t)first * FOCUS_ROW_LIMBS;
    }
    for (uint32_t i = 0; i <= FOCUS_ROW_MODULUS_MAX; ++i) {
        pass->row_limbs[i] = i * FOCUS_ROW_LIMBS;
    }
    const size_t shorts = column_shorts > offset_shorts ? column_shorts : offset_shorts;
    return sum_cursor_start(&pass->cursor, shorts) && pass->rows != NULL && pass->survivors != NULL;
}

uint64_t focus_pass_bytes(const struct focus *focus)
{
    enum { TWICE = 2 /* while they are read */, READ_BYTES = sizeof(uint64_t) + sizeof(struct residues) };
    const uint64_t shorts = (uint64_t)focus->columns.shorts.count + focus->offsets.shorts.count;
    const uint64_t read = (uint64_t)focus->task_columns + focus->task_offsets;
    return row_set_limbs(&focus->rows) * sizeof(uint64_t) + SURVIVORS * sizeof(struct focus_survivor) +
           shorts * (2 * sizeof(uint64_t) + sizeof(struct residues)) + TWICE * READ_BYTES * read;
}

struct tally_shape focus_tally_shape(const struct focus *focus)
{
    return (struct tally_shape){.rows = focus->rows.count, .checks = focus->check_count};
}

void focus_pass_free(struct focus_pass *pass)
{
    sum_cursor_free(&pass->cursor);
    sum_run_free(&pass->columns);
    sum_run_free(&pass->offsets);
    free(pass->words);
    free(pass->bunches);
    free(pass->rows);
    free(pass->survivors);
    *pass = (struct focus_pass){.window = NULL};
}

static bool look(struct focus_pass *pass, uint64_t words)
{
    if (pass->words_to_look > words) {
        pass->words_to_look -= words;
        return true;
    }
    pass->words_to_look = WORDS_BETWEEN_LOOKS;
    return go_on_ask(pass->go_on);
}

/* ---- Survivors -------------------------------------------------------------------------------------------- */

/*
 * base + x * B - y * A may lie outside of the window, on both sides: blocks are cut at words, and bounds are rounded.
 */
static bool delay_of(const struct focus_pass *pass, struct focus_survivor survivor, firesieve_delay *delay)
{
    const struct focus_window *const window = pass->window;
    const firesieve_delay column = (firesieve_delay)pass->columns.values[survivor.column] * window->focus->b;
    const firesieve_delay offset = (firesieve_delay)pass->offsets.values[survivor.offset] * window->focus->a;
    *delay = window->base + (column - offset);
    return column >= offset && column - offset < window->length;
}

/* Without a division of 128 bits where moduli are below 2^32: delay = high * 2^64 + low. */
static uint64_t residue_of(struct divisor modulus, firesieve_delay delay)
{
    const uint64_t high = (uint64_t)(delay >> 64);
    if (high != 0 && modulus.value >> 32 != 0) {
        return (uint64_t)(delay % modulus.value);
    }
    const uint64_t low = divisor_remainder(modulus, (uint64_t)delay);
    if (high == 0) {
        return low;
    }
    const uint64_t unit = (divisor_remainder(modulus, UINT64_MAX) + 1);
    return divisor_remainder(modulus, divisor_remainder(modulus, high) * unit % modulus.value + low);
}

/* Which check drops a delay, or their number. */
static size_t first_check_against(const struct focus *focus, firesieve_delay delay)
{
    for (size_t i = 0; i < focus->check_count; ++i) {
        if (residue_set_has(&focus->checks[i], residue_of(focus->checks[i].modulus, delay))) {
            return i;
        }
    }
    return focus->check_count;
}

static bool passes_checks(const struct focus_pass *pass, firesieve_delay delay)
{
    const struct focus *const focus = pass->window->focus;
    const size_t check = first_check_against(focus, delay);
    if (pass->tally != NULL) {
        ++pass->tally->checked;
        ++pass->tally->check_dropped[check];
    }
    return check == focus->check_count;
}

/* Takes those of the batch that are safe and wanted, and leaves it empty. */
static enum sieve_outcome finish_batch(struct focus_pass *pass)
{
    struct finds *const finds = pass->finds;
    const enum firesieve_stage before = tally_enter(pass->tally, FIRESIEVE_STAGE_SURVIVORS);
    for (size_t i = 0; i < pass->survivor_count; ++i) {
        firesieve_delay delay;
        if (delay_of(pass, pass->survivors[i], &delay) && delay >= finds->low && delay < finds->end &&
            passes_checks(pass, delay) && !finds_take(finds, delay)) {
            return SIEVE_NO_MEMORY;
        }
    }
    pass->survivor_count = 0;
    tally_enter(pass->tally, before);
    return go_on_ask(pass->go_on) ? SIEVE_DONE : SIEVE_STOPPED;
}

static bool is_empty(const uint64_t *word)
{
    uint64_t any = 0;
    for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
        any |= word[limb];
    }
    return any == 0;
}

/* Moves the columns that are left of a word, which begins at `column` of the task, into the batch. */
static enum sieve_outcome collect_word(struct focus_pass *pass, const uint64_t *word, uint32_t column, uint32_t offset)
{
    for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
        for (uint64_t bits = word[limb]; bits != 0; bits &= bits - 1) {
            const uint32_t bit = limb * 64 + (uint32_t)__builtin_ctzll(bits);
            pass->survivors[pass->survivor_count++] = (struct focus_survivor){column + bit, offset};
            if (pass->survivor_count == SURVIVORS) {
                const enum sieve_outcome outcome = finish_batch(pass);
                if (outcome != SIEVE_DONE) {
                    return outcome;
                }
            }
        }
    }
    return SIEVE_DONE;
}

/* The same for `words` words, most of which are empty. */
static enum sieve_outcome collect(struct focus_pass *pass, uint32_t words, uint32_t column, uint32_t offset)
{
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint32_t i = 0; i < words && outcome == SIEVE_DONE; ++i) {
        const uint64_t *const word = pass->alive + (size_t)i * KERNEL_WORD_LIMBS;
        if (!is_empty(word)) {
            outcome = collect_word(pass, word, column + i * KERNEL_WORD_COLUMNS, offset);
        }
    }
    return outcome;
}

/* ---- Reach ------------------------------------------------------------------------------------------------ */

static bool reserve_reach(struct focus_reach **reach, size_t *capacity, size_t count)
{
    if (count > *capacity) {
        struct focus_reach *const grown = reallocarray(*reach, count, sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        *reach = grown;
        *capacity = count;
    }
    return true;
}

static size_t parts_of(const struct sum_run *run, size_t part)
{
    return (run->count + part - 1) / part;
}

/* The smallest and the largest of every `part` values, made to ascend: values are in order but for neighbours. */
static void measure(const struct sum_run *run, size_t part, struct focus_reach *reach)
{
    const size_t parts = parts_of(run, part);
    uint64_t high = 0;
    for (size_t i = 0; i < parts; ++i) {
        const size_t end = run->count - i * part < part ? run->count : (i + 1) * part;
        uint64_t low = UINT64_MAX;
        for (size_t j = i * part; j < end; ++j) {
            low = run->values[j] < low ? run->values[j] : low;
            high = run->values[j] > high ? run->values[j] : high;
        }
        reach[i] = (struct focus_reach){.low = low, .high = high};
    }
    for (size_t i = parts; i-- > 1;) {
        reach[i - 1].low = reach[i].low < reach[i - 1].low ? reach[i].low : reach[i - 1].low;
    }
}

/*
 * y * A / B, from which on the delays of an offset are not negative. Five roundings: it is off by 2^-50 of itself at
 * most.
 */
static uint64_t first_column(double ratio, uint64_t offset)
{
    return (uint64_t)((double)offset * ratio);
}

/* Finds out where words and bunches lie. False: no memory. */
static bool measure_task(struct focus_pass *pass)
{
    const struct focus *const focus = pass->window->focus;
    const size_t words = parts_of(&pass->columns, KERNEL_WORD_COLUMNS);
    const size_t bunches = parts_of(&pass->offsets, BUNCH);
    if (!reserve_reach(&pass->words, &pass->word_capacity, words) ||
        !reserve_reach(&pass->bunches, &pass->bunch_capacity, bunches)) {
        return false;
    }
    measure(&pass->columns, KERNEL_WORD_COLUMNS, pass->words);
    measure(&pass->offsets, BUNCH, pass->bunches);
    const double ratio = (double)focus->a / (double)focus->b;
    for (size_t i = 0; i < bunches; ++i) {
        const uint64_t low = first_column(ratio, pass->bunches[i].low);
        const uint64_t high = first_column(ratio, pass->bunches[i].high);
        pass->bunches[i] = (struct focus_reach){.low = low - (low >> 49), .high = high + (high >> 49) + 1};
    }
    return true;
}

/* ---- Blocks ----------------------------------------------------------------------------------------------- */

/* Columns of the task: up to FOCUS_BLOCK_WORDS words of them. */
struct block {
    size_t first;
    const struct focus_reach *words;
    uint32_t word_count;
};

/* The words of a block that some offsets reach. */
struct word_range {
    uint32_t first;
    uint32_t end;
};

/* Finds the row of each pattern from word `first` of the block on. */
static inline void find_rows(const struct focus_pass *pass, size_t offset, uint32_t first, const uint64_t **rows)
{
    const uint8_t *const residues = (const uint8_t *)&pass->offsets.residues[offset];
    const uint32_t count = pass->window->focus->rows.count;
    for (uint32_t i = 0; i < count; ++i) {
        rows[i] = pass->first_rows[i] + first * KERNEL_WORD_LIMBS + pass->row_limbs[residues[i]];
    }
}

/* Sieves some words of a block at one offset. */
static enum sieve_outcome sieve_offset(struct focus_pass *pass, const struct block *block, size_t offset,
                                       struct word_range words)
{
    const uint32_t count = pass->window->focus->rows.count;
    const uint64_t *rows[FOCUS_ROWS_MAX];
    find_rows(pass, offset, words.first, rows);
    if (pass->kernel->rows(rows, count, words.end - words.first, pass->alive) == 0) {
        return SIEVE_DONE;
    }
    const uint32_t column = (uint32_t)block->first + words.first * KERNEL_WORD_COLUMNS;
    return collect(pass, words.end - words.first, column, (uint32_t)offset);
}

/* Counts the columns of a bunch and, where it belongs to the sample, what rows leave of them at its first offset. */
static void tally_bunch(const struct focus_pass *pass, size_t first, size_t end, struct word_range words)
{
    struct tally *const tally = pass->tally;
    const uint64_t word_count = words.end - words.first;
    tally->columns += word_count * KERNEL_WORD_COLUMNS * (end - first);
    if (!tally_is_due(tally, BUNCHES_A_SAMPLE)) {
        return;
    }
    const uint64_t *rows[FOCUS_ROWS_MAX];
    const enum firesieve_stage before = tally_change(tally, FIRESIEVE_STAGE_SAMPLING);
    find_rows(pass, first, words.first, rows);
    tally_sample_rows(tally, rows, word_count * KERNEL_WORD_LIMBS);
    tally_change(tally, before);
}

static enum sieve_outcome sieve_bunch(struct focus_pass *pass, const struct block *block, size_t bunch,
                                      struct word_range words)
{
    const size_t first = bunch * BUNCH;
    const size_t left = pass->offsets.count - first;
    const size_t end = first + (left < BUNCH ? left : BUNCH);
    enum sieve_outcome outcome = SIEVE_DONE;
    if (pass->tally != NULL) {
        tally_bunch(pass, first, end, words);
    }
    for (size_t offset = first; offset < end && outcome == SIEVE_DONE; ++offset) {
        outcome = sieve_offset(pass, block, offset, words);
    }
    return outcome;
}

/*
 * The columns of an offset are those with x * B - y * A in [0, length): from y * A / B on, below that plus length / B.
 * Offsets ascend, and so do their columns: the first and the last word that they reach move up through the block. What
 * is too much, because words and bunches are not cut, is dropped with the survivors. *next is the first bunch that
 * reaches this block or a later one.
 */
static enum sieve_outcome sieve_block(struct focus_pass *pass, const struct block *block, size_t *next)
{
    const firesieve_delay wanted = pass->finds->end - pass->window->base; /* in a window there is something wanted */
    const uint64_t length = (uint64_t)(wanted / pass->window->focus->b) + 1;
    const size_t bunches = parts_of(&pass->offsets, BUNCH);
    const struct focus_reach *const reach = pass->bunches;
    while (*next < bunches && reach[*next].high + length < block->words[0].low) {
        ++*next;
    }
    struct word_range words = {.first = 0};
    for (size_t i = *next; i < bunches && reach[i].low <= block->words[block->word_count - 1].high; ++i) {
        while (words.end < block->word_count && block->words[words.end].low <= reach[i].high + length) {
            ++words.end;
        }
        while (words.first < words.end && block->words[words.first].high < reach[i].low) {
            ++words.first;
        }
        if (words.first == words.end) {
            continue;
        }
        const enum sieve_outcome outcome = look(pass, (uint64_t)BUNCH * (words.end - words.first))
                                               ? sieve_bunch(pass, block, i, words)
                                               : SIEVE_STOPPED;
        if (outcome != SIEVE_DONE) {
            return outcome;
        }
    }
    return finish_batch(pass);
}

/* ---- Tasks ------------------------------------------------------------------------------------------------ */

/* Reads [from, to) of a list into a run. */
static enum sieve_outcome read_list(struct focus_pass *pass, const struct sums *sums, uint64_t from, uint64_t to,
                                    uint64_t piece, struct sum_run *run)
{
    run->count = 0;
    sum_cursor_seek(&pass->cursor, sums, from);
    while (from < to) {
        const uint64_t length = to - from < piece ? to - from : piece;
        if (!sum_cursor_read(&pass->cursor, length, run)) {
            return SIEVE_NO_MEMORY;
        }
        if (!go_on_ask(pass->go_on)) {
            return SIEVE_STOPPED;
        }
        from += length;
    }
    return SIEVE_DONE;
}

/* Reads the offsets that columns [low, high] can need: y * A <= x * B < length + y * A, 0 <= y < B. */
static enum sieve_outcome read_offsets(struct focus_pass *pass, uint64_t low, uint64_t high)
{
    const struct focus_window *const window = pass->window;
    const struct focus *const focus = window->focus;
    const firesieve_delay length = pass->finds->end - window->base;
    const firesieve_delay first = (firesieve_delay)low * focus->b;
    const firesieve_delay last = (firesieve_delay)high * focus->b / focus->a;
    const uint64_t from = first < length ? 0 : (uint64_t)delay_min((first - length) / focus->a, focus->b);
    const uint64_t to = last < focus->b ? (uint64_t)last + 1 : focus->b;
    return read_list(pass, &window->offsets, from, to, window->offset_piece, &pass->offsets);
}

static enum sieve_outcome sieve_blocks(struct focus_pass *pass)
{
    enum sieve_outcome outcome = SIEVE_DONE;
    size_t next = 0;
    for (size_t first = 0; first < pass->columns.count && outcome == SIEVE_DONE; first += FOCUS_BLOCK_COLUMNS) {
        const size_t left = pass->columns.count - first;
        const size_t count = left < FOCUS_BLOCK_COLUMNS ? left : FOCUS_BLOCK_COLUMNS;
        const struct block block = {
            .first = first,
            .words = pass->words + first / KERNEL_WORD_COLUMNS,
            .word_count = (uint32_t)((count + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS),
        };
        tally_enter(pass->tally, FIRESIEVE_STAGE_BUILD_ROWS);
        row_set_build(&pass->window->focus->rows, pass->columns.residues + first, count, pass->rows);
        tally_enter(pass->tally, FIRESIEVE_STAGE_SIEVE);
        outcome = sieve_block(pass, &block, &next);
    }
    return outcome;
}

enum sieve_outcome focus_pass_run(struct focus_pass *pass, const struct focus_window *window, uint64_t task)
{
    pass->window = window;
    if (pass->finds->end <= window->base) {
        return SIEVE_DONE;
    }
    tally_enter(pass->tally, FIRESIEVE_STAGE_READ_LISTS);
    const uint64_t low = task * window->task_length;
    const uint64_t left = window->column_end - low;
    const uint64_t high = low + (left < window->task_length ? left : window->task_length) - 1;
    enum sieve_outcome outcome = read_list(pass, &window->columns, low, high + 1, window->column_piece, &pass->columns);
    if (outcome == SIEVE_DONE) {
        outcome = read_offsets(pass, low, high);
    }
    if (outcome != SIEVE_DONE) {
        return outcome;
    }
    if (!measure_task(pass)) {
        return SIEVE_NO_MEMORY;
    }
    return sieve_blocks(pass);
}
