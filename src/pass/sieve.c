#include "pass/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/sort.h"
#include "pass/class_list.h"
#include "pass/lanes.h"

enum {
    BATCH = 1 << 13, /* survivors */
    WORDS_BETWEEN_LOOKS = 1 << 13,
    CHECKS_A_WORD = 4,
    OFFSET_WORDS = 16, /* what starting an offset counts as, in words between two looks */
    CLASSES_BETWEEN_LOOKS = 1 << 13,
    SEGMENTS_A_SAMPLE = 509
};

/* Without classes to cross off, a segment is one chunk of rows and stays in the first-level cache. */
static uint32_t segment_words(const struct sieve_tables *tables)
{
    return tables->crossed.count == 0 ? ROW_CHUNK_WORDS : tables->segment_words;
}

static size_t wide_count(const struct sieve_tables *tables)
{
    return tables->wide_crossed ? tables->reduced->classes.wide_count : 0;
}

bool sieve_start(struct sieve *sieve, const struct sieve_tables *tables, const struct kernel_operations *kernel,
                 struct go_on go_on, struct finds *finds, struct tally *tally)
{
    *sieve = (struct sieve){
        .tables = tables,
        .finds = finds,
        .kernel = kernel,
        .go_on = go_on,
        .tally = tally,
        .segment = large_aligned_alloc(KERNEL_WORD_BYTES, segment_words(tables) * (size_t)KERNEL_WORD_BYTES),
        .rows = calloc(tables->rows.count + 1, sizeof *sieve->rows),
        .block_places = calloc(tables->rows.count + 1, sizeof *sieve->block_places),
        .places = calloc(tables->rows.count + 1, sizeof *sieve->places),
        .next_hits = large_calloc(tables->crossed.count + 1, sizeof *sieve->next_hits),
        .check_bases = calloc(tables->check_count + 1, sizeof *sieve->check_bases),
        .wide_hits = calloc(wide_count(tables) + 1, sizeof *sieve->wide_hits),
        .candidates = large_reallocarray(NULL, BATCH, sizeof *sieve->candidates),
        .hits_at = FIRESIEVE_DELAY_END,
        .words_to_look = WORDS_BETWEEN_LOOKS,
    };
    return sieve->segment != NULL && sieve->rows != NULL && sieve->block_places != NULL && sieve->places != NULL &&
           sieve->next_hits != NULL && sieve->check_bases != NULL && sieve->wide_hits != NULL &&
           sieve->candidates != NULL;
}

uint64_t sieve_bytes(const struct sieve_tables *tables)
{
    const uint64_t rows = tables->rows.count * (sizeof(void *) + 2 * sizeof(uint32_t));
    return segment_words(tables) * (uint64_t)KERNEL_WORD_BYTES + rows + tables->crossed.count * sizeof(uint32_t) +
           (tables->check_count + wide_count(tables)) * sizeof(uint64_t) + BATCH * sizeof(uint32_t);
}

struct tally_shape sieve_tally_shape(const struct sieve_tables *tables)
{
    const struct class_list *const tested = &tables->tested;
    return (struct tally_shape){
        .rows = tables->rows.count,
        .tests = tested->runs == NULL ? tested->count : tested->run_count,
        .checks = tables->check_count,
        .crosses = tables->crossed.count > 0 || wide_count(tables) > 0,
    };
}

void sieve_free(struct sieve *sieve)
{
    free(sieve->segment);
    free((void *)sieve->rows);
    free(sieve->block_places);
    free(sieve->places);
    free(sieve->next_hits);
    free(sieve->check_bases);
    free(sieve->wide_hits);
    free(sieve->candidates);
    *sieve = (struct sieve){.tables = NULL};
}

/* Whether to continue at class or run `i`; asked every now and then. */
static bool may_go_on_at(const struct sieve *sieve, size_t i)
{
    return i % CLASSES_BETWEEN_LOOKS != CLASSES_BETWEEN_LOOKS - 1 || go_on_ask(sieve->go_on);
}

