#include "cli/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/input.h"
#include "base/limits.h"
#include "cli/deadline.h"
#include "cli/json_source.h"

const char *const source_format_names[] = {[SOURCE_AUTO] = "auto",
                                           [SOURCE_FIREWALL] = "firewall",
                                           [SOURCE_RESIDUES] = "residues",
                                           [SOURCE_JSON] = "json",
                                           NULL};

const struct source_settings source_plain = {.format = SOURCE_AUTO};

static const char lines_alone[] = "<-e>";

struct source source_of_file(const char *const *file, const struct source_settings *settings)
{
    return (struct source){.name = *file, .files = file, .file_count = 1, .settings = settings};
}

/* With lines, all FILEs form one firewall. */
static struct source join(const struct source_settings *settings, const struct operands *operands)
{
    const char *const name = operands->count == 0 ? lines_alone : operands->items[0];
    return (struct source){name, operands->items, operands->count, settings};
}

static const char *const standard_input[] = {"-", NULL};

struct source *sources_of_operands(const struct source_settings *settings, const struct operands *operands,
                                   size_t *count)
{
    const bool joined = settings->lines.count > 0;
    const char *const *const files = operands->count == 0 ? standard_input : operands->items;
    *count = joined || operands->count == 0 ? 1 : operands->count;
    struct source *const sources = reallocarray(NULL, *count, sizeof *sources);
    for (size_t i = 0; i < *count && sources != NULL; ++i) {
        sources[i] = joined ? join(settings, operands) : source_of_file(&files[i], settings);
    }
    return sources;
}

bool source_of_operands(const struct command *command, const struct source_settings *settings,
                        const struct operands *operands, struct source *source)
{
    if (settings->lines.count > 0) {
        *source = join(settings, operands);
        return true;
    }
    if (operands->count > 1) {
        return usage_refuse(command, "expected at most one FILE, found '%s' as well", operands->items[1]);
    }
    *source = source_of_file(operands->count == 0 ? standard_input : operands->items, settings);
    return true;
}

/* Tells a user at a terminal that standard input is being read. */
static void tell_of_waiting(const struct command *command, const struct source *source)
{
    bool waits = false;
    for (size_t i = 0; i < source->file_count; ++i) {
        waits = waits || strcmp(source->files[i], "-") == 0;
    }
    if (waits && isatty(STDIN_FILENO)) {
        fprintf(stderr,
                "%s: reading a firewall from the terminal: `depth: range` a line, or lines as `x mod 7 in {1, 2, 4}`; "
                "end it with Ctrl-D\n",
                command->title);
    }
}

/* ---- One FILE ----------------------------------------------------------------------------------------- */

/* The beginning of a FILE, or all of it if it is JSON. */
struct beginning {
    char *bytes; /* owned */
    size_t size;
    size_t capacity;
    bool ended;
};

/* Reads some more. */
static firesieve_status read_more(struct beginning *beginning, int descriptor, struct go_on go_on,
                                  firesieve_error *error)
{
    if (beginning->size == beginning->capacity) {
        const size_t capacity = beginning->capacity == 0 ? 1 << 12 : 2 * beginning->capacity;
        char *const bytes = realloc(beginning->bytes, capacity);
        if (bytes == NULL) {
            return error_set_memory(error, "reading");
        }
        beginning->bytes = bytes;
        beginning->capacity = capacity;
    }
    ssize_t got;
    const firesieve_status status = input_read(descriptor, go_on, beginning->bytes + beginning->size,
                                               beginning->capacity - beginning->size, &got, error);
    if (status == FIRESIEVE_OK && got < 0) {
        return error_set_errno_at(error, FIRESIEVE_ERROR_READ, 1, 1, "cannot read");
    }
    beginning->ended = status == FIRESIEVE_OK && got == 0;
    beginning->size += status == FIRESIEVE_OK ? (size_t)got : 0;
    return status;
}

