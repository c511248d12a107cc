/* Filters of survivors: lines that classes do not cover completely. */
#include "language/form.h"
#include "language/intervals.h"
#include "number/prime_test.h"

/* For each p that classes do not cover. */
static bool accepts_loop(const struct residue_form *form, const struct filter *filter, firesieve_delay x)
{
    const struct line *const line = &form->lines[filter->line];
    bool accepts = true;
    for (uint64_t p = filter->from_p; p != 0 && p <= line->loop->high && accepts;
         p = line->loop->primes ? primes_next(&form->primes, p + 1) : p + 1) {
        accepts = line_holds_at(line, p, x);
    }
    return accepts;
}

/* Whether no prime up to `high` divides the number, which has no divisor up to 2^16: a composite needs trial division. */
static bool has_no_divisor(firesieve_delay number, uint64_t high)
{
    enum { FIRST = 65537, STEP = 6 }; /* 5 modulo 6 */
    if (number_is_prime(number)) {
        return number > high;
    }
    for (uint64_t divisor = FIRST; divisor <= high && divisor <= number / divisor; divisor += STEP) {
        if (number % divisor == 0 || number % (divisor + 2) == 0) {
            return false;
        }
    }
    return number == 1 || number > high;
}

/* The primes that classes do not cover are too many to be listed. */
static bool accepts_tuplet(const struct line *line, firesieve_delay x)
{
    bool accepted = true;
    for (size_t i = 0; i < line->count && accepted; ++i) {
        const int64_t shift = line->shifts[i];
        const firesieve_delay size = (firesieve_delay)(shift < 0 ? -shift : shift);
        accepted = has_no_divisor(shift >= 0 ? x + size : x > size ? x - size : size - x, line->loop->high);
    }
    return accepted;
}

static bool accepts(const struct residue_form *form, const struct filter *filter, firesieve_delay x)
{
    const struct line *const line = &form->lines[filter->line];
    if (line->loop != NULL && line->in_tuplet) {
        return accepts_tuplet(line, x);
    }
    if (line->loop != NULL) {
        return accepts_loop(form, filter, x);
    }
    if (filter->allowed != NULL) {
        const firesieve_delay number = line->kind == LINE_RESIDUES ? x % line->modulus : x;
        return intervals_have(filter->allowed, filter->allowed_count, number);
    }
    if (filter->factors.count > 0) {
        const uint64_t residue = (uint64_t)(x % line->modulus);
        return residue != 0 && number_is_residue_of_square(residue, &filter->factors) == (line->kind == LINE_SQUARE);
    }
    return line_holds(line, x);
}

static bool accepts_all(const struct residue_form *form, firesieve_delay x, bool beside_tuplet)
{
    bool accepted = true;
    for (size_t i = 0; i < form->filter_count && accepted; ++i) {
        const bool skipped = beside_tuplet && form->lines[form->filters[i].line].in_tuplet;
        accepted = skipped || accepts(form, &form->filters[i], x);
    }
    return accepted;
}

bool form_accepts(const struct residue_form *form, firesieve_delay x)
{
    return accepts_all(form, x, false);
}

bool form_accepts_beside_tuplet(const struct residue_form *form, firesieve_delay x)
{
    return accepts_all(form, x, true);
}
