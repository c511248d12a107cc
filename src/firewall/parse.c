#include "firewall/parse.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/input.h"
#include "base/large.h"
#include "firewall/cursor.h"
#include "firewall/foreign.h"

/* From `layer` on, layer i is on line `line` + (i - layer), with its depth at `column`. */
struct place_run {
    size_t layer;
    uint64_t line;
    uint64_t column;
};

/* Start with all members zero; the list may borrow storage. */
struct parser {
    struct layer_list list;
    struct place_run last_place;      /* the only one in an ordinary file; line 0 before the first */
    struct place_run *earlier_places; /* owned; ascending */
    size_t earlier_count;
    size_t earlier_capacity;
    bool after_layers;     /* layers precede the part that it reads */
    uint64_t lines;        /* number of lines read so far */
    struct line_cuts cuts; /* of the next line */
    uint64_t rest_size;    /* bytes of a last line without a line feed */
};

/* ---- Lines -------------------------------------------------------------------------------------------- */

static bool fail_expected(struct cursor *cursor, const char *expected)
{
    char found[CURSOR_FOUND_SIZE];
    cursor_describe_byte(cursor->at, found);
    return cursor_fail(cursor, cursor->at, "expected %s, found %s", expected, found);
}

/* The same; before the first layer it recognizes other kinds of files. */
static bool fail_at_start(const struct parser *parser, struct cursor *cursor, const char *expected)
{
    const char *const found = parser->list.count > 0 || parser->after_layers ? NULL
                              : *cursor->at == '\0' ? foreign_describe_nul(cursor->line, cursor->at)
                                                    : foreign_describe(cursor->at);
    return found == NULL ? fail_expected(cursor, expected)
                         : cursor_fail(cursor, cursor->at, "expected %s, found %s", expected, found);
}

/* A decimal number from `low` to `high` (below 10^19). */
static bool read_number(struct cursor *cursor, const char *name, uint64_t low, uint64_t high, uint64_t *number)
{
    enum { DIGITS_THAT_FIT = 19 };
    const char *const start = cursor->at;
    const char *at = start;
    while (*at == '0') {
        ++at;
    }
    const char *const first_digit = at;
    uint64_t value = 0;
    for (; is_digit(*at); ++at) {
        value = value * 10 + (uint64_t)(*at - '0'); /* wraps only if the number is too long, see below */
    }
    cursor->at = at;
    *number = value;
    if (at - first_digit <= DIGITS_THAT_FIT && value >= low && value <= high) {
        return true;
    }
    const int shown = at - start > DIGITS_THAT_FIT + 1 ? DIGITS_THAT_FIT + 1 : (int)(at - start);
    return cursor_fail(cursor, start, "expected a %s from %" PRIu64 " to %" PRIu64 ", found %.*s%s", name, low, high,
                       shown, start, at - start > shown ? "..." : "");
}

/* The rest of a line: blanks, a comment, a carriage return, and the line feed, which it moves past. */
static bool read_line_end(struct cursor *cursor, const char *expected)
{
    if (!cursor_at_end(cursor) || !cursor_skip_rest(cursor)) {
        return fail_expected(cursor, expected);
    }
    ++cursor->at;
    return true;
}

static inline bool remember_place(struct parser *parser, uint64_t line, uint64_t column)
{
    const size_t layer = parser->list.count;
    struct place_run *const last = &parser->last_place;
    if (last->line != 0 && last->line + (layer - last->layer) == line && last->column == column) {
        return true;
    }
    if (last->line != 0) {
        struct place_run *const places =
            large_grow(parser->earlier_places, parser->earlier_count, &parser->earlier_capacity, sizeof *places);
        if (places == NULL) {
            return false;
        }
        parser->earlier_places = places;
        places[parser->earlier_count++] = *last;
    }
    *last = (struct place_run){.layer = layer, .line = line, .column = column};
    return true;
}

static bool read_layer(struct parser *parser, struct cursor *cursor)
{
    const uint64_t column = cursor_column(cursor, cursor->at);
    uint64_t depth;
    uint64_t range;
    if (!read_number(cursor, "depth", 0, FIRESIEVE_DEPTH_MAX, &depth)) {
        return false;
    }
    if (!cursor_take(cursor, ':')) {
        return fail_at_start(parser, cursor, "':' and a range after the depth");
    }
    cursor_skip_blanks(cursor);
    if (!is_digit(*cursor->at)) {
        return fail_expected(cursor, "a range in decimal after ':'");
    }
    if (!read_number(cursor, "range", 1, FIRESIEVE_RANGE_MAX, &range) ||
        !read_line_end(cursor, "the end of the line after the range")) {
        return false;
    }
    if (!remember_place(parser, cursor->number, column) || !layer_list_append(&parser->list, depth, range)) {
        cursor->status = error_set_memory(cursor->error, "the layers");
        return false;
    }
    return true;
}

