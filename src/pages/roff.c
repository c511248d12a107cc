/* Texts for troff, with the macros of man(7). */
#include "pages/write.h"

#include <ctype.h>
#include <string.h>

/* A character that troff would take for another one, or for its own. */
static void put(FILE *file, char character)
{
    static const struct {
        char character;
        const char *escape;
    } escapes[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"}, {'"', "\\(dq"},
                   {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; ++i) {
        if (escapes[i].character == character) {
            fputs(escapes[i].escape, file);
            return;
        }
    }
    putc(character, file);
}

static void put_some(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; ++i) {
        put(file, text[i]);
    }
}

/* A line that begins with a full stop would be a request. */
static void protect(FILE *file, const char *line)
{
    fputs(line[0] == '.' ? "\\&" : "", file);
}

static void put_in(FILE *file, char font, const char *text, size_t length)
{
    fprintf(file, "\\f%c", font);
    put_some(file, text, length);
    fputs("\\fR", file);
}

void roff_verbatim(FILE *file, const char *text, size_t length)
{
    protect(file, text);
    put_some(file, text, length);
}

/* The length of the option that the text begins with, as --threads; 0: of none. */
static size_t option_length(const char *text)
{
    if (strncmp(text, "--", 2) != 0 || !islower((unsigned char)text[2])) {
        return 0;
    }
    return 2 + strspn(text + 2, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

static void roff_line(FILE *file, const char *line, size_t length)
{
    static const char empty[] = "( )";
    const char *const end = line + length;
    protect(file, line);
    while (line < end) {
        const size_t option = option_length(line);
        const char *const closing = *line == '`' ? memchr(line + 1, '`', (size_t)(end - line - 1)) : NULL;
        if (option > 0) {
            put_in(file, 'B', line, option);
            line += option;
        } else if (closing != NULL) {
            put_in(file, 'B', line + 1, (size_t)(closing - line - 1));
            line = closing + 1;
        } else if (strncmp(line, empty, sizeof empty - 1) == 0) {
            fputs("(\\ )", file); /* of a picture: neither to be stretched nor broken */
            line += sizeof empty - 1;
        } else {
            put_some(file, line, 1);
            ++line;
        }
    }
}

void roff_text(FILE *file, const char *text)
{
    roff_line(file, text, strlen(text));
}

void roff_paragraphs(FILE *file, const char *text)
{
    bool literal = false;
    bool parted = false;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        const bool indented = *text == ' ';
        if (literal && !indented) {
            fputs(".fi\n", file);
        }
        if (length > 0) {
            fputs(parted || indented != literal ? ".PP\n" : "", file);
            fputs(indented && !literal ? ".nf\n" : "", file);
            roff_line(file, text, length);
            putc('\n', file);
        }
        parted = length == 0;
        literal = indented;
        text += length + (text[length] == '\n');
    }
    fputs(literal ? ".fi\n" : "", file);
}

void roff_operands(FILE *file, const char *operands)
{
    while (*operands != '\0') {
        const size_t capitals = strspn(operands, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        const size_t small = strspn(operands, "-abcdefghijklmnopqrstuvwxyz");
        if (capitals > 0) {
            put_in(file, 'I', operands, capitals);
        } else if (small > 0) {
            put_in(file, 'B', operands, small);
        } else {
            put_some(file, operands, 1);
        }
        operands += capitals > 0 ? capitals : small > 0 ? small : 1;
    }
}
