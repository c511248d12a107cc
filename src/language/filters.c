/* What a search asks about survivors: lines that classes do not say all of. */
#include "language/form.h"
#include "language/intervals.h"

/* For each p that classes do not know of. */
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

static bool accepts(const struct residue_form *form, const struct filter *filter, firesieve_delay x)
{
    const struct line *const line = &form->lines[filter->line];
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

bool form_accepts(const struct residue_form *form, firesieve_delay x)
{
    bool accepted = true;
    for (size_t i = 0; i < form->filter_count && accepted; ++i) {
        accepted = accepts(form, &form->filters[i], x);
    }
    return accepted;
}
