/* How prime tuplets are sieved for: the wheel, and how far it pays to sieve before what is left is tested. */
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
 * Chooses what is predicted to be cheapest for a purpose whose firewall has a tuplet. Sieving by primes ever larger gets
 * dearer than testing what they would strike; where no composite is left, at the root of the largest number, nothing is
 * tested. Cost: some milliseconds at most.
 */
void tuplet_choose(struct tuplet_choice *choice, const struct purpose *purpose);

/* The bound below which a number that no prime up to `high` divides is prime. */
firesieve_delay tuplet_tested_below(const struct tuplet *tuplet);

#endif
