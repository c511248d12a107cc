#include "search/sweep.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/delay.h"
#include "base/error.h"
#include "base/sort.h"
#include "focus/pass.h"

static const double alone_s = 0.002;       /* before more threads are worth their start */
static const double window_enough_s = 0.1; /* a window that takes longer need not grow */

enum {
    TASK_WORDS = 1 << 13,              /* that a thread takes at once, at least: tens of microseconds */
    SHARED_BLOCK_COLUMNS_MIN = 1 << 22 /* of consecutive delays */
};

struct sweep {
    const struct plan *plan;
    const struct sweep_team *team;
    const struct sweep_goal *goal;
    struct watch *watch;

    struct worker *workers; /* one a thread; the first is the one that called sweep_run */
    firesieve_delay to;
    firesieve_delay reached;  /* [watch->from, reached) is done */
    uint64_t columns;         /* of the next window, but for a focus */
    unsigned windows;         /* so far */
    double share;             /* of the window that was planned for a focus, that the next one has */
    firesieve_delay count;    /* of safe delays in the windows so far, counted or received */
    struct delay_list listed; /* of the last window */
    unsigned ran;             /* the most threads that searched at once */
};

/*
 * One window, as threads share it. Tasks are those of a focus, or runs of offsets in a block of columns, blocks
 * ascending.
 */
struct window {
    struct sweep *sweep;
    firesieve_delay base;
    firesieve_delay end;       /* of the delays wanted in it */
    struct focus_window focus; /* where the plan is one */
    uint64_t columns;
    uint32_t block_columns;
    uint64_t task_offsets;
    uint64_t tasks_a_block;
    uint64_t tasks;
    _Atomic uint64_t next_task;
    _Atomic uint64_t done_tasks;
    atomic_uint searching; /* workers that had the memory to begin */
    atomic_uint finished;  /* workers that have returned */
    atomic_bool stop;      /* told to, or without memory for a list */
    atomic_bool cut_short; /* a task was left undone */
    atomic_bool no_memory;

    pthread_mutex_t mutex; /* of `found` */
    atomic_uint finds;     /* how often `found` was lowered */
    firesieve_delay found; /* SMALLEST: the smallest safe delay so far, or `end` */
};

struct worker {
    struct harvest harvest;
    struct tally *tally; /* or NULL */
    struct sieve sieve;
    struct focus_pass pass; /* instead, where the plan is a focus */
    bool started;           /* one of them */
    bool reports;           /* it is the thread that called sweep_run: others must not call the progress function */
    struct window *window;
    unsigned finds; /* of the window that the sieve knows of */
};

/* ---- A worker --------------------------------------------------------------------------------------------- */

static bool go_on(void *context)
{
    struct worker *const worker = context;
    struct window *const window = worker->window;
    struct sweep *const sweep = window->sweep;
    if (atomic_load(&window->stop)) {
        return false; /* who said so once is not asked again */
    }
    if (worker->reports) {
        sweep->watch->share = (double)atomic_load(&window->done_tasks) / (double)window->tasks;
    }
    if (worker->reports ? !watch_go_on(sweep->watch, sweep->reached) : watch_is_over(sweep->watch)) {
        atomic_store(&window->stop, true);
        return false;
    }
    return true;
}

/* Tells the others of a find, and hears of theirs. */
static void share_find(struct worker *worker)
{
    struct window *const window = worker->window;
    struct harvest *const harvest = &worker->harvest;
    if (!harvest->found && atomic_load_explicit(&window->finds, memory_order_relaxed) == worker->finds) {
        return;
    }
    pthread_mutex_lock(&window->mutex);
    if (harvest->end < window->found) {
        window->found = harvest->end;
        atomic_fetch_add(&window->finds, 1);
    }
    harvest->end = window->found;
    worker->finds = atomic_load(&window->finds);
    if (worker->reports) {
        window->sweep->watch->window = window->found; /* nobody looks behind it */
    }
    pthread_mutex_unlock(&window->mutex);
    harvest->found = false;
}

static struct block block_at(const struct window *window, uint64_t index)
{
    const uint64_t first = index * window->block_columns;
    const uint64_t left = window->columns - first;
    return (struct block){
        .base = window->base + (firesieve_delay)window->sweep->plan->columns.step * first,
        .columns = left < window->block_columns ? (uint32_t)left : window->block_columns,
    };
}

