#include "planner/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/large.h"
#include "base/random.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "focus/rows.h"
#include "focus/sums.h"
#include "pass/lanes.h"

/* What is timed, and data for it. */
struct bench {
    const struct kernel_operations *kernel;
    uint64_t *words; /* rows, all of whose bits are set: nothing ends a test early */
    size_t word_count;
    uint64_t survivors[FOCUS_BLOCK_WORDS * KERNEL_WORD_LIMBS];
    uint32_t *candidates; /* CANDIDATES */
    struct sums sums;
    struct sum_cursor cursor;
    struct sum_run run;
    struct row_set rows;
    struct random_state random;
    double page_ns; /* writing the words for the first time, a page */
};

enum {
    CANDIDATES = 1 << 12,
    LONGS = 1 << 9,
    SHORTS = 1 << 7,
    ROWS = 12,
    PATTERNS = 12, /* about as many as a focus has */
    BUILT_MODULUS = 64,
    COLUMNS = FOCUS_BLOCK_COLUMNS
};

/* One call of what is timed; returns how many pieces of work that was. */
typedef double piece_function(struct bench *bench);

/* The shortest time of a piece, in nanoseconds: what others did to the machine meanwhile only adds to it. */
static double time_pieces(struct bench *bench, piece_function *piece)
{
    enum { SAMPLES = 8 };
    static const double sample_s = 30e-6;
    double shortest = INFINITY;
    for (int i = 0; i < SAMPLES; ++i) {
        const double started = clock_seconds();
        double seconds;
        double pieces = 0;
        do {
            pieces += piece(bench);
            seconds = clock_seconds() - started;
        } while (seconds < sample_s);
        shortest = fmin(shortest, 1e9 * seconds / pieces);
    }
    return shortest;
}

/* Rows of a chunk of columns, as a scan or a wheel ANDs them: they stay in the first-level cache. */
static double near_rows(struct bench *bench)
{
    enum { CHUNK = 8, CALLS = 8 };
    const uint64_t *rows[ROWS];
    for (int call = 0; call < CALLS; ++call) {
        for (size_t i = 0; i < ROWS; ++i) {
            rows[i] = bench->words + (i * 4 + (size_t)call) * CHUNK * KERNEL_WORD_LIMBS;
        }
        bench->kernel->rows(rows, ROWS, CHUNK, bench->survivors);
    }
    return ROWS * CHUNK * CALLS;
}

/* The same of rows anywhere in what a block of a focus has, a call for each offset. */
static double calls_of(struct bench *bench, size_t words)
{
    enum { CALLS = 64 };
    const uint64_t *rows[ROWS];
    const size_t places = bench->word_count / FOCUS_BLOCK_WORDS;
    for (int call = 0; call < CALLS; ++call) {
        for (size_t i = 0; i < ROWS; ++i) {
            const size_t place = (size_t)(random_next(&bench->random) >> 32) % places;
            rows[i] = bench->words + place * FOCUS_BLOCK_WORDS * KERNEL_WORD_LIMBS;
        }
        bench->kernel->rows(rows, ROWS, words, bench->survivors);
    }
    return CALLS;
}

static double short_calls(struct bench *bench)
{
    return calls_of(bench, 1);
}

static double long_calls(struct bench *bench)
{
    return calls_of(bench, FOCUS_BLOCK_WORDS);
}

static double lanes(struct bench *bench)
{
    const struct kernel_lane_test test = lane_test_prepare(1000003, 999999); /* drops few of these candidates */
    return (double)bench->kernel->lanes(bench->candidates, CANDIDATES, &test);
}

static double sums(struct bench *bench)
{
    enum { VALUES = COLUMNS + COLUMNS / 8 }; /* about */
    bench->run.count = 0;
    if (bench->cursor.position > bench->sums.modulus) {
        sum_cursor_seek(&bench->cursor, &bench->sums, 0);
    }
    const uint64_t length = bench->sums.modulus / (LONGS * (uint64_t)SHORTS) * VALUES;
    sum_cursor_read(&bench->cursor, length, &bench->run);
    return (double)bench->run.count;
}

static double builds(struct bench *bench)
{
    row_set_build(&bench->rows, bench->run.residues, COLUMNS, bench->words);
    return COLUMNS * (double)(PATTERNS * bench->rows.patterns[0].bunches);
}

