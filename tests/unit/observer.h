/* A progress function that checks what it is told, and stops the search when it has been called often enough. */
#ifndef FIRESIEVE_TESTS_UNIT_OBSERVER_H
#define FIRESIEVE_TESTS_UNIT_OBSERVER_H

#include <firesieve/firesieve.h>
#include <pthread.h>

struct observer {
    pthread_t caller;
    firesieve_delay from;
    firesieve_delay answer; /* nothing may be reached behind it */
    firesieve_delay reached;
    double elapsed_s;
    int calls;
    int calls_max; /* then it stops the search */
};

/* One that is called by the thread that calls this, of a search from `from`. */
struct observer observer_start(firesieve_delay from, firesieve_delay answer, int calls_max);

/* For options->progress; `context` is the observer. */
bool observe(const firesieve_progress *progress, void *context);

#endif
