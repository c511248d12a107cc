/* Integer expressions in lines of residues. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "firewalls.h"
#include "language/expression.h"
#include "support/kernels.h"

#define TWO_127 "170141183460469231731687303715884105728"
#define MOST "340282366920938463463374607431768211455"

enum { TEXT_SIZE = 4096 };

/* A text that is parsed as an expression; the rest of the text is left to other parsers. */
struct reading {
    char line[TEXT_SIZE];
    struct cursor cursor;
    firesieve_error error;
    struct expression expression;
    bool read;
};

static void read_expression(struct reading *reading, const char *text, bool with_p)
{
    const size_t size = strlen(text);
    cr_assert(size + 2 < sizeof reading->line);
    memcpy(reading->line, text, size);
    memcpy(reading->line + size, "\n", 2);
    reading->error = (firesieve_error){.line = 0};
    reading->cursor =
        (struct cursor){.line = reading->line, .at = reading->line, .number = 7, .error = &reading->error};
    reading->read = expression_read(&reading->cursor, with_p, &reading->expression);
}

static const char *show_value(struct value value, char *text)
{
    sprintf(text, "%s%s", value.negative ? "-" : "", SHOW(value.magnitude));
    return text;
}

static void check_value(const char *text, uint64_t p, const char *expected)
{
    struct reading reading;
    struct value value;
    const char *fault = NULL;
    char shown[FIRESIEVE_DELAY_TEXT_SIZE + 1];
    read_expression(&reading, text, true);
    cr_assert(reading.read, "%s: %s", text, reading.error.message);
    cr_assert(cursor_at_end(&reading.cursor), "%s: ended at '%s'", text, reading.cursor.at);
    cr_assert(expression_value(&reading.expression, p, &value, &fault), "%s: %s", text, fault);
    cr_assert(strcmp(show_value(value, shown), expected) == 0, "%s: %s instead of %s", text, shown, expected);
    expression_free(&reading.expression);
}

