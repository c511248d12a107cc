#include "language/expression.h"

#include <stdlib.h>

#include "base/large.h"

enum { DECIMAL = 10, EXPONENT_MAX = 999, DEPTH_MAX = 50, STEPS_MAX = 1000, STACK = 4 * DEPTH_MAX, SHOWN_MAX = 40 };

enum operation { PUSH, PUSH_P, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, NEGATE };

struct step {
    enum operation operation;
    struct value value; /* PUSH */
};

/* ---- Values ------------------------------------------------------------------------------------------- */

static struct value make_value(firesieve_delay magnitude, bool negative)
{
    return (struct value){.magnitude = magnitude, .negative = negative && magnitude != 0};
}

bool value_add(struct value left, struct value right, struct value *sum)
{
    if (left.negative == right.negative) {
        firesieve_delay magnitude;
        const bool fits = !__builtin_add_overflow(left.magnitude, right.magnitude, &magnitude);
        *sum = make_value(magnitude, left.negative);
        return fits;
    }
    *sum = left.magnitude >= right.magnitude ? make_value(left.magnitude - right.magnitude, left.negative)
                                             : make_value(right.magnitude - left.magnitude, right.negative);
    return true;
}

int value_compare(struct value left, struct value right)
{
    if (left.negative != right.negative) {
        return left.negative ? -1 : 1;
    }
    const int order = (left.magnitude > right.magnitude) - (left.magnitude < right.magnitude);
    return left.negative ? -order : order;
}

uint64_t value_residue(struct value value, uint64_t modulus)
{
    const uint64_t rest = (uint64_t)(value.magnitude % modulus);
    return value.negative && rest != 0 ? modulus - rest : rest;
}

static bool multiply(struct value left, struct value right, struct value *product)
{
    firesieve_delay magnitude;
    const bool fits = !__builtin_mul_overflow(left.magnitude, right.magnitude, &magnitude);
    *product = make_value(magnitude, left.negative != right.negative);
    return fits;
}

static bool raise(struct value base, struct value exponent, struct value *power)
{
    *power = make_value(1, false);
    if (exponent.magnitude > EXPONENT_MAX && base.magnitude > 1) {
        return false;
    }
    const unsigned count = base.magnitude > 1        ? (unsigned)exponent.magnitude
                           : exponent.magnitude == 0 ? 0
                                                     : 2 - (unsigned)(exponent.magnitude & 1);
    for (unsigned i = 0; i < count; ++i) {
        if (!multiply(*power, base, power)) {
            return false;
        }
    }
    return true;
}

/* ---- Evaluation --------------------------------------------------------------------------------------- */

static const char too_large[] = "a number below 2^128";
static const char not_whole[] = "a division without a remainder";
static const char no_root[] = "an exponent that is not negative";

static bool apply(enum operation operation, struct value left, struct value right, struct value *result,
                  const char **fault)
{
    *fault = too_large;
    switch (operation) {
    case ADD:
        return value_add(left, right, result);
    case SUBTRACT:
        return value_add(left, make_value(right.magnitude, !right.negative), result);
    case MULTIPLY:
        return multiply(left, right, result);
    case DIVIDE:
        *fault = not_whole;
        if (right.magnitude == 0 || left.magnitude % right.magnitude != 0) {
            return false;
        }
        *result = make_value(left.magnitude / right.magnitude, left.negative != right.negative);
        return true;
    case POWER:
        *fault = right.negative ? no_root : too_large;
        return !right.negative && raise(left, right, result);
    case PUSH:
    case PUSH_P:
    case NEGATE:
        break;
    }
    return true;
}

