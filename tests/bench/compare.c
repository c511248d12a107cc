/* Reports side by side: differences, regressions, and groups of figures. */
#include "bench/compare.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports.h"

static const char *const names[] = {"old", "new", "third", "fourth", "fifth", "sixth", "seventh"};

/* The text that a comparison of one measurement prints about regressions; the caller frees it. *count: their number. */
static char *regressions(double old_s, double new_s, double spread, double percent, size_t *count)
{
    struct report reports[] = {report_empty(), report_empty()};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    report_add(&reports[0], "avx2", old_s, spread);
    report_add(&reports[1], "avx2", new_s, spread);
    *count = verdicts_regressions(&(struct comparison){reports, names, 2}, percent, stream);
    fclose(stream);
    report_free(&reports[0]);
    report_free(&reports[1]);
    return text;
}

Test(compare, a_regression_is_slower_than_allowed_beyond_the_errors)
{
    static const struct {
        double old_s;
        double new_s;
        double spread;
        double percent;
        const char *text;
    } cases[] = {
        {1, 1, 0, 0, ""},
        {1, 1.25, 0, 10, "new: 12 rows, L1, rows on avx2: 20.0 % slower than in old, more than 10 % (+- 0.0 %)\n"},
        {1, 1.25, 0, 20, ""},   /* as slow as allowed */
        {1.25, 1, 0, 10, ""},   /* faster */
        {1, 1.25, 0.2, 10, ""}, /* within the errors */
        {1, 10, 0.2, 10, "new: 12 rows, L1, rows on avx2: 90.0 % slower than in old, more than 10 % (+- 2.7 %)\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        size_t count;
        char *const text = regressions(cases[i].old_s, cases[i].new_s, cases[i].spread, cases[i].percent, &count);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
        cr_expect(count == (cases[i].text[0] == '\0' ? 0 : 1));
        free(text);
    }
}

/* It is no success if nothing can be compared, or something that both reports have measured. */
Test(compare, reports_what_cannot_be_compared)
{
    static const struct {
        const char *old_kernels[2];
        const char *new_kernels[2];
        const char *left_out; /* in the old report: why the first is left out */
        double new_s;
        size_t uncompared;
        const char *text;
    } cases[] = {
        {{"avx2", NULL}, {"avx2", NULL}, "", 1, 0, ""},
        {{"avx2", "neon"}, {"avx2", NULL}, "", 1, 0, "new: 1 of the 2 figures of old are not compared: 1 not in it\n"},
        {{"avx2", "sse4.1"},
         {"avx2", "sse4.1"},
         "over 1 s",
         1,
         0,
         "new: 1 of the 2 figures of old are not compared: 1 left out there\n"},
        {{"avx2", NULL},
         {"avx2", NULL},
         "over 1 s",
         1,
         1,
         "new: 1 of the 1 figures of old are not compared: 1 left out there\n"
         "new: no figure can be compared with those of old\n"},
        {{"avx2", NULL},
         {"neon", NULL},
         "",
         1,
         1,
         "new: 1 of the 1 figures of old are not compared: 1 not in it\n"
         "new: no figure can be compared with those of old\n"},
        {{"avx2", NULL},
         {"avx2", NULL},
         "",
         5e-324,
         1,
         "new: 1 of the 1 figures of old are not compared: 1 without a ratio that is a number\n"
         "new: no figure can be compared with those of old\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report reports[] = {report_empty(), report_empty()};
        char *text = NULL;
        size_t size;
        FILE *const stream = open_memstream(&text, &size);
        for (size_t kernel = 0; kernel < 2; ++kernel) {
            if (cases[i].old_kernels[kernel] != NULL) {
                report_add(&reports[0], cases[i].old_kernels[kernel], 1, 0);
            }
            if (cases[i].new_kernels[kernel] != NULL) {
                report_add(&reports[1], cases[i].new_kernels[kernel], cases[i].new_s, 0);
            }
        }
        if (cases[i].left_out[0] != '\0') {
            reports[0].items[0].count = 0;
            snprintf(reports[0].items[0].left_out, MEASUREMENT_REMARK_SIZE, "%s", cases[i].left_out);
        }
        cr_expect(verdicts_uncompared(&(struct comparison){reports, names, 2}, stream) == cases[i].uncompared,
                  "case %zu", i);
        fclose(stream);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
        free(text);
        report_free(&reports[0]);
        report_free(&reports[1]);
    }
}

Test(compare, prints_only_common_figures)
{
    struct report reports[] = {report_empty(), report_empty()};
    const struct comparison comparison = {reports, names, 2};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    report_add(&reports[0], "avx2", 1, 0);
    report_add(&reports[0], "avx512", 1, 0);
    report_add(&reports[1], "avx2", 2, 0);
    report_add(&reports[1], "neon", 1, 0);
    cr_expect(verdicts_common(&comparison) == 1);
    cr_expect(compare_print_figures(&comparison, GRID_TEXT, stream));
    cr_expect(compare_print_groups(&comparison, GRID_TEXT, stream));
    fclose(stream);
    cr_expect_str_eq(text, "  method kernel A   B   B/A    +-\n"
                           "12 rows, L1 (GB/s)\n"
                           "  rows   avx2   1 0.5 0.500 0.000 slower\n"
                           "Speed relative to A: geometric mean, error; number of figures, how many differ\n"
                           "              B/A    +- of differ 0.5                1                  2\n"
                           "kernel avx2 0.500 0.000  1      1 ===================|\n"
                           "cache  L1   0.500 0.000  1      1 ===================|\n"
                           "B: 1 of 1 figures differ from A's by more than chance (5 % for all together)\n");
    free(text);
    report_free(&reports[0]);
    report_free(&reports[1]);
}

/* One figure in ten is expected to differ by more than the error. */
Test(compare, differences_must_be_larger_among_more_figures)
{
    static const struct {
        struct relation relation;
        size_t comparisons;
        bool differs;
    } cases[] = {
        {{1, 0.1}, 1, false},
        {{1, 0}, 1, false},
        {{1.001, 0}, 1000, true},
        {{1.11, 0.1}, 1, false}, /* 1.7 deviations */
        {{1.15, 0.1}, 1, true},  /* 2.6: 1 % */
        {{1.15, 0.1}, 100, false},
        {{1.3, 0.1}, 100, true},
        {{1 / 1.15, 0.1 / 1.15 / 1.15}, 1, true},
        {{1 / 1.15, 0.1 / 1.15 / 1.15}, 100, false},
        {{2, 0.2}, 1000000, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        cr_expect(relation_differs(&cases[i].relation, cases[i].comparisons) == cases[i].differs, "case %zu", i);
    }
    const struct relation slower = {0.8, 0.05};
    cr_expect(relation_is_below(&slower, 0.9, 1));
    cr_expect_not(relation_is_below(&slower, 0.9, 1000000));
    cr_expect_not(relation_is_below(&slower, 0.8, 1));
    cr_expect_not(relation_is_below(&slower, 0.7, 1));
}

/* Adds a solve of "hard" on some threads that takes this number of seconds. */
static void add_sweep(struct report *report, unsigned threads, double seconds)
{
    struct measurement measurement = {
        .part = PART_THREADS, .subject = "hard", .method = "auto", .kernel = "auto", .threads = threads, .work = 1};
    cr_assert(report_append(report, measurement));
    cr_assert(measurement_extend(&report->items[report->count - 1], &seconds, 1));
}

Test(compare, groups_have_the_geometric_mean_of_common_figures)
{
    struct report reports[] = {report_empty(), report_empty()};
    struct group groups[GROUPS_MAX];
    static const struct {
        enum group_kind kind;
        const char *name;
        double ratio;
        size_t count;
    } wanted[] = {
        {GROUP_SCORE, "all cores", 10.0 / 2.5, 1}, /* 2 threads here and 8 there */
        {GROUP_SCORE, "one core", 16.0 / 8, 1},
        {GROUP_KERNEL, "avx2", 1, 1},
        {GROUP_KERNEL, "scalar", 4, 1},
        {GROUP_CACHE, "L1", 2, 2},
    };
    add_sweep(&reports[0], 1, 16);
    add_sweep(&reports[0], 2, 10);
    add_sweep(&reports[1], 1, 8);
    add_sweep(&reports[1], 4, 4);
    add_sweep(&reports[1], 8, 2.5);
    report_add(&reports[0], "avx2", 1, 0);
    report_add(&reports[0], "scalar", 4, 0);
    report_add(&reports[1], "scalar", 1, 0);
    report_add(&reports[1], "avx2", 1, 0);
    cr_assert(groups_of(&reports[0], groups) == sizeof wanted / sizeof wanted[0]);
    for (int sorted = 0; sorted < 2; ++sorted) {
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
            const struct group_mean mean = group_compare(&groups[i], &(struct comparison){reports, names, 2}, 1, 4);
            cr_expect(groups[i].kind == wanted[i].kind);
            cr_expect_str_eq(groups[i].name, wanted[i].name);
            cr_expect(mean.count == wanted[i].count, "%s: %zu", wanted[i].name, mean.count);
            cr_expect_float_eq(mean.relation.ratio, wanted[i].ratio, 1e-12, "%s: %g", wanted[i].name,
                               mean.relation.ratio);
        }
        const struct measurement *twice;
        cr_assert(report_sort(&reports[0], &twice) && report_sort(&reports[1], &twice) && twice == NULL);
    }
    report_free(&reports[0]);
    report_free(&reports[1]);
}

/* With five later reports there is no room for counts and bars; a sixth has its own table. */
Test(compare, many_reports_fit_80_columns)
{
    enum { REPORTS = 7 };
    struct report reports[REPORTS];
    const struct comparison comparison = {reports, names, REPORTS};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    for (size_t i = 0; i < REPORTS; ++i) {
        reports[i] = report_empty();
        report_add(&reports[i], "avx512vbmi", 1 + (double)i, 0.1);
    }
    cr_assert(compare_print_groups(&comparison, GRID_TEXT, stream));
    fclose(stream);
    cr_expect_not_null(strstr(text, "F/A"));
    size_t column = 0;
    for (const char *at = text; *at != '\0'; ++at) {
        column = *at == '\n' ? 0 : column + 1;
        cr_expect(column <= 80, "%s", text);
    }
    cr_expect_not_null(strstr(text, "                    G/A    +-\nkernel avx512vbmi 0.143 0.018"), "%s", text);
    free(text);
    for (size_t i = 0; i < REPORTS; ++i) {
        report_free(&reports[i]);
    }
}

Test(compare, names_are_cut_to_fit_80_columns)
{
    static const struct {
        const char *name;
        const char *model;
        const char *line;
    } cases[] = {
        {"a.json", "CPU", "A  a.json: CPU, 2 CPUs, 16 threads\n"},
        {"a.json", "A CPU with a name of as many letters as lawyers may want to have in it",
         "A  a.json: A CPU with a name of as many letters as lawyers.., 2 CPUs, 16 threads\n"},
        {"/home/someone/a/folder/with/a/report/from/another/machine/a.json", "CPU",
         "A  ..a/folder/with/a/report/from/another/machine/a.json: CPU, 2 CPUs, 16 threads\n"},
        {"/home/someone/a/folder/with/a/report/from/another/machine/a.json", "A CPU with a name of many letters",
         "A  ../a/report/from/another/machine/a.json: A CPU with a n.., 2 CPUs, 16 threads\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report report = {.facts =
                                    json_pack("{s:s, s:i, s:i}", "model", cases[i].model, "cpus", 2, "threads", 16)};
        char *text = NULL;
        size_t size;
        FILE *const stream = open_memstream(&text, &size);
        compare_print_legend(&(struct comparison){&report, &cases[i].name, 1}, GRID_TEXT, stream);
        fclose(stream);
        cr_expect_str_eq(text, cases[i].line);
        cr_expect(size <= 81, "%zu", size);
        free(text);
        report_free(&report);
    }
}

Test(compare, reports_different_conditions)
{
    static const struct {
        const char *first;
        const char *second;
        const char *text;
    } cases[] = {
        {"{}", "{}", ""},
        {"{\"threads\": 2, \"load\": 0.1}", "{\"threads\": 2, \"load\": 0.4}", ""},
        {"{\"threads\": 2}", "{\"threads\": 16}", "threads 2, 16"},
        {"{\"threads\": 2}", "{}", ""}, /* unknown */
        {"{\"version\": \"2.0.0\", \"compiler\": \"GNU 12\"}", "{\"version\": \"2.1.0\", \"compiler\": \"Clang 14\"}",
         "versions 2.0.0, 2.1.0; compilers GNU 12, Clang 14"},
        {"{\"flags\": \"-O2\"}", "{\"flags\": \"-O3\"}", "other compiler flags"},
        {"{\"hypervisor\": \"\"}", "{\"hypervisor\": \"KVM\"}", "not all are virtual machines, or of the same kind"},
        {"{\"load\": 0.2}", "{\"load\": 1.75}", "the load of B was 1.8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report reports[] = {{.facts = json_loads(cases[i].first, 0, NULL)},
                                   {.facts = json_loads(cases[i].second, 0, NULL)}};
        char text[256];
        compare_find_unlike(&(struct comparison){reports, names, 2}, text, sizeof text);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
        report_free(&reports[0]);
        report_free(&reports[1]);
    }
}

Test(compare, a_new_omission_is_a_regression_and_another_answer_is_reported)
{
    struct report reports[] = {report_empty(), report_empty()};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    for (size_t i = 0; i < 2; ++i) {
        report_add(&reports[i], "avx2", 1, 0);
        report_add(&reports[i], "avx512", 1, 0);
    }
    reports[1].items[0].count = 0;
    snprintf(reports[1].items[0].left_out, sizeof reports[1].items[0].left_out, "over 1 s");
    snprintf(reports[0].items[1].answer, sizeof reports[0].items[1].answer, "10");
    snprintf(reports[1].items[1].answer, sizeof reports[1].items[1].answer, "11");
    const struct comparison comparison = {reports, names, 2};
    cr_expect(verdicts_common(&comparison) == 2);
    cr_expect(verdicts_regressions(&comparison, 50, stream) == 1);
    cr_expect(verdicts_answers(&comparison, stream) == 1);
    fclose(stream);
    cr_expect_str_eq(text, "new: 12 rows, L1, rows on avx2: left out, over 1 s; it was measured in old\n"
                           "new: 12 rows, L1, rows on avx512: the answer is 11, and 10 in old: that is not the same "
                           "firewall\n");
    free(text);
    report_free(&reports[0]);
    report_free(&reports[1]);
}
