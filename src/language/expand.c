#include "language/expand.h"

#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "language/branches.h"
#include "language/intervals.h"
#include "language/tuplets.h"

enum {
    CLASSES_A_MODULUS = 1 << 20, /* one modulus is listed up to so many forbidden classes */
    CLASSES_A_LOOP = 1 << 22,    /* and all moduli of a line together up to so many */
    PRIME_SIEVED_TO = 1 << 16,   /* what is to be prime has no divisor up to it but itself */
    LISTED_MAX = 1 << 22,        /* so many numbers may be looked at one by one rather than sieved for, */
    LISTED_ALWAYS = 1 << 12,     /* so few always are, and others where they are that rare between first and last */
    LISTED_APART = 1 << 10,
    ROOMS = 3
};

struct expansion {
    struct residue_form *form;
    struct class_list_built *classes;
    struct go_on go_on;
    struct cursor cursor; /* for errors */
    struct branch_list branches;
    struct interval *rooms[ROOMS]; /* owned; reused from line to line */
    size_t room_size;              /* intervals in each */
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

/* Nothing holds: 0 mod 1 is forbidden. */
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

/* Takes over what is allowed. */
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

/* What became of a line for one modulus. */
enum fate { LISTED, TOO_MANY, FAILED };

/* Room for so many intervals, in which nothing of the last line is needed any more. */
static bool make_room(struct expansion *expansion, size_t count)
{
    for (size_t i = 0; i < ROOMS && (count > expansion->room_size || expansion->rooms[i] == NULL); ++i) {
        struct interval *const room = reallocarray(expansion->rooms[i], 2 * count, sizeof *room);
        if (room == NULL) {
            return cursor_no_memory(&expansion->cursor);
        }
        expansion->rooms[i] = room;
    }
    expansion->room_size = count > expansion->room_size ? 2 * count : expansion->room_size;
    return true;
}

/* The numbers from 0 to `last` that the set of a line allows, united, in a room of the expansion. NULL: no memory. */
static const struct interval *allowed_of(struct expansion *expansion, const struct line *line, firesieve_delay last,
                                         size_t *count)
{
    if (!make_room(expansion, line->count + 2)) {
        return NULL;
    }
    struct interval *const united = expansion->rooms[0];
    for (size_t i = 0; i < line->count; ++i) {
        united[i] = line->intervals[i];
    }
    *count = intervals_unite(united, line->count);
    if (!line->excludes) {
        return united;
    }
    *count = intervals_complement(united, *count, last, expansion->rooms[1]);
    return expansion->rooms[1];
}

/* To be freed by the caller. NULL: no memory. */
static struct interval *copy_of(struct expansion *expansion, const struct interval *intervals, size_t count)
{
    struct interval *const copy = reallocarray(NULL, count + 1, sizeof *copy);
    if (copy == NULL) {
        cursor_no_memory(&expansion->cursor);
        return NULL;
    }
    for (size_t i = 0; i < count; ++i) {
        copy[i] = intervals[i];
    }
    return copy;
}

static bool list_intervals(struct expansion *expansion, uint64_t modulus, const struct interval *forbidden,
                           size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        for (uint64_t residue = (uint64_t)forbidden[i].low; residue <= forbidden[i].high; ++residue) {
            append(expansion, modulus, residue);
        }
    }
    return true;
}

/* Lists what the residues that allowed_of found leave, where that is not too much. */
static enum fate list_residues(struct expansion *expansion, uint64_t modulus, const struct interval *allowed,
                               size_t count)
{
    const firesieve_delay left = modulus - intervals_size(allowed, count);
    if (left == modulus) {
        return forbid_all(expansion) ? LISTED : FAILED;
    }
    if (left > CLASSES_A_MODULUS) {
        return TOO_MANY;
    }
    struct interval *const forbidden = expansion->rooms[ROOMS - 1];
    if (!reserve(expansion, (size_t)left)) {
        return FAILED;
    }
    list_intervals(expansion, modulus, forbidden, intervals_complement(allowed, count, modulus - 1, forbidden));
    return LISTED;
}

/* Nonzero squares, or nonzero numbers that are none, are allowed. */
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

/* -s mod prime of each shift s, each once where they are more than the residues. */
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
        size_t count;
        const struct interval *const allowed = allowed_of(expansion, line, line->modulus - 1, &count);
        return allowed == NULL ? FAILED : list_residues(expansion, line->modulus, allowed, count);
    }
    return line->kind == LINE_COPRIME ? list_coprime(expansion, line->modulus, line)
                                      : list_squares(expansion, line->modulus, line->kind == LINE_SQUARE);
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

static bool expand_residues(struct expansion *expansion, size_t index)
{
    const struct line *const line = &expansion->form->lines[index];
    size_t count;
    const struct interval *const found = allowed_of(expansion, line, line->modulus - 1, &count);
    const enum fate fate = found == NULL ? FAILED : list_residues(expansion, line->modulus, found, count);
    if (fate != TOO_MANY) {
        return fate == LISTED;
    }
    expansion->form->lines[index].partly = true;
    struct interval *const allowed = copy_of(expansion, found, count);
    if (allowed == NULL) {
        return false;
    }
    if (branches_take(intervals_size(allowed, count))) {
        return branch_list_add(&expansion->branches, index, line->modulus, allowed, count) ||
               cursor_no_memory(&expansion->cursor);
    }
    return filter_by_intervals(expansion, index, allowed, count);
}

