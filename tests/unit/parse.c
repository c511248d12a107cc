/* The text format of firewalls: a text gives the same result from memory, from a file and through a pipe. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "firewalls.h"
#include "texts.h"

/* A text that may hold NUL bytes. */
#define TEXT(literal) (literal), sizeof(literal) - 1

#define NINES_100 NINES_20 NINES_20 NINES_20 NINES_20 NINES_20
#define NINES_20 "99999999999999999999"
#define ZEROS_100 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20
#define ZEROS_20 "00000000000000000000"
#define NINES_1000 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100 NINES_100

#define NO_LAYER "expected at least one layer `depth: range`, found the end of the input"
#define NOT_A_LAYER "expected a layer `depth: range`, both in decimal, found "
#define UTF_16 "UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE | firesieve solve"
#define JSON "'{' as in JSON; reports are for firesieve bench --compare, and results are no firewalls"
#define NO_COLON "expected ':' and a range after the depth, found "
#define NO_RANGE "expected a range in decimal after ':', found "
#define NO_END "expected the end of the line after the range, found "
#define BAD_DEPTH "expected a depth from 0 to 9223372036854775807, found "
#define BAD_RANGE "expected a range from 1 to 4611686018427387904, found "
#define REPEATED(depth, first, second) \
    "expected every depth once, found depth " depth " on line " first " and again on line " second

