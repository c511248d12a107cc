/* The way from the first try to the fastest one, step by step, on one firewall. */
#ifndef FIRESIEVE_BENCH_LADDER_H
#define FIRESIEVE_BENCH_LADDER_H

#include "bench/bench.h"

struct ladder_request {
    unsigned threads; /* of the last step, if they may help; all others have one */
    double seconds;   /* to spend, roughly */
    struct rounds_watch watch;
};

/*
 * Solves a firewall in one way after another, compares the answers, and appends the time of each to the report. A step
 * that would take too long decides only some delays, from whose time that of all is extrapolated. Fails if no answer is
 * found in a sixth of the time. `name` is the firewall's name in reports.
 */
enum bench_outcome ladder_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                  const struct ladder_request *request, struct bench_message *message);

/* A firewall with the answer of that in a Python talk of 2018; the caller frees it. */
firesieve_status ladder_firewall(firesieve_firewall **firewall, firesieve_error *error);

/* Its name in reports. */
extern const char ladder_firewall_name[];

#endif
