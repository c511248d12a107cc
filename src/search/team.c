#include "search/team.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/error.h"

/* A window while it is searched. */
struct window_run {
    struct team *team;
    const struct scheduled *window;
    struct open_window open;
    double started;
    uint64_t done_before;  /* of the pool's tasks, when it was opened */
    unsigned threads;      /* that were started */
    atomic_uint searching; /* threads that had the memory to begin */
    atomic_uint finished;  /* threads that have returned */
    atomic_bool stop;      /* told to stop, or without memory for a list */
    atomic_bool cut;       /* a task was left undone */
    atomic_bool paused;
    atomic_bool no_memory;
};

struct worker {
    struct finds finds;
    struct tally *tally; /* or NULL */
    void *own;           /* what the method needs, or NULL: not started */
    bool calls;          /* it is the calling thread: others must not call the progress function */
    struct window_run *run;
    struct task_run piece; /* of the pool, including the current task */
    uint64_t next_number;  /* of the piece */
    uint64_t count;        /* COUNT: safe delays in those of its tasks that are done */
    unsigned known_finds;  /* of the pool's finds */
};

/* ---- Finds, and whether to continue ----------------------------------------------------------------------- */

/* The share of the window's tasks that is done, including earlier runs. */
static double share_done(const struct window_run *run)
{
    const struct scheduled *const window = run->window;
    const uint64_t before = window->shape.tasks - (window->numbers.end - window->numbers.first);
    const uint64_t since = atomic_load(&run->team->pool->done) - run->done_before;
    return (double)(before + since) / (double)window->shape.tasks;
}

/* Whether the calling thread may continue; it alone reports. */
static bool caller_may_go_on(struct window_run *run)
{
    struct team *const team = run->team;
    const double share = share_done(run);
    team->watch->share = share;
    if (!watch_go_on(team->watch, run->window->shape.begin)) {
        return false;
    }
    if (team->pause != NULL && team->pause(team->pause_context, run->window, atomic_load(&run->searching), share)) {
        atomic_store(&run->paused, true);
        return false;
    }
    return true;
}

static bool go_on(void *context)
{
    struct worker *const worker = context;
    struct window_run *const run = worker->run;
    if (atomic_load(&run->stop)) {
        return false; /* after a no, nobody is asked again */
    }
    if (atomic_load(&run->team->pool->over) ||
        (worker->calls ? !caller_may_go_on(run) : watch_is_over(run->team->watch))) {
        atomic_store(&run->stop, true);
        return false;
    }
    return true;
}

/* Tells the others of a find, and learns of theirs. */
static void share(void *context)
{
    struct worker *const worker = context;
    struct window_run *const run = worker->run;
    struct finds *const finds = &worker->finds;
    struct task_pool *const pool = run->team->pool;
    if (!finds->found && atomic_load_explicit(&pool->finds, memory_order_relaxed) == worker->known_finds) {
        return;
    }
    worker->known_finds = atomic_load(&pool->finds);
    const firesieve_delay found = task_pool_tell(pool, finds->found ? finds->end : FIRESIEVE_DELAY_END);
    finds->found = false;
    if (found < finds->low) {
        atomic_store(&run->stop, true); /* nothing here is the smallest */
    } else if (found < finds->end) {
        finds->end = found;
    }
    if (worker->calls) {
        run->team->watch->window = finds->end; /* nothing after it is searched */
    }
}

/* ---- Tasks ------------------------------------------------------------------------------------------------ */

/* False: this thread is done with the window. */
static bool run_task(struct worker *worker, uint64_t task)
{
    struct window_run *const run = worker->run;
    share(worker);
    tally_enter(worker->tally, FIRESIEVE_STAGE_SIEVE);
    const enum sieve_outcome outcome = run->team->plan->method->run(worker->own, &run->open, task);
    tally_enter(worker->tally, FIRESIEVE_STAGE_WINDOWS);
    if (outcome != SIEVE_DONE) {
        if (outcome == SIEVE_NO_MEMORY) {
            atomic_store(&run->no_memory, true);
        }
        atomic_store(&run->stop, true);
        return false;
    }
    share(worker);
    return true;
}

/* Reports what is done of the piece; its finds have been told before. */
static void report_piece(struct worker *worker, uint64_t end)
{
    if (worker->piece.first < end) {
        const struct task_run done = {worker->piece.first, end};
        task_pool_report(worker->run->team->pool,
                         &(struct task_report){done, worker->run->window->numbers.first, worker->count});
    }
    worker->finds.count = 0;
    worker->count = 0;
    worker->piece = (struct task_run){0, 0};
    worker->next_number = 0;
}

/* The next task's number. False: the window has none left for this thread. */
static bool next_number(struct worker *worker, uint64_t *number)
{
    if (worker->next_number == worker->piece.end) {
        report_piece(worker, worker->piece.end);
        if (!task_pool_take(worker->run->team->pool, worker->run->window->numbers, &worker->piece)) {
            return false;
        }
        worker->next_number = worker->piece.first;
    }
    *number = worker->next_number++;
    return true;
}

