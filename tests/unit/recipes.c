/* Plans as text: written plans and handwritten ones are read, and errors are reported with their position. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "firewalls.h"
#include "methods/plan.h"
#include "shapes.h"
#include "support/kernels.h"

enum { TEXT_SIZE = 4096 };

static const firesieve_method sieving[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS};

static firesieve_plan *choose(const firesieve_firewall *firewall, firesieve_method method)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_plan *plan = NULL;
    firesieve_error error = {.message = ""};
    options.method = method;
    cr_assert(firesieve_plan_choose(firewall, &options, &plan, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_assert(plan != NULL);
    return plan;
}

/* The first two lines of every plan of a firewall, which identify it; "" if nothing is safe. */
static size_t write_head(const firesieve_firewall *firewall, char text[TEXT_SIZE])
{
    firesieve_plan *plan = NULL;
    size_t size;
    text[0] = '\0';
    cr_assert(firesieve_plan_choose(firewall, NULL, &plan, NULL) == FIRESIEVE_OK);
    if (plan == NULL) {
        return 0;
    }
    const char *const whole = firesieve_plan_text(plan, &size);
    const size_t length = (size_t)(strstr(whole, "\nmethod ") + 1 - whole);
    memcpy(text, whole, length);
    text[length] = '\0';
    firesieve_plan_free(plan);
    return length;
}

/* A plan with these lines after the head. */
static firesieve_status parse(const firesieve_firewall *firewall, const char *lines, firesieve_plan **plan,
                              firesieve_error *error)
{
    char text[TEXT_SIZE];
    const size_t length = write_head(firewall, text);
    cr_assert(length + strlen(lines) < sizeof text);
    snprintf(text + length, sizeof text - length, "%s", lines);
    return firesieve_plan_parse(firewall, text, strlen(text), plan, error);
}

static firesieve_firewall *erdos_selfridge(uint64_t k)
{
    const firesieve_generate_options options = {.k = k};
    return generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options);
}

/* ---- Round trips ------------------------------------------------------------------------------------------ */

Test(recipes, of_every_method_survive_writing_and_reading)
{
    static const char *const names[] = {"example.firewall", "talk.firewall", "erdos-selfridge-41.firewall",
                                        "sextuplet.firewall", "wide.firewall"};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(sieving); ++i) {
        const char *const name = names[i / COUNT_OF(sieving)];
        const firesieve_method method = sieving[i % COUNT_OF(sieving)];
        firesieve_firewall *const firewall = open_golden(name);
        firesieve_plan *const plan = choose(firewall, method);
        firesieve_plan *again = NULL;
        firesieve_error error = {.message = ""};
        size_t size;
        size_t size_again;
        const char *const text = firesieve_plan_text(plan, &size);
        cr_assert(firesieve_plan_parse(firewall, text, size, &again, &error) == FIRESIEVE_OK, "%s: %s\n%s", name,
                  error.message, text);
        const char *const text_again = firesieve_plan_text(again, &size_again);
        cr_expect(size_again == size && memcmp(text_again, text, size) == 0, "%s:\n%s", name, text);
        cr_expect(firesieve_plan_method(again) == method && recipe_same(&again->recipe, &plan->recipe), "%s", name);
        firesieve_plan_free(again);
        firesieve_plan_free(plan);
        firesieve_firewall_free(firewall);
    }
}

