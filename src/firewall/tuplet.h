/*
 * What lines say of prime tuplets: numbers x + s, for some s, that are all prime, or that no prime up to a bound divides.
 * Too many residue classes to be listed, and none has to be: primes are generated as they are used.
 */
#ifndef FIRESIEVE_FIREWALL_TUPLET_H
#define FIRESIEVE_FIREWALL_TUPLET_H

#include <firesieve/firesieve.h>

enum {
    TUPLET_SHIFTS_MAX = 64,
    TUPLET_SPREAD_END = 1 << 18 /* the largest shift is below it */
};

/* Counted from t = x + least on, so that shifts begin with 0. */
struct tuplet {
    int64_t least;
    uint32_t shifts[TUPLET_SHIFTS_MAX]; /* ascending */
    uint32_t count;                     /* at least 1 */
    bool prime;                         /* t + shift has to be prime, for all of them; */
    uint64_t high;                      /* otherwise no prime up to it, from 2 on, may divide one: below 2^32 */
};

/* The t of an x, which is not below -least, and the x of a t; 0 for t below least, which no x has. */
static inline firesieve_delay tuplet_t(const struct tuplet *tuplet, firesieve_delay x)
{
    return tuplet->least < 0 ? x - (uint64_t)-tuplet->least : x + (uint64_t)tuplet->least;
}

static inline firesieve_delay tuplet_x(const struct tuplet *tuplet, firesieve_delay t)
{
    if (tuplet->least < 0) {
        return t + (uint64_t)-tuplet->least;
    }
    return t < (uint64_t)tuplet->least ? 0 : t - (uint64_t)tuplet->least;
}

#endif
