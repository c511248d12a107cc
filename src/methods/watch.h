/* What every search watches: the range it was given, the clock, and a caller that may stop it. */
#ifndef FIRESIEVE_METHODS_WATCH_H
#define FIRESIEVE_METHODS_WATCH_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

struct watch {
    firesieve_delay begin; /* of the caller's range, which reports name whatever part of it is being searched */
    firesieve_delay from;
    firesieve_delay to;
    firesieve_delay at; /* for watch_asked */
    double started;     /* seconds of clock_seconds() */
    double deadline;
    double next_report;
    firesieve_progress_function progress; /* or NULL */
    void *progress_context;
    firesieve_outcome stop; /* why it was stopped: LIMIT or CANCELLED */
    bool over;              /* it was stopped: after a no, nobody is asked again */
    firesieve_delay window; /* the end of the window that is being searched, or 0 */
    double window_started;
    double share; /* of this window's work that is done; kept for watch_go_on by its callers */
    void (*keep)(void *context,
                 firesieve_delay reached); /* called often by watch_go_on, to keep the progress; or NULL */
    void *keep_context;
};

/* Starts the clock, with the range of the options. */
struct watch watch_start(const firesieve_search_options *options);

/* Whether to continue, given that no delay in [from, reached) is safe. Reads the clock; reports at most every 10 ms. */
bool watch_go_on(struct watch *watch, firesieve_delay reached);

/* The watch as a go_on, given that no delay in [from, watch->at) is safe. */
struct go_on watch_asked(struct watch *watch);

/* Whether the time is over. Only reads, so that every thread may ask. */
bool watch_is_over(const struct watch *watch);

#endif
