/* The entry to both languages: one text of layers or residues, or several that are joined. */
#include "language/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/input.h"
#include "base/limits.h"
#include "firewall/foreign.h"
#include "firewall/parse.h"

/* Where a text comes from. */
struct input_text {
    const char *name; /* what it is called; copied */
    firesieve_format format;
    const char *bytes; /* of memory, or what was already read from the descriptor: at most TEXT_BLOCK_CAPACITY */
    size_t size;
    bool in_memory; /* the bytes are all of it; otherwise */
    int descriptor; /* the rest comes from here, up to the end */
};

struct firesieve_input {
    struct text_parser parser;
    firesieve_firewall *layers; /* owned: those of the first text, if it has layers and is the only one so far */
};

/* ---- Which language ----------------------------------------------------------------------------------- */

enum {
    TOLD_MAX = 32,                   /* bytes that tell records from lines of residues */
    SILENT_MAX = TEXT_BLOCK_CAPACITY /* longest beginning of a line without content that is searched */
};

/* Searches for the first byte that is neither blank nor in a comment; continues where the previous text ended. */
struct start_search {
    size_t line;    /* beginning of the current line, */
    size_t at;      /* and the end of what has been searched of it */
    uint64_t lines; /* number of lines before it, all without content */
    bool in_comment;
    bool stray; /* the line has a carriage return in its middle: it is kept, for the parser to reject */
};

/* Records and archives begin with letters too; the parser of layers reports them. */
static firesieve_format format_of_letter(const char *at, size_t size, bool ended)
{
    char line[TOLD_MAX + 1];
    const bool whole = size >= TOLD_MAX || memchr(at, '\n', size) != NULL || ended;
    if (!whole) {
        return FIRESIEVE_FORMAT_AUTO;
    }
    size = size < TOLD_MAX ? size : TOLD_MAX;
    memcpy(line, at, size);
    line[size] = '\n';
    return foreign_describe(line) == NULL ? FIRESIEVE_FORMAT_RESIDUES : FIRESIEVE_FORMAT_LAYERS;
}

/* A NUL byte in a comment is left to the parser of layers, which rejects it. AUTO: more text has to decide. */
static firesieve_format find_format(struct start_search *search, const char *text, size_t size, bool ended)
{
    for (; search->at < size; ++search->at) {
        const char byte = text[search->at];
        const bool returns = byte == '\r' && !search->in_comment;
        if (returns && search->at + 1 == size && !ended) {
            break; /* the next byte shows whether it ends the line */
        }
        search->stray = search->stray || (returns && search->at + 1 < size && text[search->at + 1] != '\n');
        if (byte == '\n' && search->stray) {
            search->in_comment = false;
        } else if (byte == '\n') {
            *search = (struct start_search){.line = search->at + 1, .at = search->at, .lines = search->lines + 1};
        } else if (search->at - search->line >= SILENT_MAX || byte == '\0' ||
                   (!search->in_comment && byte != '#' && !is_letter(byte) && !is_blank(byte) && byte != '\r')) {
            return FIRESIEVE_FORMAT_LAYERS;
        } else if (byte == '#') {
            search->in_comment = true;
        } else if (!search->in_comment && is_letter(byte)) {
            return format_of_letter(text + search->at, size - search->at, ended);
        }
    }
    return ended || size - search->line >= SILENT_MAX ? FIRESIEVE_FORMAT_LAYERS : FIRESIEVE_FORMAT_AUTO;
}

static firesieve_format format_of_text(const char *text, size_t size)
{
    return find_format(&(struct start_search){.line = 0}, text, size, true);
}

/* ---- Descriptors -------------------------------------------------------------------------------------- */

struct stream {
    int descriptor;
    struct go_on go_on;
    char *text;
    size_t size;
    size_t capacity;
    uint64_t lines; /* number of lines dropped before the block */
    bool ended;
    firesieve_error *error;
};

