/* Texts near the 1 MiB blocks that streams are read in: how a line is parsed must not depend on where a block ends. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "firewalls.h"
#include "texts.h"

enum { MEBIBYTE = 1 << 20 };

/* A text under construction. */
struct text {
    char *bytes;
    size_t size;
    size_t capacity;
};

static char *append_space(struct text *text, size_t size)
{
    if (text->bytes == NULL || text->size + size > text->capacity) {
        text->capacity = 2 * (text->size + size) + 64;
        text->bytes = realloc(text->bytes, text->capacity);
        cr_assert(text->bytes != NULL);
    }
    char *const space = text->bytes + text->size;
    text->size += size;
    return space;
}

static void append(struct text *text, const char *more)
{
    const size_t size = strlen(more);
    memcpy(append_space(text, size), more, size);
}

static void append_repeated(struct text *text, char byte, size_t count)
{
    memset(append_space(text, count), byte, count);
}

static void expect_layers(const struct text *text, size_t layer_count, const char *name)
{
    for (enum text_way way = TEXT_IN_MEMORY; way <= TEXT_IN_PIPE; ++way) {
        const struct text_outcome outcome = read_text(text->bytes, text->size, way);
        cr_assert(outcome.status == FIRESIEVE_OK, "%s, %s: %" PRIu64 ":%" PRIu64 ": %s", name, text_way_name(way),
                  outcome.error.line, outcome.error.column, outcome.error.message);
        cr_assert(firesieve_firewall_layer_count(outcome.firewall) == layer_count, "%s, %s", name, text_way_name(way));
        const firesieve_layer *const layers = firesieve_firewall_layers(outcome.firewall);
        for (size_t i = 0; i < layer_count; ++i) {
            cr_assert(layers[i].depth == i && layers[i].range == i % 19 + 1,
                      "%s, %s: layer %zu is %" PRIu64 ": %" PRIu64, name, text_way_name(way), i, layers[i].depth,
                      layers[i].range);
        }
        firesieve_firewall_free(outcome.firewall);
    }
}

static void expect_error(const struct text *text, enum text_way first, uint64_t line, uint64_t column,
                         const char *message, const char *name)
{
    for (enum text_way way = first; way <= TEXT_IN_PIPE; ++way) {
        const struct text_outcome outcome = read_text(text->bytes, text->size, way);
        cr_assert(outcome.status == FIRESIEVE_ERROR_INPUT, "%s, %s", name, text_way_name(way));
        cr_assert(outcome.error.line == line && outcome.error.column == column &&
                      strcmp(outcome.error.message, message) == 0,
                  "%s, %s: %" PRIu64 ":%" PRIu64 ": %s", name, text_way_name(way), outcome.error.line,
                  outcome.error.column, outcome.error.message);
    }
}

/* Appends layers i: i % 19 + 1 until there are at least `size` bytes; returns their number. */
static size_t append_layers(struct text *text, size_t size)
{
    size_t count = 0;
    while (text->size < size) {
        char line[64];
        snprintf(line, sizeof line, "%zu: %zu\n", count, count % 19 + 1);
        append(text, line);
        ++count;
    }
    return count;
}

Test(blocks, lines_may_cross_the_end_of_a_block)
{
    struct text text = {0};
    const size_t layer_count = append_layers(&text, 3 * (size_t)MEBIBYTE + 12345);
    expect_layers(&text, layer_count, "three blocks");
    --text.size;
    expect_layers(&text, layer_count, "three blocks, no line feed at the end");
    free(text.bytes);
}

/* Comments of each length near 1 MiB put every byte of the layers after them at the end of the block once. */
Test(blocks, a_block_may_end_at_any_byte_of_a_layer)
{
    for (size_t missing = 0; missing < 24; ++missing) {
        struct text text = {0};
        append(&text, "#");
        append_repeated(&text, 'c', MEBIBYTE - 1 - missing - 1);
        append(&text, "\n0: 1 # first\r\n  1 : 2\n");
        char name[64];
        snprintf(name, sizeof name, "layers %zu bytes before the block's end", missing);
        expect_layers(&text, 2, name);
        free(text.bytes);
    }
}

Test(blocks, errors_after_the_first_block_report_their_position)
{
    struct text text = {0};
    const size_t layer_count = append_layers(&text, 2 * (size_t)MEBIBYTE);
    append(&text, "  1x: 3\n");
    expect_error(&text, TEXT_IN_MEMORY, layer_count + 1, 4, "expected ':' and a range after the depth, found 'x'",
                 "an x");
    text.size -= strlen("  1x: 3\n");
    append(&text, "# again\n 77: 5");
    char message[256];
    snprintf(message, sizeof message, "expected every depth once, found depth 77 on line 78 and again on line %zu",
             layer_count + 2);
    expect_error(&text, TEXT_IN_MEMORY, layer_count + 2, 2, message, "a depth given twice");
    free(text.bytes);
}

/* A stream is read in blocks of 1 MiB, or of more if a line is longer. */
Test(blocks, lines_may_be_longer_than_a_block)
{
    static const struct {
        const char *begin;
        char filler;
        const char *end;
        size_t layer_count;
    } rows[] = {
        {"0: 1 #", 'c', "\n", 1}, {"0: 1 #", 'c', "", 1}, {"0: 1", ' ', "\n", 1},
        {"", ' ', "0: 1\n", 1},   {"0", ' ', ": 1\n", 1}, {"0:", '\t', " 1\n", 1},
        {"", '0', ": 1\n", 1},    {"0: ", '0', "1", 1},   {"0: 1", ' ', "\n1: 2\n", 2},
    };
    static const size_t lengths[] = {MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE, 5 * MEBIBYTE};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        for (size_t j = 0; j < COUNT_OF(lengths); ++j) {
            struct text text = {0};
            append(&text, rows[i].begin);
            append_repeated(&text, rows[i].filler, lengths[j] - strlen(rows[i].begin));
            append(&text, rows[i].end);
            char name[64];
            snprintf(name, sizeof name, "row %zu, %zu bytes", i, text.size);
            expect_layers(&text, rows[i].layer_count, name);
            free(text.bytes);
        }
    }
}

Test(blocks, an_error_at_the_start_of_a_long_line_is_reported_first)
{
    struct text text = {0};
    append(&text, "0: 1\n1: x");
    append_repeated(&text, 'x', 2 * (size_t)MEBIBYTE);
    expect_error(&text, TEXT_IN_MEMORY, 2, 4, "expected a range in decimal after ':', found 'x'", "many x");
    free(text.bytes);
}

Test(blocks, a_number_of_two_million_digits_is_out_of_range)
{
    struct text text = {0};
    append(&text, "0: 1\n1: ");
    append_repeated(&text, '9', 2 * (size_t)MEBIBYTE);
    append(&text, "\n");
    expect_error(&text, TEXT_IN_MEMORY, 2, 4,
                 "expected a range from 1 to 4611686018427387904, found 99999999999999999999...", "many nines");
    free(text.bytes);
}
