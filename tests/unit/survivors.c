/* Firewalls that leave more survivors than fit in a batch to the classes that are tested last. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

static void check_found(const firesieve_firewall *firewall, size_t kernel, firesieve_delay from, firesieve_delay answer)
{
    char label[KERNEL_LABEL_SIZE];
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.kernel = firesieve_kernel_at(kernel);
    options.threads = 1;
    options.from = from;
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == answer, "%s: from %s: outcome %d, %s instead of %s",
              kernel_label(kernel, label), SHOW(from), result.outcome, SHOW(result.delay), SHOW(answer));
    options.to = answer;
    cr_assert(solve(firewall, &options).outcome == FIRESIEVE_NONE, "%s: to %s", kernel_label(kernel, label),
              SHOW(answer));
}

/* Each layer catches one delay of from .. from + count - 1; none catches from + hole. */
static firesieve_firewall *wide_firewall(firesieve_delay from, size_t count, size_t hole)
{
    struct random_state random = {count + hole};
    firesieve_layer *const layers = calloc(count + 1, sizeof *layers);
    cr_assert(layers != NULL);
    size_t layer_count = 0;
    for (size_t i = 0; i < count; ++i) {
        if (i != hole) {
            const uint64_t period = (UINT64_C(1) << random_between(&random, 31, 62)) + 2 * i;
            layers[layer_count++] = layer_catching(from + i, period);
        }
    }
    firesieve_firewall *const firewall = build_firewall(layers, layer_count);
    free(layers);
    return firewall;
}

ParameterizedTestParameters(survivors, wide_classes_test_full_batches)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, survivors, wide_classes_test_full_batches)
{
    enum { COUNT = 9000, BATCH = 8192 };
    operations_or_skip(*index);
    const bool emulated = firesieve_kernel_emulated(firesieve_kernel_at(*index));
    const firesieve_delay starts[] = {0, 333, ((firesieve_delay)1 << 100) - 333};
    static const size_t holes[] = {BATCH, COUNT, BATCH - 1, 0, BATCH + 1};
    for (size_t i = 0; i < COUNT_OF(holes) && (!emulated || i < 2); ++i) {
        const firesieve_delay from = starts[i % COUNT_OF(starts)];
        firesieve_firewall *const firewall = wide_firewall(from, COUNT, holes[i]);
        check_found(firewall, *index, from, from + holes[i]);
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(survivors, tested_classes_test_full_batches)
{
    return every_kernel();
}

/* Patterns leave one delay in 64 * 61, and one of the classes mod 2 * 16411 catches each of these except one. */
ParameterizedTest(const size_t *index, survivors, tested_classes_test_full_batches)
{
    static const uint32_t primes[] = {61, 16411};
    operations_or_skip(*index);
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, COUNT_OF(primes), 7, 1, &x, &cycle);
    check_found(firewall, *index, x, x);
    check_found(firewall, *index, x + 1, x + cycle);
    check_found(firewall, *index, x + (cycle << 70) - 9000 * 7808, x + (cycle << 70));
    firesieve_firewall_free(firewall);
}

ParameterizedTestParameters(survivors, crossed_classes_continue_from_window_to_window)
{
    return every_kernel();
}

/* One delay in 32 is left to classes that are crossed off; windows of 2^18, 2^20 and more columns. */
ParameterizedTest(const size_t *index, survivors, crossed_classes_continue_from_window_to_window)
{
    static const uint32_t primes[] = {65537};
    operations_or_skip(*index);
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, 2, &x, &cycle);
    check_found(firewall, *index, x, x);
    check_found(firewall, *index, x + 1, x + cycle);
    check_found(firewall, *index, x + (cycle << 77) - (1 << 18) - 512, x + (cycle << 77));
    check_found(firewall, *index, x + (cycle << 77) - (1 << 18) + 511, x + (cycle << 77));
    firesieve_firewall_free(firewall);
}
