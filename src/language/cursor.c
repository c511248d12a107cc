#include "language/cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

void cursor_skip_blanks(struct cursor *cursor)
{
    while (is_blank(*cursor->at)) {
        ++cursor->at;
    }
}

bool cursor_take(struct cursor *cursor, char byte)
{
    cursor_skip_blanks(cursor);
    if (*cursor->at != byte) {
        return false;
    }
    ++cursor->at;
    return true;
}

static bool continues_word(char byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '_';
}

/* Where the word at the cursor ends, which is behind blanks; NULL: there is another. */
static const char *find_word_end(const struct cursor *cursor, const char *word)
{
    const char *at = cursor->at;
    while (is_blank(*at)) {
        ++at;
    }
    for (; *word != '\0'; ++at, ++word) {
        if (*at != *word) {
            return NULL;
        }
    }
    return continues_word(*at) ? NULL : at;
}

bool cursor_at_word(const struct cursor *cursor, const char *word)
{
    return find_word_end(cursor, word) != NULL;
}

bool cursor_take_word(struct cursor *cursor, const char *word)
{
    const char *const end = find_word_end(cursor, word);
    cursor->at = end == NULL ? cursor->at : end;
    return end != NULL;
}

bool cursor_at_end(struct cursor *cursor)
{
    cursor_skip_blanks(cursor);
    return *cursor->at == '\n' || *cursor->at == '#' || (cursor->at[0] == '\r' && cursor->at[1] == '\n');
}

__attribute__((format(printf, 3, 0))) static bool fail(struct cursor *cursor, uint64_t column, const char *format,
                                                       va_list arguments)
{
    char message[sizeof cursor->error->message];
    /* clang-tidy 14 does not see where they begin. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(message, sizeof message, format, arguments);
    for (char *tab = strchr(message, '\t'); tab != NULL; tab = strchr(tab, '\t')) {
        *tab = ' '; /* what is quoted may have some; a message is to be printable */
    }
    cursor->status = error_set_at(cursor->error, FIRESIEVE_ERROR_INPUT, cursor->number, column, "%s", message);
    return false;
}

/* What is pasted from papers and programs that set text, and how it is to be written. */
static const struct {
    const char *bytes;
    const char *found;
} characters[] = {
    {"\xe2\x89\xa0", "the character for 'not equal'; write !="},
    {"\xe2\x89\xa1", "the character for 'congruent'; write ="},
    {"\xe2\x88\x88", "the character for 'element of'; write in"},
    {"\xe2\x88\x89", "the character for 'not an element of'; write not in"},
    {"\xe2\x88\x92", "the character for 'minus'; write -"},
    {"\xe2\x80\x93", "a dash; write -, or .. in a range"},
    {"\xe2\x80\xa6", "the character for three dots; write .."},
    {"\xc2\xa0", "a no-break space; write a space"},
};

static const char *describe_character(const char *at)
{
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; ++i) {
        if (strncmp(at, characters[i].bytes, strlen(characters[i].bytes)) == 0) {
            return characters[i].found;
        }
    }
    return NULL;
}

/* What stands there, for a message: a word or a number as a whole, other bytes alone. */
static void describe(const char *at, char *found, size_t size)
{
    enum { SHOWN_MAX = 24 };
    const unsigned char byte = (unsigned char)*at;
    const char *const character = describe_character(at);
    int length = 0;
    while (length < SHOWN_MAX && continues_word(at[length])) {
        ++length;
    }
    if (byte == '\n' || (byte == '\r' && at[1] == '\n')) {
        snprintf(found, size, "the end of the line");
    } else if (byte == '\0') {
        snprintf(found, size, "a NUL byte");
    } else if (length > 0) {
        snprintf(found, size, "'%.*s%s'", length, at, continues_word(at[length]) ? "..." : "");
    } else if (byte > ' ' && byte < 0x7f) {
        snprintf(found, size, "'%c'", byte);
    } else if (character != NULL) {
        snprintf(found, size, "%s", character);
    } else {
        snprintf(found, size, "byte 0x%02x", byte);
    }
}

bool cursor_expected(struct cursor *cursor, const char *what)
{
    char found[64];
    cursor_skip_blanks(cursor);
    describe(cursor->at, found, sizeof found);
    return cursor_fail(cursor, cursor->at, "expected %s, found %s", what, found);
}

bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(cursor, (uint64_t)(at - cursor->line) + 1, format, arguments);
    va_end(arguments);
    return false;
}

bool cursor_fail_at(struct cursor *cursor, uint64_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(cursor, column, format, arguments);
    va_end(arguments);
    return false;
}

bool cursor_no_memory(struct cursor *cursor)
{
    cursor->status = error_set_memory(cursor->error, "the lines");
    return false;
}