/* Reads more into the block, which must have room. */
static firesieve_status read_more(struct stream *stream)
{
    ssize_t got = 0;
    const firesieve_status status = input_read(stream->descriptor, stream->go_on, stream->text + stream->size,
                                               stream->capacity - stream->size, &got, stream->error);
    if (status == FIRESIEVE_OK && got < 0) {
        return error_set_errno_at(stream->error, FIRESIEVE_ERROR_READ, stream->lines + 1, 1, "cannot read");
    }
    stream->ended = status == FIRESIEVE_OK && got == 0;
    stream->size += status == FIRESIEVE_OK ? (size_t)got : 0;
    return status;
}

/* Drops bytes at the beginning of the block. */
static void pass(struct stream *stream, size_t bytes)
{
    if (bytes == 0) {
        return;
    }
    stream->size -= bytes;
    memmove(stream->text, stream->text + bytes, stream->size);
}

/* Drops a byte order mark, and reads until the language is known; it is layers if nothing shows it. */
static firesieve_status find_language(struct stream *stream, firesieve_format *format)
{
    struct start_search search = {.line = 0};
    firesieve_status status = FIRESIEVE_OK;
    while (status == FIRESIEVE_OK && !stream->ended && mark_may_follow(stream->text, stream->size)) {
        status = read_more(stream);
    }
    pass(stream, mark_length(stream->text, stream->size));
    while (status == FIRESIEVE_OK && *format == FIRESIEVE_FORMAT_AUTO) {
        *format = find_format(&search, stream->text, stream->size, stream->ended);
        if (*format == FIRESIEVE_FORMAT_AUTO) {
            pass(stream, search.line); /* lines without content */
            search.at -= search.line;
            search.line = 0;
            status = read_more(stream);
        }
    }
    pass(stream, search.line);
    stream->lines = search.lines;
    return status;
}

/* Parses whole lines, and keeps the rest; at the end of the input, completes the last line. */
static firesieve_status read_lines(struct stream *stream, struct text_parser *parser, size_t searched)
{
    if (stream->ended && stream->size > 0) {
        parser->rest_size = stream->size;
        stream->text[stream->size++] = '\n'; /* there is room: read_more needed some */
    }
    const char *const feed = memrchr(stream->text + searched, '\n', stream->size - searched);
    if (feed == NULL) {
        return FIRESIEVE_OK;
    }
    const size_t whole = (size_t)(feed - stream->text) + 1;
    const firesieve_status status = text_parser_read(parser, stream->text, whole, stream->error);
    pass(stream, whole);
    return status;
}

/*
 * Doubles a block that is full of one line, and checks that line's beginning for errors, so that an endless line ends at
 * its error.
 */
static firesieve_status extend_line(struct stream *stream, const struct text_parser *parser)
{
    enum { OF_THE_CUT = 64 }; /* bytes at the end, where an error may be an effect of the cut */
    firesieve_error found = {0};
    char *const text = realloc(stream->text, 2 * stream->capacity);
    if (text == NULL) {
        return error_set_memory(stream->error, "a line");
    }
    stream->text = text;
    stream->capacity *= 2;
    text[stream->size] = '\n';
    struct cursor cursor = {.line = text, .at = text, .number = parser->lines + 1, .error = &found};
    struct line line = {.loop = NULL};
    if (cursor_at_end(&cursor) || line_read(&cursor, &line)) {
        line_free(&line);
        return FIRESIEVE_OK;
    }
    if (cursor.status == FIRESIEVE_ERROR_INPUT && found.column + OF_THE_CUT >= stream->size) {
        return FIRESIEVE_OK;
    }
    if (stream->error != NULL) {
        *stream->error = found;
    }
    return cursor.status;
}

static firesieve_status read_residues(struct stream *stream, struct text_parser *parser)
{
    parser->lines = stream->lines;
    firesieve_status status = read_lines(stream, parser, 0);
    while (status == FIRESIEVE_OK && !stream->ended) {
        const size_t searched = stream->size;
        status = stream->size == stream->capacity ? extend_line(stream, parser) : FIRESIEVE_OK;
        status = status == FIRESIEVE_OK ? read_more(stream) : status;
        stream->lines = parser->lines;
        status = status == FIRESIEVE_OK ? read_lines(stream, parser, searched) : status;
    }
    return status;
}

