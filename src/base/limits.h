/* The limits that a caller sets to a call, as somebody to ask whether to go on. */
#ifndef FIRESIEVE_BASE_LIMITS_H
#define FIRESIEVE_BASE_LIMITS_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

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

#endif
