/*
 * How fast a kernel is on data in the first-level cache.
 *
 * What is compared is measured side by side: short rounds of every operation, each round in the reverse order of the
 * one before (A B B A), and the median of the rounds, so that neither a change of clock frequency nor a visitor on the
 * core spoils the comparison.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "cpu/kernel_table.h"
#include "search/lanes.h"

enum {
    ROUNDS = 100,
    ROWS = 12,
    ROW_WORDS = 32,
    ROW_LIMBS = ROW_WORDS * KERNEL_WORD_LIMBS,
    ROWS_BYTES = ROWS * ROW_WORDS * KERNEL_WORD_BYTES,
    CANDIDATES = 1024,
    LAYERS = 64 /* so many that filling in the candidates anew costs little beside testing them */
};

enum { MEASURE_ROWS, MEASURE_LANES, MEASURES };

struct bench {
    _Alignas(4096) uint64_t row_limbs[ROWS * ROW_LIMBS];
    uint64_t survivors[ROW_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint32_t candidates[CANDIDATES];
    _Alignas(KERNEL_WORD_BYTES) uint32_t batch[CANDIDATES];
    const uint64_t *rows[ROWS];
    struct kernel_lane_test layers[LAYERS];
    const struct kernel_operations *operations;
    uint64_t calls[MEASURES];
    double rates[MEASURES][ROUNDS];
    uint64_t sink; /* results end here, so that no call can be left out */
};

/* Rows that allow half of the columns, but for one column in 64 that survives them all: no kernel may stop early. */
static void prepare_rows(struct bench *bench, struct random_state *random)
{
    for (size_t limb = 0; limb < ROW_LIMBS; ++limb) {
        const uint64_t survivor = UINT64_C(1) << random_between(random, 0, 63);
        for (size_t row = 0; row < ROWS; ++row) {
            bench->row_limbs[row * ROW_LIMBS + limb] = random_next(random) | survivor;
        }
    }
    for (size_t row = 0; row < ROWS; ++row) {
        bench->rows[row] = bench->row_limbs + row * ROW_LIMBS;
    }
}

/* Ascending candidates, and layers that catch about one in a few thousand of them each. */
static void prepare_lanes(struct bench *bench, struct random_state *random)
{
    uint32_t candidate = 0;
    for (size_t i = 0; i < CANDIDATES; ++i) {
        candidate += (uint32_t)random_between(random, 1, UINT32_C(1) << 20);
        bench->candidates[i] = candidate;
    }
    for (size_t i = 0; i < LAYERS; ++i) {
        const uint64_t period = 2000 + 101 * i;
        bench->layers[i] = lane_test_prepare(period, random_between(random, 0, period - 1));
    }
}

/* Each of these makes `calls` calls and returns what they worked on: bytes of rows, or tests of a candidate. */

static uint64_t run_rows(struct bench *bench, uint64_t calls)
{
    for (uint64_t i = 0; i < calls; ++i) {
        bench->sink += bench->operations->rows(bench->rows, ROWS, ROW_WORDS, bench->survivors);
    }
    return calls * ROWS_BYTES;
}

static uint64_t run_lanes(struct bench *bench, uint64_t calls)
{
    uint64_t tests = 0;
    for (uint64_t i = 0; i < calls; ++i) {
        size_t count = CANDIDATES;
        memcpy(bench->batch, bench->candidates, sizeof bench->batch);
        for (size_t layer = 0; layer < LAYERS; ++layer) {
            tests += count;
            count = bench->operations->lanes(bench->batch, count, &bench->layers[layer]);
        }
        bench->sink += count;
    }
    return tests;
}

typedef uint64_t run_function(struct bench *bench, uint64_t calls);

static run_function *const runs[MEASURES] = {
    [MEASURE_ROWS] = run_rows,
    [MEASURE_LANES] = run_lanes,
};

/* Returns how long `calls` calls took. */
static double run_timed(struct bench *bench, int measure, uint64_t calls, double *rate)
{
    const double start = clock_seconds();
    const uint64_t amount = runs[measure](bench, calls);
    const double elapsed = clock_seconds() - start;
    *rate = elapsed > 0 ? (double)amount / elapsed : 0;
    return elapsed;
}

/* Sets how many calls of a measure take about `seconds`; also warms up caches and clocks. */
static void calibrate(struct bench *bench, int measure, double seconds)
{
    double rate;
    uint64_t calls = 1;
    double elapsed = run_timed(bench, measure, calls, &rate);
    while (elapsed < seconds) {
        calls *= 2;
        elapsed = run_timed(bench, measure, calls, &rate);
    }
    const double fitting = elapsed > 0 ? (double)calls * seconds / elapsed : 1;
    bench->calls[measure] = fitting > 1 ? (uint64_t)fitting : 1;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median_rate(struct bench *bench, int measure)
{
    double *const rates = bench->rates[measure];
    qsort(rates, ROUNDS, sizeof *rates, compare_doubles);
    return (rates[ROUNDS / 2 - 1] + rates[ROUNDS / 2]) / 2;
}

static void measure_rounds(struct bench *bench, double seconds)
{
    for (int measure = 0; measure < MEASURES; ++measure) {
        calibrate(bench, measure, seconds / (MEASURES * ROUNDS));
    }
    for (int round = 0; round < ROUNDS; ++round) {
        for (int i = 0; i < MEASURES; ++i) {
            const int measure = round % 2 == 0 ? i : MEASURES - 1 - i;
            run_timed(bench, measure, bench->calls[measure], &bench->rates[measure][round]);
        }
    }
}

firesieve_status firesieve_kernel_measure(const firesieve_kernel *kernel, double seconds, firesieve_kernel_speed *speed,
                                          firesieve_error *error)
{
    const firesieve_status status = kernel_require(kernel, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct bench *const bench = aligned_alloc(_Alignof(struct bench), sizeof *bench);
    if (bench == NULL) {
        return error_set_memory(error, "the measurement");
    }
    memset(bench, 0, sizeof *bench);
    bench->operations = kernel->operations;
    struct random_state random = {.counter = 0};
    prepare_rows(bench, &random);
    prepare_lanes(bench, &random);
    measure_rounds(bench, seconds);
    *speed = (firesieve_kernel_speed){
        .row_bytes_s = median_rate(bench, MEASURE_ROWS),
        .lane_tests_s = median_rate(bench, MEASURE_LANES),
    };
    free(bench);
    return FIRESIEVE_OK;
}
