/* One window of a sweep: the tasks that it is cut into, and the threads that take them. */
#ifndef FIRESIEVE_SEARCH_WINDOW_H
#define FIRESIEVE_SEARCH_WINDOW_H

#include <pthread.h>
#include <stdatomic.h>

#include "focus/pass.h"
#include "search/sweep.h"
#include "search/task_pool.h"

/* Windows one after the other. */
struct sweep {
    const struct plan *plan;
    const struct sweep_team *team;
    const struct sweep_goal *goal;
    struct watch *watch;

    struct worker *workers; /* one a thread; the first is the one that called sweep_run */
    struct window *window;  /* that is being searched, or NULL */
    firesieve_delay to;
    firesieve_delay reached;       /* [watch->from, reached) is done */
    uint64_t columns;              /* of the next window, but for a focus */
    unsigned windows;              /* so far */
    double share;                  /* of the window that was planned for a focus, that the next one has */
    firesieve_delay counted_first; /* what earlier parts have counted */
    firesieve_delay count;         /* of safe delays in the windows so far, counted or received */
    struct delay_list listed;      /* of the last window */
    unsigned ran;                  /* the most threads that searched at once */
    bool alone;                    /* several threads had no memory */
};

/*
 * One window, as threads share it. Tasks are those of a focus, or runs of offsets in a block of columns, blocks
 * ascending.
 */
struct window {
    struct sweep *sweep;
    struct focus_window focus; /* where the plan is one */
    firesieve_delay base;
    firesieve_delay end; /* of the delays wanted in it */
    uint64_t columns;
    uint64_t task_offsets;
    uint64_t tasks_a_block;
    uint64_t tasks;
    const uint64_t *begun;  /* tasks below next_task that are to be done first, */
    size_t begun_count;     /* so many, */
    size_t next_begun;      /* of which this one comes next */
    struct task_pool *pool; /* where its tasks come from when processes share them, or NULL; then */
    uint64_t first_number;  /* the number there of its first task: those begun come first, and next_task stays */
    _Atomic uint64_t done_tasks;
    uint32_t block_columns;
    atomic_uint searching; /* workers that had the memory to begin */
    atomic_uint finished;  /* workers that have returned */
    atomic_bool stop;      /* told to, or without memory for a list */
    atomic_bool cut_short; /* a task was left undone */
    atomic_bool no_memory;

    pthread_mutex_t mutex; /* of what follows, and of every worker's task */
    uint64_t next_task;
    firesieve_delay count;  /* COUNT: of safe delays in the tasks that are done */
    firesieve_delay found;  /* SMALLEST: the smallest safe delay so far, or `end` */
    atomic_uint finds;      /* how often `found` was lowered */
    atomic_uint pool_finds; /* of the pool, that are known here */
};

#define WINDOW_NO_TASK UINT64_MAX

struct worker {
    struct harvest harvest;
    struct tally *tally; /* or NULL */
    struct sieve sieve;
    struct focus_pass pass; /* instead, where the plan is a focus */
    bool started;           /* one of them */
    bool reports;           /* it is the thread that called sweep_run: others must not call the progress function */
    struct window *window;
    uint64_t task;         /* that it is at, or WINDOW_NO_TASK */
    struct task_run piece; /* of the window's pool, with the task that it is at */
    uint64_t next_number;  /* of the piece */
    unsigned finds;        /* of the window that the sieve knows of */
};

static inline bool sweep_is_focus(const struct sweep *sweep)
{
    return sweep->plan->method == FIRESIEVE_METHOD_FOCUS;
}

static inline uint64_t round_up_to_word(firesieve_delay columns)
{
    return (uint64_t)((columns + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS * KERNEL_WORD_COLUMNS);
}

/* Opens the sweep's next window, to be shared by so many threads. False: no memory; close it all the same. */
bool window_open(struct window *window, struct sweep *sweep, unsigned threads);

/* Opens a window again that was searched in part (sweep_takes_up says that it can be); `part` is to outlive it. */
bool window_reopen(struct window *window, struct sweep *sweep, const struct window_frontier *part);

void window_close(struct window *window);

/* The numbers of its tasks in the pool, once first_number is set. */
struct task_run window_numbers(const struct window *window);

/* The task in a place of those to be done: first the ones that were begun before, then all from next_task on. */
static inline uint64_t task_at(const uint64_t *begun, size_t begun_count, uint64_t next_task, uint64_t place)
{
    return place < begun_count ? begun[place] : next_task + (place - begun_count);
}

/* Searches it, by up to so many threads. */
void window_search(struct window *window, unsigned threads);

/* Fills in what is done of it, but for what its plan was made for. */
void window_take_down(struct window *window, struct window_frontier *part);

/* Frees what a worker has for its windows. */
void worker_stop(struct worker *worker);

#endif
