#include "bench/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "bench/rounds.h"

enum { LEVELS = 3, KERNELS_MAX = 16, ROUNDS_A_SESSION = 10 };

/* A shape in one level of cache; `share` of it is what the table takes, for it is not alone there. */
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

/* All tables, in memory of their own. */
struct session {
    const struct kernels_request *request;
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

/* The third level is shared by cores and may be huge: four times the second one lies in it as well. */
static size_t table_bytes(const struct table *table, const size_t *levels)
{
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
    snprintf(text, MEASUREMENT_SUBJECT_SIZE, "%zu %s, L%d", table->rows,
             table->operation == FIRESIEVE_OPERATION_ROWS ? "rows" : "layers", table->level);
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

static void add_item(struct session *session, size_t table, size_t bytes, const firesieve_kernel *kernel)
{
    if (session->count < ITEMS_MAX) {
        struct item *const item = &session->items[session->count];
        *item = (struct item){&tables[table], session->workloads[table], kernel, bytes, 0};
        session->contenders[session->count++] = (struct contender){.run = run_item, .context = item};
    }
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
    const firesieve_status status = firesieve_workload_create(&shape, &session->workloads[table], error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        if (bench_includes(firesieve_kernel_at(i), session->request->only)) {
            add_item(session, table, shape.bytes, firesieve_kernel_at(i));
        }
    }
    if (tables[table].loads) {
        add_item(session, table, shape.bytes, NULL);
    }
    return FIRESIEVE_OK;
}

/* ---- Comparing, timing, reporting ------------------------------------------------------------------------- */

static enum bench_outcome compare(const struct session *session, struct bench_message *message)
{
    uint64_t wanted = 0; /* scalar is the first one on every table */
    for (size_t i = 0; i < session->count; ++i) {
        const struct item *const item = &session->items[i];
        uint64_t got = 0;
        firesieve_error error;
        if (item->kernel == NULL) {
            continue;
        }
        if (firesieve_workload_digest(item->workload, item->kernel, &got, &error) != FIRESIEVE_OK) {
            bench_say(message, "%s", error.message);
            return BENCH_FAILED;
        }
        wanted = bench_is_scalar(item->kernel) ? got : wanted;
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
    struct measurement measurement = {
        .part = PART_KERNELS,
        .threads = 1,
        .size = (double)item->bytes,
        .work = item->amount,
    };
    describe_table(item->table, measurement.subject);
    snprintf(measurement.method, sizeof measurement.method, "%s",
             item->kernel == NULL ? "loads" : operation_name(item->table->operation));
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s",
             item->kernel == NULL ? "" : firesieve_kernel_name(item->kernel));
    return report_append(report, measurement);
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

/* A session that repeats as often as the last one did, if there was one. NULL: the message says why. */
static struct session *session_create(const struct kernels_request *request, const struct session *last,
                                      struct bench_message *message)
{
    struct session *const session = calloc(1, sizeof *session);
    if (session == NULL) {
        bench_say(message, "not enough memory for the kernels");
        return NULL;
    }
    session->request = request;
    find_levels(session->levels);
    for (size_t table = 0; table < TABLES; ++table) {
        firesieve_error error;
        if (add_table(session, table, &error) != FIRESIEVE_OK) {
            bench_say(message, "%s", error.message);
            session_free(session);
            return NULL;
        }
    }
    for (size_t i = 0; last != NULL && i < session->count; ++i) {
        session->contenders[i].repeats = last->contenders[i].repeats;
    }
    return session;
}

struct kernels_bench {
    struct kernels_request request;
    struct session *last;
    size_t first; /* index of the first measurement in the report */
    bool begun;
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
    struct session *const session = session_create(&bench->request, bench->last, message);
    session_free(bench->last); /* only now: the new tables are to lie elsewhere */
    bench->last = session;
    enum bench_outcome outcome = session == NULL ? BENCH_FAILED : BENCH_DONE;
    if (session != NULL && !bench->begun) {
        bench->first = report->count;
        bench->begun = true;
        outcome = compare(session, message); /* later sessions have the same data */
    }
    return outcome == BENCH_DONE ? measure(report, bench->first, session, message) : outcome;
}

void kernels_end(struct kernels_bench *bench)
{
    if (bench != NULL) {
        session_free(bench->last);
        free(bench);
    }
}
