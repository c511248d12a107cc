#include "tuplet/survivors.h"

#include <stdlib.h>

#include "number/prime_test.h"

bool survivors_make(struct survivors *survivors, const struct tuplet_tables *tables,
                    const struct kernel_operations *kernel, struct go_on go_on, struct finds *finds)
{
    const struct tuplet *const tuplet = tables->tuplet;
    const firesieve_delay sieved = tables->layout.sieved_to;
    const bool all =
        !tuplet->prime && sieved >= tuplet->high; /* all primes that have to strike do: nothing is left to be tested */
    *survivors = (struct survivors){
        .tables = tables,
        .kernel = kernel,
        .go_on = go_on,
        .finds = finds,
        .columns = reallocarray(NULL, SURVIVORS_AT_ONCE, sizeof *survivors->columns),
        .by_hand_to = all             ? 0
                      : tuplet->prime ? sieved
                                      : tuplet->high,
    };
    return survivors->columns != NULL;
}

void survivors_free(struct survivors *survivors)
{
    free(survivors->columns);
    primes_free(&survivors->all);
}

/* Whether all that have a divisor among the tuplet's primes, or are composite, are struck below `end`. */
static bool is_sieved(const struct tuplet_tables *tables, firesieve_delay end)
{
    const firesieve_delay next = (firesieve_delay)tables->layout.sieved_to + 1;
    return (!tables->tuplet->prime && tables->layout.sieved_to >= tables->tuplet->high) || end <= next * next;
}

/* Whether a number below `end` that has no divisor among the tuplet's primes is prime. */
static bool is_told_by_tests(const struct tuplet *tuplet, firesieve_delay end)
{
    const firesieve_delay next = (firesieve_delay)tuplet->high + 1;
    return tuplet->prime || end <= next * next;
}

bool survivors_set_block(struct survivors *survivors, firesieve_delay first_column, uint32_t columns)
{
    const struct tuplet_tables *const tables = survivors->tables;
    const struct tuplet *const tuplet = tables->tuplet;
    const uint32_t wheel = tables->layout.wheel;
    const uint64_t span = (uint64_t)columns * wheel + tuplet->shifts[tuplet->count - 1];
    survivors->base = first_column * wheel;
    const firesieve_delay end = survivors->base + span + 1;
    survivors->tests = false;
    survivors->divides = false;
    if (is_sieved(tables, end)) {
        return true;
    }
    if (is_told_by_tests(tuplet, end)) {
        survivors->tests = true;
        survivors->near = near_numbers_make(survivors->base, span);
        return true;
    }
    survivors->divides = true; /* the plan was made for a range that ends earlier */
    return survivors->all.bytes != NULL || primes_make(&survivors->all, tuplet->high + 1, survivors->go_on);
}

static bool passes_checks(const struct survivors *survivors, firesieve_delay x)
{
    const struct tuplet_tables *const tables = survivors->tables;
    bool passes = true;
    for (size_t i = 0; i < tables->check_count && passes; ++i) {
        const struct residue_set *const check = &tables->checks[i];
        passes = !residue_set_has(check, (uint64_t)(x % check->modulus.value));
    }
    return passes;
}

/* Whether none of the primes that do not strike divides a number of the tuplet. */
static bool passes_division(const struct survivors *survivors, firesieve_delay t)
{
    const struct tuplet *const tuplet = survivors->tables->tuplet;
    bool passes = true;
    for (uint64_t p = primes_next(&survivors->all, survivors->tables->layout.sieved_to + 1); p != 0 && passes;
         p = primes_next(&survivors->all, p + 1)) {
        const uint64_t rest = (uint64_t)(t % p);
        for (uint32_t i = 0; i < tuplet->count && passes; ++i) {
            passes = (rest + tuplet->shifts[i]) % p != 0;
        }
    }
    return passes;
}

/* Takes the first `count` columns of an offset. */
static enum sieve_outcome finish(struct survivors *survivors, uint32_t offset, size_t count)
{
    const struct tuplet_tables *const tables = survivors->tables;
    const struct tuplet *const tuplet = tables->tuplet;
    const uint32_t wheel = tables->layout.wheel;
    if (survivors->tests) {
        count = near_tuples(&survivors->near, survivors->kernel, offset, wheel, survivors->columns, count,
                            tuplet->shifts, tuplet->count);
    }
    for (size_t i = 0; i < count; ++i) {
        const firesieve_delay t = survivors->base + offset + (firesieve_delay)wheel * survivors->columns[i];
        const firesieve_delay x = tuplet_x(survivors->tables->tuplet, t);
        if (t > survivors->by_hand_to && x >= survivors->finds->low && x < survivors->finds->end &&
            passes_checks(survivors, x) && (!survivors->divides || passes_division(survivors, t)) &&
            !finds_take(survivors->finds, x)) {
            return SIEVE_NO_MEMORY;
        }
    }
    return go_on_ask(survivors->go_on) ? SIEVE_DONE : SIEVE_STOPPED;
}

