#include "language/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "language/branches.h"
#include "language/intervals.h"
#include "language/tuplets.h"

enum {
    CLASSES_A_MODULUS = 1 << 20, /* the most classes that are listed for one modulus, */
    CLASSES_A_LOOP = 1 << 22,    /* and for all moduli of a line together */
    PRIME_SIEVED_TO = 1 << 16,   /* classes sieve numbers that must be prime by the primes below it */
    LISTED_MAX = 1 << 22,        /* the most numbers to test one by one instead of sieving; */
    LISTED_ALWAYS = 1 << 12, /* always if they are at most this many, otherwise if their average distance is at least */
    LISTED_APART = 1 << 10
};

struct expansion {
    struct residue_form *form;
    struct class_list_built *classes;
    struct go_on go_on;
    struct cursor cursor; /* for errors */
    struct branch_list branches;
    uint64_t steps;
};

static bool may_go_on(struct expansion *expansion)
{
    if (go_on_at(expansion->go_on, expansion->steps++)) {
        return true;
    }
    expansion->cursor.status = error_set_stopped(expansion->cursor.error);
    return false;
}

bool class_list_reserve(struct class_list_built *list, size_t more)
{
    if (more <= list->capacity - list->count) {
        return true;
    }
    size_t capacity = list->capacity < 64 ? 64 : 2 * list->capacity;
    capacity = capacity < list->count + more ? list->count + more : capacity;
    struct residue_class *const items = large_reallocarray(list->items, capacity, sizeof *items);
    if (items == NULL) {
        return false;
    }
    list->items = items;
    list->capacity = capacity;
    return true;
}

static bool reserve(struct expansion *expansion, size_t more)
{
    return class_list_reserve(expansion->classes, more) || cursor_no_memory(&expansion->cursor);
}

static void append(struct expansion *expansion, uint64_t modulus, uint64_t residue)
{
    expansion->classes->items[expansion->classes->count++] = (struct residue_class){modulus, residue};
}

/* No x holds: forbids 0 mod 1. */
static bool forbid_all(struct expansion *expansion)
{
    if (!reserve(expansion, 1)) {
        return false;
    }
    append(expansion, 1, 0);
    return true;
}

/* ---- Filters ------------------------------------------------------------------------------------------ */

static struct filter *add_filter(struct expansion *expansion, size_t line, uint64_t from_p)
{
    struct residue_form *const form = expansion->form;
    struct filter *const filters = reallocarray(form->filters, form->filter_count + 1, sizeof *filters);
    if (filters == NULL) {
        cursor_no_memory(&expansion->cursor);
        return NULL;
    }
    form->filters = filters;
    form->lines[line].partly = true;
    filters[form->filter_count] = (struct filter){.line = line, .from_p = from_p};
    return &filters[form->filter_count++];
}

/* Takes over `allowed`. */
static bool filter_by_intervals(struct expansion *expansion, size_t line, struct interval *allowed, size_t count)
{
    struct filter *const filter = add_filter(expansion, line, 0);
    if (filter == NULL) {
        free(allowed);
        return false;
    }
    filter->allowed = allowed;
    filter->allowed_count = count;
    return true;
}

/* ---- One modulus -------------------------------------------------------------------------------------- */

/* The result for one modulus of a line. */
enum fate { LISTED, TOO_MANY, FAILED };

/* The numbers from 0 to `last` that the set of a line allows, united, to be freed by the caller. NULL: no memory. */
static struct interval *allowed_of(struct expansion *expansion, const struct line *line, firesieve_delay last,
                                   size_t *count)
{
    struct interval *const allowed = reallocarray(NULL, line->count + 1, sizeof *allowed);
    if (allowed == NULL) {
        cursor_no_memory(&expansion->cursor);
        return NULL;
    }
    if (line->count > 0) {
        memcpy(allowed, line->intervals, line->count * sizeof *allowed);
    }
    *count = intervals_unite(allowed, line->count);
    *count = line->excludes ? intervals_complement(allowed, *count, last) : *count;
    return allowed;
}

/* Lists the residues that are not allowed, unless they are too many. */
static enum fate list_others(struct expansion *expansion, uint64_t modulus, const struct interval *allowed,
                             size_t count)
{
    const firesieve_delay left = modulus - intervals_size(allowed, count);
    if (left == modulus) {
        return forbid_all(expansion) ? LISTED : FAILED;
    }
    if (left > CLASSES_A_MODULUS) {
        return TOO_MANY;
    }
    if (!reserve(expansion, (size_t)left)) {
        return FAILED;
    }
    uint64_t residue = 0;
    for (size_t i = 0; i <= count; ++i) {
        const uint64_t end = i < count ? (uint64_t)allowed[i].low : modulus;
        for (; residue < end; ++residue) {
            append(expansion, modulus, residue);
        }
        residue = i < count ? (uint64_t)allowed[i].high + 1 : modulus;
    }
    return LISTED;
}