/* Lists with the residues of one row modulus. */
static bool make_sums(struct bench *bench)
{
    struct sums *const list = &bench->sums;
    list->modulus = UINT64_C(1) << 50;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        list->moduli.of[i] = i == 0 ? BUILT_MODULUS : 1;
    }
    list->longs = (struct summands){calloc(LONGS, sizeof(uint64_t)), calloc(LONGS, sizeof(struct residues)), LONGS};
    list->shorts = (struct summands){calloc(SHORTS, sizeof(uint64_t)), calloc(SHORTS, sizeof(struct residues)), SHORTS};
    if (list->longs.values == NULL || list->longs.residues == NULL || list->shorts.values == NULL ||
        list->shorts.residues == NULL || !sum_cursor_start(&bench->cursor, SHORTS)) {
        return false;
    }
    for (size_t i = 0; i < LONGS; ++i) {
        list->longs.values[i] = list->modulus / LONGS * i;
        list->longs.residues[i].of[0] = (uint8_t)(i % BUILT_MODULUS);
    }
    for (size_t i = 0; i < SHORTS; ++i) {
        list->shorts.values[i] = random_next(&bench->random) % list->modulus;
        list->shorts.residues[i].of[0] = (uint8_t)(random_next(&bench->random) % BUILT_MODULUS);
    }
    sum_cursor_seek(&bench->cursor, list, 0);
    return true;
}

/* Rows, written as tables are: into memory that is new. Half of the second-level cache, or what `builds` writes. */
static bool make_words(struct bench *bench, uint64_t second_cache)
{
    enum { BUILT_BYTES = PATTERNS * BUILT_MODULUS * FOCUS_ROW_LIMBS * 8 };
    const uint64_t bytes = second_cache / 2 > BUILT_BYTES ? second_cache / 2 : BUILT_BYTES;
    const double started = clock_seconds();
    bench->word_count = (size_t)(bytes / KERNEL_WORD_BYTES);
    bench->words = large_aligned_alloc(KERNEL_WORD_BYTES, bench->word_count * KERNEL_WORD_BYTES);
    if (bench->words == NULL) {
        return false;
    }
    memset(bench->words, 0xff, bench->word_count * KERNEL_WORD_BYTES);
    bench->page_ns = 1e9 * (clock_seconds() - started) * COSTS_PAGE_BYTES / (double)bytes;
    return true;
}

static bool bench_start(struct bench *bench, const firesieve_kernel *kernel, uint64_t second_cache)
{
    uint8_t allowed[BUILT_MODULUS];
    memset(allowed, 1, sizeof allowed);
    *bench = (struct bench){.kernel = kernel->operations, .random = {1}};
    bench->candidates = calloc(CANDIDATES, sizeof *bench->candidates);
    if (bench->candidates == NULL || !make_words(bench, second_cache) || !make_sums(bench)) {
        return false;
    }
    for (int i = 0; i < PATTERNS; ++i) {
        if (!row_set_add(&bench->rows, BUILT_MODULUS, allowed)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < CANDIDATES; ++i) {
        bench->candidates[i] = 7 * i;
    }
    return true;
}

static void bench_end(struct bench *bench)
{
    free(bench->words);
    free(bench->candidates);
    free(bench->sums.longs.values);
    free(bench->sums.longs.residues);
    free(bench->sums.shorts.values);
    free(bench->sums.shorts.residues);
    sum_cursor_free(&bench->cursor);
    sum_run_free(&bench->run);
    row_set_free(&bench->rows);
}

/* A call for n words takes call + n * rows * word: two lengths give both. */
static void time_calls(struct bench *bench, struct costs *costs)
{
    const double short_ns = time_pieces(bench, short_calls);
    const double long_ns = time_pieces(bench, long_calls);
    const double word_ns = (long_ns - short_ns) / ((FOCUS_BLOCK_WORDS - 1) * (double)ROWS);
    costs->far_row_word = fmax(word_ns, costs->row_word);
    costs->call = fmax(short_ns - ROWS * costs->far_row_word, 1);
}

/*
 * In a search caches are colder than here, and costs higher: those that are not the kernel's grow by as much as the loops
 * here take longer than where these costs are from.
 */
static void time_lists(struct bench *bench, struct costs *costs)
{
    static const double usual_sum = 2.5;
    static const double usual_bunch = 0.28;
    costs->sum *= time_pieces(bench, sums) / usual_sum;
    if (bench->run.count >= COLUMNS) {
        costs_scale(costs, time_pieces(bench, builds) / usual_bunch);
    }
}

void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel)
{
    const struct cpu_caches caches = cpu_caches();
    struct bench *const bench = malloc(sizeof *bench);
    costs->first_cache = caches.first;
    costs->second_cache = caches.second;
    if (bench != NULL && bench_start(bench, kernel, caches.second)) {
        costs->row_word = time_pieces(bench, near_rows);
        time_calls(bench, costs);
        costs->lane = time_pieces(bench, lanes);
        time_lists(bench, costs);
        costs->page = bench->page_ns;
        costs->measured = true;
    }
    if (bench != NULL) {
        bench_end(bench);
    }
    free(bench);
}