Test(expressions, have_their_values)
{
    static const struct {
        const char *text;
        const char *value;
    } rows[] = {
        {"0", "0"},
        {"7", "7"},
        {"007", "7"},
        {"1000", "1000"},
        {"1_000_000", "1000000"},
        {"1_2_3", "123"},
        {"9999999999999999999", "9999999999999999999"},
        {"18446744073709551616", "18446744073709551616"},
        {MOST, MOST},
        {"2^127", TWO_127},
        {"2^127-1+2^127", MOST},
        {"1e12", "1000000000000"},
        {"1E12", "1000000000000"},
        {"1e0", "1"},
        {"0e999", "0"},
        {"1e38", "100000000000000000000000000000000000000"},
        {"1.5e6", "1500000"},
        {"1.25e2", "125"},
        {"1.50e2", "150"},
        {"1_000e3", "1000000"},
        {"10^12", "1000000000000"},
        {"2^40-1", "1099511627775"},
        {"2 ^ 40 - 1", "1099511627775"},
        {"2^0", "1"},
        {"0^0", "1"},
        {"0^5", "0"},
        {"1^999999999999", "1"},
        {"(-1)^999999999999", "-1"},
        {"(-1)^1000000000000", "1"},
        {"(-2)^3", "-8"},
        {"(-2)^4", "16"},
        {"-2^2", "-4"}, /* as in mathematics */
        {"-0", "0"},
        {"- 5", "-5"},
        {"--5", "5"},
        {"3 - -5", "8"},
        {"3-5", "-2"},
        {"10-3-2", "5"},
        {"10-(3-2)", "9"},
        {"2+3*4", "14"},
        {"(2+3)*4", "20"},
        {"2*3^2", "18"},
        {"(2*3)^2", "36"},
        {"7*6/2*3", "63"},
        {"100/5/4", "5"},
        {"-7/7", "-1"},
        {"7/-7", "-1"},
        {"0/7", "0"},
        {"(2^4)^3", "4096"},
        {"2^(1+2)", "8"},
        {"((((((((((7))))))))))", "7"},
        {"\t( 1 +\t1 )  ", "2"},
        {"5 # 6", "5"},
        {"5\r", "5"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_value(rows[i].text, 0, rows[i].value);
    }
}

Test(expressions, depend_on_p)
{
    static const struct {
        const char *text;
        uint64_t p;
        const char *value;
    } rows[] = {
        {"p", 7, "7"},
        {"p-1", 7, "6"},
        {"1-p", 7, "-6"},
        {"-p", 7, "-7"},
        {"(p-1)/2", 7, "3"},
        {"p^2", UINT64_C(1) << 62, "21267647932558653966460912964485513216"},
        {"2^p", 100, "1267650600228229401496703205376"},
        {"p*(p+1)/2", 7, "28"},
        {"p*p-p*p", UINT64_MAX, "0"},
        {"2^(p-1)-1", 1, "0"},
        {"p+1_000", 24, "1024"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_value(rows[i].text, rows[i].p, rows[i].value);
    }
}

Test(expressions, without_a_value_for_one_p_have_one_for_another)
{
    static const struct {
        const char *text;
        uint64_t without;
        const char *fault;
        uint64_t with;
        const char *value;
    } rows[] = {
        {"(p-1)/2", 8, "a division without a remainder", 9, "4"},
        {"12/(p-3)", 3, "a division without a remainder", 7, "3"},
        {"2^p", 128, "a number below 2^128", 127, TWO_127},
        {"2^(5-p)", 6, "an exponent that is not negative", 5, "1"},
        {"p*2^66", UINT64_C(1) << 62, "a number below 2^128", 1, "73786976294838206464"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        struct reading reading;
        struct value value;
        const char *fault = NULL;
        check_value(rows[i].text, rows[i].with, rows[i].value);
        read_expression(&reading, rows[i].text, true);
        cr_assert(!expression_value(&reading.expression, rows[i].without, &value, &fault), "%s", rows[i].text);
        cr_assert_str_eq(fault, rows[i].fault);
        expression_free(&reading.expression);
    }
}

Test(expressions, end_at_other_text)
{
    static const struct {
        const char *text;
        const char *rest;
    } rows[] = {
        {"5..7", "..7\n"}, {"5 ..7", "..7\n"}, {"2^3..9", "..9\n"},      {"1e3..2", "..2\n"},
        {"5,6", ",6\n"},   {"5}", "}\n"},      {"5 in {1}", "in {1}\n"}, {"5= 3", "= 3\n"},
        {"5!=3", "!=3\n"}, {"5)", ")\n"},      {"5 square", "square\n"}, {"5.", ".\n"},
        {"5 6", "6\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        struct reading reading;
        read_expression(&reading, rows[i].text, false);
        cr_assert(reading.read, "%s: %s", rows[i].text, reading.error.message);
        cursor_skip_blanks(&reading.cursor);
        cr_assert_str_eq(reading.cursor.at, rows[i].rest);
        expression_free(&reading.expression);
    }
}

#define NO_NUMBER "expected a whole number below 2^128, such as 1000, 1e12 or 1.5e6, found "

Test(expressions, that_are_invalid_are_refused_at_their_position)
{
    static const struct {
        const char *text;
        uint64_t column;
        const char *message;
    } rows[] = {
        {"", 1, "expected a number, found the end of the line"},
        {"# 5", 1, "expected a number, found '#'"},
        {"  ,", 3, "expected a number, found ','"},
        {"+5", 1, "expected a number, found '+'"},
        {".5", 1, "expected a number, found '.'"},
        {"p", 1, "expected a number, found 'p'"},
        {"five", 1, "expected a number, found 'five'"},
        {"\xc3\xa9", 1, "expected a number, found byte 0xc3"},
        {"5+", 3, "expected a number, found the end of the line"},
        {"5 *", 4, "expected a number, found the end of the line"},
        {"5 / /", 5, "expected a number, found '/'"},
        {"5^", 3, "expected a number, found the end of the line"},
        {"5^-1", 3, "expected a number, found '-'"},
        {"2^3^2", 4, "expected (a^b)^c or a^(b^c), found another '^'"},
        {"()", 2, "expected a number, found ')'"},
        {"(5", 3, "expected ')', found the end of the line"},
        {"((5)", 5, "expected ')', found the end of the line"},
        {"(5]", 3, "expected ')', found ']'"},
        {"1.5", 1, NO_NUMBER "'1.5'"},
        {"1.55e1", 1, NO_NUMBER "'1.55e1'"},
        {"1.5e", 1, NO_NUMBER "'1.5e'"},
        {"1e-3", 1, NO_NUMBER "'1e-3'"},
        {"1e+3", 1, NO_NUMBER "'1e+3'"},
        {"5e", 1, NO_NUMBER "'5e'"},
        {"5eleven", 1, NO_NUMBER "'5eleven'"},
        {"7in", 1, NO_NUMBER "'7in'"},
        {"2p", 1, NO_NUMBER "'2p'"},
        {"0x10", 1, NO_NUMBER "'0x10'"},
        {"1__0", 1, NO_NUMBER "'1__0'"},
        {"1_", 1, NO_NUMBER "'1_'"},
        {"  1e39", 3, NO_NUMBER "'1e39'"},
        {"1e1000", 1, NO_NUMBER "'1e1000'"},
        {"1e99999999999999999999999999999999999999999999", 1,
         NO_NUMBER "'1e99999999999999999999999999999999999999...'"},
        {"340282366920938463463374607431768211456", 1, NO_NUMBER "'340282366920938463463374607431768211456'"},
        {"0340282366920938463463374607431768211456", 1, NO_NUMBER "'0340282366920938463463374607431768211456...'"},
        {"2^128", 1, "expected a number below 2^128, found '2^128'"},
        {" 2^127 + 2^127", 2, "expected a number below 2^128, found '2^127 + 2^127'"},
        {"2^100*2^100", 1, "expected a number below 2^128, found '2^100*2^100'"},
        {"0-2^127-2^127", 1, "expected a number below 2^128, found '0-2^127-2^127'"},
        {"2^1000", 1, "expected a number below 2^128, found '2^1000'"},
        {"7/2", 1, "expected a division without a remainder, found '7/2'"},
        {"7/0", 1, "expected a division without a remainder, found '7/0'"},
        {"3*(7/(2-2)) }", 1, "expected a division without a remainder, found '3*(7/(2-2))'"},
        {"2^(3-5)", 1, "expected an exponent that is not negative, found '2^(3-5)'"},
        {"1/2+1111111111+1111111111+1111111111+1111111111", 1,
         "expected a division without a remainder, found '1/2+1111111111+1111111111+1111111111+111...'"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        struct reading reading;
        read_expression(&reading, rows[i].text, false);
        cr_assert(!reading.read, "accepted '%s'", rows[i].text);
        cr_assert(reading.cursor.status == FIRESIEVE_ERROR_INPUT && reading.error.line == 7);
        cr_assert(reading.error.column == rows[i].column && strcmp(reading.error.message, rows[i].message) == 0,
                  "'%s' at %" PRIu64 ": %s\nexpected at %" PRIu64 ": %s", rows[i].text, reading.error.column,
                  reading.error.message, rows[i].column, rows[i].message);
    }
}

/* The limits on operations and nested parentheses are exact. */
Test(expressions, may_be_long_and_deep)
{
    enum { DEEP = 50, LONG = 500 };
    char text[TEXT_SIZE];
    struct reading reading;
    for (size_t more = 0; more <= 1; ++more) {
        memset(text, '(', DEEP + more);
        text[DEEP + more] = '1';
        memset(text + DEEP + more + 1, ')', DEEP + more);
        text[2 * (DEEP + more) + 1] = '\0';
        read_expression(&reading, text, false);
        cr_assert(reading.read == (more == 0));
        cr_assert(more == 0 || strcmp(reading.error.message, "expected at most 50 nested parentheses, found more") == 0,
                  "%s", reading.error.message);
        cr_assert(more == 0 || reading.error.column == DEEP + 1);
    }
    for (int more = 0; more <= 1; ++more) {
        char *at = text + sprintf(text, "1");
        for (int i = 1; i < LONG + more; ++i) {
            at += sprintf(at, "+1");
        }
        read_expression(&reading, text, false);
        cr_assert(reading.read == (more == 0));
        cr_assert(more == 0 ? reading.expression.value.magnitude == LONG
                            : strcmp(reading.error.message,
                                     "expected an expression of at most 1000 numbers and operations, found more") == 0,
                  "%s", reading.error.message);
    }
}

/* ---- Random ones ------------------------------------------------------------------------------------------ */

/* Writes a random expression of small numbers and p; returns false if it has no value. */
static bool draw_expression(struct random_state *random, int depth, int64_t p, char **at, int64_t *value)
{
    static const char *const blanks[] = {"", "", " ", "\t"};
    *at += sprintf(*at, "%s", blanks[random_between(random, 0, COUNT_OF(blanks) - 1)]);
    const uint64_t kind = depth == 0 ? random_between(random, 0, 1) : random_between(random, 0, 7);
    if (kind == 0) {
        *value = (int64_t)random_between(random, 0, 12);
        *at += sprintf(*at, "%" PRId64, *value);
        return true;
    }
    if (kind == 1) {
        *value = p;
        *at += sprintf(*at, "p");
        return true;
    }
    int64_t left = 0;
    int64_t right = 0;
    *at += sprintf(*at, kind == 2 ? "-(" : "(");
    const bool has_left = draw_expression(random, depth - 1, p, at, &left);
    *at += sprintf(*at, ")");
    if (kind == 2) {
        return !__builtin_sub_overflow((int64_t)0, left, value) && has_left;
    }
    const char operation = "+-*/^"[kind - 3];
    *at += sprintf(*at, "%s%c(", blanks[random_between(random, 0, COUNT_OF(blanks) - 1)], operation);
    const bool has_right = draw_expression(random, depth - 1, p, at, &right);
    *at += sprintf(*at, ")");
    if (!has_left || !has_right) {
        return false;
    }
    *value = 1;
    switch (operation) {
    case '+':
        return !__builtin_add_overflow(left, right, value);
    case '-':
        return !__builtin_sub_overflow(left, right, value);
    case '*':
        return !__builtin_mul_overflow(left, right, value);
    case '/':
        if (right == -1) {
            return !__builtin_sub_overflow((int64_t)0, left, value);
        }
        *value = right == 0 ? 0 : left / right;
        return right != 0 && left % right == 0;
    default:
        for (int64_t i = 0; i < right && i < 64; ++i) {
            if (__builtin_mul_overflow(*value, left, value)) {
                return false;
            }
        }
        return right >= 0 && (right < 64 || left == 0 || left == 1);
    }
}

/* In 64 bits; expressions that overflow may still have a value, and are not checked. */
Test(expressions, of_any_shape_have_their_value)
{
    enum { CASES = 20000 };
    unsigned valued = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        char text[TEXT_SIZE];
        char *at = text;
        int64_t value = 0;
        char expected[32];
        const int64_t p = (int64_t)random_between(&random, 0, 20);
        if (draw_expression(&random, (int)random_between(&random, 0, 4), p, &at, &value)) {
            snprintf(expected, sizeof expected, "%" PRId64, value);
            check_value(text, (uint64_t)p, expected);
            ++valued;
        }
    }
    cr_assert(valued > CASES / 4, "%u had a value", valued);
}
