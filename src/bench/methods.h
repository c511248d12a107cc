/* The time that each method takes to solve a firewall, on each kernel. */
#ifndef FIRESIEVE_BENCH_METHODS_H
#define FIRESIEVE_BENCH_METHODS_H

#include "bench/bench.h"

struct methods_request {
    bool sweeps_threads;                 /* vary the threads, on the best method, instead of method and kernel */
    const firesieve_kernel *only_kernel; /* measure it and scalar alone; NULL: all */
    int only_method;                     /* a firesieve_method; -1: all */
    unsigned threads;                    /* 0: every CPU this process may use */
    double seconds;                      /* for one firewall, without the comparison */
    double time_limit_s;                 /* a method that takes longer is left out */
    struct rounds_watch watch;
    const struct filter *filter;
    const struct counters *counters; /* NULL: none */
};

/*
 * Solves a firewall once by every method and kernel, compares the answers, then times those that ended within the time
 * limit, and appends to the report. A sweep of threads likewise solves it by the best method on 1, 2, 4 .. and `threads`
 * threads, and ignores kernel and method of the request. `name` is the firewall's name in reports.
 */
enum bench_outcome methods_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct methods_request *request, struct bench_message *message);

/* A firewall of the fixed set: dense and thin ones, from puzzle size to hard, with answers of 5 to 23 digits. */
struct instance {
    const char *name; /* the command line of `generate` */
    uint64_t k;       /* of erdos-selfridge */
    uint64_t primes;  /* of negative-pseudosquare */
    firesieve_family family;
    bool is_swept; /* on several numbers of threads, since it takes some tenths of a second on one */
};

enum { INSTANCES = 14 };
extern const struct instance instances[INSTANCES];

/* Generates it; the caller frees it. Errors: MEMORY. */
firesieve_status instance_generate(const struct instance *instance, firesieve_firewall **firewall,
                                   firesieve_error *error);

#endif