/* Equivalent items, and lines broken elsewhere: they are written in the standard form. */
Test(recipes, may_be_written_by_hand)
{
    firesieve_firewall *const firewall = erdos_selfridge(41);
    static const struct {
        const char *lines;
        const char *written;
    } cases[] = {
        {"method scan\nrows 5 7\nrows 9-9\nchecks 11-13\nchecks 17\ncrossed 0\nsegment 512\nblock 1\nwindow 9\n",
         "method scan\nrows 5 7 9\nchecks 11-13 17\ncrossed 0\nsegment 512\nblock 1\nwindow 9\n"},
        {"method wheel\nwheel 2\nwheel 3\ncrossed 0\nsegment 32768\nblock 2097152\nwindow 1\n",
         "method wheel\nwheel 2 3\ncrossed 0\nsegment 32768\nblock 2097152\nwindow 1\n"},
        {"method wheel\r\ncrossed 0\r\nsegment 512\r\nblock 1\r\nwindow 1\r\n",
         "method wheel\ncrossed 0\nsegment 512\nblock 1\nwindow 1\n"},
        {"method focus\ncolumn-longs 4\nrows 1\ntask 512 7\nwindow 170141183460469231731687303715884105728\n",
         "method focus\ncolumn-longs 4\nrows 1\ntask 512 7\nwindow 170141183460469231731687303715884105728\n"},
        {"method focus\nrows 5\nrows 7 9 11\nparts 8\nparts 4096 1\ntask 512 7\nwindow 1\n",
         "method focus\nrows 5 7 9 11\nparts 8 4096 1\ntask 512 7\nwindow 1\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        char head[TEXT_SIZE];
        char text[TEXT_SIZE];
        firesieve_plan *plan = NULL;
        firesieve_error error = {.message = ""};
        size_t size;
        const size_t length = write_head(firewall, head);
        if (strchr(cases[i].lines, '\r') != NULL) { /* all lines have the same end */
            snprintf(head + length - 1, sizeof head - length + 1, "\r\n");
            char *const first = strchr(head, '\n');
            memmove(first + 1, first, strlen(first) + 1);
            *first = '\r';
        }
        snprintf(text, sizeof text, "%s%s", head, cases[i].lines);
        cr_assert(firesieve_plan_parse(firewall, text, strlen(text), &plan, &error) == FIRESIEVE_OK,
                  "%s: line %" PRIu64 ": %s", cases[i].lines, error.line, error.message);
        cr_expect_str_eq(firesieve_plan_text(plan, &size) + length, cases[i].written);
        firesieve_plan_free(plan);
    }
    firesieve_firewall_free(firewall);
}

/* ---- Errors ----------------------------------------------------------------------------------------------- */

#define NUMBERS_BEHIND_CROSSED "segment 512\nblock 1\nwindow 1\n"
#define SIEVE_NUMBERS "crossed 0\n" NUMBERS_BEHIND_CROSSED
#define FOCUS_NUMBERS "rows 13\ntask 512 512\nwindow 1\n"
#define SIXTEEN "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "

Test(recipes, errors_are_reported_with_their_position)
{
    static const struct {
        const char *lines; /* from the third one on */
        uint64_t line;
        uint64_t column;
        const char *message; /* how it begins */
    } cases[] = {
        {"", 3, 1, "expected a line 'method'"},
        {"method\n", 3, 7, "expected a name"},
        {"method auto\n", 3, 8, "expected scan, wheel, focus or tuplet, found 'auto'"},
        {"method simulate\n", 3, 8, "expected scan, wheel, focus or tuplet, found 'simulate'"},
        {"method Scan\n", 3, 8, "expected scan, wheel, focus or tuplet, found 'Scan'"},
        {"method scan focus\n", 3, 12, "expected the end of the line"},
        {"method scan\nwheel 2\n" SIEVE_NUMBERS, 4, 1, "expected a line 'crossed', found 'wheel'"},
        {"method wheel\nwheel 1\n" SIEVE_NUMBERS, 4, 7, "expected a number from 2 to "},
        {"method wheel\nwheel 2 9223372036854775808\n" SIEVE_NUMBERS, 4, 9, "expected a number from 2 to "},
        {"method wheel\nwheel 4294967296 2147483648\n" SIEVE_NUMBERS, 4, 18, "expected a wheel below 2^63"},
        {"method wheel\nwheel 2\nwheel 4294967296 2147483647 3\n" SIEVE_NUMBERS, 5, 18, "expected a wheel below 2^63"},
        {"method wheel\nwheel 2,3\n" SIEVE_NUMBERS, 4, 7, "expected a number from 2 to "},
        {"method scan\nrows\n" SIEVE_NUMBERS, 4, 5, "expected a number"},
        {"method scan\nrows 1\n" SIEVE_NUMBERS, 4, 6, "expected a number or a range from 2 to 2147483647"},
        {"method scan\nrows 2147483648\n" SIEVE_NUMBERS, 4, 6, "expected a number or a range from 2 to "},
        {"method scan\nrows 5-\n" SIEVE_NUMBERS, 4, 6, "expected a number or a range from 2 to 2147483647"},
        {"method scan\nrows 5-4\n" SIEVE_NUMBERS, 4, 6, "expected a number or a range from 2 to 2147483647"},
        {"method scan\nrows 5-7 7\n" SIEVE_NUMBERS, 4, 10, "expected a number or a range from 8 to 2147483647"},
        {"method scan\nrows 5-7\nrows 6\n" SIEVE_NUMBERS, 5, 6, "expected a number or a range from 8 to 2147483647"},
        {"method scan\nrows 2-2147483647 3\n" SIEVE_NUMBERS, 4, 19, "expected "},
        {"method scan\nchecks 7\nrows 5\n" SIEVE_NUMBERS, 5, 1, "expected a line 'crossed'"},
        {"method scan\nchecks 7-x\n" SIEVE_NUMBERS, 4, 8, "expected a number or a range from 2 to 2147483647"},
        {"method scan\ncrossed -1\n" NUMBERS_BEHIND_CROSSED, 4, 9, "expected a number from 0 to "},
        {"method scan\ncrossed 0\ncrossed 0\n" NUMBERS_BEHIND_CROSSED, 5, 9, "expected no more than 1 number"},
        {"method scan\n" NUMBERS_BEHIND_CROSSED, 4, 1, "expected a line 'crossed'"},
        {"method scan\ncrossed 0\nsegment 511\n", 5, 9, "expected a number from 512 to 32768, found '511'"},
        {"method scan\ncrossed 0\nsegment 32769\n", 5, 9, "expected a number from 512 to 32768, found '32769'"},
        {"method scan\ncrossed 0\nsegment 512\nblock 0\n", 6, 7, "expected a number from 1 to 2097152, found '0'"},
        {"method scan\ncrossed 0\nsegment 512\nblock 2097153\n", 6, 7, "expected a number from 1 to 2097152"},
        {"method scan\ncrossed 0\nsegment 512\nblock 1\n", 7, 1, "expected a line 'window'"},
        {"method scan\ncrossed 0\nsegment 512\nblock 1\nwindow 0\n", 7, 8, "expected a number from 1 to "},
        {"method scan\n" SIEVE_NUMBERS "window 1\n", 8, 8, "expected no more than 1 number after 'window'"},
        {"method scan\n" SIEVE_NUMBERS "color 5\n", 8, 1, "expected the end of the text"},
        {"method scan\n" SIEVE_NUMBERS "\n", 8, 1, "expected the end of the text"},
        {"method focus\ncolumn-longs 6\n" FOCUS_NUMBERS, 4, 14,
         "expected a prime below 2^24, or a power of one below 4096"},
        {"method focus\ncolumn-longs 2 3 1\n" FOCUS_NUMBERS, 4, 18, "expected a number from 2 to 4611686018427387903"},
        {"method focus\ncolumn-longs 4611686018427387904\n" FOCUS_NUMBERS, 4, 14,
         "expected a number from 2 to 4611686018427387903"},
        {"method focus\noffset-longs 9\noffset-shorts 5 27\n" FOCUS_NUMBERS, 5, 17,
         "expected a power of a prime other than those before"},
        {"method focus\ncolumn-longs 7\noffset-shorts 49\n" FOCUS_NUMBERS, 5, 15,
         "expected a power of a prime other than those before"},
        {"method focus\ncolumn-longs 524288 177147 78125 117649\n" FOCUS_NUMBERS, 4, 34,
         "expected a product of the line's powers below 2^63"},
        {"method focus\noffset-shorts 2305843009213693952\noffset-shorts 3 5\n" FOCUS_NUMBERS, 5, 17,
         "expected a product of the line's powers below 2^63"},
        {"method focus\ncolumn-longs 524288 177147 78125\ncolumn-shorts 117649 1771561 371293\n" FOCUS_NUMBERS, 5, 30,
         "expected columns, and offsets, modulo less than 2^100"},
        {"method focus\noffset-longs 524288 177147 78125\noffset-shorts 117649 1771561 371293\n" FOCUS_NUMBERS, 5, 30,
         "expected columns, and offsets, modulo less than 2^100"},
        {"method focus\ntask 512 512\nwindow 1\n", 4, 1, "expected a line 'rows'"},
        {"method focus\nrows 0\n", 4, 6, "expected a number from 1 to 255, found '0'"},
        {"method focus\nrows 256\n", 4, 6, "expected a number from 1 to 255, found '256'"},
        {"method focus\nrows " SIXTEEN "1\n", 4, 38, "expected no more than 16 numbers after 'rows'"},
        {"method focus\nparts 1\nrows 1\ntask 512 512\nwindow 1\n", 4, 1, "expected a line 'rows'"},
        {"method focus\nrows 5 7\nparts\n", 5, 6, "expected a number"},
        {"method focus\nrows 5 7\nparts 0\n", 5, 7, "expected a number from 1 to 4096, found '0'"},
        {"method focus\nrows 5 7\nparts 2 4097\n", 5, 9, "expected a number from 1 to 4096, found '4097'"},
        {"method focus\nrows 5 7\nparts 2-3\n", 5, 7, "expected a number from 1 to 4096"},
        {"method focus\nrows 5 7 9 11\nparts 2 3 4 5\n", 5, 13, "expected no more than 3 numbers after 'parts'"},
        {"method focus\nrows 5\nparts 2 3\ntask 512 512\nwindow 1\n", 5, 9, "expected at most as many parts as rows"},
        {"method focus\nrows 5\nparts 2\nparts 3\ntask 512 512\nwindow 1\n", 6, 7,
         "expected at most as many parts as rows"},
        {"method focus\nrows 1\ntask 512\nwindow 1\n", 5, 6, "expected 2 numbers after 'task'"},
        {"method focus\nrows 1\ntask 0 512\nwindow 1\n", 5, 6, "expected a number from 1 to 67108864, found '0'"},
        {"method focus\nrows 1\ntask 1 2 3\nwindow 1\n", 5, 10, "expected no more than 2 numbers after 'task'"},
        {"method focus\nrows 1\ntask 1 2\nwindow 0\n", 6, 8, "expected a number from 1 to "},
        {"method focus\nrows 1\ntask 1 2\nwindow 170141183460469231731687303715884105729\n", 6, 8, "expected a number"},
    };
    firesieve_firewall *const firewall = erdos_selfridge(41);
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_plan *plan = NULL;
        firesieve_error error = {.message = ""};
        cr_expect(parse(firewall, cases[i].lines, &plan, &error) == FIRESIEVE_ERROR_RECORD, "%s", cases[i].lines);
        cr_expect(error.line == cases[i].line && error.column == cases[i].column,
                  "%s: line %" PRIu64 ", column %" PRIu64 ": %s", cases[i].lines, error.line, error.column,
                  error.message);
        cr_expect(strncmp(error.message, cases[i].message, strlen(cases[i].message)) == 0, "%s: %s", cases[i].lines,
                  error.message);
        cr_expect(plan == NULL, "%s", cases[i].lines);
    }
    firesieve_firewall_free(firewall);
}