/* Where the content starts, after a byte order mark and blanks; the size if there is none yet. */
static size_t find_start(const struct beginning *beginning)
{
    static const char skipped[] = "\xef\xbb\xbf \t\r\n";
    size_t at = 0;
    while (at < beginning->size && memchr(skipped, beginning->bytes[at], sizeof skipped - 1) != NULL) {
        ++at;
    }
    return at;
}

/* A FILE that begins with a brace is JSON. The search for its first byte ends after LOOKED_AT_MAX blanks. */
static firesieve_status read_beginning(struct beginning *beginning, int descriptor, struct go_on go_on,
                                       enum source_format format, bool *json, firesieve_error *error)
{
    enum { LOOKED_AT_MAX = 1 << 16 };
    firesieve_status status = FIRESIEVE_OK;
    size_t start = 0;
    *json = format == SOURCE_JSON;
    while (format == SOURCE_AUTO && status == FIRESIEVE_OK && !beginning->ended && start == beginning->size &&
           beginning->size < LOOKED_AT_MAX) {
        status = read_more(beginning, descriptor, go_on, error);
        start = find_start(beginning);
    }
    *json = *json || (start < beginning->size && beginning->bytes[start] == '{');
    while (*json && status == FIRESIEVE_OK && !beginning->ended) {
        status = read_more(beginning, descriptor, go_on, error);
    }
    return status;
}

/* A byte order mark is no part of JSON. */
static void skip_mark(struct beginning *beginning)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t length = sizeof mark - 1;
    if (beginning->size >= length && memcmp(beginning->bytes, mark, length) == 0) {
        beginning->size -= length;
        memmove(beginning->bytes, beginning->bytes + length, beginning->size);
    }
}

static const firesieve_format formats[] = {[SOURCE_AUTO] = FIRESIEVE_FORMAT_AUTO,
                                           [SOURCE_FIREWALL] = FIRESIEVE_FORMAT_LAYERS,
                                           [SOURCE_RESIDUES] = FIRESIEVE_FORMAT_RESIDUES,
                                           [SOURCE_JSON] = FIRESIEVE_FORMAT_AUTO};

/* An input being read, and its FILEs that are JSON, to place errors that are found at the end. */
struct reader {
    firesieve_input *input;
    struct beginning *documents; /* owned: one for each FILE, empty if it is not JSON */
    size_t count;
};

static firesieve_status add_descriptor(const struct reader *reader, size_t index, const char *name, int descriptor,
                                       enum source_format format, firesieve_error *error)
{
    const firesieve_limits limits = deadline_limits();
    struct limit_watch watch = limit_watch_start(&limits);
    struct beginning beginning = {.bytes = NULL};
    bool json = false;
    firesieve_status status = read_beginning(&beginning, descriptor, limit_watch_go_on(&watch), format, &json, error);
    if (status == FIRESIEVE_OK && json) {
        skip_mark(&beginning);
        status = json_source_add(reader->input, name, beginning.bytes, beginning.size, &limits, error);
        reader->documents[index] = beginning;
        return status;
    }
    if (status == FIRESIEVE_OK) {
        status = firesieve_input_add_descriptor(reader->input, name, formats[format], beginning.bytes, beginning.size,
                                                descriptor, &limits, error);
    }
    free(beginning.bytes);
    return status;
}

/* Without O_NONBLOCK, opening a pipe that nobody writes to would block. */
static firesieve_status add_file(const struct reader *reader, size_t index, const char *file, enum source_format format,
                                 firesieve_error *error)
{
    if (strcmp(file, "-") == 0) {
        return add_descriptor(reader, index, display_name(file), STDIN_FILENO, format, error);
    }
    const int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set_errno_at(error, FIRESIEVE_ERROR_READ, 1, 1, "cannot open");
    }
    const firesieve_status status = add_descriptor(reader, index, display_name(file), descriptor, format, error);
    close(descriptor);
    return status;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

enum { NAME_SIZE = 32 /* room for the name of a line */ };

