/* The cost model: built-in costs of each kernel, costs measured on this machine, and costs in an explanation. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "cpu/cpu.h"
#include "firewalls.h"
#include "planner/costs.h"
#include "support/kernels.h"

/* Costs of the kernel itself, or measured one by one; all others are scaled together. */
static bool is_measured(const char *name)
{
    static const char *const names[] = {"row_word", "call",  "lane", "key",    "second",
                                        "pick",     "bunch", "sum",  "strong", "page"};
    bool found = false;
    for (size_t i = 0; i < COUNT_OF(names); ++i) {
        found = found || strcmp(names[i], name) == 0;
    }
    return found;
}

Test(costs, of_every_kernel_are_known)
{
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        const struct costs costs = costs_of(kernel);
        const char *const name = firesieve_kernel_name(kernel);
        cr_expect(!costs.measured && costs.group_words >= 1, "%s", name);
        cr_expect(costs.first_cache > 0 && costs.second_cache >= costs.first_cache, "%s", name);
        for (size_t j = 0; j < COST_COUNT; ++j) {
            const struct cost_line line = costs_line(&costs, j);
            cr_expect(line.nanoseconds > 0 && line.nanoseconds < 1e5, "%s, %s: %g", name, line.name, line.nanoseconds);
            cr_expect(strlen(line.name) > 0 && strlen(line.what) > 0, "%s, line %zu", name, j);
        }
    }
}

/* A wider kernel takes less time per row. */
Test(costs, of_kernels_differ)
{
    static const char *const names[] = {"scalar", "sse4.1", "avx2", "avx512"};
    for (size_t i = 1; i < COUNT_OF(names); ++i) {
        const struct costs narrow = costs_of(firesieve_kernel_find(names[i - 1]));
        const struct costs wide = costs_of(firesieve_kernel_find(names[i]));
        cr_expect(wide.row_word < narrow.row_word && wide.lane < narrow.lane, "%s", names[i]);
    }
}

Test(costs, that_are_not_measured_are_scaled_together)
{
    static const double factor = 3;
    const struct costs before = costs_of(firesieve_kernel_best());
    struct costs after = before;
    costs_scale(&after, factor);
    for (size_t i = 0; i < COST_COUNT; ++i) {
        const struct cost_line line = costs_line(&after, i);
        const double wanted = costs_line(&before, i).nanoseconds * (is_measured(line.name) ? 1 : factor);
        cr_expect(fabs(line.nanoseconds / wanted - 1) < 1e-12, "%s: %g, not %g", line.name, line.nanoseconds, wanted);
    }
}

Test(costs, of_calls_follow_from_two_lengths)
{
    static const struct {
        double short_ns;
        double long_ns;
        double row_word;
        double call;
    } cases[] = {
        {50, 120, 1, 40},  /* 10 rows: 40 + 10 * words */
        {10, 710, 10, 1},  /* a call takes at least a nanosecond */
        {50, 50, 0.1, 49}, /* an eighth of the usual 0.8 */
        {50, 36, 0.1, 49}, /* the longer call was quicker: one was disturbed */
        {1e9, 1, 0.1, 1e9 - 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        struct costs costs = {.row_word = 0.8, .call = 20};
        const struct timed_calls calls = {
            .rows = 10, .short_words = 1, .long_words = 8, .short_ns = cases[i].short_ns, .long_ns = cases[i].long_ns};
        costs_take_calls(&costs, &calls);
        cr_expect_float_eq(costs.row_word, cases[i].row_word, 1e-9, "case %zu: %g", i, costs.row_word);
        cr_expect_float_eq(costs.call, cases[i].call, 1e-6, "case %zu: %g", i, costs.call);
    }
}

/* The speed and load of this machine are unknown, so only impossible costs can be ruled out. */
Test(costs, that_are_measured_make_sense)
{
    const struct cpu_caches caches = cpu_caches();
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (!firesieve_kernel_runs_here(kernel) || firesieve_kernel_emulated(kernel)) {
            continue;
        }
        const struct costs known = costs_of(kernel);
        struct costs costs = known;
        const char *const name = firesieve_kernel_name(kernel);
        costs_calibrate(&costs, kernel);
        const double factor = costs.pair / known.pair; /* of all costs that are scaled */
        cr_expect(costs.measured && costs.group_words == known.group_words, "%s", name);
        cr_expect(costs.first_cache == caches.first && costs.second_cache == caches.second, "%s", name);
        cr_expect(costs.call >= 1, "%s", name);
        for (size_t j = 0; j < COST_COUNT; ++j) {
            const struct cost_line line = costs_line(&costs, j);
            const double ratio = line.nanoseconds / costs_line(&known, j).nanoseconds;
            cr_expect(line.nanoseconds > 0 && line.nanoseconds < 1e9, "%s, %s: %g", name, line.name, line.nanoseconds);
            cr_expect(is_measured(line.name) || fabs(ratio / factor - 1) < 1e-9, "%s, %s: %g times, pair %g times",
                      name, line.name, ratio, factor);
        }
    }
}

Test(costs, in_an_explanation_belong_to_its_kernel)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall"); /* too short a search to measure them */
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_explanation told;
        if (!firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        const struct costs costs = costs_of(kernel);
        options.kernel = kernel;
        cr_assert(firesieve_explain(firewall, &options, &told, NULL) == FIRESIEVE_OK);
        cr_assert(told.cost_count == COST_COUNT && !told.costs_measured);
        for (size_t j = 0; j < told.cost_count; ++j) {
            const struct cost_line line = costs_line(&costs, j);
            cr_expect(told.costs[j].nanoseconds == line.nanoseconds && strcmp(told.costs[j].name, line.name) == 0 &&
                          strcmp(told.costs[j].what, line.what) == 0,
                      "%s: %s", firesieve_kernel_name(kernel), line.name);
        }
        firesieve_explanation_free(&told);
    }
    firesieve_firewall_free(firewall);
}

/* If a search takes seconds, costs are measured, which takes negligible time. */
Test(costs, of_a_long_search_are_measured)
{
    firesieve_firewall *const firewall =
        generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &(firesieve_generate_options){.k = 330});
    firesieve_explanation told;
    cr_assert(firesieve_explain(firewall, NULL, &told, NULL) == FIRESIEVE_OK);
    cr_expect(told.costs_measured && told.predicted_s > 1 && told.cost_count == COST_COUNT);
    firesieve_explanation_free(&told);
    firesieve_firewall_free(firewall);
}
