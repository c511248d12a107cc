/* A small random number generator with the same numbers on every platform. */
#ifndef FIRESIEVE_BASE_RANDOM_H
#define FIRESIEVE_BASE_RANDOM_H

#include <stdint.h>

/* SplitMix64 (Steele, Lea and Flood 2014). Every seed is good. */
struct random_state {
    uint64_t counter;
};

uint64_t random_next(struct random_state *state);

/* Uniform in [low, high], low <= high, without bias. */
uint64_t random_between(struct random_state *state, uint64_t low, uint64_t high);

#endif
