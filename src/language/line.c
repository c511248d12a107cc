#include "language/line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"

enum { LOOP_NUMBERS_MAX = 1 << 24 };

static const struct value modulus_least = {.magnitude = 1};
static const struct value prime_most = {.magnitude = UINT32_MAX}; /* in a loop over primes, which come from a sieve */
static const struct value modulus_most = {.magnitude = LINE_MODULUS_MAX};

/* A value in decimal, for messages. */
struct shown {
    char text[FIRESIEVE_DELAY_TEXT_SIZE + 1];
};

static struct shown show(struct value value)
{
    struct shown shown = {.text = "-"};
    firesieve_delay_format(value.magnitude, shown.text + value.negative);
    return shown;
}

/* ---- Sets --------------------------------------------------------------------------------------------- */

static void free_items(struct item *items, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        expression_free(&items[i].low);
        if (!items[i].single) {
            expression_free(&items[i].high);
        }
    }
    free(items);
}

/* A growing list of items. */
struct item_list {
    struct item *items;
    size_t count;
    size_t capacity;
};

/* A or A..B. */
static bool read_item(struct cursor *cursor, struct item_list *list)
{
    struct item item = {.single = true};
    struct item *const items = large_grow(list->items, list->count, &list->capacity, sizeof *items);
    if (items == NULL) {
        return cursor_no_memory(cursor);
    }
    list->items = items;
    if (!expression_read(cursor, true, &item.low)) {
        return false;
    }
    item.high = item.low;
    if (cursor_take_dots(cursor)) {
        if (!expression_read(cursor, true, &item.high)) {
            expression_free(&item.low);
            return false;
        }
        item.single = false;
    }
    items[list->count++] = item;
    return true;
}

/* { item, ... }; the brace is the next byte. */
static bool read_items(struct cursor *cursor, struct item_list *list)
{
    ++cursor->at;
    do {
        if (!read_item(cursor, list)) {
            return false;
        }
    } while (cursor_take(cursor, ','));
    return cursor_take(cursor, '}') || cursor_expected(cursor, "',' or '}'");
}

static bool read_set(struct cursor *cursor, struct item_list *list)
{
    cursor_skip_blanks(cursor);
    return *cursor->at == '{' ? read_items(cursor, list) : cursor_expected(cursor, "a set such as {1, 2, 5..7}");
}

static bool depends_on_p(const struct item_list *list)
{
    bool depends = false;
    for (size_t i = 0; i < list->count && !depends; ++i) {
        depends = list->items[i].low.steps != NULL || list->items[i].high.steps != NULL;
    }
    return depends;
}

/* The values of an item's ends. False: one has none, or they descend; descending ends that contain p are an empty range. */
static bool item_values(struct cursor *cursor, const struct item *item, uint64_t p, struct value *low,
                        struct value *high, bool *empty)
{
    const char *fault;
    *empty = true;
    if (!expression_value(&item->low, p, low, &fault) || !expression_value(&item->high, p, high, &fault)) {
        return cursor_fail_at(cursor, item->low.column, "expected %s for every p, found none for p = %" PRIu64, fault,
                              p);
    }
    *empty = value_compare(*low, *high) > 0;
    if (*empty && item->low.steps == NULL && item->high.steps == NULL) {
        return cursor_fail_at(cursor, item->low.column,
                              "expected a range of ascending numbers, such as 5..7, found %s..%s", show(*low).text,
                              show(*high).text);
    }
    return true;
}

/* The residues of the numbers from low to high, as one or two intervals. Returns how many. */
static size_t residues_between(struct value low, struct value high, uint64_t modulus, struct interval out[2])
{
    struct value width;
    const bool fits = value_add(high, (struct value){low.magnitude, !low.negative && low.magnitude != 0}, &width);
    if (!fits || width.magnitude >= modulus - 1) {
        out[0] = (struct interval){0, modulus - 1};
        return 1;
    }
    const uint64_t first = value_residue(low, modulus);
    const uint64_t last = value_residue(high, modulus);
    if (first <= last) {
        out[0] = (struct interval){first, last};
        return 1;
    }
    out[0] = (struct interval){first, modulus - 1};
    out[1] = (struct interval){0, last};
    return 2;
}

/* The numbers from low to high that are not negative. Returns the number of intervals. */
static size_t values_between(struct value low, struct value high, struct interval out[1])
{
    if (high.negative) {
        return 0;
    }
    out[0] = (struct interval){low.negative ? 0 : low.magnitude, high.magnitude};
    return 1;
}

