/* Scanners that step, to compare with computed ones, and random firewalls. */
#ifndef FIRESIEVE_TESTS_TRACE_STEPPING_H
#define FIRESIEVE_TESTS_TRACE_STEPPING_H

#include <firesieve/firesieve.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

struct stepping {
    uint64_t range;
    uint64_t position;
    int step; /* 1 on its way down, -1 on its way up */
};

struct stepping stepping_start(uint64_t range);
void stepping_step(struct stepping *scanner);

/* The position after that number of steps. */
uint64_t stepping_at(uint64_t range, uint64_t time);

firesieve_firewall *firewall_of(const firesieve_layer *layers, size_t count);

/* Random numbers from 0 to `most`, the same on every platform. */
struct dice {
    uint64_t state;
};
uint64_t dice_roll(struct dice *dice, uint64_t most);

/* One to `most` layers with ranges up to `range` at ascending depths up to `depth`. Returns their number. */
size_t dice_layers(struct dice *dice, firesieve_layer *layers, size_t most, uint64_t depth, uint64_t range);

#endif
