#include "search/scan.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/delay.h"
#include "base/error.h"
#include "search/window.h"

static const double alone_s = 0.002; /* before more threads are worth their start */

/* A scan from one window to the next, on one thread. */
struct scan {
    const struct scan_plan *plan;
    const firesieve_kernel *kernel;
    struct watch *watch;
    firesieve_delay reached; /* no delay in [watch->from, reached) is safe */
    uint32_t columns;        /* of the next window */
};

/* The windows from `start` on, shared by the threads that take them in ascending order. */
struct shared_windows {
    struct scan *scan;
    struct worker *workers; /* the first is the thread that called firesieve_solve */
    unsigned worker_count;
    firesieve_delay start;
    uint32_t columns;
    _Atomic uint64_t next;
    _Atomic uint64_t first_unfinished; /* the smallest window that was abandoned */
    _Atomic uint64_t found_in;         /* the smallest window with a safe delay */
    atomic_uint searching;             /* workers that had the memory to begin */
    atomic_uint finished;              /* workers that have returned */
    atomic_bool stop;
};

struct worker {
    struct shared_windows *shared;
    _Atomic uint64_t window; /* the one it searches, or an earlier one; UINT64_MAX while it has none */
    uint64_t found_in;       /* the window with its safe delay, or UINT64_MAX */
    firesieve_delay delay;
};

static firesieve_delay align_down(firesieve_delay delay)
{
    return delay - delay % KERNEL_WORD_COLUMNS;
}