/* Makes the line's intervals: of residues if it has a modulus, otherwise of numbers. */
static bool make_intervals(struct cursor *cursor, const struct item *items, size_t count, uint64_t p, struct line *line)
{
    line->intervals = reallocarray(NULL, 2 * count + 1, sizeof *line->intervals);
    line->count = 0;
    if (line->intervals == NULL) {
        return cursor_no_memory(cursor);
    }
    for (size_t i = 0; i < count; ++i) {
        struct value low = {0};
        struct value high = {0};
        bool empty;
        if (!item_values(cursor, &items[i], p, &low, &high, &empty)) {
            return false;
        }
        if (line->kind == LINE_VALUES && !high.negative && high.magnitude >= FIRESIEVE_DELAY_END) {
            return cursor_fail_at(cursor, items[i].low.column, "expected numbers below 2^127, found %s",
                                  show(high).text);
        }
        struct interval *const next = line->intervals + line->count;
        if (!empty) {
            line->count += line->kind == LINE_VALUES ? values_between(low, high, next)
                                                     : residues_between(low, high, line->modulus, next);
        }
    }
    return true;
}

static bool shift_of(struct value value, bool minus, int64_t *shift)
{
    if (value.magnitude > LINE_MODULUS_MAX) {
        return false;
    }
    const int64_t size = (int64_t)value.magnitude;
    *shift = value.negative != minus ? -size : size;
    return true;
}

/* Makes the line's shifts from the numbers of the set, or from their negatives. */
static bool make_shifts(struct cursor *cursor, const struct item_list *list, bool minus, struct line *line)
{
    size_t capacity = 0;
    for (size_t i = 0; i < list->count; ++i) {
        struct value low = {0};
        struct value high = {0};
        bool empty;
        int64_t first;
        int64_t last;
        if (!item_values(cursor, &list->items[i], 0, &low, &high, &empty)) {
            return false;
        }
        const uint32_t column = list->items[i].low.column;
        if (!shift_of(low, false, &first) || !shift_of(high, false, &last)) {
            return cursor_fail_at(cursor, column, "expected numbers from -2^62 to 2^62 to be added to x, found %s",
                                  show(shift_of(low, false, &first) ? high : low).text);
        }
        const uint64_t more = (uint64_t)(last - first) + 1;
        if (more > LINE_SHIFTS_MAX - line->count) {
            return cursor_fail_at(cursor, column, "expected at most %d numbers to be added to x, found more",
                                  LINE_SHIFTS_MAX);
        }
        for (int64_t shift = first; shift <= last; ++shift) {
            int64_t *const shifts = large_grow(line->shifts, line->count, &capacity, sizeof *shifts);
            if (shifts == NULL) {
                return cursor_no_memory(cursor);
            }
            line->shifts = shifts;
            shifts[line->count++] = minus ? -shift : shift;
        }
    }
    return true;
}

/* ---- Moduli and loops --------------------------------------------------------------------------------- */

static bool is_modulus(struct value value)
{
    return value_compare(value, modulus_least) >= 0 && value_compare(value, modulus_most) <= 0;
}

/* A constant modulus becomes the line's; one with p in it is kept as it is written. */
static bool read_modulus(struct cursor *cursor, struct line *line, struct expression *modulus)
{
    if (!expression_read(cursor, true, modulus)) {
        return false;
    }
    line->modulus = modulus->steps == NULL ? (uint64_t)modulus->value.magnitude : 0;
    return modulus->steps != NULL || is_modulus(modulus->value) ||
           cursor_fail_at(cursor, modulus->column, "expected a modulus from 1 to 2^62, found %s",
                          show(modulus->value).text);
}

static bool read_constant(struct cursor *cursor, struct value low, struct value high, const char *what,
                          struct value *value)
{
    struct expression expression;
    if (!expression_read(cursor, false, &expression)) {
        return false;
    }
    *value = expression.value;
    return (value_compare(*value, low) >= 0 && value_compare(*value, high) <= 0) ||
           cursor_fail_at(cursor, expression.column, "expected %s, found %s", what, show(*value).text);
}

