/* Data on which kernels are timed. */
#include <firesieve/firesieve.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "cpu/kernel_table.h"
#include "pass/lanes.h"

enum {
    CHUNK_WORDS = 32, /* in one call, as in a search: survivors stay in the first-level cache */
    CHUNK_LIMBS = CHUNK_WORDS * KERNEL_WORD_LIMBS,
    TABLE_ALIGNMENT = 4096
};

/* ORs `count` integers, a multiple of 64, at an address that is a multiple of 64 bytes, and returns the OR of all. */
typedef uint64_t loads_function(const uint64_t *integers, size_t count);

struct firesieve_workload {
    firesieve_workload_shape shape;
    loads_function *loads;
    size_t table_limbs;
    uint64_t *table; /* rows or candidates; the members for them follow */

    size_t row_words;
    size_t row_limbs; /* from row to row: one word more, so that rows do not compete for the same lines of a cache */
    const void **rows;
    uint64_t *survivors;

    size_t count; /* of candidates */
    uint32_t *batch;
    struct kernel_lane_test *layers;

    uint64_t sink; /* collects results, so that no call is optimised away */
};

/* ---- Loads and nothing else: the yardstick for kernels that read more than they compute ------------------- */

/*
 * Eight vectors at a time, so that no addition to an address or OR has to be waited for, from one stream or several:
 * the prefetcher of one stream from a large cache does not keep up with a core, while in a small cache several
 * streams only cost time. The vectors are the compiler's own; the attribute, not a flag for the file, selects the
 * instructions.
 */
#define DEFINE_LOADS(name, attribute, bytes, streams)                                               \
    attribute static uint64_t name(const uint64_t *integers, size_t count)                          \
    {                                                                                               \
        typedef uint64_t vector __attribute__((vector_size(bytes), may_alias));                     \
        enum { LIMBS = (bytes) / sizeof(uint64_t), STREAMS = (streams), AT_ONCE = 8 / STREAMS };    \
        vector any[STREAMS][AT_ONCE] = {{{0}}};                                                     \
        const size_t stream = count / STREAMS;                                                      \
        for (size_t i = 0; i < stream; i += (size_t)LIMBS * AT_ONCE) {                              \
            for (size_t j = 0; j < STREAMS; ++j) {                                                  \
                const vector *const at = (const vector *)(const void *)(integers + j * stream + i); \
                for (size_t k = 0; k < AT_ONCE; ++k) {                                              \
                    any[j][k] |= at[k];                                                             \
                }                                                                                   \
            }                                                                                       \
        }                                                                                           \
        vector all = {0};                                                                           \
        for (size_t j = 0; j < STREAMS; ++j) {                                                      \
            for (size_t k = 0; k < AT_ONCE; ++k) {                                                  \
                all |= any[j][k];                                                                   \
            }                                                                                       \
        }                                                                                           \
        uint64_t result = 0;                                                                        \
        for (size_t limb = 0; limb < LIMBS; ++limb) {                                               \
            result |= all[limb];                                                                    \
        }                                                                                           \
        return result;                                                                              \
    }

/* Tables larger than this are not in a second-level cache. */
enum { LARGE_INTEGERS = (2 << 20) / sizeof(uint64_t) };

DEFINE_LOADS(loads_of_16_bytes, , 16, 1)
DEFINE_LOADS(streams_of_16_bytes, , 16, 4)

#if defined(__x86_64__)
DEFINE_LOADS(loads_of_32_bytes, __attribute__((target("avx2"))), 32, 1)
DEFINE_LOADS(streams_of_32_bytes, __attribute__((target("avx2"))), 32, 4)
DEFINE_LOADS(loads_of_64_bytes, __attribute__((target("avx512f"))), 64, 1)
DEFINE_LOADS(streams_of_64_bytes, __attribute__((target("avx512f"))), 64, 4)

static bool runs_here(const char *kernel)
{
    return firesieve_kernel_runs_here(firesieve_kernel_find(kernel));
}

/* The function with the widest vectors that run here, for that many integers. */
static loads_function *loads_widest(size_t count)
{
    const bool large = count > LARGE_INTEGERS;
    if (runs_here("avx512")) {
        return large ? streams_of_64_bytes : loads_of_64_bytes;
    }
    if (runs_here("avx2")) {
        return large ? streams_of_32_bytes : loads_of_32_bytes;
    }
    return large ? streams_of_16_bytes : loads_of_16_bytes;
}
#else
static loads_function *loads_widest(size_t count)
{
    return count > LARGE_INTEGERS ? streams_of_16_bytes : loads_of_16_bytes;
}
#endif

/* ---- Making one ------------------------------------------------------------------------------------------- */

static size_t round_up(size_t count, size_t unit)
{
    return (count + unit - 1) / unit * unit;
}

