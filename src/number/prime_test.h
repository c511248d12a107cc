/* Whether a number is prime. */
#ifndef FIRESIEVE_NUMBER_PRIME_TEST_H
#define FIRESIEVE_NUMBER_PRIME_TEST_H

#include <firesieve/firesieve.h>

/*
 * The test of Baillie, Pomerance, Selfridge and Wagstaff: a strong probable prime to base 2 that is a strong Lucas
 * probable prime as well (Baillie and Wagstaff, "Lucas pseudoprimes", 1980; method A). Below 2^64 that is proved to be
 * right; above it no composite is known that passes. Cost: a composite takes most often a power of 2, 0.2 us below 2^64
 * and 0.8 us at 100 bits; a prime three times that.
 */
bool number_is_prime(firesieve_delay number);

#endif
