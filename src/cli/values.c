#include "cli/values.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Whole numbers ------------------------------------------------------------------------------------ */

/* Larger exponents have no use. */
enum { EXPONENT_MAX = 999, DECIMAL = 10 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool multiply(firesieve_delay *number, firesieve_delay factor)
{
    return !__builtin_mul_overflow(*number, factor, number);
}

static bool append_digit(firesieve_delay *number, char digit)
{
    return multiply(number, DECIMAL) && !__builtin_add_overflow(*number, (firesieve_delay)(digit - '0'), number);
}

/* Reads digits, with at most one underscore between two. Returns their end, or NULL if there are none or too many. */
static const char *read_digits(const char *at, firesieve_delay *number)
{
    firesieve_delay value = 0;
    if (!is_digit(*at)) {
        return NULL;
    }
    for (; is_digit(*at); at += at[1] == '_' && is_digit(at[2]) ? 2 : 1) {
        if (!append_digit(&value, *at)) {
            return NULL;
        }
    }
    *number = value;
    return at;
}

static const char *read_exponent(const char *at, unsigned *exponent)
{
    firesieve_delay value;
    at = read_digits(at, &value);
    if (at == NULL || value > EXPONENT_MAX) {
        return NULL;
    }
    *exponent = (unsigned)value;
    return at;
}

static bool multiply_power(firesieve_delay *number, firesieve_delay base, unsigned exponent)
{
    for (; exponent > 0; --exponent) {
        if (!multiply(number, base)) {
            return false;
        }
    }
    return true;
}

/* What follows digits in 1.5e6: a fraction of no more digits than the exponent moves in front of the point. */
static const char *read_scale(const char *at, firesieve_delay *number)
{
    unsigned exponent;
    unsigned places = 0;
    if (*at == '.') {
        for (++at; is_digit(*at); ++at, ++places) {
            if (!append_digit(number, *at)) {
                return NULL;
            }
        }
        if (places == 0 || (*at != 'e' && *at != 'E')) {
            return NULL;
        }
    }
    at = read_exponent(at + 1, &exponent);
    return at != NULL && exponent >= places && multiply_power(number, DECIMAL, exponent - places) ? at : NULL;
}

/* 1000, 1_000, 1e3, 1.5e3 or 10^3. */
static const char *read_term(const char *at, firesieve_delay *number)
{
    at = read_digits(at, number);
    if (at != NULL && *at == '^') {
        const firesieve_delay base = *number;
        unsigned exponent;
        at = read_exponent(at + 1, &exponent);
        *number = 1;
        return at != NULL && multiply_power(number, base, exponent) ? at : NULL;
    }
    return at != NULL && (*at == '.' || *at == 'e' || *at == 'E') ? read_scale(at, number) : at;
}

bool delay_parse(const char *text, firesieve_delay low, firesieve_delay high, firesieve_delay *delay)
{
    firesieve_delay sum;
    const char *at = read_term(text, &sum);
    while (at != NULL && (*at == '+' || *at == '-')) {
        const bool minus = *at == '-';
        firesieve_delay term;
        at = read_term(at + 1, &term);
        if (at == NULL || (minus ? __builtin_sub_overflow(sum, term, &sum) : __builtin_add_overflow(sum, term, &sum))) {
            return false;
        }
    }
    if (at == NULL || *at != '\0' || sum < low || sum > high) {
        return false;
    }
    *delay = sum;
    return true;
}

bool number_parse(const char *text, uint64_t low, uint64_t high, uint64_t *number)
{
    firesieve_delay value;
    if (!delay_parse(text, low, high, &value)) {
        return false;
    }
    *number = (uint64_t)value;
    return true;
}

/* ---- Bytes -------------------------------------------------------------------------------------------- */

/* The bytes of a unit, or 0. */
static uint64_t unit_bytes(const char *unit)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {
        {"K", 1 << 10},
        {"M", 1 << 20},
        {"G", 1 << 30},
        {"KiB", 1 << 10},
        {"MiB", 1 << 20},
        {"GiB", 1 << 30},
        {"KB", UINT64_C(1000)},
        {"MB", UINT64_C(1000000)},
        {"GB", UINT64_C(1000000000)},
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i) {
        if (strcmp(units[i].name, unit) == 0) {
            return units[i].bytes;
        }
    }
    return 0;
}

