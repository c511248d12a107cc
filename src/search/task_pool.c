#include "search/task_pool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

enum {
    PIECES = 4,          /* of a shared run, for each thread, so that they end at about the same time */
    SPARE_REPORTS = 4096 /* besides one for each thread; a thread without room waits */
};

firesieve_status task_pool_start(struct task_pool *pool, unsigned threads, bool alone, firesieve_error *error)
{
    *pool = (struct task_pool){
        .piece = 1,
        .alone = alone,
        .report_room = (size_t)threads + SPARE_REPORTS,
        .found = FIRESIEVE_DELAY_END,
        .threads = threads,
    };
    pool->reports = reallocarray(NULL, pool->report_room, sizeof *pool->reports);
    if (pool->reports == NULL) {
        return error_set_memory(error, "the tasks");
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->filled, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->asks, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return FIRESIEVE_OK;
}

void task_pool_free(struct task_pool *pool)
{
    if (pool->reports != NULL) {
        pthread_cond_destroy(&pool->asks);
        pthread_cond_destroy(&pool->filled);
        pthread_mutex_destroy(&pool->mutex);
        free(pool->reports);
        pool->reports = NULL;
    }
}

/* ---- For threads that search ------------------------------------------------------------------------------ */

static bool is_empty(const struct task_pool *pool)
{
    return pool->stock.first == pool->stock.end;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

bool task_pool_take(struct task_pool *pool, struct task_run window, struct task_run *piece)
{
    bool taken = false;
    pthread_mutex_lock(&pool->mutex);
    while (is_empty(pool) && !pool->alone && !atomic_load(&pool->over)) {
        ++pool->waiting;
        pthread_cond_signal(&pool->asks);
        pthread_cond_wait(&pool->filled, &pool->mutex);
        --pool->waiting;
    }
    if (!atomic_load(&pool->over) && !is_empty(pool) && pool->stock.first < window.end) {
        piece->first = pool->stock.first;
        piece->end = smaller(smaller(pool->stock.end, window.end), piece->first + pool->piece);
        pool->stock.first = piece->end;
        taken = true;
    }
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

/* Merges a report with an adjacent one. */
static bool merge_report(struct task_pool *pool, const struct task_report *report)
{
    for (size_t i = pool->report_count; i-- > 0;) {
        struct task_report *const other = &pool->reports[i];
        const bool before = other->run.end == report->run.first;
        if (other->window == report->window && (before || other->run.first == report->run.end)) {
            other->run.first = before ? other->run.first : report->run.first;
            other->run.end = before ? report->run.end : other->run.end;
            other->count += report->count;
            return true;
        }
    }
    return false;
}

void task_pool_report(struct task_pool *pool, const struct task_report *report)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->done, report->run.end - report->run.first);
    while (!merge_report(pool, report)) {
        if (atomic_load(&pool->over)) {
            break; /* nobody collects any more */
        }
        if (pool->report_count < pool->report_room) {
            pool->reports[pool->report_count++] = *report;
            break;
        }
        pthread_cond_signal(&pool->asks);
        pthread_cond_wait(&pool->filled, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
}

firesieve_delay task_pool_tell(struct task_pool *pool, firesieve_delay found)
{
    pthread_mutex_lock(&pool->mutex);
    if (found < pool->found) {
        pool->found = found;
        atomic_fetch_add(&pool->finds, 1);
        pthread_cond_signal(&pool->asks);
    }
    found = pool->found;
    pthread_mutex_unlock(&pool->mutex);
    return found;
}

/* ---- For the leader --------------------------------------------------------------------------------------- */

void task_pool_wait(struct task_pool *pool, double seconds)
{
    static const long second_ns = 1000000000;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const long ns = until.tv_nsec + (long)(seconds * 1e9);
    until.tv_sec += ns / second_ns;
    until.tv_nsec = ns % second_ns;
    pthread_mutex_lock(&pool->mutex);
    if (pool->waiting == 0 || !is_empty(pool)) {
        pthread_cond_timedwait(&pool->asks, &pool->mutex, &until);
    }
    pthread_mutex_unlock(&pool->mutex);
}

bool task_pool_wants_run(struct task_pool *pool, bool ahead)
{
    pthread_mutex_lock(&pool->mutex);
    const bool wants = is_empty(pool) && (ahead || pool->waiting > 0) && !atomic_load(&pool->over);
    pthread_mutex_unlock(&pool->mutex);
    return wants;
}

void task_pool_put(struct task_pool *pool, struct task_run run)
{
    pthread_mutex_lock(&pool->mutex);
    pool->stock = run;
    pool->piece = pool->alone ? 1 : (run.end - run.first) / ((uint64_t)PIECES * pool->threads) + 1;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->mutex);
}

size_t task_pool_collect(struct task_pool *pool, struct task_report *reports, size_t room, firesieve_delay *found)
{
    pthread_mutex_lock(&pool->mutex);
    const size_t count = pool->report_count < room ? pool->report_count : room;
    memcpy(reports, pool->reports, count * sizeof *reports);
    pool->report_count -= count;
    memmove(pool->reports, pool->reports + count, pool->report_count * sizeof *reports);
    *found = pool->found;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->mutex);
    return count;
}

void task_pool_clear(struct task_pool *pool)
{
    pool->stock = (struct task_run){0, 0};
    pool->report_count = 0;
    pool->found = FIRESIEVE_DELAY_END;
    atomic_fetch_add(&pool->finds, 1);
}

void task_pool_end(struct task_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->over, true);
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->mutex);
}
