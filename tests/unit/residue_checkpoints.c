/* Checkpoints of residues: which search they belong to, which filters they name, and searches that are resumed. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "firewalls.h"
#include "language/form.h"
#include "search/checkpoint.h"
#include "support/kernels.h"

enum { PATH_SIZE = 64 };

static struct checkpoint_subject subject_of(const firesieve_firewall *firewall, bool callers_filter)
{
    return (struct checkpoint_subject){
        .firewall = firewall,
        .fingerprint = fingerprint_of(firewall),
        .goal = GOAL_COUNT,
        .to = 1000,
        .callers_filter = callers_filter,
    };
}

/* The text of a checkpoint at the start of a search. */
static struct record_writer format(const struct checkpoint_subject *subject)
{
    struct record_writer writer;
    firesieve_error error = {0};
    const struct frontier frontier = {.reached = 0};
    cr_assert(checkpoint_format(subject, &frontier, &writer, &error) == FIRESIEVE_OK);
    return writer;
}

/* The lines from the second one on, with the fingerprint as `F`. */
static const char *lines_behind_the_first(const struct record_writer *writer, char *text, size_t size)
{
    const char *const second = strchr(writer->text, '\n') + 1;
    const char *const hash = strchr(strchr(second, ' ') + 1, ' ') + 1;
    const char *const end = strstr(hash, "\nsearch ");
    snprintf(text, size, "%.*sF%.*s", (int)(hash - second), second, (int)(end - hash - 32), hash + 32);
    return text;
}

static const struct {
    const char *text;
    bool callers_filter;
    const char *lines;
} rows[] = {
    {"0: 3\n1: 2\n", false, "firewall 2 F"},
    {"0: 3\n1: 2\n", true, "firewall 2 F\nfilter the caller's"},
    {"x mod 3 != 1\nx mod 5 in {1, 2}\nfrom 3\n", false, "residues 2 F"},
    {"x mod 3 != 1\nx mod 5 in {1, 2}\n", true, "residues 2 F\nfilter the caller's"},
    {"x mod 3 != 1\n  x  not\tsquare # that is\nx prime\n", false,
     "residues 3 F\nfilter x  not\tsquare\nfilter x prime"},
    {"x mod 3 != 1\nx not power\nto 7\n", true, "residues 2 F\nfilter x not power\nfilter the caller's"},
    {"x mod 2^40 = 5\nx mod 3 != 1\nx not power\n", false, "residues 3 F\nfilter x mod 2^40 = 5\nfilter x not power"},
};

Test(residue_checkpoints, identify_the_lines_and_name_the_filters)
{
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        static uint64_t begun[FRONTIER_TASKS_MAX];
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        const struct checkpoint_subject subject = subject_of(form_sieved(firewall, true), rows[i].callers_filter);
        struct record_writer writer = format(&subject);
        struct frontier read = {.window.begun = begun};
        firesieve_error error = {0};
        char text[512];
        cr_expect_str_eq(lines_behind_the_first(&writer, text, sizeof text), rows[i].lines);
        cr_expect(checkpoint_parse(writer.text, writer.size, &subject, &read, &error) == FIRESIEVE_OK, "%s",
                  error.message);
        record_writer_free(&writer);
        firesieve_firewall_free(firewall);
    }
}

/* A filter can be longer than any other line of a record. */
Test(residue_checkpoints, name_filters_of_any_length)
{
    static uint64_t begun[FRONTIER_TASKS_MAX];
    char *lines = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&lines, &size);
    fprintf(stream, "x + {0");
    for (unsigned i = 1; i < 5000; ++i) {
        fprintf(stream, ", %u", 30 * i);
    }
    fprintf(stream, "} prime\n");
    fclose(stream);
    firesieve_firewall *const firewall = parse_firewall(lines);
    const struct checkpoint_subject subject = subject_of(firewall, false);
    struct record_writer writer = format(&subject);
    struct frontier read = {.window.begun = begun};
    cr_expect(memmem(writer.text, writer.size, lines, size) != NULL);
    cr_expect(checkpoint_parse(writer.text, writer.size, &subject, &read, NULL) == FIRESIEVE_OK);
    record_writer_free(&writer);
    firesieve_firewall_free(firewall);
    free(lines);
}