Test(recipes, with_wrong_first_lines_are_refused)
{
    static const struct {
        const char *text;
        uint64_t line;
        uint64_t column;
        const char *message;
    } cases[] = {
        {"", 1, 1, "expected a plan, which begins with 'firesieve-plan 1'"},
        {"0: 3\n", 1, 1, "expected a plan, which begins with 'firesieve-plan 1'"},
        {"firesieve-checkpoint 2\n", 1, 1, "expected a plan, which begins with 'firesieve-plan 1'"},
        {"firesieve-plan 2\n", 1, 16, "expected version 1 of a plan, found version 2"},
        {"firesieve-plan 1\n", 2, 1, "expected a line 'firewall'"},
        {"firesieve-plan 1\nmethod scan\n", 2, 1, "expected a line 'firewall'"},
        {"firesieve-plan 1\nfirewall 4 00000000000000000000000000000000\n", 2, 12,
         "the plan is one of another firewall"},
        {"firesieve-plan 1\nfirewall 4 0\n", 2, 12, "expected 32 hexadecimal digits"},
        {"firesieve-plan 1\nfirewall 0 00000000000000000000000000000000\n", 2, 10, "expected a number from 1 to "},
    };
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_plan *plan = NULL;
        firesieve_error error = {.message = ""};
        const char *const text = cases[i].text;
        cr_expect(firesieve_plan_parse(firewall, text, strlen(text), &plan, &error) == FIRESIEVE_ERROR_RECORD, "%s",
                  text);
        cr_expect(error.line == cases[i].line && error.column == cases[i].column, "%s: %" PRIu64 ":%" PRIu64 ": %s",
                  text, error.line, error.column, error.message);
        cr_expect(strncmp(error.message, cases[i].message, strlen(cases[i].message)) == 0, "%s: %s", text,
                  error.message);
    }
    firesieve_firewall_free(firewall);
}

