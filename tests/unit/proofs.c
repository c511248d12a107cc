/* Firewalls through which no delay is safe, and each of the facts that prove it. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "firewall/firewall.h"
#include "firewalls.h"
#include "support/kernels.h"

static const char by_range_1[] = "a scanner of range 1 never leaves the top";
static const char by_period[] = "the layers of one period cover all its residues";
static const char by_patterns[] = "the layers of a few periods cover all residues modulo their least common multiple";
static const char by_cycle[] = "every delay of one cycle of all scanners together is caught, and later ones repeat it";
static const char by_stretch[] =
    "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)";
static const char by_range_asked[] = "every delay of the range is caught";

/* Layers that catch 0 mod 2, 1 mod 4, 3 mod 8, ... up to 2^twos, and the residue that is left, so all delays. */
static struct layer_list cover_by_powers_of_two(unsigned twos)
{
    struct layer_list list = {0};
    for (unsigned i = 1; i <= twos; ++i) {
        const uint64_t period = UINT64_C(1) << i;
        const firesieve_layer layer = layer_catching(period / 2 - 1, period);
        cr_assert(layer_list_append(&list, layer.depth, layer.range));
    }
    const uint64_t period = UINT64_C(1) << twos;
    const firesieve_layer last = layer_catching(period - 1, period);
    cr_assert(layer_list_append(&list, last.depth + period, last.range));
    return list;
}

static firesieve_search_options scan_options(firesieve_delay from, firesieve_delay to)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.from = from;
    options.to = to;
    return options;
}

/* On every kernel and from several places. A proof that looks at delays looks at `looks` of them. */
static void check_none(const firesieve_firewall *firewall, const char *reason, firesieve_delay looks)
{
    static const uint64_t starts[] = {0, 1, 511, 512, 100000};
    for (size_t i = 0; i < COUNT_OF(starts); ++i) {
        for (size_t kernel = 0; kernel < firesieve_kernel_count(); ++kernel) {
            if (!firesieve_kernel_runs_here(firesieve_kernel_at(kernel))) {
                continue;
            }
            firesieve_search_options options = scan_options(starts[i], FIRESIEVE_DELAY_END);
            options.kernel = firesieve_kernel_at(kernel);
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_NONE, "%s: found %s", reason, SHOW(result.delay));
            cr_assert_str_eq(result.reason, reason);
            cr_assert(result.candidates == looks, "%s: %s", reason, SHOW(result.candidates));
        }
    }
}

Test(proofs, none_by_a_range_of_1)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n7: 1\n");
    check_none(firewall, by_range_1, 0);
    firesieve_firewall_free(firewall);
}

Test(proofs, none_by_all_residues_of_a_period)
{
    firesieve_firewall *const small = parse_firewall("0: 2\n3: 2\n");
    check_none(small, by_period, 0);
    firesieve_firewall_free(small);

    enum { PERIOD = 20000 };
    static firesieve_layer layers[PERIOD];
    for (size_t i = 0; i < PERIOD; ++i) {
        layers[i] = (firesieve_layer){.depth = (i * 7919) % PERIOD + i * PERIOD, .range = PERIOD / 2 + 1};
    }
    firesieve_firewall *const large = build_firewall(layers, PERIOD);
    check_none(large, by_period, 0);
    firesieve_firewall_free(large);

    firesieve_firewall *const one_missing = build_firewall(layers + 1, PERIOD - 1);
    const firesieve_search_options options = scan_options(12345678, FIRESIEVE_DELAY_END);
    const firesieve_search_result result = solve(one_missing, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay % PERIOD == 0 && result.delay - options.from < PERIOD);
    firesieve_firewall_free(one_missing);
}

Test(proofs, none_by_covered_patterns)
{
    firesieve_firewall *const firewall = open_golden("erdos-cover.firewall");
    check_none(firewall, by_patterns, 0);
    firesieve_firewall_free(firewall);
}

/* Periods up to 2^20 are too long for patterns; 21 classes, so their cycle of 2^20 is the shorter proof. */
Test(proofs, none_by_cycle)
{
    struct layer_list list = cover_by_powers_of_two(20);
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    check_none(firewall, by_cycle, 1 << 20);
    firesieve_firewall_free(firewall);
    layer_list_free(&list);
}

/* One layer more, of a period that makes the cycle long: 2^18 delays prove what 2^16 * 65537 would. */
Test(proofs, none_by_stretch)
{
    static const uint64_t periods[] = {2 * 65537, 2 * (UINT64_C(1) << 40), FIRESIEVE_RANGE_MAX};
    for (size_t i = 0; i < COUNT_OF(periods); ++i) {
        struct layer_list list = cover_by_powers_of_two(16);
        const uint64_t odd_times_two = periods[i] | (periods[i] % 4 == 0 ? 2 : 0);
        cr_assert(layer_list_append(&list, 1, odd_times_two / 2 + 1));
        firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
        check_none(firewall, by_stretch, 1 << 18);
        firesieve_firewall_free(firewall);
        layer_list_free(&list);
    }
}

/* The classes are counted once each: a repeated one must not make the stretch longer. */
Test(proofs, repeated_classes_do_not_count)
{
    struct layer_list list = cover_by_powers_of_two(16);
    cr_assert(layer_list_append(&list, 2 * 65537, 65538));
    for (uint64_t i = 0; i < 30; ++i) {
        cr_assert(layer_list_append(&list, 2 * 65537 * (i + 2), 65538));
    }
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    check_none(firewall, by_stretch, 1 << 18);
    firesieve_firewall_free(firewall);
    layer_list_free(&list);
}

Test(proofs, none_in_the_range_asked)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
    static const struct {
        uint64_t from;
        uint64_t to;
    } ranges[] = {{0, 10}, {3, 10}, {0, 0}, {10, 10}, {11, 22}, {9, 10}, {0, 1}};
    for (size_t i = 0; i < COUNT_OF(ranges); ++i) {
        const firesieve_search_options options = scan_options(ranges[i].from, ranges[i].to);
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_NONE, "row %zu", i);
        cr_assert_str_eq(result.reason, by_range_asked);
        cr_assert(result.reached == options.to && result.candidates == options.to - options.from, "row %zu", i);
    }
    firesieve_firewall_free(firewall);
}

/* n classes that cover all but the last of 2^n delays, and of one cycle: stopping one delay early would say none. */
Test(proofs, the_last_delay_before_the_proof_is_looked_at)
{
    for (uint64_t layers = 1; layers <= 24; ++layers) {
        const firesieve_generate_options generate_options = {.layers = layers};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_EXTREMAL, &generate_options);
        const uint64_t answer = (UINT64_C(1) << layers) - 1;
        static const int shifts[] = {0, 1, 64, 126};
        for (size_t i = 0; i < COUNT_OF(shifts); ++i) {
            const firesieve_delay start = shifts[i] == 0 ? 0 : (firesieve_delay)1 << shifts[i];
            const firesieve_delay first = start < answer ? 0 : start >> layers << layers;
            firesieve_search_options options = scan_options(first, FIRESIEVE_DELAY_END);
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == first + answer, "%d layers from %s",
                      (int)layers, SHOW(first));
            options.to = first + answer;
            cr_assert(solve(firewall, &options).outcome == FIRESIEVE_NONE);
        }
        firesieve_firewall_free(firewall);
    }
}
