#include "planner/focus_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Powers of one prime among the candidates. */
struct tower {
    uint32_t prime;
    double gain; /* what all of them bring */
};

/* Large moduli are worth factoring only as the rungs of a tower. */
static bool may_be_listed(const struct constraint *constraint)
{
    static const uint64_t small = UINT64_C(1) << 20;
    static const double strong = 0.1;
    return constraint->modulus < small || (constraint->modulus < FOCUS_POWER_END && constraint->forbids > strong);
}

static int compare_towers(const void *a, const void *b)
{
    const struct tower *const left = a;
    const struct tower *const right = b;
    if (left->gain != right->gain) {
        return (left->gain < right->gain) - (left->gain > right->gain);
    }
    return (left->prime > right->prime) - (left->prime < right->prime);
}

/* Lists as many primes as a focus can have, those first whose powers together gain most. */
static void list_primes(struct candidate_list *list, const uint32_t *primes)
{
    struct tower towers[CANDIDATES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < list->count; ++i) {
        size_t index = 0;
        while (index < count && towers[index].prime != primes[i]) {
            ++index;
        }
        if (index == count && primes[i] != 0) {
            towers[count++] = (struct tower){.prime = primes[i]};
        }
        if (primes[i] != 0) {
            towers[index].gain += list->items[i].gain;
        }
    }
    if (count > 1) {
        qsort(towers, count, sizeof *towers, compare_towers);
    }
    list->prime_count = count < FOCUS_POWERS_MAX ? count : FOCUS_POWERS_MAX;
    for (size_t i = 0; i < list->prime_count; ++i) {
        list->primes[i] = towers[i].prime;
        list->logarithms[i] = log(towers[i].prime);
    }
}

/* Leaves the exponent 0 if the prime is not listed. */
static void factor(const struct candidate_list *list, struct candidate *candidate, uint32_t prime)
{
    for (size_t index = 0; index < list->prime_count && prime != 0; ++index) {
        if (list->primes[index] == prime) {
            candidate->prime = (uint8_t)index;
            for (uint64_t left = candidate->modulus; left > 1; left /= prime) {
                ++candidate->exponent;
            }
        }
    }
}

/* The expected lookups of a pair in one constraint after the other, until one drops it, from each place on. */
static void count_lookups(struct candidate_list *list, const struct reduced *reduced)
{
    enum { LOOKED_AT = 1 << 13 }; /* of those that forbid most; few pairs get farther */
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

/* Only needed for moduli that can have rows. */
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

/* The share of rows in which any of `width` neighbouring residues is allowed, that is, which do not lie in a gap. */
static double alive_share(const uint8_t *allowed, uint32_t modulus, uint32_t width)
{
    uint32_t dead = 0;
    uint32_t gap = 0;
    for (uint32_t i = 0; i < 2 * modulus; ++i) { /* twice round: a gap may cross the end */
        gap = allowed[i % modulus] ? 0 : gap + 1;
        dead += i >= modulus && gap >= width;
    }
    return 1 - (double)dead / modulus;
}

/* Columns in S parts, sorted by residue, have (m + S - 1) / S residues per part on average. */
static void fill_alive(const struct reduced *reduced, uint32_t modulus, double alive[CLASS_LEVELS])
{
    uint8_t allowed[FOCUS_ROW_MODULUS_MAX];
    memset(allowed, 1, modulus);
    for (size_t i = 0; i < reduced->constraints.count && reduced->constraints.items[i].modulus <= modulus; ++i) {
        if (modulus % reduced->constraints.items[i].modulus == 0) {
            focus_forbid(reduced, &reduced->constraints.items[i], modulus, allowed);
        }
    }
    for (int level = 0; level < CLASS_LEVELS; ++level) {
        const double parts = 1 << level;
        const double width = (modulus + parts - 1) / parts;
        const uint32_t whole = (uint32_t)width;
        const double more = width - whole;
        alive[level] =
            (1 - more) * alive_share(allowed, modulus, whole) + more * alive_share(allowed, modulus, whole + 1);
    }
}

void candidates_fill(struct candidate_list *list, const struct reduced *reduced)
{
    uint32_t primes[CANDIDATES_MAX] = {0};
    list->count = reduced->constraints.count < CANDIDATES_MAX ? reduced->constraints.count : CANDIDATES_MAX;
    for (size_t i = 0; i < list->count; ++i) {
        const struct constraint *const constraint = reduced_ranked(reduced, i);
        list->items[i] = (struct candidate){
            .modulus = constraint->modulus,
            .gain = -log(fmax(1 - constraint->forbids, 1e-18)),
        };
        primes[i] = may_be_listed(constraint) ? (uint32_t)prime_of_power(constraint->modulus) : 0;
    }
    list_primes(list, primes);
    count_lookups(list, reduced);
    for (size_t i = 0; i < list->count; ++i) {
        factor(list, &list->items[i], primes[i]);
        list->divisors[i] = divisors_of(list, i);
        if (list->items[i].modulus <= FOCUS_ROW_MODULUS_MAX) {
            fill_alive(reduced, (uint32_t)list->items[i].modulus, list->alive[i]);
        }
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
