#include "answers/ranges.h"

#include <stdlib.h>

static const firesieve_delay two_to_64 = (firesieve_delay)1 << 64;

/* ---- Random numbers, the same everywhere ------------------------------------------------------------------ */

/* The state of jrand48: POSIX defines which numbers follow. */
struct random_place {
    unsigned short words[3];
};

static struct random_place random_begin(uint64_t seed)
{
    return (struct random_place){
        {(unsigned short)seed, (unsigned short)(seed >> 16), (unsigned short)((seed >> 32) ^ (seed >> 48))}};
}

/* Below `end`, which is not 0; a bias of one in 2^40 does no harm here. */
static firesieve_delay random_below(struct random_place *place, firesieve_delay end)
{
    firesieve_delay number = 0;
    for (int i = 0; i < 4; ++i) {
        number = number << 32 | (uint32_t)jrand48(place->words);
    }
    return number % end;
}

/* ---- Cycles ----------------------------------------------------------------------------------------------- */

static firesieve_delay greatest_common_divisor(firesieve_delay a, firesieve_delay b)
{
    while (b != 0) {
        const firesieve_delay rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Whether the firewall is classes alone, without filters, whose safe delays do not repeat. */
static bool has_classes_alone(const firesieve_firewall *firewall)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    bool whole = true;
    for (size_t i = 0; i < count && whole; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        whole = line.whole || line.range;
    }
    return whole;
}

/* The least common multiple of the periods, or 0 if it exceeds 2^127. Millions of layers have few periods. */
static firesieve_delay find_cycle(const firesieve_firewall *firewall)
{
    enum { REMEMBERED = 1024 };
    uint64_t seen[REMEMBERED] = {0};
    const size_t count = firesieve_firewall_layer_count(firewall);
    firesieve_delay cycle = 1;
    if (!has_classes_alone(firewall)) {
        return 0;
    }
    for (size_t i = 0; i < count; ++i) {
        const uint64_t period = firesieve_firewall_class(firewall, i).modulus;
        uint64_t *const last = &seen[period / 2 % REMEMBERED];
        if (*last == period) {
            continue;
        }
        *last = period;
        const firesieve_delay factor = period / greatest_common_divisor(period, cycle);
        if (cycle > FIRESIEVE_DELAY_END / factor) {
            return 0;
        }
        cycle *= factor;
    }
    return cycle;
}

/* ---- Ranges ----------------------------------------------------------------------------------------------- */

static uint64_t clamp(uint64_t number, uint64_t low, uint64_t high)
{
    return number < low ? low : number > high ? high : number;
}

/* Adds a range of that width, moved below the end of delays if it is not. */
static void add(struct ranges *ranges, size_t most, firesieve_delay from, firesieve_delay width)
{
    if (ranges->count < most) {
        from = from < FIRESIEVE_DELAY_END - width ? from : FIRESIEVE_DELAY_END - width;
        ranges->items[ranges->count++] = (struct range){from, from + width};
    }
}

/* The start of a range that has `delay` anywhere in it, but not first. */
static firesieve_delay begin_around(struct random_place *random, firesieve_delay delay, firesieve_delay width)
{
    const firesieve_delay before = 1 + random_below(random, width - 1);
    return delay > before ? delay - before : 0;
}

void ranges_choose(struct ranges *ranges, const firesieve_firewall *firewall, const firesieve_delay *answer,
                   uint64_t seed)
{
    enum { LAYERS_A_RANGE = 1 << 24, LAYERS_OF_ALL = 1 << 22, RANGES_LEAST = 4, CYCLES = 3, WIDER = 4 };
    const uint64_t layers = firesieve_firewall_layer_count(firewall);
    const size_t most = (size_t)clamp(LAYERS_OF_ALL / layers, RANGES_LEAST, RANGES_MAX);
    const firesieve_delay width = clamp(LAYERS_A_RANGE / layers, RANGE_LEAST, RANGE_MOST);
    struct random_place random = random_begin(seed);
    *ranges = (struct ranges){.width = width, .cycle = find_cycle(firewall)};
    const firesieve_delay cycle = ranges->cycle;
    add(ranges, most, 0, RANGE_LEAST);
    add(ranges, most, 0, width);
    add(ranges, most, begin_around(&random, two_to_64, width), width);
    add(ranges, most, FIRESIEVE_DELAY_END - width, width);
    if (answer != NULL && *answer >= width) {
        add(ranges, most, begin_around(&random, *answer, width), width);
    }
    if (cycle > width) {
        add(ranges, most, begin_around(&random, cycle, width), width);
    }
    if (cycle > width / CYCLES && cycle <= width * WIDER / CYCLES) { /* shorter ones repeat in each range anyway */
        add(ranges, most, random_below(&random, two_to_64), CYCLES * cycle + cycle / 2);
    }
    add(ranges, most, random_below(&random, FIRESIEVE_DELAY_END), width);
    add(ranges, most, random_below(&random, two_to_64), width);
}

struct range range_of_many_cycles(uint64_t seed)
{
    struct random_place random = random_begin(~seed);
    const firesieve_delay half = FIRESIEVE_DELAY_END / 2;
    const firesieve_delay from = random_below(&random, half);
    return (struct range){from, half + 1 + random_below(&random, half)};
}