/* Whether to continue after the work of that many words. */
static bool look(struct sieve *sieve, uint32_t words)
{
    if (sieve->words_to_look > words) {
        sieve->words_to_look -= words;
        return true;
    }
    sieve->words_to_look = WORDS_BETWEEN_LOOKS;
    return go_on_ask(sieve->go_on);
}

/* ---- Safe delays ------------------------------------------------------------------------------------------ */

/* Looks a candidate up in every check. Most candidates lie less than 2^64 above their block's base. */
static bool passes_checks(const struct sieve *sieve, uint64_t offset, uint32_t column)
{
    const struct sieve_tables *const tables = sieve->tables;
    const firesieve_delay above = offset + (firesieve_delay)tables->columns.step * column;
    size_t i = 0; /* the check that drops it, or their number */
    for (; i < tables->check_count; ++i) {
        const struct residue_set *const check = &tables->checks[i];
        uint64_t residue = divisor_remainder_wide(check->modulus, above) + sieve->check_bases[i];
        residue = residue >= check->modulus.value ? residue - check->modulus.value : residue;
        if (residue_set_has(check, residue)) {
            break;
        }
    }
    if (sieve->tally != NULL) {
        ++sieve->tally->checked;
        ++sieve->tally->check_dropped[i];
    }
    return i == tables->check_count;
}

/*
 * Takes safe candidates of one offset as the goal wants. They ascend with their columns, so the first safe one is the
 * smallest of the offset; later candidates and segments are larger. It becomes `end`, which cuts later offsets
 * (span_of).
 */
static enum sieve_outcome take_safe(struct sieve *sieve, uint64_t offset)
{
    const uint32_t words = (uint32_t)(sieve->tables->check_count / CHECKS_A_WORD);
    for (size_t i = 0; i < sieve->candidate_count; ++i) {
        if (!look(sieve, words)) {
            return SIEVE_STOPPED;
        }
        if (!passes_checks(sieve, offset, sieve->candidates[i])) {
            continue;
        }
        const firesieve_delay above = offset + (firesieve_delay)sieve->tables->columns.step * sieve->candidates[i];
        if (!finds_take(sieve->finds, sieve->block.base + above)) {
            return SIEVE_NO_MEMORY;
        }
        if (sieve->finds->found) {
            break;
        }
    }
    sieve->candidate_count = 0;
    return SIEVE_DONE;
}

/* ---- Survivors -------------------------------------------------------------------------------------------- */

/* `index` is that of the class, or of its run. */
static void test_class(struct sieve *sieve, size_t index, uint64_t modulus, uint64_t column)
{
    const struct kernel_lane_test test = lane_test_prepare(modulus, column);
    const size_t left = sieve->kernel->lanes(sieve->candidates, sieve->candidate_count, &test);
    if (sieve->tally != NULL) {
        sieve->tally->test_dropped[index] += sieve->candidate_count - left;
    }
    sieve->candidate_count = left;
}

/* Step 1: a class falls on columns as it falls on delays. False: told to stop; so below. */
static bool test_consecutive(struct sieve *sieve)
{
    const struct class_list *const tested = &sieve->tables->tested;
    size_t index = 0;
    for (size_t i = 0; i < tested->slice_count; ++i) {
        const struct class_slice *const slice = &tested->slices[i];
        for (size_t j = 0; j < slice->count && sieve->candidate_count > 0; ++j) {
            if (!may_go_on_at(sieve, j)) {
                return false;
            }
            const class_key key = slice->classes[j];
            const uint32_t modulus = class_modulus(key);
            test_class(sieve, index + j, modulus, residue_from(class_residue(key), sieve->block.base, modulus));
        }
        index += slice->count;
    }
    return true;
}

static uint32_t first_mod_run(const struct sieve *sieve, const struct class_run *run, uint64_t offset)
{
    return (uint32_t)divisor_remainder_wide(run->modulus, sieve->block.base + offset);
}

