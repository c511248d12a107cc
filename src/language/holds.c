/* The oracle of the residue form: every line as it is written, x by x. It shares nothing with classes. */

#include "language/form.h"
#include "number/prime_test.h"
#include "number/roots.h"

__extension__ typedef unsigned __int128 wide;

static bool set_has(const struct line *line, firesieve_delay number)
{
    for (size_t i = 0; i < line->count; ++i) {
        if (line->intervals[i].low <= number && number <= line->intervals[i].high) {
            return true;
        }
    }
    return false;
}

/* Nonzero modulo the modulus, and a square there or not. Small moduli try all roots. */
static bool is_square_residue(uint64_t residue, uint64_t modulus)
{
    enum { TRIED_MAX = 1 << 12 };
    if (modulus > TRIED_MAX) {
        const struct prime_factors factors = number_factor(modulus);
        return number_is_residue_of_square(residue, &factors);
    }
    for (uint64_t root = 0; root < modulus; ++root) {
        if (root * root % modulus == residue) {
            return true;
        }
    }
    return false;
}

/* gcd(x + shift, modulus) = 1. */
static bool is_coprime(firesieve_delay x, int64_t shift, uint64_t modulus)
{
    uint64_t a = modulus;
    const uint64_t size = (uint64_t)(shift < 0 ? -shift : shift) % modulus;
    const uint64_t added = shift < 0 && size != 0 ? modulus - size : size;
    uint64_t b = (uint64_t)(((wide)(uint64_t)(x % modulus) + added) % modulus);
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a == 1;
}

static bool is_prime_shifted(firesieve_delay x, int64_t shift)
{
    const firesieve_delay size = (firesieve_delay)(shift < 0 ? -shift : shift);
    return shift < 0 ? x >= size && number_is_prime(x - size) : number_is_prime(x + size);
}

bool line_holds(const struct line *line, firesieve_delay x)
{
    bool holds = true;
    switch (line->kind) {
    case LINE_RESIDUES:
        return set_has(line, x % line->modulus) != line->excludes;
    case LINE_VALUES:
        return set_has(line, x) != line->excludes;
    case LINE_SQUARE:
        return x % line->modulus != 0 && is_square_residue((uint64_t)(x % line->modulus), line->modulus);
    case LINE_NONSQUARE:
        return x % line->modulus != 0 && !is_square_residue((uint64_t)(x % line->modulus), line->modulus);
    case LINE_COPRIME:
        for (size_t i = 0; i < line->count && holds; ++i) {
            holds = is_coprime(x, line->shifts[i], line->modulus);
        }
        return holds;
    case LINE_PRIME:
        for (size_t i = 0; i < line->count && holds; ++i) {
            holds = is_prime_shifted(x, line->shifts[i]);
        }
        return holds;
    case LINE_NOT_SQUARE:
        return !number_is_square(x);
    case LINE_NOT_POWER:
        return !number_is_power(x);
    case LINE_FROM:
    case LINE_TO:
        break;
    }
    return true;
}

static bool divides_by_trial(uint64_t p)
{
    for (uint64_t divisor = 2; divisor <= p / divisor; ++divisor) {
        if (p % divisor == 0) {
            return false;
        }
    }
    return p > 1;
}

bool line_holds_at(const struct line *line, uint64_t p, firesieve_delay x)
{
    struct cursor cursor = {.line = "\n"};
    struct line made;
    const bool holds = line_for(line, p, &cursor, &made) && line_holds(&made, x);
    line_free(&made);
    return holds;
}

/* For every p of the loop; a p without a value was refused when the line was read. */
static bool loop_holds(const struct line *line, firesieve_delay x)
{
    bool holds = true;
    for (uint64_t p = line->loop->low; p <= line->loop->high && holds; ++p) {
        if (line->loop->primes && !divides_by_trial(p)) {
            continue;
        }
        holds = line_holds_at(line, p, x);
    }
    return holds;
}

bool form_holds(const firesieve_firewall *firewall, firesieve_delay x)
{
    const struct residue_form *const form = firewall->form;
    for (size_t i = 0; i < form->simple_count; ++i) {
        if (x % firewall->classes[i].modulus == firewall->classes[i].residue) {
            return false;
        }
    }
    bool holds = true;
    for (size_t i = 0; i < form->line_count && holds; ++i) {
        const struct line *const line = &form->lines[i];
        holds = line->loop == NULL ? line_holds(line, x) : loop_holds(line, x);
    }
    return holds;
}