static enum fate list_residues(struct expansion *expansion, const struct line *line)
{
    size_t count;
    struct interval *const allowed = allowed_of(expansion, line, line->modulus - 1, &count);
    const enum fate fate = allowed == NULL ? FAILED : list_others(expansion, line->modulus, allowed, count);
    free(allowed);
    return fate;
}

/* Allows nonzero squares, or nonzero nonsquares. */
static enum fate list_squares(struct expansion *expansion, uint64_t modulus, bool squares)
{
    if (modulus > CLASSES_A_MODULUS) {
        return TOO_MANY;
    }
    bool *const is_square = calloc(modulus, sizeof *is_square);
    if (is_square == NULL || !reserve(expansion, (size_t)modulus)) {
        free(is_square);
        cursor_no_memory(&expansion->cursor);
        return FAILED;
    }
    for (uint64_t root = 0; root <= modulus / 2; ++root) {
        is_square[root * root % modulus] = true;
    }
    for (uint64_t residue = 0; residue < modulus; ++residue) {
        if (residue == 0 || is_square[residue] != squares) {
            append(expansion, modulus, residue);
        }
    }
    free(is_square);
    return LISTED;
}

/* Forbids -s mod prime for each shift s; each residue once if there are more shifts than residues. */
static bool list_shifts(struct expansion *expansion, uint64_t prime, const int64_t *shifts, size_t count)
{
    bool *const seen = count > prime ? calloc((size_t)prime + 1, sizeof *seen) : NULL;
    if ((count > prime && seen == NULL) || !reserve(expansion, count > prime ? (size_t)prime : count)) {
        free(seen);
        return cursor_no_memory(&expansion->cursor);
    }
    for (size_t i = 0; i < count; ++i) {
        /* A prime is not 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        const uint64_t size = (uint64_t)(shifts[i] < 0 ? -shifts[i] : shifts[i]) % prime;
        const uint64_t residue = shifts[i] < 0 || size == 0 ? size : prime - size;
        if (seen == NULL || !seen[residue]) {
            append(expansion, prime, residue);
        }
        if (seen != NULL) {
            seen[residue] = true;
        }
    }
    free(seen);
    return true;
}

static enum fate list_coprime(struct expansion *expansion, uint64_t modulus, const struct line *line)
{
    const struct prime_factors factors = number_factor(modulus);
    bool listed = true;
    for (size_t i = 0; i < factors.count && listed; ++i) {
        listed = list_shifts(expansion, factors.primes[i], line->shifts, line->count);
    }
    return listed ? LISTED : FAILED;
}

/* The classes of a line without a loop. */
static enum fate list_line(struct expansion *expansion, const struct line *line)
{
    if (line->kind == LINE_RESIDUES) {
        return list_residues(expansion, line);
    }
    return line->kind == LINE_COPRIME ? list_coprime(expansion, line->modulus, line)
                                      : list_squares(expansion, line->modulus, line->kind == LINE_SQUARE);
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

static bool expand_modular(struct expansion *expansion, size_t index)
{
    struct line *const line = &expansion->form->lines[index];
    const enum fate fate = list_line(expansion, line);
    if (fate != TOO_MANY) {
        return fate == LISTED;
    }
    if (line->kind != LINE_RESIDUES) {
        struct filter *const filter = add_filter(expansion, index, 0);
        if (filter != NULL) {
            filter->factors = number_factor(line->modulus);
        }
        return filter != NULL;
    }
    size_t count;
    struct interval *const allowed = allowed_of(expansion, line, line->modulus - 1, &count);
    if (allowed == NULL) {
        return false;
    }
    line->partly = true;
    if (branches_take(intervals_size(allowed, count))) {
        return branch_list_add(&expansion->branches, index, line->modulus, allowed, count) ||
               cursor_no_memory(&expansion->cursor);
    }
    return filter_by_intervals(expansion, index, allowed, count);
}

/* Whether testing each number is faster than sieving the range between the first and the last. */
static bool is_to_be_listed(const struct interval *allowed, size_t count)
{
    const firesieve_delay size = intervals_size(allowed, count);
    const firesieve_delay span = allowed[count - 1].high - allowed[0].low;
    return size <= LISTED_ALWAYS || (size <= LISTED_MAX && span / size >= LISTED_APART);
}

/* The set restricts the listed numbers, or becomes a filter if it is too large; a single interval is a range. */
static bool expand_values(struct expansion *expansion, size_t index)
{
    struct residue_form *const form = expansion->form;
    size_t count;
    form->lines[index].partly = true;
    struct interval *const allowed = allowed_of(expansion, &form->lines[index], FIRESIEVE_DELAY_END - 1, &count);
    if (allowed == NULL) {
        return false;
    }
    if (count == 0) {
        free(allowed);
        return forbid_all(expansion);
    }
    form->from = delay_max(form->from, allowed[0].low);
    if (!form->lines[index].excludes) { /* otherwise numbers from 2^127 on are allowed too */
        form->to = delay_min(form->to, allowed[count - 1].high + 1);
    }
    if (!is_to_be_listed(allowed, count)) {
        if (count > 1 || form->lines[index].excludes) {
            return filter_by_intervals(expansion, index, allowed, count);
        }
        free(allowed);
        return true;
    }
    return form_list(form, allowed, count) || cursor_no_memory(&expansion->cursor);
}

static uint64_t next_number(const struct residue_form *form, const struct loop *loop, uint64_t from)
{
    const uint64_t next = loop->primes ? primes_next(&form->primes, from) : from;
    return next <= loop->high ? next : 0;
}

/* Whether only the modulus, p itself, depends on p: then every number has a value for every p. */
static bool is_plain(const struct line *line)
{
    bool plain = line->loop->modulus.step_count == 1;
    for (size_t i = 0; i < line->count && plain && line->loop->items != NULL; ++i) {
        plain = line->loop->items[i].low.steps == NULL && line->loop->items[i].high.steps == NULL;
    }
    return plain;
}

/* A tuplet counts from 0 on: x with negative numbers x + s are tested one by one. */
static void test_small(struct residue_form *form, const struct line *line)
{
    for (size_t i = 0; i < line->count; ++i) {
        form->direct_end = delay_max(form->direct_end, line->shifts[i] < 0 ? (uint64_t)-line->shifts[i] : 0);
    }
}

/* Lists classes for p from loop->low on until they are too many; the rest becomes a filter. */
static bool expand_loop(struct expansion *expansion, size_t index)
{
    const struct line *const line = &expansion->form->lines[index];
    const size_t first = expansion->classes->count;
    const bool plain = is_plain(line);
    bool listing = true;
    expansion->cursor.number = line->number;
    if (line->in_tuplet) {
        test_small(expansion->form, line);
    }
    for (uint64_t p = next_number(expansion->form, line->loop, line->loop->low); p != 0;
         p = next_number(expansion->form, line->loop, p + 1)) {
        struct line made;
        if (!may_go_on(expansion)) {
            return false;
        }
        if (!line_for(line, p, &expansion->cursor, &made)) {
            line_free(&made);
            return false;
        }
        const enum fate fate = listing ? list_line(expansion, &made) : LISTED;
        line_free(&made);
        if (fate == FAILED || (fate == TOO_MANY && add_filter(expansion, index, p) == NULL)) {
            return false;
        }
        if (listing && fate == LISTED && expansion->classes->count - first > CLASSES_A_LOOP &&
            next_number(expansion->form, line->loop, p + 1) != 0) {
            if (add_filter(expansion, index, p + 1) == NULL) {
                return false;
            }
            listing = false;
        }
        listing = listing && fate == LISTED;
        if (!listing && plain) {
            return true;
        }
    }
    const bool is_left = line->in_tuplet && line->loop->high >= PRIME_SIEVED_TO; /* form->primes has those below */
    return !is_left || add_filter(expansion, index, PRIME_SIEVED_TO) != NULL;
}

/*
 * Numbers that must be prime have no divisor below PRIME_SIEVED_TO but themselves. For small x, such a number may be one
 * of these primes: x is then tested by itself.
 */
static bool expand_prime(struct expansion *expansion, size_t index)
{
    struct residue_form *const form = expansion->form;
    const struct line *const line = &form->lines[index];
    int64_t least = line->shifts[0];
    for (size_t i = 1; i < line->count; ++i) {
        least = line->shifts[i] < least ? line->shifts[i] : least;
    }
    const int64_t from = 2 - least;
    const int64_t end = PRIME_SIEVED_TO - least;
    form->from = delay_max(form->from, from > 0 ? (uint64_t)from : 0);
    form->direct_end = delay_max(form->direct_end, end > 0 ? (uint64_t)end : 0);
    const size_t first = expansion->classes->count;
    bool listed = true;
    for (uint64_t prime = 2;
         prime != 0 && prime < PRIME_SIEVED_TO && listed && expansion->classes->count - first <= CLASSES_A_LOOP;
         prime = primes_next(&form->primes, prime + 1)) {
        listed = list_shifts(expansion, prime, line->shifts, line->count);
    }
    return listed && add_filter(expansion, index, 0) != NULL;
}

static bool expand_line(struct expansion *expansion, size_t index)
{
    const struct line *const line = &expansion->form->lines[index];
    if (line->loop != NULL) {
        return expand_loop(expansion, index);
    }
    switch (line->kind) {
    case LINE_RESIDUES:
    case LINE_SQUARE:
    case LINE_NONSQUARE:
    case LINE_COPRIME:
        return expand_modular(expansion, index);
    case LINE_PRIME:
        return expand_prime(expansion, index);
    case LINE_VALUES:
        return expand_values(expansion, index);
    case LINE_NOT_SQUARE:
    case LINE_NOT_POWER:
        return add_filter(expansion, index, 0) != NULL;
    case LINE_FROM:
    case LINE_TO:
        break;
    }
    return true;
}

/* The primes that the lines need. */
static bool make_primes(struct expansion *expansion)
{
    struct residue_form *const form = expansion->form;
    uint64_t end = 0;
    for (size_t i = 0; i < form->line_count; ++i) {
        const struct line *const line = &form->lines[i];
        const uint64_t wanted = line->kind == LINE_PRIME || line->in_tuplet ? PRIME_SIEVED_TO
                                : line->loop != NULL && line->loop->primes  ? line->loop->high + 1
                                                                            : 0;
        end = wanted > end ? wanted : end;
    }
    if (end == 0 || primes_make(&form->primes, end, expansion->go_on)) {
        return true;
    }
    return go_on_ask(expansion->go_on) ? cursor_no_memory(&expansion->cursor) : may_go_on(expansion);
}

/* The rank of a filter: cheap ones come first. */
static int cost_of(const struct residue_form *form, const struct filter *filter)
{
    const struct line *const line = &form->lines[filter->line];
    if (line->loop != NULL) {
        return line->kind == LINE_COPRIME ? 4 : 2;
    }
    return line->kind == LINE_NOT_SQUARE ? 1 : line->kind == LINE_NOT_POWER ? 3 : line->kind == LINE_PRIME ? 5 : 0;
}

static void order_filters(struct residue_form *form)
{
    for (size_t i = 1; i < form->filter_count; ++i) {
        const struct filter filter = form->filters[i];
        size_t place = i;
        for (; place > 0 && cost_of(form, &form->filters[place - 1]) > cost_of(form, &filter); --place) {
            form->filters[place] = form->filters[place - 1];
        }
        form->filters[place] = filter;
    }
}

/* Lines that would make too many branches become filters. */
static bool finish_branches(struct expansion *expansion)
{
    struct branch_list *const list = &expansion->branches;
    if (!branch_list_finish(list, expansion->form, expansion->classes->items, expansion->classes->count)) {
        return cursor_no_memory(&expansion->cursor);
    }
    bool made = true;
    for (size_t i = 0; i < list->count && made; ++i) {
        struct narrow_line *const line = &list->lines[i];
        made = filter_by_intervals(expansion, line->line, line->allowed, line->allowed_count);
        line->allowed = NULL;
    }
    return made;
}

firesieve_status form_expand(struct residue_form *form, struct class_list_built *classes, struct go_on go_on,
                             size_t *source, firesieve_error *error)
{
    struct expansion expansion = {
        .form = form, .classes = classes, .go_on = go_on, .cursor = {.line = "\n", .error = error}};
    expansion.cursor.at = expansion.cursor.line;
    tuplet_mark(form, classes->items);
    bool made = make_primes(&expansion);
    for (size_t i = 0; i < form->line_count && made; ++i) {
        form->lines[i].first_class = classes->count;
        *source = form->lines[i].source;
        made = expand_line(&expansion, i) && may_go_on(&expansion);
        form->lines[i].class_count = classes->count - form->lines[i].first_class;
    }
    made = made && finish_branches(&expansion) &&
           (tuplet_make(form, classes->items, classes->count) || cursor_no_memory(&expansion.cursor));
    order_filters(form);
    branch_list_free(&expansion.branches);
    return made ? FIRESIEVE_OK : expansion.cursor.status;
}