/* More than 2^16 classes of moduli from 2^31 on, which neither a focus nor a wheel supports with any plan. */
Test(recipes, methods_that_cannot_search_the_firewall_are_refused)
{
    static const struct {
        const char *lines;
        firesieve_status status;
        uint64_t line;
        const char *message;
    } cases[] = {
        {"method focus\ncolumn-longs 4\n" FOCUS_NUMBERS, FIRESIEVE_ERROR_ARGUMENT, 0,
         "method focus takes at most 65536 "},
        {"method wheel\nwheel 2\n" SIEVE_NUMBERS, FIRESIEVE_ERROR_RECORD, 4,
         "expected no wheel: this firewall has too "},
        {"method wheel\n" SIEVE_NUMBERS, FIRESIEVE_OK, 0, ""},
        {"method scan\n" SIEVE_NUMBERS, FIRESIEVE_OK, 0, ""},
    };
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_UNIFORM);
    options.layers = 70000;
    options.min_range = UINT64_C(1) << 31;
    options.max_range = UINT64_C(1) << 40;
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &options);
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_plan *plan = NULL;
        firesieve_error error = {.message = ""};
        const firesieve_status status = parse(firewall, cases[i].lines, &plan, &error);
        cr_expect(status == cases[i].status && error.line == cases[i].line, "%s: %s", cases[i].lines, error.message);
        cr_expect(strncmp(error.message, cases[i].message, strlen(cases[i].message)) == 0, "%s: %s", cases[i].lines,
                  error.message);
        firesieve_plan_free(plan);
    }
    firesieve_firewall_free(firewall);
}

/* ---- Plans that nobody would choose ------------------------------------------------------------------------ */

/* A text that grows. */
struct draft_text {
    char text[TEXT_SIZE];
    size_t length;
};

static void append(struct draft_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct draft_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text->text + text->length, sizeof text->text - text->length, format, arguments);
    va_end(arguments);
    cr_assert(length >= 0 && text->length + (size_t)length < sizeof text->text);
    text->length += (size_t)length;
}

/* Ascending ranges, or none. */
static void append_ranges(struct random_state *random, struct draft_text *text, const char *key)
{
    uint64_t low = 2;
    for (uint64_t left = random_between(random, 0, 6); left > 0; --left) {
        low += random_between(random, 0, coin(random, 3) ? 500 : 10);
        const uint64_t high = low + (coin(random, 2) ? 0 : random_between(random, 0, coin(random, 4) ? 100000 : 20));
        append(text, "%s %" PRIu64 "-%" PRIu64 "\n", key, low, high);
        low = high + 1;
    }
}