static bool test_runs(struct sieve *sieve, uint64_t offset)
{
    const struct class_list *const tested = &sieve->tables->tested;
    for (size_t i = 0; i < tested->run_count && sieve->candidate_count > 0; ++i) {
        const struct class_run *const run = &tested->runs[i];
        const uint32_t first = first_mod_run(sieve, run, offset);
        if (!may_go_on_at(sieve, i)) {
            return false;
        }
        for (size_t j = 0; j < run->count && sieve->candidate_count > 0; ++j) {
            const uint32_t column = class_run_column(run, class_residue(run->classes[j]), first);
            if (column != CLASS_NOWHERE) {
                test_class(sieve, i, run->length, column);
            }
        }
    }
    return true;
}

static enum sieve_outcome test_batch(struct sieve *sieve, uint64_t offset)
{
    const bool tested = sieve->tables->tested.runs == NULL ? test_consecutive(sieve) : test_runs(sieve, offset);
    return tested ? take_safe(sieve, offset) : SIEVE_STOPPED;
}

/* Tests the batch, takes what is safe, and empties it. */
static enum sieve_outcome finish_batch(struct sieve *sieve, uint64_t offset)
{
    struct tally *const tally = sieve->tally;
    if (sieve->candidate_count == 0) {
        return SIEVE_DONE;
    }
    if (tally == NULL) {
        return test_batch(sieve, offset);
    }
    tally->tested += sieve->candidate_count;
    const enum firesieve_stage before = tally_change(tally, FIRESIEVE_STAGE_SURVIVORS);
    const enum sieve_outcome outcome = test_batch(sieve, offset);
    tally_change(tally, before);
    return outcome;
}

/* ---- Segments --------------------------------------------------------------------------------------------- */

/* Fills `words` words of the segment with what the rows allow, and returns how many of them have a survivor. */
static size_t apply_rows(struct sieve *sieve, uint32_t words)
{
    const struct row_groups *const list = &sieve->tables->rows;
    size_t live_words = 0;
    for (uint32_t word = 0; word < words; word += ROW_CHUNK_WORDS) {
        const uint32_t chunk = words - word < ROW_CHUNK_WORDS ? words - word : ROW_CHUNK_WORDS;
        for (size_t i = 0; i < list->count; ++i) {
            const struct row_group *const group = &list->groups[i];
            const uint32_t place = sieve->places[i];
            sieve->rows[i] = group->words + (size_t)group->start[place] * KERNEL_WORD_LIMBS;
            const uint32_t next = place + group->chunk_step;
            sieve->places[i] = next < group->places ? next : next - group->places;
        }
        live_words += sieve->kernel->rows(sieve->rows, list->count, chunk, sieve->segment + word * KERNEL_WORD_LIMBS);
    }
    return live_words;
}

/* Clears the columns of the crossed classes in the segment. A next hit stays below modulus + columns < 2^32. */
static void cross_off(struct sieve *sieve, uint32_t columns)
{
    const struct class_list *const crossed = &sieve->tables->crossed;
    uint64_t *const segment = sieve->segment;
    uint32_t *next_hit = sieve->next_hits;
    for (size_t i = 0; i < crossed->slice_count; ++i) {
        const class_key *const classes = crossed->slices[i].classes;
        const size_t count = crossed->slices[i].count;
        for (size_t j = 0; j < count; ++j, ++next_hit) {
            uint32_t hit = *next_hit;
            const uint32_t modulus = class_modulus(classes[j]);
            for (; hit < columns; hit += modulus) {
                segment[hit / 64] &= ~(UINT64_C(1) << hit % 64);
            }
            *next_hit = hit - columns;
        }
    }
}

static void cross_off_runs(struct sieve *sieve, uint32_t columns)
{
    const struct class_list *const crossed = &sieve->tables->crossed;
    uint64_t *const segment = sieve->segment;
    uint32_t *next_hit = sieve->next_hits;
    for (size_t i = 0; i < crossed->run_count; ++i) {
        const uint32_t length = crossed->runs[i].length;
        for (const uint32_t *const end = next_hit + crossed->runs[i].count; next_hit < end; ++next_hit) {
            uint32_t hit = *next_hit;
            for (; hit < columns; hit += length) {
                segment[hit / 64] &= ~(UINT64_C(1) << hit % 64);
            }
            *next_hit = hit == CLASS_NOWHERE ? CLASS_NOWHERE : hit - columns;
        }
    }
}

