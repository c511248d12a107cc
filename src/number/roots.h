/* Roots of whole numbers. */
#ifndef FIRESIEVE_NUMBER_ROOTS_H
#define FIRESIEVE_NUMBER_ROOTS_H

#include <firesieve/firesieve.h>

/* The largest r with r^exponent <= number; the exponent is at least 1. Cost: some 0.1 us. */
firesieve_delay number_root(firesieve_delay number, unsigned exponent);

/* Whether it is r^2 of a whole number; 0 and 1 are. */
bool number_is_square(firesieve_delay number);

/* Whether it is r^e with e >= 2; 0 and 1 are. */
bool number_is_power(firesieve_delay number);

#endif
