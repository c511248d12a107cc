/* What tiles.h asks for, where vectors cannot compress. */
#ifndef FIRESIEVE_KERNEL_TILES_NARROW_H
#define FIRESIEVE_KERNEL_TILES_NARROW_H

#include <stddef.h>
#include <stdint.h>

enum { LIST_SPARE = 8 };

/* Eight at a time, of which some may be too many: a branch for each bit would be mispredicted. */
static inline size_t list_bits(uint64_t bits, uint32_t first, uint32_t *list)
{
    const size_t count = (size_t)__builtin_popcountll(bits);
    for (size_t i = 0; i < count; i += LIST_SPARE) {
        for (size_t j = 0; j < LIST_SPARE; ++j) {
            list[i + j] = first + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
            bits &= bits - 1;
        }
    }
    return count;
}

/* How up to four numbers and keys move side by side, by which of them are alive. */
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
