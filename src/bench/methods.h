/* How long each method takes to solve a firewall, on each kernel. */
#ifndef FIRESIEVE_BENCH_METHODS_H
#define FIRESIEVE_BENCH_METHODS_H

#include "bench/bench.h"

struct methods_request {
    const firesieve_kernel *only_kernel; /* measure it and scalar alone; NULL: all */
    int only_method;                     /* a firesieve_method; -1: all */
    unsigned threads;                    /* 0: every CPU this process may use */
    double seconds;                      /* for one firewall, but for the comparison */
    double time_limit_s;                 /* a method that takes longer is left out */
    struct rounds_watch watch;
    const struct filter *filter;
    const struct counters *counters; /* NULL: none */
};

/*
 * Solves a firewall once by every method and kernel, compares the answers, then times those that ended within the time
 * limit, and appends to the report. `name` is what reports call the firewall.
 */
enum bench_outcome methods_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct methods_request *request, struct bench_message *message);

/*
 * Solves a firewall by the method that is best for it on 1, 2, 4 .. and `threads` threads, likewise; of the request,
 * kernel and method are left aside.
 */
enum bench_outcome threads_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct methods_request *request, struct bench_message *message);

/* The firewalls of the fixed set, from puzzle size to hard: as `generate` would write them. */
size_t instance_count(void);

/* What to call one of them: the command line of `generate`. */
const char *instance_name(size_t index);

/* Whether it is solved on several numbers of threads: that it takes some tenths of a second on one makes it fit. */
bool instance_is_swept(size_t index);

/* Generates it, to be freed by the caller. Errors: MEMORY. */
firesieve_status instance_generate(size_t index, firesieve_firewall **firewall, firesieve_error *error);

#endif
