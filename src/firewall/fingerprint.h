/* Tells firewalls apart without storing them. */
#ifndef FIRESIEVE_FIREWALL_FINGERPRINT_H
#define FIRESIEVE_FIREWALL_FINGERPRINT_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/*
 * Equal for equal sets of layers, in any order. words[s] is the sum modulo 2^64, over all layers, of the XXH64 with seed s
 * of depth and range as two 64-bit little-endian numbers. It guards against mistakes, not against somebody who searches
 * for collisions. In the residue form, a line `x mod M != A` with A below M, both in plain digits without leading zeros,
 * counts as the numbers M and A; every other line, except `from` and `to`, as its bytes without blanks and comment.
 */
struct fingerprint {
    uint64_t words[2];
};

/* Cost: about 10 ns per layer. False: cancelled. */
bool fingerprint_make(const firesieve_firewall *firewall, struct go_on go_on, struct fingerprint *fingerprint);

/* The same without cancellation. */
struct fingerprint fingerprint_of(const firesieve_firewall *firewall);

#endif