static void take_tasks(struct worker *worker)
{
    struct window_run *const run = worker->run;
    uint64_t number;
    while (next_number(worker, &number)) {
        if (!go_on(worker) || !run_task(worker, scheduled_task(run->window, number))) {
            atomic_store(&run->cut, true);
            report_piece(worker, number);
            return;
        }
        worker->count = worker->finds.count;
    }
}

/* ---- Threads ---------------------------------------------------------------------------------------------- */

/* False: no memory. */
static bool begin_window(struct worker *worker, struct window_run *run, bool calls)
{
    const struct team *const team = run->team;
    const struct window_shape *const shape = &run->window->shape;
    *worker = (struct worker){
        .finds = {.goal = team->goal,
                  .low = shape->begin,
                  .end = shape->end,
                  .list = worker->finds.list,
                  .filter = team->filter},
        .tally = worker->tally,
        .own = worker->own,
        .calls = calls,
        .run = run,
        .known_finds = UINT_MAX, /* unlike any number of finds */
    };
    const struct worker_setup setup = {
        .kernel = team->kernel->operations,
        .go_on = {go_on, worker},
        .finds = &worker->finds,
        .tally = worker->tally,
        .share = share,
        .context = worker,
    };
    if (worker->own == NULL) {
        worker->own = team->plan->method->start(team->plan->tables, &setup);
    }
    return worker->own != NULL;
}

/* A thread without memory leaves the tasks to the others. */
static void work(void *context, unsigned number)
{
    struct window_run *const run = context;
    struct worker *const worker = &run->team->workers[number];
    tally_enter(worker->tally, FIRESIEVE_STAGE_WINDOWS);
    if (begin_window(worker, run, number == 0)) {
        atomic_fetch_add(&run->searching, 1);
        take_tasks(worker);
    }
    tally_enter(worker->tally, FIRESIEVE_STAGE_WAITING);
    atomic_fetch_add(&run->finished, 1);
}

/* Works beside the crew, and then watches over it: only this thread may report. */
static void run_threads(struct window_run *run, unsigned threads)
{
    struct team *const team = run->team;
    struct crew crew;
    const unsigned started = crew_start(&crew, threads - 1, work, run);
    work(run, 0);
    while (atomic_load(&run->finished) <= started) {
        go_on(&team->workers[0]);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    crew_join(&crew);
    tally_enter(team->workers[0].tally, FIRESIEVE_STAGE_WINDOWS);
    const unsigned searching = atomic_load(&run->searching);
    team->ran = searching > team->ran ? searching : team->ran;
}

enum window_outcome team_search(struct team *team, const struct scheduled *window, unsigned threads)
{
    const struct method *const method = team->plan->method;
    const uint64_t tasks = window->numbers.end - window->numbers.first;
    struct window_run run = {
        .team = team,
        .window = window,
        .open = {.shape = window->shape},
        .started = clock_seconds(),
        .done_before = atomic_load(&team->pool->done),
    };
    team->watch->window = window->shape.end;
    team->watch->window_started = run.started;
    team->watch->share = 0;
    const bool opened = method->open == NULL || method->open(team->plan->tables, &run.open);
    if (opened) {
        run_threads(&run, tasks < threads ? (tasks == 0 ? 1 : (unsigned)tasks) : threads);
    }
    if (method->close != NULL) {
        method->close(&run.open);
    }
    team->watch->window = 0;
    return !opened || atomic_load(&run.searching) == 0 || atomic_load(&run.no_memory) ? WINDOW_NO_MEMORY
           : !atomic_load(&run.cut)                                                   ? WINDOW_DONE
           : atomic_load(&run.paused)                                                 ? WINDOW_PAUSED
                                                                                      : WINDOW_CUT;
}

firesieve_status team_start(struct team *team, firesieve_error *error)
{
    team->workers = calloc(team->threads, sizeof *team->workers);
    team->ran = 0;
    if (team->workers == NULL) {
        return error_set_memory(error, "the threads");
    }
    for (unsigned i = 0; i < team->threads; ++i) {
        team->workers[i].tally = team->tallies == NULL ? NULL : &team->tallies[i];
    }
    return FIRESIEVE_OK;
}

void team_reset(struct team *team)
{
    for (unsigned i = 0; i < team->threads && team->workers != NULL; ++i) {
        struct worker *const worker = &team->workers[i];
        if (worker->own != NULL) {
            team->plan->method->stop(worker->own);
        }
        worker->own = NULL;
        free(worker->finds.list.delays);
        worker->finds = (struct finds){.found = false};
    }
}

void team_free(struct team *team)
{
    team_reset(team);
    free(team->workers);
    team->workers = NULL;
}

bool team_gather(struct team *team, struct delay_list *list)
{
    bool gathered = true;
    for (unsigned i = 0; i < team->threads && gathered; ++i) {
        struct delay_list *const own = &team->workers[i].finds.list;
        for (size_t j = 0; j < own->count && gathered; ++j) {
            gathered = delay_list_append(list, own->delays[j]);
        }
        own->count = 0;
    }
    return gathered;
}