/* Columns of an offset whose t is below `bound`. */
static uint32_t columns_below(const struct survivors *survivors, uint32_t offset, firesieve_delay bound, uint32_t most)
{
    const firesieve_delay first = survivors->base + offset;
    const uint32_t wheel = survivors->tables->layout.wheel;
    const firesieve_delay count = bound <= first ? 0 : (bound - first + wheel - 1) / wheel;
    return count < most ? (uint32_t)count : most;
}

enum sieve_outcome survivors_take(struct survivors *survivors, uint32_t offset, const uint64_t *plane, uint32_t columns)
{
    enum { LIMB_BITS = 64 };
    const struct finds *const finds = survivors->finds;
    const firesieve_delay low = tuplet_t(survivors->tables->tuplet, finds->low);
    const uint32_t begin = columns_below(survivors, offset, low, columns);
    const uint32_t end = columns_below(survivors, offset, tuplet_t(survivors->tables->tuplet, finds->end), columns);
    enum sieve_outcome outcome = SIEVE_DONE;
    size_t count = 0;
    for (uint32_t i = begin / LIMB_BITS; i * LIMB_BITS < end && outcome == SIEVE_DONE; ++i) {
        for (uint64_t left = plane[i]; left != 0; left &= left - 1) {
            survivors->columns[count++] = i * LIMB_BITS + (uint32_t)__builtin_ctzll(left);
        }
        if (count > SURVIVORS_AT_ONCE - LIMB_BITS) {
            outcome = finish(survivors, offset, count);
            count = 0;
        }
    }
    return outcome == SIEVE_DONE ? finish(survivors, offset, count) : outcome;
}

/* ---- By hand ------------------------------------------------------------------------------------------ */

/* Whether no prime up to the bound divides a small number: 1, or one whose least divisor is above it. */
static bool is_coprime_to_primes(uint64_t number, uint64_t high)
{
    for (uint64_t divisor = 2; divisor <= high && divisor <= number / divisor; ++divisor) {
        if (number % divisor == 0) {
            return false;
        }
    }
    return number == 1 || number > high;
}

static bool fulfils(const struct tuplet *tuplet, firesieve_delay t)
{
    bool holds = true;
    for (uint32_t i = 0; i < tuplet->count && holds; ++i) {
        holds = tuplet->prime ? number_is_prime(t + tuplet->shifts[i])
                              : is_coprime_to_primes((uint64_t)t + tuplet->shifts[i], tuplet->high);
    }
    return holds;
}

static bool is_in_no_class(const struct survivors *survivors, firesieve_delay x)
{
    const struct reduced *const reduced = survivors->tables->reduced;
    bool free_of = true;
    for (size_t i = 0; i < reduced->constraints.count && free_of; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        const uint64_t residue = (uint64_t)(x % constraint->modulus);
        for (size_t j = 0; j < constraint->count && free_of; ++j) {
            free_of = constraint_residue(&reduced->classes, constraint, j) != residue;
        }
    }
    return free_of;
}

/* Up to the bound, all numbers but 1 have a divisor that is at most the bound. */
static firesieve_delay last_by_hand(const struct survivors *survivors)
{
    const firesieve_delay bound = survivors->by_hand_to;
    return survivors->tables->tuplet->prime || bound < 1 ? bound : 1;
}

enum sieve_outcome survivors_by_hand(struct survivors *survivors, firesieve_delay begin, firesieve_delay end)
{
    struct finds *const finds = survivors->finds;
    const struct tuplet *const tuplet = survivors->tables->tuplet;
    const firesieve_delay last = last_by_hand(survivors);
    for (firesieve_delay x = begin > finds->low ? begin : finds->low; x < end && x < finds->end; ++x) {
        const firesieve_delay t = tuplet_t(survivors->tables->tuplet, x);
        if (t > last) {
            break;
        }
        if (fulfils(tuplet, t) && is_in_no_class(survivors, x) && !finds_take(finds, x)) {
            return SIEVE_NO_MEMORY;
        }
        if (!go_on_at(survivors->go_on, (uint64_t)x)) {
            return SIEVE_STOPPED;
        }
    }
    return SIEVE_DONE;
}