/* Sieves the offsets of one task. */
static enum sieve_outcome run_offsets(struct worker *worker, uint64_t task)
{
    const struct window *const window = worker->window;
    struct sieve *const sieve = &worker->sieve;
    const struct wheel *const wheel = &window->sweep->plan->wheel;
    const struct block block = block_at(window, task / window->tasks_a_block);
    const uint64_t first = task % window->tasks_a_block * window->task_offsets;
    const uint64_t last = wheel->count - first < window->task_offsets ? wheel->count : first + window->task_offsets;
    sieve_set_block(sieve, block);
    for (uint64_t i = first; i < last; ++i) {
        share_find(worker);
        if (block.base + wheel->residues[i] >= worker->harvest.end) {
            break; /* an offset's first candidate is its smallest, and later offsets are larger (wheel.h) */
        }
        const enum sieve_outcome outcome = sieve_offset(sieve, wheel->residues[i]);
        if (outcome != SIEVE_DONE) {
            return outcome;
        }
    }
    return SIEVE_DONE;
}

static bool is_focus(const struct sweep *sweep)
{
    return sweep->plan->method == FIRESIEVE_METHOD_FOCUS;
}

/* False: the window has come to an end for this worker. */
static bool run_task(struct worker *worker, uint64_t task)
{
    struct window *const window = worker->window;
    share_find(worker);
    tally_enter(worker->tally, FIRESIEVE_STAGE_SIEVE);
    const enum sieve_outcome outcome =
        is_focus(window->sweep) ? focus_pass_run(&worker->pass, &window->focus, task) : run_offsets(worker, task);
    tally_enter(worker->tally, FIRESIEVE_STAGE_WINDOWS);
    if (outcome != SIEVE_DONE) {
        if (outcome == SIEVE_NO_MEMORY) {
            atomic_store(&window->no_memory, true);
        }
        atomic_store(&window->stop, true);
        return false;
    }
    share_find(worker);
    atomic_fetch_add(&window->done_tasks, 1);
    return true;
}

static void stop_worker(struct worker *worker)
{
    if (worker->started) {
        sieve_free(&worker->sieve);
        focus_pass_free(&worker->pass);
        worker->started = false;
    }
}

static bool start_worker(struct worker *worker, const struct sweep *sweep)
{
    const struct plan *const plan = sweep->plan;
    const struct kernel_operations *const kernel = sweep->team->kernel->operations;
    struct harvest *const harvest = &worker->harvest;
    const struct go_on ask = {go_on, worker};
    worker->started = true;
    const bool started = is_focus(sweep)
                             ? focus_pass_start(&worker->pass, &plan->focus, kernel, ask, harvest, worker->tally)
                             : sieve_start(&worker->sieve, plan, kernel, ask, harvest, worker->tally);
    if (!started) {
        stop_worker(worker);
    }
    return started;
}

/* False: no memory. */
static bool begin_window(struct worker *worker, struct window *window, bool reports)
{
    const struct sweep *const sweep = window->sweep;
    worker->window = window;
    worker->reports = reports;
    worker->finds = 0;
    if (!worker->started && !start_worker(worker, sweep)) {
        return false;
    }
    worker->harvest = (struct harvest){
        .goal = sweep->goal->kind,
        .low = sweep->reached,
        .end = window->end,
        .list = {.delays = worker->harvest.list.delays, .capacity = worker->harvest.list.capacity},
    };
    return true;
}

/* A worker without memory leaves the tasks to the others. */
static void work(void *context, unsigned number)
{
    struct window *const window = context;
    struct worker *const worker = &window->sweep->workers[number];
    tally_enter(worker->tally, FIRESIEVE_STAGE_WINDOWS);
    if (begin_window(worker, window, number == 0)) {
        atomic_fetch_add(&window->searching, 1);
        for (uint64_t task = atomic_fetch_add(&window->next_task, 1); task < window->tasks;
             task = atomic_fetch_add(&window->next_task, 1)) {
            if (!go_on(worker) || !run_task(worker, task)) {
                atomic_store(&window->cut_short, true);
                break;
            }
        }
    }
    tally_enter(worker->tally, FIRESIEVE_STAGE_WAITING);
    atomic_fetch_add(&window->finished, 1);
}

/* ---- A window --------------------------------------------------------------------------------------------- */

static firesieve_delay align_down(firesieve_delay delay, const struct plan *plan)
{
    const uint64_t unit = plan->columns.step == 1 ? KERNEL_WORD_COLUMNS : plan->columns.step;
    return delay - delay % unit;
}