/* What follows `for`: primes p in A..B, or p in A..B. */
static bool read_loop_range(struct cursor *cursor, struct loop *loop)
{
    loop->primes = cursor_take_word(cursor, "primes");
    if (!cursor_take_word(cursor, "p")) {
        return cursor_expected(cursor, loop->primes ? "'p'" : "'primes p', or 'p'");
    }
    if (!cursor_take_word(cursor, "in")) {
        return cursor_expected(cursor, "'in'");
    }
    const struct value most = loop->primes ? prime_most : modulus_most;
    const char *const what = loop->primes ? "a number from 1 to 2^32 - 1" : "a number from 1 to 2^62";
    struct value low;
    struct value high;
    cursor_skip_blanks(cursor);
    const char *const at = cursor->at;
    if (!read_constant(cursor, modulus_least, most, what, &low)) {
        return false;
    }
    if (!cursor_take_dots(cursor)) {
        return cursor_expected(cursor, "'..' and the end of the range");
    }
    if (!read_constant(cursor, modulus_least, most, what, &high)) {
        return false;
    }
    if (low.magnitude > high.magnitude) {
        return cursor_fail(cursor, at, "expected a range of ascending numbers, such as 3..173, found %s..%s",
                           show(low).text, show(high).text);
    }
    if (!loop->primes && high.magnitude - low.magnitude >= LOOP_NUMBERS_MAX) {
        const struct value count = {.magnitude = high.magnitude - low.magnitude + 1};
        return cursor_fail(cursor, at, "expected at most %d numbers for p, found %s", LOOP_NUMBERS_MAX,
                           show(count).text);
    }
    loop->low = (uint64_t)low.magnitude;
    loop->high = (uint64_t)high.magnitude;
    return true;
}

