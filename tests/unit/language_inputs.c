/* Joined texts, the language of each, and the lines quoted from them. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "firewalls.h"

struct part {
    const char *name;
    firesieve_format format;
    const char *text;
};

enum { PARTS_MAX = 4 };

struct joined {
    firesieve_status status;
    firesieve_error error;
    size_t source;
    firesieve_firewall *firewall; /* NULL unless OK; the caller frees it */
};

static int descriptor_of(const char *text)
{
    const int descriptor = memfd_create("text", MFD_CLOEXEC);
    cr_assert(descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
    cr_assert(lseek(descriptor, 0, SEEK_SET) == 0);
    return descriptor;
}

/* From memory, or from descriptors of which some bytes have already been read. */
static struct joined join(const struct part *parts, bool in_files, size_t begun)
{
    struct joined joined = {.status = FIRESIEVE_OK};
    firesieve_input *input = NULL;
    cr_assert(firesieve_input_create(&input, &joined.error) == FIRESIEVE_OK);
    for (size_t i = 0; i < PARTS_MAX && parts[i].name != NULL && joined.status == FIRESIEVE_OK; ++i) {
        const size_t size = strlen(parts[i].text);
        const size_t before = begun < size ? begun : size;
        joined.source = i;
        if (in_files) {
            const int descriptor = descriptor_of(parts[i].text + before);
            joined.status = firesieve_input_add_descriptor(input, parts[i].name, parts[i].format, parts[i].text, before,
                                                           descriptor, NULL, &joined.error);
            close(descriptor);
        } else {
            joined.status = firesieve_input_add_text(input, parts[i].name, parts[i].format, parts[i].text, size, NULL,
                                                     &joined.error);
        }
    }
    if (joined.status == FIRESIEVE_OK) {
        joined.status = firesieve_input_finish(input, NULL, &joined.firewall, &joined.source, &joined.error);
    }
    firesieve_input_free(input);
    cr_assert((joined.status == FIRESIEVE_OK) == (joined.firewall != NULL));
    return joined;
}

static const struct way {
    bool in_files;
    size_t begun;
} ways[] = {{false, 0}, {true, 0}, {true, 1}, {true, 7}, {true, 1000}};

/* ---- Which language --------------------------------------------------------------------------------------- */

Test(inputs, reveal_their_language_at_the_beginning)
{
    static const struct {
        const char *text;
        bool residues;
    } rows[] = {
        {"x mod 7 = 1", true},
        {"0: 3", false},
        {"# x mod 7 = 1\n0: 3", false},
        {"# 0: 3\nx mod 7 = 1", true},
        {"\xef\xbb\xbf"
         "x mod 7 = 1",
         true},
        {"\xef\xbb\xbf"
         "0: 3",
         false},
        {"\xef\xbb\xbf\n\r\n \t # 7\n\tx mod 7 = 1", true},
        {"\n\n   7: 3", false},
        {"from 5\nx mod 7 = 1", true},
        {"to 5\nx prime", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(ways); ++i) {
        const struct way *const way = &ways[i % COUNT_OF(ways)];
        const struct part parts[PARTS_MAX] = {{"a", FIRESIEVE_FORMAT_AUTO, rows[i / COUNT_OF(ways)].text}};
        const struct joined joined = join(parts, way->in_files, way->begun);
        cr_assert(joined.status == FIRESIEVE_OK, "%s: %s", parts[0].text, joined.error.message);
        cr_assert((firesieve_firewall_layers(joined.firewall) == NULL) == rows[i / COUNT_OF(ways)].residues, "%s",
                  parts[0].text);
        cr_assert((firesieve_firewall_line_count(joined.firewall) > 0) == rows[i / COUNT_OF(ways)].residues);
        firesieve_firewall_free(joined.firewall);
    }
}

Test(inputs, of_a_given_language_are_not_inspected)
{
    static const struct {
        firesieve_format format;
        const char *text;
        const char *message;
    } rows[] = {
        {FIRESIEVE_FORMAT_LAYERS, "x mod 7 = 1", "expected a layer `depth: range`, both in decimal, found 'x'"},
        {FIRESIEVE_FORMAT_RESIDUES, "0: 3",
         "expected a line that begins with x, from or to (layers belong in a text of their own), found '0'"},
        {FIRESIEVE_FORMAT_RESIDUES, "", "expected at least one line that constrains x, found the end of the input"},
        {FIRESIEVE_FORMAT_LAYERS, "", "expected at least one layer `depth: range`, found the end of the input"},
        {FIRESIEVE_FORMAT_AUTO, "", "expected at least one layer `depth: range`, found the end of the input"},
        {FIRESIEVE_FORMAT_RESIDUES, "firesieve-plan 1",
         "expected a line that begins with x, from or to, found 'firesieve'"},
    };
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(ways); ++i) {
        const struct way *const way = &ways[i % COUNT_OF(ways)];
        const struct part parts[PARTS_MAX] = {{"a", rows[i / COUNT_OF(ways)].format, rows[i / COUNT_OF(ways)].text}};
        const struct joined joined = join(parts, way->in_files, way->begun);
        cr_assert(joined.status == FIRESIEVE_ERROR_INPUT && joined.error.line == 1 && joined.error.column == 1);
        cr_assert_str_eq(joined.error.message, rows[i / COUNT_OF(ways)].message);
    }
}

/* ---- Joined ----------------------------------------------------------------------------------------------- */

static void check_first_answers(const firesieve_firewall *firewall, const uint64_t *answers, size_t count)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_iterator *iterator = NULL;
    cr_assert(firesieve_iterator_create(firewall, &options, &iterator, NULL) == FIRESIEVE_OK);
    for (size_t i = 0; i < count; ++i) {
        firesieve_outcome outcome;
        firesieve_delay x;
        cr_assert(firesieve_iterator_next(iterator, &outcome, &x, NULL) == FIRESIEVE_OK);
        cr_assert(outcome == FIRESIEVE_FOUND && x == answers[i], "%s instead of %" PRIu64, SHOW(x), answers[i]);
    }
    firesieve_iterator_free(iterator);
}

