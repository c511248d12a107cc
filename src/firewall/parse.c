#include "firewall/parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "firewall/foreign.h"
#include "firewall/read.h"

/*
 * Where the parser is in a line. Every line ends in a line feed, which no loop below runs over: it needs no other end.
 */
struct cursor {
    const char *at;
    const char *line_start;
    uint64_t line; /* from 1 */
    const struct line_cuts *cuts;
};

uint64_t line_cuts_place(const struct line_cuts *cuts, size_t at)
{
    uint64_t place = at;
    for (size_t i = 0; i < cuts->count && cuts->items[i].at <= at; ++i) {
        place += cuts->items[i].dropped;
    }
    return place;
}

static uint64_t column_of(const struct cursor *cursor, const char *at)
{
    return line_cuts_place(cursor->cuts, (size_t)(at - cursor->line_start)) + 1;
}

static firesieve_status fail_expected(const struct cursor *cursor, const char *expected, firesieve_error *error)
{
    char found[32];
    const unsigned char byte = (unsigned char)*cursor->at;
    if (byte == '\n') {
        snprintf(found, sizeof found, "the end of the line");
    } else if (byte == '\0') {
        snprintf(found, sizeof found, "a NUL byte");
    } else if (strncmp(cursor->at, "\xef\xbb\xbf", 3) == 0) {
        snprintf(found, sizeof found, "a byte order mark");
    } else if (byte > ' ' && byte < 0x7f) {
        snprintf(found, sizeof found, "'%c'", byte);
    } else {
        snprintf(found, sizeof found, "byte 0x%02x", byte);
    }
    return error_set_at(error, FIRESIEVE_ERROR_INPUT, cursor->line, column_of(cursor, cursor->at),
                        "expected %s, found %s", expected, found);
}

/* The same in front of the first layer, where what stands there may be known for something else. */
static firesieve_status fail_at_start(const struct cursor *cursor, const char *expected, firesieve_error *error)
{
    const char *const found =
        *cursor->at == '\0' ? foreign_describe_nul(cursor->line_start, cursor->at) : foreign_describe(cursor->at);
    if (found == NULL) {
        return fail_expected(cursor, expected, error);
    }
    return error_set_at(error, FIRESIEVE_ERROR_INPUT, cursor->line, column_of(cursor, cursor->at),
                        "expected %s, found %s", expected, found);
}

static bool is_at_start(const struct parser *parser)
{
    return parser->list.count == 0 && !parser->behind_layers;
}

static void skip_blanks(struct cursor *cursor)
{
    while (*cursor->at == ' ' || *cursor->at == '\t') {
        ++cursor->at;
    }
}

/* A decimal number from `low` to `high` (below 10^19). */
static firesieve_status read_number(struct cursor *cursor, const char *name, uint64_t low, uint64_t high,
                                    uint64_t *number, firesieve_error *error)
{
    enum { DIGITS_THAT_FIT = 19 };
    const char *const start = cursor->at;
    const char *at = start;
    while (*at == '0') {
        ++at;
    }
    const char *const first_digit = at;
    uint64_t value = 0;
    for (; (unsigned char)(*at - '0') <= 9; ++at) {
        value = value * 10 + (unsigned char)(*at - '0'); /* wraps only where the length is refused below */
    }
    cursor->at = at;
    if (at - first_digit > DIGITS_THAT_FIT || value < low || value > high) {
        const int shown = at - start > DIGITS_THAT_FIT + 1 ? DIGITS_THAT_FIT + 1 : (int)(at - start);
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, cursor->line, column_of(cursor, start),
                            "expected a %s from %" PRIu64 " to %" PRIu64 ", found %.*s%s", name, low, high, shown,
                            start, at - start > shown ? "..." : "");
    }
    *number = value;
    return FIRESIEVE_OK;
}

/* At a line's end, behind blanks: a comment, a carriage return, and the line feed. */
static firesieve_status read_line_end(struct cursor *cursor, const char *expected, firesieve_error *error)
{
    if (*cursor->at == '#') {
        const char *const comment = cursor->at;
        const char *const end = memchr(comment, '\n', PTRDIFF_MAX); /* there is one: the text ends with it */
        const char *const nul = memchr(comment, '\0', (size_t)(end - comment));
        cursor->at = nul != NULL ? nul : end;
    } else if (cursor->at[0] == '\r' && cursor->at[1] == '\n') {
        ++cursor->at;
    }
    if (*cursor->at != '\n') {
        return fail_expected(cursor, expected, error);
    }
    ++cursor->at;
    return FIRESIEVE_OK;
}

