/* Reading takes work in proportion to the text, whatever its contents, and in whatever pieces it arrives. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counter.h"
#include "unit/texts.h"

/* Texts of about `lines` lines, or of ten bytes for each; every kind is there to be slow in a way of its own. */
enum {
    ASCENDING,
    DESCENDING,
    SHUFFLED,
    INDENTED,
    EMPTY_LINES,
    COMMENTS,
    ONE_COMMENT,
    ONE_NUMBER,
    REPEATED_AT_THE_END,
    KINDS_OF_TEXT
};

static size_t write_kind(char *text, int kind, size_t lines)
{
    char *end = text;
    for (size_t i = 0; i < lines; ++i) {
        const size_t depth = kind == DESCENDING ? lines - i : kind == SHUFFLED ? i * 1000003 % lines : i;
        if (kind == EMPTY_LINES || kind == ONE_COMMENT || kind == ONE_NUMBER) {
            memset(end, kind == EMPTY_LINES ? '\n' : kind == ONE_COMMENT ? '#' : '0', 10);
            end += 10;
        } else {
            end += sprintf(end, "%s%zu: 9%s\n", kind == INDENTED && i % 2 == 0 ? "  " : "", depth,
                           kind == COMMENTS ? " # nine" : "");
        }
    }
    end += sprintf(end, kind == REPEATED_AT_THE_END ? "0: 3\n" : "");
    return (size_t)(end - text);
}

static uint64_t count_reading(const char *text, size_t size, int kind, enum text_way way)
{
    enum { BOUND = 40 }; /* per byte; it is 15 for an empty line, from which the compiler makes nothing */
    const uint64_t before = work_done();
    const struct text_outcome outcome = read_text(text, size, way);
    const uint64_t work = work_done() - before;
    free(outcome.firewall); /* whatever else it owns ends with the process */
    cr_expect(work >= size && work <= BOUND * size, "kind %d, %s: %" PRIu64 " for %zu bytes", kind, text_way_name(way),
              work, size);
    return work;
}

/* Sixteen times the text: linear work becomes 16 times as much, quadratic 256; longer depths may take one more pass. */
static void check_growth(enum text_way way, size_t lines)
{
    enum { FACTOR = 16, BOUND = 28 };
    char *const text = malloc(FACTOR * lines * 24);
    cr_assert(text != NULL);
    for (int kind = 0; kind < KINDS_OF_TEXT; ++kind) {
        const uint64_t few = count_reading(text, write_kind(text, kind, lines), kind, way);
        const uint64_t many = count_reading(text, write_kind(text, kind, FACTOR * lines), kind, way);
        cr_expect(many < BOUND * few, "kind %d, %s: %" PRIu64 ", then %" PRIu64, kind, text_way_name(way), few, many);
    }
    free(text);
}

Test(reading, is_work_in_proportion_to_the_text)
{
    check_growth(TEXT_IN_FILE, 20000);
}

Test(reading, is_work_in_proportion_to_the_text_in_memory)
{
    check_growth(TEXT_IN_MEMORY, 20000);
}

Test(reading, is_work_in_proportion_to_the_text_in_small_pieces)
{
    check_growth(TEXT_BY_SEVEN_BYTES, 600);
}