static const struct rejection {
    const char *text;
    size_t size;
    uint64_t line;
    uint64_t column;
    const char *message;
} rejections[] = {
    /* Empty texts. */
    {TEXT(""), 1, 1, NO_LAYER},
    {TEXT("\n"), 2, 1, NO_LAYER},
    {TEXT("\n\r\n \t\n"), 4, 1, NO_LAYER},
    {TEXT("# 0: 3\n# 1: 2\n"), 3, 1, NO_LAYER},
    {TEXT("# 0: 3"), 1, 7, NO_LAYER},
    {TEXT("   "), 1, 4, NO_LAYER},
    /* Not a layer. */
    {TEXT("?\n"), 1, 1, NOT_A_LAYER "'?'"},
    {TEXT("0: 3\nx"), 2, 1, NOT_A_LAYER "'x'"},
    {TEXT("0: 3\n  \tabc\n1: 2\n"), 2, 4, NOT_A_LAYER "'a'"},
    {TEXT("-1: 3\n"), 1, 1, NOT_A_LAYER "'-'"},
    {TEXT("+1: 3\n"), 1, 1, NOT_A_LAYER "'+'"},
    {TEXT(": 3\n"), 1, 1, NOT_A_LAYER "':'"},
    {TEXT("// 0: 3\n"), 1, 1, NOT_A_LAYER "'/'"},
    {TEXT(";\n"), 1, 1, NOT_A_LAYER "';'"},
    /* A byte order mark is skipped only at the very beginning, and is not counted. */
    {TEXT("\xef\xbb\xbf"
          "0; 3\n"),
     1, 2, NO_COLON "';'"},
    {TEXT("\xef\xbb\xbf"
          "?\n"),
     1, 1, NOT_A_LAYER "'?'"},
    {TEXT("\xef\xbb\xbf"
          "0: 3\n0: 4\n"),
     2, 1, REPEATED("0", "1", "2")},
    {TEXT("\xef\xbb\xbf"), 1, 1, NO_LAYER},
    {TEXT("\xef\xbb\xbf\xef\xbb\xbf"
          "0: 3\n"),
     1, 1, NOT_A_LAYER "a byte order mark"},
    {TEXT(" \xef\xbb\xbf"
          "0: 3\n"),
     1, 2, NOT_A_LAYER "a byte order mark"},
    {TEXT("0: 3\n\xef\xbb\xbf"
          "1: 3\n"),
     2, 1, NOT_A_LAYER "a byte order mark"},
    {TEXT("\xef\xbb"), 1, 1, NOT_A_LAYER "byte 0xef"},
    {TEXT("\xef\xbb"
          "0: 3\n"),
     1, 1, NOT_A_LAYER "byte 0xef"},
    /* Texts that people mistake for firewalls. */
    {TEXT("\x1f\x8b\x08\0\0\n"), 1, 1, NOT_A_LAYER "gzip data; unpack it first: gzip -dc FILE | firesieve solve"},
    {TEXT("\x28\xb5\x2f\xfd\x04"), 1, 1, NOT_A_LAYER "zstd data; unpack it first: zstd -dc FILE | firesieve solve"},
    {TEXT("\xfd"
          "7zXZ\0"),
     1, 1, NOT_A_LAYER "xz data; unpack it first: xz -dc FILE | firesieve solve"},
    {TEXT("BZh91AY"), 1, 1, NOT_A_LAYER "bzip2 data; unpack it first: bzip2 -dc FILE | firesieve solve"},
    {TEXT("PK\x03\x04"), 1, 1, NOT_A_LAYER "a zip archive; unpack it first: unzip -p FILE | firesieve solve"},
    {TEXT("\x1f\n0: 3"), 1, 1, NOT_A_LAYER "byte 0x1f"},
    {TEXT("\xff\xfe"
          "0\0:\0 \0003\0\n\0"),
     1, 1, NOT_A_LAYER UTF_16},
    {TEXT("\xfe\xff\0000\0:\0 \0003\0\n"), 1, 1, NOT_A_LAYER UTF_16},
    {TEXT("0\0:\0 \0003\0\n\0"), 1, 2, NO_COLON UTF_16},
    {TEXT("\0000\0:\0 \0003\0\n"), 1, 1, NOT_A_LAYER UTF_16},
    {TEXT("0\0"), 1, 2, NO_COLON "a NUL byte"},
    {TEXT("\n\n  {\n  \"format\": \"firesieve-bench\"\n}\n"), 3, 3, NOT_A_LAYER JSON},
    {TEXT("0: 3\n{\n"), 2, 1, NOT_A_LAYER "'{'"},
    {TEXT("[]"), 1, 1, NOT_A_LAYER "'[' as in JSON, which is no firewall"},
    {TEXT("firesieve-certificate 1\n"), 1, 1,
     NOT_A_LAYER "a certificate; firesieve verify --certificate takes it, with the firewall as FILE"},
    {TEXT("firesieve-checkpoint 1\n"), 1, 1,
     NOT_A_LAYER "a checkpoint; --checkpoint takes it, with the firewall as FILE"},
    {TEXT("firesieve-plan 1\n"), 1, 1, NOT_A_LAYER "a plan; --plan takes it, with the firewall as FILE"},
    {TEXT("\v0: 3\n"), 1, 1, NOT_A_LAYER "byte 0x0b"},
    {TEXT("\x7f\n"), 1, 1, NOT_A_LAYER "byte 0x7f"},
    {TEXT("\xff\n"), 1, 1, NOT_A_LAYER "byte 0xff"},
    /* Carriage returns without a line feed. */
    {TEXT("\r0: 3\n"), 1, 1, NOT_A_LAYER "byte 0x0d"},
    {TEXT("0: 3\r1: 2\r"), 1, 5, NO_END "byte 0x0d"},
    {TEXT("0: 3\r\r\n"), 1, 5, NO_END "byte 0x0d"},
    {TEXT("0: 3\r \n"), 1, 5, NO_END "byte 0x0d"},
    {TEXT("0\r: 3\n"), 1, 2, NO_COLON "byte 0x0d"},
    /* No colon. */
    {TEXT("0\n"), 1, 2, NO_COLON "the end of the line"},
    {TEXT("0"), 1, 2, NO_COLON "the end of the line"},
    {TEXT("0 3\n"), 1, 3, NO_COLON "'3'"},
    {TEXT("0; 3\n"), 1, 2, NO_COLON "';'"},
    {TEXT("0.5: 3\n"), 1, 2, NO_COLON "'.'"},
    {TEXT("1_000: 3\n"), 1, 2, NO_COLON "'_'"},
    {TEXT("0x10: 3\n"), 1, 2, NO_COLON "'x'"},
    {TEXT("0 # : 3\n"), 1, 3, NO_COLON "'#'"},
    /* No range. */
    {TEXT("0:\n"), 1, 3, NO_RANGE "the end of the line"},
    {TEXT("0: \t"), 1, 5, NO_RANGE "the end of the line"},
    {TEXT("0:\r\n"), 1, 3, NO_RANGE "the end of the line"},
    {TEXT("0:: 3\n"), 1, 3, NO_RANGE "':'"},
    {TEXT("0: -3\n"), 1, 4, NO_RANGE "'-'"},
    {TEXT("0: +3\n"), 1, 4, NO_RANGE "'+'"},
    {TEXT("0: # 3\n"), 1, 4, NO_RANGE "'#'"},
    {TEXT("7:\n3\n"), 1, 3, NO_RANGE "the end of the line"},
    /* Text after the range. */
    {TEXT("0: 3x\n"), 1, 5, NO_END "'x'"},
    {TEXT("0: 3 x\n"), 1, 6, NO_END "'x'"},
    {TEXT("0: 3 4\n"), 1, 6, NO_END "'4'"},
    {TEXT("0: 3.\n"), 1, 5, NO_END "'.'"},
    {TEXT("0: 3, 1: 2\n"), 1, 5, NO_END "','"},
    {TEXT("0: 3:\n"), 1, 5, NO_END "':'"},
    {TEXT("0: 3\n1: 2x"), 2, 5, NO_END "'x'"},
    /* Out of range. */
    {TEXT("0: 0\n"), 1, 4, BAD_RANGE "0"},
    {TEXT("0:\t000\n"), 1, 4, BAD_RANGE "000"},
    {TEXT("9223372036854775808: 3\n"), 1, 1, BAD_DEPTH "9223372036854775808"},
    {TEXT("0: 3\n 9223372036854775808: 3"), 2, 2, BAD_DEPTH "9223372036854775808"},
    {TEXT("0: 4611686018427387905\n"), 1, 4, BAD_RANGE "4611686018427387905"},
    {TEXT("9999999999999999999: 3\n"), 1, 1, BAD_DEPTH "9999999999999999999"},
    {TEXT("18446744073709551615: 3\n"), 1, 1, BAD_DEPTH "18446744073709551615"},
    {TEXT("18446744073709551616: 3\n"), 1, 1, BAD_DEPTH "18446744073709551616"}, /* 0 in 64 bits */
    {TEXT("0: 18446744073709551617\n"), 1, 4, BAD_RANGE "18446744073709551617"}, /* 1 in 64 bits */
    {TEXT("0: 184467440737095516170\n"), 1, 4, BAD_RANGE "18446744073709551617..."},
    {TEXT("000000000000000000000000000009223372036854775808: 3\n"), 1, 1, BAD_DEPTH ZEROS_20 "..."},
    {TEXT("0: 3\n1: " NINES_1000 "\n"), 2, 4, BAD_RANGE NINES_20 "..."},
    {TEXT(NINES_1000 ": 3\n"), 1, 1, BAD_DEPTH NINES_20 "..."},
    {TEXT(NINES_1000), 1, 1, BAD_DEPTH NINES_20 "..."},
    /* NUL bytes. */
    {TEXT("\0"), 1, 1, NOT_A_LAYER "a NUL byte"},
    {TEXT("0: 3\n\0\n"), 2, 1, NOT_A_LAYER "a NUL byte"},
    {TEXT("0\0: 3\n"), 1, 2, NO_COLON "a NUL byte"},
    {TEXT("0:\0 3\n"), 1, 3, NO_RANGE "a NUL byte"},
    {TEXT("0: 3\0\n"), 1, 5, NO_END "a NUL byte"},
    {TEXT("0: 3\0"), 1, 5, NO_END "a NUL byte"},
    {TEXT("0: 3 # note\0\n"), 1, 12, NO_END "a NUL byte"},
    {TEXT("0: 3\n#\0"), 2, 2, NOT_A_LAYER "a NUL byte"},
    {TEXT("0: 3\n# note\0 note\n1: 2\n"), 2, 7, NOT_A_LAYER "a NUL byte"},
    /* A repeated depth: the error is at the second one, and the message names both lines. */
    {TEXT("0: 3\n0: 3\n"), 2, 1, REPEATED("0", "1", "2")},
    {TEXT("0: 3\n1: 2\n2: 2\n1: 4\n"), 4, 1, REPEATED("1", "2", "4")},
    {TEXT("6: 4\n4: 4\n0: 3\n6: 2\n4: 2\n"), 4, 1, REPEATED("6", "1", "4")},
    {TEXT("4: 4\n6: 4\n0: 3\n6: 2\n4: 2\n6: 3\n"), 4, 1, REPEATED("6", "2", "4")},
    {TEXT("# first\n\n7: 3\n# between\n\n   7: 4\n"), 6, 4, REPEATED("7", "3", "6")},
    {TEXT("\t7: 3\n  1: 2\n7: 4\n"), 3, 1, REPEATED("7", "1", "3")},
    {TEXT("7: 3\r\n\r\n# x\r\n8: 3\r\n07: 4\r\n"), 5, 1, REPEATED("7", "1", "5")},
    {TEXT("5: 3\n 5: 3"), 2, 2, REPEATED("5", "1", "2")},
    {TEXT("9223372036854775807: 1\n0: 3\n9223372036854775807: 2\n"), 3, 1, REPEATED("9223372036854775807", "1", "3")},
    /* The first of several errors; a repeated depth is noticed only at the end. */
    {TEXT("0: 0\nx\n"), 1, 4, BAD_RANGE "0"},
    {TEXT("0: 3\n0: 3\nx\n"), 3, 1, NOT_A_LAYER "'x'"},
};

