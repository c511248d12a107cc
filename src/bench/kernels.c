#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3, MEMORY = LEVELS + 1, KERNELS_MAX = 16, ROUNDS_A_SESSION = 10 };

/* Less time is not enough to fill tables in memory. */
static const double memory_least_s = 1;
static const size_t memory_table_bytes = (size_t)256 << 20;

/* A shape in one level of cache, or in MEMORY. The table takes a `share` of it, to leave room for other data. */
struct table {
    size_t rows;
    double share;
    firesieve_operation operation;
    int level;
    bool loads; /* plain loads are timed on it too: one table per level is enough */
};

static const struct table tables[] = {
    {4, 0.5, FIRESIEVE_OPERATION_ROWS, 1, false},     {12, 0.5, FIRESIEVE_OPERATION_ROWS, 1, true},
    {24, 0.5, FIRESIEVE_OPERATION_ROWS, 1, false},    {4, 0.5, FIRESIEVE_OPERATION_ROWS, 2, false},
    {12, 0.5, FIRESIEVE_OPERATION_ROWS, 2, true},     {24, 0.5, FIRESIEVE_OPERATION_ROWS, 2, false},
    {4, 0.5, FIRESIEVE_OPERATION_ROWS, 3, false},     {12, 0.5, FIRESIEVE_OPERATION_ROWS, 3, true},
    {24, 0.5, FIRESIEVE_OPERATION_ROWS, 3, false},    {8, 0.125, FIRESIEVE_OPERATION_LANES, 1, false},
    {64, 0.125, FIRESIEVE_OPERATION_LANES, 1, false}, {8, 0.25, FIRESIEVE_OPERATION_LANES, 2, false},
    {64, 0.25, FIRESIEVE_OPERATION_LANES, 2, false},  {8, 0.25, FIRESIEVE_OPERATION_LANES, 3, false},
    {12, 1, FIRESIEVE_OPERATION_ROWS, MEMORY, true},
};

enum { TABLES = sizeof tables / sizeof tables[0], ITEMS_MAX = TABLES * (KERNELS_MAX + 1) };

/* A table, and a kernel that works on it; NULL: plain loads. */
struct item {
    const struct table *table;
    firesieve_workload *workload;
    const firesieve_kernel *kernel;
    size_t bytes;
    double amount; /* of one repeat */
};

/* All tables of the caches, or that of memory, newly allocated. */
struct session {
    const struct bench_request *request;
    bool of_memory;
    size_t levels[LEVELS]; /* bytes of each cache */
    firesieve_workload *workloads[TABLES];
    struct item items[ITEMS_MAX];
    struct contender contenders[ITEMS_MAX];
    size_t count;
};

/* ---- Tables ----------------------------------------------------------------------------------------------- */

/* Levels that the machine does not report are assumed to be small. */
static void find_levels(size_t *levels)
{
    static const size_t assumed[LEVELS] = {32 << 10, 512 << 10, 8 << 20};
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    memcpy(levels, assumed, sizeof assumed);
    for (size_t i = 0; i < cpu.cache_count; ++i) {
        const firesieve_cpu_cache *const cache = &cpu.caches[i];
        if (cache->level <= LEVELS && strcmp(cache->type, "instruction") != 0) {
            levels[cache->level - 1] = cache->size;
        }
    }
}

/*
 * The third level is shared by cores and may be huge: a table of four times the second level is in it as well. A table
 * in memory takes twice the third level, which can then hold half of it at most.
 */
static size_t table_bytes(const struct table *table, const size_t *levels)
{
    const size_t level = table->level == MEMORY ? 2 * levels[LEVELS - 1] : levels[table->level - 1];
    const size_t most = table->level == LEVELS && level / 8 > levels[1]        ? 8 * levels[1]
                        : table->level == MEMORY && level < memory_table_bytes ? memory_table_bytes
                                                                               : level;
    const size_t bytes = (size_t)((double)most * table->share);
    return bytes < FIRESIEVE_WORKLOAD_BYTES_MAX ? bytes : FIRESIEVE_WORKLOAD_BYTES_MAX;
}

bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel) &&
           (only == NULL || kernel == only || kernel == firesieve_kernel_at(0));
}

static const char *operation_name(firesieve_operation operation)
{
    return operation == FIRESIEVE_OPERATION_ROWS ? "rows" : "lanes";
}

