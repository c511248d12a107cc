#include "search/window.h"

#include <stdlib.h>

#include "base/sort.h"
#include "search/lanes.h"

enum {
    BATCH = 1 << 13, /* survivors */
    COLUMNS_BETWEEN_LOOKS = 1 << 22,
    CLASSES_BETWEEN_LOOKS = 1 << 13
};

static uint64_t *allocate_words(size_t words)
{
    return aligned_alloc(KERNEL_WORD_BYTES, words * KERNEL_WORD_BYTES);
}

/* Without classes to cross off, a segment is one chunk of rows: it stays in the first-level cache. */
static uint32_t segment_words(const struct scan_plan *plan)
{
    return plan->crossed_count == 0 ? PATTERN_CHUNK_WORDS : plan->segment_words;
}

bool window_searcher_start(struct window_searcher *searcher, const struct scan_plan *plan,
                           const struct kernel_operations *kernel, window_go_on_function go_on, void *go_on_context)
{
    *searcher = (struct window_searcher){
        .plan = plan,
        .kernel = kernel,
        .go_on = go_on,
        .go_on_context = go_on_context,
        .segment = allocate_words(segment_words(plan)),
        .rows = calloc(plan->patterns.count + 1, sizeof *searcher->rows),
        .positions = calloc(plan->patterns.count + 1, sizeof *searcher->positions),
        .next_hits = calloc(plan->crossed_count + 1, sizeof *searcher->next_hits),
        .wide_hits = calloc(plan->classes.wide_count + 1, sizeof *searcher->wide_hits),
        .candidates = malloc(BATCH * sizeof *searcher->candidates),
        .hits_at = FIRESIEVE_DELAY_END,
    };
    return searcher->segment != NULL && searcher->rows != NULL && searcher->positions != NULL &&
           searcher->next_hits != NULL && searcher->wide_hits != NULL && searcher->candidates != NULL;
}

void window_searcher_free(struct window_searcher *searcher)
{
    free(searcher->segment);
    free(searcher->rows);
    free(searcher->positions);
    free(searcher->next_hits);
    free(searcher->wide_hits);
    free(searcher->candidates);
}

static void start_patterns(struct window_searcher *searcher, firesieve_delay base)
{
    const struct pattern_list *const list = &searcher->plan->patterns;
    for (size_t i = 0; i < list->count; ++i) {
        searcher->positions[i] = (uint32_t)(base / KERNEL_WORD_COLUMNS % list->patterns[i].cycle);
    }
}

static void start_crossing(struct window_searcher *searcher, firesieve_delay base)
{
    if (searcher->hits_at == base) {
        return;
    }
    const struct scan_plan *const plan = searcher->plan;
    for (size_t i = 0; i < plan->crossed_count; ++i) {
        const class_key key = plan->crossed[i];
        searcher->next_hits[i] = (uint32_t)residue_from(class_residue(key), base, class_modulus(key));
    }
    searcher->hits_at = base;
}

/* A wide class has one residue in a window at most. */
static void start_wide(struct window_searcher *searcher, const struct window *window)
{
    const struct class_set *const classes = &searcher->plan->classes;
    searcher->wide_hit_count = 0;
    searcher->next_wide_hit = 0;
    for (size_t i = 0; i < classes->wide_count; ++i) {
        const struct residue_class wide = classes->wide[i];
        const uint64_t hit = residue_from(wide.residue, window->base, wide.modulus);
        if (hit < window->columns) {
            searcher->wide_hits[searcher->wide_hit_count++] = hit;
        }
    }
    sort_u64(searcher->wide_hits, searcher->wide_hit_count);
}

/* Fills `words` words of the segment with what the patterns allow, and returns how many of them have a survivor. */
static size_t apply_patterns(struct window_searcher *searcher, uint32_t words)
{
    const struct pattern_list *const list = &searcher->plan->patterns;
    size_t live_words = 0;
    for (uint32_t word = 0; word < words; word += PATTERN_CHUNK_WORDS) {
        const uint32_t chunk = words - word < PATTERN_CHUNK_WORDS ? words - word : PATTERN_CHUNK_WORDS;
        for (size_t i = 0; i < list->count; ++i) {
            const struct pattern *const pattern = &list->patterns[i];
            const uint32_t position = searcher->positions[i];
            searcher->rows[i] = pattern->words + (size_t)position * KERNEL_WORD_LIMBS;
            const uint32_t next = position + chunk;
            searcher->positions[i] = next < pattern->cycle ? next : next % pattern->cycle;
        }
        live_words +=
            searcher->kernel->rows(searcher->rows, list->count, chunk, searcher->segment + word * KERNEL_WORD_LIMBS);
    }
    return live_words;
}

/* Clears the residues of every crossed class in the segment. A next hit stays below modulus + columns < 2^32. */
static void cross_off(struct window_searcher *searcher, uint32_t columns)
{
    const class_key *const crossed = searcher->plan->crossed;
    uint64_t *const segment = searcher->segment;
    for (size_t i = 0; i < searcher->plan->crossed_count; ++i) {
        uint32_t hit = searcher->next_hits[i];
        const uint32_t modulus = class_modulus(crossed[i]);
        for (; hit < columns; hit += modulus) {
            segment[hit / 64] &= ~(UINT64_C(1) << hit % 64);
        }
        searcher->next_hits[i] = hit - columns;
    }
}