/* Clears the columns of wide classes in the segment that begins at column `first` of the block. */
static void cross_off_wide(struct sieve *sieve, uint32_t first, uint32_t columns)
{
    for (; sieve->next_wide_hit < sieve->wide_hit_count; ++sieve->next_wide_hit) {
        const uint64_t hit = sieve->wide_hits[sieve->next_wide_hit] - first;
        if (hit >= columns) {
            return;
        }
        sieve->segment[hit / 64] &= ~(UINT64_C(1) << hit % 64);
    }
}

/* The columns of one offset in [low, end) of the finds. */
struct span {
    uint32_t low;
    uint32_t end;
};

/* Clears the columns of the segment, which begins at column `first`, outside the span. */
static void clip(uint64_t *segment, uint32_t first, uint32_t words, struct span span)
{
    for (uint32_t limb = 0; limb < words * KERNEL_WORD_LIMBS; ++limb) {
        const uint32_t column = first + limb * 64;
        if (column + 64 <= span.low || column >= span.end) {
            segment[limb] = 0;
            continue;
        }
        if (column < span.low) {
            segment[limb] &= UINT64_MAX << (span.low - column);
        }
        if (span.end - column < 64) {
            segment[limb] &= ~(UINT64_MAX << (span.end - column));
        }
    }
}

static uint64_t count_survivors(const uint64_t *segment, uint32_t words)
{
    uint64_t count = 0;
    for (uint32_t limb = 0; limb < words * KERNEL_WORD_LIMBS; ++limb) {
        count += (uint64_t)__builtin_popcountll(segment[limb]);
    }
    return count;
}

/* Moves the survivors of a word at column `first` into the batch, and finishes batches that are full. */
static enum sieve_outcome collect_word(struct sieve *sieve, uint64_t offset, uint32_t first, const uint64_t *word)
{
    for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
        for (uint64_t bits = word[limb]; bits != 0; bits &= bits - 1) {
            sieve->candidates[sieve->candidate_count++] = first + limb * 64 + (uint32_t)__builtin_ctzll(bits);
            if (sieve->candidate_count == BATCH) {
                const enum sieve_outcome outcome = finish_batch(sieve, offset);
                if (outcome != SIEVE_DONE || sieve->finds->found) {
                    return outcome;
                }
            }
        }
    }
    return SIEVE_DONE;
}

static bool has_survivor(const uint64_t *word)
{
    uint64_t any = 0;
    for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
        any |= word[limb];
    }
    return any != 0;
}

/* The same for the segment at column `first`, most of whose words are empty if there is something to test. */
static enum sieve_outcome collect(struct sieve *sieve, uint64_t offset, uint32_t first, uint32_t words)
{
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint32_t i = 0; i < words && outcome == SIEVE_DONE && !sieve->finds->found; ++i) {
        const uint64_t *const word = sieve->segment + (size_t)i * KERNEL_WORD_LIMBS;
        if (has_survivor(word)) {
            outcome = collect_word(sieve, offset, first + i * KERNEL_WORD_COLUMNS, word);
        }
    }
    return outcome;
}

/*
 * Counts a segment's columns and, if it is in the sample, what rows left of them; the rows are those of its last chunk.
 */
static void tally_rows(struct tally *tally, const struct sieve *sieve, uint32_t words)
{
    const uint32_t chunk = (words - 1) % ROW_CHUNK_WORDS + 1;
    tally->columns += (uint64_t)words * KERNEL_WORD_COLUMNS;
    tally->sampling = tally_is_due(tally, SEGMENTS_A_SAMPLE);
    if (tally->sampling) {
        const enum firesieve_stage before = tally_change(tally, FIRESIEVE_STAGE_SAMPLING);
        tally_sample_rows(tally, sieve->rows, (size_t)chunk * KERNEL_WORD_LIMBS);
        tally->crossed_in += tally->shape.crosses ? count_survivors(sieve->segment, words) : 0;
        tally_change(tally, before);
    }
}

