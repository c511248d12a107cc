/*
 * Certificates of residues: a certificate of an answer to random lines is made, parsed, and checked by other methods;
 * changed certificates must be refused unless they are still true. Truth is determined by testing the lines for each x.
 * If FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/hash.h"
#include "base/random.h"
#include "certificate/make.h"
#include "firewalls.h"
#include "support/kernels.h"

enum { TEXT_ROOM = 4096 };

/* ---- Lines ------------------------------------------------------------------------------------------------------ */

/* A text that grows. */
struct draft {
    char text[TEXT_ROOM];
    size_t size;
};

static void add(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct draft *draft, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(draft->text + draft->size, sizeof draft->text - draft->size, format, arguments);
    va_end(arguments);
    cr_assert(length >= 0 && (size_t)length < sizeof draft->text - draft->size);
    draft->size += (size_t)length;
}

static void add_set(struct draft *draft, struct random_state *random, uint64_t modulus)
{
    add(draft, "{");
    for (uint64_t count = random_between(random, 1, 4); count > 0; --count) {
        const uint64_t low = random_between(random, 0, modulus - 1);
        add(draft, count % 2 == 0 ? "%" PRIu64 "..%" PRIu64 : "%" PRIu64, low, low + random_between(random, 0, 2));
        add(draft, "%s", count > 1 ? ", " : "");
    }
    add(draft, "}");
}

static void add_line(struct draft *draft, struct random_state *random)
{
    static const uint64_t primes[] = {3, 5, 7, 11, 13};
    const uint64_t modulus = random_between(random, 2, 14);
    const uint64_t residue = random_between(random, 0, modulus - 1);
    switch (random_between(random, 0, 12)) {
    case 0:
    case 1:
    case 2:
        add(draft, "x mod %" PRIu64 " != %" PRIu64, modulus, residue);
        break;
    case 3:
        add(draft, "x mod %" PRIu64 " in ", modulus);
        add_set(draft, random, modulus);
        break;
    case 4:
        add(draft, "x mod %" PRIu64 " not in ", modulus);
        add_set(draft, random, modulus);
        break;
    case 5:
        add(draft, "x mod p %ssquare for primes p in 3..%" PRIu64, residue % 2 == 0 ? "non" : "", primes[modulus % 5]);
        break;
    case 6:
        add(draft, "x %c {0, %" PRIu64 "} coprime to %" PRIu64, residue % 2 == 0 ? '+' : '-', residue, modulus);
        break;
    case 7:
        add(draft, "x not square");
        break;
    case 8:
        add(draft, "x not power");
        break;
    case 9:
        add(draft, "x mod p != %" PRIu64 " for p in 20..%" PRIu64, residue, 20 + modulus);
        break;
    case 10:
        add(draft, "x %s {%" PRIu64 "..%" PRIu64 "}", residue % 3 == 0 ? "not in" : "in", modulus * 30,
            UINT64_C(1) << (23 + modulus % 4));
        break;
    case 11:
        add(draft, "x mod 1048583 nonsquare");
        break;
    default:
        add(draft, random_between(random, 0, 3) == 0 ? "x + {0, %" PRIu64 "} prime" : "x mod 3 != %" PRIu64,
            modulus % 3);
        break;
    }
    add(draft, "\n");
}

static firesieve_firewall *draw_firewall(struct random_state *random, struct draft *draft)
{
    draft->size = 0;
    for (uint64_t left = random_between(random, 1, 6); left > 0; --left) {
        add_line(draft, random);
    }
    return parse_firewall(draft->text);
}

/* ---- Truth ------------------------------------------------------------------------------------------------------ */

/* Tests the lines for each x of a range; `first` is its end if nothing holds. */
struct truth {
    firesieve_delay first;
    firesieve_delay count;
};

static struct truth ask(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    struct truth truth = {.first = to};
    for (firesieve_delay x = from; x < to; ++x) {
        if (!firesieve_firewall_catches(firewall, x)) {
            truth.first = truth.count == 0 ? x : truth.first;
            ++truth.count;
        }
    }
    return truth;
}

/* Only the beginning of a long range is tested. */
static bool is_true(const firesieve_firewall *firewall, const firesieve_certificate_report *report)
{
    static const firesieve_delay longest = 100000;
    const firesieve_delay length = delay_min(report->to - report->from, longest);
    const firesieve_delay end = report->from + length;
    switch (report->claim) {
    case FIRESIEVE_CLAIM_FOUND:
        return report->delay < end && ask(firewall, report->from, report->delay + 1).first == report->delay;
    case FIRESIEVE_CLAIM_NONE:
        return ask(firewall, report->from, end).count == 0;
    case FIRESIEVE_CLAIM_NEVER:
        return ask(firewall, 0, longest).count == 0;
    case FIRESIEVE_CLAIM_COUNT:
        return end == report->to && ask(firewall, report->from, end).count == report->count;
    }
    return false;
}

