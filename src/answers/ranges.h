/* Where a firewall is looked at to see whether all methods and kernels give the same answers. */
#ifndef FIRESIEVE_ANSWERS_RANGES_H
#define FIRESIEVE_ANSWERS_RANGES_H

#include <firesieve/firesieve.h>

/* The delays in [from, to). */
struct range {
    firesieve_delay from;
    firesieve_delay to;
};

enum { RANGES_MAX = 9 };

/* Places of the two that every firewall has from 0 on. */
enum { RANGE_SHORT, RANGE_FIRST };

/* The smallest number of delays in a range, and the largest. */
enum { RANGE_LEAST = 64, RANGE_MOST = 1 << 16 };

/*
 * Ranges that an oracle can decide one delay after the other: each is so short that it has at most 2^24 layers to look
 * at, or has RANGE_LEAST delays. Those of a large firewall are fewer, at least four: two from 0 on, of which the short
 * one is for an oracle that goes slowly, across 2^64, and up to 2^127.
 */
struct ranges {
    struct range items[RANGES_MAX];
    size_t count;
    firesieve_delay width; /* of most of them */
    firesieve_delay cycle; /* after which the safe delays repeat; 0: it passes 2^127 */
};

/*
 * Chooses them: the same ones for the same firewall and seed. `answer` is a safe delay to look around, or NULL. Cost:
 * some nanoseconds a layer, and a greatest common divisor a period.
 */
void ranges_choose(struct ranges *ranges, const firesieve_firewall *firewall, const firesieve_delay *answer,
                   uint64_t seed);

/* A range of very many cycles, at random. */
struct range range_of_many_cycles(uint64_t seed);

#endif
