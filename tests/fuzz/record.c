/*
 * The reader of src/record, which reads checkpoints and certificates. The first line of an input gives the reading
 * operations, one per byte; after it comes the text, which is tried as it is and with the correct checksum. A text that
 * was read to its end is written again and must be the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "record/record.h"

static const struct record_format format = {.name = "fuzz", .version = 1};
static const char *const keys[] = {"a", "bc", "layer", "firewall"};
static const char *const names[] = {"none", "found", "fo", NULL};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* A text that is being read, and the expected text. */
struct trial {
    struct record_reader reader;
    struct record_writer writer;
    const firesieve_firewall *firewall;
    bool in_line; /* the written line is not complete */
};

static void end_line(struct trial *trial)
{
    if (trial->in_line) {
        record_write(&trial->writer, "\n");
    }
    trial->in_line = false;
}

static bool read_line(struct trial *trial, const char *key)
{
    const bool expected = record_next_is(&trial->reader, key);
    if (!record_line(&trial->reader, key)) {
        return false;
    }
    fuzz_require(expected, "line '%s' came unexpectedly", key);
    end_line(trial);
    record_write(&trial->writer, "%s", key);
    trial->in_line = true;
    return true;
}

static bool read_number(struct trial *trial, uint64_t low, uint64_t high)
{
    uint64_t number = 0;
    if (!record_number(&trial->reader, low, high, &number)) {
        return false;
    }
    fuzz_require(number >= low && number <= high, "%" PRIu64, number);
    record_write(&trial->writer, " %" PRIu64, number);
    return true;
}

static bool read_delay(struct trial *trial)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay delay = 0;
    if (!record_delay(&trial->reader, 5, FIRESIEVE_DELAY_END, &delay)) {
        return false;
    }
    fuzz_require(delay >= 5 && delay <= FIRESIEVE_DELAY_END, "%s", firesieve_delay_format(delay, text));
    record_write(&trial->writer, " %s", firesieve_delay_format(delay, text));
    return true;
}

static bool read_hash(struct trial *trial)
{
    uint64_t hash = 0;
    if (!record_hash(&trial->reader, &hash)) {
        return false;
    }
    record_write(&trial->writer, " %016" PRIx64, hash);
    return true;
}

static bool read_choice(struct trial *trial)
{
    size_t index = SIZE_MAX;
    if (!record_choice(&trial->reader, names, &index)) {
        return false;
    }
    fuzz_require(index < sizeof names / sizeof names[0] - 1, "choice %zu", index);
    record_write(&trial->writer, " %s", names[index]);
    return true;
}

static bool read_firewall(struct trial *trial)
{
    if (!record_firewall(&trial->reader, trial->firewall)) {
        return false;
    }
    end_line(trial);
    record_write_firewall(&trial->writer, trial->firewall);
    return true;
}

/* Reads all fields that the reader announces. */
static bool read_fields(struct trial *trial)
{
    while (record_has_field(&trial->reader)) {
        if (!read_number(trial, 0, UINT64_MAX)) {
            return false;
        }
    }
    return trial->reader.status == FIRESIEVE_OK;
}

static bool run_operation(struct trial *trial, char operation)
{
    switch (operation) {
    case 'n':
        return read_number(trial, 0, UINT64_MAX);
    case 'm':
        return read_number(trial, 3, 1000);
    case 'd':
        return read_delay(trial);
    case 'h':
        return read_hash(trial);
    case 'c':
        return read_choice(trial);
    case 'f':
        return read_firewall(trial);
    case '*':
        return read_fields(trial);
    case 'x':
        return record_fail(&trial->reader, "expected nothing");
    default:
        return read_line(trial, keys[(unsigned char)operation % KEYS]);
    }
}

static void check_error(const struct trial *trial, const firesieve_error *error, const char *text, size_t size)
{
    uint64_t lines = 1;
    for (size_t i = 0; i < size; ++i) {
        lines += text[i] == '\n';
    }
    fuzz_require(trial->reader.status == FIRESIEVE_ERROR_RECORD && error->status == FIRESIEVE_ERROR_RECORD, "status %d",
                 trial->reader.status);
    fuzz_require(error->line >= 1 && error->line <= lines, "line %" PRIu64 " of %" PRIu64, error->line, lines);
    fuzz_require(error->column >= 1 && error->column <= size + 1, "column %" PRIu64, error->column);
    const size_t length = strnlen(error->message, sizeof error->message);
    fuzz_require(length > 0 && length < sizeof error->message, "message of %zu bytes", length);
    for (size_t i = 0; i < length; ++i) {
        fuzz_require(error->message[i] >= ' ' && error->message[i] <= '~', "message: %s", error->message);
    }
}

/* After an error every operation fails and leaves the error unchanged. */
static void check_failed(struct trial *trial, const firesieve_error *error)
{
    static const char operations[] = "0nmdhcfx";
    const firesieve_error before = *error;
    for (const char *operation = operations; *operation != '\0'; ++operation) {
        fuzz_require(!run_operation(trial, *operation), "'%c' after an error", *operation);
    }
    fuzz_require(!record_end(&trial->reader) && !record_has_field(&trial->reader) &&
                     !record_next_is(&trial->reader, keys[0]),
                 "behind an error");
    fuzz_require(before.status == error->status && before.line == error->line && before.column == error->column &&
                     strcmp(before.message, error->message) == 0,
                 "%s; then: %s", before.message, error->message);
}

static void check_same(struct trial *trial, const char *text, size_t size)
{
    firesieve_error error;
    end_line(trial);
    fuzz_require(record_finish(&trial->writer, &error) == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(trial->writer.size == size && memcmp(trial->writer.text, text, size) == 0, "written again: %.*s",
                 (int)trial->writer.size, trial->writer.text);
}

static void try_text(const firesieve_firewall *firewall, const char *script, const char *text, size_t size)
{
    firesieve_error error;
    memset(&error, 0, sizeof error);
    struct trial trial = {.firewall = firewall};
    record_start(&trial.writer, format);
    bool going = record_open(&trial.reader, format, text, size, (struct go_on){NULL, NULL}, &error) == FIRESIEVE_OK;
    for (; going && *script != '\0'; ++script) {
        going = run_operation(&trial, *script);
    }
    if (going && record_end(&trial.reader)) {
        check_same(&trial, text, size);
    } else {
        check_error(&trial, &error, text, size);
        check_failed(&trial, &error);
    }
    record_writer_free(&trial.writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SCRIPT_MAX = 64 };
    static const firesieve_layer layers[] = {{0, 3}, {1, 2}, {4, 4}, {6, 4}};
    const uint8_t *const feed = size == 0 ? NULL : memchr(data, '\n', size);
    if (feed == NULL || feed - data >= SCRIPT_MAX) {
        return 0;
    }
    firesieve_firewall *firewall = NULL;
    fuzz_require(firesieve_firewall_build(layers, sizeof layers / sizeof layers[0], &firewall, NULL) == FIRESIEVE_OK,
                 "no firewall");
    char script[SCRIPT_MAX] = {0};
    memcpy(script, data, (size_t)(feed - data));
    const size_t text_size = size - (size_t)(feed + 1 - data);
    char *const text = fuzz_copy(feed + 1, text_size);
    try_text(firewall, script, text, text_size);
    size_t sealed_size;
    char *const sealed = fuzz_seal(text, text_size, &sealed_size);
    try_text(firewall, script, sealed, sealed_size);
    free(sealed);
    free(text);
    firesieve_firewall_free(firewall);
    return 0;
}
