/*
 * The oracles: two ways to solve the puzzle, straight from its text. They know nothing of residue classes, columns or
 * kernels, so that the sieve can be checked against them.
 */
#ifndef FIRESIEVE_FIREWALL_ORACLE_H
#define FIRESIEVE_FIREWALL_ORACLE_H

#include "base/go_on.h"
#include "firewall/firewall.h"

/* Asks for the smallest safe delay in [from, to). */
struct oracle_question {
    firesieve_delay from;
    firesieve_delay to; /* at most FIRESIEVE_DELAY_END */
    bool (*go_on)(void *context,
                  firesieve_delay reached); /* asked often, false cancels; no delay in [from, reached) is safe */
    void *context;
};

enum oracle_outcome { ORACLE_FOUND, ORACLE_NONE, ORACLE_STOPPED };

struct oracle_answer {
    enum oracle_outcome outcome;
    firesieve_delay delay; /* FOUND: the smallest safe one; otherwise [from, delay) has none */
};

/*
 * Scanners with a position and a direction step, picosecond by picosecond, for every delay from 0 on (also up to a
 * range that starts later). Cost: layers * depth steps per delay; 64 bytes per layer. Errors: MEMORY.
 */
firesieve_status oracle_simulate(const firesieve_firewall *firewall, const struct oracle_question *question,
                                 struct oracle_answer *answer, firesieve_error *error);

/* (delay + depth) mod period for every delay and layer. Cost: one division per layer until the first catch. */
struct oracle_answer oracle_closed_form(const firesieve_firewall *firewall, const struct oracle_question *question);

static inline bool oracle_may_go_on(const struct oracle_question *question, firesieve_delay reached)
{
    return question->go_on(question->context, reached);
}

#endif
