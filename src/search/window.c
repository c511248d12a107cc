#include "search/window.h"

#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/delay.h"
#include "base/hash.h"
#include "base/sort.h"

enum {
    TASK_WORDS = 1 << 13,              /* that a thread takes at once, at least: tens of microseconds */
    SHARED_BLOCK_COLUMNS_MIN = 1 << 22 /* of consecutive delays */
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
    if (window->pool != NULL && atomic_load(&window->pool->over)) {
        atomic_store(&window->stop, true);
        return false;
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

/* Tells other processes of the window's find, and hears of theirs. With the window's lock. */
static void share_with_pool(struct window *window)
{
    const firesieve_delay low = window->sweep->reached;
    const firesieve_delay mine = window->found < window->end ? window->found : FIRESIEVE_DELAY_END;
    window->pool_finds = atomic_load(&window->pool->finds);
    const firesieve_delay found = task_pool_tell(window->pool, mine);
    if (found < low) {
        atomic_store(&window->stop, true); /* whatever is here is not the smallest */
    } else if (found < window->found) {
        window->found = found;
        atomic_fetch_add(&window->finds, 1);
    }
}

static bool has_news(const struct worker *worker)
{
    const struct window *const window = worker->window;
    return worker->harvest.found || atomic_load_explicit(&window->finds, memory_order_relaxed) != worker->finds ||
           (window->pool != NULL && atomic_load_explicit(&window->pool->finds, memory_order_relaxed) !=
                                        atomic_load_explicit(&window->pool_finds, memory_order_relaxed));
}

/* Tells the others of a find, and hears of theirs. */
static void share_find(struct worker *worker)
{
    struct window *const window = worker->window;
    struct harvest *const harvest = &worker->harvest;
    if (!has_news(worker)) {
        return;
    }
    pthread_mutex_lock(&window->mutex);
    if (harvest->end < window->found) {
        window->found = harvest->end;
        atomic_fetch_add(&window->finds, 1);
    }
    if (window->pool != NULL) {
        share_with_pool(window);
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

/* False: the window has come to an end for this worker. */
static bool run_task(struct worker *worker, uint64_t task)
{
    struct window *const window = worker->window;
    share_find(worker);
    tally_enter(worker->tally, FIRESIEVE_STAGE_SIEVE);
    const enum sieve_outcome outcome =
        sweep_is_focus(window->sweep) ? focus_pass_run(&worker->pass, &window->focus, task) : run_offsets(worker, task);
    tally_enter(worker->tally, FIRESIEVE_STAGE_WINDOWS);
    if (outcome != SIEVE_DONE) {
        if (outcome == SIEVE_NO_MEMORY) {
            atomic_store(&window->no_memory, true);
        }
        atomic_store(&window->stop, true);
        return false;
    }
    share_find(worker);
    return true;
}

/*
 * Books the worker's last task as done, where it has one, and gives it the next: under one lock, so that whoever takes
 * the window down finds every task either done, with all that it has found, or not.
 */
static uint64_t next_own_task(struct worker *worker)
{
    struct window *const window = worker->window;
    pthread_mutex_lock(&window->mutex);
    if (worker->task != WINDOW_NO_TASK) {
        atomic_fetch_add(&window->done_tasks, 1);
        window->count += worker->harvest.count;
        worker->harvest.count = 0;
    }
    if (window->next_begun < window->begun_count) {
        worker->task = window->begun[window->next_begun++];
    } else {
        worker->task = window->next_task < window->tasks ? window->next_task++ : WINDOW_NO_TASK;
    }
    const uint64_t task = worker->task;
    pthread_mutex_unlock(&window->mutex);
    return task;
}

/* The same where processes share the tasks: a worker takes a piece of them at a time, and reports it as a whole. */
static uint64_t next_pooled_task(struct worker *worker)
{
    struct window *const window = worker->window;
    const struct task_run numbers = window_numbers(window);
    if (worker->next_number == worker->piece.end) {
        if (worker->piece.first < worker->piece.end) {
            task_pool_report(window->pool, &(struct task_report){worker->piece, numbers.first, worker->harvest.count});
            worker->harvest.count = 0;
        }
        worker->piece = (struct task_run){0, 0};
        worker->next_number = 0;
        if (!task_pool_take(window->pool, numbers, &worker->piece)) {
            return WINDOW_NO_TASK;
        }
        worker->next_number = worker->piece.first;
    }
    const uint64_t place = worker->next_number++ - numbers.first;
    return task_at(window->begun, window->begun_count, window->next_task, place);
}

static uint64_t next_task(struct worker *worker)
{
    return worker->window->pool == NULL ? next_own_task(worker) : next_pooled_task(worker);
}

void worker_stop(struct worker *worker)
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
    const bool started = sweep_is_focus(sweep)
                             ? focus_pass_start(&worker->pass, &plan->focus, kernel, ask, harvest, worker->tally)
                             : sieve_start(&worker->sieve, plan, kernel, ask, harvest, worker->tally);
    if (!started) {
        worker_stop(worker);
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
    worker->piece = (struct task_run){0, 0};
    worker->next_number = 0;
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
        for (uint64_t task = next_task(worker); task != WINDOW_NO_TASK; task = next_task(worker)) {
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

/* Cuts the window's columns into blocks and these into tasks. */
static void cut_columns(struct window *window, const struct plan *plan, uint64_t columns, uint32_t block_columns)
{
    const uint64_t offsets = plan->wheel.count;
    /* The analyzer does not know that a block is never empty. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    const uint64_t blocks = (columns + block_columns - 1) / block_columns;
    window->columns = columns;
    window->block_columns = block_columns;
    window->task_offsets = (uint64_t)TASK_WORDS * KERNEL_WORD_COLUMNS / block_columns + 1;
    window->tasks_a_block = (offsets + window->task_offsets - 1) / window->task_offsets;
    window->tasks = blocks * window->tasks_a_block;
}

/* The next run of columns, cut where the range ends. */
static void shape_columns(const struct sweep *sweep, unsigned threads, struct window_frontier *part)
{
    const uint64_t step = sweep->plan->columns.step;
    const firesieve_delay base = align_down(sweep->reached, sweep->plan);
    const firesieve_delay left = (sweep->to - base + step - 1) / step;
    part->columns = left < sweep->columns ? round_up_to_word(left) : sweep->columns;
    part->end = delay_min(base + (firesieve_delay)step * part->columns, sweep->to);
    part->block_columns = choose_block_columns(sweep, part->columns, threads);
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
static bool open_focus(struct window *window, firesieve_delay length)
{
    const struct sweep *const sweep = window->sweep;
    window->base = sweep->reached;
    window->end = sweep->reached + length;
    const bool opened = focus_window_open(&window->focus, &sweep->plan->focus, sweep->reached, length);
    window->tasks = window->focus.tasks;
    return opened;
}

static void tell_watch(const struct window *window)
{
    struct watch *const watch = window->sweep->watch;
    watch->window = window->found;
    watch->window_started = clock_seconds();
    watch->share = 0;
}

bool window_open(struct window *window, struct sweep *sweep, unsigned threads)
{
    struct window_frontier part = {.columns = 0};
    if (sweep_is_focus(sweep)) {
        part.end = sweep->reached + delay_min(focus_length(sweep), sweep->to - sweep->reached);
    } else {
        shape_columns(sweep, threads, &part);
    }
    part.found = part.end;
    return window_reopen(window, sweep, &part);
}

bool window_reopen(struct window *window, struct sweep *sweep, const struct window_frontier *part)
{
    *window = (struct window){
        .sweep = sweep,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .begun = part->begun,
        .begun_count = part->begun_count,
        .next_task = part->next_task,
        .done_tasks = part->next_task - part->begun_count,
        .count = part->count,
    };
    bool opened = true;
    if (sweep_is_focus(sweep)) {
        opened = open_focus(window, part->end - sweep->reached);
    } else {
        window->base = align_down(sweep->reached, sweep->plan);
        window->end = part->end;
        cut_columns(window, sweep->plan, part->columns, part->block_columns);
    }
    window->found = part->found;
    tell_watch(window);
    return opened;
}

void window_close(struct window *window)
{
    focus_window_close(&window->focus);
    window->sweep->watch->window = 0;
}

struct task_run window_numbers(const struct window *window)
{
    const uint64_t count = window->begun_count + (window->tasks - window->next_task);
    return (struct task_run){window->first_number, window->first_number + count};
}

void window_take_down(struct window *window, struct window_frontier *part)
{
    const struct sweep *const sweep = window->sweep;
    pthread_mutex_lock(&window->mutex);
    part->end = window->end;
    part->columns = window->columns;
    part->block_columns = window->block_columns;
    part->tasks = window->tasks;
    part->next_task = window->next_task;
    part->found = window->found;
    part->count = window->count;
    part->begun_count = 0;
    for (size_t i = window->next_begun; i < window->begun_count; ++i) {
        part->begun[part->begun_count++] = window->begun[i];
    }
    for (unsigned i = 0; i < sweep->team->threads; ++i) {
        if (sweep->workers[i].task != WINDOW_NO_TASK && part->begun_count < FRONTIER_TASKS_MAX) {
            part->begun[part->begun_count++] = sweep->workers[i].task;
        }
    }
    pthread_mutex_unlock(&window->mutex);
    sort_u64(part->begun, part->begun_count);
}

/* ---- Windows that were searched in part ------------------------------------------------------------------- */

uint64_t sweep_plan_hash(const struct plan *plan)
{
    if (plan->method == FIRESIEVE_METHOD_FOCUS) {
        const struct focus *const focus = &plan->focus;
        const uint64_t numbers[] = {focus->a,
                                    focus->b,
                                    focus->task_columns,
                                    focus->task_offsets,
                                    (uint64_t)focus_column_count(focus),
                                    (uint64_t)focus_offset_count(focus)};
        return hash_numbers(numbers, sizeof numbers / sizeof *numbers, FIRESIEVE_METHOD_FOCUS);
    }
    const struct wheel *const wheel = &plan->wheel;
    const uint64_t numbers[] = {wheel->modulus, plan->columns.words, hash_numbers(wheel->residues, wheel->count, 0)};
    return hash_numbers(numbers, sizeof numbers / sizeof *numbers, FIRESIEVE_METHOD_WHEEL);
}

static bool takes_up_columns(const struct plan *plan, firesieve_delay reached, const struct window_frontier *part)
{
    const firesieve_delay base = align_down(reached, plan);
    const firesieve_delay step = plan->columns.step;
    const uint64_t most = (uint64_t)SIEVE_COLUMNS_MAX * FIRESIEVE_THREADS_MAX;
    if (part->columns == 0 || part->columns > most || part->columns % KERNEL_WORD_COLUMNS != 0 ||
        part->block_columns == 0 || part->block_columns > most_block_columns(&plan->columns) ||
        part->block_columns % KERNEL_WORD_COLUMNS != 0 || part->end > base + step * part->columns ||
        part->end <= base + step * (part->columns - KERNEL_WORD_COLUMNS)) {
        return false;
    }
    struct window window = {.tasks = 0};
    cut_columns(&window, plan, part->columns, part->block_columns);
    return window.tasks == part->tasks;
}

static bool takes_up_focus(const struct plan *plan, firesieve_delay reached, const struct window_frontier *part)
{
    struct focus_window window;
    const firesieve_delay length = part->end - reached;
    if (part->columns != 0 || length > focus_window_longest(&plan->focus)) {
        return false;
    }
    const bool opened = focus_window_open(&window, &plan->focus, reached, length);
    const bool same = opened && window.tasks == part->tasks;
    focus_window_close(&window);
    return same;
}

bool sweep_takes_up(const struct plan *plan, firesieve_delay reached, const struct window_frontier *part)
{
    if (sweep_plan_hash(plan) != part->plan) {
        return false;
    }
    return plan->method == FIRESIEVE_METHOD_FOCUS ? takes_up_focus(plan, reached, part)
                                                  : takes_up_columns(plan, reached, part);
}

/* ---- Searching it ----------------------------------------------------------------------------------------- */

/* Works beside the crew, and then watches over it: only this thread may report. */
void window_search(struct window *window, unsigned threads)
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
