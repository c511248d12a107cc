/* The first loop of a programmer who knows about remainders: the yardstick for all methods. */
#ifndef FIRESIEVE_BENCH_PLAIN_LOOP_H
#define FIRESIEVE_BENCH_PLAIN_LOOP_H

#include <stddef.h>
#include <stdint.h>

/* A layer of the plain loop. */
struct plain_layer {
    uint32_t depth;
    uint32_t period;
};

/* Delays, depths and periods of a plain loop, which has 32 bits, are below this. */
enum { PLAIN_END = INT32_MAX };

/* The smallest safe delay below `end`, or `end`, by one division after another; layers are best sorted by period. */
uint32_t plain_loop(const struct plain_layer *layers, size_t count, uint32_t end);

#endif