/* ---- Joining ------------------------------------------------------------------------------------------ */

/* Another text joins layers that stood alone: they become classes. */
static firesieve_status join_layers(firesieve_input *input, struct go_on go_on, firesieve_error *error)
{
    if (input->layers == NULL) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = text_parser_add_layers(&input->parser, input->layers, go_on, error);
    firesieve_firewall_free(input->layers);
    input->layers = NULL;
    return status;
}

static firesieve_status take_layers(firesieve_input *input, firesieve_firewall *layers, struct go_on go_on,
                                    firesieve_error *error)
{
    input->layers = layers;
    return input->parser.form.source_count == 1 ? FIRESIEVE_OK : join_layers(input, go_on, error);
}

static firesieve_status add_memory(firesieve_input *input, const struct input_text *text, struct go_on go_on,
                                   firesieve_error *error)
{
    const char *bytes = text->size == 0 ? "" : text->bytes; /* NULL is allowed, but not in pointer arithmetic */
    const size_t mark = mark_length(bytes, text->size);
    const size_t size = text->size - mark;
    bytes += mark;
    if (text->format == FIRESIEVE_FORMAT_RESIDUES ||
        (text->format == FIRESIEVE_FORMAT_AUTO && format_of_text(bytes, size) == FIRESIEVE_FORMAT_RESIDUES)) {
        return text_read(text_parser_read, &input->parser, bytes, size, go_on, &input->parser.rest_size, error);
    }
    firesieve_firewall *layers;
    const firesieve_status status = layers_parse(bytes, size, go_on, &layers, error);
    return status == FIRESIEVE_OK ? take_layers(input, layers, go_on, error) : status;
}

static firesieve_status add_stream(firesieve_input *input, const struct input_text *text, struct go_on go_on,
                                   firesieve_error *error)
{
    struct stream stream = {.descriptor = text->descriptor,
                            .go_on = go_on,
                            .text = malloc(TEXT_BLOCK_CAPACITY),
                            .capacity = TEXT_BLOCK_CAPACITY,
                            .size = text->size,
                            .error = error};
    if (stream.text == NULL) {
        return error_set_memory(error, "reading");
    }
    if (text->size > 0) {
        memcpy(stream.text, text->bytes, text->size);
    }
    firesieve_format format = text->format;
    firesieve_firewall *layers = NULL;
    firesieve_status status = find_language(&stream, &format);
    if (status == FIRESIEVE_OK && format == FIRESIEVE_FORMAT_RESIDUES) {
        status = read_residues(&stream, &input->parser);
    } else if (status == FIRESIEVE_OK) {
        struct text_block block = {.text = stream.text, .size = stream.size, .lines = stream.lines};
        status = layers_read(stream.descriptor, &block, go_on, &layers, error);
        status = status == FIRESIEVE_OK ? take_layers(input, layers, go_on, error) : status;
    }
    free(stream.text);
    return status;
}

static firesieve_status add(firesieve_input *input, const struct input_text *text, struct go_on go_on,
                            firesieve_error *error)
{
    firesieve_status status = join_layers(input, go_on, error);
    if (status == FIRESIEVE_OK) {
        status = text_parser_begin(&input->parser, text->name, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    return text->in_memory ? add_memory(input, text, go_on, error) : add_stream(input, text, go_on, error);
}

static firesieve_status finish(firesieve_input *input, struct go_on go_on, firesieve_firewall **firewall,
                               size_t *source, firesieve_error *error)
{
    *source = input->parser.form.source_count - 1;
    if (input->layers == NULL) {
        return text_parser_finish(&input->parser, go_on, firewall, source, error);
    }
    *firewall = input->layers;
    input->layers = NULL;
    return FIRESIEVE_OK;
}

/* ---- Inputs ------------------------------------------------------------------------------------------- */

firesieve_status firesieve_input_create(firesieve_input **input, firesieve_error *error)
{
    firesieve_input *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set_memory(error, "an input");
    }
    *input = made;
    return FIRESIEVE_OK;
}

firesieve_status firesieve_input_add_text(firesieve_input *input, const char *name, firesieve_format format,
                                          const char *text, size_t size, const firesieve_limits *limits,
                                          firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct input_text all = {.name = name, .format = format, .bytes = text, .size = size, .in_memory = true};
    return add(input, &all, limit_watch_go_on(&watch), error);
}

firesieve_status firesieve_input_add_descriptor(firesieve_input *input, const char *name, firesieve_format format,
                                                const char *begun, size_t size, int descriptor,
                                                const firesieve_limits *limits, firesieve_error *error)
{
    enum { BEGUN_MAX = 1 << 16 };
    struct limit_watch watch = limit_watch_start(limits);
    const struct input_text all = {
        .name = name, .format = format, .bytes = begun, .size = size, .descriptor = descriptor};
    if (size > BEGUN_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected at most %d bytes that were already read",
                         BEGUN_MAX);
    }
    return add(input, &all, limit_watch_go_on(&watch), error);
}

