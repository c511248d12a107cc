/* What every search watches while it runs: the range it was given, the clock, and a caller who may stop it. */
#ifndef FIRESIEVE_METHODS_WATCH_H
#define FIRESIEVE_METHODS_WATCH_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

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
    void (*keep)(void *context, firesieve_delay reached); /* or NULL: whom watch_go_on lets keep it, often */
    void *keep_context;
};

/* Starts the clock. The range is that of the options. */
struct watch watch_start(const firesieve_search_options *options);

/* Whether to go on, now that no delay in [from, reached) is safe. Reads the clock; reports at most every 10 ms. */
bool watch_go_on(struct watch *watch, firesieve_delay reached);

/* The watch as somebody to ask, while no delay in [from, watch->at) is safe. So in certificates. */
struct go_on watch_asked(struct watch *watch);

/* Whether the time is over. Only reads, so that every thread may ask. */
bool watch_is_over(const struct watch *watch);

#endif
