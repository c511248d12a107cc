#include "bench/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "bench/rounds.h"

enum { LEVELS = 3, MEMORY = LEVELS + 1, KERNELS_MAX = 16, ROUNDS_A_SESSION = 10 };

/* Less time than that is not enough for tables that fill a memory of some size. */
static const double memory_least_s = 1;
static const size_t memory_table_bytes = (size_t)256 << 20;

/* A shape in one level of cache, or MEMORY; `share` of it is what the table takes, for it is not alone there. */
struct table {
    size_t rows;
    double share;
    firesieve_operation operation;
    int level;
    bool loads; /* plain loads are timed on it too: one table a level is enough */
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

/* A table, and a kernel that works on it; NULL is plain loads. */
struct item {
    const struct table *table;
    firesieve_workload *workload;
    const firesieve_kernel *kernel;
    size_t bytes;
    double amount; /* of one repeat */
};

/* All tables of the caches, or that of memory, in memory of their own. */
struct session {
    const struct kernels_request *request;
    bool of_memory;
    size_t levels[LEVELS]; /* bytes of each cache */
    firesieve_workload *workloads[TABLES];
    struct item items[ITEMS_MAX];
    struct contender contenders[ITEMS_MAX];
    size_t count;
};

/* ---- Tables ----------------------------------------------------------------------------------------------- */

/* What the machine does not say is assumed to be small. */
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
 * The third level is shared by cores and may be huge: four times the second one lies in it as well. What lies in memory
 * is twice the third level, which would keep half of it at most.
 */
static size_t table_bytes(const struct table *table, const size_t *levels)
{
    if (table->level == MEMORY) {
        const size_t bytes = 2 * levels[LEVELS - 1] > memory_table_bytes ? 2 * levels[LEVELS - 1] : memory_table_bytes;
        return bytes < FIRESIEVE_WORKLOAD_BYTES_MAX ? bytes : FIRESIEVE_WORKLOAD_BYTES_MAX;
    }
    const size_t level = levels[table->level - 1];
    const size_t most = table->level == LEVELS && level / 8 > levels[1] ? 8 * levels[1] : level;
    const size_t bytes = (size_t)((double)most * table->share);
    return bytes < FIRESIEVE_WORKLOAD_BYTES_MAX ? bytes : FIRESIEVE_WORKLOAD_BYTES_MAX;
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

/* What tells the measurement of a table and a kernel from others; NULL is plain loads. */
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

/* Whether plain loads (NULL) or a kernel are timed on a table. */
static bool is_wanted(const struct session *session, const struct table *table, const firesieve_kernel *kernel)
{
    const struct kernels_request *const request = session->request;
    const struct measurement like = describe(table, kernel);
    return (kernel == NULL ? table->loads : bench_includes(kernel, request->only)) &&
           (table->level == MEMORY) == session->of_memory && filter_includes(request->filter, &like);
}

static void add_item(struct session *session, size_t table, size_t bytes, const firesieve_kernel *kernel)
{
    if (session->count < ITEMS_MAX && is_wanted(session, &tables[table], kernel)) {
        struct item *const item = &session->items[session->count];
        *item = (struct item){&tables[table], session->workloads[table], kernel, bytes, 0};
        session->contenders[session->count++] = (struct contender){.run = run_item, .context = item};
    }
}

static bool is_table_wanted(const struct session *session, size_t table)
{
    bool wanted = is_wanted(session, &tables[table], NULL);
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        wanted = wanted || is_wanted(session, &tables[table], firesieve_kernel_at(i));
    }
    return wanted;
}

/* Makes the data of a table, and an item for all who work on it. */
static firesieve_status add_table(struct session *session, size_t table, firesieve_error *error)
{
    const firesieve_workload_shape shape = {
        .operation = tables[table].operation,
        .rows = tables[table].rows,
        .bytes = table_bytes(&tables[table], session->levels),
        .seed = session->request->seed,
    };
    if (!is_table_wanted(session, table)) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = firesieve_workload_create(&shape, &session->workloads[table], error);
    for (size_t i = 0; i < firesieve_kernel_count() && status == FIRESIEVE_OK; ++i) {
        add_item(session, table, shape.bytes, firesieve_kernel_at(i));
    }
    if (status == FIRESIEVE_OK) {
        add_item(session, table, shape.bytes, NULL);
    }
    return status;
}

/* ---- Comparing, timing, reporting ------------------------------------------------------------------------- */

static enum bench_outcome compare(const struct session *session, struct bench_message *message)
{
    const struct item *before = NULL;
    uint64_t wanted = 0; /* what scalar makes of the table */
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
            bench_say(message, "%s", error.message);
            return BENCH_FAILED;
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

static bool append_new(struct report *report, const struct session *session, size_t index)
{
    const struct item *const item = &session->items[index];
    struct measurement measurement = describe(item->table, item->kernel);
    measurement.size = (double)item->bytes;
    measurement.work = item->amount;
    return report_append(report, measurement);
}

/* Takes the counts of a session into the mean of all. */
static void extend_counts(struct measurement *measurement, const struct contender *contender, size_t rounds)
{
    const double share = (double)rounds / (double)measurement->count;
    measurement->cycles += share * (contender->cycles - measurement->cycles);
    measurement->instructions += share * (contender->instructions - measurement->instructions);
}

/*
 * Adds the samples to the measurements, which stand in the report from `first` on; in the first session they are new.
 */
static enum bench_outcome append_samples(struct report *report, size_t first, const struct session *session,
                                         size_t rounds, struct bench_message *message)
{
    const bool is_first = first == report->count;
    for (size_t i = 0; i < session->count; ++i) {
        const bool there = !is_first || append_new(report, session, i);
        if (!there || !measurement_extend(&report->items[first + i], session->contenders[i].samples, rounds)) {
            bench_say(message, "not enough memory for the report");
            return BENCH_FAILED;
        }
        extend_counts(&report->items[first + i], &session->contenders[i], rounds);
    }
    return BENCH_DONE;
}

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
        bench_say(message, "%s", error.message);
        return BENCH_FAILED;
    }
    const enum bench_outcome outcome =
        rounds == 0 ? BENCH_STOPPED : append_samples(report, first, session, rounds, message);
    return outcome == BENCH_DONE && !rounds_go_on(&request.watch, 1) ? BENCH_STOPPED : outcome;
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

/* A session that repeats as often as the last one did, if that was of the same. NULL: the message says why. */
static struct session *session_create(const struct kernels_request *request, const struct session *last, bool of_memory,
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
    struct kernels_request request;
    struct session *last;
    int sessions; /* so far */
    size_t first; /* index of the first measurement of the session in the report */
};

struct kernels_bench *kernels_start(const struct kernels_request *request)
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
    session_free(bench->last); /* only now: the new tables are to lie elsewhere */
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
