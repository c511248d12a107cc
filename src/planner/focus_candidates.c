#include "planner/focus_candidates.h"

#include <math.h>
#include <string.h>

/* The index of a prime, or FOCUS_POWERS_MAX where the list is full. */
static size_t prime_index(struct candidate_list *list, uint32_t prime)
{
    size_t index = 0;
    while (index < list->prime_count && list->primes[index] != prime) {
        ++index;
    }
    if (index == list->prime_count && index < FOCUS_POWERS_MAX) {
        list->logarithms[list->prime_count] = log(prime);
        list->primes[list->prime_count++] = prime;
    }
    return index;
}

/* Leaves the exponent 0 where the modulus is no power of one prime. */
static void factor(struct candidate_list *list, struct candidate *candidate)
{
    const uint64_t prime = prime_of_power(candidate->modulus);
    if (prime == 0) {
        return;
    }
    uint8_t exponent = 0;
    for (uint64_t left = candidate->modulus; left > 1; left /= prime) {
        ++exponent;
    }
    const size_t index = prime_index(list, (uint32_t)prime);
    if (index < FOCUS_POWERS_MAX) {
        candidate->prime = (uint8_t)index;
        candidate->exponent = exponent;
    }
}

/*
 * A pair is looked up in one constraint after the other until one drops it: from each place on once, and if that lets it
 * through as often as from the next.
 */
static void count_lookups(struct candidate_list *list, const struct reduced *reduced)
{
    enum { LOOKED_AT = 1 << 13 }; /* of those that forbid most; few pairs come farther */
    const size_t count = reduced->constraints.count < LOOKED_AT ? reduced->constraints.count : LOOKED_AT;
    double lookups = 0;
    for (size_t i = 0; i <= CANDIDATES_MAX; ++i) {
        list->lookups[i] = 0;
    }
    for (size_t i = count; i-- > 0;) {
        lookups = 1 + (1 - reduced_ranked(reduced, i)->forbids) * lookups;
        if (i <= CANDIDATES_MAX) {
            list->lookups[i] = lookups;
        }
    }
}

/* Only those of moduli that can have rows are asked for. */
static struct candidate_set divisors_of(const struct candidate_list *list, size_t index)
{
    struct candidate_set divisors = {{0}};
    const uint64_t modulus = list->items[index].modulus;
    for (size_t i = 0; i < list->count && modulus <= FOCUS_ROW_MODULUS_MAX; ++i) {
        if ((uint32_t)modulus % list->items[i].modulus == 0) {
            candidate_set_add(&divisors, i);
        }
    }
    return divisors;
}

/* Large moduli are worth being factored where they are the rungs of a tower. */
static bool may_be_listed(const struct constraint *constraint)
{
    static const uint64_t small = UINT64_C(1) << 20;
    static const double strong = 0.1;
    return constraint->modulus < small || (constraint->modulus < FOCUS_POWER_END && constraint->forbids > strong);
}

void candidates_fill(struct candidate_list *list, const struct reduced *reduced)
{
    list->prime_count = 0;
    list->count = reduced->constraints.count < CANDIDATES_MAX ? reduced->constraints.count : CANDIDATES_MAX;
    for (size_t i = 0; i < list->count; ++i) {
        const struct constraint *const constraint = reduced_ranked(reduced, i);
        list->items[i] = (struct candidate){
            .modulus = constraint->modulus,
            .gain = -log(fmax(1 - constraint->forbids, 1e-18)),
        };
        if (may_be_listed(constraint)) {
            factor(list, &list->items[i]);
        }
    }
    count_lookups(list, reduced);
    for (size_t i = 0; i < list->count; ++i) {
        list->divisors[i] = divisors_of(list, i);
    }
}

bool sketch_lists(const struct sketch *sketch, const struct candidate *candidate)
{
    return candidate->exponent > 0 && candidate->exponent <= sketch->exponents[candidate->prime];
}

struct sketch_growth sketch_growth(const struct sketch *sketch, const struct candidate_list *list,
                                   const struct candidate *candidate)
{
    const uint8_t old = sketch->exponents[candidate->prime];
    struct sketch_growth growth = {.modulus = (candidate->exponent - old) * list->logarithms[candidate->prime]};
    for (size_t i = 0; i < list->count; ++i) {
        const struct candidate *const other = &list->items[i];
        if (other->prime == candidate->prime && other->exponent > old && other->exponent <= candidate->exponent) {
            growth.gain += other->gain;
        }
    }
    return growth;
}

struct sketch sketch_with(const struct sketch *sketch, const struct candidate_list *list,
                          const struct candidate *candidate)
{
    const struct sketch_growth growth = sketch_growth(sketch, list, candidate);
    struct sketch with = *sketch;
    with.exponents[candidate->prime] = candidate->exponent;
    with.modulus += growth.modulus;
    with.gain += growth.gain;
    return with;
}

struct sketch sketch_without(const struct sketch *sketch, const struct candidate_list *list, size_t prime)
{
    struct sketch without = *sketch;
    uint8_t below = 0;
    for (size_t i = 0; i < list->count; ++i) {
        const struct candidate *const candidate = &list->items[i];
        if (candidate->prime == prime && candidate->exponent < sketch->exponents[prime] &&
            candidate->exponent > below) {
            below = candidate->exponent;
        }
    }
    without.exponents[prime] = below;
    without.modulus -= (sketch->exponents[prime] - below) * list->logarithms[prime];
    for (size_t i = 0; i < list->count; ++i) {
        const struct candidate *const other = &list->items[i];
        if (sketch_lists(sketch, other) && !sketch_lists(&without, other)) {
            without.gain -= other->gain;
        }
    }
    return without;
}
