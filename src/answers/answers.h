/* Answers to one firewall, by several methods and kernels, that must agree. */
#ifndef FIRESIEVE_ANSWERS_ANSWERS_H
#define FIRESIEVE_ANSWERS_ANSWERS_H

#include <firesieve/firesieve.h>

/* What is known of a firewall; the first answer is the one that the others must agree with. */
struct answers {
    const firesieve_firewall *firewall;
    bool answered;
    firesieve_outcome outcome;
    firesieve_delay delay;
    firesieve_delay reached; /* the farthest that a search has come which a limit stopped */
};

/*
 * Whether the result of a solve agrees with what is known, which it adds to. A delay is believed only where the layers
 * as given let it pass, and a search that a limit stopped must not have gone past it.
 */
bool answers_agree(struct answers *answers, const firesieve_search_result *result);

#endif
