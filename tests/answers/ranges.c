/* The ranges in which answers are compared. */
#include "answers/ranges.h"

#include <criterion/criterion.h>

#include "wrong.h"

static const firesieve_delay two_to_64 = (firesieve_delay)1 << 64;

static bool has_range_with(const struct ranges *ranges, firesieve_delay before, firesieve_delay behind)
{
    for (size_t i = 0; i < ranges->count; ++i) {
        if (ranges->items[i].from <= before && behind < ranges->items[i].to) {
            return true;
        }
    }
    return false;
}

Test(ranges, are_at_both_ends_across_2_to_the_64_and_near_cycle_and_answer)
{
    static const firesieve_delay answer = 123456789012345;
    firesieve_firewall *const firewall = firewall_of("0: 500\n1: 1000\n2: 7000\n3: 12345\n"); /* a cycle of 13 digits */
    for (uint64_t seed = 0; seed < 200; ++seed) {
        struct ranges ranges;
        struct ranges again;
        ranges_choose(&ranges, firewall, &answer, seed);
        ranges_choose(&again, firewall, &answer, seed);
        cr_assert(ranges.cycle > two_to_64 >> 30 && ranges.count == again.count);
        for (size_t i = 0; i < ranges.count; ++i) {
            const struct range range = ranges.items[i];
            cr_expect(range.from == again.items[i].from && range.to == again.items[i].to, "the same for the same seed");
            cr_expect(range.from < range.to && range.to <= FIRESIEVE_DELAY_END &&
                      range.to - range.from <= ranges.width);
        }
        cr_expect(has_range_with(&ranges, 0, ranges.width - 1));
        cr_expect(has_range_with(&ranges, two_to_64 - 1, two_to_64));
        cr_expect(has_range_with(&ranges, FIRESIEVE_DELAY_END - 1, FIRESIEVE_DELAY_END - 1));
        cr_expect(has_range_with(&ranges, answer - 1, answer));
        cr_expect(has_range_with(&ranges, ranges.cycle - 1, ranges.cycle));
    }
    firesieve_firewall_free(firewall);
}

Test(ranges, hold_several_cycles_if_these_are_small)
{
    static const struct {
        const char *text;
        firesieve_delay cycle;
    } cases[] = {{"0: 3\n1: 2\n4: 4\n", 12}, {"0: 1\n", 1}, {"0: 10001\n5: 2\n", 20000}, {"0: 30001\n", 60000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        firesieve_firewall *const firewall = firewall_of(cases[i].text);
        struct ranges ranges;
        bool several = false;
        ranges_choose(&ranges, firewall, NULL, 7);
        cr_expect(ranges.cycle == cases[i].cycle);
        for (size_t range = 0; range < ranges.count; ++range) {
            several |= ranges.items[range].to - ranges.items[range].from >= 3 * cases[i].cycle;
        }
        cr_expect(several, "case %zu", i);
        firesieve_firewall_free(firewall);
    }
}

/* One delay costs at most one division per layer, and the total work is bounded. */
Test(ranges, of_large_firewalls_are_few_and_short)
{
    enum { LAYERS = 3000000 };
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_UNIFORM);
    firesieve_firewall *firewall;
    struct ranges ranges;
    options.layers = LAYERS;
    cr_assert(firesieve_firewall_generate(FIRESIEVE_FAMILY_UNIFORM, &options, &firewall, NULL) == FIRESIEVE_OK);
    ranges_choose(&ranges, firewall, NULL, 1);
    cr_expect(ranges.count == 4 && ranges.width == RANGE_LEAST);
    cr_expect(has_range_with(&ranges, two_to_64 - 1, two_to_64));
    cr_expect(has_range_with(&ranges, FIRESIEVE_DELAY_END - 1, FIRESIEVE_DELAY_END - 1));
    firesieve_firewall_free(firewall);
}