static void expect_refused(const char *written, bool written_filter, const char *read_as, bool read_filter,
                           const char *message)
{
    static uint64_t begun[FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = parse_firewall(written);
    firesieve_firewall *const other = parse_firewall(read_as);
    const struct checkpoint_subject subject = subject_of(firewall, written_filter);
    const struct checkpoint_subject wanted = subject_of(other, read_filter);
    struct record_writer writer = format(&subject);
    struct frontier read = {.window.begun = begun};
    firesieve_error error = {0};
    const firesieve_status status = checkpoint_parse(writer.text, writer.size, &wanted, &read, &error);
    cr_expect(status == (message[0] == '\0' ? FIRESIEVE_OK : FIRESIEVE_ERROR_RECORD), "%s", written);
    cr_expect_str_eq(error.message, message);
    record_writer_free(&writer);
    firesieve_firewall_free(firewall);
    firesieve_firewall_free(other);
}

Test(residue_checkpoints, of_other_lines_or_filters_are_refused)
{
    static const char lines[] = "x mod 3 != 1\nx not square\nx mod 5 in {1}\n";
    static const char layers[] = "0: 3\n1: 2\n";
    expect_refused(lines, false, lines, false, "");
    expect_refused(lines, false, "x mod 5 in {1}\nfrom 8\n\nx  not square\nx mod 3!=1", false, "");
    expect_refused(lines, false, "x mod 3 != 1\nx not power\nx mod 5 in {1}\n", false,
                   "the checkpoint is one of other residues, of 3 lines");
    expect_refused(lines, false, "x mod 3 != 1\nx not square\n", false,
                   "the checkpoint is one of other residues, of 3 lines");
    expect_refused(lines, true, lines, false, "the checkpoint belongs to a search with 2 filters, and this one has 1");
    expect_refused(lines, false, lines, true, "the checkpoint belongs to a search with 1 filter, and this one has 2");
    expect_refused(layers, true, layers, false, "the checkpoint belongs to a search with 1 filter, and this one has 0");
    expect_refused(layers, false, layers, true,
                   "the checkpoint belongs to a search with 0 filters, and this one has 1");
    expect_refused(layers, false, lines, false, "the checkpoint is one of another firewall, of 2 layers");
    expect_refused(lines, false, layers, false, "the checkpoint is one of other residues, of 3 lines");
}

/* A changed filter is reported even if the checksum is correct. */
Test(residue_checkpoints, of_a_changed_filter_are_refused)
{
    static uint64_t begun[FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = parse_firewall("x mod 3 != 1\nx not square\n");
    const struct checkpoint_subject subject = subject_of(firewall, false);
    struct record_writer writer = format(&subject);
    struct record_writer sealed = {.text = NULL};
    struct frontier read = {.window.begun = begun};
    firesieve_error error = {0};
    *strstr(writer.text, "square") = 'S';
    *strstr(writer.text, "checksum") = '\0';
    record_write_text(&sealed, writer.text);
    cr_assert(record_finish(&sealed, &error) == FIRESIEVE_OK);
    cr_expect(checkpoint_parse(sealed.text, sealed.size, &subject, &read, &error) == FIRESIEVE_ERROR_RECORD);
    cr_expect_str_eq(error.message, "the checkpoint belongs to a search with other filters");
    cr_expect(error.line == 3 && error.column == 8);
    record_writer_free(&sealed);
    record_writer_free(&writer);
    firesieve_firewall_free(firewall);
}

/*
 * Blanks, comments and the order of lines do not matter; the spelling of numbers does, since lines are hashed without
 * being evaluated.
 */
Test(residue_checkpoints, fingerprints_do_not_depend_on_blanks)
{
    static const struct {
        const char *text;
        bool same;
    } cases[] = {
        {"x mod 5 square\r\nx\tmod  7!=3", true},
        {" x mod 5  square # so\n\nx mod 7 != 3 # and so\n", true},
        {"x mod 7 != 3\nx mod 5 square\n", true},
        {"x mod 7 != 10\nx mod 5 square\n", false},
        {"x mod 7 != 03\nx mod 5 square\n", false},
        {"x mod 7 != 2+1\nx mod 5 square\n", false},
        {"x mod 7 != 3\nx mod 5 square\nx mod 5 square\n", false},
    };
    firesieve_firewall *const first = parse_firewall("x mod 5 square\nx mod 7 != 3\n");
    const struct fingerprint expected = fingerprint_of(first);
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_firewall *const firewall = parse_firewall(cases[i].text);
        const struct fingerprint found = fingerprint_of(firewall);
        cr_expect((memcmp(&found, &expected, sizeof found) == 0) == cases[i].same, "%s", cases[i].text);
        firesieve_firewall_free(firewall);
    }
    firesieve_firewall_free(first);
}

/* ---- Searches --------------------------------------------------------------------------------------------- */

static const struct piecework {
    const char *text;
    bool counts;
    firesieve_delay to; /* 0: none */
} works[] = {
    {"x mod p square for primes p in 3..61\nx mod 8 = 1\nx not square\n", false, 0},
    {"x + {0, 2} prime\n", true, 20000000},
    {"x mod 2^40 = 5\nx mod p nonsquare for primes p in 3..97\nx not power\n", false, 0},
    {"x mod 3 != 0\nx mod 1048583 nonsquare\n", true, 30000000},
};

static bool call_a_few_times(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return --*(int *)context > 0;
}

static firesieve_search_result search(const struct piecework *work, const firesieve_firewall *firewall,
                                      const firesieve_search_options *options)
{
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert((work->counts ? firesieve_count : firesieve_solve)(firewall, options, &result, &error) == FIRESIEVE_OK,
              "%s: %s", work->text, error.message);
    return result;
}

Test(residue_checkpoints, let_searches_stop_again_and_again_and_find_the_answer)
{
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(works); ++i) {
        char path[PATH_SIZE] = "/tmp/firesieve-checkpoint-XXXXXX";
        firesieve_firewall *const firewall = parse_firewall(works[i].text);
        firesieve_search_options options = firesieve_search_defaults();
        options.to = works[i].to == 0 ? options.to : works[i].to;
        options.kernel = firesieve_kernel_find("scalar");
        const firesieve_search_result expected = search(&works[i], firewall, &options);
        const int descriptor = mkstemp(path);
        cr_assert(descriptor >= 0);
        close(descriptor);
        unlink(path);
        options.checkpoint = path;
        firesieve_search_result result = {.outcome = FIRESIEVE_CANCELLED};
        for (int run = 0; result.outcome == FIRESIEVE_CANCELLED; ++run) {
            int calls = 1 + run / 2;
            options.threads = (unsigned)random_between(&random, 1, 3);
            options.checkpoint_interval_s = run % 2 == 0 ? 0.001 : 1000;
            options.progress = call_a_few_times;
            options.progress_context = &calls;
            result = search(&works[i], firewall, &options);
        }
        cr_expect(result.outcome == expected.outcome && result.delay == expected.delay &&
                      result.count == expected.count,
                  "%s: %s, count %s, not %s, count %s", works[i].text, SHOW(result.delay), SHOW(result.count),
                  SHOW(expected.delay), SHOW(expected.count));
        unlink(path);
        firesieve_firewall_free(firewall);
    }
}
