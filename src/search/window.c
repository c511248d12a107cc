#include "search/window.h"

#include <stdlib.h>

#include "search/lanes.h"

enum {
    BATCH = 1 << 13, /* survivors */
    COLUMNS_BETWEEN_LOOKS = 1 << 22
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
        .candidates = malloc(BATCH * sizeof *searcher->candidates),
        .hits_at = FIRESIEVE_DELAY_END,
    };
    return searcher->segment != NULL && searcher->rows != NULL && searcher->positions != NULL &&
           searcher->next_hits != NULL && searcher->candidates != NULL;
}

void window_searcher_free(struct window_searcher *searcher)
{
    free(searcher->segment);
    free(searcher->rows);
    free(searcher->positions);
    free(searcher->next_hits);
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

/* Drops from the batch what tested and wide classes catch. */
static void test_candidates(struct window_searcher *searcher, firesieve_delay base)
{
    const struct scan_plan *const plan = searcher->plan;
    size_t count = searcher->candidate_count;
    for (size_t i = 0; i < plan->tested_count && count > 0; ++i) {
        const uint32_t modulus = class_modulus(plan->tested[i]);
        const uint64_t residue = residue_from(class_residue(plan->tested[i]), base, modulus);
        const struct kernel_lane_test test = lane_test_prepare(modulus, residue);
        count = searcher->kernel->lanes(searcher->candidates, count, &test);
    }
    for (size_t i = 0; i < plan->classes.wide_count && count > 0; ++i) {
        const struct residue_class wide = plan->classes.wide[i];
        const uint64_t residue = residue_from(wide.residue, base, wide.modulus);
        if (residue < WINDOW_COLUMNS_MAX) {
            const struct kernel_lane_test test = lane_test_prepare(wide.modulus, residue);
            count = searcher->kernel->lanes(searcher->candidates, count, &test);
        }
    }
    searcher->candidate_count = count;
}

/*
 * Tests the batch; true, with the smallest in *delay, when some candidate survives. An empty batch is left otherwise.
 */
static bool finish_batch(struct window_searcher *searcher, const struct window *window, firesieve_delay *delay)
{
    test_candidates(searcher, window->base);
    if (searcher->candidate_count == 0) {
        return false;
    }
    *delay = window->base + searcher->candidates[0];
    return true;
}

/* Moves the survivors of a segment, which begins at column `first`, into the batch, and tests batches that are full. */
static bool collect_survivors(struct window_searcher *searcher, const struct window *window, uint32_t first,
                              uint32_t words, firesieve_delay *delay)
{
    for (uint32_t limb = 0; limb < words * KERNEL_WORD_LIMBS; ++limb) {
        for (uint64_t bits = searcher->segment[limb]; bits != 0; bits &= bits - 1) {
            const uint32_t column = first + limb * 64 + (uint32_t)__builtin_ctzll(bits);
            const firesieve_delay candidate = window->base + column;
            if (candidate < window->low || candidate >= window->high) {
                continue;
            }
            searcher->candidates[searcher->candidate_count++] = column;
            if (searcher->candidate_count == BATCH && finish_batch(searcher, window, delay)) {
                return true;
            }
        }
    }
    return false;
}

/*
 * Applies the patterns and crossed classes to the segment at column `first`; true when a full batch had a safe delay.
 */
static bool search_segment(struct window_searcher *searcher, const struct window *window, uint32_t first,
                           uint32_t words, firesieve_delay *delay)
{
    const size_t live_words = apply_patterns(searcher, words);
    if (searcher->plan->crossed_count > 0) {
        cross_off(searcher, words * KERNEL_WORD_COLUMNS);
        searcher->hits_at += words * KERNEL_WORD_COLUMNS;
    }
    return live_words > 0 && collect_survivors(searcher, window, first, words, delay);
}

/*
 * The columns to search between two tests of a batch that is not full: enough for the preparation of the tests not to
 * count, and none where there is nothing to test, so that the first survivor ends the search.
 */
static uint64_t columns_between_tests(const struct scan_plan *plan)
{
    enum { COLUMNS_A_CLASS = 1 << 14 };
    return (uint64_t)COLUMNS_A_CLASS * (plan->tested_count + plan->classes.wide_count);
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
    for (uint32_t first = 0; first < window->columns; first += step) {
        const uint32_t columns = window->columns - first < step ? window->columns - first : step;
        if (search_segment(searcher, window, first, columns / KERNEL_WORD_COLUMNS, delay)) {
            return WINDOW_FOUND;
        }
        if (first + columns >= next_test) {
            next_test = first + columns + test_spacing;
            if (finish_batch(searcher, window, delay)) {
                return WINDOW_FOUND;
            }
        }
        if (first + columns >= next_look) {
            next_look += COLUMNS_BETWEEN_LOOKS;
            if (!searcher->go_on(searcher->go_on_context)) {
                return WINDOW_ABANDONED;
            }
        }
    }
    return finish_batch(searcher, window, delay) ? WINDOW_FOUND : WINDOW_EMPTY;
}