static uint64_t round_up_to_word(firesieve_delay columns)
{
    return (uint64_t)((columns + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_COLUMNS);
}

/* A block that does not follow the last one costs a division a crossed class; this many columns make up for it. */
static uint64_t block_columns_to_share(const struct plan *plan)
{
    enum { SEGMENTS = 8 };
    const uint64_t crossing =
        plan->crossed.count == 0 ? 0 : SEGMENTS * (uint64_t)plan->segment_words * KERNEL_WORD_COLUMNS;
    return crossing > SHARED_BLOCK_COLUMNS_MIN ? crossing : SHARED_BLOCK_COLUMNS_MIN;
}

/* Rows that end before a chunk does end a block. */
static uint64_t most_block_columns(const struct columns *columns)
{
    const uint32_t words = strip_repeated_words(columns);
    return words < STRIP_CHUNK_WORDS ? (uint64_t)words * KERNEL_WORD_COLUMNS : SIEVE_COLUMNS_MAX;
}

/* At least one word. Blocks are as long as they may be, but for threads that share consecutive delays. */
static uint32_t choose_block_columns(const struct sweep *sweep, uint64_t columns, unsigned threads)
{
    const uint64_t most = most_block_columns(&sweep->plan->columns);
    uint64_t block = columns < most ? columns : most;
    if (threads > 1 && sweep->plan->columns.step == 1) {
        enum { BLOCKS_A_THREAD = 4 };
        const uint64_t share = round_up_to_word(columns / (BLOCKS_A_THREAD * threads) + 1);
        const uint64_t least = block_columns_to_share(sweep->plan);
        const uint64_t wanted = share > least ? share : least;
        block = wanted < block ? wanted : block;
    }
    return (uint32_t)block;
}

/* The next run of columns, cut where the range ends. */
static void open_columns(struct window *window, unsigned threads)
{
    const struct sweep *const sweep = window->sweep;
    const firesieve_delay base = align_down(sweep->reached, sweep->plan);
    const uint64_t step = sweep->plan->columns.step;
    const firesieve_delay left = (sweep->to - base + step - 1) / step;
    const uint64_t columns = left < sweep->columns ? round_up_to_word(left) : sweep->columns;
    const uint32_t block_columns = choose_block_columns(sweep, columns, threads);
    /* The analyzer does not know that a window is never empty. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    const uint64_t blocks = (columns + block_columns - 1) / block_columns;
    const uint64_t offsets = sweep->plan->wheel.count;
    window->base = base;
    window->end = delay_min(base + (firesieve_delay)step * columns, sweep->to);
    window->columns = columns;
    window->block_columns = block_columns;
    window->task_offsets = (uint64_t)TASK_WORDS * KERNEL_WORD_COLUMNS / block_columns + 1;
    window->tasks_a_block = (offsets + window->task_offsets - 1) / window->task_offsets;
    window->tasks = blocks * window->tasks_a_block;
}

/*
 * How long the next window of a focus is: as planned. Those of a list begin short, for whoever reads it wants its first
 * delays soon, and grow as long as there is little in them: densities are estimates.
 */
static firesieve_delay focus_length(struct sweep *sweep)
{
    enum { FEW = 1 << 16, MANY = 1 << 18 };
    static const double first_share = 1.0 / 4096;
    const struct plan *const plan = sweep->plan;
    const firesieve_delay most = focus_window_longest(&plan->focus);
    if (sweep->windows == 0) {
        sweep->share = sweep->goal->kind == GOAL_LIST ? first_share : 1;
    } else if (sweep->listed.count > MANY) {
        sweep->share /= 4;
    } else if (sweep->listed.count < FEW) {
        sweep->share = fmin(1, 4 * sweep->share);
    }
    const double wanted = sweep->share * plan->forecast.window;
    return wanted >= (double)most ? most : (firesieve_delay)wanted + 1;
}

/* False: no memory. */
static bool open_focus(struct window *window)
{
    struct sweep *const sweep = window->sweep;
    const firesieve_delay length = delay_min(focus_length(sweep), sweep->to - sweep->reached);
    window->base = sweep->reached;
    window->end = sweep->reached + length;
    const bool opened = focus_window_open(&window->focus, &sweep->plan->focus, sweep->reached, length);
    window->tasks = window->focus.tasks;
    return opened;
}

/* The next window. False: no memory; close it all the same. */
static bool window_open(struct window *window, struct sweep *sweep, unsigned threads)
{
    *window = (struct window){.sweep = sweep, .mutex = PTHREAD_MUTEX_INITIALIZER};
    bool opened = true;
    if (is_focus(sweep)) {
        opened = open_focus(window);
    } else {
        open_columns(window, threads);
    }
    window->found = window->end;
    sweep->watch->window = window->end;
    sweep->watch->window_started = clock_seconds();
    sweep->watch->share = 0;
    return opened;
}

/* Works beside the crew, and then watches over it: only this thread may report. */
static void window_search(struct window *window, unsigned threads)
{
    struct crew crew;
    const unsigned started = crew_start(&crew, threads - 1, work, window);
    work(window, 0);
    while (atomic_load(&window->finished) <= started) {
        go_on(&window->sweep->workers[0]);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    crew_join(&crew);
    tally_enter(window->sweep->workers[0].tally, FIRESIEVE_STAGE_WINDOWS);
    const unsigned searching = atomic_load(&window->searching);
    window->sweep->ran = searching > window->sweep->ran ? searching : window->sweep->ran;
}

/* ---- What came out of it ---------------------------------------------------------------------------------- */

static int compare_delays(const void *a, const void *b)
{
    const firesieve_delay left = *(const firesieve_delay *)a;
    const firesieve_delay right = *(const firesieve_delay *)b;
    return (left > right) - (left < right);
}

static bool ascends(const firesieve_delay *delays, size_t count)
{
    for (size_t i = 1; i < count; ++i) {
        if (delays[i - 1] > delays[i]) {
            return false;
        }
    }
    return true;
}

/* Moves what all workers have listed into one list. */
static bool gather(struct sweep *sweep)
{
    struct delay_list *const all = &sweep->listed;
    all->count = 0;
    for (unsigned i = 0; i < sweep->team->threads; ++i) {
        const struct delay_list *const list = &sweep->workers[i].harvest.list;
        for (size_t j = 0; sweep->workers[i].started && j < list->count; ++j) {
            if (!delay_list_append(all, list->delays[j])) {
                return false;
            }
        }
        sweep->workers[i].harvest.list.count = 0;
    }
    return true;
}

/* Hands the window's delays over, ascending. False: the receiver has enough. */
static bool deliver(struct sweep *sweep)
{
    const struct delay_list *const list = &sweep->listed;
    if (!ascends(list->delays, list->count)) {
        qsort(list->delays, list->count, sizeof *list->delays, compare_delays);
    }
    for (size_t i = 0; i < list->count; ++i) {
        ++sweep->count;
        if (!sweep->goal->receive(list->delays[i], sweep->goal->context)) {
            sweep->reached = list->delays[i] + 1;
            return false;
        }
    }
    return true;
}

enum sweep_step { SWEEP_ON, SWEEP_OVER, SWEEP_NO_MEMORY };

/* Takes what a finished window has found. */
static enum sweep_step harvest(struct sweep *sweep, struct window *window, firesieve_search_result *result)
{
    if (sweep->goal->kind == GOAL_SMALLEST) {
        if (window->found < window->end) {
            watch_found(sweep->watch, window->found, result);
            return SWEEP_OVER;
        }
    } else if (sweep->goal->kind == GOAL_LIST) {
        if (!gather(sweep)) {
            return SWEEP_NO_MEMORY;
        }
        if (!deliver(sweep)) {
            watch_ended(sweep->watch, sweep->to, sweep->reached, result);
            result->outcome = FIRESIEVE_CANCELLED; /* also where it was the last delay of this part */
            return SWEEP_OVER;
        }
    } else {
        for (unsigned i = 0; i < sweep->team->threads; ++i) {
            sweep->count += sweep->workers[i].started ? sweep->workers[i].harvest.count : 0;
            sweep->workers[i].harvest.count = 0;
        }
    }
    sweep->reached = window->end;
    return SWEEP_ON;
}

/* What has come of a window that has been searched. */
static enum sweep_step end_window(struct sweep *sweep, struct window *window, firesieve_search_result *result)
{
    if (atomic_load(&window->searching) == 0 || atomic_load(&window->no_memory)) {
        return SWEEP_NO_MEMORY;
    }
    if (atomic_load(&window->cut_short)) {
        watch_ended(sweep->watch, sweep->to, sweep->reached, result);
        return SWEEP_OVER;
    }
    const enum sweep_step step = harvest(sweep, window, result);
    if (step == SWEEP_ON && atomic_load(&window->stop)) {
        watch_ended(sweep->watch, sweep->to, sweep->reached, result);
        return SWEEP_OVER; /* who was told to stop does not ask again */
    }
    return step;
}

static enum sweep_step search_window(struct sweep *sweep, unsigned threads, firesieve_search_result *result)
{
    struct window window;
    enum sweep_step step = SWEEP_NO_MEMORY;
    if (window_open(&window, sweep, threads)) {
        window_search(&window, window.tasks < threads ? (unsigned)window.tasks : threads);
        step = end_window(sweep, &window, result);
    }
    focus_window_close(&window.focus);
    ++sweep->windows;
    sweep->watch->window = 0;
    return step;
}

/* ----------------------------------------------------------------------------------------------------------- */

/* The most columns of a window: of a list, so many that it stays short. */
static uint64_t most_columns(const struct sweep *sweep)
{
    enum { DELAYS_A_WINDOW = 1 << 18 };
    const uint64_t most = (uint64_t)SIEVE_COLUMNS_MAX * sweep->team->threads;
    if (sweep->goal->kind != GOAL_LIST) {
        return most;
    }
    const double columns = DELAYS_A_WINDOW / (sweep->plan->constraints.density * (double)sweep->plan->columns.step);
    return columns >= (double)most ? most : round_up_to_word((firesieve_delay)columns + 1);
}

static void grow(struct sweep *sweep, double took_s)
{
    const uint64_t most = most_columns(sweep);
    const uint64_t factor = sweep->plan->columns.step == 1 ? 4 : 2;
    if (took_s < window_enough_s || sweep->plan->columns.step > 1) {
        sweep->columns = sweep->columns < most / factor ? factor * sweep->columns : most;
    }
}

/* Whether the next window is not worth more threads: those of a scan or a wheel begin short and grow. */
static bool is_short(const struct sweep *sweep, double elapsed_s)
{
    return is_focus(sweep) ? 1e-9 * sweep->plan->forecast.window_ns < alone_s : elapsed_s < alone_s;
}

static firesieve_status sweep_windows(struct sweep *sweep, firesieve_search_result *result, firesieve_error *error)
{
    double now = clock_seconds();
    while (sweep->reached < sweep->to) {
        const unsigned threads = is_short(sweep, now - sweep->watch->started) ? 1 : sweep->team->threads;
        if (!watch_go_on(sweep->watch, sweep->reached)) {
            break;
        }
        const enum sweep_step step = search_window(sweep, threads, result);
        if (step == SWEEP_NO_MEMORY) {
            return error_set_memory(error, "the search");
        }
        if (step == SWEEP_OVER) {
            return FIRESIEVE_OK;
        }
        const double finished = clock_seconds();
        grow(sweep, finished - now);
        now = finished;
    }
    watch_ended(sweep->watch, sweep->to, sweep->reached, result);
    return FIRESIEVE_OK;
}

struct tally_shape sweep_tally_shape(const struct plan *plan)
{
    return plan->method == FIRESIEVE_METHOD_FOCUS ? focus_tally_shape(&plan->focus) : sieve_tally_shape(plan);
}

firesieve_status sweep_run(const struct plan *plan, const struct sweep_team *team, const struct sweep_goal *goal,
                           struct watch *watch, firesieve_delay from, firesieve_delay to, uint64_t *columns,
                           firesieve_search_result *result, firesieve_error *error)
{
    struct sweep sweep = {
        .plan = plan,
        .team = team,
        .goal = goal,
        .watch = watch,
        .workers = calloc(team->threads, sizeof *sweep.workers),
        .to = to,
        .reached = from,
        .columns = *columns,
    };
    if (sweep.workers == NULL) {
        return error_set_memory(error, "the threads");
    }
    for (unsigned i = 0; i < team->threads; ++i) {
        sweep.workers[i].tally = team->tallies == NULL ? NULL : &team->tallies[i];
    }
    const uint64_t most = most_columns(&sweep);
    sweep.columns = sweep.columns < most ? sweep.columns : most;
    const firesieve_status status = sweep_windows(&sweep, result, error);
    for (unsigned i = 0; i < team->threads; ++i) {
        free(sweep.workers[i].harvest.list.delays);
        stop_worker(&sweep.workers[i]);
    }
    free(sweep.workers);
    free(sweep.listed.delays);
    *columns = sweep.columns;
    result->count += sweep.count;
    result->threads = sweep.ran > result->threads ? sweep.ran : result->threads;
    return status;
}
