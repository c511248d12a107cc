/* What every search watches while it runs: the range it was given, the clock, and a caller who may stop it. */
#ifndef FIRESIEVE_BASE_WATCH_H
#define FIRESIEVE_BASE_WATCH_H

#include <firesieve/firesieve.h>

struct watch {
    firesieve_delay begin; /* of the caller's range; reports say so, whatever part of it is being searched */
    firesieve_delay from;
    firesieve_delay to;
    firesieve_delay at; /* for watch_asked */
    double started;     /* seconds of clock_seconds() */
    double deadline;
    double next_report;
    firesieve_progress_function progress; /* or NULL */
    void *progress_context;
    firesieve_outcome stop; /* why it was stopped, where it was: LIMIT or CANCELLED */
    bool over;              /* it was stopped: who has said no is not asked again */
    firesieve_delay window; /* where the window that is being searched ends, or 0 */
    double window_started;
    double share; /* of the work of this window that is done; for whoever asks watch_go_on */
    void (*keep)(void *context, firesieve_delay reached, bool at_once); /* or NULL; see watch_keep */
    void *keep_context;
};

/* Whom to ask, many times a second, whether to go on; with all members zero, nobody, and on it goes. */
struct go_on {
    bool (*ask)(void *context);
    void *context;
};

static inline bool go_on_ask(struct go_on go_on)
{
    return go_on.ask == NULL || go_on.ask(go_on.context);
}

/* The same in a loop, at item `i`: asked once in some thousand items, which may take a microsecond each. */
static inline bool go_on_at(struct go_on go_on, size_t i)
{
    enum { ITEMS_A_LOOK = 1 << 13 };
    return i % ITEMS_A_LOOK != 0 || go_on_ask(go_on);
}

/* What ends a call that the caller has set limits to. Must not move while somebody may ask. */
struct limit_watch {
    double deadline;                /* seconds of clock_seconds() */
    firesieve_go_on_function go_on; /* or NULL */
    void *context;
    bool over; /* who has said no is not asked again */
};

/* Starts the clock; `limits` may be NULL for none. */
struct limit_watch limit_watch_start(const firesieve_limits *limits);

/* To be asked in the thread that called. Nobody, where there are no limits. */
struct go_on limit_watch_go_on(struct limit_watch *watch);

/* Starts the clock. The range is that of the options. */
struct watch watch_start(const firesieve_search_options *options);

/* Whether to go on, now that no delay in [from, reached) is safe. Reads the clock; reports at most every 10 ms. */
bool watch_go_on(struct watch *watch, firesieve_delay reached);

/*
 * Lets what has been searched be kept: at once, where it is the last that there is, or when it is time, as watch_go_on
 * does.
 */
void watch_keep(const struct watch *watch, firesieve_delay reached, bool at_once);

/* The watch as somebody to ask, while no delay in [from, watch->at) is safe. So in certificates. */
struct go_on watch_asked(struct watch *watch);

/* Whether the time is over. Only reads, so that every thread may ask. */
bool watch_is_over(const struct watch *watch);

/* Fills outcome, delay, reached and candidates: `delay` is the smallest safe one. */
void watch_found(const struct watch *watch, firesieve_delay delay, firesieve_search_result *result);

/* The same for a search up to `to` that came to `reached` without a find: NONE where that is all, or why it stopped. */
void watch_ended(const struct watch *watch, firesieve_delay to, firesieve_delay reached,
                 firesieve_search_result *result);

#endif
