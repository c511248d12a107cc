#include "base/random.h"

uint64_t random_next(struct random_state *state)
{
    uint64_t z = state->counter += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t random_between(struct random_state *state, uint64_t low, uint64_t high)
{
    const uint64_t span = high - low + 1;
    if (span == 0) {
        return random_next(state);
    }
    /* Values below the threshold would make some remainders more likely than others: draw again. */
    const uint64_t threshold = -span % span;
    uint64_t value;
    do {
        value = random_next(state);
    } while (value < threshold);
    return low + value % span;
}