/* ---- Making and checking ---------------------------------------------------------------------------------------- */

typedef firesieve_status (*certify_function)(const firesieve_firewall *, const firesieve_search_options *,
                                             const firesieve_search_result *, firesieve_certificate **,
                                             firesieve_error *);

static firesieve_certificate *make(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   bool count, const char *about)
{
    const certify_function certify = count ? firesieve_certify_count : firesieve_certify;
    firesieve_search_result result;
    firesieve_certificate *certificate = NULL;
    firesieve_error error = {0};
    const firesieve_status status = count ? firesieve_count(firewall, options, &result, &error)
                                          : firesieve_solve(firewall, options, &result, &error);
    cr_assert(status == FIRESIEVE_OK, "%s\n%s", error.message, about);
    const struct truth truth = ask(firewall, options->from, options->to);
    cr_assert(count ? result.count == truth.count
                    : (result.outcome == FIRESIEVE_FOUND ? result.delay : options->to) == truth.first,
              "%s", about);
    cr_assert(certify(firewall, options, &result, &certificate, &error) == FIRESIEVE_OK, "%s\n%s", error.message,
              about);
    cr_assert(certificate != NULL, "%s", about);
    return certificate;
}

static firesieve_certificate_report check(const firesieve_firewall *firewall, const char *text, size_t size,
                                          const firesieve_search_options *options, const char *about)
{
    firesieve_certificate *read = NULL;
    firesieve_certificate_report report = {.line = 77};
    firesieve_error error = {0};
    cr_assert(firesieve_certificate_parse(firewall, text, size, &read, &error) == FIRESIEVE_OK,
              "%" PRIu64 ": %s\n%s\n%s", error.line, error.message, text, about);
    cr_assert(firesieve_certificate_check(firewall, read, options, &report, &error) == FIRESIEVE_OK, "%s\n%s",
              error.message, about);
    firesieve_certificate_free(read);
    return report;
}

/* With the method that the checker chooses, and with each method in turn, on the scalar kernel. */
static void check_by_all(const firesieve_firewall *firewall, const firesieve_certificate *certificate,
                         firesieve_method method, const char *about)
{
    size_t size;
    const char *const text = firesieve_certificate_text(certificate, &size);
    firesieve_search_options options = firesieve_search_defaults();
    const firesieve_certificate_report report = check(firewall, text, size, &options, about);
    cr_assert(report.verdict == FIRESIEVE_ACCEPTED, "line %" PRIu64 ": %s\n%s\n%s", report.line, report.message, about,
              text);
    cr_assert(is_true(firewall, &report), "%s", about);
    options.method = method;
    options.kernel = firesieve_kernel_find("scalar");
    const firesieve_certificate_report again = check(firewall, text, size, &options, about);
    cr_assert(again.verdict == FIRESIEVE_ACCEPTED && again.listed == report.listed && again.asked == report.asked,
              "line %" PRIu64 ": %s\n%s\n%s", again.line, again.message, about, text);
}

/* ---- Changes ---------------------------------------------------------------------------------------------------- */

/* The lines of a text without the checksum. */
struct lines {
    char *copy;
    char *rows[200000];
    size_t count;
};

static void split(struct lines *lines, const firesieve_certificate *certificate)
{
    size_t size;
    const char *const text = firesieve_certificate_text(certificate, &size);
    lines->copy = strndup(text, size);
    lines->count = 0;
    for (char *row = strtok(lines->copy, "\n"); row != NULL; row = strtok(NULL, "\n")) {
        cr_assert(lines->count < COUNT_OF(lines->rows));
        lines->rows[lines->count++] = row;
    }
    --lines->count; /* the checksum */
}

/* The text with line `at` replaced by these (NULL: none), with a correct checksum. */
static char *join(const struct lines *lines, size_t at, const char *before, const char *instead)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    for (size_t i = 0; i < lines->count; ++i) {
        if (i == at && before != NULL) {
            fprintf(stream, "%s\n", before);
        }
        if (i != at || instead != NULL) {
            fprintf(stream, "%s\n", i == at ? instead : lines->rows[i]);
        }
    }
    fflush(stream);
    fprintf(stream, "checksum %016" PRIx64 "\n", hash_bytes(text, size, 0));
    fclose(stream);
    return text;
}

