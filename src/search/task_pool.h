/*
 * The work queue of a process. Its leader puts runs of tasks in: the current window if the process is alone, or what it
 * has taken from a counter that many processes share. Threads take pieces out; what they have done and found goes the
 * other way.
 *
 * Tasks are numbered through all windows, from 0 (schedule.h). Any thread may call any of these functions except the
 * first two.
 */
#ifndef FIRESIEVE_SEARCH_TASK_POOL_H
#define FIRESIEVE_SEARCH_TASK_POOL_H

#include <firesieve/firesieve.h>
#include <pthread.h>
#include <stdatomic.h>

/* Tasks [first, end). */
struct task_run {
    uint64_t first;
    uint64_t end;
};

/* Tasks that are done, all of one window. */
struct task_report {
    struct task_run run;
    uint64_t window; /* its first task */
    uint64_t count;  /* COUNT: of safe delays in them */
};

struct task_pool {
    pthread_mutex_t mutex;       /* of the members up to `over` */
    pthread_cond_t filled;       /* there is something to take, or room to report, or it is over */
    pthread_cond_t asks;         /* it wants more, or has something to report */
    struct task_run stock;       /* waiting to be taken */
    uint64_t piece;              /* tasks that a thread takes at once */
    bool alone;                  /* nobody puts more in: threads that find nothing do not wait */
    unsigned waiting;            /* threads that found nothing to take */
    struct task_report *reports; /* not collected yet; neighbours are merged */
    size_t report_count;
    size_t report_room;
    _Atomic uint64_t done; /* tasks done since the start */
    firesieve_delay found; /* the smallest safe delay that any process is known to have found, or FIRESIEVE_DELAY_END */
    atomic_uint finds;     /* how often it was lowered */
    atomic_bool over;      /* no more tasks may be taken */
    unsigned threads;
};

/* Starts an empty pool for that many threads of a process that is alone or not. Errors: MEMORY. */
firesieve_status task_pool_start(struct task_pool *pool, unsigned threads, bool alone, firesieve_error *error);

/* No thread may use it any more. */
void task_pool_free(struct task_pool *pool);

/* ---- For threads that search ------------------------------------------------------------------------------ */

/* Takes tasks of a window, waiting for some. False: the others have the rest of it, or it is over. */
bool task_pool_take(struct task_pool *pool, struct task_run window, struct task_run *piece);

/* Reports tasks as done; their finds have been told before. */
void task_pool_report(struct task_pool *pool, const struct task_report *report);

/* Tells a find of this or another process (FIRESIEVE_DELAY_END: none), and returns the smallest known. */
firesieve_delay task_pool_tell(struct task_pool *pool, firesieve_delay found);

/* ---- For the leader --------------------------------------------------------------------------------------- */

/* Waits at most that long until the pool asks for attention. */
void task_pool_wait(struct task_pool *pool, double seconds);

/* Whether it has nothing to take and a thread waits, or `ahead`, may soon wait. */
bool task_pool_wants_run(struct task_pool *pool, bool ahead);

/* Puts a run in after the previous one is used up; if the process is alone, pieces of it are single tasks. */
void task_pool_put(struct task_pool *pool, struct task_run run);

/* Forgets what has not been taken, reported or told. No thread may use it. */
void task_pool_clear(struct task_pool *pool);

/* Takes up to `room` reports out, and returns their number; *found is the smallest find known then. */
size_t task_pool_collect(struct task_pool *pool, struct task_report *reports, size_t room, firesieve_delay *found);

/* Ends it: nothing more is to be taken, and threads stop at once. */
void task_pool_end(struct task_pool *pool);

#endif
