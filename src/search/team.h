/* The threads that search windows: they take tasks from a pool, and run them by the plan's method. */
#ifndef FIRESIEVE_SEARCH_TEAM_H
#define FIRESIEVE_SEARCH_TEAM_H

#include "cpu/kernel_table.h"
#include "search/schedule.h"
#include "methods/watch.h"

/* What is wanted, and who receives a list. */
struct goal {
    enum search_goal kind;
    firesieve_list_function receive; /* LIST: from the thread that called */
    void *context;
    uint64_t limit;                       /* LIST: no more than these; 0: all */
    const struct survivor_filter *filter; /* which delays are wanted that no class contains; NULL: all */
};

struct worker;

struct team {
    const struct plan *plan;
    enum search_goal goal;
    const struct survivor_filter *filter; /* or NULL */
    const firesieve_kernel *kernel;
    unsigned threads;       /* at most */
    struct tally *tallies;  /* one a thread, of the plan's shape; or NULL */
    struct task_pool *pool; /* where tasks come from, and what is done goes to */
    struct watch *watch;    /* asked by the thread that called */

    /*
     * Asked by the thread that called, now and then, when so many threads search a window and this share of it is done:
     * whether to leave it at that. Or NULL.
     */
    bool (*pause)(void *context, const struct scheduled *window, unsigned threads, double share);
    void *pause_context;

    struct worker *workers; /* owned; one a thread; the first is the one that called */
    unsigned ran;           /* the most threads that searched at once */
};

/* How a window ended. */
enum window_outcome {
    WINDOW_DONE,   /* every task that the pool had for it, or a find before it made the rest needless */
    WINDOW_CUT,    /* stopped by the watch, or by the pool */
    WINDOW_PAUSED, /* as `pause` would have it */
    WINDOW_NO_MEMORY
};

/* Makes room for the threads. Errors: MEMORY. Free with team_free, also after an error. */
firesieve_status team_start(struct team *team, firesieve_error *error);

void team_free(struct team *team);

/*
 * Searches the window by up to `threads` of the team. The pool is given its tasks, or will be; no delay in [from, begin)
 * of it is safe, but what the pool knows of.
 */
enum window_outcome team_search(struct team *team, const struct scheduled *window, unsigned threads);

/* Moves what all threads have listed since the last time behind what is in the list. False: no memory. */
bool team_gather(struct team *team, struct delay_list *list);

/* Frees what threads have for windows, and forgets what they have listed: the window is begun anew. */
void team_reset(struct team *team);

#endif