static void check_rejection(size_t index, enum text_way way)
{
    const struct rejection *const expected = &rejections[index];
    const struct text_outcome outcome = read_text(expected->text, expected->size, way);
    const firesieve_error *const error = &outcome.error;
    cr_assert(outcome.status == FIRESIEVE_ERROR_INPUT, "row %zu, %s: accepted \"%s\"", index, text_way_name(way),
              expected->text);
    cr_assert(error->status == FIRESIEVE_ERROR_INPUT);
    cr_assert(error->line == expected->line && error->column == expected->column,
              "row %zu, %s: \"%s\" at %" PRIu64 ":%" PRIu64 " instead of %" PRIu64 ":%" PRIu64, index,
              text_way_name(way), expected->text, error->line, error->column, expected->line, expected->column);
    cr_assert(strcmp(error->message, expected->message) == 0, "row %zu, %s: \"%s\"\ngives    %s\nexpected %s", index,
              text_way_name(way), expected->text, error->message, expected->message);
}

Test(parsing, errors_are_reported_with_their_position)
{
    for (enum text_way way = TEXT_IN_MEMORY; way < TEXT_WAYS; ++way) {
        for (size_t i = 0; i < COUNT_OF(rejections); ++i) {
            check_rejection(i, way);
        }
    }
}

