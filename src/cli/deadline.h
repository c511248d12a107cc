/*
 * The time limit of a command, counted from the start of the process: reading, searching, writing and all there is.
 */
#ifndef FIRESIEVE_CLI_DEADLINE_H
#define FIRESIEVE_CLI_DEADLINE_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* The process starts. To be called first of all. */
void deadline_start(void);

/*
 * It is to end so many seconds after its start (INFINITY: whenever it likes). From then on a write that waits for its
 * reader ends with EINTR, again and again.
 */
void deadline_set(double seconds);

/* Writes may wait as long as they like again: what is shown or drawn is not cut. */
void deadline_lift(void);

/* Seconds since the start, and until the limit: INFINITY where there is none, and never below 0. */
double deadline_passed(void);
double deadline_left(void);

/* Whether there is a limit, and it has passed. */
bool deadline_is_over(void);

/* The limit for calls of the library, and for loops of our own. */
firesieve_limits deadline_limits(void);
struct go_on deadline_go_on(void);

/*
 * Where a control group limits the memory, no more than it has left can be allocated from here on: to take more is the
 * error of any allocation that fails, where the kernel would kill the program without a word. So many processes of a
 * job share what is left. Elsewhere nothing changes.
 */
void bound_memory(unsigned processes);

#endif
