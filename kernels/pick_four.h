/* How pick moves up to four numbers and keys side by side, by which of them are alive. */
#ifndef FIRESIEVE_KERNEL_PICK_FOUR_H
#define FIRESIEVE_KERNEL_PICK_FOUR_H

#include <stdint.h>

struct picked_four {
    uint8_t bytes[16]; /* which bytes of four 32-bit integers, */
    uint8_t halves[8]; /* and which 32-bit integers of four of 64 bits, go where */
    uint8_t count;
};

#define BYTES(i) 4 * (i), 4 * (i) + 1, 4 * (i) + 2, 4 * (i) + 3
#define HALVES(i) 2 * (i), 2 * (i) + 1
#define FOUR(count, a, b, c, d)                                                                       \
    {                                                                                                 \
        {BYTES(a), BYTES(b), BYTES(c), BYTES(d)}, {HALVES(a), HALVES(b), HALVES(c), HALVES(d)}, count \
    }

/* By a bit for each that is alive; what is behind those does not matter. */
static const struct picked_four picked_four[16] = {
    FOUR(0, 0, 1, 2, 3), FOUR(1, 0, 1, 2, 3), FOUR(1, 1, 1, 2, 3), FOUR(2, 0, 1, 2, 3),
    FOUR(1, 2, 1, 2, 3), FOUR(2, 0, 2, 2, 3), FOUR(2, 1, 2, 2, 3), FOUR(3, 0, 1, 2, 3),
    FOUR(1, 3, 1, 2, 3), FOUR(2, 0, 3, 2, 3), FOUR(2, 1, 3, 2, 3), FOUR(3, 0, 1, 3, 3),
    FOUR(2, 2, 3, 2, 3), FOUR(3, 0, 2, 3, 3), FOUR(3, 1, 2, 3, 3), FOUR(4, 0, 1, 2, 3),
};

#undef BYTES
#undef HALVES
#undef FOUR

#endif
