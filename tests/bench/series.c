/* Summaries of samples. */
#include <criterion/criterion.h>
#include <math.h>

#include "bench/report.h"

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

Test(series, are_summarised_in_any_order)
{
    static const struct {
        double values[21];
        size_t count;
        struct summary wanted;
    } cases[] = {
        {{7}, 1, {7, 7, 7, 0}},
        {{3, 1}, 2, {1, 2, 3, 0.9}},
        {{5, 1, 9}, 3, {1, 5, 9, 3.6}},
        /*
         * The outermost sample at each end of 21 is outside the middle nine tenths, but still the minimum or maximum.
         */
        {{11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 12, 13, 14, 15, 16, 17, 18, 19, 20}, 21, {0, 10, 20, 9}},
        {{0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 99}, 21, {0, 5, 99, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct summary got;
        cr_assert(series_summarise(cases[i].values, cases[i].count, &got));
        cr_expect(is_near(got.min, cases[i].wanted.min) && is_near(got.median, cases[i].wanted.median) &&
                      is_near(got.max, cases[i].wanted.max) && is_near(got.error, cases[i].wanted.error),
                  "case %zu: %g %g %g %g", i, got.min, got.median, got.max, got.error);
    }
}

Test(series, ratios_are_of_the_same_round)
{
    /* The second half was disturbed, but equally in both: the ratio is as certain as without. */
    const double slow[] = {2, 2, 2, 20, 20, 20};
    const double fast[] = {1, 1, 1, 10, 10, 10};
    struct summary ratio;
    cr_assert(series_ratio(slow, fast, 6, &ratio));
    cr_expect(is_near(ratio.median, 2) && is_near(ratio.error, 0));
}
