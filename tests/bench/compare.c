/* Reports side by side: what is a difference, and what a regression. */
#include "bench/compare.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports.h"

static const char *const names[] = {"old", "new"};

/* The text that a comparison of one measurement prints about regressions, to be freed; *count is how many. */
static char *regressions(double old_s, double new_s, double spread, double percent, size_t *count)
{
    struct report reports[] = {report_empty(), report_empty()};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    report_add(&reports[0], "avx2", old_s, spread);
    report_add(&reports[1], "avx2", new_s, spread);
    *count = compare_regressions(reports, 2, names, percent, stream);
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

/* What cannot be compared is said, and is no success where that is all, or both have measured it. */
Test(compare, what_cannot_be_compared_is_said)
{
    static const struct {
        const char *old_kernels[2];
        const char *new_kernels[2];
        const char *left_out; /* in the old report: of the first */
        double new_s;
        size_t uncompared;
        const char *text;
    } cases[] = {
        {{"avx2", NULL}, {"avx2", NULL}, "", 1, 0, ""},
        {{"avx2", "neon"},
         {"avx2", NULL},
         "",
         1,
         0,
         "new: not compared, for they are not in it: 1 of the 2 figures of old\n"},
        {{"avx2", "sse4.1"},
         {"avx2", "sse4.1"},
         "over 1 s",
         1,
         0,
         "new: 12 rows, L1, rows on avx2: not compared, for it was left out in old, over 1 s\n"},
        {{"avx2", NULL},
         {"avx2", NULL},
         "over 1 s",
         1,
         1,
         "new: 12 rows, L1, rows on avx2: not compared, for it was left out in old, over 1 s\n"
         "new: no figure can be compared with those of old\n"},
        {{"avx2", NULL},
         {"neon", NULL},
         "",
         1,
         1,
         "new: not compared, for they are not in it: 1 of the 1 figures of old\n"
         "new: no figure can be compared with those of old\n"},
        {{"avx2", NULL},
         {"avx2", NULL},
         "",
         5e-324,
         1,
         "new: 12 rows, L1, rows on avx2: not compared, for the ratio of both is no number\n"
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
        cr_expect(compare_uncompared(reports, 2, names, stream) == cases[i].uncompared, "case %zu", i);
        fclose(stream);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
        free(text);
        report_free(&reports[0]);
        report_free(&reports[1]);
    }
}

Test(compare, only_what_is_common_is_printed)
{
    struct report reports[] = {report_empty(), report_empty()};
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    report_add(&reports[0], "avx2", 1, 0);
    report_add(&reports[0], "avx512", 1, 0);
    report_add(&reports[1], "avx2", 2, 0);
    report_add(&reports[1], "neon", 1, 0);
    cr_expect(compare_common(reports, 2) == 1);
    compare_print(reports, 2, names, stream);
    fclose(stream);
    cr_expect_not_null(strstr(text, "avx2"));
    cr_expect_not_null(strstr(text, "0.500  0.000 slower"), "%s", text);
    cr_expect_not_null(strstr(text, "B: 1 of 1 figures differ from A's by more than the error"), "%s", text);
    cr_expect_null(strstr(text, "avx512"));
    cr_expect_null(strstr(text, "neon"));
    free(text);
    report_free(&reports[0]);
    report_free(&reports[1]);
}

Test(compare, what_is_left_out_now_is_a_regression_and_another_answer_is_said)
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
    cr_expect(compare_common(reports, 2) == 2);
    cr_expect(compare_regressions(reports, 2, names, 50, stream) == 1);
    cr_expect(compare_answers(reports, 2, names, stream) == 1);
    fclose(stream);
    cr_expect_str_eq(text, "new: 12 rows, L1, rows on avx2: left out, over 1 s; it was measured in old\n"
                           "new: 12 rows, L1, rows on avx512: the answer is 11, and 10 in old: that is not the same "
                           "firewall\n");
    free(text);
    report_free(&reports[0]);
    report_free(&reports[1]);
}
