/* Reports: stored, written and read back. */
#include "reports.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void report_add(struct report *report, const char *kernel, double seconds, double spread)
{
    const double samples[] = {seconds * (1 - spread), seconds, seconds * (1 + spread)};
    struct measurement measurement = {
        .part = PART_KERNELS, .subject = "12 rows, L1", .method = "rows", .threads = 1, .size = 1024, .work = 1e9};
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s", kernel);
    cr_assert(report_append(report, measurement));
    cr_assert(measurement_extend(&report->items[report->count - 1], samples, 3));
}

Test(reports, find_measurements_by_their_key)
{
    struct report report = report_empty();
    report_add(&report, "scalar", 1, 0);
    report_add(&report, "avx2", 1, 0);
    struct measurement like = report.items[1];
    cr_expect(report_find(&report, &like) == &report.items[1]);
    like.threads = 17; /* part of the key only in THREADS */
    cr_expect(report_find(&report, &like) == &report.items[1]);
    snprintf(like.kernel, sizeof like.kernel, "neon");
    cr_expect_null(report_find(&report, &like));
    report_free(&report);
}

static void write_text(const char *path, const char *text)
{
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* Each test has its own file, since tests run at the same time. */
static const char *temporary(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/firesieve-report-%ld", (long)getpid());
    return path;
}

Test(reports, survive_writing_and_reading)
{
    struct report report = report_empty();
    struct report read;
    struct bench_message message;
    report_add(&report, "scalar", 0.125, 0.5);
    struct measurement left_out = {
        .part = PART_METHODS, .subject = "puzzle", .method = "scan", .threads = 2, .work = 1, .left_out = "over 1 s"};
    cr_assert(report_append(&report, left_out));
    json_t *const json = report_to_json(&report);
    cr_assert(json_dump_file(json, temporary(), 0) == 0);
    cr_assert(report_open(temporary(), &read, &message), "%s", message.text);
    cr_assert(read.count == 2);
    cr_expect_str_eq(report_fact(&read, "model"), "test");
    cr_expect(report_find(&read, &report.items[0]) == &read.items[0]);
    cr_assert(read.items[0].count == 3);
    for (size_t i = 0; i < 3; ++i) {
        cr_expect(read.items[0].samples[i] == report.items[0].samples[i]);
    }
    cr_expect(read.items[0].work == 1e9 && read.items[0].size == 1024);
    cr_expect(read.items[1].count == 0 && read.items[1].part == PART_METHODS && read.items[1].threads == 2);
    cr_expect_str_eq(read.items[1].left_out, "over 1 s");
    unlink(temporary());
    json_decref(json);
    report_free(&read);
    report_free(&report);
}

#define HEAD "{\"format\": \"firesieve-bench\", \"format_version\": 1, \"measurements\": ["
#define SAMPLE_1 "measurement 0 (s, rows): expected sample 1 to be seconds from 1e-18 to 1e+12, found "
#define WORK(work)                                                                                           \
    "{\"part\": \"kernels\", \"subject\": \"s\", \"method\": \"rows\", \"kernel\": null, \"answer\": null, " \
    "\"left_out\": null, \"threads\": 1, \"size\": 1, \"work\": " work ", \"samples_s\": [1]}"
#define ROW(threads, samples)                                                                                \
    "{\"part\": \"kernels\", \"subject\": \"s\", \"method\": \"rows\", \"kernel\": null, \"answer\": null, " \
    "\"left_out\": null, \"threads\": " threads ", \"size\": 1, \"work\": 1, \"samples_s\": " samples "}"

Test(reports, that_are_invalid_are_refused)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", ":1:0: error: cannot read it as JSON: '[' or '{' expected near end of file"},
        {"{\"format\": 1", ":1:12: error: cannot read it as JSON: '}' expected near end of file"},
        {"[]", "expected what 'firesieve bench --json' prints"},
        {"{\"status\": \"found\"}", "expected what 'firesieve bench --json' prints"},
        {"{\"format\": \"firesieve-bench\", \"format_version\": 1}", "expected what 'firesieve bench --json' prints"},
        {"{\"format\": \"firesieve-bench\", \"format_version\": 9, \"measurements\": []}",
         "expected version 1 of the format, found 9: another version of firesieve wrote it"},
        {HEAD "3]}", "measurement 0: expected 'part' to be \"kernels\", \"methods\", \"threads\" or \"ladder\""},
        {HEAD ROW("1", "[1]") ", {\"part\": \"methods\"}]}",
         "measurement 1: expected 'subject' to be a text of at most 127 bytes"},
        {HEAD ROW("\"1\"", "[1]") "]}", "measurement 0: expected 'threads' to be a number from 0 to 4096, found \"1\""},
        {HEAD ROW("5000", "[1]") "]}", "measurement 0: expected 'threads' to be a number from 0 to 4096, found 5000"},
        {HEAD ROW("-1", "[1]") "]}", "measurement 0: expected 'threads' to be a number from 0 to 4096, found -1"},
        {HEAD "]}", "expected measurements, found none"},
        {HEAD ROW("1", "1") "]}", "measurement 0: expected 'samples_s' to be an array"},
        {HEAD ROW("1", "[]") "]}",
         "measurement 0 (s, rows): expected either samples or 'left_out', which says why there "
         "are none"},
        {HEAD ROW("1", "[1, 0]") "]}", SAMPLE_1 "0"},
        {HEAD ROW("1", "[1, null]") "]}", SAMPLE_1 "null"},
        {HEAD ROW("1", "[1, -3.5]") "]}", SAMPLE_1 "-3.5"},
        {HEAD ROW("1", "[1, 5e-324]") "]}", SAMPLE_1 "4.94066e-324"},
        {HEAD ROW("1", "[1, 1e-300]") "]}", SAMPLE_1 "1e-300"},
        {HEAD ROW("1", "[1, 1.7e308]") "]}", SAMPLE_1 "1.7e308"},
        {HEAD ROW("1", "[1, \"1\"]") "]}", SAMPLE_1 "\"1\""},
        {HEAD WORK("0") "]}", "measurement 0: expected 'work' to be a number from 1 to 1e+18, found 0"},
        {HEAD WORK("1e300") "]}", "measurement 0: expected 'work' to be a number from 1 to 1e+18, found 1e300"},
        {HEAD WORK("null") "]}", "measurement 0: expected 'work' to be a number from 1 to 1e+18, found null"},
        {HEAD ROW("1", "[1]") ", " ROW("1", "[1]") "]}", "measurement 1 appears twice: s, rows, "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report report;
        struct bench_message message;
        char wanted[512];
        write_text(temporary(), cases[i].text);
        cr_expect_not(report_open(temporary(), &report, &message), "case %zu", i);
        snprintf(wanted, sizeof wanted, "%s%s%s", temporary(),
                 cases[i].message[0] == ':' ? "" : ": error: ", cases[i].message);
        cr_expect_str_eq(message.text, wanted, "case %zu: %s", i, message.text);
        cr_expect(report.count == 0 && report.facts == NULL);
    }
    unlink(temporary());
}

