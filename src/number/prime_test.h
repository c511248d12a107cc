/* Whether a number is prime. */
#ifndef FIRESIEVE_NUMBER_PRIME_TEST_H
#define FIRESIEVE_NUMBER_PRIME_TEST_H

#include <firesieve/firesieve.h>

/*
 * The test of Baillie, Pomerance, Selfridge and Wagstaff (Baillie and Wagstaff, "Lucas pseudoprimes", 1980): a strong
 * probable prime to base 2 that is an extra strong Lucas probable prime as well (Grantham, "Frobenius pseudoprimes", 2001).
 * Below 2^64 that is right: none of Feitsma's list of all pseudoprimes to base 2 passes. Above it no composite is known
 * that does. For numbers below 2^128 - 1. Cost: a composite takes most often a power of 2, 0.2 us below 2^64 and 0.8 us at
 * 100 bits; a prime three times that.
 *
 * Of the Lucas tests the extra strong one is taken everywhere, here and in lanes: as Q is 1 it has two multiplications a
 * bit, which are independent, where those with other Q have four, and fewer composites pass it than the strong one of
 * Selfridge's method A.
 */
bool number_is_prime(firesieve_delay number);

/* Its parts, of odd numbers above 37 that no prime up to 37 divides; see kernel.h for what they are. */
bool number_passes_strong_test(firesieve_delay number);
bool number_passes_lucas_test(firesieve_delay number);

/*
 * The P of the second: the first one from 3 on for which P^2 - 4 has Jacobi symbol -1; 0 where there is none, since the
 * number is a square, or where P^2 - 4 has a divisor in common with it before. Of an odd number.
 */
uint32_t number_lucas_parameter(firesieve_delay number);

#endif
