/* The threads that search windows: they take tasks from a pool, and run them by the plan's method. */
#ifndef FIRESIEVE_SEARCH_TEAM_H
#define FIRESIEVE_SEARCH_TEAM_H

#include "cpu/kernel_table.h"
#include "search/schedule.h"
#include "methods/watch.h"

/* What is wanted, and the receiver of a list. */
struct goal {
    enum search_goal kind;
    firesieve_list_function receive; /* LIST: called by the calling thread */
    void *context;
    uint64_t limit;                       /* LIST: at most this many; 0: all */
    const struct survivor_filter *filter; /* which delays that no class contains are wanted; NULL: all */
};

struct worker;

struct team {
    const struct plan *plan;
    enum search_goal goal;
    const struct survivor_filter *filter; /* or NULL */
    const firesieve_kernel *kernel;
    unsigned threads;       /* at most */
    struct tally *tallies;  /* one per thread, of the plan's shape; or NULL */
    struct task_pool *pool; /* where tasks come from, and what is done goes to */
    struct watch *watch;    /* asked by the calling thread */

    /*
     * Asked now and then by the calling thread, while `threads` threads have done this share: whether to pause. Or
     * NULL.
     */
    bool (*pause)(void *context, const struct scheduled *window, unsigned threads, double share);
    void *pause_context;

    struct worker *workers; /* owned; one per thread; the first is the calling one */
    unsigned ran;           /* the most threads that searched at once */
};

/* How a window ended. */
enum window_outcome {
    WINDOW_DONE,   /* every task that the pool had for it, or a find made the rest needless */
    WINDOW_CUT,    /* stopped by the watch, or by the pool */
    WINDOW_PAUSED, /* by `pause` */
    WINDOW_NO_MEMORY
};

/* Makes room for the threads. Errors: MEMORY. Free with team_free, even after an error. */
firesieve_status team_start(struct team *team, firesieve_error *error);

void team_free(struct team *team);

/*
 * Searches the window by up to `threads` threads. Its tasks are in the pool, or will be; no delay in [from, begin) is
 * safe, except for what the pool knows.
 */
enum window_outcome team_search(struct team *team, const struct scheduled *window, unsigned threads);

/* Appends what all threads have listed since the last time. False: no memory. */
bool team_gather(struct team *team, struct delay_list *list);

/* Frees what threads have for windows, and forgets what they have listed: the window is started again. */
void team_reset(struct team *team);

#endif
