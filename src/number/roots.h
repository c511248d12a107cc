/* Roots of integers. */
#ifndef FIRESIEVE_NUMBER_ROOTS_H
#define FIRESIEVE_NUMBER_ROOTS_H

#include <firesieve/firesieve.h>

/* The largest r with r^exponent <= number; the exponent is at least 1. Cost: about 0.1 us. */
firesieve_delay number_root(firesieve_delay number, unsigned exponent);

/* Whether the number is a square; 0 and 1 are. */
bool number_is_square(firesieve_delay number);

/* Whether the number is r^e for some integer r and e >= 2; 0 and 1 are. */
bool number_is_power(firesieve_delay number);

#endif