static void describe_table(const struct table *table, char *text)
{
    char level[16] = "memory";
    if (table->level != MEMORY) {
        snprintf(level, sizeof level, "L%d", table->level);
    }
    snprintf(text, MEASUREMENT_SUBJECT_SIZE, "%zu %s, %s", table->rows,
             table->operation == FIRESIEVE_OPERATION_ROWS ? "rows" : "layers", level);
}

/* The key of the measurement of a table and a kernel; NULL: plain loads. */
static struct measurement describe(const struct table *table, const firesieve_kernel *kernel)
{
    struct measurement measurement = {.part = PART_KERNELS, .threads = 1};
    describe_table(table, measurement.subject);
    snprintf(measurement.method, sizeof measurement.method, "%s",
             kernel == NULL ? "loads" : operation_name(table->operation));
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s", kernel == NULL ? "" : firesieve_kernel_name(kernel));
    return measurement;
}

/* ---- Items ------------------------------------------------------------------------------------------------ */

static firesieve_status run_item(void *context, uint64_t repeats, double *seconds, firesieve_error *error)
{
    struct item *const item = context;
    firesieve_workload_time time = {0};
    const firesieve_status status = firesieve_workload_run(item->workload, item->kernel, repeats, &time, error);
    *seconds = time.seconds;
    item->amount = time.amount / (double)repeats;
    return status;
}

/* Whether a kernel, or plain loads (NULL), are timed on a table. */
static bool is_wanted(const struct session *session, const struct table *table, const firesieve_kernel *kernel)
{
    const struct bench_request *const request = session->request;
    const struct measurement like = describe(table, kernel);
    return (kernel == NULL ? table->loads : bench_includes(kernel, request->only_kernel)) &&
           (table->level == MEMORY) == session->of_memory && filter_includes(request->filter, &like);
}

/* Adds an item for everything that works on a table, and makes its data if there is any. */
static firesieve_status add_table(struct session *session, size_t index, firesieve_error *error)
{
    const struct table *const table = &tables[index];
    const firesieve_workload_shape shape = {
        .operation = table->operation,
        .rows = table->rows,
        .bytes = table_bytes(table, session->levels),
        .seed = session->request->seed,
    };
    for (size_t i = 0; i <= firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = i < firesieve_kernel_count() ? firesieve_kernel_at(i) : NULL;
        if (session->count == ITEMS_MAX || !is_wanted(session, table, kernel)) {
            continue;
        }
        if (session->workloads[index] == NULL) {
            const firesieve_status status = firesieve_workload_create(&shape, &session->workloads[index], error);
            if (status != FIRESIEVE_OK) {
                return status;
            }
        }
        struct item *const item = &session->items[session->count];
        *item = (struct item){table, session->workloads[index], kernel, shape.bytes, 0};
        session->contenders[session->count++] = (struct contender){.run = run_item, .context = item};
    }
    return FIRESIEVE_OK;
}

/* ---- Comparing, timing, reporting ------------------------------------------------------------------------- */

static enum bench_outcome compare(const struct session *session, struct bench_message *message)
{
    const struct item *before = NULL;
    uint64_t wanted = 0; /* the digest of scalar */
    for (size_t i = 0; i < session->count; ++i) {
        const struct item *const item = &session->items[i];
        uint64_t got = 0;
        firesieve_error error;
        if (item->kernel == NULL) {
            continue;
        }
        if (((before == NULL || before->table != item->table) &&
             firesieve_workload_digest(item->workload, firesieve_kernel_at(0), &wanted, &error) != FIRESIEVE_OK) ||
            firesieve_workload_digest(item->workload, item->kernel, &got, &error) != FIRESIEVE_OK) {
            return bench_fail(message, "%s", error.message);
        }
        before = item;
        if (got != wanted) {
            char subject[MEASUREMENT_SUBJECT_SIZE];
            describe_table(item->table, subject);
            bench_say(message, "kernel %s is wrong: its %s differ from those of scalar (%s, seed %llu)",
                      firesieve_kernel_name(item->kernel), operation_name(item->table->operation), subject,
                      (unsigned long long)session->request->seed);
            return BENCH_MISMATCH;
        }
    }
    return BENCH_DONE;
}

/* Appends the measurements of a first session, without samples. */
static bool append_new(struct report *report, const struct session *session)
{
    for (size_t i = 0; i < session->count; ++i) {
        const struct item *const item = &session->items[i];
        struct measurement measurement = describe(item->table, item->kernel);
        measurement.size = (double)item->bytes;
        measurement.work = item->amount;
        if (!report_append(report, measurement)) {
            return false;
        }
    }
    return true;
}