/* Layers forbid their classes; 0: 3, 1: 2, 4: 4, 6: 4 leave 10 mod 12. */
Test(inputs, that_are_joined_forbid_what_each_forbids)
{
    static const char layers[] = "0: 3\n1: 2\n4: 4\n6: 4\n";
    static const struct {
        struct part parts[PARTS_MAX];
        uint64_t answers[4];
    } rows[] = {
        {{{"a", FIRESIEVE_FORMAT_AUTO, layers}}, {10, 22, 34, 46}},
        {{{"a", FIRESIEVE_FORMAT_AUTO, layers}, {"b", FIRESIEVE_FORMAT_AUTO, "x mod 5 = 3"}}, {58, 118, 178, 238}},
        {{{"b", FIRESIEVE_FORMAT_AUTO, "x mod 5 = 3"}, {"a", FIRESIEVE_FORMAT_AUTO, layers}}, {58, 118, 178, 238}},
        {{{"a", FIRESIEVE_FORMAT_LAYERS, "0: 3\n1: 2"}, {"b", FIRESIEVE_FORMAT_LAYERS, "4: 4\n0: 2\n6: 4"}},
         {0, 0, 0, 0}},
        {{{"a", FIRESIEVE_FORMAT_LAYERS, "0: 3\n1: 2"}, {"b", FIRESIEVE_FORMAT_LAYERS, "4: 4\n0: 3\n6: 4"}},
         {10, 22, 34, 46}},
        {{{"a", FIRESIEVE_FORMAT_AUTO, "x mod 5 = 3"},
          {"b", FIRESIEVE_FORMAT_RESIDUES, "# nothing\n"},
          {"c", FIRESIEVE_FORMAT_RESIDUES, "from 100\r\nx mod 2 != 0"},
          {"d", FIRESIEVE_FORMAT_RESIDUES, "from 50"}},
         {103, 113, 123, 133}},
        {{{"a", FIRESIEVE_FORMAT_RESIDUES, "from 7"}, {"b", FIRESIEVE_FORMAT_AUTO, "0: 2"}}, {7, 9, 11, 13}},
    };
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(ways); ++i) {
        const struct way *const way = &ways[i % COUNT_OF(ways)];
        const uint64_t *const answers = rows[i / COUNT_OF(ways)].answers;
        const struct joined joined = join(rows[i / COUNT_OF(ways)].parts, way->in_files, way->begun);
        cr_assert(joined.status == FIRESIEVE_OK, "row %zu: %s", i / COUNT_OF(ways), joined.error.message);
        if (answers[0] == 0) {
            cr_assert(solve(joined.firewall, NULL).outcome == FIRESIEVE_NONE);
        } else {
            check_first_answers(joined.firewall, answers, COUNT_OF(rows[0].answers));
        }
        firesieve_firewall_free(joined.firewall);
    }
}

