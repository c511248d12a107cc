/* tests/measure compiles this file once more, for this CPU alone. */
#include "bench/plain_loop.h"

uint32_t plain_loop(const struct plain_layer *layers, size_t count, uint32_t end)
{
    for (uint32_t delay = 0; delay < end; ++delay) {
        size_t i = 0;
        while (i < count && (delay + layers[i].depth) % layers[i].period != 0) {
            ++i;
        }
        if (i == count) {
            return delay;
        }
    }
    return end;
}