bool expression_value(const struct expression *expression, uint64_t p, struct value *value, const char **fault)
{
    struct value stack[STACK] = {{.magnitude = 0}};
    size_t depth = 0;
    if (expression->steps == NULL) {
        *value = expression->value;
        return true;
    }
    for (uint32_t i = 0; i < expression->step_count; ++i) {
        const struct step *const step = &expression->steps[i];
        if (step->operation == PUSH || step->operation == PUSH_P) {
            stack[depth++] = step->operation == PUSH ? step->value : make_value(p, false);
        } else if (step->operation == NEGATE) {
            stack[depth - 1] = make_value(stack[depth - 1].magnitude, !stack[depth - 1].negative);
        } else {
            --depth;
            if (!apply(step->operation, stack[depth - 1], stack[depth], &stack[depth - 1], fault)) {
                return false;
            }
        }
    }
    *value = stack[0];
    return true;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

struct reader {
    struct cursor *cursor;
    bool with_p;
    bool depends;
    unsigned depth;
    struct step *steps;
    uint32_t count;
    size_t capacity;
};

/* At each depth a sum, a product and a power can wait for their second operand. */
_Static_assert(STACK >= 3 * DEPTH_MAX + 6, "evaluation must not run out of its stack");

static bool put(struct reader *reader, enum operation operation, struct value value)
{
    if (reader->count == STEPS_MAX) {
        return cursor_fail(reader->cursor, reader->cursor->at,
                           "expected an expression of at most %d numbers and operations, found more", STEPS_MAX);
    }
    struct step *const steps = large_grow(reader->steps, reader->count, &reader->capacity, sizeof *steps);
    if (steps == NULL) {
        return cursor_no_memory(reader->cursor);
    }
    reader->steps = steps;
    steps[reader->count++] = (struct step){.operation = operation, .value = value};
    return true;
}

static bool append_digit(firesieve_delay *number, char digit)
{
    return !__builtin_mul_overflow(*number, DECIMAL, number) &&
           !__builtin_add_overflow(*number, (firesieve_delay)(digit - '0'), number);
}

/* Digits, with at most one underscore between two of them. Returns their end; NULL: they are too many. */
static const char *read_whole(const char *at, firesieve_delay *number)
{
    for (; is_digit(*at); at += at[1] == '_' && is_digit(at[2]) ? 2 : 1) {
        if (!append_digit(number, *at)) {
            return NULL;
        }
    }
    return at;
}

static bool is_sign(char byte)
{
    return byte == '+' || byte == '-';
}

/* What follows the first digits of 1.5e6: a fraction with no more digits than the exponent, and the exponent. */
static const char *read_scale(const char *at, firesieve_delay *number)
{
    firesieve_delay exponent = 0;
    unsigned places = 0;
    if (*at == '.') {
        for (++at; is_digit(*at); ++at, ++places) {
            if (!append_digit(number, *at)) {
                return NULL;
            }
        }
    }
    const bool scales = *at == 'e' || *at == 'E';
    if (!scales || !is_digit(at[1])) {
        return places == 0 && !(scales && is_sign(at[1]) && is_digit(at[2])) ? at : NULL;
    }
    at = read_whole(at + 1, &exponent);
    if (at == NULL || exponent > EXPONENT_MAX || exponent < places) {
        return NULL;
    }
    for (; exponent > places && *number != 0; --exponent) {
        if (__builtin_mul_overflow(*number, DECIMAL, number)) {
            return NULL;
        }
    }
    return at;
}

/* How much of an invalid number a message shows: 1.5, 1e-3. */
static int written_length(const char *at)
{
    int length = 0;
    while (length < SHOWN_MAX && (is_digit(at[length]) || is_letter(at[length]) || at[length] == '_' ||
                                  (at[length] == '.' && is_digit(at[length + 1])) ||
                                  (is_sign(at[length]) && (at[length - 1] == 'e' || at[length - 1] == 'E')))) {
        ++length;
    }
    return length;
}

/* 1000, 1_000, 1e3, 1.5e3; two dots begin the second half of a range. */
static bool read_number(struct cursor *cursor, firesieve_delay *number)
{
    const char *const start = cursor->at;
    *number = 0;
    const char *at = read_whole(start, number);
    if (at != NULL && ((*at == '.' && is_digit(at[1])) || *at == 'e' || *at == 'E')) {
        at = read_scale(at, number);
    }
    if (at == NULL || is_letter(*at) || *at == '_') {
        const int length = written_length(start);
        return cursor_fail(cursor, start,
                           "expected a whole number below 2^128, such as 1000, 1e12 or 1.5e6, found '%.*s%s'", length,
                           start, length == SHOWN_MAX ? "..." : "");
    }
    cursor->at = at;
    return true;
}

static bool read_sum(struct reader *reader);

static bool read_primary(struct reader *reader)
{
    struct cursor *const cursor = reader->cursor;
    cursor_skip_blanks(cursor);
    if (is_digit(*cursor->at)) {
        firesieve_delay number;
        return read_number(cursor, &number) && put(reader, PUSH, make_value(number, false));
    }
    if (reader->with_p && cursor_take_word(cursor, "p")) {
        reader->depends = true;
        return put(reader, PUSH_P, make_value(0, false));
    }
    if (cursor_take(cursor, '(')) {
        if (reader->depth == DEPTH_MAX) {
            return cursor_fail(cursor, cursor->at - 1, "expected at most %d nested parentheses, found more", DEPTH_MAX);
        }
        ++reader->depth;
        const bool read = read_sum(reader);
        --reader->depth;
        return read && (cursor_take(cursor, ')') || cursor_expected(cursor, "')'"));
    }
    return cursor_expected(cursor, reader->with_p ? "a number, or p" : "a number");
}

static bool read_power(struct reader *reader)
{
    if (!read_primary(reader)) {
        return false;
    }
    if (!cursor_take(reader->cursor, '^')) {
        return true;
    }
    if (!read_primary(reader) || !put(reader, POWER, make_value(0, false))) {
        return false;
    }
    cursor_skip_blanks(reader->cursor);
    return *reader->cursor->at != '^' ||
           cursor_fail(reader->cursor, reader->cursor->at, "expected (a^b)^c or a^(b^c), found another '^'");
}

static bool read_factor(struct reader *reader)
{
    bool negative = false;
    while (cursor_take(reader->cursor, '-')) {
        negative = !negative;
    }
    return read_power(reader) && (!negative || put(reader, NEGATE, make_value(0, false)));
}

static bool read_product(struct reader *reader)
{
    bool read = read_factor(reader);
    while (read) {
        const bool times = cursor_take(reader->cursor, '*');
        if (!times && !cursor_take(reader->cursor, '/')) {
            break;
        }
        read = read_factor(reader) && put(reader, times ? MULTIPLY : DIVIDE, make_value(0, false));
    }
    return read;
}

static bool read_sum(struct reader *reader)
{
    bool read = read_product(reader);
    while (read) {
        const bool plus = cursor_take(reader->cursor, '+');
        if (!plus && !cursor_take(reader->cursor, '-')) {
            break;
        }
        read = read_product(reader) && put(reader, plus ? ADD : SUBTRACT, make_value(0, false));
    }
    return read;
}

/* A number of only a few digits, like most numbers. */
static bool read_plain(struct cursor *cursor, struct expression *expression)
{
    uint64_t number;
    const char *const at = read_digits(cursor->at, &number);
    const bool plain = at != NULL && (*at == '\n' || *at == ',' || *at == '}' ||
                                      (*at == ' ' && (is_letter(at[1]) || at[1] == '=' || at[1] == '!')));
    if (plain) {
        cursor->at = at;
        *expression = (struct expression){.value = make_value(number, false)};
    }
    return plain;
}

/* Fails since the text from `start` on has no value. */
static bool refuse(struct cursor *cursor, const char *start, const char *fault)
{
    const char *end = cursor->at;
    while (is_blank(end[-1])) {
        --end;
    }
    const bool whole = end - start <= SHOWN_MAX;
    return cursor_fail(cursor, start, "expected %s, found '%.*s%s'", fault, whole ? (int)(end - start) : SHOWN_MAX,
                       start, whole ? "" : "...");
}

bool expression_read(struct cursor *cursor, bool with_p, struct expression *expression)
{
    cursor_skip_blanks(cursor);
    const char *const start = cursor->at;
    const uint32_t column = (uint32_t)cursor_column(cursor, start);
    if (read_plain(cursor, expression)) {
        expression->column = column;
        return true;
    }
    struct reader reader = {.cursor = cursor, .with_p = with_p};
    bool read = read_sum(&reader);
    *expression = (struct expression){.steps = reader.steps, .step_count = reader.count, .column = column};
    if (read && !reader.depends) {
        const char *fault;
        struct value value;
        read = expression_value(expression, 0, &value, &fault) || refuse(cursor, start, fault);
        free(reader.steps);
        *expression = (struct expression){.value = value, .column = column};
    }
    if (!read) {
        expression_free(expression);
    }
    return read;
}

bool expression_is_p(const struct expression *expression)
{
    return expression->step_count == 1 && expression->steps[0].operation == PUSH_P;
}

void expression_free(struct expression *expression)
{
    free(expression->steps);
    *expression = (struct expression){.steps = NULL};
}
