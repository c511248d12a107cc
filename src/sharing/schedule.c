#include "sharing/schedule.h"

#include <math.h>

enum {
    TASKS_A_THREAD = 16,   /* of a window of consecutive delays: the last ones leave threads idle */
    COLUMNS_ARE_TIMES = 4, /* as many as in the window before */
};

/* So many threads that a window has tasks enough for all. */
static unsigned threads_for_tasks(unsigned all_threads)
{
    return all_threads < FIRESIEVE_THREADS_MAX / TASKS_A_THREAD ? TASKS_A_THREAD * all_threads : FIRESIEVE_THREADS_MAX;
}

void schedule_start(struct schedule *schedule, const struct search *search, const struct plan *plan,
                    firesieve_delay end, unsigned all_threads)
{
    const struct frontier *const frontier = &search->frontier;
    const firesieve_delay middle = course_counts_cycles(search, plan) ? course_middle(search, plan) : end;
    *schedule = (struct schedule){
        .sweep = {.plan = plan, .goal = search->goal, .reached = frontier->reached, .columns = plan->first_columns},
        .team = {.kernel = search->result.kernel, .threads = threads_for_tasks(all_threads)},
        .watch = {.deadline = INFINITY},
        .resumed = frontier->in_window ? &frontier->window : NULL,
        .middle = middle,
        .end = end,
    };
}

/* Windows grow until threads have enough to do in one; those of a focus are as planned. */
static void grow(struct sweep *sweep, uint64_t tasks)
{
    const uint64_t most = (uint64_t)SIEVE_COLUMNS_MAX * sweep->team->threads;
    if (tasks < (uint64_t)TASKS_A_THREAD * sweep->team->threads) {
        sweep->columns = sweep->columns < most / COLUMNS_ARE_TIMES ? COLUMNS_ARE_TIMES * sweep->columns : most;
    }
}

enum schedule_step schedule_next(struct schedule *schedule)
{
    struct sweep *const sweep = &schedule->sweep;
    sweep->team = &schedule->team; /* here, since the schedule may have moved since it was started */
    sweep->watch = &schedule->watch;
    if (sweep->window != NULL) {
        sweep->reached = schedule->window.end;
        schedule_close(schedule);
        grow(sweep, schedule->window.tasks);
    }
    if (sweep->reached >= schedule->end) {
        return SCHEDULE_END;
    }
    sweep->to = sweep->reached < schedule->middle ? schedule->middle : schedule->end;
    const bool opened = schedule->resumed != NULL ? window_reopen(&schedule->window, sweep, schedule->resumed)
                                                  : window_open(&schedule->window, sweep, schedule->team.threads);
    schedule->resumed = NULL;
    sweep->window = &schedule->window;
    ++sweep->windows;
    schedule->window.first_number = schedule->next_number;
    schedule->next_number = window_numbers(&schedule->window).end;
    return opened ? SCHEDULE_WINDOW : SCHEDULE_NO_MEMORY;
}

void schedule_close(struct schedule *schedule)
{
    if (schedule->sweep.window != NULL) {
        window_close(&schedule->window);
        schedule->sweep.window = NULL;
    }
}