/* Sorted reports are searched by halving: each measurement must be found, and the first that appears twice. */
Test(reports, with_many_measurements_find_each_of_them)
{
    enum { MEASUREMENTS = 20000 };
    struct report report = report_empty();
    const struct measurement *twice = NULL;
    char kernel[MEASUREMENT_NAME_SIZE];
    for (int i = 0; i < MEASUREMENTS; ++i) {
        snprintf(kernel, sizeof kernel, "k%d", i * 7919 % MEASUREMENTS);
        report_add(&report, kernel, 1, 0);
    }
    cr_assert(report_sort(&report, &twice));
    cr_assert_null(twice);
    for (size_t i = 0; i < report.count; ++i) {
        cr_assert(report_find(&report, &report.items[i]) == &report.items[i], "%zu", i);
    }
    struct measurement like = report.items[0];
    snprintf(like.kernel, sizeof like.kernel, "k5x");
    cr_assert_null(report_find(&report, &like));
    report_add(&report, "k5x", 1, 0);
    cr_assert(report_find(&report, &like) == &report.items[MEASUREMENTS]);
    report_add(&report, "k9", 1, 0);
    report_add(&report, "k8", 1, 0);
    cr_assert(report_sort(&report, &twice));
    cr_assert(twice == &report.items[MEASUREMENTS + 1], "the first that appears twice");
    report_free(&report);
}

Test(reports, that_are_too_long_are_refused)
{
    FILE *const file = fopen(temporary(), "w");
    struct report report;
    struct bench_message message;
    cr_assert(file != NULL && fputs("{\"format\": \"", file) >= 0);
    static char mebibyte[1 << 20];
    memset(mebibyte, 'x', sizeof mebibyte);
    for (int i = 0; i < 33; ++i) {
        cr_assert(fwrite(mebibyte, sizeof mebibyte, 1, file) == 1);
    }
    cr_assert(fclose(file) == 0);
    cr_expect_not(report_open(temporary(), &report, &message));
    cr_expect(strstr(message.text, ": error: expected at most 32 MiB, which is more than ") != NULL, "%s",
              message.text);
    unlink(temporary());
}
