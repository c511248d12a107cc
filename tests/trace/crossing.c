/* Computed scanners are where stepping ones are, and a crossing ends as the library reports. */
#include "trace/crossing.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "stepping.h"

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static bool no_memory;

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
    return no_memory ? NULL : __real_reallocarray(block, count, size);
}

/* For every small range, at every time of some periods: position, direction, and time until it is back. */
Test(scanner, agrees_with_stepping)
{
    enum { RANGES = 40, TIMES = 400 };
    for (uint64_t range = 1; range <= RANGES; ++range) {
        struct stepping stepping = stepping_start(range);
        for (uint64_t time = 0; time <= TIMES; ++time) {
            const struct scanner scanner = scanner_at(range, time);
            cr_assert(scanner.position == stepping.position, "range %" PRIu64 ", time %" PRIu64, range, time);
            cr_assert(scanner_at(range, time + scanner.back_in).position == 0);
            for (uint64_t sooner = 0; sooner < scanner.back_in; ++sooner) {
                cr_assert(scanner_at(range, time + sooner).position != 0);
            }
            stepping_step(&stepping);
            const enum scanner_way way = range == 1                             ? SCANNER_STAYS
                                         : stepping.position > scanner.position ? SCANNER_DOWN
                                                                                : SCANNER_UP;
            cr_assert(scanner.way == way, "range %" PRIu64 ", time %" PRIu64, range, time);
        }
    }
}

Test(scanner, repeats_with_its_period_up_to_the_last_time)
{
    for (uint64_t range = 2; range <= 40; ++range) {
        const uint64_t period = 2 * (range - 1);
        const firesieve_delay cycles = (FIRESIEVE_DELAY_END + FIRESIEVE_DEPTH_MAX) / period - 1;
        for (uint64_t time = 0; time < period; ++time) {
            cr_assert(scanner_at(range, cycles * period + time).position == scanner_at(range, time).position);
        }
    }
}