/* Changes one number in the line. */
static void change_number(struct random_state *random, const char *row, char *changed)
{
    const char *at = row;
    for (uint64_t skipped = random_between(random, 0, 2); *at != '\0' && (skipped > 0 || *at < '0' || *at > '9');
         ++at) {
        skipped -= *at == ' ' && skipped > 0;
    }
    char *end;
    const uint64_t number = strtoull(at, &end, 10);
    const uint64_t numbers[] = {number + 1, number - (number > 0), random_between(random, 0, 70000), 2 * number};
    snprintf(changed, 256, "%.*s%" PRIu64 "%s", (int)(at - row), row, numbers[random_between(random, 0, 3)],
             end == at ? "" : end);
}

/* Whether the changed text is refused, as damaged or false; if it is accepted, it must be true. */
static bool is_refused(const firesieve_firewall *firewall, const char *text, const char *about)
{
    const firesieve_search_options options = firesieve_search_defaults();
    firesieve_certificate *read = NULL;
    firesieve_certificate_report report;
    firesieve_error error = {0};
    if (firesieve_certificate_parse(firewall, text, strlen(text), &read, &error) != FIRESIEVE_OK) {
        cr_assert(error.status == FIRESIEVE_ERROR_RECORD && error.line > 0, "%s", error.message);
        return true;
    }
    firesieve_search_options limited = options;
    limited.time_limit_s = 5;
    cr_assert(firesieve_certificate_check(firewall, read, &limited, &report, &error) == FIRESIEVE_OK, "%s",
              error.message);
    firesieve_certificate_free(read);
    cr_assert(report.verdict != FIRESIEVE_ACCEPTED || is_true(firewall, &report), "accepted:\n%s\n%s", text, about);
    cr_assert(report.verdict != FIRESIEVE_REFUSED || (report.line > 0 && report.message[0] != '\0'));
    return report.verdict != FIRESIEVE_ACCEPTED;
}

static unsigned change(struct random_state *random, const firesieve_firewall *firewall,
                       const firesieve_certificate *certificate, const char *about)
{
    static struct lines lines;
    unsigned refused = 0;
    split(&lines, certificate);
    for (unsigned i = 0; i < 12; ++i) {
        const size_t at = random_between(random, 2, lines.count - 1);
        char changed[256];
        char *text;
        change_number(random, lines.rows[at], changed);
        switch (random_between(random, 0, 3)) {
        case 0:
            text = join(&lines, at, NULL, NULL);
            break;
        case 1:
            text = join(&lines, at, lines.rows[random_between(random, 2, lines.count - 1)], lines.rows[at]);
            break;
        case 2:
            text = join(&lines, at, changed, lines.rows[at]);
            break;
        default:
            text = join(&lines, at, NULL, changed);
            break;
        }
        refused += is_refused(firewall, text, about);
        free(text);
    }
    free(lines.copy);
    return refused;
}

/* ---- Random lines ----------------------------------------------------------------------------------------------- */

static void try_random(bool count, unsigned cases)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL,
                                               FIRESIEVE_METHOD_CLOSED_FORM};
    unsigned refused = 0;
    unsigned dropped = 0;
    unsigned small = 0;
    for (unsigned i = 0; i < cases; ++i) {
        struct random_state random = {test_seed() + i};
        struct draft draft;
        char about[TEXT_ROOM + 256];
        firesieve_firewall *const firewall = draw_firewall(&random, &draft);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = i % 2 == 0 ? 0 : random_between(&random, 0, 70000);
        options.to = options.from + random_between(&random, 0, i % 3 == 0 ? 90000 : 3000);
        options.range_is_given = true;
        options.memory = i % 5 == 0 ? 1000 : 0;
        snprintf(about, sizeof about, "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s in [%s, %s) of\n%s", test_seed() + i,
                 count ? "count" : "solve", SHOW(options.from), SHOW(options.to), draft.text);
        firesieve_certificate *const made = make(firewall, &options, count, about);
        check_by_all(firewall, made, methods[i % 3], about);
        refused += change(&random, firewall, made, about);
        size_t size;
        const char *const text = firesieve_certificate_text(made, &size);
        dropped += memmem(text, size, "\ndropped ", 9) != NULL;
        small += memmem(text, size, "\nsmall ", 7) != NULL;
        firesieve_certificate_free(made);
        firesieve_firewall_free(firewall);
    }
    cr_assert(refused > 7 * cases && dropped > cases / 10 && small > cases / 30,
              "%u refused, %u with dropped, %u small", refused, dropped, small);
}

Test(residue_certificates, of_answers_are_accepted_and_changes_of_them_refused)
{
    try_random(false, FIRESIEVE_SANITIZED ? 200 : 400);
}

