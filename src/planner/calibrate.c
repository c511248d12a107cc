#include "planner/costs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/large.h"
#include "base/random.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "focus/classes.h"
#include "number/near.h"
#include "pass/lanes.h"

enum {
    CHUNK = 8, /* words that a scan or a wheel ANDs at once */
    ROWS = 12,
    WORDS = 4 * ROWS * CHUNK,
    CANDIDATES = 1 << 12,
    LONGS = 1 << 9,
    SHORTS = 1 << 7,
    SUMS = 1 << 13, /* about as many as are read at once */
    MODULUS = 101,  /* like those of a focus */
    BUNCHES = (MODULUS + 15) / 16,
    NUMBER_BITS = 60 /* of numbers tested for primality */
};

/* What is timed, and data for it. */
struct bench {
    const struct kernel_operations *kernel;
    uint64_t *words; /* rows with all bits set: no test ends early */
    uint64_t survivors[CHUNK * KERNEL_WORD_LIMBS];
    uint32_t *candidates; /* CANDIDATES */
    struct sums sums;
    struct sum_run run;
    struct row_set rows;
    struct offset_order order;
    uint64_t *tile; /* of KERNEL_KEY_ROWS moduli, which leave no column */
    struct kernel_hit hits[1];
    uint64_t *keys; /* as many as the run has */
    uint32_t *numbers;
    struct near_numbers near;
    struct random_state random;
    size_t call_words; /* for which rows are ANDed at once */
    double page_ns;    /* to write the words for the first time, per page */
};

/* One call of what is timed; returns how many pieces of work it did. */
typedef double piece_function(struct bench *bench);

/* The shortest time of a piece in nanoseconds: other load on the machine only adds to it. */
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

/* Rows that stay in the first-level cache. */
static double calls(struct bench *bench)
{
    enum { CALLS = 3 };
    const void *rows[ROWS];
    for (int call = 0; call < CALLS; ++call) {
        for (size_t i = 0; i < ROWS; ++i) {
            rows[i] = bench->words + (i * 4 + (size_t)call) * CHUNK * KERNEL_WORD_LIMBS;
        }
        bench->kernel->rows(rows, ROWS, bench->call_words, bench->survivors);
    }
    return CALLS;
}

static double lanes(struct bench *bench)
{
    const struct kernel_lane_test test = lane_test_prepare(1000003, 999999); /* drops few of these candidates */
    return (double)bench->kernel->lanes(bench->candidates, CANDIDATES, &test);
}

static double sums(struct bench *bench)
{
    const uint64_t stretch = (uint64_t)bench->sums.modulus / ((uint64_t)LONGS * SHORTS) * SUMS;
    sums_read(&bench->sums, bench->kernel->add, 0, stretch, &bench->run);
    return (double)bench->run.count;
}

static double orders(struct bench *bench)
{
    offset_order_make(&bench->order, &bench->rows, &bench->run);
    return (double)bench->run.count;
}

static double builds(struct bench *bench)
{
    for (uint32_t i = 0; i < KERNEL_KEY_ROWS; ++i) {
        bench->kernel->build(&bench->rows.patterns[0], (const uint8_t *)bench->order.thirds,
                             bench->tile + (size_t)i * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS);
    }
    return (double)KERNEL_WORD_COLUMNS * BUNCHES * KERNEL_KEY_ROWS;
}

static double strong_tests(struct bench *bench)
{
    uint64_t distances[KERNEL_NUMBERS];
    for (uint64_t i = 0; i < KERNEL_NUMBERS; ++i) {
        distances[i] = 2 * i;
    }
    uint32_t unsure;
    bench->kernel->strong(&bench->near.shared, distances, &unsure);
    return (double)KERNEL_NUMBERS * NUMBER_BITS;
}

/* None leaves a column: the model of a key does not include that. */
static double keys(struct bench *bench)
{
    const struct kernel_tile tile = {
        .rows = bench->tile, .modulus_count = KERNEL_KEY_ROWS, .residues = (const uint8_t *)bench->order.residues};
    bench->kernel->sieve(&tile, bench->order.keys, bench->order.numbers, bench->run.count, bench->hits);
    return (double)bench->run.count;
}

static double picks(struct bench *bench)
{
    uint8_t alive[KERNEL_MODULUS_MAX + 1];
    for (uint32_t i = 0; i <= KERNEL_MODULUS_MAX; ++i) {
        alive[i] = i % 8 == 0 ? 0xff : 0;
    }
    bench->kernel->pick(bench->order.thirds, bench->order.keys, 0, bench->run.count, alive, bench->keys,
                        bench->numbers);
    return (double)bench->run.count;
}

static struct residues random_residues(struct bench *bench)
{
    struct residues residues;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        residues.of[i] = (uint8_t)(random_next(&bench->random) % MODULUS);
    }
    return residues;
}

/* The residues are random, belonging to no numbers; nothing here depends on them. */
static bool make_sums(struct bench *bench)
{
    struct sums *const list = &bench->sums;
    list->modulus = (firesieve_delay)1 << 50;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        list->moduli.of[i] = MODULUS;
    }
    if (!summands_alloc(&list->longs, LONGS, false) || !summands_alloc(&list->shorts, SHORTS, false)) {
        return false;
    }
    for (size_t i = 0; i < LONGS; ++i) {
        list->longs.positions[i] = (uint64_t)list->modulus / LONGS * i;
        list->longs.residues[i] = random_residues(bench);
    }
    for (size_t i = 0; i < SHORTS; ++i) {
        list->shorts.positions[i] = random_next(&bench->random) % (uint64_t)list->modulus;
        list->shorts.residues[i] = random_residues(bench);
    }
    return true;
}

