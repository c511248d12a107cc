/* A place in a line that is read, and what is wrong there. */
#ifndef FIRESIEVE_LANGUAGE_CURSOR_H
#define FIRESIEVE_LANGUAGE_CURSOR_H

#include <firesieve/firesieve.h>

struct cursor {
    const char *line; /* its first byte; a line feed ends it, and stands nowhere else */
    const char *at;
    uint64_t number;        /* of the line, from 1 */
    firesieve_error *error; /* may be NULL */
    firesieve_status status;
};

/* Blanks: spaces and tabs. */
void cursor_skip_blanks(struct cursor *cursor);

/* Whether the byte comes next, behind blanks; then it is passed. */
bool cursor_take(struct cursor *cursor, char byte);

/* The same of a word, behind which no letter, digit or underscore stands. */
bool cursor_take_word(struct cursor *cursor, const char *word);

/* Whether the word comes next; it is not passed. */
bool cursor_at_word(const struct cursor *cursor, const char *word);

/* Whether the line ends there: behind blanks, a carriage return, or at a comment. */
bool cursor_at_end(struct cursor *cursor);

/* Fails at the cursor: "expected `what`, found " and what is there. Returns false. */
bool cursor_expected(struct cursor *cursor, const char *what);

/* Fails at another place of the line, with a sentence. Returns false. */
bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same at a column, counted from 1, of a line that need not be there any more. */
bool cursor_fail_at(struct cursor *cursor, uint64_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fails for want of memory. Returns false. */
bool cursor_no_memory(struct cursor *cursor);

static inline bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
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