Test(inputs, report_which_text_is_wrong)
{
    static const struct {
        struct part parts[PARTS_MAX];
        size_t source;
        uint64_t line;
        uint64_t column;
        const char *message;
    } rows[] = {
        {{{"a", FIRESIEVE_FORMAT_AUTO, "x mod 7 = 1"}, {"b", FIRESIEVE_FORMAT_AUTO, "\nx"}},
         1,
         2,
         2,
         "expected mod, +, -, coprime, prime, in or not after x, found the end of the line"},
        {{{"a", FIRESIEVE_FORMAT_AUTO, "x mod 7 = 1"}, {"b", FIRESIEVE_FORMAT_AUTO, "0: 3\n0: 3"}},
         1,
         2,
         1,
         "expected every depth once, found depth 0 on line 1 and again on line 2"},
        {{{"a", FIRESIEVE_FORMAT_AUTO, "x mod p-3 = 1 for p in 3..5"}, {"b", FIRESIEVE_FORMAT_AUTO, "x prime"}},
         0,
         1,
         7,
         "expected a modulus from 1 to 2^62, found 0 for p = 3"},
        {{{"a", FIRESIEVE_FORMAT_AUTO, "from 3"}, {"b", FIRESIEVE_FORMAT_RESIDUES, "to 5\n"}},
         1,
         2,
         1,
         "expected at least one line that constrains x, found the end of the input"},
    };
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(ways); ++i) {
        const struct way *const way = &ways[i % COUNT_OF(ways)];
        const struct joined joined = join(rows[i / COUNT_OF(ways)].parts, way->in_files, way->begun);
        cr_assert(joined.status == FIRESIEVE_ERROR_INPUT, "row %zu", i / COUNT_OF(ways));
        cr_assert_str_eq(joined.error.message, rows[i / COUNT_OF(ways)].message);
        cr_assert(joined.source == rows[i / COUNT_OF(ways)].source &&
                      joined.error.line == rows[i / COUNT_OF(ways)].line &&
                      joined.error.column == rows[i / COUNT_OF(ways)].column,
                  "row %zu: %zu, %" PRIu64 ":%" PRIu64, i / COUNT_OF(ways), joined.source, joined.error.line,
                  joined.error.column);
    }
}