Test(residue_certificates, of_counts_are_accepted_and_changes_of_them_refused)
{
    try_random(true, FIRESIEVE_SANITIZED ? 150 : 300);
}

/* ---- Lines of each kind ----------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *to; /* end of the range; "" for none */
    bool count;
    const char *contains;
} kinds[] = {
    {"x mod 7 in {1, 2, 4}\nx not square\n", "", false, "claim found 2\n"},
    {"x prime\nx mod 5 = 3\n", "", false, "within 2 170141183460469231731687303715884105728\nsmall 4\nchecksum"},
    {"x + {0, 2, 6, 8} prime\nfrom 70000\n", "", false, "claim found 72221\n"},
    {"x + {0, 2, 4} prime\nfrom 4\n", "", false,
     "claim none\nrange 4 170141183460469231731687303715884105728\nsmall 65536\nsplit 3\nleaf 3 0\nleaf 3 1\nleaf 3 "
     "2\n"},
    {"x + {0, 2, 4} prime\nx mod 3 != 0\n", "", false, "claim never\nwithin 2 "},
    {"x mod 2 = 1\nx mod 2 = 0\n", "", false, "claim never\nsplit 2\nleaf 2 0\nleaf 2 1\n"},
    {"x mod 9 in {3..2}\n", "", false, NULL}, /* refused: a range that does not ascend */
    {"x mod p in {p..2*p} for p in 3..4\nx mod 4 not in {0..3}\n", "", false, "claim never\nleaf 1 0\n"},
    {"x mod 8 = 1\nx not square\n", "17", false, "claim none\nrange 0 17\n"},
    {"x mod 4 in {0..3}\n", "", false, "claim found 0\n"},
    {"x mod 4 in {0..3}\n", "100", true, "claim count 100\n"},
    {"x not square\n", "1000", true, "claim count 968\n"},
    {"x mod p nonsquare for primes p in 3..7\n", "100000", true, "component 7 3\n"},
    {"x prime\n", "70000", true, "claim count 6935\n"},
    {"x prime\n", "1000", true, "claim count 168\n"},
    {"x - 1000000000000000 prime\n", "", false, "within 1000000000000002 "},
    {"x in {10^15..10^16}\nx mod 7 = 3\nx not power\n", "", false, "within 1000000000000000 10000000000000001\n"},
    {"x in {10^15..10^16}\nx mod 7 = 3\n", "1000", false, "claim none\nrange 0 1000\nmade closed-form none\nwithin "},
    {"x mod p square for primes p in 3..29\nx not square\n", "", false, "dropped 12769\n"},
};

Test(residue_certificates, of_each_kind_of_lines)
{
    for (size_t i = 0; i < COUNT_OF(kinds); ++i) {
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result;
        firesieve_certificate *made = NULL;
        if (firesieve_firewall_parse(kinds[i].text, strlen(kinds[i].text), &firewall, &error) != FIRESIEVE_OK) {
            cr_assert(kinds[i].contains == NULL, "%s", error.message);
            continue;
        }
        if (kinds[i].to[0] != '\0') {
            cr_assert(firesieve_delay_parse(kinds[i].to, &options.to));
        }
        cr_assert((kinds[i].count ? firesieve_count : firesieve_solve)(firewall, &options, &result, &error) ==
                  FIRESIEVE_OK);
        cr_assert((kinds[i].count ? firesieve_certify_count : firesieve_certify)(firewall, &options, &result, &made,
                                                                                 &error) == FIRESIEVE_OK,
                  "%zu: %s", i, error.message);
        size_t size;
        const char *const text = firesieve_certificate_text(made, &size);
        cr_expect(strstr(text, kinds[i].contains) != NULL, "%zu: %s", i, text);
        options = firesieve_search_defaults();
        const firesieve_certificate_report report = check(firewall, text, size, &options, kinds[i].text);
        cr_expect(report.verdict == FIRESIEVE_ACCEPTED, "%zu: line %" PRIu64 ": %s\n%s", i, report.line, report.message,
                  text);
        firesieve_certificate_free(made);
        firesieve_firewall_free(firewall);
    }
}

