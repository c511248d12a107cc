/* How prime tuplets are sieved: the wheel, and how far it pays to sieve before survivors are tested. */
#ifndef FIRESIEVE_PLANNER_TUPLET_CHOICE_H
#define FIRESIEVE_PLANNER_TUPLET_CHOICE_H

#include "planner/forecast.h"
#include "tuplet/planes.h"

struct tuplet_choice {
    struct tuplet_layout layout;
    uint32_t block_columns; /* a multiple of TUPLET_RUN_COLUMNS */
    struct forecast forecast;
};

/*
 * Chooses the cheapest prediction for a purpose whose firewall has a tuplet. Sieving by ever larger primes becomes
 * dearer than testing what they would strike; at the root of the largest number no composite is left, and nothing is
 * tested. Cost: a few milliseconds at most.
 */
void tuplet_choose(struct tuplet_choice *choice, const struct purpose *purpose);

#endif