static bool read_line(struct parser *parser, struct cursor *cursor)
{
    static const char expected[] = "a layer `depth: range`, both in decimal";
    if (cursor_at_end(cursor)) {
        return read_line_end(cursor, expected);
    }
    return is_digit(*cursor->at) ? read_layer(parser, cursor) : fail_at_start(parser, cursor, expected);
}

/*
 * The lines that nearly all files consist of: `depth:range` with at most one blank. Returns the beginning of the next
 * line, or NULL if the line needs the full parser.
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

/* Reads plain lines up to the first other one, and returns its beginning. */
static const char *read_plain_lines(struct parser *parser, const char *at, const char *end)
{
    firesieve_layer layer;
    for (const char *next; at < end && (next = read_plain_line(at, &layer)) != NULL; at = next) {
        if (!remember_place(parser, parser->lines + 1, 1) ||
            !layer_list_append(&parser->list, layer.depth, layer.range)) {
            break; /* the full parser reports the lack of memory */
        }
        ++parser->lines;
    }
    return at;
}

static firesieve_status read_lines(void *context, const char *text, size_t size, firesieve_error *error)
{
    struct parser *const parser = context;
    const char *const end = text + size;
    struct cursor cursor = {.at = text, .cuts = &parser->cuts, .error = error};
    if (parser->cuts.count == 0) {
        cursor.at = read_plain_lines(parser, text, end);
    }
    while (cursor.at < end) {
        cursor.line = cursor.at;
        cursor.number = parser->lines + 1;
        if (!read_line(parser, &cursor)) {
            return cursor.status;
        }
        ++parser->lines;
        parser->cuts.count = 0;
        cursor.at = read_plain_lines(parser, cursor.at, end);
    }
    return FIRESIEVE_OK;
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

/* Checks for repeated depths, and makes the firewall. Errors: INPUT, MEMORY, STOPPED. */
static firesieve_status finish(struct parser *parser, struct go_on go_on, firesieve_firewall **firewall,
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

static void free_parser(struct parser *parser)
{
    layer_list_free(&parser->list);
    free(parser->earlier_places);
}

firesieve_status layers_parse(const char *text, size_t size, struct go_on go_on, firesieve_firewall **firewall,
                              firesieve_error *error)
{
    enum { FEW = 64 };
    firesieve_layer few[FEW]; /* small firewalls need no allocation until the end */
    struct parser parser = {.list = {.layers = few, .capacity = FEW, .borrowed = true}};
    firesieve_status status = text_read(read_lines, &parser, text, size, go_on, &parser.rest_size, error);
    if (status == FIRESIEVE_OK) {
        status = finish(&parser, go_on, firewall, error);
    }
    free_parser(&parser);
    return status;
}

/* ---- Descriptors -------------------------------------------------------------------------------------- */

/* A line that fills the block is shortened: runs of blanks, leading zeros, and comments keep this many bytes. */
enum { KEPT_OF_A_RUN = 64 };
_Static_assert(TEXT_BLOCK_CAPACITY >= 2 * KEPT_OF_A_RUN * LINE_CUTS_MAX,
               "a line that is shortened must not fill the block");

/*
 * Adds `got` bytes to the block, parses its whole lines and moves the rest to its beginning. The bytes that were already
 * there contain no line feed.
 */
static firesieve_status parse_block(struct parser *parser, struct text_block *block, size_t got, firesieve_error *error)
{
    const char *const last_feed = memrchr(block->text + block->size, '\n', got);
    block->size += got;
    if (last_feed == NULL) {
        return FIRESIEVE_OK;
    }
    const size_t whole_lines = (size_t)(last_feed - block->text) + 1;
    const firesieve_status status = read_lines(parser, block->text, whole_lines, error);
    block->size -= whole_lines;
    memmove(block->text, block->text + whole_lines, block->size);
    return status;
}

/*
 * Whether an error at `column` may be an effect of the cut, or would be reported differently with more of the line: it is
 * at the end, or only leading zeros or the bytes that a message shows lie between.
 */
static bool is_of_the_cut(const struct text_block *block, uint64_t column)
{
    enum { SHOWN_MAX = 20 }; /* digits of a number; more than the bytes of a byte order mark */
    size_t at = column - 1;
    while (at < block->size && block->text[at] == '0') {
        ++at;
    }
    return at + SHOWN_MAX >= block->size;
}

/* Checks the beginning of a line that fills the block for errors, so that an endless line ends at its error. */
static firesieve_status check_beginning(const struct text_block *block, const struct parser *parser,
                                        firesieve_error *error)
{
    struct parser trial = {.after_layers = parser->list.count > 0, .lines = parser->lines};
    firesieve_error found;
    firesieve_status status = text_read_rest(read_lines, &trial, block->text, block->size, &found);
    free_parser(&trial);
    if (status == FIRESIEVE_ERROR_INPUT && is_of_the_cut(block, found.column)) {
        status = FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK && error != NULL) {
        *error = found;
        error->column = line_cuts_place(&parser->cuts, (size_t)found.column - 1) + 1;
    }
    return status;
}

/* The end of a run of blanks, of zeros, or of a comment; any other byte is a run by itself. */
static size_t find_run_end(const struct text_block *block, size_t at)
{
    const char first = block->text[at];
    if (first == '#') {
        return block->size;
    }
    do {
        ++at;
    } while (at < block->size &&
             ((first == '0' && block->text[at] == '0') || (is_blank(first) && is_blank(block->text[at]))));
    return at;
}

static void add_cut(struct line_cuts *cuts, size_t at, uint64_t dropped)
{
    for (size_t i = 0; i < cuts->count; ++i) {
        if (cuts->items[i].at == at) {
            cuts->items[i].dropped += dropped;
            return;
        }
    }
    if (cuts->count < LINE_CUTS_MAX) {
        cuts->items[cuts->count++] = (struct line_cut){.at = at, .dropped = dropped};
    }
}

/*
 * Shortens a line that has no error so far: then it has at most LINE_CUTS_MAX runs, and some dozens of bytes without
 * them. The rest of a run contains everything that an error message shows of it.
 */
static void shorten_line(struct text_block *block, struct line_cuts *cuts)
{
    size_t kept = 0;
    for (size_t at = 0; at < block->size;) {
        const size_t end = find_run_end(block, at);
        const size_t run = end - at < KEPT_OF_A_RUN ? end - at : KEPT_OF_A_RUN;
        memmove(block->text + kept, block->text + at, run);
        kept += run;
        if (run < end - at) {
            add_cut(cuts, kept, end - at - run);
        }
        at = end;
    }
    block->size = kept;
}

/*
 * Makes room for the layers of a regular file, assuming that the rest is as dense as the part read so far. This is only a
 * guess: a list that is too short grows, one that is too long is trimmed, and a lack of memory is not an error yet.
 */
static void expect_layers(int descriptor, struct parser *parser, size_t bytes_read)
{
    static const double spare = 1.02;
    enum { LINE_LEAST = 4 };
    struct stat file;
    const off_t place = lseek(descriptor, 0, SEEK_CUR);
    if (place < 0 || fstat(descriptor, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size <= place) {
        return;
    }
    const double left = (double)(file.st_size - place);
    const double rate = fmin((double)parser->list.count / (double)bytes_read, 1.0 / LINE_LEAST);
    const double expected = (double)parser->list.count + spare * rate * left;
    if (expected < (double)(SIZE_MAX / 2)) {
        layer_list_reserve(&parser->list, (size_t)expected + 1);
    }
}

static firesieve_status read_all(int descriptor, struct go_on go_on, struct parser *parser, struct text_block *block,
                                 firesieve_error *error)
{
    ssize_t got = (ssize_t)block->size; /* what was read to detect the language */
    firesieve_status status = FIRESIEVE_OK;
    bool first = true;
    block->size = 0;
    while (status == FIRESIEVE_OK) {
        status = parse_block(parser, block, (size_t)got, error);
        if (status == FIRESIEVE_OK && first) {
            expect_layers(descriptor, parser, (size_t)got);
        }
        first = false;
        if (status == FIRESIEVE_OK && block->size == TEXT_BLOCK_CAPACITY) {
            status = check_beginning(block, parser, error);
        }
        if (status == FIRESIEVE_OK && block->size == TEXT_BLOCK_CAPACITY) {
            shorten_line(block, &parser->cuts);
        }
        if (status == FIRESIEVE_OK) {
            status = input_read(descriptor, go_on, block->text + block->size, TEXT_BLOCK_CAPACITY - block->size, &got,
                                error);
        }
        if (status == FIRESIEVE_OK && got < 0) {
            return error_set_errno_at(error, FIRESIEVE_ERROR_READ, parser->lines + 1, 1, "cannot read");
        }
        if (status == FIRESIEVE_OK && got == 0) {
            parser->rest_size = line_cuts_place(&parser->cuts, block->size);
            return text_read_rest(read_lines, parser, block->text, block->size, error);
        }
    }
    return status;
}

firesieve_status layers_read(int descriptor, struct text_block *block, struct go_on go_on,
                             firesieve_firewall **firewall, firesieve_error *error)
{
    struct parser parser = {.lines = block->lines};
    firesieve_status status = read_all(descriptor, go_on, &parser, block, error);
    if (status == FIRESIEVE_OK) {
        status = finish(&parser, go_on, firewall, error);
    }
    free_parser(&parser);
    return status;
}