static bool expand_squares(struct expansion *expansion, size_t index)
{
    const struct line *const line = &expansion->form->lines[index];
    const enum fate fate = list_line(expansion, line);
    if (fate != TOO_MANY) {
        return fate == LISTED;
    }
    struct filter *const filter = add_filter(expansion, index, 0);
    if (filter != NULL) {
        filter->factors = number_factor(line->modulus);
    }
    return filter != NULL;
}

/* Whether looking at each number is quicker than sieving for what is between the first and the last. */
static bool is_to_be_listed(const struct interval *allowed, size_t count)
{
    const firesieve_delay size = intervals_size(allowed, count);
    const firesieve_delay span = allowed[count - 1].high - allowed[0].low;
    return size <= LISTED_ALWAYS || (size <= LISTED_MAX && span / size >= LISTED_APART);
}

/* What is in the set joins what other lines list, or becomes a filter where it is too much; one interval is a range. */
static bool expand_values(struct expansion *expansion, size_t index)
{
    struct residue_form *const form = expansion->form;
    size_t count;
    form->lines[index].partly = true;
    const struct interval *const found = allowed_of(expansion, &form->lines[index], FIRESIEVE_DELAY_END - 1, &count);
    struct interval *const allowed = found == NULL ? NULL : copy_of(expansion, found, count);
    if (allowed == NULL) {
        return false;
    }
    if (count == 0) {
        free(allowed);
        return forbid_all(expansion);
    }
    form->from = allowed[0].low > form->from ? allowed[0].low : form->from;
    if (!form->lines[index].excludes) { /* otherwise what is beyond 2^127 is allowed as well */
        form->to = delay_min(form->to, allowed[count - 1].high + 1);
    }
    if (!is_to_be_listed(allowed, count)) {
        if (count > 1 || form->lines[index].excludes) {
            return filter_by_intervals(expansion, index, allowed, count);
        }
        free(allowed);
        return true;
    }
    if (form->listed == NULL) {
        form->listed = allowed;
        form->listed_count = count;
        return true;
    }
    struct interval *const both = reallocarray(NULL, form->listed_count + count, sizeof *both);
    if (both != NULL) {
        const size_t both_count = intervals_meet(form->listed, form->listed_count, allowed, count, both);
        free(form->listed);
        form->listed = both;
        form->listed_count = both_count;
    }
    free(allowed);
    return both != NULL || cursor_no_memory(&expansion->cursor);
}

static uint64_t next_number(const struct residue_form *form, const struct loop *loop, uint64_t from)
{
    const uint64_t next = loop->primes ? primes_next(&form->primes, from) : from;
    return next <= loop->high ? next : 0;
}

/* Whether nothing in it but the modulus p itself depends on p: then no number in it can be without a value. */
static bool is_plain(const struct line *line)
{
    bool plain = line->loop->modulus.step_count == 1;
    for (size_t i = 0; i < line->count && plain && line->loop->items != NULL; ++i) {
        plain = line->loop->items[i].low.steps == NULL && line->loop->items[i].high.steps == NULL;
    }
    return plain;
}

/* A tuplet counts from 0 on: x whose numbers are below that are asked about one by one. */
static void look_at_small(struct residue_form *form, const struct line *line)
{
    for (size_t i = 0; i < line->count; ++i) {
        const firesieve_delay end = line->shifts[i] < 0 ? (uint64_t)-line->shifts[i] : 0;
        form->direct_end = end > form->direct_end ? end : form->direct_end;
    }
}

/* For p from loop->low on, as long as that is not too much; the rest is a filter. */
static bool expand_loop(struct expansion *expansion, size_t index)
{
    const struct line *const line = &expansion->form->lines[index];
    const size_t first = expansion->classes->count;
    const bool plain = is_plain(line);
    bool listing = true;
    expansion->cursor.number = line->number;
    if (line->in_tuplet) {
        look_at_small(expansion->form, line);
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
    const bool is_left = line->in_tuplet && line->loop->high >= PRIME_SIEVED_TO; /* primes up to there are at hand */
    return !is_left || add_filter(expansion, index, PRIME_SIEVED_TO) != NULL;
}

/*
 * What is to be prime has no divisor up to a bound but itself. A number may be one of these primes where x is small:
 * then somebody has to look at x itself.
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
    form->from = from > 0 && (firesieve_delay)from > form->from ? (firesieve_delay)from : form->from;
    form->direct_end = end > 0 && (firesieve_delay)end > form->direct_end ? (firesieve_delay)end : form->direct_end;
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
        return expand_residues(expansion, index);
    case LINE_SQUARE:
    case LINE_NONSQUARE:
        return expand_squares(expansion, index);
    case LINE_COPRIME:
        return list_line(expansion, line) == LISTED;
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

/* The primes that lines ask about. */
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

/* Cheap filters first: the order in which survivors meet them. */
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

/* Lines of which branches would be too many become filters. */
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
    for (size_t i = 0; i < ROOMS; ++i) {
        free(expansion.rooms[i]);
    }
    return made ? FIRESIEVE_OK : expansion.cursor.status;
}