static const struct acceptance {
    const char *text;
    size_t size;
    size_t layer_count;
    firesieve_layer layers[4];
} acceptances[] = {
    {TEXT("0: 3\n1: 2\n4: 4\n6: 4\n"), 4, {{0, 3}, {1, 2}, {4, 4}, {6, 4}}},
    {TEXT("0: 3"), 1, {{0, 3}}},
    {TEXT("0:3\n"), 1, {{0, 3}}},
    {TEXT("0: 3\n1: 2"), 2, {{0, 3}, {1, 2}}},
    {TEXT("  0  :  3  \n\t1\t:\t2\t\n \t 2 \t : \t 5 \t \n"), 3, {{0, 3}, {1, 2}, {2, 5}}},
    {TEXT("0: 3\r\n1: 2\r\n"), 2, {{0, 3}, {1, 2}}},
    {TEXT("0: 3 \r\n1: 2\n2: 5\r\n"), 3, {{0, 3}, {1, 2}, {2, 5}}},
    {TEXT("0: 3\r"), 1, {{0, 3}}},
    {TEXT("\n\n  \n\t\r\n0: 3\n\n1: 2\n\n"), 2, {{0, 3}, {1, 2}}},
    {TEXT("# one\n0: 3 # two\n  # three\r\n1: 2\t# four\r\n# five"), 2, {{0, 3}, {1, 2}}},
    {TEXT("0: 3#\n1: 2# \x01\x7f\xff\r\r\n#\n##\n"), 2, {{0, 3}, {1, 2}}},
    {TEXT("6: 4\n0: 3\n4: 4\n1: 2\n"), 4, {{6, 4}, {0, 3}, {4, 4}, {1, 2}}},
    {TEXT("1: 2\n0: 2\n"), 2, {{1, 2}, {0, 2}}},
    {TEXT("007: 0003\n" ZEROS_100 ": " ZEROS_100 "1\n"), 2, {{7, 3}, {0, 1}}},
    {TEXT(ZEROS_20 "9223372036854775807: 3\n"), 1, {{FIRESIEVE_DEPTH_MAX, 3}}},
    {TEXT("999999999999999999: 999999999999999999\n1000000000000000000: 1000000000000000000\n"),
     2,
     {{999999999999999999, 999999999999999999}, {1000000000000000000, 1000000000000000000}}},
    {TEXT("0: 1\n"), 1, {{0, 1}}},
    {TEXT("\xef\xbb\xbf"
          "0: 3\n1: 2\n"),
     2,
     {{0, 3}, {1, 2}}},
    {TEXT("\xef\xbb\xbf"
          "0: 3"),
     1,
     {{0, 3}}},
    {TEXT("\xef\xbb\xbf\r\n# one\n 0: 3\r\n"), 1, {{0, 3}}},
    {TEXT("9223372036854775807: 4611686018427387904\n0: 1"), 2, {{FIRESIEVE_DEPTH_MAX, FIRESIEVE_RANGE_MAX}, {0, 1}}},
};

