#include "structure/factors.h"

#include <stdlib.h>

#include "base/gcd.h"
#include "base/sort.h"

enum {
    DIVISORS_END = 1 << 12,
    PRIME_BELOW = 1 << 24, /* the square of DIVISORS_END: what has no divisor below that is a prime */
    GCD_UNITS = 40
};

bool work_spend(struct work *work, uint64_t units)
{
    enum { UNITS_BETWEEN_QUESTIONS = 1 << 18 };
    if (work->stopped || units > work->left) {
        work->left = 0;
        return false;
    }
    work->left -= units;
    if (work->asked - work->left >= UNITS_BETWEEN_QUESTIONS) {
        work->asked = work->left;
        work->stopped = !go_on_ask(work->go_on);
    }
    return !work->stopped;
}

/* Divides a modulus by all primes below DIVISORS_END, which go into the list, where there is one. */
static uint64_t divide_by_small(uint64_t modulus, struct factor_list *list, struct work *work)
{
    uint32_t p = 2;
    for (; p < DIVISORS_END && (uint64_t)p * p <= modulus; p += p == 2 ? 1 : 2) {
        unsigned exponent = 0;
        for (; modulus % p == 0; modulus /= p) {
            ++exponent;
        }
        if (exponent > 0 && list != NULL) {
            list->items[list->count++] = (struct factor){p, exponent};
        }
    }
    work_spend(work, p / 2);
    if (modulus > 1 && modulus < DIVISORS_END) {
        if (list != NULL) {
            list->items[list->count++] = (struct factor){modulus, 1};
        }
        return 1;
    }
    return modulus;
}

static bool append(struct large_bases *bases, uint64_t base)
{
    if (bases->count == bases->capacity) {
        const size_t capacity = bases->capacity == 0 ? 64 : 2 * bases->capacity;
        uint64_t *const items = reallocarray(bases->items, capacity, sizeof *items);
        if (items == NULL) {
            return false;
        }
        bases->items = items;
        bases->capacity = capacity;
    }
    bases->items[bases->count++] = base;
    return true;
}

/* Divides a number by a base as often as that goes. */
static uint64_t divide_out(uint64_t number, uint64_t base)
{
    while (number % base == 0) {
        number /= base;
    }
    return number;
}

/*
 * Puts a number among bases that are coprime, so that they stay coprime and it is a product of some of them: where it has a
 * divisor in common with one, that divisor and what is left of both take its place, one after the other. Their product
 * only falls, and numbers below 2^63 without divisors below 2^12 have at most five prime factors: few are waiting at any
 * time.
 */
static bool insert(struct large_bases *bases, uint64_t number, struct work *work, bool *enough)
{
    enum { WAITING_MAX = 64 };
    uint64_t waiting[WAITING_MAX] = {number};
    size_t count = 1;
    while (count > 0) {
        uint64_t next = waiting[--count];
        for (size_t i = 0; i < bases->count && next > 1;) {
            const uint64_t base = bases->items[i];
            const uint64_t common = greatest_common_divisor(base, next);
            if (!work_spend(work, GCD_UNITS)) {
                return false;
            }
            if (common == 1) {
                ++i;
            } else if (common == base) {
                next = divide_out(next, base);
            } else {
                bases->items[i] = bases->items[--bases->count];
                waiting[count++] = common;
                waiting[count++] = base / common;
            }
        }
        if (next > 1 && !append(bases, next)) {
            *enough = false;
            return false;
        }
    }
    return true;
}

/* Sorts them and drops what is there twice. */
static void drop_repeated(struct large_bases *bases)
{
    size_t kept = 0;
    sort_u64(bases->items, bases->count);
    for (size_t i = 0; i < bases->count; ++i) {
        if (kept == 0 || bases->items[kept - 1] != bases->items[i]) {
            bases->items[kept++] = bases->items[i];
        }
    }
    bases->count = kept;
}

/* Primes first: nothing splits them. */
bool large_bases_find(struct large_bases *bases, const uint64_t *moduli, size_t count, struct work *work, bool *enough)
{
    *bases = (struct large_bases){.items = NULL};
    *enough = true;
    for (size_t i = 0; i < count && *enough; ++i) {
        const uint64_t rest = divide_by_small(moduli[i], NULL, work);
        if (!work_spend(work, 1)) {
            return false;
        }
        *enough = rest == 1 || rest >= PRIME_BELOW || append(bases, rest);
    }
    drop_repeated(bases);
    for (size_t i = 0; i < count && *enough; ++i) {
        const uint64_t rest = divide_by_small(moduli[i], NULL, work);
        if (!work_spend(work, 1) || (rest >= PRIME_BELOW && !insert(bases, rest, work, enough))) {
            return false;
        }
    }
    return *enough;
}

void large_bases_free(struct large_bases *bases)
{
    free(bases->items);
    *bases = (struct large_bases){.items = NULL};
}

bool factor_list_make(struct factor_list *list, uint64_t modulus, const struct large_bases *bases, struct work *work)
{
    list->count = 0;
    uint64_t rest = divide_by_small(modulus, list, work);
    if (rest > 1 && rest < PRIME_BELOW) {
        list->items[list->count++] = (struct factor){rest, 1};
        rest = 1;
    }
    for (size_t i = 0; i < bases->count && rest > 1; ++i) {
        unsigned exponent = 0;
        if (!work_spend(work, 1)) {
            return false;
        }
        for (; rest % bases->items[i] == 0; rest /= bases->items[i]) {
            ++exponent;
        }
        if (exponent > 0) {
            list->items[list->count++] = (struct factor){bases->items[i], exponent};
        }
    }
    return !work->stopped && work->left > 0;
}
