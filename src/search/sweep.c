#include "search/sweep.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "search/window.h"

static const double alone_s = 0.002;       /* before more threads are worth their start */
static const double window_enough_s = 0.1; /* a window that takes longer need not grow */

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

enum delivery {
    DELIVERED,
    DELIVERED_ENOUGH,
    REFUSED /* the receiver wants no more */,
    LATE /* the watch has ended it */
};

/* Hands the window's delays over, ascending: a receiver may be slow. */
static enum delivery deliver(struct sweep *sweep)
{
    enum { DELAYS_A_LOOK = 64 };
    const struct delay_list *const list = &sweep->listed;
    if (!ascends(list->delays, list->count)) {
        qsort(list->delays, list->count, sizeof *list->delays, compare_delays);
    }
    for (size_t i = 0; i < list->count; ++i) {
        ++sweep->count;
        const bool more = sweep->goal->receive(list->delays[i], sweep->goal->context);
        if (!more || sweep->counted_first + sweep->count == sweep->goal->limit) {
            sweep->reached = list->delays[i] + 1;
            return more ? DELIVERED_ENOUGH : REFUSED;
        }
        if ((i + 1) % DELAYS_A_LOOK == 0 && !watch_go_on(sweep->watch, list->delays[i] + 1)) {
            sweep->reached = list->delays[i] + 1;
            return LATE;
        }
    }
    return DELIVERED;
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
        const enum delivery delivery = deliver(sweep);
        if (delivery != DELIVERED) {
            watch_ended(sweep->watch, sweep->to, sweep->reached, result);
            /* Also where it was the last delay of this part. */
            result->outcome = delivery == DELIVERED_ENOUGH ? FIRESIEVE_FOUND
                              : delivery == REFUSED        ? FIRESIEVE_CANCELLED
                                                           : sweep->watch->stop;
            return SWEEP_OVER;
        }
    } else {
        sweep->count += window->count;
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
        watch_keep(sweep->watch, sweep->reached, true); /* what is done of the window */
        result->window = window->end;
        result->window_share = (double)atomic_load(&window->done_tasks) / (double)window->tasks;
        result->window_count = window->count;
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

/* Searches the next window, or the rest of one that was searched in part (NULL: none). */
static enum sweep_step search_window(struct sweep *sweep, unsigned threads, const struct window_frontier *part,
                                     firesieve_search_result *result)
{
    struct window window;
    enum sweep_step step = SWEEP_NO_MEMORY;
    if (part != NULL ? window_reopen(&window, sweep, part) : window_open(&window, sweep, threads)) {
        sweep->window = &window;
        window_search(&window, window.tasks < threads ? (unsigned)window.tasks : threads);
        step = end_window(sweep, &window, result);
        sweep->window = NULL;
    }
    window_close(&window);
    ++sweep->windows;
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
    return sweep_is_focus(sweep) ? 1e-9 * sweep->plan->forecast.window_ns < alone_s : elapsed_s < alone_s;
}

/* Frees what workers have, and forgets what they have found in a window that is begun anew. */
static void drop_workers(struct sweep *sweep)
{
    for (unsigned i = 0; i < sweep->team->threads; ++i) {
        struct worker *const worker = &sweep->workers[i];
        worker_stop(worker);
        free(worker->harvest.list.delays);
        worker->harvest = (struct harvest){.found = false};
        worker->task = WINDOW_NO_TASK;
    }
}

static firesieve_status sweep_windows(struct sweep *sweep, const struct window_frontier *part,
                                      firesieve_search_result *result, firesieve_error *error)
{
    double now = clock_seconds();
    while (sweep->reached < sweep->to) {
        const bool alone = sweep->alone || is_short(sweep, now - sweep->watch->started);
        const unsigned threads = alone ? 1 : sweep->team->threads;
        if (!watch_go_on(sweep->watch, sweep->reached)) {
            break;
        }
        enum sweep_step step = search_window(sweep, threads, part, result);
        if (step == SWEEP_NO_MEMORY && threads > 1) {
            drop_workers(sweep); /* what several threads have no memory for, one may have */
            sweep->alone = true;
            step = search_window(sweep, 1, part, result);
        }
        part = NULL;
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

void sweep_take_down(const struct sweep *sweep, struct frontier *frontier)
{
    frontier->reached = sweep->reached;
    frontier->count = sweep->counted_first + sweep->count;
    frontier->in_window = sweep->window != NULL;
    if (frontier->in_window) {
        window_take_down(sweep->window, &frontier->window);
    }
}

firesieve_status sweep_run(const struct plan *plan, const struct sweep_team *team, const struct sweep_goal *goal,
                           struct watch *watch, struct sweep_part *part, firesieve_search_result *result,
                           firesieve_error *error)
{
    struct sweep sweep = {
        .plan = plan,
        .team = team,
        .goal = goal,
        .watch = watch,
        .workers = calloc(team->threads, sizeof *sweep.workers),
        .to = part->to,
        .reached = part->from,
        .columns = part->columns,
        .counted_first = result->count,
    };
    if (sweep.workers == NULL) {
        return error_set_memory(error, "the threads");
    }
    for (unsigned i = 0; i < team->threads; ++i) {
        sweep.workers[i].task = WINDOW_NO_TASK;
        sweep.workers[i].tally = team->tallies == NULL ? NULL : &team->tallies[i];
    }
    const uint64_t most = most_columns(&sweep);
    sweep.columns = sweep.columns < most ? sweep.columns : most;
    part->running = &sweep;
    const firesieve_status status = sweep_windows(&sweep, part->resumed, result, error);
    part->running = NULL;
    for (unsigned i = 0; i < team->threads; ++i) {
        free(sweep.workers[i].harvest.list.delays);
        worker_stop(&sweep.workers[i]);
    }
    free(sweep.workers);
    free(sweep.listed.delays);
    part->columns = sweep.columns;
    result->count += sweep.count;
    result->threads = sweep.ran > result->threads ? sweep.ran : result->threads;
    return status;
}