static enum sieve_outcome sieve_segment(struct sieve *sieve, uint64_t offset, uint32_t first, uint32_t words,
                                        struct span span)
{
    const struct sieve_tables *const tables = sieve->tables;
    const uint32_t columns = words * KERNEL_WORD_COLUMNS;
    const size_t live_words = apply_rows(sieve, words);
    if (sieve->tally != NULL) {
        tally_rows(sieve->tally, sieve, words);
    }
    if (tables->crossed.runs != NULL) {
        cross_off_runs(sieve, columns);
    } else if (tables->crossed.count > 0) {
        cross_off(sieve, columns);
        sieve->hits_at += columns;
    }
    cross_off_wide(sieve, first, columns);
    if (live_words == 0) {
        return SIEVE_DONE;
    }
    if (sieve->tally != NULL && sieve->tally->sampling && sieve->tally->shape.crosses) {
        const enum firesieve_stage before = tally_change(sieve->tally, FIRESIEVE_STAGE_SAMPLING);
        sieve->tally->crossed_left += count_survivors(sieve->segment, words);
        tally_change(sieve->tally, before);
    }
    if (first < span.low || first + columns > span.end) {
        clip(sieve->segment, first, words, span);
    }
    const struct finds *const finds = sieve->finds;
    if (finds->goal == GOAL_COUNT && finds->filter == NULL && tables->tested.count == 0 && tables->check_count == 0) {
        sieve->finds->count += count_survivors(sieve->segment, words);
        return SIEVE_DONE;
    }
    return collect(sieve, offset, first, words);
}

/* ---- Blocks and offsets ----------------------------------------------------------------------------------- */

void sieve_set_block(struct sieve *sieve, struct block block)
{
    const struct sieve_tables *const tables = sieve->tables;
    sieve->block = block;
    for (size_t i = 0; i < tables->rows.count; ++i) {
        const struct row_group *const group = &tables->rows.groups[i];
        sieve->block_places[i] = (uint32_t)(block.base % group->modulus.value) / group->unit;
    }
    for (size_t i = 0; i < tables->check_count; ++i) {
        sieve->check_bases[i] = (uint64_t)(block.base % tables->checks[i].modulus.value);
    }
}

/* The places of base and offset add up: in a wheel places are residues, and the offset of a scan is 0. */
static void start_rows(struct sieve *sieve, uint64_t offset)
{
    const struct row_groups *const list = &sieve->tables->rows;
    for (size_t i = 0; i < list->count; ++i) {
        const struct row_group *const group = &list->groups[i];
        const uint32_t place = sieve->block_places[i] + (uint32_t)divisor_remainder(group->modulus, offset);
        sieve->places[i] = place < group->places ? place : place - group->places;
    }
}

static bool start_crossing(struct sieve *sieve)
{
    if (sieve->hits_at == sieve->block.base) {
        return true;
    }
    sieve->hits_at = FIRESIEVE_DELAY_END;
    const struct class_list *const crossed = &sieve->tables->crossed;
    uint32_t *next_hit = sieve->next_hits;
    for (size_t i = 0; i < crossed->slice_count; ++i) {
        const struct class_slice *const slice = &crossed->slices[i];
        for (size_t j = 0; j < slice->count; ++j) {
            if (!may_go_on_at(sieve, j)) {
                return false;
            }
            const class_key key = slice->classes[j];
            *next_hit++ = (uint32_t)residue_from(class_residue(key), sieve->block.base, class_modulus(key));
        }
    }
    sieve->hits_at = sieve->block.base;
    return true;
}

static bool start_crossing_runs(struct sieve *sieve, uint64_t offset)
{
    const struct class_list *const crossed = &sieve->tables->crossed;
    uint32_t *next_hit = sieve->next_hits;
    for (size_t i = 0; i < crossed->run_count; ++i) {
        const struct class_run *const run = &crossed->runs[i];
        const uint32_t first = first_mod_run(sieve, run, offset);
        if (!may_go_on_at(sieve, i)) {
            return false;
        }
        for (size_t j = 0; j < run->count; ++j) {
            *next_hit++ = class_run_column(run, class_residue(run->classes[j]), first);
        }
    }
    return true;
}