static void append_sieve(struct random_state *random, struct draft_text *text, bool turns)
{
    append(text, "method %s\n", turns ? "wheel" : "scan");
    for (uint64_t left = turns ? random_between(random, 0, 4) : 0; left > 0; --left) {
        append(text, "wheel %" PRIu64 "\n", random_between(random, 2, coin(random, 4) ? 40 : 8));
    }
    append_ranges(random, text, "rows");
    append_ranges(random, text, "checks");
    append(text, "crossed %" PRIu64 "\n", coin(random, 8) ? UINT64_MAX : random_between(random, 0, 100));
    append(text, "segment %" PRIu64 "\n", coin(random, 4) ? 32768 : random_between(random, 512, 2048));
    append(text, "block %" PRIu64 "\n", coin(random, 4) ? 2097152 : random_between(random, 1, 40));
    append(text, "window %" PRIu64 "\n", coin(random, 4) ? UINT64_MAX / 512 : random_between(random, 1, 40));
}

/* Powers of different primes, each in one part or none, and row moduli that may also be in a part. */
static void append_focus(struct random_state *random, struct draft_text *text)
{
    static const char *const parts[] = {"column-longs", "column-shorts", "offset-longs", "offset-shorts"};
    static const uint64_t powers[] = {2, 4, 8, 16, 64, 3, 9, 27, 5, 25, 7, 11, 13, 17};
    static const size_t primes[] = {0, 5, 8, 10, 11, 12, 13, 14}; /* the index of the first power of each */
    uint64_t part_of[COUNT_OF(primes) - 1];
    append(text, "method focus\n");
    for (size_t i = 0; i + 1 < COUNT_OF(primes); ++i) {
        part_of[i] = random_between(random, 0, 2 * COUNT_OF(parts) - 1); /* or in none */
    }
    for (size_t part = 0; part < COUNT_OF(parts); ++part) {
        for (size_t i = 0; i + 1 < COUNT_OF(primes); ++i) {
            if (part_of[i] == part) {
                append(text, "%s %" PRIu64 "\n", parts[part],
                       powers[random_between(random, primes[i], primes[i + 1] - 1)]);
            }
        }
    }
    const uint64_t rows = random_between(random, 1, 16);
    for (uint64_t left = rows; left > 0; --left) {
        append(text, "rows %" PRIu64 "\n", random_between(random, 1, coin(random, 3) ? 255 : 20));
    }
    for (uint64_t left = random_between(random, 0, rows < 3 ? rows : 3); left > 0; --left) {
        append(text, "parts %" PRIu64 "\n", random_between(random, 1, coin(random, 3) ? 4096 : 9));
    }
    /* Less would be right too, but take minutes. */
    append(text, "task %" PRIu64 " %" PRIu64 "\n", random_between(random, 1000, 5000),
           random_between(random, 1000, 5000));
    append(text, "window %" PRIu64 "\n", random_between(random, 1000, 100000));
}

/* Bad plans are slow, but not wrong. */
static void check_plan(const firesieve_firewall *firewall, const struct draft *draft, const struct draft_text *text,
                       unsigned *taken)
{
    static const firesieve_delay most = 3000;
    const firesieve_delay left = FIRESIEVE_DELAY_END - draft->from;
    const firesieve_delay delays = left < most ? left : most;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result = {.delay = 0};
    firesieve_plan *plan = NULL;
    firesieve_error error = {.message = ""};
    unsigned safe = 0;
    firesieve_delay first = 0;
    for (firesieve_delay i = delays; i > 0; --i) {
        if (!firesieve_firewall_catches(firewall, draft->from + i - 1)) {
            first = draft->from + i - 1;
            ++safe;
        }
    }
    const firesieve_status read = firesieve_plan_parse(firewall, text->text, text->length, &plan, &error);
    if (read == FIRESIEVE_OK) {
        ++*taken;
        options.plan = plan;
        options.from = draft->from;
        options.to = draft->from + delays;
        options.threads = 2;
        cr_assert(firesieve_count(firewall, &options, &result, &error) == FIRESIEVE_OK, "%s\n%s", error.message,
                  text->text);
        cr_assert(result.count == safe, "%s counted, not %u, from %s\n%s%s", SHOW(result.count), safe,
                  SHOW(draft->from), text->text, show_firewall(firewall));
        cr_assert(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_OK, "%s\n%s", error.message,
                  text->text);
        cr_assert((result.outcome == FIRESIEVE_FOUND) == (safe > 0) && (safe == 0 || result.delay == first),
                  "%s found, not %s, from %s\n%s%s", SHOW(result.delay), SHOW(first), SHOW(draft->from), text->text,
                  show_firewall(firewall));
        firesieve_plan_free(plan);
    }
}

Test(recipes, that_nobody_would_choose_give_right_answers)
{
    enum { CASES = 8 };
    static struct draft draft;
    unsigned taken[COUNT_OF(sieving)] = {0};
    for (size_t i = 0; i < SHAPE_COUNT * CASES; ++i) {
        draft_start(&draft, test_seed() + i / SHAPE_COUNT);
        firesieve_firewall *const firewall = draft_firewall(&draft, &shapes[i % SHAPE_COUNT]);
        for (size_t j = 0; j < COUNT_OF(sieving); ++j) {
            struct draft_text text;
            text.length = write_head(firewall, text.text);
            if (text.length > 0 && sieving[j] == FIRESIEVE_METHOD_FOCUS) {
                append_focus(&draft.random, &text);
            } else if (text.length > 0) {
                append_sieve(&draft.random, &text, sieving[j] == FIRESIEVE_METHOD_WHEEL);
            }
            check_plan(firewall, &draft, &text, &taken[j]);
        }
        firesieve_firewall_free(firewall);
    }
    cr_log_info("%u scans, %u wheels, %u focuses", taken[0], taken[1], taken[2]);
    for (size_t j = 0; j < COUNT_OF(sieving); ++j) {
        cr_expect(taken[j] > SHAPE_COUNT * CASES / 4, "%u of method %s", taken[j], firesieve_method_name(sieving[j]));
    }
}

