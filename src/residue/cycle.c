#include "residue/cycle.h"

#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/sort.h"

enum {
    SMALL_PRIMES_END = 46342, /* its square passes 2^31 */
    DIVISIONS_MAX = 1 << 27,  /* some tenths of a second */
    DIVISIONS_A_LOOK = 1 << 19,
    CLASSES_A_LOOK = 1 << 20
};

/* The factor by which the cycle grows when it becomes lcm(cycle, modulus). */
static uint64_t cycle_factor(firesieve_delay cycle, uint64_t modulus)
{
    /* The analyzer does not know that moduli are never 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    return modulus / greatest_common_divisor(modulus, (uint64_t)(cycle % modulus));
}

firesieve_delay cycle_length(const struct class_set *set)
{
    const size_t count = set->narrow_count + set->wide_count;
    firesieve_delay cycle = 1;
    for (size_t i = 0; i < count && cycle < FIRESIEVE_DELAY_END; ++i) {
        if (classes_begin_modulus(set, i)) {
            const uint64_t factor = cycle_factor(cycle, class_at(set, i).modulus);
            cycle = cycle > FIRESIEVE_DELAY_END / factor ? FIRESIEVE_DELAY_END : cycle * factor;
        }
    }
    return cycle;
}

/* What is known about the prime factors of all moduli so far. */
struct factors {
    uint8_t *exponents; /* the largest, by small prime */
    uint64_t *large;    /* what small primes leave of the moduli */
    size_t large_count;
    uint64_t divisions; /* made so far */
};

/*
 * Divides by every number up to the root of what is left: a composite one does not divide any more when it is reached.
 */
static void add_modulus(struct factors *factors, uint64_t modulus)
{
    for (uint32_t p = 2; p < SMALL_PRIMES_END && (uint64_t)p * p <= modulus; p += p == 2 ? 1 : 2) {
        uint8_t exponent = 0;
        ++factors->divisions;
        for (; modulus % p == 0; modulus /= p) {
            ++exponent;
        }
        factors->exponents[p] = exponent > factors->exponents[p] ? exponent : factors->exponents[p];
    }
    if (modulus >= SMALL_PRIMES_END) {
        factors->large[factors->large_count++] = modulus;
    } else if (modulus > 1 && factors->exponents[modulus] == 0) {
        factors->exponents[modulus] = 1;
    }
}

static double sum_of_logarithms(const struct factors *factors)
{
    double sum = 0;
    for (uint32_t p = 2; p < SMALL_PRIMES_END; ++p) {
        sum += factors->exponents[p] == 0 ? 0 : factors->exponents[p] * log10(p);
    }
    for (size_t i = 0; i < factors->large_count; ++i) {
        sum += i == 0 || factors->large[i] != factors->large[i - 1] ? log10((double)factors->large[i]) : 0;
    }
    return sum;
}

static size_t count_moduli(const struct class_set *set)
{
    size_t moduli = 0;
    for (size_t i = 0; i < set->narrow_count + set->wide_count; ++i) {
        moduli += classes_begin_modulus(set, i);
    }
    return moduli;
}

bool cycle_log10(const struct class_set *set, struct go_on go_on, double *log10)
{
    const size_t count = set->narrow_count + set->wide_count;
    struct factors factors = {
        .exponents = calloc(SMALL_PRIMES_END, 1),
        .large = calloc(count_moduli(set) + 1, sizeof *factors.large),
    };
    double sum = INFINITY;
    bool more = true;
    if (factors.exponents != NULL && factors.large != NULL) {
        uint64_t asked = 0; /* the divisions that had been made then */
        for (size_t i = 0; i < count && factors.divisions < DIVISIONS_MAX && more; ++i) {
            if (factors.divisions - asked >= DIVISIONS_A_LOOK || i % CLASSES_A_LOOK == 0) {
                asked = factors.divisions;
                more = go_on_ask(go_on);
            }
            if (classes_begin_modulus(set, i)) {
                add_modulus(&factors, class_at(set, i).modulus);
            }
        }
        more = more && sort_u64_while(factors.large, factors.large_count, go_on);
        sum = factors.divisions < DIVISIONS_MAX ? sum_of_logarithms(&factors) : INFINITY;
    }
    free(factors.exponents);
    free(factors.large);
    *log10 = sum;
    return more;
}
