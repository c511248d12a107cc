#include "firewall/cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

firesieve_status text_read_rest(lines_function *read, void *parser, const char *text, size_t size,
                                firesieve_error *error)
{
    if (size == 0) {
        return FIRESIEVE_OK;
    }
    char *const line = malloc(size + 1);
    if (line == NULL) {
        return error_set_memory(error, "the last line");
    }
    memcpy(line, text, size);
    line[size] = '\n';
    const firesieve_status status = read(parser, line, size + 1, error);
    free(line);
    return status;
}

firesieve_status text_read(lines_function *read, void *parser, const char *text, size_t size, struct go_on go_on,
                           uint64_t *rest_size, firesieve_error *error)
{
    enum { PIECE = 1 << 20 };
    const char *const last_feed = size == 0 ? NULL : memrchr(text, '\n', size);
    const char *const end = last_feed == NULL ? text : last_feed + 1;
    firesieve_status status = FIRESIEVE_OK;
    for (const char *at = text; at < end && status == FIRESIEVE_OK;) {
        const char *const next =
            end - at <= PIECE ? end : (const char *)memchr(at + PIECE, '\n', (size_t)(end - at) - PIECE) + 1;
        status = go_on_ask(go_on) ? read(parser, at, (size_t)(next - at), error) : error_set_stopped(error);
        at = next;
    }
    *rest_size = size - (size_t)(end - text);
    return status == FIRESIEVE_OK ? text_read_rest(read, parser, end, (size_t)*rest_size, error) : status;
}

uint64_t line_cuts_place(const struct line_cuts *cuts, size_t at)
{
    uint64_t place = at;
    for (size_t i = 0; i < cuts->count && cuts->items[i].at <= at; ++i) {
        place += cuts->items[i].dropped;
    }
    return place;
}

void cursor_skip_blanks(struct cursor *cursor)
{
    while (is_blank(*cursor->at)) {
        ++cursor->at;
    }
}

bool cursor_take(struct cursor *cursor, char byte)
{
    cursor_skip_blanks(cursor);
    const bool taken = *cursor->at == byte;
    cursor->at += taken;
    return taken;
}

bool cursor_at_end(struct cursor *cursor)
{
    cursor_skip_blanks(cursor);
    return *cursor->at == '\n' || *cursor->at == '#' || (cursor->at[0] == '\r' && cursor->at[1] == '\n');
}

bool cursor_skip_rest(struct cursor *cursor)
{
    const char *const end = memchr(cursor->at, '\n', PTRDIFF_MAX); /* there is one */
    const char *const nul = memchr(cursor->at, '\0', (size_t)(end - cursor->at));
    cursor->at = nul == NULL ? end : nul;
    return nul == NULL;
}

uint64_t cursor_column(const struct cursor *cursor, const char *at)
{
    const size_t place = (size_t)(at - cursor->line);
    return (cursor->cuts == NULL ? place : line_cuts_place(cursor->cuts, place)) + 1;
}

__attribute__((format(printf, 3, 0))) static bool fail(struct cursor *cursor, uint64_t column, const char *format,
                                                       va_list arguments)
{
    char message[sizeof cursor->error->message];
    /* clang-tidy 14 does not see where they begin. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(message, sizeof message, format, arguments);
    for (char *tab = strchr(message, '\t'); tab != NULL; tab = strchr(tab, '\t')) {
        *tab = ' '; /* quoted text may contain tabs; a message must be printable */
    }
    cursor->status = error_set_at(cursor->error, FIRESIEVE_ERROR_INPUT, cursor->number, column, "%s", message);
    return false;
}

bool cursor_fail(struct cursor *cursor, const char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(cursor, cursor_column(cursor, at), format, arguments);
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

void cursor_describe_byte(const char *at, char found[CURSOR_FOUND_SIZE])
{
    const unsigned char byte = (unsigned char)*at;
    if (byte == '\n' || (byte == '\r' && at[1] == '\n')) {
        snprintf(found, CURSOR_FOUND_SIZE, "the end of the line");
    } else if (byte == '\0') {
        snprintf(found, CURSOR_FOUND_SIZE, "a NUL byte");
    } else if (strncmp(at, "\xef\xbb\xbf", 3) == 0) {
        snprintf(found, CURSOR_FOUND_SIZE, "a byte order mark");
    } else if (byte > ' ' && byte < 0x7f) {
        snprintf(found, CURSOR_FOUND_SIZE, "'%c'", byte);
    } else {
        snprintf(found, CURSOR_FOUND_SIZE, "byte 0x%02x", byte);
    }
}