/* A wide class has at most one residue in a block of consecutive delays. */
static bool start_wide(struct sieve *sieve)
{
    const struct class_set *const classes = &sieve->tables->reduced->classes;
    sieve->wide_hit_count = 0;
    sieve->next_wide_hit = 0;
    for (size_t i = 0; i < wide_count(sieve->tables); ++i) {
        const struct residue_class wide = classes->wide[i];
        if (!may_go_on_at(sieve, i)) {
            return false;
        }
        const uint64_t hit = residue_from(wide.residue, sieve->block.base, wide.modulus);
        if (hit < sieve->block.columns) {
            sieve->wide_hits[sieve->wide_hit_count++] = hit;
        }
    }
    return sort_u64_while(sieve->wide_hits, sieve->wide_hit_count, sieve->go_on);
}

/* How many columns of an offset have delays below `bound`: those up to (bound - first - 1) / step. */
static uint32_t columns_below(const struct sieve *sieve, uint64_t offset, firesieve_delay bound)
{
    const firesieve_delay first = sieve->block.base + offset;
    if (bound <= first) {
        return 0;
    }
    const firesieve_delay last = bound - first - 1;
    const uint64_t step = sieve->tables->columns.step;
    const firesieve_delay column = last >> 64 == 0 ? (uint64_t)last / step : last / step;
    return column < sieve->block.columns ? (uint32_t)column + 1 : sieve->block.columns;
}

/* Most blocks lie inside [low, end), which shows without a division. */
static struct span span_of(const struct sieve *sieve, uint64_t offset)
{
    const firesieve_delay block_end =
        sieve->block.base + (firesieve_delay)sieve->tables->columns.step * sieve->block.columns;
    return (struct span){
        .low = sieve->finds->low <= sieve->block.base ? 0 : columns_below(sieve, offset, sieve->finds->low),
        .end = sieve->finds->end >= block_end ? sieve->block.columns : columns_below(sieve, offset, sieve->finds->end),
    };
}

/*
 * Tests batches that are not full after enough columns for the preparation of tests not to matter, and at once if there
 * is nothing to test, so that the first survivor ends the search.
 */
static enum sieve_outcome sieve_span(struct sieve *sieve, uint64_t offset, struct span span)
{
    enum { COLUMNS_BETWEEN_TESTS = 1 << 14 /* for each class */ };
    const uint32_t step = segment_words(sieve->tables) * KERNEL_WORD_COLUMNS;
    const uint64_t test_spacing = (uint64_t)COLUMNS_BETWEEN_TESTS * sieve->tables->tested.count;
    const uint32_t end = (span.end + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_COLUMNS;
    uint64_t next_test = test_spacing;
    for (uint32_t first = 0; first < end; first += step) {
        const uint32_t columns = end - first < step ? end - first : step;
        enum sieve_outcome outcome = sieve_segment(sieve, offset, first, columns / KERNEL_WORD_COLUMNS, span);
        if (outcome == SIEVE_DONE && first + columns >= next_test) {
            next_test = first + columns + test_spacing;
            outcome = finish_batch(sieve, offset);
        }
        if (outcome != SIEVE_DONE) {
            return outcome;
        }
        if (sieve->finds->found) {
            return SIEVE_DONE;
        }
        if (!look(sieve, columns / KERNEL_WORD_COLUMNS)) {
            return SIEVE_STOPPED;
        }
    }
    return finish_batch(sieve, offset);
}

enum sieve_outcome sieve_offset(struct sieve *sieve, uint64_t offset)
{
    const struct span span = span_of(sieve, offset);
    if (!look(sieve, OFFSET_WORDS)) {
        return SIEVE_STOPPED;
    }
    if (span.low >= span.end) {
        return SIEVE_DONE;
    }
    sieve->candidate_count = 0;
    sieve->finds->found = false;
    start_rows(sieve, offset);
    const bool started =
        sieve->tables->crossed.runs != NULL ? start_crossing_runs(sieve, offset) : start_crossing(sieve);
    return started && start_wide(sieve) ? sieve_span(sieve, offset, span) : SIEVE_STOPPED;
}