static void check_acceptance(size_t index, enum text_way way)
{
    const struct acceptance *const expected = &acceptances[index];
    const struct text_outcome outcome = read_text(expected->text, expected->size, way);
    cr_assert(outcome.status == FIRESIEVE_OK, "row %zu, %s: \"%s\": %s", index, text_way_name(way), expected->text,
              outcome.error.message);
    cr_assert(firesieve_firewall_layer_count(outcome.firewall) == expected->layer_count, "row %zu, %s", index,
              text_way_name(way));
    cr_assert(memcmp(firesieve_firewall_layers(outcome.firewall), expected->layers,
                     expected->layer_count * sizeof *expected->layers) == 0,
              "row %zu, %s: \"%s\"", index, text_way_name(way), expected->text);
    firesieve_firewall_free(outcome.firewall);
}

Test(parsing, blanks_comments_line_ends_and_order_are_free)
{
    for (enum text_way way = TEXT_IN_MEMORY; way < TEXT_WAYS; ++way) {
        for (size_t i = 0; i < COUNT_OF(acceptances); ++i) {
            check_acceptance(i, way);
        }
    }
}

/* `layers` layers at depths 0, 2, 4, ...; unless `plain`, with other lines in between. Returns the last line. */
static uint64_t write_many(char *text, uint64_t layers, bool plain)
{
    uint64_t lines = 0;
    *text = '\0';
    for (uint64_t i = 0; i < layers; ++i) {
        if (!plain && i % 3 == 1) {
            text += sprintf(text, "# %" PRIu64 "\n\n", i);
            lines += 2;
        }
        text += sprintf(text, "%s%" PRIu64 ": %" PRIu64 "\n", plain || i % 5 != 0 ? "" : "  ", 2 * i, i % 7 + 2);
        ++lines;
    }
    return lines;
}