/* The end of a line with a modulus: a loop if p is in the line. Takes over modulus and items if there is a loop. */
static bool finish_modular(struct cursor *cursor, struct line *line, struct expression *modulus, struct item_list *list)
{
    const bool depends = modulus->steps != NULL || depends_on_p(list);
    cursor_skip_blanks(cursor);
    const char *const at = cursor->at;
    if (!cursor_take_word(cursor, "for")) {
        if (depends) {
            return cursor_expected(cursor, "'for primes p in A..B', since p is in the line");
        }
        const bool made = line->kind != LINE_RESIDUES || line->intervals != NULL;
        return made || make_intervals(cursor, list->items, list->count, 0, line);
    }
    if (!depends) {
        return cursor_fail(cursor, at, "expected p in a line that ends with 'for', found none before it");
    }
    line->loop = calloc(1, sizeof *line->loop);
    if (line->loop == NULL) {
        return cursor_no_memory(cursor);
    }
    if (!read_loop_range(cursor, line->loop)) {
        return false;
    }
    line->loop->modulus = *modulus;
    *modulus = (struct expression){.steps = NULL};
    if (line->kind == LINE_RESIDUES) {
        line->loop->items = list->items;
        line->count = list->count;
        *list = (struct item_list){.items = NULL};
    }
    return true;
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

/*
 * Most sets consist of digits and commas, with at most one blank after each comma, and become intervals at once; others
 * become items.
 */
static bool read_residue_set(struct cursor *cursor, struct line *line, struct item_list *list)
{
    size_t capacity = 0;
    uint64_t number;
    cursor_skip_blanks(cursor);
    const char *at = cursor->at;
    if (line->modulus == 0 || *at != '{') {
        return read_set(cursor, list);
    }
    do {
        at = read_digits(at + 1 + (line->count > 0 && at[1] == ' '), &number);
        struct interval *const intervals = large_grow(line->intervals, line->count, &capacity, sizeof *intervals);
        if (intervals == NULL) {
            return cursor_no_memory(cursor);
        }
        number = number < line->modulus ? number : number % line->modulus;
        line->intervals = intervals;
        intervals[line->count++] = (struct interval){number, number};
    } while (at != NULL && *at == ',');
    if (at != NULL && *at == '}') {
        cursor->at = at + 1;
        return true;
    }
    free(line->intervals);
    line->intervals = NULL;
    line->count = 0;
    return read_set(cursor, list);
}

/* What follows `=` or `!=`: one number. */
static bool read_equal(struct cursor *cursor, struct item_list *list)
{
    cursor_skip_blanks(cursor);
    const char *const at = cursor->at;
    if (*at == '{') {
        return cursor_fail(cursor, at, "expected a number, or p, found a set; write it after in, or not in");
    }
    if (*at == '=') {
        return cursor_fail(cursor, at, "expected a number, or p, found another '='; one is enough");
    }
    return read_item(cursor, list) &&
           (list->items[0].single ||
            cursor_fail(cursor, at, "expected one number, or p, found a range; write in {A..B}"));
}

/* What follows `x mod M`. */
static bool read_residues(struct cursor *cursor, struct line *line, struct item_list *list)
{
    static const char what[] = "=, !=, in, not in, square or nonsquare after the modulus";
    line->kind = LINE_RESIDUES;
    if (cursor_take_word(cursor, "square") || cursor_take_word(cursor, "nonsquare")) {
        line->kind = cursor->at[-7] == 'n' ? LINE_NONSQUARE : LINE_SQUARE;
        return true;
    }
    if (cursor_take_word(cursor, "in")) {
        return read_residue_set(cursor, line, list);
    }
    if (cursor_take_word(cursor, "not")) {
        line->excludes = true;
        return cursor_take_word(cursor, "in")
                   ? read_residue_set(cursor, line, list)
                   : cursor_expected(cursor, cursor_at_word(cursor, "square")
                                                 ? "'in', or nonsquare instead of 'not square'"
                                                 : "'in'");
    }
    if (cursor_take(cursor, '=')) {
        return read_equal(cursor, list);
    }
    cursor_skip_blanks(cursor);
    if (cursor->at[0] == '!' && cursor->at[1] == '=') {
        line->excludes = true;
        cursor->at += 2;
        return read_equal(cursor, list);
    }
    return cursor_expected(cursor, what);
}

/* What follows `x mod` or `coprime to`. */
static bool read_modular(struct cursor *cursor, struct line *line)
{
    struct expression modulus = {.steps = NULL};
    struct item_list list = {.items = NULL};
    const bool read = read_modulus(cursor, line, &modulus) &&
                      (line->kind == LINE_COPRIME || read_residues(cursor, line, &list)) &&
                      finish_modular(cursor, line, &modulus, &list);
    expression_free(&modulus);
    free_items(list.items, list.count);
    return read;
}

static bool read_coprime(struct cursor *cursor, struct line *line)
{
    line->kind = LINE_COPRIME;
    return cursor_take_word(cursor, "to") ? read_modular(cursor, line) : cursor_expected(cursor, "'to'");
}

/* The numbers that are added to x before `prime` or `coprime`. */
static bool read_added(struct cursor *cursor, struct line *line, struct item_list *list)
{
    const bool minus = *cursor->at == '-';
    const char *const sign = cursor->at++;
    cursor_skip_blanks(cursor);
    const bool set = *cursor->at == '{';
    if (!set && minus) {
        cursor->at = sign; /* x - 3 + 1 is x + (-3 + 1) */
    }
    if (!(set ? read_items(cursor, list) : read_item(cursor, list))) {
        return false;
    }
    if (depends_on_p(list)) {
        return cursor_fail(cursor, sign, "expected numbers without p to be added to x, found p");
    }
    if (!set && !list->items[0].single) {
        return cursor_fail(cursor, sign, "expected a number, or a set such as {0, 2}, to be added to x, found a range");
    }
    return make_shifts(cursor, list, set && minus, line);
}

static bool read_tuplet(struct cursor *cursor, struct line *line)
{
    struct item_list list = {.items = NULL};
    const bool read = read_added(cursor, line, &list);
    free_items(list.items, list.count);
    if (!read) {
        return false;
    }
    if (cursor_take_word(cursor, "coprime")) {
        return read_coprime(cursor, line);
    }
    line->kind = LINE_PRIME;
    return cursor_take_word(cursor, "prime") || cursor_expected(cursor, "coprime or prime");
}

/* x alone: a tuplet of one number. */
static bool add_nothing(struct cursor *cursor, struct line *line)
{
    line->shifts = calloc(1, sizeof *line->shifts);
    line->count = 1;
    return line->shifts != NULL || cursor_no_memory(cursor);
}

static bool read_values(struct cursor *cursor, struct line *line, bool excludes)
{
    struct item_list list = {.items = NULL};
    line->kind = LINE_VALUES;
    line->excludes = excludes;
    cursor_skip_blanks(cursor);
    const char *const at = cursor->at;
    bool read = read_set(cursor, &list);
    if (read && depends_on_p(&list)) {
        read = cursor_fail(cursor, at, "expected numbers without p, found p");
    }
    read = read && make_intervals(cursor, list.items, list.count, 0, line);
    free_items(list.items, list.count);
    return read;
}

/* What follows `x not`. */
static bool read_not(struct cursor *cursor, struct line *line)
{
    if (cursor_take_word(cursor, "in")) {
        return read_values(cursor, line, true);
    }
    line->kind = cursor_at_word(cursor, "square") ? LINE_NOT_SQUARE : LINE_NOT_POWER;
    return cursor_take_word(cursor, "square") || cursor_take_word(cursor, "power") ||
           cursor_expected(cursor, "square, power or in");
}

static bool read_constraint(struct cursor *cursor, struct line *line)
{
    static const char what[] = "mod, +, -, coprime, prime, in or not after x";
    static const char bounds[] = "a line `from N` or `to N` for a bound of x";
    if (cursor_take_word(cursor, "mod")) {
        return read_modular(cursor, line);
    }
    cursor_skip_blanks(cursor);
    if (*cursor->at == '+' || *cursor->at == '-') {
        return read_tuplet(cursor, line);
    }
    if (cursor_take_word(cursor, "coprime")) {
        return add_nothing(cursor, line) && read_coprime(cursor, line);
    }
    if (cursor_take_word(cursor, "prime")) {
        line->kind = LINE_PRIME;
        return add_nothing(cursor, line);
    }
    if (cursor_take_word(cursor, "in")) {
        return read_values(cursor, line, false);
    }
    if (cursor_take_word(cursor, "not")) {
        return read_not(cursor, line);
    }
    return cursor_expected(cursor, strchr("<>", *cursor->at) == NULL || *cursor->at == '\0' ? what : bounds);
}

static bool read_bound(struct cursor *cursor, struct line *line)
{
    struct value value;
    const bool read = read_constant(cursor, (struct value){0}, (struct value){.magnitude = FIRESIEVE_DELAY_END},
                                    "a number from 0 to 2^127", &value);
    line->bound = read ? value.magnitude : 0;
    return read;
}

/* D: or D : */
static bool is_layer(const char *at)
{
    const char *const end = at + strspn(at, "0123456789");
    return end > at && end[strspn(end, " \t")] == ':';
}

static bool read_statement(struct cursor *cursor, struct line *line)
{
    if (cursor_take_word(cursor, "x")) {
        return read_constraint(cursor, line);
    }
    line->kind = cursor_at_word(cursor, "from") ? LINE_FROM : LINE_TO;
    if (cursor_take_word(cursor, "from") || cursor_take_word(cursor, "to")) {
        return read_bound(cursor, line);
    }
    return cursor_expected(cursor, *cursor->at == 'X' ? "a line that begins with a lowercase x, from or to"
                                   : is_layer(cursor->at)
                                       ? "a line that begins with x, from or to (layers belong in a text of their own)"
                                       : "a line that begins with x, from or to");
}

bool line_skip_comment(struct cursor *cursor)
{
    return cursor_skip_rest(cursor) || cursor_expected(cursor, "the end of the line");
}

static bool read_end(struct cursor *cursor)
{
    return cursor_at_end(cursor) ? line_skip_comment(cursor) : cursor_expected(cursor, "the end of the line");
}

bool line_read(struct cursor *cursor, struct line *line)
{
    *line = (struct line){.number = cursor->number};
    const bool read = read_statement(cursor, line) && read_end(cursor);
    if (!read) {
        line_free(line);
    }
    return read;
}

void line_free(struct line *line)
{
    if (line->loop != NULL) {
        free_items(line->loop->items, line->loop->items == NULL ? 0 : line->count);
        expression_free(&line->loop->modulus);
    }
    free(line->loop);
    if (!line->pooled) {
        free(line->text);
        free(line->intervals);
    }
    *line = (struct line){.loop = NULL};
}

bool line_for(const struct line *line, uint64_t p, struct cursor *cursor, struct line *made)
{
    const struct loop *const loop = line->loop;
    struct value modulus;
    const char *fault;
    *made =
        (struct line){.kind = line->kind, .excludes = line->excludes, .source = line->source, .number = line->number};
    if (!expression_value(&loop->modulus, p, &modulus, &fault)) {
        return cursor_fail_at(cursor, loop->modulus.column, "expected %s for every p, found none for p = %" PRIu64,
                              fault, p);
    }
    made->modulus = (uint64_t)modulus.magnitude;
    if (!is_modulus(modulus)) {
        return cursor_fail_at(cursor, loop->modulus.column,
                              "expected a modulus from 1 to 2^62, found %s for p = %" PRIu64, show(modulus).text, p);
    }
    if (line->kind == LINE_RESIDUES) {
        return make_intervals(cursor, loop->items, line->count, p, made);
    }
    if (line->kind == LINE_COPRIME) {
        made->shifts = reallocarray(NULL, line->count, sizeof *made->shifts);
        made->count = line->count;
        if (made->shifts == NULL) {
            return cursor_no_memory(cursor);
        }
        memcpy(made->shifts, line->shifts, line->count * sizeof *made->shifts);
    }
    return true;
}
