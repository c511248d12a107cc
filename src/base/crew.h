/*
 * Threads that work on one task together. Not OpenMP: its runtime prints a message and ends the process if the system
 * refuses a thread, and keeps a pool that a forked child waits for in vain; a library must do neither.
 */
#ifndef FIRESIEVE_BASE_CREW_H
#define FIRESIEVE_BASE_CREW_H

#include <pthread.h>

/* What a member does. Members are numbered from 1; the caller is number 0. */
typedef void crew_function(void *context, unsigned member);

struct crew_member {
    pthread_t thread;
    crew_function *function;
    void *context;
    unsigned number;
};

struct crew {
    struct crew_member *members;
    unsigned size;
};

/*
 * Starts up to `wanted` members besides the caller; fewer, or none, if memory or threads are short. Returns their
 * number. The crew must be joined in any case, and must not move before that.
 */
unsigned crew_start(struct crew *crew, unsigned wanted, crew_function *function, void *context);

/* Waits until all members have returned, and frees their memory. */
void crew_join(struct crew *crew);

#endif