/* Counts at which storage grows; then the last depth again, to show that the positions of all layers are known. */
Test(parsing, many_layers_keep_their_order_and_positions)
{
    static const uint64_t counts[] = {1, 2, 63, 64, 65, 127, 128, 129, 1000};
    static char text[1 << 16];
    for (size_t row = 0; row < 2 * COUNT_OF(counts) * TEXT_WAYS; ++row) {
        const enum text_way way = (enum text_way)(row % TEXT_WAYS);
        const uint64_t count = counts[row / TEXT_WAYS / 2];
        const uint64_t lines = write_many(text, count, row / TEXT_WAYS % 2 == 0);
        struct text_outcome outcome = read_text(text, strlen(text), way);
        cr_assert(outcome.status == FIRESIEVE_OK, "row %zu: %s", row, outcome.error.message);
        cr_assert(firesieve_firewall_layer_count(outcome.firewall) == count, "row %zu", row);
        for (uint64_t i = 0; i < count; ++i) {
            const firesieve_layer layer = firesieve_firewall_layers(outcome.firewall)[i];
            cr_assert(layer.depth == 2 * i && layer.range == i % 7 + 2, "row %zu, layer %" PRIu64, row, i);
        }
        firesieve_firewall_free(outcome.firewall);

        sprintf(text + strlen(text), "\n   %" PRIu64 ": 3\n", 2 * (count - 1));
        outcome = read_text(text, strlen(text), way);
        char message[256];
        snprintf(message, sizeof message,
                 "expected every depth once, found depth %" PRIu64 " on line %" PRIu64 " and again on line %" PRIu64,
                 2 * (count - 1), lines, lines + 2);
        cr_assert(outcome.status == FIRESIEVE_ERROR_INPUT && strcmp(outcome.error.message, message) == 0,
                  "row %zu: \"%s\", expected \"%s\"", row, outcome.error.message, message);
        cr_assert(outcome.error.line == lines + 2 && outcome.error.column == 4, "row %zu", row);
    }
}

/*
 * A descriptor is read in blocks of 128 KiB: errors just before the end of the first one, or across it, are reported in
 * the same way.
 */
Test(reading, errors_at_the_end_of_a_block_are_the_same_as_in_memory)
{
    enum { BLOCK = 1 << 17, BEFORE_MAX = 30 };
    static const char *const wrong[] = {
        "\xef\xbb\xbf 0: 3",
        "9223372036854775808: 3",
        "99999999999999999999999999: 3",
        "0000000000000000000000009999999999999999999999999999: 3",
        "7: 0",
        "7: 46116860184273879050000000",
        "7: 3 4",
        "7 3",
    };
    char *const text = malloc(BLOCK + 2 * BEFORE_MAX);
    cr_assert(text != NULL);
    memset(text, ' ', BLOCK);
    for (size_t row = 0; row < COUNT_OF(wrong) * BEFORE_MAX; ++row) {
        const size_t before = row % BEFORE_MAX;
        const size_t size = BLOCK - before + strlen(wrong[row / BEFORE_MAX]);
        memcpy(text + BLOCK - before, wrong[row / BEFORE_MAX], strlen(wrong[row / BEFORE_MAX]) + 1);
        const struct text_outcome memory = read_text(text, size, TEXT_IN_MEMORY);
        const struct text_outcome file = read_text(text, size, TEXT_IN_FILE);
        cr_assert(memory.status == FIRESIEVE_ERROR_INPUT && file.status == FIRESIEVE_ERROR_INPUT, "row %zu", row);
        cr_assert(memory.error.line == file.error.line && memory.error.column == file.error.column, "row %zu", row);
        cr_assert(strcmp(memory.error.message, file.error.message) == 0, "row %zu: \"%s\", in memory \"%s\"", row,
                  file.error.message, memory.error.message);
        memset(text + BLOCK - before, ' ', before);
    }
    free(text);
}

