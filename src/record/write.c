#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "firewall/firewall.h"
#include "language/form.h"
#include "record/record.h"

void record_start(struct record_writer *writer, struct record_format format)
{
    *writer = (struct record_writer){.open = format.open};
    record_write(writer, "firesieve-%s %u\n", format.name, format.version);
}

/* Makes room for `size` more bytes. */
static bool reserve(struct record_writer *writer, size_t size)
{
    enum { FIRST_CAPACITY = 4096 };
    const size_t wanted = writer->size + size; /* no overflow: both are less than what can be allocated */
    if (wanted <= writer->capacity) {
        return true;
    }
    const size_t doubled = writer->capacity < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : 2 * writer->capacity;
    const size_t capacity = wanted > doubled ? wanted : doubled;
    char *const text = realloc(writer->text, capacity);
    if (text == NULL) {
        return false;
    }
    writer->text = text;
    writer->capacity = capacity;
    return true;
}

void record_write(struct record_writer *writer, const char *format, ...)
{
    enum { LINE_SIZE = 512 };
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    writer->no_memory = writer->no_memory || length < 0 || length >= LINE_SIZE;
    record_write_text(writer, line);
}

void record_write_text(struct record_writer *writer, const char *text)
{
    const size_t size = strlen(text);
    if (writer->no_memory || !reserve(writer, size)) {
        writer->no_memory = true;
        return;
    }
    memcpy(writer->text + writer->size, text, size);
    writer->size += size;
}

const char *record_firewall_key(const firesieve_firewall *firewall)
{
    return firewall->layers == NULL ? "residues" : "firewall";
}

size_t record_firewall_size(const firesieve_firewall *firewall)
{
    const struct residue_form *const form = form_of(firewall->outer == NULL ? firewall : firewall->outer);
    return form == NULL ? firewall->layer_count : form->simple_count + form->line_count - form->bound_count;
}

void record_write_fingerprint(struct record_writer *writer, const firesieve_firewall *firewall,
                              const struct fingerprint *fingerprint)
{
    record_write(writer, "%s %zu %016" PRIx64 "%016" PRIx64 "\n", record_firewall_key(firewall),
                 record_firewall_size(firewall), fingerprint->words[0], fingerprint->words[1]);
}

void record_write_firewall(struct record_writer *writer, const firesieve_firewall *firewall)
{
    const struct fingerprint fingerprint = fingerprint_of(firewall);
    record_write_fingerprint(writer, firewall, &fingerprint);
}

firesieve_status record_finish(struct record_writer *writer, firesieve_error *error)
{
    if (!writer->open) {
        const uint64_t checksum = hash_bytes(writer->text, writer->size, 0);
        record_write(writer, "checksum %016" PRIx64 "\n", checksum);
    }
    if (writer->no_memory || !reserve(writer, 1)) {
        return error_set_memory(error, "the text of a file");
    }
    writer->text[writer->size] = '\0';
    return FIRESIEVE_OK;
}

void record_writer_free(struct record_writer *writer)
{
    free(writer->text);
    *writer = (struct record_writer){.text = NULL};
}