static bool keep_last_place(struct parser *parser)
{
    if (parser->earlier_count == parser->earlier_capacity) {
        const size_t capacity = parser->earlier_capacity == 0 ? 8 : 2 * parser->earlier_capacity;
        struct place_run *const places = reallocarray(parser->earlier_places, capacity, sizeof *places);
        if (places == NULL) {
            return false;
        }
        parser->earlier_places = places;
        parser->earlier_capacity = capacity;
    }
    parser->earlier_places[parser->earlier_count++] = parser->last_place;
    return true;
}

static inline bool remember_place(struct parser *parser, uint64_t line, uint64_t column)
{
    const size_t layer = parser->list.count;
    struct place_run *const last = &parser->last_place;
    if (last->line != 0) {
        if (last->line + (layer - last->layer) == line && last->column == column) {
            return true;
        }
        if (!keep_last_place(parser)) {
            return false;
        }
    }
    *last = (struct place_run){.layer = layer, .line = line, .column = column};
    return true;
}

static firesieve_status read_layer(struct parser *parser, struct cursor *cursor, firesieve_error *error)
{
    const uint64_t column = column_of(cursor, cursor->at);
    uint64_t depth;
    uint64_t range;
    firesieve_status status = read_number(cursor, "depth", 0, FIRESIEVE_DEPTH_MAX, &depth, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    skip_blanks(cursor);
    if (*cursor->at != ':') {
        static const char expected[] = "':' and a range after the depth";
        return is_at_start(parser) ? fail_at_start(cursor, expected, error) : fail_expected(cursor, expected, error);
    }
    ++cursor->at;
    skip_blanks(cursor);
    if ((unsigned char)(*cursor->at - '0') > 9) {
        return fail_expected(cursor, "a range in decimal after ':'", error);
    }
    status = read_number(cursor, "range", 1, FIRESIEVE_RANGE_MAX, &range, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    skip_blanks(cursor);
    status = read_line_end(cursor, "the end of the line after the range", error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (!remember_place(parser, cursor->line, column) || !layer_list_append(&parser->list, depth, range)) {
        return error_set_memory(error, "the layers");
    }
    return FIRESIEVE_OK;
}

static firesieve_status read_line(struct parser *parser, struct cursor *cursor, firesieve_error *error)
{
    skip_blanks(cursor);
    if ((unsigned char)(*cursor->at - '0') <= 9) {
        return read_layer(parser, cursor, error);
    }
    static const char expected[] = "a layer `depth: range`, both in decimal";
    const bool other = strchr("#\r\n", *cursor->at) == NULL || *cursor->at == '\0'; /* than an empty line */
    return other && is_at_start(parser) ? fail_at_start(cursor, expected, error)
                                        : read_line_end(cursor, expected, error);
}

/* 1 to 18 digits: as many as fit everywhere. Returns where they end, or NULL. */
static inline const char *read_digits(const char *at, uint64_t *number)
{
    enum { DIGITS_MAX = 18 };
    const char *const start = at;
    uint64_t value = 0;
    for (; (unsigned char)(*at - '0') <= 9; ++at) {
        value = value * 10 + (unsigned char)(*at - '0');
    }
    *number = value;
    return at > start && at <= start + DIGITS_MAX ? at : NULL;
}

/*
 * The lines that nearly all files consist of, `depth:range` with at most one blank: returns the beginning of the next
 * line, or NULL where a closer look is needed.
 */
static inline const char *read_plain_line(const char *at, firesieve_layer *layer)
{
    at = read_digits(at, &layer->depth);
    if (at == NULL || *at != ':') {
        return NULL;
    }
    ++at;
    at = read_digits(at + (*at == ' '), &layer->range);
    return at != NULL && *at == '\n' && layer->range != 0 ? at + 1 : NULL;
}

/* Reads plain lines up to the first other one, and returns where that begins. */
static const char *read_plain_lines(struct parser *parser, const char *at, const char *end)
{
    firesieve_layer layer;
    for (const char *next; at < end && (next = read_plain_line(at, &layer)) != NULL; at = next) {
        if (!remember_place(parser, parser->lines + 1, 1) ||
            !layer_list_append(&parser->list, layer.depth, layer.range)) {
            break; /* the closer look finds the memory short, too */
        }
        ++parser->lines;
    }
    return at;
}

firesieve_status parser_read_lines(struct parser *parser, const char *text, size_t size, firesieve_error *error)
{
    const char *const end = text + size;
    struct cursor cursor = {.at = text, .cuts = &parser->cuts};
    if (parser->cuts.count == 0) {
        cursor.at = read_plain_lines(parser, text, end);
    }
    while (cursor.at < end) {
        cursor.line_start = cursor.at;
        cursor.line = parser->lines + 1;
        const firesieve_status status = read_line(parser, &cursor, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        ++parser->lines;
        parser->cuts.count = 0;
        cursor.at = read_plain_lines(parser, cursor.at, end);
    }
    return FIRESIEVE_OK;
}

firesieve_status parser_read_rest(struct parser *parser, const char *text, size_t size, firesieve_error *error)
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
    parser->rest_size = line_cuts_place(&parser->cuts, size);
    const firesieve_status status = parser_read_lines(parser, line, size + 1, error);
    free(line);
    return status;
}

static struct place_run place_of(const struct parser *parser, size_t layer)
{
    struct place_run place = parser->last_place;
    for (size_t i = parser->earlier_count; place.layer > layer; --i) {
        place = parser->earlier_places[i - 1];
    }
    place.line += layer - place.layer;
    place.layer = layer;
    return place;
}

firesieve_status parser_finish(struct parser *parser, struct go_on go_on, firesieve_firewall **firewall,
                               firesieve_error *error)
{
    if (parser->list.count == 0) {
        const uint64_t line = parser->rest_size == 0 ? parser->lines + 1 : parser->lines;
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, line, parser->rest_size + 1,
                            "expected at least one layer `depth: range`, found the end of the input");
    }
    layer_list_trim(&parser->list);
    size_t repeat;
    size_t earlier;
    const firesieve_status status = layer_list_find_repeat(&parser->list, go_on, &repeat, &earlier, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (repeat < parser->list.count) {
        const struct place_run place = place_of(parser, repeat);
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, place.line, place.column,
                            "expected every depth once, found depth %" PRIu64 " on line %" PRIu64
                            " and again on line %" PRIu64,
                            parser->list.layers[repeat].depth, place_of(parser, earlier).line, place.line);
    }
    return layer_list_finish(&parser->list, firewall, error);
}

void parser_free(struct parser *parser)
{
    layer_list_free(&parser->list);
    free(parser->earlier_places);
    *parser = (struct parser){0};
}

/* So many layers are collected on the stack. */
enum { FEW_LAYERS = 64 };

/* Where whole lines end, of a block or of all that is left: between blocks somebody may end it. */
static const char *find_block_end(const char *at, const char *end)
{
    enum { BLOCK = 1 << 20 };
    if (end - at <= BLOCK) {
        return end;
    }
    const char *const newline = memchr(at + BLOCK - 1, '\n', (size_t)(end - at) - BLOCK + 1);
    return newline == NULL ? end : newline + 1;
}

static firesieve_status read_blocks(struct parser *parser, const char *at, const char *end, struct go_on go_on,
                                    firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    while (at < end && status == FIRESIEVE_OK) {
        const char *const block_end = find_block_end(at, end);
        status = go_on_ask(go_on) ? parser_read_lines(parser, at, (size_t)(block_end - at), error)
                                  : error_set_stopped(error);
        at = block_end;
    }
    return status;
}

firesieve_status layers_parse(const char *text, size_t size, struct go_on go_on, firesieve_firewall **firewall,
                              firesieve_error *error)
{
    firesieve_layer few[FEW_LAYERS];
    struct parser parser = {.list = {.layers = few, .capacity = FEW_LAYERS, .borrowed = true}};
    const char *const last_feed = size == 0 ? NULL : memrchr(text, '\n', size);
    const size_t whole_lines = last_feed == NULL ? 0 : (size_t)(last_feed - text) + 1;
    firesieve_status status = read_blocks(&parser, text, text + whole_lines, go_on, error);
    if (status == FIRESIEVE_OK) {
        status = parser_read_rest(&parser, text + whole_lines, size - whole_lines, error);
    }
    if (status == FIRESIEVE_OK) {
        status = parser_finish(&parser, go_on, firewall, error);
    }
    parser_free(&parser);
    return status;
}
