/* The chance that something is there. */
#ifndef FIRESIEVE_PLANNER_CHANCE_H
#define FIRESIEVE_PLANNER_CHANCE_H

#include <math.h>

/*
 * That there is at least one, where so many are expected, independent of each other: 1 - e^-expected. By exp, which
 * every search calls anyway: the first call of expm1 costs a short one another page of the mathematical library.
 */
static inline double chance_of_any(double expected)
{
    static const double small = 1e-5; /* the next term of the series is below 2^-34 of it */
    return expected < small ? expected * (1 - expected / 2) : 1 - exp(-expected);
}

#endif
