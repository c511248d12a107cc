/* What tells firewalls apart without keeping them. */
#ifndef FIRESIEVE_FIREWALL_FINGERPRINT_H
#define FIRESIEVE_FIREWALL_FINGERPRINT_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/*
 * The same for the same set of layers in any order. words[s] is the sum modulo 2^64, over all layers, of XXH64 with
 * seed s of depth and range as two 64-bit little-endian numbers. It guards against mistakes, not against who looks for
 * two firewalls with the same one. In the residue form a line `x mod M != A`, A below M and both in digits alone without
 * zeros in front, counts as the numbers M and A; any other one, but for `from` and `to`, as its bytes without blanks and
 * comment.
 */
struct fingerprint {
    uint64_t words[2];
};

/* Cost: some 10 ns a layer. False: go_on said no. */
bool fingerprint_make(const firesieve_firewall *firewall, struct go_on go_on, struct fingerprint *fingerprint);

/* The same, where nobody is asked. */
struct fingerprint fingerprint_of(const firesieve_firewall *firewall);

#endif
