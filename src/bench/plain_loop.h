/* What a programmer writes first who knows of remainders: the yardstick for all methods. */
#ifndef FIRESIEVE_BENCH_PLAIN_LOOP_H
#define FIRESIEVE_BENCH_PLAIN_LOOP_H

#include <stddef.h>
#include <stdint.h>

/* A layer as the plain loop wants it. */
struct plain_layer {
    uint32_t depth;
    uint32_t period;
};

/* The end of delays, and of depths and periods, that a plain loop on 32 bits may look at. */
enum { PLAIN_END = INT32_MAX };

/* The smallest safe delay below `end`, or `end`: one division after the other; layers are best sorted by period. */
uint32_t plain_loop(const struct plain_layer *layers, size_t count, uint32_t end);

#endif