/* The name of text `index` of the source in messages: FILEs come first, then lines, counted from 1. */
static const char *name_of(const struct source *source, size_t index, char *name)
{
    if (index < source->file_count) {
        return display_name(source->files[index]);
    }
    snprintf(name, NAME_SIZE, "<-e %zu>", index - source->file_count + 1);
    return name;
}

static firesieve_status add_all(const struct reader *reader, const struct source *source, size_t *index,
                                firesieve_error *error)
{
    const struct text_list *const lines = &source->settings->lines;
    firesieve_status status = FIRESIEVE_OK;
    for (*index = 0; *index < source->file_count + lines->count && status == FIRESIEVE_OK; ++*index) {
        char name[NAME_SIZE];
        if (*index < source->file_count) {
            const enum source_format format = (enum source_format)source->settings->format;
            status = add_file(reader, *index, source->files[*index], format, error);
        } else {
            const char *const line = lines->items[*index - source->file_count];
            const firesieve_limits limits = deadline_limits();
            status = firesieve_input_add_text(reader->input, name_of(source, *index, name), FIRESIEVE_FORMAT_RESIDUES,
                                              line, strlen(line), &limits, error);
        }
    }
    *index -= status != FIRESIEVE_OK;
    return status;
}

static firesieve_status reader_finish(const struct reader *reader, firesieve_firewall **firewall, size_t *index,
                                      firesieve_error *error)
{
    const firesieve_limits limits = deadline_limits();
    const firesieve_status status = firesieve_input_finish(reader->input, &limits, firewall, index, error);
    if (status == FIRESIEVE_ERROR_INPUT && *index < reader->count && reader->documents[*index].bytes != NULL) {
        json_source_move_error(reader->documents[*index].bytes, reader->documents[*index].size, error);
    }
    return status;
}

static void reader_free(struct reader *reader)
{
    for (size_t i = 0; i < reader->count && reader->documents != NULL; ++i) {
        free(reader->documents[i].bytes);
    }
    free(reader->documents);
    firesieve_input_free(reader->input);
}

enum reading source_read_in_time(const struct command *command, const struct source *source, bool quiet,
                                 firesieve_firewall **firewall, double *seconds)
{
    const double started = clock_seconds();
    struct reader reader = {.count = source->file_count,
                            .documents = calloc(source->file_count + 1, sizeof *reader.documents)};
    firesieve_error error = {0};
    size_t index = 0;
    if (!quiet) {
        tell_of_waiting(command, source);
    }
    firesieve_status status =
        reader.documents == NULL ? error_set_memory(&error, "reading") : firesieve_input_create(&reader.input, &error);
    if (status == FIRESIEVE_OK) {
        status = add_all(&reader, source, &index, &error);
    }
    if (status == FIRESIEVE_OK) {
        status = reader_finish(&reader, firewall, &index, &error);
    }
    reader_free(&reader);
    if (seconds != NULL) {
        *seconds = clock_seconds() - started;
    }
    if (status == FIRESIEVE_OK || status == FIRESIEVE_ERROR_STOPPED) {
        return status == FIRESIEVE_OK ? READING_DONE : READING_STOPPED;
    }
    char name[NAME_SIZE];
    file_error(name_of(source, index, name), &error);
    return READING_FAILED;
}

bool source_read(const struct command *command, const struct source *source, firesieve_firewall **firewall,
                 double *seconds)
{
    return source_read_in_time(command, source, false, firewall, seconds) == READING_DONE;
}

bool source_read_layers(const struct command *command, const struct source *source, bool quiet,
                        firesieve_firewall **firewall)
{
    if (source_read_in_time(command, source, quiet, firewall, NULL) != READING_DONE) {
        return false;
    }
    if (firesieve_firewall_layers(*firewall) == NULL) {
        command_error(command, source->name, SOURCE_WANTS_SCANNERS);
        firesieve_firewall_free(*firewall);
        return false;
    }
    return true;
}
