#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/plural.h"
#include "firewall/firewall.h"
#include "record/record.h"

enum { FIELD_SIZE = 64, HASH_DIGITS = 16, HASH_BITS_A_DIGIT = 4 };

static const char checksum_key[] = "checksum ";

/* ---- Files ------------------------------------------------------------------------------------------------ */

static firesieve_status read_whole(int descriptor, char *text, size_t capacity, size_t *size, firesieve_error *error)
{
    *size = 0;
    while (*size < capacity) {
        const ssize_t got = read(descriptor, text + *size, capacity - *size);
        if (got < 0 && errno != EINTR) {
            return error_set_errno(error, FIRESIEVE_ERROR_READ, "cannot read");
        }
        if (got == 0) {
            break;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
    return FIRESIEVE_OK;
}

size_t record_end_lines(char *text, size_t size)
{
    const char *const newline = size == 0 ? NULL : memchr(text, '\n', size);
    size_t kept = 0;
    if (newline == NULL || newline == text || newline[-1] != '\r') {
        return size;
    }
    for (size_t i = 0; i < size; ++i) {
        if (text[i] != '\r' || i + 1 == size || text[i + 1] != '\n') {
            text[kept++] = text[i];
        }
    }
    return kept;
}

static firesieve_status load(int descriptor, size_t size_max, char **text, size_t *size, firesieve_error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return error_set_errno(error, FIRESIEVE_ERROR_READ, "cannot read");
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, FIRESIEVE_ERROR_READ, "cannot read: not a regular file");
    }
    if ((uintmax_t)status.st_size > size_max) {
        return error_set_at(error, FIRESIEVE_ERROR_RECORD, 1, 1, "expected at most %zu bytes, found %jd", size_max,
                            (intmax_t)status.st_size);
    }
    const size_t capacity = (size_t)status.st_size + 1;
    char *const read_text = malloc(capacity);
    if (read_text == NULL) {
        return error_set_memory(error, "the text of a file");
    }
    const firesieve_status outcome = read_whole(descriptor, read_text, capacity, size, error);
    if (outcome != FIRESIEVE_OK) {
        free(read_text);
        return outcome;
    }
    *text = read_text;
    *size = record_end_lines(read_text, *size);
    return FIRESIEVE_OK;
}

firesieve_status record_load(const char *path, size_t size_max, char **text, size_t *size, struct record_hold *hold,
                             firesieve_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set_errno(error, FIRESIEVE_ERROR_READ, "cannot open");
    }
    const firesieve_status status = load(descriptor, size_max, text, size, error);
    if (status != FIRESIEVE_OK || hold == NULL) {
        close(descriptor);
        return status;
    }
    if (!record_hold_file(hold, descriptor, path)) {
        close(descriptor);
        free(*text);
        *text = NULL;
        return error_set(error, FIRESIEVE_ERROR_READ, "another process is using this file");
    }
    return FIRESIEVE_OK;
}

/* ---- Errors ----------------------------------------------------------------------------------------------- */

