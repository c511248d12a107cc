/* What the parsers of both languages share: texts in pieces of whole lines, and a place in a line with its errors. */
#ifndef FIRESIEVE_FIREWALL_CURSOR_H
#define FIRESIEVE_FIREWALL_CURSOR_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* Parses whole lines: `size` is 0 or text[size - 1] is a line feed. Errors: INPUT with its place, MEMORY. */
typedef firesieve_status lines_function(void *parser, const char *text, size_t size, firesieve_error *error);

/* Parses a last line without a line feed (`size` may be 0). Errors: MEMORY, and those of `read`. */
firesieve_status text_read_rest(lines_function *read, void *parser, const char *text, size_t size,
                                firesieve_error *error);

/* Parses a text in pieces, between which it can be cancelled; *rest_size is the size of a last line without a line feed. */
firesieve_status text_read(lines_function *read, void *parser, const char *text, size_t size, struct go_on go_on,
                           uint64_t *rest_size, firesieve_error *error);

/*
 * What was removed from a line that is too long to be held: blanks, leading zeros of a number, text of a comment. Byte
 * `at` of the shortened line, and everything after it, stood `dropped` bytes further right.
 */
struct line_cut {
    size_t at;
    uint64_t dropped;
};

/* Blanks can stand in four places of a line, zeros in two, and a comment in one. */
enum { LINE_CUTS_MAX = 7 };

struct line_cuts {
    struct line_cut items[LINE_CUTS_MAX]; /* ascending */
    size_t count;
};

/* The position in the original line of byte `at` of the shortened one. */
uint64_t line_cuts_place(const struct line_cuts *cuts, size_t at);

struct cursor {
    const char *line; /* its first byte; a line feed ends it, and stands nowhere else */
    const char *at;
    uint64_t number;              /* of the line, from 1 */
    const struct line_cuts *cuts; /* of the line; NULL: none */
    firesieve_error *error;       /* may be NULL */
    firesieve_status status;
};

/* Blanks are spaces and tabs. */
void cursor_skip_blanks(struct cursor *cursor);

/* Skips blanks, and the byte if it comes next; returns whether it did. */
bool cursor_take(struct cursor *cursor, char byte);

/* Skips blanks; returns whether the line ends there, or a carriage return before its end, or a comment, is next. */
bool cursor_at_end(struct cursor *cursor);

/* Moves to the end of the line. False: stopped at a NUL byte. */
bool cursor_skip_rest(struct cursor *cursor);

/* The column of a byte of the line, from 1. */
uint64_t cursor_column(const struct cursor *cursor, const char *at);

/* Fails at `at` in the line, with a message. Returns false. */
bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same at a column of a line that may be gone. */
bool cursor_fail_at(struct cursor *cursor, uint64_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Describes the byte at `at` for a message: "'a'", "the end of the line". */
enum { CURSOR_FOUND_SIZE = 64 };
void cursor_describe_byte(const char *at, char found[CURSOR_FOUND_SIZE]);

static inline bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Reads 1 to 18 digits, which always fit. Returns their end, or NULL. */
static inline const char *read_digits(const char *at, uint64_t *number)
{
    enum { DIGITS_MAX = 18 };
    const char *const start = at;
    uint64_t value = 0;
    for (; is_digit(*at); ++at) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *number = value;
    return at > start && at <= start + DIGITS_MAX ? at : NULL;
}

static inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static inline bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

#endif