/* A decimal fraction of a unit, in bytes. */
static bool parse_fraction(const char *text, const char *end, uint64_t unit, firesieve_delay *bytes)
{
    enum { PLACES_MAX = 18 };
    firesieve_delay whole;
    firesieve_delay fraction = 0;
    firesieve_delay parts = 1;
    const char *at = read_digits(text, &whole);
    if (at == NULL || *at != '.' || end - at < 2 || end - at > PLACES_MAX) {
        return false;
    }
    for (++at; at < end; ++at, parts *= DECIMAL) {
        if (!is_digit(*at) || !append_digit(&fraction, *at)) {
            return false;
        }
    }
    return multiply(&whole, unit) && !__builtin_add_overflow(whole, fraction * unit / parts, bytes);
}

bool bytes_parse(const char *text, uint64_t low, uint64_t high, uint64_t *bytes)
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    const char *unit = text + strlen(text);
    while (unit > text && isalpha((unsigned char)unit[-1])) {
        --unit;
    }
    const uint64_t factor = *unit == '\0' ? 1 : unit_bytes(unit);
    const size_t length = (size_t)(unit - text);
    firesieve_delay value;
    if (factor == 0 || length >= sizeof number) {
        return false;
    }
    memcpy(number, text, length);
    number[length] = '\0';
    if (delay_parse(number, 0, high, &value)) {
        if (!multiply(&value, factor)) {
            return false;
        }
    } else if (factor == 1 || !parse_fraction(number, number + length, factor, &value)) {
        return false;
    }
    if (value < low || value > high) {
        return false;
    }
    *bytes = (uint64_t)value;
    return true;
}

/* ---- Durations ---------------------------------------------------------------------------------------- */

bool decimal_parse(const char *text, double *number)
{
    char *end;
    const double value = strtod(text, &end);
    const bool plain = text[strspn(text, "0123456789.e-")] == '\0' && *text != '-'; /* not -0, " 1" or 0x1 */
    if (end == text || *end != '\0' || !plain || !isfinite(value)) {
        return false;
    }
    *number = value;
    return true;
}

/* Reads the unit at `at`, which must be shorter than those before; returns its end, or NULL. */
static const char *read_unit(const char *at, size_t *rank, double *seconds)
{
    static const struct {
        const char *name;
        size_t rank; /* from the longest on */
        double seconds;
    } units[] = {{"d", 0, 86400}, {"h", 1, 3600}, {"m", 2, 60}, {"min", 2, 60}, {"s", 3, 1}, {"ms", 4, 1e-3}};
    const size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i) {
        if (strlen(units[i].name) == length && strncmp(units[i].name, at, length) == 0 && units[i].rank >= *rank) {
            *rank = units[i].rank + 1;
            *seconds = units[i].seconds;
            return at + length;
        }
    }
    return NULL;
}

/* 1m30s: at least one number with its unit. */
static bool parse_units(const char *text, double *seconds)
{
    double sum = 0;
    size_t rank = 0;
    const char *at = text;
    do {
        char *end;
        double unit_s;
        const size_t length = strspn(at, "0123456789.");
        const double number = strtod(at, &end);
        at = is_digit(*at) && end == at + length ? read_unit(end, &rank, &unit_s) : NULL;
        if (at == NULL) {
            return false;
        }
        sum += number * unit_s;
    } while (*at != '\0');
    if (!isfinite(sum)) {
        return false;
    }
    *seconds = sum;
    return true;
}

bool duration_parse(const char *text, double *seconds)
{
    return decimal_parse(text, seconds) || parse_units(text, seconds);
}
