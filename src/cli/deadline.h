/*
 * The time limit of a command, counted from the start of the process, for everything it does; and its memory limit.
 */
#ifndef FIRESIEVE_CLI_DEADLINE_H
#define FIRESIEVE_CLI_DEADLINE_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* Marks the start of the process. Call it first of all. */
void deadline_start(void);

/*
 * Sets the limit, in seconds after the start (INFINITY: none). Once it has passed, a write that waits for its
 * reader fails with EINTR, again and again.
 */
void deadline_set(double seconds);

/* Lets writes wait without limit again, so that what is shown or drawn is complete. */
void deadline_lift(void);

/* Seconds since the start, and until the limit: INFINITY if there is none, and never below 0. */
double deadline_passed(void);
double deadline_left(void);

/* Whether there is a limit, and it has passed. */
bool deadline_is_over(void);

/* The limit for calls of the library, and for loops of our own. */
firesieve_limits deadline_limits(void);
struct go_on deadline_go_on(void);

/*
 * If a control group limits memory, no more than it has left can be allocated from here on: taking more is then an
 * ordinary failed allocation, instead of the kernel killing the program silently. That many processes of a
 * job share what is left. Without a control group nothing changes.
 */
void bound_memory(unsigned processes);

#endif