Test(scanner, of_the_largest_range)
{
    static const struct {
        uint64_t time;
        struct scanner wanted;
    } cases[] = {
        {0, {0, 0, SCANNER_DOWN}},
        {1, {1, FIRESIEVE_DEPTH_MAX - 2, SCANNER_DOWN}},
        {FIRESIEVE_RANGE_MAX - 2, {FIRESIEVE_RANGE_MAX - 2, FIRESIEVE_RANGE_MAX, SCANNER_DOWN}},
        {FIRESIEVE_RANGE_MAX - 1, {FIRESIEVE_RANGE_MAX - 1, FIRESIEVE_RANGE_MAX - 1, SCANNER_UP}},
        {FIRESIEVE_DEPTH_MAX - 2, {1, 1, SCANNER_UP}},
        {FIRESIEVE_DEPTH_MAX - 1, {0, 0, SCANNER_DOWN}},
        {FIRESIEVE_DEPTH_MAX, {1, FIRESIEVE_DEPTH_MAX - 2, SCANNER_DOWN}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        const struct scanner scanner = scanner_at(FIRESIEVE_RANGE_MAX, cases[i].time);
        cr_expect(scanner.position == cases[i].wanted.position && scanner.back_in == cases[i].wanted.back_in &&
                      scanner.way == cases[i].wanted.way,
                  "time %" PRIu64 ": %" PRIu64 ", back in %" PRIu64, cases[i].time, scanner.position, scanner.back_in);
    }
}

/* Layers in any order are sorted by depth; those that catch are counted, and the first ones listed. */
Test(crossing, agrees_with_scanners_that_step)
{
    enum { FIREWALLS = 300, LAYERS = 30, DEPTH = 60, RANGE = 9, DELAY = 200 };
    struct dice dice = {1};
    for (int i = 0; i < FIREWALLS; ++i) {
        firesieve_layer layers[LAYERS];
        const size_t count = dice_layers(&dice, layers, LAYERS, DEPTH, RANGE);
        for (size_t j = count - 1; j > 0 && i % 2 == 1; --j) {
            const size_t other = (size_t)dice_roll(&dice, j);
            const firesieve_layer swapped = layers[j];
            layers[j] = layers[other];
            layers[other] = swapped;
        }
        firesieve_firewall *const firewall = firewall_of(layers, count);
        const uint64_t delay = dice_roll(&dice, DELAY);
        struct crossing crossing;
        cr_assert(crossing_begin(firewall, delay, (struct go_on){NULL, NULL}, &crossing));
        size_t caught = 0;
        firesieve_delay severity = 0;
        for (size_t j = 0; j < count; ++j) {
            const firesieve_layer layer = crossing.layers[j];
            cr_assert(j == 0 || crossing.layers[j - 1].depth < layer.depth);
            if (stepping_at(layer.range, delay + layer.depth) == 0) {
                cr_assert(caught >= CROSSING_TOLD || crossing.caught_at[caught] == layer.depth);
                ++caught;
                severity += layer.depth * layer.range;
            }
        }
        cr_assert(crossing.count == count && crossing.caught == caught && crossing.severity == severity);
        cr_assert((caught > 0) == firesieve_firewall_catches(firewall, delay));
        crossing_end(&crossing);
        firesieve_firewall_free(firewall);
    }
}

Test(crossing, has_a_verdict_in_one_line)
{
    static const struct {
        firesieve_delay delay;
        size_t count;
        const char *wanted;
        firesieve_layer layers[10];
    } cases[] = {
        {0, 4, "delay 0: caught at depths 0, 6: severity 24", {{0, 3}, {1, 2}, {4, 4}, {6, 4}}},
        {4, 4, "delay 4: caught at depth 0: severity 0", {{0, 3}, {1, 2}, {4, 4}, {6, 4}}},
        {10, 4, "delay 10: safe", {{0, 3}, {1, 2}, {4, 4}, {6, 4}}},
        {3,
         8,
         "delay 3: caught at depths 0, 1, 2, 3, 4, 5, 6, 7: severity 28",
         {{7, 1}, {6, 1}, {5, 1}, {4, 1}, {3, 1}, {2, 1}, {1, 1}, {0, 1}}},
        {3,
         9,
         "delay 3: caught at 9 depths, first 0, 1, 2, 3, 4, 5, 6, 7: severity 36",
         {{8, 1}, {7, 1}, {6, 1}, {5, 1}, {4, 1}, {3, 1}, {2, 1}, {1, 1}, {0, 1}}},
        {FIRESIEVE_DELAY_END - 1,
         1,
         "delay 170141183460469231731687303715884105727: caught at depth 9223372036854775807: "
         "severity 9223372036854775807",
         {{FIRESIEVE_DEPTH_MAX, 1}}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_firewall *const firewall = firewall_of(cases[i].layers, cases[i].count);
        struct crossing crossing;
        char text[CROSSING_VERDICT_SIZE];
        cr_assert(crossing_begin(firewall, cases[i].delay, (struct go_on){NULL, NULL}, &crossing));
        cr_expect_str_eq(crossing_verdict(&crossing, text), cases[i].wanted);
        crossing_end(&crossing);
        firesieve_firewall_free(firewall);
    }
}

/* Nine layers of the largest ranges all catch: the severity exceeds 2^128, and the verdict fits its buffer. */
Test(crossing, can_have_a_severity_beyond_128_bits)
{
    firesieve_layer layers[9];
    for (size_t i = 0; i < COUNT_OF(layers); ++i) {
        const uint64_t range = FIRESIEVE_RANGE_MAX - i;
        layers[i] = (firesieve_layer){.depth = 2 * (range - 1), .range = range};
    }
    firesieve_firewall *const firewall = firewall_of(layers, COUNT_OF(layers));
    struct crossing crossing;
    char text[CROSSING_VERDICT_SIZE];
    cr_assert(crossing_begin(firewall, 0, (struct go_on){NULL, NULL}, &crossing));
    cr_expect(crossing.caught == 9 && !crossing.has_severity);
    cr_expect_str_eq(crossing_verdict(&crossing, text),
                     "delay 0: caught at 9 depths, first 9223372036854775790, 9223372036854775792, "
                     "9223372036854775794, 9223372036854775796, 9223372036854775798, 9223372036854775800, "
                     "9223372036854775802, 9223372036854775804: severity 2^128 or more");
    crossing_end(&crossing);
    firesieve_firewall_free(firewall);
}

Test(crossing, needs_memory_only_to_sort)
{
    static const firesieve_layer layers[] = {{0, 3}, {1, 2}, {0, 5}};
    firesieve_firewall *const ascending = firewall_of(layers, 2);
    firesieve_firewall *const descending = firewall_of(layers + 1, 2);
    struct crossing crossing;
    no_memory = true;
    cr_expect(crossing_begin(ascending, 0, (struct go_on){NULL, NULL}, &crossing));
    crossing_end(&crossing);
    cr_expect(!crossing_begin(descending, 0, (struct go_on){NULL, NULL}, &crossing));
    crossing_end(&crossing);
    no_memory = false;
    cr_expect(crossing_begin(descending, 0, (struct go_on){NULL, NULL}, &crossing) && crossing.layers[0].range == 5);
    crossing_end(&crossing);
    firesieve_firewall_free(ascending);
    firesieve_firewall_free(descending);
}

static bool count_down(void *context)
{
    unsigned *const asks = context;
    return *asks > 0 && (*asks)-- > 0;
}

/* As with a time limit: a stopped crossing ends soon, and returns that it was stopped. */
Test(crossing, and_its_moments_stop_when_told_to)
{
    enum { LAYERS = 40000 };
    firesieve_layer *const layers = calloc(LAYERS, sizeof *layers);
    for (size_t i = 0; i < LAYERS; ++i) {
        layers[i] = (firesieve_layer){.depth = LAYERS - i, .range = 1 + i % 5};
    }
    firesieve_firewall *const firewall = firewall_of(layers, LAYERS);
    struct crossing crossing;
    unsigned asks;
    unsigned needed = 0;
    for (bool whole = false; !whole; ++needed) {
        asks = needed;
        whole = crossing_begin(firewall, 0, (struct go_on){count_down, &asks}, &crossing);
        cr_assert(whole || asks == 0);
        if (!whole) {
            crossing_end(&crossing);
        }
    }
    cr_expect(needed > 6, "asked %u times", needed); /* to sort and to survey */
    for (int json = 0; json < 2; ++json) {
        char *text;
        size_t size;
        FILE *const stream = open_memstream(&text, &size);
        asks = 2;
        const struct go_on twice = {count_down, &asks};
        cr_expect(!moments_print(&crossing, json, twice, stream));
        fclose(stream);
        size_t lines = 0;
        for (size_t i = 0; i < size; ++i) {
            lines += text[i] == '\n';
        }
        cr_expect(lines > 1000 && lines < LAYERS - 1000, "%zu lines", lines);
        cr_expect(!json || text[size - 1] == ']');
        free(text);
    }
    crossing_end(&crossing);
    firesieve_firewall_free(firewall);
    free(layers);
}
