/* Wall time that never runs backwards. */
#ifndef FIRESIEVE_BASE_CLOCK_H
#define FIRESIEVE_BASE_CLOCK_H

#include <time.h>

/* Seconds since a fixed moment. */
static inline double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
