/*
 * The oracle: the first two ways to solve the puzzle, straight from its text. Nothing here knows of residue classes,
 * columns or kernels, so that what the sieve finds can be checked against it.
 */
#ifndef FIRESIEVE_FIREWALL_ORACLE_H
#define FIRESIEVE_FIREWALL_ORACLE_H

#include "base/go_on.h"
#include "firewall/firewall.h"

/* The smallest safe delay in [from, to) is wanted. */
struct oracle_question {
    firesieve_delay from;
    firesieve_delay to;                                    /* at most FIRESIEVE_DELAY_END */
    bool (*go_on)(void *context, firesieve_delay reached); /* asked often; no delay in [from, reached) is safe */
    void *context;
};

enum oracle_outcome { ORACLE_FOUND, ORACLE_NONE, ORACLE_STOPPED };

struct oracle_answer {
    enum oracle_outcome outcome;
    firesieve_delay delay; /* FOUND: the smallest safe one; otherwise [from, delay) has none */
};

/*
 * Scanners with a position and a direction that step, one picosecond after the other, for every delay from 0 on (a
 * range that starts later is stepped up to). Cost: layers * depth steps a delay; 64 bytes a layer. Errors: MEMORY.
 */
firesieve_status oracle_simulate(const firesieve_firewall *firewall, const struct oracle_question *question,
                                 struct oracle_answer *answer, firesieve_error *error);

/* (delay + depth) mod period for every delay and layer. Cost: one division a layer until the first catch. */
struct oracle_answer oracle_closed_form(const firesieve_firewall *firewall, const struct oracle_question *question);

static inline bool oracle_may_go_on(const struct oracle_question *question, firesieve_delay reached)
{
    return question->go_on(question->context, reached);
}

#endif
