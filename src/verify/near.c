/* Verifies `starts` and the tests of numbers near one another by the scalar kernel and by their definitions. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "number/near.h"
#include "verify/space.h"
#include "verify/verify.h"

/* ---- Starts ----------------------------------------------------------------------------------------------- */

static void starts_by_definition(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                 const float *ratios, size_t count, uint32_t value, uint32_t *first)
{
    (void)ratios;
    for (size_t i = 0; i < count; ++i) {
        const uint64_t back = (uint64_t)value * inverses[i] % primes[i];
        first[i] = (uint32_t)((starts[i] + primes[i] - back) % primes[i]);
    }
}

static const struct kernel_operations definitions = {.starts = starts_by_definition};

bool verify_starts(const struct kernel_operations *operations, const struct starts_case *given,
                   struct verify_space *space, char *text)
{
    for (size_t i = 0; i < given->count; ++i) {
        space->ratios[i] = (float)((double)given->inverses[i] / given->primes[i]);
    }
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        const size_t skew = given->skew * sizeof(uint32_t);
        uint32_t *const first = outcome_begin(outcome, "start", sizeof *first, given->count, skew);
        operations_by(by, operations, &definitions)
            ->starts(given->starts, given->primes, given->inverses, space->ratios, given->count, given->value, first);
    }
    return outcomes_judge(space, "starts", text, "%zu primes", given->count);
}

/* ---- Numbers near one another ----------------------------------------------------------------------------- */

static kernel_wide add_plain(kernel_wide a, kernel_wide b, kernel_wide n)
{
    return a >= n - b ? a - (n - b) : a + b;
}

static kernel_wide multiply_plain(kernel_wide a, kernel_wide b, kernel_wide n)
{
    if (n >> 64 == 0) {
        return a * b % n;
    }
    kernel_wide product = 0;
    for (; b != 0; b >>= 1) {
        product = (b & 1) != 0 ? add_plain(product, a, n) : product;
        a = add_plain(a, a, n);
    }
    return product;
}

static bool strong_by_definition(const struct near_case *given, int lane)
{
    const kernel_wide n = given->reference + given->distances[lane];
    kernel_wide odd = n - 1;
    int twos = 0;
    for (; (odd & 1) == 0; odd >>= 1) {
        ++twos;
    }
    kernel_wide power = 1;
    kernel_wide square = 2;
    for (; odd != 0; odd >>= 1) {
        power = (odd & 1) != 0 ? multiply_plain(power, square, n) : power;
        square = multiply_plain(square, square, n);
    }
    bool passes = power == 1 || power == n - 1;
    for (; twos > 1 && !passes; --twos) {
        power = multiply_plain(power, power, n);
        passes = power == n - 1;
    }
    return passes;
}

static kernel_wide half_plain(kernel_wide a, kernel_wide n)
{
    return (a & 1) == 0 ? a >> 1 : (a >> 1) + (n >> 1) + 1;
}

/* By U and V, whose successors are (P * U + V) / 2 and ((P^2 - 4) * U + P * V) / 2. */
static bool lucas_by_definition(const struct near_case *given, int lane)
{
    const kernel_wide n = given->reference + given->distances[lane];
    const uint32_t parameter = given->parameters[lane];
    const kernel_wide p = parameter % n;
    const kernel_wide d = (parameter * parameter - 4) % n;
    int twos = 0;
    kernel_wide odd = n + 1;
    for (; (odd & 1) == 0; odd >>= 1) {
        ++twos;
    }
    kernel_wide u = 0;
    kernel_wide v = 2;
    for (int bit = 127; bit >= 0; --bit) {
        u = multiply_plain(u, v, n);
        v = add_plain(multiply_plain(v, v, n), n - 2, n);
        if ((odd >> bit & 1) != 0) {
            const kernel_wide next = half_plain(add_plain(multiply_plain(u, p, n), v, n), n);
            v = half_plain(add_plain(multiply_plain(u, d, n), multiply_plain(v, p, n), n), n);
            u = next;
        }
    }
    bool passes = u == 0 && (v == 2 || v == n - 2);
    for (; twos > 1 && !passes; --twos) {
        passes = v == 0;
        v = add_plain(multiply_plain(v, v, n), n - 2, n);
    }
    return passes;
}

/* The results of a kernel and of scalar; a lane may be unsure if its number is may_be_unsure mod 2^KERNEL_TRAIL. */
struct lanes_outcome {
    const char *operation;
    uint32_t passes;
    uint32_t unsure;
    uint32_t scalar;
    uint32_t may_be_unsure;
};

static void describe_number(const struct lanes_outcome *outcome, const struct near_case *given, int lane,
                            const char *what, char *text)
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    snprintf(text, VERIFY_TEXT_SIZE, "%s differs from %s (lane %d, number %s)", outcome->operation, what, lane,
             firesieve_delay_format(given->reference + given->distances[lane], number));
}

/* Compares each lane with scalar, and the planted lane and the first one with the definition too. */
static bool judge_lanes(const struct lanes_outcome *outcome, const struct near_case *given,
                        bool (*by_definition)(const struct near_case *given, int lane), char *text)
{
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        const uint32_t bit = UINT32_C(1) << i;
        const uint32_t tail = (uint32_t)(given->reference + given->distances[i]) % (1U << KERNEL_TRAIL);
        const bool passes = (outcome->passes & bit) != 0;
        const bool is_defined = i == 0 || i == given->planted;
        const bool scalar_agrees = passes == ((outcome->scalar & bit) != 0);
        if ((outcome->unsure & bit) != 0) {
            if (tail != outcome->may_be_unsure) {
                describe_number(outcome, given, i, "the contract: it is unsure", text);
                return false;
            }
            continue;
        }
        const bool oracle_agrees = !is_defined || passes == by_definition(given, i);
        if (!scalar_agrees || !oracle_agrees) {
            char what[64];
            snprintf(what, sizeof what, "%s: it %s", reference_name(scalar_agrees, oracle_agrees),
                     passes ? "passes" : "fails");
            describe_number(outcome, given, i, what, text);
            return false;
        }
    }
    return true;
}

bool verify_strong(const struct kernel_operations *operations, const struct near_case *given,
                   struct verify_space *space, char *text)
{
    const struct near_numbers near = near_numbers_make(given->reference, given->span);
    uint64_t *const distances = space->distances + given->skew;
    memcpy(distances, given->distances, sizeof given->distances);
    struct lanes_outcome outcome = {.operation = "strong", .may_be_unsure = 1};
    uint32_t none;
    outcome.passes = operations->strong(&near.shared, distances, &outcome.unsure);
    outcome.scalar = kernel_scalar()->operations->strong(&near.shared, distances, &none);
    return judge_lanes(&outcome, given, strong_by_definition, text);
}

bool verify_lucas(const struct kernel_operations *operations, const struct near_case *given, struct verify_space *space,
                  char *text)
{
    const struct near_numbers near = near_numbers_make(given->reference, given->span);
    uint64_t *const distances = space->distances + given->skew;
    uint32_t *const parameters = space->parameters + given->skew;
    memcpy(distances, given->distances, sizeof given->distances);
    memcpy(parameters, given->parameters, sizeof given->parameters);
    struct lanes_outcome outcome = {.operation = "lucas", .may_be_unsure = (1U << KERNEL_TRAIL) - 1};
    uint32_t none;
    outcome.passes = operations->lucas(&near.shared, distances, parameters, &outcome.unsure);
    outcome.scalar = kernel_scalar()->operations->lucas(&near.shared, distances, parameters, &none);
    return judge_lanes(&outcome, given, lucas_by_definition, text);
}
