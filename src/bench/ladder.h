/* The way from the first try to the fastest one, step by step, on one firewall. */
#ifndef FIRESIEVE_BENCH_LADDER_H
#define FIRESIEVE_BENCH_LADDER_H

#include "bench/bench.h"

struct ladder_request {
    unsigned threads; /* of the last step, where one more may help; all others have one */
    double seconds;   /* to be spent, about */
    struct rounds_watch watch;
};

/*
 * Solves a firewall in one way after the other, compares the answers, and appends what each takes to the report. A step
 * that would take too long decides some delays, and has the time of all of them in proportion. Without an answer in a
 * sixth of the time it fails. `name` is what reports call the firewall.
 */
enum bench_outcome ladder_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                  const struct ladder_request *request, struct bench_message *message);

/* The firewall of a Python talk of 2018, or one with its answer; to be freed by the caller. */
firesieve_status ladder_firewall(firesieve_firewall **firewall, firesieve_error *error);

/* How reports call it. */
extern const char ladder_firewall_name[];

#endif
