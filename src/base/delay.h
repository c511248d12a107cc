/* Arithmetic on 128-bit delays that does not overflow silently. */
#ifndef FIRESIEVE_BASE_DELAY_H
#define FIRESIEVE_BASE_DELAY_H

#include <firesieve/firesieve.h>

/* a + b, or FIRESIEVE_DELAY_END where that is smaller. Both are at most FIRESIEVE_DELAY_END. */
static inline firesieve_delay delay_add_saturated(firesieve_delay a, firesieve_delay b)
{
    return b < FIRESIEVE_DELAY_END - a ? a + b : FIRESIEVE_DELAY_END;
}

/* a * b, or FIRESIEVE_DELAY_END where that is smaller; b is above 0. */
static inline firesieve_delay delay_multiply_saturated(firesieve_delay a, firesieve_delay b)
{
    return a > FIRESIEVE_DELAY_END / b ? FIRESIEVE_DELAY_END : a * b;
}

/* Where a range ends whose end may not have been given. */
static inline firesieve_delay delay_end(firesieve_delay to)
{
    return to == FIRESIEVE_NO_END ? FIRESIEVE_DELAY_END : to;
}

static inline firesieve_delay delay_min(firesieve_delay a, firesieve_delay b)
{
    return a < b ? a : b;
}

/* Ascending, for qsort. */
int delay_compare(const void *a, const void *b);

#endif