static void *allocate(size_t bytes)
{
    return aligned_alloc(TABLE_ALIGNMENT, round_up(bytes, TABLE_ALIGNMENT));
}

/* Rows that allow half of the columns, and one column in 64 that survives them all, so that no kernel stops early. */
static void fill_rows(firesieve_workload *workload)
{
    struct random_state random = {.counter = workload->shape.seed};
    for (size_t limb = 0; limb < workload->row_limbs; ++limb) {
        const uint64_t survivor = UINT64_C(1) << random_between(&random, 0, 63);
        for (size_t row = 0; row < workload->shape.rows; ++row) {
            workload->table[row * workload->row_limbs + limb] = random_next(&random) | survivor;
        }
    }
}

/* Ascending candidates, and layers that each catch one in a few thousand of them. */
static void fill_lanes(firesieve_workload *workload)
{
    struct random_state random = {.counter = workload->shape.seed};
    const uint64_t widest = (UINT64_C(1) << KERNEL_CANDIDATE_BITS) / workload->count;
    uint32_t *const candidates = (uint32_t *)workload->table;
    for (size_t i = 0; i < workload->count; ++i) {
        candidates[i] = (uint32_t)(i * widest + random_between(&random, 0, widest - 1));
    }
    for (size_t i = 0; i < workload->shape.rows; ++i) {
        const uint64_t period = 2000 + 101 * i;
        workload->layers[i] = lane_test_prepare(period, random_between(&random, 0, period - 1));
    }
}

static bool is_rows(const firesieve_workload *workload)
{
    return workload->shape.operation == FIRESIEVE_OPERATION_ROWS;
}

static bool make(firesieve_workload *workload)
{
    const size_t rows = workload->shape.rows;
    bool made;
    if (is_rows(workload)) {
        workload->row_words = workload->shape.bytes / rows / KERNEL_WORD_BYTES;
        workload->row_limbs = (workload->row_words + 1) * KERNEL_WORD_LIMBS;
        workload->table_limbs = round_up(rows * workload->row_limbs, 64);
        workload->survivors = allocate(CHUNK_LIMBS * sizeof *workload->survivors);
        workload->rows = calloc(rows, sizeof *workload->rows);
        made = workload->survivors != NULL && workload->rows != NULL;
    } else {
        workload->count = workload->shape.bytes / sizeof(uint32_t) / KERNEL_LANES * KERNEL_LANES;
        workload->table_limbs = round_up(workload->count * sizeof(uint32_t) / sizeof(uint64_t), 64);
        workload->batch = allocate(workload->count * sizeof *workload->batch);
        workload->layers = calloc(rows, sizeof *workload->layers);
        made = workload->batch != NULL && workload->layers != NULL;
    }
    workload->table = made ? allocate(workload->table_limbs * sizeof *workload->table) : NULL;
    if (workload->table == NULL) {
        return false;
    }
    memset(workload->table, 0, workload->table_limbs * sizeof *workload->table);
    if (is_rows(workload)) {
        fill_rows(workload);
    } else {
        fill_lanes(workload);
    }
    return true;
}

static firesieve_status check_shape(const firesieve_workload_shape *shape, firesieve_error *error)
{
    if (shape->operation != FIRESIEVE_OPERATION_ROWS && shape->operation != FIRESIEVE_OPERATION_LANES) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "there is no operation %d", (int)shape->operation);
    }
    if (shape->rows == 0 || shape->rows > FIRESIEVE_WORKLOAD_ROWS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a workload has from 1 to %d rows, not %zu",
                         FIRESIEVE_WORKLOAD_ROWS_MAX, shape->rows);
    }
    const size_t least = shape->operation == FIRESIEVE_OPERATION_ROWS ? shape->rows * KERNEL_WORD_BYTES
                                                                      : KERNEL_LANES * sizeof(uint32_t);
    if (shape->bytes < least || shape->bytes > FIRESIEVE_WORKLOAD_BYTES_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "such a workload has from %zu to %d bytes, not %zu", least,
                         FIRESIEVE_WORKLOAD_BYTES_MAX, shape->bytes);
    }
    return reserved_check(shape->reserved, sizeof shape->reserved / sizeof shape->reserved[0], "a shape that is all 0",
                          error);
}

firesieve_status firesieve_workload_create(const firesieve_workload_shape *shape, firesieve_workload **workload,
                                           firesieve_error *error)
{
    const firesieve_status status = check_shape(shape, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    firesieve_workload *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set_memory(error, "the workload");
    }
    *made = (firesieve_workload){.shape = *shape};
    if (!make(made)) {
        firesieve_workload_free(made);
        return error_set_memory(error, "the workload");
    }
    made->loads = loads_widest(made->table_limbs);
    *workload = made;
    return FIRESIEVE_OK;
}

