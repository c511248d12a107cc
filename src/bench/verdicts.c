/* What makes a comparison of reports fail: other answers, regressions, and nothing to compare. */
#include <string.h>

#include "bench/compare.h"

static void print_what(const struct measurement *measurement, const char *name, FILE *stream)
{
    char text[MEASUREMENT_TEXT_SIZE];
    fprintf(stream, "%s: %s: ", name, measurement_describe(measurement, text));
}

size_t verdicts_answers(const struct comparison *comparison, FILE *stream)
{
    size_t differ = 0;
    for (size_t i = 1; i < comparison->count; ++i) {
        for (size_t j = 0; j < comparison->reports[0].count; ++j) {
            const struct measurement *const first = &comparison->reports[0].items[j];
            const struct measurement *const other = report_find(&comparison->reports[i], first);
            if (other != NULL && first->answer[0] != '\0' && other->answer[0] != '\0' &&
                strcmp(first->answer, other->answer) != 0) {
                print_what(other, comparison->names[i], stream);
                fprintf(stream, "the answer is %s, and %s in %s: that is not the same firewall\n", other->answer,
                        first->answer, comparison->names[0]);
                ++differ;
            }
        }
    }
    return differ;
}

/* Whether a measurement has become worse; prints how. */
static bool is_regression(const struct comparison *comparison, const struct measurement *first, size_t index,
                          double percent, size_t comparisons, FILE *stream)
{
    const struct measurement *const later = report_find(&comparison->reports[index], first);
    const char *const *const names = comparison->names;
    struct relation relation;
    if (later != NULL && first->count > 0 && later->count == 0) {
        print_what(first, names[index], stream);
        fprintf(stream, "left out, %s; it was measured in %s\n", later->left_out, names[0]);
        return true;
    }
    if (!relation_of(first, later, &relation) || !relation_is_below(&relation, 1 - percent / 100, comparisons)) {
        return false;
    }
    print_what(first, names[index], stream);
    fprintf(stream, "%.1f %% slower than in %s, more than %g %% (+- %.1f %%)\n", 100 * (1 - relation.ratio), names[0],
            percent, 100 * relation.error);
    return true;
}

size_t verdicts_regressions(const struct comparison *comparison, double percent, FILE *stream)
{
    const struct report *const first = &comparison->reports[0];
    size_t comparisons[COMPARE_MAX];
    size_t regressions = 0;
    relation_counts(comparison, comparisons);
    for (size_t i = 1; i < comparison->count; ++i) {
        for (size_t j = 0; j < first->count; ++j) {
            regressions += is_regression(comparison, &first->items[j], i, percent, comparisons[i], stream);
        }
    }
    return regressions;
}

/* The ways in which a figure of the first report can, or cannot, be compared with a later one. */
enum fate {
    COMPARED,
    LEFT_OUT, /* there, which is reported as a regression; counts as compared */
    LACKING,
    UNKNOWN,
    NO_NUMBER,
    FATES
};

static enum fate fate_of(const struct measurement *figure, const struct measurement *same)
{
    struct relation relation;
    return same == NULL                           ? LACKING
           : same->count == 0                     ? LEFT_OUT
           : figure->count == 0                   ? UNKNOWN
           : relation_of(figure, same, &relation) ? COMPARED
                                                  : NO_NUMBER;
}

/* Whether a later report can be compared with the first: in something, and in all that both have measured. */
static bool is_comparable(const struct comparison *comparison, size_t index, FILE *stream)
{
    static const char *const why[FATES] = {
        [LACKING] = "not in it", [UNKNOWN] = "left out there", [NO_NUMBER] = "without a ratio that is a number"};
    const struct report *const first = &comparison->reports[0];
    const char *const name = comparison->names[index];
    const char *mark = ":";
    size_t counts[FATES] = {0};
    for (size_t i = 0; i < first->count; ++i) {
        ++counts[fate_of(&first->items[i], report_find(&comparison->reports[index], &first->items[i]))];
    }
    const size_t missed = counts[LACKING] + counts[UNKNOWN] + counts[NO_NUMBER];
    if (missed > 0) {
        fprintf(stream, "%s: %zu of the %zu figures of %s are not compared", name, missed, first->count,
                comparison->names[0]);
        for (int fate = LACKING; fate < FATES; ++fate) {
            if (counts[fate] > 0) {
                fprintf(stream, "%s %zu %s", mark, counts[fate], why[fate]);
                mark = ",";
            }
        }
        fputc('\n', stream);
    }
    if (counts[COMPARED] == 0) {
        fprintf(stream, "%s: no figure can be compared with those of %s\n", name, comparison->names[0]);
    }
    return counts[COMPARED] > 0 && counts[NO_NUMBER] == 0;
}

size_t verdicts_uncompared(const struct comparison *comparison, FILE *stream)
{
    size_t uncompared = 0;
    for (size_t i = 1; i < comparison->count; ++i) {
        uncompared += !is_comparable(comparison, i, stream);
    }
    return uncompared;
}

size_t verdicts_common(const struct comparison *comparison)
{
    size_t common = 0;
    for (size_t i = 0; i < comparison->reports[0].count; ++i) {
        const struct measurement *const first = &comparison->reports[0].items[i];
        bool found = false;
        for (size_t later = 1; later < comparison->count && !found; ++later) {
            const struct measurement *const other = report_find(&comparison->reports[later], first);
            found = other != NULL && (first->count > 0 || other->count > 0);
        }
        common += found;
    }
    return common;
}