Test(inputs, without_a_text_make_nothing)
{
    firesieve_input *input = NULL;
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    size_t source;
    cr_assert(firesieve_input_create(&input, NULL) == FIRESIEVE_OK);
    cr_assert(firesieve_input_finish(input, NULL, &firewall, &source, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_assert_str_eq(error.message, "an input needs at least one text");
    cr_assert(firesieve_input_add_descriptor(input, "a", FIRESIEVE_FORMAT_AUTO, NULL, 0, -1, NULL, &error) ==
              FIRESIEVE_ERROR_READ);
    cr_assert_str_eq(error.message, "cannot read: Bad file descriptor");
    cr_assert(firesieve_input_add_descriptor(input, "a", FIRESIEVE_FORMAT_AUTO, "", 65537, 0, NULL, &error) ==
              FIRESIEVE_ERROR_ARGUMENT);
    cr_assert(firewall == NULL);
    firesieve_input_free(input);
    firesieve_input_free(NULL);
}

/* ---- Quoted ----------------------------------------------------------------------------------------------- */

static const struct part quoted[PARTS_MAX] = {
    {"one", FIRESIEVE_FORMAT_AUTO,
     "# a\nx mod 5 != 3\nx mod 7   !=1 # b\n\tx mod 3 not in {1, 0..0}  \r\nx mod 10 != 13\nx mod 010 != 3\n"
     "from 5\nx mod 9 != 4\n"},
    {"two", FIRESIEVE_FORMAT_AUTO, "0: 3\n7: 4\n"},
    {"three", FIRESIEVE_FORMAT_AUTO, "x not square\n\n\nx mod 11 != 10\nto 2^80"},
    {"four", FIRESIEVE_FORMAT_AUTO, "x mod 1 = 0\nx + {0, 2} coprime to p for primes p in 2..3#"},
};

Test(inputs, quote_their_lines_verbatim)
{
    static const struct {
        const char *text;
        const char *source;
        size_t source_index;
        uint64_t number;
        size_t classes;
        bool whole;
        bool range;
    } lines[] = {
        {"x mod 5 != 3", "one", 0, 2, 1, true, false},
        {"x mod 7 != 1", "one", 0, 3, 1, true, false},
        {"x mod 3 not in {1, 0..0}", "one", 0, 4, 2, true, false},
        {"x mod 10 != 13", "one", 0, 5, 1, true, false},
        {"x mod 010 != 3", "one", 0, 6, 1, true, false},
        {"from 5", "one", 0, 7, 0, false, true},
        {"x mod 9 != 4", "one", 0, 8, 1, true, false},
        {"x mod 4 != 0", "two", 1, 1, 1, true, false},
        {"x mod 6 != 5", "two", 1, 2, 1, true, false},
        {"x not square", "three", 2, 1, 0, false, false},
        {"x mod 11 != 10", "three", 2, 4, 1, true, false},
        {"to 2^80", "three", 2, 5, 0, false, true},
        {"x mod 1 = 0", "four", 3, 1, 0, true, false},
        {"x + {0, 2} coprime to p for primes p in 2..3", "four", 3, 2, 4, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(ways); ++i) {
        const struct joined joined = join(quoted, ways[i].in_files, ways[i].begun);
        cr_assert(joined.status == FIRESIEVE_OK, "%s", joined.error.message);
        cr_assert(firesieve_firewall_line_count(joined.firewall) == COUNT_OF(lines));
        size_t classes = 0;
        for (size_t j = 0; j < COUNT_OF(lines); ++j) {
            firesieve_line line;
            firesieve_firewall_line(joined.firewall, j, &line);
            cr_assert_str_eq(line.text, lines[j].text);
            cr_assert_str_eq(line.source, lines[j].source);
            cr_assert(line.source_index == lines[j].source_index && line.number == lines[j].number, "%s", line.text);
            cr_assert(line.class_count == lines[j].classes, "%s", line.text);
            cr_assert(line.whole == lines[j].whole && line.range == lines[j].range, "%s", line.text);
            for (size_t class = line.first_class; class < line.first_class + line.class_count; ++class) {
                cr_assert(firesieve_firewall_line_of(joined.firewall, class) == j, "class %zu", class);
            }
            classes += line.class_count;
        }
        cr_assert(firesieve_firewall_layer_count(joined.firewall) == classes);
        cr_assert(firesieve_firewall_class(joined.firewall, 4).modulus == 6);
        cr_assert(firesieve_firewall_class(joined.firewall, 4).residue == 5);
        firesieve_firewall_free(joined.firewall);
    }
}

Test(inputs, report_their_range)
{
    static const struct {
        const char *text;
        const char *from;
        const char *to;
    } rows[] = {
        {"x prime", "0", NULL},
        {"x prime\nfrom 10^3", "1000", NULL},
        {"to 5\nx prime\nfrom 2", "2", "5"},
        {"to 5\nto 7\nfrom 2\nfrom 1\nx prime", "2", "5"},
        {"from 7\nto 5\nx prime", "7", "5"},
        {"from 2^127\nto 2^127\nx prime", "170141183460469231731687303715884105728",
         "170141183460469231731687303715884105728"},
        {"0: 3", "0", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        firesieve_delay from;
        firesieve_delay to;
        firesieve_firewall_range(firewall, &from, &to);
        cr_assert_str_eq(SHOW(from), rows[i].from);
        cr_assert(rows[i].to == NULL ? to == FIRESIEVE_NO_END : strcmp(SHOW(to), rows[i].to) == 0, "%s", rows[i].text);
        firesieve_firewall_free(firewall);
    }
}

/* Options other than the defaults win; with range_is_given all do. */
Test(inputs, are_overridden_by_options)
{
    static const struct {
        uint64_t from;
        uint64_t to; /* 0: none */
        bool given;
        const char *count;
    } rows[] = {
        {0, 0, false, "10"}, {15, 0, false, "5"}, {5, 15, false, "10"}, {0, 15, false, "5"},
        {0, 15, true, "15"}, {30, 0, false, "0"}, {0, 5, false, "0"},   {19, 21, false, "2"},
    };
    firesieve_firewall *const firewall = parse_firewall("x mod 1 = 0\nfrom 10\nto 20\n");
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result;
        options.from = rows[i].from;
        options.to = rows[i].to == 0 ? FIRESIEVE_NO_END : rows[i].to;
        options.range_is_given = rows[i].given;
        cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
        cr_assert(strcmp(SHOW(result.count), rows[i].count) == 0, "row %zu: %s", i, SHOW(result.count));
    }
    firesieve_firewall_free(firewall);
}

Test(inputs, show_which_x_are_possible_before_classes)
{
    static const struct {
        const char *text;
        uint64_t listed;
        size_t progressions;
        uint64_t step;
    } rows[] = {
        {"x mod 7 = 1", 0, 0, 0},
        {"0: 3", 0, 0, 0},
        {"x in {5..9, 100}", 6, 0, 0},
        {"x in {5..9, 100}\nx in {8..200}", 3, 0, 0},
        {"x in {5..9}\nx in {10}\nx prime", 0, 0, 0},
        {"x in {0..10^6}", 0, 0, 0},
        {"x in {0, 10^30}", 2, 0, 0},
        {"x mod 2^40 = 3", 0, 1, UINT64_C(1) << 40},
        {"x mod 2^40 in {3, 5..7}", 0, 4, UINT64_C(1) << 40},
        {"x mod 2^40 in {3, 5..7}\nx mod 2^41 = 3", 0, 1, UINT64_C(1) << 41},
        {"x mod 2^62 = 3\nx mod 2^62-1 = 4\nx mod 2^61-1 = 5", 1, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        firesieve_residues_view view;
        firesieve_firewall_view(firewall, &view);
        cr_assert(view.listed == rows[i].listed && view.progressions == rows[i].progressions &&
                      view.step == rows[i].step,
                  "%s: %s, %zu, %s", rows[i].text, SHOW(view.listed), view.progressions, SHOW(view.step));
        firesieve_firewall_free(firewall);
    }
}

/* ---- No x below 2^127 is not the same as no x ------------------------------------------------------------- */

/* NONE means that no x exists at all; a search that ends at 2^127 reports LIMIT if a larger x is possible. */
Test(inputs, whose_x_may_be_above_2_127_are_not_reported_to_have_none)
{
    static const struct {
        const char *text;
        const char *from;
        firesieve_outcome outcome;
    } rows[] = {
        {"x mod 7 = 1\nx mod 7 = 2", "0", FIRESIEVE_NONE},
        {"x mod 2^40 = 1\nx mod 2^41 = 2", "0", FIRESIEVE_NONE},
        {"x mod 2^62 = 1\nx mod 2^62-1 = 3\nx mod 2^61-3 = 5", "0", FIRESIEVE_LIMIT},
        {"x mod 2^62 = 1\nx mod 2^62-1 = 3\nx mod 2^61-3 = 5\nx in {0..10^38}", "0", FIRESIEVE_NONE},
        {"x mod 2^62 = 1\nx mod 2^62-1 = 3\nx mod 2^61 = 5", "0", FIRESIEVE_NONE},
        {"x mod 2^62 = 1\nx mod 2^62-1 = 3\nx mod 2^61-1 = 5\nx mod 3 = 1", "0", FIRESIEVE_LIMIT},
        {"x mod 7 = 1", "170141183460469231731687303715884105728", FIRESIEVE_LIMIT},
        {"x prime", "170141183460469231731687303715884105728", FIRESIEVE_LIMIT},
        {"x in {0..10^6}", "170141183460469231731687303715884105728", FIRESIEVE_NONE},
        {"x not in {5}\nx mod 7 = 1", "170141183460469231731687303715884105728", FIRESIEVE_LIMIT},
        {"x not in {5}\nx mod 2^62 = 0", "170141183460469231731687303715884105727", FIRESIEVE_LIMIT},
        {"x mod 2^40 in {1, 3}", "170141183460469231731687303715884105727", FIRESIEVE_LIMIT},
        {"x in {5, 7}", "8", FIRESIEVE_NONE},
        {"x in {-5}", "0", FIRESIEVE_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        firesieve_search_options options = firesieve_search_defaults();
        cr_assert(firesieve_delay_parse(rows[i].from, &options.from));
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == rows[i].outcome && result.reason != NULL, "%s: outcome %d", rows[i].text,
                  result.outcome);
        cr_assert(strstr(result.reason, "layer") == NULL && strstr(result.reason, "delay") == NULL, "%s",
                  result.reason);
        cr_assert(result.outcome == FIRESIEVE_NONE || result.reached == FIRESIEVE_DELAY_END);
        options.to = FIRESIEVE_DELAY_END; /* larger x no longer matter */
        cr_assert(solve(firewall, &options).outcome == FIRESIEVE_NONE, "%s", rows[i].text);
        firesieve_firewall_free(firewall);
    }
}
