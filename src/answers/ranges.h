/* The ranges in which the answers of all methods and kernels are compared. */
#ifndef FIRESIEVE_ANSWERS_RANGES_H
#define FIRESIEVE_ANSWERS_RANGES_H

#include <firesieve/firesieve.h>

/* The delays in [from, to). */
struct range {
    firesieve_delay from;
    firesieve_delay to;
};

enum { RANGES_MAX = 9 };

/* Indices of the two ranges from 0 on, which every firewall has. */
enum { RANGE_SHORT, RANGE_FIRST };

/* The smallest number of delays in a range, and the largest. */
enum { RANGE_LEAST = 64, RANGE_MOST = 1 << 16 };

/*
 * Ranges that an oracle can decide delay by delay: each needs at most 2^24 tests of a layer, or has RANGE_LEAST
 * delays. A large firewall has fewer, but at least four: two from 0 on, the short one for a slow oracle, one across
 * 2^64, and one up to 2^127.
 */
struct ranges {
    struct range items[RANGES_MAX];
    size_t count;
    firesieve_delay width; /* of most of them */
    firesieve_delay cycle; /* after which the safe delays repeat; 0: it exceeds 2^127 */
};

/*
 * Chooses them: the same ones for the same firewall and seed. `answer` is a safe delay for a range around it, or NULL.
 * Cost: some nanoseconds per layer, and a greatest common divisor per period.
 */
void ranges_choose(struct ranges *ranges, const firesieve_firewall *firewall, const firesieve_delay *answer,
                   uint64_t seed);

/* A range of very many cycles, at random. */
struct range range_of_many_cycles(uint64_t seed);

#endif
