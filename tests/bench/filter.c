/* The figures that an expression matches. */
#include "bench/report.h"

#include <criterion/criterion.h>

#include "reports.h"

Test(filter, finds_figures_by_their_names)
{
    static const struct {
        const char *expression;
        bool included[3];
    } cases[] = {
        {NULL, {true, true, true}},
        {"", {true, true, true}},
        {"avx2$", {false, true, false}},
        {"rows on (scalar|avx2)", {true, true, false}},
        {"^puzzle, auto on 4 threads$", {false, false, true}},
        {"L1", {true, true, false}},
        {"AVX2", {false, false, false}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report report = report_empty();
        struct filter filter;
        struct bench_message message;
        report_add(&report, "scalar", 1, 0);
        report_add(&report, "avx2", 1, 0);
        cr_assert(report_append(
            &report, (struct measurement){.part = PART_THREADS, .subject = "puzzle", .method = "auto", .threads = 4}));
        cr_assert(filter_open(&filter, cases[i].expression, &message));
        size_t included = 0;
        for (size_t j = 0; j < 3; ++j) {
            included += cases[i].included[j];
            cr_expect(filter_includes(&filter, &report.items[j]) == cases[i].included[j], "case %zu, %zu", i, j);
        }
        cr_expect(filter_report(&filter, &report) && report.count == included, "case %zu", i);
        filter_close(&filter);
        report_free(&report);
    }
}

Test(filter, that_is_not_an_expression_is_refused)
{
    struct filter filter;
    struct bench_message message;
    cr_expect_not(filter_open(&filter, "L1(", &message));
    cr_expect(strncmp(message.text, "--filter: expected an extended regular expression, found 'L1(': ", 64) == 0, "%s",
              message.text);
    filter_close(&filter);
}