bool record_fail(struct record_reader *reader, const char *format, ...)
{
    char message[sizeof reader->error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (reader->status == FIRESIEVE_OK) {
        reader->status =
            error_set_at(reader->error, FIRESIEVE_ERROR_RECORD, reader->line, record_column(reader), "%s", message);
    }
    return false;
}

/* The reader, whose next error is at this place. */
static struct record_reader *at(struct record_reader *reader, const char *place)
{
    reader->field = place;
    return reader;
}

static bool stop(struct record_reader *reader)
{
    if (reader->status == FIRESIEVE_OK) {
        reader->status = error_set_stopped(reader->error);
    }
    return false;
}

bool record_no_memory(struct record_reader *reader)
{
    if (reader->status == FIRESIEVE_OK) {
        reader->status = error_set_memory(reader->error, "the text of a file");
    }
    return false;
}

/* ---- Lines ------------------------------------------------------------------------------------------------ */

static const char *find(const char *at, const char *end, char wanted)
{
    const char *const found = at == end ? NULL : memchr(at, wanted, (size_t)(end - at));
    return found == NULL ? end : found;
}

static const char *line_end(const struct record_reader *reader)
{
    return find(reader->at, reader->end, '\n');
}

static bool begins_with(const char *at, const char *end, const char *prefix)
{
    const size_t length = strlen(prefix);
    return (size_t)(end - at) >= length && memcmp(at, prefix, length) == 0;
}

/* How many bytes of a text can be shown in a message without affecting a terminal. */
static int printable(const char *at, const char *end)
{
    int count = 0;
    while (at + count < end && count < FIELD_SIZE && at[count] > ' ' && at[count] <= '~') {
        ++count;
    }
    return count;
}

/* Checks the first line, and moves to its end. */
static bool open_format(struct record_reader *reader, const char *end)
{
    char name[FIELD_SIZE];
    snprintf(name, sizeof name, "firesieve-%s ", reader->format.name);
    if (!begins_with(reader->at, end, name)) {
        return record_fail(at(reader, reader->at), "expected a %s, which begins with '%s%u'", reader->format.name, name,
                           reader->format.version);
    }
    const char *const digits = reader->at + strlen(name);
    const char *const newline = find(digits, end, '\n');
    char version[FIELD_SIZE];
    const int length = snprintf(version, sizeof version, "%u", reader->format.version);
    if (newline - digits != length || memcmp(digits, version, (size_t)length) != 0) {
        const int shown = printable(digits, newline);
        return record_fail(at(reader, digits), "expected version %s of a %s, found version %.*s", version,
                           reader->format.name, shown, digits);
    }
    reader->at = newline;
    return true;
}

static bool parse_hash(const char *at, size_t length, uint64_t *hash)
{
    uint64_t value = 0;
    if (length != HASH_DIGITS) {
        return false;
    }
    for (const char *digits = at; digits < at + HASH_DIGITS; ++digits) {
        const char digit = *digits;
        if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) {
            return false;
        }
        value = value << HASH_BITS_A_DIGIT | (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    *hash = value;
    return true;
}

static uint64_t count_lines(const char *at, const char *end)
{
    uint64_t count = 0;
    for (const char *newline = find(at, end, '\n'); newline != end; newline = find(newline + 1, end, '\n')) {
        ++count;
    }
    return count;
}

/* Finds the last line and checks it. */
static bool open_checksum(struct record_reader *reader, const char *text, size_t size)
{
    const size_t length = sizeof checksum_key - 1 + HASH_DIGITS + 1;
    const char *const last = size > length ? text + size - length : text;
    uint64_t expected;
    if (size <= length || last[-1] != '\n' || text[size - 1] != '\n' || !begins_with(last, text + size, checksum_key) ||
        !parse_hash(last + sizeof checksum_key - 1, HASH_DIGITS, &expected)) {
        const char *const newline = size == 0 ? NULL : memrchr(text, '\n', size);
        reader->line = count_lines(text, text + size) + 1;
        reader->line_begin = newline == NULL ? text : newline + 1;
        return record_fail(at(reader, text + size),
                           "expected a line 'checksum' and 16 digits at the end; the %s is damaged",
                           reader->format.name);
    }
    uint64_t found;
    if (!hash_bytes_while(text, (size_t)(last - text), 0, reader->go_on, &found)) {
        return stop(reader);
    }
    if (found != expected) {
        reader->line = count_lines(text, last) + 1;
        reader->line_begin = last;
        return record_fail(at(reader, last),
                           "the %s is damaged: the checksum of its text is %016" PRIx64 ", not %016" PRIx64,
                           reader->format.name, found, expected);
    }
    reader->end = last;
    return true;
}

firesieve_status record_open(struct record_reader *reader, struct record_format format, const char *text, size_t size,
                             struct go_on go_on, firesieve_error *error)
{
    *reader = (struct record_reader){.format = format,
                                     .at = text,
                                     .field = text,
                                     .line_begin = text,
                                     .end = text,
                                     .line = 1,
                                     .go_on = go_on,
                                     .error = error};
    if (open_format(reader, text + size) && !format.open) {
        open_checksum(reader, text, size);
    } else {
        reader->end = text + size;
    }
    return reader->status;
}

/* Where the next line begins, or the end. */
static const char *next_line(const struct record_reader *reader)
{
    const char *const newline = line_end(reader);
    return newline == reader->end ? newline : newline + 1;
}

static bool has_key(const struct record_reader *reader, const char *at, const char *key)
{
    const size_t length = strlen(key);
    return begins_with(at, reader->end, key) && at + length < reader->end && (at[length] == ' ' || at[length] == '\n');
}

bool record_next_is(const struct record_reader *reader, const char *key)
{
    return reader->status == FIRESIEVE_OK && has_key(reader, next_line(reader), key);
}

static bool leave_line(struct record_reader *reader)
{
    if (reader->status != FIRESIEVE_OK) {
        return false;
    }
    if (reader->at != line_end(reader)) {
        return record_fail(at(reader, reader->at), "expected the end of the line");
    }
    reader->line_begin = next_line(reader);
    reader->at = reader->line_begin;
    reader->field = reader->at;
    ++reader->line;
    return go_on_at(reader->go_on, reader->line) || stop(reader);
}

bool record_line(struct record_reader *reader, const char *key)
{
    if (!leave_line(reader)) {
        return false;
    }
    if (!has_key(reader, reader->at, key)) {
        const char *const end = find(reader->at, line_end(reader), ' ');
        const int shown = printable(reader->at, end);
        return reader->at == reader->end
                   ? record_fail(at(reader, reader->at), "expected a line '%s', found the %s", key,
                                 reader->format.open ? "end of the text" : "checksum")
                   : record_fail(at(reader, reader->at), "expected a line '%s', found '%.*s'", key, shown, reader->at);
    }
    reader->at += strlen(key);
    reader->field = reader->at;
    return true;
}

bool record_end(struct record_reader *reader)
{
    if (!leave_line(reader)) {
        return false;
    }
    return reader->at == reader->end ||
           record_fail(at(reader, reader->at), "expected the %s", reader->format.open ? "end of the text" : "checksum");
}

/* ---- Fields ----------------------------------------------------------------------------------------------- */

bool record_has_field(const struct record_reader *reader)
{
    return reader->status == FIRESIEVE_OK && reader->at < reader->end && *reader->at == ' ';
}

/* Copies the next field into `text` (FIELD_SIZE bytes). */
static bool take_field(struct record_reader *reader, char *text, const char *expected)
{
    text[0] = '\0';
    if (reader->status != FIRESIEVE_OK) {
        return false;
    }
    if (!record_has_field(reader)) {
        return record_fail(at(reader, reader->at), "expected %s, found the end of the line", expected);
    }
    reader->field = reader->at + 1;
    const char *const end = find(reader->field, line_end(reader), ' ');
    const size_t length = (size_t)(end - reader->field);
    if (length >= FIELD_SIZE || printable(reader->field, end) < (int)length) {
        return record_fail(reader, "expected %s", expected);
    }
    memcpy(text, reader->field, length);
    text[length] = '\0';
    reader->at = end;
    return true;
}

/* Accepts only the text that we would write for a number. */
static bool parse_number(const char *text, firesieve_delay low, firesieve_delay high, firesieve_delay *number)
{
    firesieve_delay value = 0;
    if ((text[0] == '0' && text[1] != '\0') || !firesieve_delay_parse(text, &value) || value < low || value > high) {
        return false;
    }
    *number = value;
    return true;
}

bool record_delay(struct record_reader *reader, firesieve_delay low, firesieve_delay high, firesieve_delay *delay)
{
    char text[FIELD_SIZE];
    char least[FIRESIEVE_DELAY_TEXT_SIZE];
    char most[FIRESIEVE_DELAY_TEXT_SIZE];
    if (!take_field(reader, text, "a number")) {
        return false;
    }
    return parse_number(text, low, high, delay) ||
           record_fail(reader, "expected a number from %s to %s, found '%s'", firesieve_delay_format(low, least),
                       firesieve_delay_format(high, most), text);
}

bool record_range(struct record_reader *reader, firesieve_delay least, firesieve_delay most, firesieve_delay *low,
                  firesieve_delay *high)
{
    char text[FIELD_SIZE];
    char first[FIELD_SIZE];
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE];
    if (!take_field(reader, text, "a number or a range")) {
        return false;
    }
    const size_t length = strcspn(text, "-");
    memcpy(first, text, length);
    first[length] = '\0';
    const bool one = text[length] == '\0';
    if (parse_number(first, least, most, low) && (one || parse_number(text + length + 1, *low, most, high))) {
        *high = one ? *low : *high;
        return true;
    }
    return record_fail(reader, "expected a number or a range from %s to %s, found '%s'",
                       firesieve_delay_format(least, from), firesieve_delay_format(most, to), text);
}

bool record_number(struct record_reader *reader, uint64_t low, uint64_t high, uint64_t *number)
{
    firesieve_delay value = 0;
    if (!record_delay(reader, low, high, &value)) {
        return false;
    }
    *number = (uint64_t)value;
    return true;
}

bool record_hash(struct record_reader *reader, uint64_t *hash)
{
    char text[FIELD_SIZE];
    if (!take_field(reader, text, "16 hexadecimal digits")) {
        return false;
    }
    return parse_hash(text, strlen(text), hash) ||
           record_fail(reader, "expected 16 hexadecimal digits, found '%s'", text);
}

bool record_choice(struct record_reader *reader, const char *const *names, size_t *index)
{
    enum { NAMES_SIZE = 128 };
    char text[FIELD_SIZE];
    if (!take_field(reader, text, "a name")) {
        return false;
    }
    for (size_t i = 0; names[i] != NULL; ++i) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    char expected[NAMES_SIZE] = "";
    size_t length = 0;
    for (size_t i = 0; names[i] != NULL && length < sizeof expected; ++i) {
        const char *const separator = i == 0 ? "" : names[i + 1] == NULL ? " or " : ", ";
        length += (size_t)snprintf(expected + length, sizeof expected - length, "%s%s", separator, names[i]);
    }
    return record_fail(reader, "expected %s, found '%s'", expected, text);
}

const char *record_rest(struct record_reader *reader, size_t *size)
{
    const bool has = record_has_field(reader);
    reader->field = has ? reader->at + 1 : reader->at;
    reader->at = line_end(reader);
    *size = (size_t)(reader->at - reader->field);
    return reader->field;
}

/* The key of the line of a firewall, in either form; that of this firewall if it has neither. */
static const char *firewall_key(const struct record_reader *reader, const firesieve_firewall *firewall)
{
    return record_next_is(reader, "firewall")   ? "firewall"
           : record_next_is(reader, "residues") ? "residues"
                                                : record_firewall_key(firewall);
}

bool record_firewall(struct record_reader *reader, const firesieve_firewall *firewall)
{
    struct fingerprint own;
    uint64_t size = 0;
    char text[FIELD_SIZE];
    struct fingerprint found = {{0}};
    if (!fingerprint_make(firewall, reader->go_on, &own)) {
        return stop(reader);
    }
    const char *const key = firewall_key(reader, firewall);
    const bool layered = strcmp(key, "firewall") == 0;
    if (!record_line(reader, key) || !record_number(reader, 1, SIZE_MAX, &size) ||
        !take_field(reader, text, "a fingerprint")) {
        return false;
    }
    if (strlen(text) != 2 * HASH_DIGITS || !parse_hash(text, HASH_DIGITS, &found.words[0]) ||
        !parse_hash(text + HASH_DIGITS, HASH_DIGITS, &found.words[1])) {
        return record_fail(reader, "expected 32 hexadecimal digits, found '%s'", text);
    }
    if (strcmp(key, record_firewall_key(firewall)) != 0 || size != record_firewall_size(firewall) ||
        found.words[0] != own.words[0] || found.words[1] != own.words[1]) {
        return record_fail(reader, "the %s is one of %s, of %" PRIu64 " %s%s", reader->format.name,
                           layered ? "another firewall" : "other residues", size, layered ? "layer" : "line",
                           plural(size));
    }
    return true;
}