firesieve_status firesieve_input_finish(firesieve_input *input, const firesieve_limits *limits,
                                        firesieve_firewall **firewall, size_t *source, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    if (input->parser.form.source_count == 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "an input needs at least one text");
    }
    return finish(input, limit_watch_go_on(&watch), firewall, source, error);
}

void firesieve_input_free(firesieve_input *input)
{
    if (input != NULL) {
        firesieve_firewall_free(input->layers);
        text_parser_free(&input->parser);
        free(input);
    }
}

/* ---- Firewalls of one text ---------------------------------------------------------------------------- */

static firesieve_status make(const struct input_text *text, const firesieve_limits *limits,
                             firesieve_firewall **firewall, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct go_on go_on = limit_watch_go_on(&watch);
    firesieve_input input = {.layers = NULL};
    size_t source;
    firesieve_status status = add(&input, text, go_on, error);
    if (status == FIRESIEVE_OK) {
        status = finish(&input, go_on, firewall, &source, error);
    }
    firesieve_firewall_free(input.layers);
    text_parser_free(&input.parser);
    return status;
}

firesieve_status firesieve_firewall_parse_within(const char *text, size_t size, const firesieve_limits *limits,
                                                 firesieve_firewall **firewall, firesieve_error *error)
{
    const struct input_text all = {.name = "", .bytes = text, .size = size, .in_memory = true};
    const size_t mark = size == 0 ? 0 : mark_length(text, size);
    if (size == 0 || format_of_text(text + mark, size - mark) != FIRESIEVE_FORMAT_RESIDUES) {
        struct limit_watch watch = limit_watch_start(limits); /* nothing to join, and no allocation for that */
        return layers_parse(size == 0 ? "" : text + mark, size - mark, limit_watch_go_on(&watch), firewall, error);
    }
    return make(&all, limits, firewall, error);
}

firesieve_status firesieve_firewall_parse(const char *text, size_t size, firesieve_firewall **firewall,
                                          firesieve_error *error)
{
    return firesieve_firewall_parse_within(text, size, NULL, firewall, error);
}

firesieve_status firesieve_firewall_read_within(int descriptor, const firesieve_limits *limits,
                                                firesieve_firewall **firewall, firesieve_error *error)
{
    return make(&(struct input_text){.name = "", .descriptor = descriptor}, limits, firewall, error);
}

firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_read_within(descriptor, NULL, firewall, error);
}

/* Without O_NONBLOCK, opening a pipe without a writer would block. */
firesieve_status firesieve_firewall_open_within(const char *path, const firesieve_limits *limits,
                                                firesieve_firewall **firewall, firesieve_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set_errno_at(error, FIRESIEVE_ERROR_READ, 1, 1, "cannot open");
    }
    const struct input_text text = {.name = path, .descriptor = descriptor};
    const firesieve_status status = make(&text, limits, firewall, error);
    close(descriptor);
    return status;
}

firesieve_status firesieve_firewall_open(const char *path, firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_open_within(path, NULL, firewall, error);
}