Test(parsing, the_error_argument_can_be_null)
{
    firesieve_firewall *firewall = NULL;
    cr_assert(firesieve_firewall_parse(TEXT("0: 3\n0: 4\n"), &firewall, NULL) == FIRESIEVE_ERROR_INPUT);
    cr_assert(firesieve_firewall_open("/nowhere/at all", &firewall, NULL) == FIRESIEVE_ERROR_READ);
    cr_assert(firesieve_firewall_build(NULL, 0, &firewall, NULL) == FIRESIEVE_ERROR_ARGUMENT);
    cr_assert(firewall == NULL);
}

/* ---- Lines longer than the part kept in memory ---------------------------------------------------------- */

/* Letters that stand for more bytes than are read at once: blanks, zeros, and the text of a comment. */
static const char blank_run = 'B';
static const char zero_run = 'Z';
static const char comment_run = 'C';
enum { RUN_SIZE = 1500001 };

/* Expands a text in which letters stand for runs; the caller frees it. */
static char *write_out(const char *shorthand, size_t *size)
{
    char *const text = malloc(strlen(shorthand) * RUN_SIZE + 1);
    char *end = text;
    cr_assert(text != NULL);
    for (; *shorthand != '\0'; ++shorthand) {
        const bool run = *shorthand == blank_run || *shorthand == zero_run || *shorthand == comment_run;
        const size_t length = run ? RUN_SIZE : 1;
        memset(end, *shorthand == blank_run ? ' ' : *shorthand == zero_run ? '0' : *shorthand, length);
        for (size_t i = 0; *shorthand == blank_run && i < length; i += 3) {
            end[i] = '\t';
        }
        end += length;
    }
    *size = (size_t)(end - text);
    return text;
}

static void check_same(const struct text_outcome *held, const struct text_outcome *read, const char *what)
{
    cr_assert(held->status == read->status, "%s: %s", what, read->error.message);
    if (held->status != FIRESIEVE_OK) {
        cr_assert_str_eq(read->error.message, held->error.message);
        cr_assert(read->error.line == held->error.line && read->error.column == held->error.column,
                  "%s: column %" PRIu64 " instead of %" PRIu64, what, read->error.column, held->error.column);
        return;
    }
    const size_t layers = firesieve_firewall_layer_count(held->firewall);
    cr_assert(firesieve_firewall_layer_count(read->firewall) == layers, "%s", what);
    cr_assert(memcmp(firesieve_firewall_layers(held->firewall), firesieve_firewall_layers(read->firewall),
                     layers * sizeof(firesieve_layer)) == 0,
              "%s", what);
}

/* Such a line is shortened while it is read. In memory it is whole, which gives the expected positions. */
Test(reading, long_lines_give_the_same_result_as_in_memory)
{
    static const char *const texts[] = {
        "BZ7BB:BZ9BB#C\n1: 2\n",
        "Z0:Z8",
        "B7:2B\r\nB8:3#C\r\n9: 4",
        "#C\n#CC\n0: 3",
        "BB\nB#C\n0: 3",
        "0:3#CC",
        /* The error is before a run, in it, or after it. */
        "x#C\n",
        "Bx\n",
        "B7Bx\n",
        "Z7B;\n",
        "7:B3Bx\n",
        "BZ7B:BZB\n",
        "7:BZ\n",
        "7:Bx",
        "Z",
        "ZBZ",
        "7B",
        "7:B",
        "B",
        "#C",
        "BZ99999999999999999999:3",
        "7:Z99999999999999999999#C\n",
        "BZ7BB:BZ9BB\n1: 2\n B7: 3\n",
        "B7:2\nB7:2\n",
        "0: 3\nBZ7:2\nB1:2\nB7:2#C\n",
        "B#C\nB#C",
        "7: 3 4#C",
        "BZ7BB:BZ9BB4#C",
    };
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        size_t size;
        char *const text = write_out(texts[i], &size);
        struct text_outcome held = read_text(text, size, TEXT_IN_MEMORY);
        for (enum text_way way = TEXT_IN_FILE; way <= TEXT_IN_PIPE; ++way) {
            struct text_outcome read = read_text(text, size, way);
            check_same(&held, &read, texts[i]);
            firesieve_firewall_free(read.firewall);
        }
        firesieve_firewall_free(held.firewall);
        free(text);
    }
}