/* If there is no memory for a tree, windows can end after one cycle only if filters drop nothing. */
Test(residue_certificates, end_after_one_cycle_unless_a_filter_drops_something)
{
    static const struct {
        const char *text;
        const char *end;
    } rows[] = {
        {"x mod 2 != 1\nx mod 4 != 0\nx mod 4 != 2\nx not square\n", "\nwindow 4 "},
        {"x mod 3 != 0\nx mod 3 != 1\nx mod 3 != 2\nx mod 1000 != 7\n", "\nwindow 16 "},
        {"x mod 4 in {0, 1}\nx mod 4 not in {1, 2}\nx mod 4 not in {0}\n", "\nwindow 4 "},
        {"x mod 8 = 1\nx mod 24 != 17\nx not square\nx mod 3 = 1\nx mod 16 = 1\nx mod 5 in {0}\n", "\nwindow 500 "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        firesieve_search_options options = firesieve_search_defaults();
        options.memory = 1;
        options.to = i == 3 ? 500 : FIRESIEVE_NO_END;
        const firesieve_search_result result = solve(firewall, &options);
        firesieve_certificate *made = NULL;
        firesieve_error error = {0};
        cr_assert(result.outcome == FIRESIEVE_NONE || i == 3);
        cr_assert(firesieve_certify(firewall, &options, &result, &made, &error) == FIRESIEVE_OK, "%zu: %s", i,
                  error.message);
        size_t size;
        const char *const text = firesieve_certificate_text(made, &size);
        cr_expect(result.outcome == FIRESIEVE_FOUND || strstr(text, rows[i].end) != NULL, "%zu: %s", i, text);
        options = firesieve_search_defaults();
        const firesieve_certificate_report report = check(firewall, text, size, &options, rows[i].text);
        cr_expect(report.verdict == FIRESIEVE_ACCEPTED, "%zu: %s", i, report.message);
        firesieve_certificate_free(made);
        firesieve_firewall_free(firewall);
    }
}

/* ---- Refusals --------------------------------------------------------------------------------------------------- */

#define SQUARES "x mod 8 = 1\nx not square\n"
#define ALL "range 0 170141183460469231731687303715884105728\n"
#define MADE "made scan scalar\n"
#define HASH_OF_0_TO_17 "d2bb1b8e5e8dbc4c"

static const struct {
    const char *text;
    const char *body;
    uint64_t line;
    const char *message;
} refusals[] = {
    {SQUARES, "claim found 16\n" ALL MADE "empty\nwindow 17 17 0000000000000000\n", 3,
     "x = 16 does not satisfy all lines"},
    {SQUARES, "claim found 17\nrange 18 100\n" MADE "empty\nwindow 100 82 0000000000000000\n", 3,
     "x = 17 is not in the range"},
    {SQUARES, "claim found 17\n" ALL MADE "without 7\nwindow 18 18 0000000000000000\n", 6, "no class has modulus 7"},
    {SQUARES, "claim found 17\n" ALL MADE "without 8\nwithout 8\nwindow 18 18 0000000000000000\n", 7,
     "the moduli that are left out do not ascend"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 18 0000000000000000\n", 7,
     "a filter drops x = 1, which no line says"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 18 0000000000000000\ndropped 2\n", 8,
     "a filter drops x = 1 next, not x = 2"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 18 0000000000000000\ndropped 9\n", 8,
     "a filter drops x = 1 next, not x = 9"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 18 0000000000000000\ndropped 1\ndropped 1\n", 9,
     "what is dropped does not ascend, or is not in the window"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 18 0000000000000000\ndropped 1\ndropped 18\n", 9,
     "what is dropped does not ascend, or is not in the window"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 1 0000000000000000\ndropped 1\ndropped 9\n", 9,
     "there are not as many delays in the window"},
    {SQUARES, "claim found 17\n" ALL MADE "empty\nwindow 18 17 0000000000000000\ndropped 1\ndropped 9\n", 7,
     "a second search lists 18 x in this window, not 17"},
    {SQUARES, "claim found 33\n" ALL MADE "empty\nwindow 34 34 0000000000000000\ndropped 1\ndropped 9\n", 7,
     "x = 17 satisfies all lines"},
    {SQUARES, "claim none\nrange 0 10\n" MADE "empty\nwindow 8 8 0000000000000000\ndropped 1\n", 8,
     "the windows end at 8, not at 10"},
    {SQUARES, "claim none\nrange 0 10\nleaf 8 1\n", 5, "no line forbids the class 1 mod 8"},
    {SQUARES, "claim none\nrange 0 10\nleaf 8 2\n", 5, "the class 2 mod 8 does not contain all of this node"},
    {SQUARES, "claim none\nrange 0 10\nsplit 2\nleaf 8 2\nleaf 8 3\n", 6,
     "the class 2 mod 8 does not contain all of this node"},
    {SQUARES, "claim never\nleaf 1 0\n", 4, "no line forbids the class 0 mod 1"},
    {SQUARES, "claim never\nsmall 5\nleaf 1 0\n", 4, "small x end at 0"},
    {SQUARES, "claim never\nwithin 1 2\nleaf 1 0\n", 4,
     "the lines say that x is at least 0 and below 170141183460469231731687303715884105728"},
    {SQUARES, "claim count 6\nrange 0 48\ncomponent 8 1\ntower 2 1 1 1\n", 5,
     "components cannot count what filters drop"},
    {SQUARES, "claim count 5\nrange 0 48\n" MADE "window 48 6 0000000000000000\ndropped 1\ndropped 9\n", 3,
     "the windows add up to 4"},
    {"x prime\nx mod 4 = 1\n", "claim found 5\nrange 4 20\n" MADE, 6, "small x end at 6"},
    {"x prime\nx mod 4 = 1\n", "claim found 13\nrange 4 20\n" MADE "small 14\n", 6, "x = 5 satisfies all lines"},
    {"x prime\nx mod 4 = 1\n", "claim none\nrange 6 20\n" MADE "small 20\n", 6, "x = 13 satisfies all lines"},
    {"x prime\nx mod 4 = 1\n", "claim found 13\nrange 6 20\n" MADE "small 14\n", 0, ""},
    {"x prime\nx mod 4 = 1\n", "claim found 13\nrange 6 20\n" MADE "small 15\n", 6, "small x end at 14"},
    {"x prime\nx mod 4 = 1\n", "claim found 13\nrange 6 20\n" MADE "small 70000\n", 6, "small x end at 14"},
    {"x prime\nx mod 4 = 1\n", "claim found 13\nrange 6 20\n" MADE "small 6\nempty\nwindow 14 8 0000000000000000\n", 6,
     "small x end at 14"},
    {"x prime\nx mod 4 = 1\n", "claim count 2\nrange 6 20\n" MADE "small 20\n", 0, ""},
    {"x prime\nx mod 4 = 1\n", "claim count 3\nrange 6 20\n" MADE "small 20\n", 3, "the windows add up to 2"},
    {"x prime\n", "claim none\nrange 0 2\n" MADE "within 3 170141183460469231731687303715884105728\n", 6,
     "the lines say that x is at least 2 and below 170141183460469231731687303715884105728"},
    {"x prime\n", "claim none\nrange 0 2\n" MADE, 6,
     "the lines say that x is at least 2 and below 170141183460469231731687303715884105728"},
    {"x prime\n", "claim none\nrange 0 2\n" MADE "within 2 170141183460469231731687303715884105728\n", 0, ""},
    {"x mod 2 = 1\nx mod 2 = 0\n", "claim never\nsplit 2\nleaf 2 0\nleaf 2 1\n", 0, ""},
    {"x mod 2 = 1\nx mod 2 = 0\n", "claim never\nsplit 2\nleaf 2 1\nleaf 2 0\n", 5,
     "the class 1 mod 2 does not contain all of this node"},
    {"x mod 2 = 1\nx mod 2 = 0\n", "claim never\nsplit 3\nleaf 2 0\nleaf 2 1\nleaf 2 1\n", 5,
     "the class 0 mod 2 does not contain all of this node"},
};

/* A certificate of the firewall with these lines and a correct checksum. */
static char *seal(const firesieve_firewall *firewall, const char *body)
{
    struct record_writer writer;
    firesieve_error error = {0};
    record_start(&writer, certificate_format);
    record_write_firewall(&writer, firewall);
    record_write_text(&writer, body);
    cr_assert(record_finish(&writer, &error) == FIRESIEVE_OK);
    return writer.text;
}

Test(residue_certificates, that_are_false_are_refused_with_the_line)
{
    for (size_t i = 0; i < COUNT_OF(refusals); ++i) {
        firesieve_firewall *const firewall = parse_firewall(refusals[i].text);
        const firesieve_search_options options = firesieve_search_defaults();
        char *const text = seal(firewall, refusals[i].body);
        const firesieve_certificate_report report = check(firewall, text, strlen(text), &options, refusals[i].text);
        cr_expect(report.line == refusals[i].line && strcmp(report.message, refusals[i].message) == 0,
                  "row %zu: line %" PRIu64 ": %s\n%s", i, report.line, report.message, text);
        free(text);
        firesieve_firewall_free(firewall);
    }
}

static const struct {
    const char *body;
    uint64_t line;
    const char *message;
} damages[] = {
    {"claim never\nleaf 8\n", 4, "expected a number, found the end of the line"},
    {"claim never\nleaf 8 8\n", 4, "expected a number from 0 to 7, found '8'"},
    {"claim never\nleaf 0 0\n", 4, "expected a number from 1 to 9223372036854775807, found '0'"},
    {"claim found 17\n" ALL MADE "empty\ndropped 1\n", 7, "expected the checksum"},
    {"claim found 17\n" ALL MADE "small 0\nwithin 0 1\n", 7, "expected the checksum"},
    {"claim found 17\n" ALL "window 3 3 0000000000000000\n", 5, "expected a line 'made', found 'window'"},
};

Test(residue_certificates, that_are_damaged_cannot_be_parsed)
{
    firesieve_firewall *const firewall = parse_firewall(SQUARES);
    for (size_t i = 0; i < COUNT_OF(damages); ++i) {
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        char *const text = seal(firewall, damages[i].body);
        cr_expect(firesieve_certificate_parse(firewall, text, strlen(text), &certificate, &error) ==
                  FIRESIEVE_ERROR_RECORD);
        cr_expect(error.line == damages[i].line && strcmp(error.message, damages[i].message) == 0,
                  "row %zu: %" PRIu64 ": %s", i, error.line, error.message);
        free(text);
    }
    firesieve_firewall_free(firewall);
}

/* Lines that certificates of layers do not have. */
Test(residue_certificates, are_refused_for_layers)
{
    static const char *const bodies[] = {
        "claim never\nleaf 2 1\n",
        "claim none\nrange 0 1\nleaf 0\n",
        "claim found 10\n" ALL MADE "within 0 5\nempty\nwindow 11 11 fcc11ecad1b8df94\n",
        "claim found 10\n" ALL MADE "small 5\nempty\nwindow 11 11 fcc11ecad1b8df94\n",
        "claim found 10\n" ALL MADE "empty\nwindow 11 11 fcc11ecad1b8df94\ndropped 1\n",
    };
    firesieve_firewall *const layers = open_golden("example.firewall");
    firesieve_firewall *const residues = parse_firewall(SQUARES);
    for (size_t i = 0; i < COUNT_OF(bodies); ++i) {
        firesieve_certificate *certificate = NULL;
        char *const text = seal(layers, bodies[i]);
        cr_expect(firesieve_certificate_parse(layers, text, strlen(text), &certificate, NULL) ==
                  FIRESIEVE_ERROR_RECORD);
        free(text);
    }
    firesieve_certificate *certificate = NULL;
    firesieve_error error = {0};
    char *const text = seal(layers, "claim never\n");
    cr_expect(firesieve_certificate_parse(residues, text, strlen(text), &certificate, &error) ==
              FIRESIEVE_ERROR_RECORD);
    cr_expect(strcmp(error.message, "the certificate is one of another firewall, of 4 layers") == 0, "%s",
              error.message);
    char *const other = seal(residues, "claim never\n");
    cr_expect(firesieve_certificate_parse(layers, other, strlen(other), &certificate, &error) ==
              FIRESIEVE_ERROR_RECORD);
    cr_expect(strcmp(error.message, "the certificate is one of other residues, of 2 lines") == 0, "%s", error.message);
    free(text);
    free(other);
    firesieve_firewall_free(layers);
    firesieve_firewall_free(residues);
}

/* ---- Searches without certificates ------------------------------------------------------------------------------ */

static bool accept_all(firesieve_delay delay, void *context)
{
    (void)delay;
    (void)context;
    return true;
}

static void expect_none(const char *text, bool filter, firesieve_method method, const char *message)
{
    firesieve_firewall *const firewall = parse_firewall(text);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_certificate *certificate = NULL;
    firesieve_error error = {0};
    options.to = 1000;
    cr_assert(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
    options.filter = filter ? accept_all : NULL;
    options.method = method;
    cr_expect(firesieve_certify(firewall, &options, &result, &certificate, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect(strcmp(error.message, message) == 0, "%s", error.message);
    cr_expect(firesieve_certify_count(firewall, &options, &result, &certificate, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect(strcmp(error.message, message) == 0, "%s", error.message);
    char *const sealed = seal(firewall, "claim never\n");
    firesieve_certificate_report report;
    cr_assert(firesieve_certificate_parse(firewall, sealed, strlen(sealed), &certificate, &error) == FIRESIEVE_OK);
    cr_expect(firesieve_certificate_check(firewall, certificate, &options, &report, &error) ==
              FIRESIEVE_ERROR_ARGUMENT);
    cr_expect(strcmp(error.message, message) == 0, "%s", error.message);
    firesieve_certificate_free(certificate);
    free(sealed);
    firesieve_firewall_free(firewall);
}

Test(residue_certificates, are_refused_if_they_could_not_be_checked)
{
    static const char filter[] =
        "a search with a filter of its caller has no certificate, since nobody else can apply that filter";
    expect_none("0: 3\n1: 2\n", true, FIRESIEVE_METHOD_AUTO, filter);
    expect_none("x mod 3 != 1\n", true, FIRESIEVE_METHOD_AUTO, filter);
    expect_none("x in {1..50}\n", false, FIRESIEVE_METHOD_AUTO,
                "there is no certificate for a search whose lines leave numbers to be looked at one by one");
    expect_none("x mod 2^40 in {5, 9}\n", false, FIRESIEVE_METHOD_AUTO,
                "there is no certificate for a search whose lines leave progressions to be searched");
    expect_none("x mod 2^40 = 5\n", false, FIRESIEVE_METHOD_AUTO,
                "there is no certificate for a search whose lines leave progressions to be searched");
    expect_none("x mod 3 != 1\n", false, FIRESIEVE_METHOD_SIMULATE,
                "the method simulate steps scanners, and residues have none; closed-form looks at one number after the "
                "other");
}

/* 1 GiB of dropped numbers would take too long: the maker gets a lower limit. */
Test(residue_certificates, do_not_exceed_the_limit)
{
    firesieve_firewall *const firewall = parse_firewall("x mod 2 = 1\nx mod 1048583 square\n");
    firesieve_search_options options = firesieve_search_defaults();
    options.to = 40000;
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_count(firewall, &options, &result, &error) == FIRESIEVE_OK);
    for (unsigned i = 0; i < 2; ++i) {
        struct watch watch = watch_start(&options);
        struct certificate_order order = {
            .firewall = firewall,
            .options = &options,
            .text_max = i == 0 ? 100000 : 1000000,
            .head = {.claim = FIRESIEVE_CLAIM_COUNT, .count = result.count, .to = options.to},
            .watch = &watch,
        };
        firesieve_certificate *made = NULL;
        const firesieve_status status = certificate_make_windows(&order, &made, &error);
        cr_expect(status == (i == 0 ? FIRESIEVE_ERROR_ARGUMENT : FIRESIEVE_OK), "%s", error.message);
        cr_expect((made != NULL) == (i == 1));
        firesieve_certificate_free(made);
    }
    cr_expect(strcmp(error.message,
                     "the certificate would take more than 100000 bytes, because filters drop that many x") == 0,
              "%s", error.message);
    firesieve_firewall_free(firewall);
}

/* ---- Limits ----------------------------------------------------------------------------------------------------- */

struct patience {
    unsigned asked;
    unsigned left;
};

static bool lose_patience(const firesieve_progress *progress, void *context)
{
    struct patience *const patience = context;
    (void)progress;
    ++patience->asked;
    return patience->left == 0 || patience->asked < patience->left;
}

/* A progress function that cancels is not called again, in any phase of making or checking, and nothing is accepted. */
Test(residue_certificates, can_be_cancelled)
{
    firesieve_firewall *const firewall = parse_firewall("x mod 3 != 1\nx mod 1048583 square\nx + {0, 6} prime\n");
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error = {0};
    firesieve_certificate *whole = NULL;
    options.to = 300000;
    cr_assert(firesieve_count(firewall, &options, &result, &error) == FIRESIEVE_OK);
    cr_assert(firesieve_certify_count(firewall, &options, &result, &whole, &error) == FIRESIEVE_OK, "%s",
              error.message);
    for (unsigned left = 1; left < 5; ++left) {
        struct patience patience = {.left = left};
        firesieve_certificate *made = NULL;
        firesieve_certificate_report report;
        options.progress = lose_patience;
        options.progress_context = &patience;
        cr_assert(firesieve_certify_count(firewall, &options, &result, &made, &error) == FIRESIEVE_OK);
        cr_expect((made == NULL) == (patience.asked >= left) && patience.asked <= left, "%u: %u", left, patience.asked);
        firesieve_certificate_free(made);
        patience = (struct patience){.left = left};
        cr_assert(firesieve_certificate_check(firewall, whole, &options, &report, &error) == FIRESIEVE_OK);
        cr_expect((report.verdict == FIRESIEVE_UNCHECKED) == (patience.asked >= left) && patience.asked <= left);
    }
    options.progress = NULL;
    options.time_limit_s = 0;
    firesieve_certificate *made = NULL;
    firesieve_certificate_report report;
    cr_assert(firesieve_certify_count(firewall, &options, &result, &made, &error) == FIRESIEVE_OK && made == NULL);
    cr_assert(firesieve_certificate_check(firewall, whole, &options, &report, &error) == FIRESIEVE_OK);
    cr_expect(report.verdict == FIRESIEVE_UNCHECKED);
    firesieve_certificate_free(whole);
    firesieve_firewall_free(firewall);
}