/* ---- The functions of the library ------------------------------------------------------------------------- */

Test(plans, of_nothing_are_refused_or_ignored)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    firesieve_plan *plan = NULL;
    firesieve_plan_free(NULL);
    cr_expect(firesieve_plan_parse(firewall, NULL, 0, &plan, NULL) == FIRESIEVE_ERROR_RECORD);
    cr_expect(firesieve_plan_open(firewall, "/nowhere/plan", &plan, NULL) == FIRESIEVE_ERROR_READ);
    cr_expect(firesieve_plan_open(firewall, "/", &plan, NULL) == FIRESIEVE_ERROR_READ);
    cr_expect(plan == NULL);
    cr_expect(firesieve_plan_choose(firewall, NULL, &plan, NULL) == FIRESIEVE_OK && plan != NULL);
    firesieve_plan_free(plan);
    firesieve_firewall_free(firewall);
}

/* Costs are not measured for a short search, so the plan depends only on the firewall and the options. */
Test(plans, of_the_same_options_have_the_same_text)
{
    for (size_t i = 0; i < COUNT_OF(sieving); ++i) {
        firesieve_firewall *const firewalls[] = {open_golden("talk.firewall"), open_golden("talk.firewall")};
        firesieve_plan *const plans[] = {choose(firewalls[0], sieving[i]), choose(firewalls[0], sieving[i]),
                                         choose(firewalls[1], sieving[i])};
        for (size_t j = 0; j < COUNT_OF(plans); ++j) {
            size_t size;
            const char *const text = firesieve_plan_text(plans[j], &size);
            cr_expect(size == strlen(text) && text[size - 1] == '\n');
            cr_expect_str_eq(text, firesieve_plan_text(plans[0], &size));
            cr_expect(firesieve_plan_method(plans[j]) == sieving[i]);
        }
        for (size_t j = 0; j < COUNT_OF(plans); ++j) {
            firesieve_plan_free(plans[j]);
        }
        firesieve_firewall_free(firewalls[0]);
        firesieve_firewall_free(firewalls[1]);
    }
}

Test(plans, in_an_explanation_are_the_chosen_ones)
{
    firesieve_firewall *const firewall = open_golden("erdos-selfridge-41.firewall");
    for (size_t i = 0; i < COUNT_OF(sieving); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_explanation told;
        size_t size;
        options.method = sieving[i];
        cr_assert(firesieve_explain(firewall, &options, &told, NULL) == FIRESIEVE_OK);
        firesieve_plan *const plan = choose(firewall, sieving[i]);
        cr_expect_str_eq(firesieve_plan_text(told.plan, &size), firesieve_plan_text(plan, &size));
        firesieve_plan_free(plan);
        firesieve_explanation_free(&told);
        cr_expect(told.plan == NULL && told.costs == NULL && told.cost_count == 0);
    }
    firesieve_firewall_free(firewall);
}

Test(plans, do_not_exist_for_oracles_or_blocked_firewalls)
{
    firesieve_firewall *const blocked = open_golden("range-one.firewall");
    firesieve_firewall *const open = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_explanation told;
    firesieve_error error = {.message = ""};
    firesieve_plan *const other = choose(open, FIRESIEVE_METHOD_SCAN);
    firesieve_plan *plan = other;
    cr_expect(firesieve_plan_choose(blocked, NULL, &plan, &error) == FIRESIEVE_OK && plan == NULL);
    plan = other;
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    cr_expect(firesieve_plan_choose(open, &options, &plan, &error) == FIRESIEVE_ERROR_ARGUMENT && plan == other);
    cr_expect_str_eq(error.message, "an oracle has no plan");
    cr_assert(firesieve_explain(open, &options, &told, &error) == FIRESIEVE_OK);
    cr_expect(told.plan == NULL && told.costs == NULL && told.cost_count == 0);
    firesieve_explanation_free(&told);
    firesieve_plan_free(other);
    firesieve_firewall_free(open);
    firesieve_firewall_free(blocked);
}

static bool count_delay(firesieve_delay delay, void *context)
{
    (void)delay;
    ++*(unsigned *)context;
    return true;
}

