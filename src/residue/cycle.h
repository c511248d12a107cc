/* After how many delays a firewall begins anew. */
#ifndef FIRESIEVE_RESIDUE_CYCLE_H
#define FIRESIEVE_RESIDUE_CYCLE_H

#include "base/go_on.h"
#include "residue/classes.h"

/* The lcm of the moduli, or FIRESIEVE_DELAY_END where that is smaller. Cost: a gcd a modulus until that is certain. */
firesieve_delay cycle_length(const struct class_set *set);

/*
 * The decimal logarithm of the lcm, however large. INFINITY where it would take more than some tenths of a second, or
 * memory that there is not; too large where two moduli of 2^31 and more share a prime factor above 46341. Cost: trial
 * divisions up to the root of each modulus; 8 bytes a modulus. False: go_on said no.
 */
bool cycle_log10(const struct class_set *set, struct go_on go_on, double *log10);

#endif
