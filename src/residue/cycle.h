/* After how many delays a firewall begins anew. */
#ifndef FIRESIEVE_RESIDUE_CYCLE_H
#define FIRESIEVE_RESIDUE_CYCLE_H

#include "residue/classes.h"

/* The lcm of the moduli, or FIRESIEVE_DELAY_END where that is smaller. Cost: a gcd a modulus until that is certain. */
firesieve_delay cycle_length(const struct class_set *set);

/*
 * The decimal logarithm of the lcm, however large. INFINITY where there are more than 2^16 moduli, or no memory; too
 * large where two moduli of 2^31 and more share a prime factor above 46341. Cost: trial divisions, some microseconds a
 * modulus.
 */
double cycle_log10(const struct class_set *set);

#endif
