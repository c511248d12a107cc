/* A caller's limits on a call, as a cancellation callback. */
#ifndef FIRESIEVE_BASE_LIMITS_H
#define FIRESIEVE_BASE_LIMITS_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* The limits on one call. Must not move while it is in use. */
struct limit_watch {
    double deadline;                /* seconds of clock_seconds() */
    firesieve_go_on_function go_on; /* or NULL */
    void *context;
    bool over; /* once cancelled, the caller is not asked again */
};

/* Starts the clock; NULL means no limits. */
struct limit_watch limit_watch_start(const firesieve_limits *limits);

/* To be asked in the calling thread only. Never cancels if there are no limits. */
struct go_on limit_watch_go_on(struct limit_watch *watch);

#endif