/* Nothing else of a comment is kept. */
Test(reading, a_long_comment_finds_a_nul_byte)
{
    size_t size;
    char *const text = write_out("0: 3 #CCC", &size);
    for (size_t place = 6; place < size; place += 749999) {
        text[place] = '\0';
        for (enum text_way way = TEXT_IN_MEMORY; way <= TEXT_IN_PIPE; ++way) {
            const struct text_outcome read = read_text(text, size, way);
            cr_assert(read.status == FIRESIEVE_ERROR_INPUT && read.error.line == 1 && read.error.column == place + 1,
                      "%s: %zu", text_way_name(way), place);
        }
        text[place] = 'C';
    }
    free(text);
}

/* ---- Errors of the operating system ------------------------------------------------------------------- */

Test(reading, a_directory_and_a_missing_file_are_errors)
{
    static const struct {
        const char *path;
        const char *message;
    } rows[] = {
        {"/", "cannot read: Is a directory"},
        {"/nowhere/at all", "cannot open: No such file or directory"},
        {"", "cannot open: No such file or directory"},
        {"/dev/null/x", "cannot open: Not a directory"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        cr_assert(firesieve_firewall_open(rows[i].path, &firewall, &error) == FIRESIEVE_ERROR_READ, "%s", rows[i].path);
        cr_assert(firewall == NULL && error.status == FIRESIEVE_ERROR_READ);
        cr_assert(error.line == 1 && error.column == 1);
        cr_assert_str_eq(error.message, rows[i].message);
    }
}

static void check_unreadable(int descriptor)
{
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_read(descriptor, &firewall, &error) == FIRESIEVE_ERROR_READ);
    cr_assert(firewall == NULL);
    cr_assert_str_eq(error.message, "cannot read: Bad file descriptor");
}

Test(reading, a_descriptor_that_cannot_be_read_is_an_error)
{
    const int write_only = open("/dev/null", O_WRONLY | O_CLOEXEC);
    cr_assert(write_only >= 0);
    check_unreadable(write_only);
    close(write_only);
    check_unreadable(write_only);
    check_unreadable(-1);
}

Test(reading, an_empty_file_has_no_layer)
{
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_open("/dev/null", &firewall, &error) == FIRESIEVE_ERROR_INPUT);
    cr_assert(firewall == NULL);
    cr_assert_str_eq(error.message, NO_LAYER);
}

Test(reading, begins_at_the_position_of_the_descriptor_and_leaves_it_open)
{
    static const char text[] = "garbage\n0: 3\n1: 2\n";
    FILE *const file = tmpfile();
    cr_assert(file != NULL);
    const int descriptor = fileno(file);
    cr_assert(write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
    cr_assert(lseek(descriptor, 8, SEEK_SET) == 8);
    firesieve_firewall *firewall = NULL;
    cr_assert(firesieve_firewall_read(descriptor, &firewall, NULL) == FIRESIEVE_OK);
    cr_assert(firesieve_firewall_layer_count(firewall) == 2);
    firesieve_firewall_free(firewall);
    cr_assert(lseek(descriptor, 0, SEEK_CUR) == (off_t)strlen(text));
    fclose(file);
}