/* The window at `base`, cut where the scan ends. */
static struct window window_at(const struct scan *scan, firesieve_delay base, uint32_t columns)
{
    const firesieve_delay left = scan->watch->to - base;
    if (left < columns) {
        columns = (uint32_t)(left + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_COLUMNS;
    }
    return (struct window){.base = base, .columns = columns, .low = scan->watch->from, .high = scan->watch->to};
}

static bool go_on_alone(void *context)
{
    const struct scan *const scan = context;
    return watch_go_on(scan->watch, scan->reached);
}

/* A window that does not follow the last one costs a division a crossed class; this many columns make up for it. */
static uint32_t window_columns_to_share(const struct scan_plan *plan)
{
    enum { SEGMENTS = 8 };
    return SEGMENTS * plan->segment_words * KERNEL_WORD_COLUMNS;
}

/* Searches window after window until `patience` seconds have passed or the range ends. True: the result is known. */
static bool search_alone(struct scan *scan, struct window_searcher *searcher, double patience,
                         firesieve_search_result *result)
{
    const double give_up = clock_seconds() + patience;
    while (scan->reached < scan->watch->to) {
        if (scan->columns >= window_columns_to_share(scan->plan) && clock_seconds() >= give_up) {
            return false;
        }
        const struct window window = window_at(scan, align_down(scan->reached), scan->columns);
        firesieve_delay delay;
        const enum window_outcome outcome =
            go_on_alone(scan) ? window_search(searcher, &window, &delay) : WINDOW_ABANDONED;
        if (outcome == WINDOW_FOUND) {
            watch_found(scan->watch, delay, result);
            return true;
        }
        if (outcome == WINDOW_ABANDONED) {
            break;
        }
        scan->reached = delay_min(window.base + window.columns, scan->watch->to);
        scan->columns = scan->columns < WINDOW_COLUMNS_MAX ? 4 * scan->columns : WINDOW_COLUMNS_MAX;
    }
    watch_ended(scan->watch, scan->reached, result);
    return true;
}

/* The same, with what it needs. *done: the result is known. */
static firesieve_status scan_alone(struct scan *scan, double patience, bool *done, firesieve_search_result *result,
                                   firesieve_error *error)
{
    struct window_searcher searcher;
    firesieve_status status = FIRESIEVE_OK;
    if (window_searcher_start(&searcher, scan->plan, scan->kernel->operations, go_on_alone, scan)) {
        *done = search_alone(scan, &searcher, patience, result);
    } else {
        status = error_set_memory(error, "the scan");
    }
    window_searcher_free(&searcher);
    return status;
}

static void atomic_lower(_Atomic uint64_t *target, uint64_t value)
{
    uint64_t current = atomic_load(target);
    while (value < current && !atomic_compare_exchange_weak(target, &current, value)) {
    }
}

static firesieve_delay window_base(const struct shared_windows *shared, uint64_t window)
{
    return shared->start + (firesieve_delay)window * shared->columns;
}

static uint64_t min_window(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/*
 * No delay before this one is safe: all windows below it are finished, and without a find. The order of the loads
 * matters. `next` comes first: a window taken after that is not below it. Where a window ended otherwise comes last:
 * its worker has said so before it announced that it has none.
 */
static firesieve_delay reached_together(const struct shared_windows *shared)
{
    uint64_t window = atomic_load(&shared->next);
    for (unsigned i = 0; i < shared->worker_count; ++i) {
        window = min_window(window, atomic_load(&shared->workers[i].window));
    }
    window = min_window(window, atomic_load(&shared->found_in));
    window = min_window(window, atomic_load(&shared->first_unfinished));
    const firesieve_delay reached = delay_min(window_base(shared, window), shared->scan->watch->to);
    return reached < shared->scan->reached ? shared->scan->reached : reached;
}

static bool go_on_together(void *context)
{
    const struct worker *const worker = context;
    struct shared_windows *const shared = worker->shared;
    struct watch *const watch = shared->scan->watch;
    if (atomic_load(&shared->stop)) {
        return false; /* who said so once is not asked again */
    }
    const bool reports = worker == shared->workers; /* others must not call the progress function */
    if (reports ? !watch_go_on(watch, reached_together(shared)) : watch_is_over(watch)) {
        atomic_store(&shared->stop, true);
        return false;
    }
    return atomic_load(&worker->window) < atomic_load(&shared->found_in);
}

/* Takes windows until there are no more, or one has a safe delay: later ones do not matter then. */
static void take_windows(struct shared_windows *shared, struct window_searcher *searcher, struct worker *worker)
{
    for (;;) {
        atomic_store(&worker->window, atomic_load(&shared->next));
        const uint64_t index = atomic_fetch_add(&shared->next, 1);
        const firesieve_delay base = window_base(shared, index);
        if (base >= shared->scan->watch->to) {
            return;
        }
        atomic_store(&worker->window, index);
        const struct window window = window_at(shared->scan, base, shared->columns);
        const enum window_outcome outcome =
            go_on_together(worker) ? window_search(searcher, &window, &worker->delay) : WINDOW_ABANDONED;
        if (outcome == WINDOW_ABANDONED) {
            atomic_lower(&shared->first_unfinished, index);
            return;
        }
        if (outcome == WINDOW_FOUND) {
            worker->found_in = index;
            atomic_lower(&shared->found_in, index);
            return;
        }
    }
}

/* A worker without memory leaves the windows to the others. */
static void work(void *context, unsigned number)
{
    struct shared_windows *const shared = context;
    struct worker *const worker = &shared->workers[number];
    struct window_searcher searcher;
    if (window_searcher_start(&searcher, shared->scan->plan, shared->scan->kernel->operations, go_on_together,
                              worker)) {
        atomic_fetch_add(&shared->searching, 1);
        take_windows(shared, &searcher, worker);
    }
    atomic_store(&worker->window, UINT64_MAX);
    atomic_fetch_add(&shared->finished, 1);
    window_searcher_free(&searcher);
}

/* Works beside the crew, and then watches over it: only this thread may report. */
static void work_with_crew(struct shared_windows *shared)
{
    struct crew crew;
    const unsigned started = crew_start(&crew, shared->worker_count - 1, work, shared);
    work(shared, 0);
    while (atomic_load(&shared->finished) <= started) {
        go_on_together(&shared->workers[0]);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    crew_join(&crew);
}

static void end_together(const struct shared_windows *shared, firesieve_search_result *result)
{
    const struct watch *const watch = shared->scan->watch;
    if (shared->found_in >= shared->first_unfinished) {
        watch_ended(watch, reached_together(shared), result);
        return;
    }
    for (unsigned i = 0; i < shared->worker_count; ++i) {
        if (shared->workers[i].found_in == shared->found_in) {
            watch_found(watch, shared->workers[i].delay, result);
        }
    }
}

/* Runs the rest of a scan on several threads. */
static firesieve_status scan_together(struct scan *scan, unsigned threads, firesieve_search_result *result,
                                      firesieve_error *error)
{
    struct shared_windows shared = {
        .scan = scan,
        .workers = calloc(threads, sizeof *shared.workers),
        .worker_count = threads,
        .start = align_down(scan->reached),
        .columns = scan->columns,
        .first_unfinished = UINT64_MAX,
        .found_in = UINT64_MAX,
    };
    if (shared.workers == NULL) {
        return error_set_memory(error, "the threads");
    }
    for (unsigned i = 0; i < threads; ++i) {
        shared.workers[i].shared = &shared;
        shared.workers[i].window = UINT64_MAX;
        shared.workers[i].found_in = UINT64_MAX;
    }
    work_with_crew(&shared);
    result->threads = shared.searching;
    end_together(&shared, result);
    free(shared.workers);
    return shared.searching == 0 ? error_set_memory(error, "the scan") : FIRESIEVE_OK;
}

/*
 * Brings the end of the range down to the delay at which nothing safe so far proves that nothing is safe at all, and
 * returns the reason to give then (NULL where the range itself ends first).
 */
static const char *limit_range(struct watch *watch, const struct class_set *classes)
{
    const firesieve_delay end = delay_add_saturated(watch->from, delay_min(classes->cycle, classes->stretch));
    if (end >= watch->to) {
        return NULL;
    }
    watch->to = end;
    return classes->cycle <= classes->stretch
               ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
               : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)";
}

firesieve_status scan_solve(const firesieve_firewall *firewall, const firesieve_kernel *kernel, unsigned threads,
                            struct watch *watch, firesieve_search_result *result, firesieve_error *error)
{
    struct scan_plan plan;
    firesieve_status status = scan_plan_make(&plan, firewall, error);
    if (status != FIRESIEVE_OK) {
        goto end;
    }
    if (plan.classes.blocked != NULL) {
        watch_ended(watch, watch->to, result);
        result->candidates = 0;
        result->reason = plan.classes.blocked;
        goto end;
    }
    const char *const none_reason = limit_range(watch, &plan.classes);
    struct scan scan = {
        .plan = &plan, .kernel = kernel, .watch = watch, .reached = watch->from, .columns = WINDOW_COLUMNS_MIN};
    bool done = false;
    result->threads = 1;
    status = scan_alone(&scan, threads > 1 ? alone_s : INFINITY, &done, result, error);
    if (status == FIRESIEVE_OK && !done) {
        status = scan_together(&scan, threads, result, error);
    }
    if (status == FIRESIEVE_OK && result->outcome == FIRESIEVE_NONE) {
        result->reason = none_reason;
    }
end:
    scan_plan_free(&plan);
    return status;
}
