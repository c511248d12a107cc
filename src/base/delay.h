/* Arithmetic on 128-bit delays that does not overflow silently. */
#ifndef FIRESIEVE_BASE_DELAY_H
#define FIRESIEVE_BASE_DELAY_H

#include <firesieve/firesieve.h>

/* a + b, but at most FIRESIEVE_DELAY_END. Both are at most FIRESIEVE_DELAY_END. */
static inline firesieve_delay delay_add_saturated(firesieve_delay a, firesieve_delay b)
{
    return b < FIRESIEVE_DELAY_END - a ? a + b : FIRESIEVE_DELAY_END;
}

/* a * b, but at most FIRESIEVE_DELAY_END; b is above 0. */
static inline firesieve_delay delay_multiply_saturated(firesieve_delay a, firesieve_delay b)
{
    return a > FIRESIEVE_DELAY_END / b ? FIRESIEVE_DELAY_END : a * b;
}

/* The end of a range, for which FIRESIEVE_NO_END may stand. */
static inline firesieve_delay delay_end(firesieve_delay to)
{
    return to == FIRESIEVE_NO_END ? FIRESIEVE_DELAY_END : to;
}

static inline firesieve_delay delay_min(firesieve_delay a, firesieve_delay b)
{
    return a < b ? a : b;
}

static inline firesieve_delay delay_max(firesieve_delay a, firesieve_delay b)
{
    return a > b ? a : b;
}

/* Ascending, for qsort: compares delays, or structs that begin with one. */
int delay_compare(const void *a, const void *b);

#endif
