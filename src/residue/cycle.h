/* After how many delays a firewall repeats. */
#ifndef FIRESIEVE_RESIDUE_CYCLE_H
#define FIRESIEVE_RESIDUE_CYCLE_H

#include "base/go_on.h"
#include "residue/classes.h"

/* The lcm of the moduli, or FIRESIEVE_DELAY_END if that is smaller. Cost: at most one gcd per modulus. */
firesieve_delay cycle_length(const struct class_set *set);

/*
 * The decimal logarithm of the lcm, however large. INFINITY if it would take more than some tenths of a second, or
 * there is no memory; too large if two moduli of 2^31 or more share a prime factor above 46341. Cost: trial divisions
 * up to the root of each modulus; 8 bytes per modulus. False: go_on said no.
 */
bool cycle_log10(const struct class_set *set, struct go_on go_on, double *log10);

#endif
