/*
 * Timing several things in turn: short rounds of all, each in the reverse order of the one before (A B C C B A), so
 * that a change of clock frequency or another process on the core disturbs all of them alike.
 */
#ifndef FIRESIEVE_BENCH_ROUNDS_H
#define FIRESIEVE_BENCH_ROUNDS_H

#include <firesieve/firesieve.h>

/* ---- Counters --------------------------------------------------------------------------------------------- */

/* The CPU's own counts of this program's cycles and instructions, if the system grants access to them. */
struct counters {
    int cycles; /* file descriptors, or -1 */
    int instructions;
};

/* Starts counting for this thread and all threads that it starts from then on. */
void counters_open(struct counters *counters);
void counters_close(struct counters *counters);

/* ---- Rounds ----------------------------------------------------------------------------------------------- */

/* Does the thing `repeats` times and reports how long that took. */
typedef firesieve_status contender_function(void *context, uint64_t repeats, double *seconds, firesieve_error *error);

struct contender {
    contender_function *run;
    void *context;
    uint64_t repeats; /* per sample; 0: rounds_run chooses */
    double *samples;  /* seconds for one repeat, one sample per round; owned by the caller */
    double cycles;    /* and instructions of one repeat, the mean over all samples; 0: not known */
    double instructions;
};

/* Decides, many times a second, whether to continue; `share` is the share of the rounds that are over. */
struct rounds_watch {
    bool (*go_on)(void *context, double share); /* NULL: always */
    void *context;
};

bool rounds_go_on(const struct rounds_watch *watch, double share);

struct rounds_request {
    double seconds; /* to spend on samples, roughly */
    size_t least;   /* rounds, however long they take */
    size_t most;
    struct rounds_watch watch;
    const struct counters *counters; /* NULL: none */
};

/*
 * Warms up, chooses how often each contender repeats to fill its part of a round, and takes samples. *rounds is the
 * number of samples of each: fewer, or none, if the watch says no. Errors: those of the contenders, MEMORY.
 */
firesieve_status rounds_run(struct contender *contenders, size_t count, const struct rounds_request *request,
                            size_t *rounds, firesieve_error *error);

#endif
