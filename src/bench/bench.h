/* The benchmark: kernels, methods, numbers of threads, and the ladder are measured into a report. */
#ifndef FIRESIEVE_BENCH_BENCH_H
#define FIRESIEVE_BENCH_BENCH_H

#include "bench/report.h"
#include "bench/rounds.h"

/* What to measure, and how. Each measurement ignores the members that do not name it. */
struct bench_request {
    double seconds; /* to spend, roughly: kernels, on all sessions; methods, on one firewall without the comparison */
    struct rounds_watch watch;           /* kernels: its share is that of a session */
    const struct filter *filter;         /* kernels, methods; NULL: all */
    const struct counters *counters;     /* kernels, methods; NULL: none */
    const firesieve_kernel *only_kernel; /* kernels, methods: measure it and scalar alone; NULL: all */
    int only_method;                     /* methods: a firesieve_method; -1: all */
    unsigned threads;    /* methods: of each search, 0 for every CPU this process may use; ladder: of the last step */
    bool sweeps_threads; /* methods: vary the threads, on the best method, instead of method and kernel */
    double time_limit_s; /* methods: a method that takes longer is left out */
    uint64_t seed;       /* kernels: of the data */
};

enum bench_outcome {
    BENCH_DONE,
    BENCH_MISMATCH, /* kernels or methods disagree, as the message says; nothing was timed */
    BENCH_FAILED,   /* the message says why */
    BENCH_STOPPED   /* by the watch; what had been timed is in the report */
};

/* Writes why into the message; an expression whose value is BENCH_FAILED. */
#define bench_fail(message, ...) (bench_say(message, __VA_ARGS__), (enum bench_outcome)BENCH_FAILED)

/* Whether a kernel is measured: native ones that run here; with `only`, that one and scalar. */
bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only);

/* Lets a watch, which has to outlive the search, stop it. */
void bench_watch_search(struct rounds_watch *watch, firesieve_search_options *options);

/* ---- Kernels ---------------------------------------------------------------------------------------------- */

/*
 * The throughput of rows and lanes of every kernel, on one thread, over row counts and tables in each cache and memory.
 *
 * Kernels are measured in sessions, which are best spread over a longer time: clocks and other processes change within
 * minutes. Chance also decides where in memory a table is, and so which of its lines share a set of the second-level
 * cache; each session has new tables. Either makes a few per cent, which samples of several sessions show. A table in
 * memory uses all sets, and takes long to make: it has the last session to itself.
 */
enum { KERNELS_SESSIONS = 6 };

struct kernels_bench;

/* NULL without memory; kernels_end accepts NULL. */
struct kernels_bench *kernels_start(const struct bench_request *request);
void kernels_end(struct kernels_bench *bench);

/*
 * Times the kernels on every table, with plain loads beside them. Kernels are compared before they are timed. The first
 * session of a table appends measurements to the report; later ones add samples to them.
 */
enum bench_outcome kernels_session(struct kernels_bench *bench, struct report *report, struct bench_message *message);

/* ---- Methods and threads ---------------------------------------------------------------------------------- */

/*
 * Solves a firewall once by every method and kernel, compares the answers, then times those that ended within the time
 * limit, and appends to the report. A sweep of threads likewise solves it by the best method on 1, 2, 4 .. and
 * `threads` threads. `name` is the firewall's name in reports.
 */
enum bench_outcome methods_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct bench_request *request, struct bench_message *message);

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

/* ---- The ladder: from the first try to the fastest, step by step, on one firewall -------------------------- */

/*
 * Solves a firewall in one way after another, compares the answers, and appends the time of each to the report. A step
 * that would take too long decides only some delays, from whose time that of all is extrapolated. Fails if no answer is
 * found in a sixth of the time.
 */
enum bench_outcome ladder_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                  const struct bench_request *request, struct bench_message *message);

/* A firewall with the answer of that in a Python talk of 2018; the caller frees it. */
firesieve_status ladder_firewall(firesieve_firewall **firewall, firesieve_error *error);

/* Its name in reports. */
extern const char ladder_firewall_name[];

#endif