/* Adds the samples of a session to its measurements, and its counts to their means. */
static bool extend(struct measurement *measurements, const struct session *session, size_t rounds)
{
    for (size_t i = 0; i < session->count; ++i) {
        const struct contender *const contender = &session->contenders[i];
        struct measurement *const measurement = &measurements[i];
        if (!measurement_extend(measurement, contender->samples, rounds)) {
            return false;
        }
        const double share = (double)rounds / (double)measurement->count;
        measurement->cycles += share * (contender->cycles - measurement->cycles);
        measurement->instructions += share * (contender->instructions - measurement->instructions);
    }
    return true;
}

/* Takes samples for the measurements from `first` on in the report; in the first session they are new. */
static enum bench_outcome measure(struct report *report, size_t first, struct session *session,
                                  struct bench_message *message)
{
    const struct rounds_request request = {
        .seconds = session->request->seconds / KERNELS_SESSIONS,
        .least = 2,
        .most = ROUNDS_A_SESSION,
        .watch = session->request->watch,
        .counters = session->request->counters,
    };
    size_t rounds;
    firesieve_error error;
    if (rounds_run(session->contenders, session->count, &request, &rounds, &error) != FIRESIEVE_OK) {
        return bench_fail(message, "%s", error.message);
    }
    if (rounds == 0) {
        return BENCH_STOPPED;
    }
    if ((first == report->count && !append_new(report, session)) || !extend(&report->items[first], session, rounds)) {
        return bench_fail(message, "not enough memory for the report");
    }
    return rounds_go_on(&request.watch, 1) ? BENCH_DONE : BENCH_STOPPED;
}

/* ---- Sessions --------------------------------------------------------------------------------------------- */

static void session_free(struct session *session)
{
    for (size_t i = 0; session != NULL && i < session->count; ++i) {
        free(session->contenders[i].samples);
    }
    for (size_t table = 0; session != NULL && table < TABLES; ++table) {
        firesieve_workload_free(session->workloads[table]);
    }
    free(session);
}

/* A session that repeats as often as the last one, if that had the same tables. NULL: the message says why. */
static struct session *session_create(const struct bench_request *request, const struct session *last, bool of_memory,
                                      struct bench_message *message)
{
    struct session *const session = calloc(1, sizeof *session);
    if (session == NULL) {
        bench_say(message, "not enough memory for the kernels");
        return NULL;
    }
    session->request = request;
    session->of_memory = of_memory;
    find_levels(session->levels);
    for (size_t table = 0; table < TABLES; ++table) {
        firesieve_error error;
        if (add_table(session, table, &error) != FIRESIEVE_OK) {
            bench_say(message, "%s", error.message);
            session_free(session);
            return NULL;
        }
    }
    for (size_t i = 0; last != NULL && last->of_memory == of_memory && i < session->count; ++i) {
        session->contenders[i].repeats = last->contenders[i].repeats;
    }
    return session;
}

struct kernels_bench {
    struct bench_request request;
    struct session *last;
    int sessions; /* so far */
    size_t first; /* index of the first measurement of the session in the report */
};

struct kernels_bench *kernels_start(const struct bench_request *request)
{
    struct kernels_bench *const bench = calloc(1, sizeof *bench);
    if (bench != NULL) {
        bench->request = *request;
    }
    return bench;
}

enum bench_outcome kernels_session(struct kernels_bench *bench, struct report *report, struct bench_message *message)
{
    const bool of_memory = ++bench->sessions == KERNELS_SESSIONS;
    if (of_memory && bench->request.seconds < memory_least_s) {
        return BENCH_DONE;
    }
    struct session *const session = session_create(&bench->request, bench->last, of_memory, message);
    session_free(bench->last); /* only now, so that the new tables are at other addresses */
    bench->last = session;
    if (session == NULL) {
        return BENCH_FAILED;
    }
    enum bench_outcome outcome = BENCH_DONE;
    if (of_memory || bench->sessions == 1) {
        bench->first = report->count;
        outcome = compare(session, message); /* later sessions have the same data */
    }
    return outcome == BENCH_DONE && session->count > 0 ? measure(report, bench->first, session, message) : outcome;
}

void kernels_end(struct kernels_bench *bench)
{
    if (bench != NULL) {
        session_free(bench->last);
        free(bench);
    }
}