/* Moduli that forbid everything, so that no key is looked at twice; the first three are classes. */
static bool make_rows(struct bench *bench)
{
    static const uint32_t parts[FOCUS_CLASSES_MAX] = {8, 8, 8};
    uint8_t allowed[MODULUS] = {0};
    if (!row_set_start(&bench->rows)) {
        return false;
    }
    for (int i = 0; i < FOCUS_CLASSES_MAX + KERNEL_KEY_ROWS; ++i) {
        row_set_add(&bench->rows, MODULUS, allowed);
    }
    row_set_finish(&bench->rows, FOCUS_CLASSES_MAX, parts);
    return offset_order_start(&bench->order, &bench->rows);
}

/* Writes rows as tables are written: into new memory. */
static bool make_words(struct bench *bench)
{
    enum { NEW_BYTES = 1 << 19 };
    const double started = clock_seconds();
    bench->words = large_aligned_alloc(KERNEL_WORD_BYTES, NEW_BYTES);
    if (bench->words == NULL) {
        return false;
    }
    memset(bench->words, 0xff, NEW_BYTES);
    bench->page_ns = 1e9 * (clock_seconds() - started) * COSTS_PAGE_BYTES / NEW_BYTES;
    return true;
}

static bool bench_start(struct bench *bench, const firesieve_kernel *kernel)
{
    *bench = (struct bench){.kernel = kernel->operations, .random = {1}};
    bench->candidates = calloc(CANDIDATES, sizeof *bench->candidates);
    bench->tile = large_aligned_alloc(KERNEL_WORD_BYTES, KERNEL_TILE_LIMBS * sizeof *bench->tile);
    if (bench->candidates == NULL || bench->tile == NULL || !make_words(bench) || !make_sums(bench) ||
        !make_rows(bench)) {
        return false;
    }
    for (uint32_t i = 0; i < CANDIDATES; ++i) {
        bench->candidates[i] = 7 * i;
    }
    bench->near = near_numbers_make(((firesieve_delay)1 << (NUMBER_BITS - 1)) + 1, 2 * KERNEL_NUMBERS);
    sums(bench);
    bench->keys = calloc(bench->run.count + KERNEL_PICK_SPARE, sizeof *bench->keys);
    bench->numbers = calloc(bench->run.count + KERNEL_PICK_SPARE, sizeof *bench->numbers);
    return bench->keys != NULL && bench->numbers != NULL && bench->run.count >= KERNEL_WORD_COLUMNS &&
           offset_order_make(&bench->order, &bench->rows, &bench->run);
}

static void bench_end(struct bench *bench)
{
    free(bench->words);
    free(bench->candidates);
    free(bench->tile);
    free(bench->keys);
    free(bench->numbers);
    summands_free(&bench->sums.longs);
    summands_free(&bench->sums.shorts);
    sum_run_free(&bench->run);
    row_set_free(&bench->rows);
    offset_order_free(&bench->order);
}

/* A call for n words takes call + n * rows * word: two lengths give both. */
void costs_take_calls(struct costs *costs, const struct timed_calls *calls)
{
    static const double quickest = 0.125; /* of the usual cost */
    const double row_word =
        (calls->long_ns - calls->short_ns) / ((calls->long_words - calls->short_words) * calls->rows);
    costs->row_word = fmax(row_word, quickest * costs->row_word);
    costs->call = fmax(calls->short_ns - calls->rows * calls->short_words * costs->row_word, 1);
}

static void time_calls(struct bench *bench, struct costs *costs)
{
    struct timed_calls timed = {.rows = ROWS, .short_words = 1, .long_words = CHUNK};
    bench->call_words = 1;
    timed.short_ns = time_pieces(bench, calls);
    bench->call_words = CHUNK;
    timed.long_ns = time_pieces(bench, calls);
    costs_take_calls(costs, &timed);
}

/* In a search caches are colder and costs higher: all other costs grow as ordering here exceeds its usual cost. */
static void time_focus(struct bench *bench, struct costs *costs)
{
    static const double usual_order = 2.6;
    builds(bench);
    costs->bunch = time_pieces(bench, builds);
    costs->key = time_pieces(bench, keys);
    costs->pick = time_pieces(bench, picks);
    costs->sum = time_pieces(bench, sums);
    costs_scale(costs, time_pieces(bench, orders) / usual_order);
}

void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel)
{
    const struct cpu_caches caches = cpu_caches();
    struct bench *const bench = malloc(sizeof *bench);
    costs->first_cache = caches.first;
    costs->second_cache = caches.second;
    if (bench != NULL && bench_start(bench, kernel)) {
        time_calls(bench, costs);
        costs->lane = time_pieces(bench, lanes);
        costs->strong = time_pieces(bench, strong_tests);
        time_focus(bench, costs);
        costs->page = bench->page_ns;
        costs->measured = true;
    }
    if (bench != NULL) {
        bench_end(bench);
    }
    free(bench);
}
