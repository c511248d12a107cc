/* What every search watches while it runs: the range it was given, the clock, and a caller who may stop it. */
#ifndef FIRESIEVE_BASE_WATCH_H
#define FIRESIEVE_BASE_WATCH_H

#include <firesieve/firesieve.h>

struct watch {
    firesieve_delay begin; /* of the caller's range; reports say so, whatever part of it is being searched */
    firesieve_delay from;
    firesieve_delay to;
    double started; /* seconds of clock_seconds() */
    double deadline;
    double next_report;
    firesieve_progress_function progress; /* or NULL */
    void *progress_context;
    firesieve_outcome stop; /* why it was stopped, where it was: LIMIT or CANCELLED */
    firesieve_delay window; /* where the window that is being searched ends, or 0 */
    double window_started;
    double share; /* of the work of this window that is done; for whoever asks watch_go_on */
    void (*keep)(void *context, firesieve_delay reached, bool at_once); /* or NULL; see watch_keep */
    void *keep_context;
};

/* Whom to ask, many times a second, whether to go on. */
struct go_on {
    bool (*ask)(void *context);
    void *context;
};

static inline bool go_on_ask(struct go_on go_on)
{
    return go_on.ask(go_on.context);
}

/* Starts the clock. The range is that of the options. */
struct watch watch_start(const firesieve_search_options *options);

/* Whether to go on, now that no delay in [from, reached) is safe. Reads the clock; reports at most every 10 ms. */
bool watch_go_on(struct watch *watch, firesieve_delay reached);

/*
 * Lets what has been searched be kept: at once, where it is the last that there is, or when it is time, as watch_go_on
 * does.
 */
void watch_keep(const struct watch *watch, firesieve_delay reached, bool at_once);

/* Whether the time is over. Only reads, so that every thread may ask. */
bool watch_is_over(const struct watch *watch);

/* Fills outcome, delay, reached and candidates: `delay` is the smallest safe one. */
void watch_found(const struct watch *watch, firesieve_delay delay, firesieve_search_result *result);

/* The same for a search up to `to` that came to `reached` without a find: NONE where that is all, or why it stopped. */
void watch_ended(const struct watch *watch, firesieve_delay to, firesieve_delay reached,
                 firesieve_search_result *result);

#endif
