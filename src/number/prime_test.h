/* Whether a number is prime. */
#ifndef FIRESIEVE_NUMBER_PRIME_TEST_H
#define FIRESIEVE_NUMBER_PRIME_TEST_H

#include <firesieve/firesieve.h>

/*
 * The test of Baillie, Pomerance, Selfridge and Wagstaff (Baillie and Wagstaff, "Lucas pseudoprimes", 1980): a strong
 * probable prime to base 2 that is also an extra strong Lucas probable prime (Grantham, "Frobenius pseudoprimes", 2001).
 * Below 2^64 the result is proven: no number in Feitsma's list of all pseudoprimes to base 2 passes. Above it, no
 * composite is known to pass. For numbers below 2^128 - 1. Cost: for most composites one power of 2, 0.2 us below 2^64
 * and 0.8 us at 100 bits; for a prime three times that.
 *
 * The Lucas test is the extra strong one everywhere, here and in lanes: since Q is 1, it has two independent
 * multiplications per bit instead of four, and fewer composites pass it than the strong test of Selfridge's method A.
 */
bool number_is_prime(firesieve_delay number);

/* Its two parts, for odd numbers above 37 that no prime up to 37 divides; kernel.h defines them. */
bool number_passes_strong_test(firesieve_delay number);
bool number_passes_lucas_test(firesieve_delay number);

/*
 * The P of the second for an odd number: the first one from 3 on for which P^2 - 4 has Jacobi symbol -1; 0 if the number
 * is a square and there is none, or if a smaller P^2 - 4 has a divisor in common with it.
 */
uint32_t number_lucas_parameter(firesieve_delay number);

#endif