void firesieve_workload_free(firesieve_workload *workload)
{
    if (workload != NULL) {
        free(workload->table);
        free((void *)workload->rows);
        free(workload->survivors);
        free(workload->batch);
        free(workload->layers);
        free(workload);
    }
}

/* ---- Running it ------------------------------------------------------------------------------------------- */

static size_t chunk_words(const firesieve_workload *workload, size_t first)
{
    const size_t left = workload->row_words - first;
    return left < CHUNK_WORDS ? left : CHUNK_WORDS;
}

/* ANDs the rows' words from `first` on into the survivors; returns the number of words with a bit set. */
static size_t run_chunk(firesieve_workload *workload, const struct kernel_operations *operations, size_t first)
{
    const size_t rows = workload->shape.rows;
    for (size_t row = 0; row < rows; ++row) {
        workload->rows[row] = workload->table + row * workload->row_limbs + first * KERNEL_WORD_LIMBS;
    }
    return operations->rows(workload->rows, rows, chunk_words(workload, first), workload->survivors);
}

/* Tests a copy of the candidates against every layer; returns how many are left, and adds the number of tests. */
static size_t run_batch(firesieve_workload *workload, const struct kernel_operations *operations, uint64_t *tests)
{
    size_t count = workload->count;
    memcpy(workload->batch, workload->table, count * sizeof *workload->batch);
    for (size_t i = 0; i < workload->shape.rows; ++i) {
        *tests += count;
        count = operations->lanes(workload->batch, count, &workload->layers[i]);
    }
    return count;
}

/* Each of these returns its amount of work: bytes of rows, tests of a candidate, or bytes loaded. */

static uint64_t run_rows(firesieve_workload *workload, const struct kernel_operations *operations, uint64_t repeats)
{
    for (uint64_t i = 0; i < repeats; ++i) {
        for (size_t first = 0; first < workload->row_words; first += CHUNK_WORDS) {
            workload->sink += run_chunk(workload, operations, first);
        }
    }
    return repeats * workload->shape.rows * workload->row_words * KERNEL_WORD_BYTES;
}

static uint64_t run_lanes(firesieve_workload *workload, const struct kernel_operations *operations, uint64_t repeats)
{
    uint64_t tests = 0;
    for (uint64_t i = 0; i < repeats; ++i) {
        workload->sink += run_batch(workload, operations, &tests);
    }
    return tests;
}

static uint64_t run_loads(firesieve_workload *workload, uint64_t repeats)
{
    for (uint64_t i = 0; i < repeats; ++i) {
        workload->sink += workload->loads(workload->table, workload->table_limbs);
    }
    return repeats * workload->table_limbs * sizeof *workload->table;
}

static uint64_t run(firesieve_workload *workload, const firesieve_kernel *kernel, uint64_t repeats)
{
    if (kernel == NULL) {
        return run_loads(workload, repeats);
    }
    return is_rows(workload) ? run_rows(workload, kernel->operations, repeats)
                             : run_lanes(workload, kernel->operations, repeats);
}

firesieve_status firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel, uint64_t repeats,
                                        firesieve_workload_time *time, firesieve_error *error)
{
    const firesieve_status status = kernel == NULL ? FIRESIEVE_OK : kernel_require(kernel, error);
    if (status == FIRESIEVE_OK) {
        const double started = clock_seconds();
        const uint64_t amount = run(workload, kernel, repeats);
        *time = (firesieve_workload_time){.seconds = clock_seconds() - started, .amount = (double)amount};
    }
    return status;
}

/* FNV-1a over integers. */
static uint64_t digest_add(uint64_t digest, uint64_t value)
{
    static const uint64_t prime = UINT64_C(0x100000001b3);
    return (digest ^ value) * prime;
}

static uint64_t digest_rows(firesieve_workload *workload, const struct kernel_operations *operations)
{
    uint64_t digest = 0;
    for (size_t first = 0; first < workload->row_words; first += CHUNK_WORDS) {
        digest = digest_add(digest, run_chunk(workload, operations, first));
        for (size_t limb = 0; limb < chunk_words(workload, first) * KERNEL_WORD_LIMBS; ++limb) {
            digest = digest_add(digest, workload->survivors[limb]);
        }
    }
    return digest;
}

static uint64_t digest_lanes(firesieve_workload *workload, const struct kernel_operations *operations)
{
    uint64_t tests = 0;
    const size_t count = run_batch(workload, operations, &tests);
    uint64_t digest = digest_add(0, tests);
    for (size_t i = 0; i < count; ++i) {
        digest = digest_add(digest, workload->batch[i]);
    }
    return digest;
}

firesieve_status firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                           uint64_t *digest, firesieve_error *error)
{
    const firesieve_status status = kernel_require(kernel, error);
    if (status == FIRESIEVE_OK) {
        *digest =
            is_rows(workload) ? digest_rows(workload, kernel->operations) : digest_lanes(workload, kernel->operations);
    }
    return status;
}
