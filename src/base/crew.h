/*
 * Threads that work on one task together. Not OpenMP: its runtime prints and ends the process when the system refuses a
 * thread, and keeps a pool that a forked child waits for in vain; a library may do neither.
 */
#ifndef FIRESIEVE_BASE_CREW_H
#define FIRESIEVE_BASE_CREW_H

#include <pthread.h>

/* What a member does; members count from 1, the caller being number 0. */
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
 * Starts up to `wanted` members besides the caller; fewer, or none, where memory or threads are short. Returns how
 * many. The crew has to be joined in any case, and must not move before that.
 */
unsigned crew_start(struct crew *crew, unsigned wanted, crew_function *function, void *context);

/* Waits until all members have returned, and frees what they took. */
void crew_join(struct crew *crew);

#endif
