/*
 * Prime tuplets from lines: numbers x + s, for several s, that must all be prime, or free of primes up to a bound. Their
 * residue classes are too many to be listed; primes are generated when they are used.
 */
#ifndef FIRESIEVE_FIREWALL_TUPLET_H
#define FIRESIEVE_FIREWALL_TUPLET_H

#include <firesieve/firesieve.h>

enum {
    TUPLET_SHIFTS_MAX = 64,
    TUPLET_SPREAD_END = 1 << 18 /* the largest shift is below it */
};

/* In terms of t = x + least, so that shifts begin with 0. */
struct tuplet {
    int64_t least;
    uint32_t shifts[TUPLET_SHIFTS_MAX]; /* ascending */
    uint32_t count;                     /* at least 1 */
    bool prime;                         /* all t + shift must be prime; */
    uint64_t high;                      /* otherwise no prime up to this one must divide any of them; below 2^32 */
};

/* The t of an x, which must not be below -least, and the x of a t; 0 for t below least, which belongs to no x. */
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