/* Solve, count, list and the iterator all use it; its original purpose does not matter. */
Test(plans, are_used_by_every_search)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    const firesieve_kernel *const scalar = firesieve_kernel_find("scalar");
    for (size_t i = 0; i < COUNT_OF(sieving); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result = {.delay = 0};
        firesieve_iterator *iterator = NULL;
        firesieve_outcome outcome;
        firesieve_delay delay = 0;
        unsigned listed = 0;
        options.kernel = scalar;
        firesieve_plan *const plan = choose(firewall, sieving[i]);
        options.plan = plan;
        options.threads = 3;
        cr_expect(firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK && result.delay == 10);
        cr_expect(result.method == sieving[i] && result.kernel == scalar && result.replanned == 0);
        options.from = 11;
        options.to = 1000;
        cr_expect(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK && result.method == sieving[i]);
        const firesieve_delay count = result.count;
        cr_expect(firesieve_list(firewall, &options, count_delay, &listed, &result, NULL) == FIRESIEVE_OK &&
                  result.method == sieving[i]);
        cr_expect(count == listed && listed == 82, "%u listed, %s counted", listed, SHOW(count));
        cr_assert(firesieve_iterator_create(firewall, &options, &iterator, NULL) == FIRESIEVE_OK);
        for (unsigned j = 0; j < listed; ++j) {
            cr_assert(firesieve_iterator_next(iterator, &outcome, &delay, NULL) == FIRESIEVE_OK);
            cr_expect(outcome == FIRESIEVE_FOUND);
        }
        cr_expect(firesieve_iterator_next(iterator, &outcome, &delay, NULL) == FIRESIEVE_OK &&
                  outcome == FIRESIEVE_NONE);
        firesieve_iterator_free(iterator);
        firesieve_plan_free(plan);
    }
    firesieve_firewall_free(firewall);
}

/* The same layers in another order are the same firewall. */
Test(plans, of_another_firewall_or_method_are_refused)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
    firesieve_firewall *const turned = parse_firewall("6: 4\n4: 4\n1: 2\n0: 3\n");
    firesieve_firewall *const other = parse_firewall("0: 3\n1: 2\n4: 4\n6: 5\n");
    firesieve_plan *const plan = choose(firewall, FIRESIEVE_METHOD_WHEEL);
    const struct {
        const firesieve_firewall *firewall;
        firesieve_method method;
        firesieve_status status;
        const char *message;
    } cases[] = {
        {firewall, FIRESIEVE_METHOD_AUTO, FIRESIEVE_OK, ""},
        {firewall, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_OK, ""},
        {turned, FIRESIEVE_METHOD_AUTO, FIRESIEVE_OK, ""},
        {other, FIRESIEVE_METHOD_AUTO, FIRESIEVE_ERROR_ARGUMENT, "the plan is one of another firewall"},
        {firewall, FIRESIEVE_METHOD_SCAN, FIRESIEVE_ERROR_ARGUMENT, "the plan is for method wheel"},
        {firewall, FIRESIEVE_METHOD_SIMULATE, FIRESIEVE_ERROR_ARGUMENT, "the plan is for method wheel"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result = {.delay = 7};
        firesieve_error error = {.message = ""};
        options.plan = plan;
        options.method = cases[i].method;
        const firesieve_status status = firesieve_solve(cases[i].firewall, &options, &result, &error);
        cr_expect(status == cases[i].status && result.delay == (status == FIRESIEVE_OK ? 10 : 7), "case %zu", i);
        cr_expect_str_eq(error.message, cases[i].message);
    }
    firesieve_plan_free(plan);
    firesieve_firewall_free(other);
    firesieve_firewall_free(turned);
    firesieve_firewall_free(firewall);
}

