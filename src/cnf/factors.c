#include "cnf/factors.h"

#include <stdlib.h>

#include "base/error.h"

struct small_prime {
    uint64_t prime;
    uint64_t inverse; /* modulo 2^64; of an odd prime */
    uint64_t limit;   /* the largest quotient: what is divisible becomes it or less when multiplied by the inverse */
};

static bool is_below_root(uint64_t value, uint64_t number)
{
    return (firesieve_delay)value * value <= number;
}

static uint64_t root(uint64_t number)
{
    uint64_t low = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1) {
        low += is_below_root(low + bit, number) ? bit : 0;
    }
    return low;
}

/* Newton's iteration: each step doubles the bits that are right, of which an odd number has three in itself. */
static uint64_t invert(uint64_t odd)
{
    enum { STEPS = 5 };
    uint64_t inverse = odd;
    for (int i = 0; i < STEPS; ++i) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

/* Odd numbers up to `end` that have a smaller prime factor, by half of them. NULL: no memory. */
static bool *mark_composites(uint64_t end)
{
    bool *const composite = calloc(end / 2 + 1, 1);
    for (uint64_t p = 3; composite != NULL && is_below_root(p, end); p += 2) {
        for (uint64_t multiple = p * p; !composite[p / 2] && multiple <= end; multiple += 2 * p) {
            composite[multiple / 2] = true;
        }
    }
    return composite;
}

firesieve_status prime_table_make(struct prime_table *table, uint64_t largest, uint64_t period_max, uint64_t divisions,
                                  firesieve_error *error)
{
    const uint64_t period_root = root(period_max);
    const uint64_t end = largest < period_root ? largest : period_root;
    *table = (struct prime_table){.largest = largest, .divisions_left = divisions};
    bool *const composite = mark_composites(end);
    size_t count = 0;
    for (uint64_t p = 3; composite != NULL && p <= end; p += 2) {
        count += !composite[p / 2];
    }
    table->primes = calloc(count + 1, sizeof *table->primes);
    if (composite == NULL || table->primes == NULL) {
        free(composite);
        return error_set_memory(error, "the prime numbers");
    }
    for (uint64_t p = 3; p <= end; p += 2) {
        if (!composite[p / 2]) {
            table->primes[table->count++] =
                (struct small_prime){.prime = p, .inverse = invert(p), .limit = UINT64_MAX / p};
        }
    }
    free(composite);
    return FIRESIEVE_OK;
}

void prime_table_free(struct prime_table *table)
{
    free(table->primes);
    *table = (struct prime_table){.primes = NULL};
}

static void add_power(struct factors *factors, uint64_t prime, uint64_t power)
{
    if (power > 1) {
        factors->powers[factors->count++] = (struct prime_power){.prime = prime, .power = power};
    }
}

/* Takes a prime out of the number and returns its power, which may be 1. */
static uint64_t take_out(uint64_t *number, const struct small_prime *small)
{
    uint64_t power = 1;
    for (uint64_t quotient; (quotient = *number * small->inverse) <= small->limit; *number = quotient) {
        power *= small->prime;
    }
    return power;
}

enum factoring prime_table_factor(struct prime_table *table, uint64_t number, struct factors *factors)
{
    const uint64_t even = number & -number;
    uint64_t rest = number / even;
    factors->count = 0;
    if (even > 1 && table->largest < 2) {
        return HAS_LARGER_PRIME;
    }
    add_power(factors, 2, even);
    size_t i = 0;
    for (; i < table->count && is_below_root(table->primes[i].prime, rest); ++i) {
        add_power(factors, table->primes[i].prime, take_out(&rest, &table->primes[i]));
    }
    if (table->divisions_left < i) {
        return NO_DIVISIONS_LEFT;
    }
    table->divisions_left -= i;
    /* A prime, or a product of primes that are all larger than those of the table, and then larger than `largest`. */
    if (rest > 1 && rest > table->largest) {
        return HAS_LARGER_PRIME;
    }
    add_power(factors, rest, rest);
    return FACTORED;
}
