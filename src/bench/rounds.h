/*
 * Timing several things in turn: short rounds of all, each in the reverse order of the one before (A B C C B A), so
 * that a change of clock frequency or a visitor on the core disturbs all of them alike.
 */
#ifndef FIRESIEVE_BENCH_ROUNDS_H
#define FIRESIEVE_BENCH_ROUNDS_H

#include <firesieve/firesieve.h>

#include "bench/counters.h"

/* Does the thing `repeats` times and says how long that took. */
typedef firesieve_status contender_function(void *context, uint64_t repeats, double *seconds, firesieve_error *error);

struct contender {
    contender_function *run;
    void *context;
    uint64_t repeats; /* that one sample is made of; 0: rounds_run chooses */
    double *samples;  /* seconds for one repeat, one sample a round; owned by the caller */
    double cycles;    /* and instructions of one repeat, in the mean of all samples; 0: not known */
    double instructions;
};

/* Who is asked, many times a second, whether to go on; the share is that of the rounds which are over. */
struct rounds_watch {
    bool (*go_on)(void *context, double share); /* NULL: always */
    void *context;
};

bool rounds_go_on(const struct rounds_watch *watch, double share);

struct rounds_request {
    double seconds; /* to be spent on samples, about */
    size_t least;   /* rounds, however long they take */
    size_t most;
    struct rounds_watch watch;
    const struct counters *counters; /* NULL: none */
};

/*
 * Warms up, chooses how often each contender repeats to fill its part of a round, and takes samples; *rounds is how
 * many each has then: fewer, or none, where the watch says no. Errors: those of the contenders, MEMORY.
 */
firesieve_status rounds_run(struct contender *contenders, size_t count, const struct rounds_request *request,
                            size_t *rounds, firesieve_error *error);

#endif