/* Tables that need more than the options allow are refused before they are built. */
Test(plans, that_need_more_memory_than_is_allowed_are_refused)
{
    firesieve_firewall *const firewall = erdos_selfridge(150);
    firesieve_plan *const plan = choose(firewall, FIRESIEVE_METHOD_FOCUS);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error = {.message = ""};
    options.plan = plan;
    options.memory = 1000;
    cr_expect(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect(strstr(error.message, "bytes of memory, and only 1000 are allowed") != NULL, "%s", error.message);
    firesieve_plan_free(plan);
    firesieve_firewall_free(firewall);
}

static bool never(void *context)
{
    (void)context;
    return false;
}

static bool count_asking(void *context)
{
    ++*(unsigned *)context;
    return true;
}

/* Reading a plan reduces the layers, which may take long; comparing firewalls visits each layer. */
Test(plans, can_be_cancelled_while_they_are_read_and_compared)
{
    firesieve_firewall *const firewall = erdos_selfridge(61);
    firesieve_firewall *const fresh = erdos_selfridge(61); /* not reduced yet */
    firesieve_plan *const plan = choose(firewall, FIRESIEVE_METHOD_WHEEL);
    firesieve_limits limits = firesieve_limits_none();
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result = {.outcome = FIRESIEVE_FOUND};
    firesieve_plan *again = NULL;
    unsigned asked[2] = {0}; /* while the firewall is reduced, and afterwards */
    size_t size;
    const char *const text = firesieve_plan_text(plan, &size);
    limits.go_on = never;
    cr_expect(firesieve_plan_parse_within(fresh, text, size, &limits, &again, NULL) == FIRESIEVE_ERROR_STOPPED);
    limits = firesieve_limits_none();
    limits.time_limit_s = 0;
    cr_expect(firesieve_plan_parse_within(fresh, text, size, &limits, &again, NULL) == FIRESIEVE_ERROR_STOPPED);
    cr_expect(again == NULL);
    for (size_t i = 0; i < COUNT_OF(asked); ++i) {
        firesieve_plan_free(again);
        limits = firesieve_limits_none();
        limits.go_on = count_asking;
        limits.context = &asked[i];
        cr_expect(firesieve_plan_parse_within(fresh, text, size, &limits, &again, NULL) == FIRESIEVE_OK);
    }
    cr_expect(asked[0] > asked[1] && asked[1] > 0, "%u, %u", asked[0], asked[1]);
    options.plan = plan;
    options.time_limit_s = 0;
    cr_expect(firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK);
    cr_expect(result.outcome == FIRESIEVE_LIMIT && result.reached == 0);
    cr_expect(firesieve_plan_choose(firewall, &options, &again, NULL) == FIRESIEVE_ERROR_STOPPED);
    firesieve_plan_free(again);
    firesieve_plan_free(plan);
    firesieve_firewall_free(fresh);
    firesieve_firewall_free(firewall);
}

/*
 * A certificate is made by a search with some of the layers, to which the plan does not apply, and checked by another
 * method. Both are visible only in a range that is not short.
 */
Test(plans, do_not_hinder_certificates)
{
    const firesieve_generate_options family = {.primes = 30};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &family);
    for (size_t i = 0; i < COUNT_OF(sieving); ++i) {
        firesieve_plan *const plan = choose(firewall, sieving[i]);
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result = {.outcome = FIRESIEVE_FOUND, .delay = UINT64_C(328878692999)};
        firesieve_certificate *certificate = NULL;
        firesieve_certificate_report report = {.verdict = FIRESIEVE_UNCHECKED};
        firesieve_error error = {.message = ""};
        options.plan = plan;
        cr_assert(firesieve_certify(firewall, &options, &result, &certificate, &error) == FIRESIEVE_OK, "%s",
                  error.message);
        cr_expect(firesieve_certificate_check(firewall, certificate, &options, &report, &error) == FIRESIEVE_OK, "%s",
                  error.message);
        cr_expect(report.verdict == FIRESIEVE_ACCEPTED && report.method != report.made_method, "%s, by %s and %s",
                  report.message, firesieve_method_name(report.made_method), firesieve_method_name(report.method));
        firesieve_certificate_free(certificate);
        firesieve_plan_free(plan);
    }
    firesieve_firewall_free(firewall);
}

/* ---- The reduced firewall --------------------------------------------------------------------------------- */

static bool ask_never(void *context)
{
    (void)context;
    return false;
}

/* The input and the result of a thread. */
struct reducing {
    firesieve_firewall *firewall;
    const struct reduced *reduced;
};

static void *reduce_on_a_thread(void *context)
{
    struct reducing *const own = context;
    cr_assert(reduced_of(own->firewall, (struct go_on){NULL, NULL}, &own->reduced, NULL) == FIRESIEVE_OK);
    return NULL;
}

Test(reduced, is_made_once_for_all_uses_of_a_firewall)
{
    firesieve_firewall *const firewall = open_golden("erdos-selfridge-20.firewall");
    const struct reduced *first;
    const struct reduced *later;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_explanation told;
    firesieve_profile profile = {0};
    const firesieve_status stopped = reduced_of(firewall, (struct go_on){ask_never, NULL}, &first, NULL);
    cr_expect(stopped == FIRESIEVE_ERROR_STOPPED);
    cr_assert(reduced_of(firewall, (struct go_on){NULL, NULL}, &first, NULL) == FIRESIEVE_OK && first != NULL);
    options.profile = &profile;
    options.method = FIRESIEVE_METHOD_WHEEL;
    cr_assert(firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK);
    cr_assert(firesieve_explain(firewall, NULL, &told, NULL) == FIRESIEVE_OK);
    /* It exists already, so go_on is not called. */
    cr_expect(reduced_of(firewall, (struct go_on){ask_never, NULL}, &later, NULL) == FIRESIEVE_OK && later == first);
    firesieve_explanation_free(&told);
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

Test(reduced, is_the_same_for_all_threads)
{
    enum { THREADS = 8, ROUNDS = 20 };
    for (int round = 0; round < ROUNDS; ++round) {
        firesieve_firewall *const firewall = open_golden("erdos-selfridge-20.firewall");
        pthread_t threads[THREADS];
        struct reducing found[THREADS];
        for (int i = 0; i < THREADS; ++i) {
            found[i] = (struct reducing){.firewall = firewall};
            cr_assert(pthread_create(&threads[i], NULL, reduce_on_a_thread, &found[i]) == 0);
        }
        for (int i = 0; i < THREADS; ++i) {
            cr_assert(pthread_join(threads[i], NULL) == 0);
            cr_expect(found[i].reduced == found[0].reduced);
        }
        firesieve_firewall_free(firewall);
    }
}