/* Clears the columns of wide classes in the segment, which is the one at column `first` of the window. */
static void cross_off_wide(struct window_searcher *searcher, uint32_t first, uint32_t columns)
{
    for (; searcher->next_wide_hit < searcher->wide_hit_count; ++searcher->next_wide_hit) {
        const uint64_t hit = searcher->wide_hits[searcher->next_wide_hit] - first;
        if (hit >= columns) {
            return;
        }
        searcher->segment[hit / 64] &= ~(UINT64_C(1) << hit % 64);
    }
}

/* Drops from the batch what the tested classes catch. False when it was told to stop meanwhile. */
static bool test_candidates(struct window_searcher *searcher, firesieve_delay base)
{
    const struct scan_plan *const plan = searcher->plan;
    for (size_t i = 0; i < plan->tested_count && searcher->candidate_count > 0; ++i) {
        if (i % CLASSES_BETWEEN_LOOKS == CLASSES_BETWEEN_LOOKS - 1 && !searcher->go_on(searcher->go_on_context)) {
            return false;
        }
        const uint32_t modulus = class_modulus(plan->tested[i]);
        const uint64_t residue = residue_from(class_residue(plan->tested[i]), base, modulus);
        const struct kernel_lane_test test = lane_test_prepare(modulus, residue);
        searcher->candidate_count = searcher->kernel->lanes(searcher->candidates, searcher->candidate_count, &test);
    }
    return true;
}

/* Tests the batch. FOUND: its smallest survivor is in *delay. EMPTY: the batch is empty again. */
static enum window_outcome finish_batch(struct window_searcher *searcher, const struct window *window,
                                        firesieve_delay *delay)
{
    if (!test_candidates(searcher, window->base)) {
        return WINDOW_ABANDONED;
    }
    if (searcher->candidate_count == 0) {
        return WINDOW_EMPTY;
    }
    *delay = window->base + searcher->candidates[0];
    return WINDOW_FOUND;
}

/* Moves the survivors of the segment at column `first` into the batch, and tests batches that are full. */
static enum window_outcome collect_survivors(struct window_searcher *searcher, const struct window *window,
                                             uint32_t first, uint32_t words, firesieve_delay *delay)
{
    for (uint32_t limb = 0; limb < words * KERNEL_WORD_LIMBS; ++limb) {
        for (uint64_t bits = searcher->segment[limb]; bits != 0; bits &= bits - 1) {
            const uint32_t column = first + limb * 64 + (uint32_t)__builtin_ctzll(bits);
            const firesieve_delay candidate = window->base + column;
            if (candidate < window->low || candidate >= window->high) {
                continue;
            }
            searcher->candidates[searcher->candidate_count++] = column;
            if (searcher->candidate_count == BATCH) {
                const enum window_outcome outcome = finish_batch(searcher, window, delay);
                if (outcome != WINDOW_EMPTY) {
                    return outcome;
                }
            }
        }
    }
    return WINDOW_EMPTY;
}

/* Applies patterns, crossed and wide classes to the segment at column `first`, and collects what survives. */
static enum window_outcome search_segment(struct window_searcher *searcher, const struct window *window, uint32_t first,
                                          uint32_t words, firesieve_delay *delay)
{
    const uint32_t columns = words * KERNEL_WORD_COLUMNS;
    const size_t live_words = apply_patterns(searcher, words);
    if (searcher->plan->crossed_count > 0) {
        cross_off(searcher, columns);
        searcher->hits_at += columns;
    }
    cross_off_wide(searcher, first, columns);
    return live_words > 0 ? collect_survivors(searcher, window, first, words, delay) : WINDOW_EMPTY;
}

/*
 * The columns to search between two tests of a batch that is not full: enough for the preparation of the tests not to
 * count, and none where there is nothing to test, so that the first survivor ends the search.
 */
static uint64_t columns_between_tests(const struct scan_plan *plan)
{
    enum { COLUMNS_A_CLASS = 1 << 14 };
    return (uint64_t)COLUMNS_A_CLASS * plan->tested_count;
}

enum window_outcome window_search(struct window_searcher *searcher, const struct window *window, firesieve_delay *delay)
{
    const uint32_t step = segment_words(searcher->plan) * KERNEL_WORD_COLUMNS;
    const uint64_t test_spacing = columns_between_tests(searcher->plan);
    uint64_t next_test = test_spacing;
    uint32_t next_look = COLUMNS_BETWEEN_LOOKS;
    searcher->candidate_count = 0;
    start_patterns(searcher, window->base);
    start_crossing(searcher, window->base);
    start_wide(searcher, window);
    for (uint32_t first = 0; first < window->columns; first += step) {
        const uint32_t columns = window->columns - first < step ? window->columns - first : step;
        enum window_outcome outcome = search_segment(searcher, window, first, columns / KERNEL_WORD_COLUMNS, delay);
        if (outcome == WINDOW_EMPTY && first + columns >= next_test) {
            next_test = first + columns + test_spacing;
            outcome = finish_batch(searcher, window, delay);
        }
        if (outcome != WINDOW_EMPTY) {
            return outcome;
        }
        if (first + columns >= next_look) {
            next_look += COLUMNS_BETWEEN_LOOKS;
            if (!searcher->go_on(searcher->go_on_context)) {
                return WINDOW_ABANDONED;
            }
        }
    }
    return finish_batch(searcher, window, delay);
}
