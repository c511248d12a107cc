/* A progress function that checks each report, and stops the search after a number of calls. */
#ifndef FIRESIEVE_TESTS_UNIT_OBSERVER_H
#define FIRESIEVE_TESTS_UNIT_OBSERVER_H

#include <firesieve/firesieve.h>
#include <pthread.h>

struct observer {
    pthread_t caller;
    firesieve_delay from;
    firesieve_delay answer; /* `reached` must not pass it */
    firesieve_delay reached;
    double elapsed_s;
    int calls;
    int calls_max; /* then it stops the search */
};

/* An observer of a search from `from`; reports must come from the thread that calls this. */
struct observer observer_start(firesieve_delay from, firesieve_delay answer, int calls_max);

/* For options->progress; `context` is the observer. */
bool observe(const firesieve_progress *progress, void *context);

#endif
