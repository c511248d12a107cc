#include "language/cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static bool continues_word(char byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '_';
}

/* The end of the word if it comes next, after blanks; otherwise NULL. */
static const char *find_word_end(const struct cursor *cursor, const char *word)
{
    const char *at = cursor->at;
    while (is_blank(*at)) {
        ++at;
    }
    const size_t length = strlen(word);
    return strncmp(at, word, length) == 0 && !continues_word(at[length]) ? at + length : NULL;
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

bool cursor_take_dots(struct cursor *cursor)
{
    cursor_skip_blanks(cursor);
    const bool taken = cursor->at[0] == '.' && cursor->at[1] == '.';
    cursor->at += taken ? 2 : 0;
    return taken;
}

/* Characters that are pasted from papers or typesetting programs, and what to write instead. */
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

/* Describes what is at `at` for a message: a word or a number as a whole, other bytes one by one. */
static void describe(const char *at, char found[CURSOR_FOUND_SIZE])
{
    enum { SHOWN_MAX = 24 };
    int length = 0;
    while (length < SHOWN_MAX && continues_word(at[length])) {
        ++length;
    }
    if (length > 0) {
        snprintf(found, CURSOR_FOUND_SIZE, "'%.*s%s'", length, at, continues_word(at[length]) ? "..." : "");
        return;
    }
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; ++i) {
        if (strncmp(at, characters[i].bytes, strlen(characters[i].bytes)) == 0) {
            snprintf(found, CURSOR_FOUND_SIZE, "%s", characters[i].found);
            return;
        }
    }
    cursor_describe_byte(at, found);
}

bool cursor_expected(struct cursor *cursor, const char *what)
{
    char found[CURSOR_FOUND_SIZE];
    cursor_skip_blanks(cursor);
    describe(cursor->at, found);
    return cursor_fail(cursor, cursor->at, "expected %s, found %s", what, found);
}

bool cursor_no_memory(struct cursor *cursor)
{
    cursor->status = error_set_memory(cursor->error, "the lines");
    return false;
}
