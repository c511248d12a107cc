/* The oracle of the residue form: checks every line as it is written, x by x. It shares nothing with classes. */
#include "base/gcd.h"
#include "language/form.h"
#include "number/prime_test.h"
#include "number/roots.h"

static bool set_has(const struct line *line, firesieve_delay number)
{
    for (size_t i = 0; i < line->count; ++i) {
        if (line->intervals[i].low <= number && number <= line->intervals[i].high) {
            return true;
        }
    }
    return false;
}

/* Whether the residue is a square modulo the modulus. For small moduli, tries all roots. */
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

/* Whether x + shift, which a negative shift may make negative, is prime, or coprime to the modulus of the line. */
static bool holds_shifted(const struct line *line, firesieve_delay x, int64_t shift)
{
    const firesieve_delay size = (firesieve_delay)(shift < 0 ? -shift : shift);
    const firesieve_delay number = shift >= 0 ? x + size : x >= size ? x - size : size - x;
    if (line->kind == LINE_PRIME) {
        return (shift >= 0 || x >= size) && number_is_prime(number);
    }
    return greatest_common_divisor(line->modulus, (uint64_t)(number % line->modulus)) == 1;
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
    case LINE_NONSQUARE: {
        const uint64_t residue = (uint64_t)(x % line->modulus);
        return residue != 0 && is_square_residue(residue, line->modulus) == (line->kind == LINE_SQUARE);
    }
    case LINE_COPRIME:
    case LINE_PRIME:
        for (size_t i = 0; i < line->count && holds; ++i) {
            holds = holds_shifted(line, x, line->shifts[i]);
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

static bool is_prime_by_trial(uint64_t p)
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

/* For every p of the loop; form_expand has rejected a p for which a number has no value. */
static bool loop_holds(const struct line *line, firesieve_delay x)
{
    bool holds = true;
    for (uint64_t p = line->loop->low; p <= line->loop->high && holds; ++p) {
        if (line->loop->primes && !is_prime_by_trial(p)) {
            continue;
        }
        holds = line_holds_at(line, p, x);
    }
    return holds;
}

bool form_holds(const firesieve_firewall *firewall, firesieve_delay x)
{
    const struct residue_form *const form = firewall->form;
    bool holds = true;
    for (size_t i = 0; i < form->simple_count && holds; ++i) {
        holds = x % firewall->classes[i].modulus != firewall->classes[i].residue;
    }
    for (size_t i = 0; i < form->line_count && holds; ++i) {
        const struct line *const line = &form->lines[i];
        holds = line->loop == NULL ? line_holds(line, x) : loop_holds(line, x);
    }
    return holds;
}
