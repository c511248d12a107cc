/* What makes a comparison of reports fail: other answers, regressions, and nothing to compare. */
#include <string.h>

#include "bench/compare.h"

/* Whether any later report has it too, even if it is left out there. */
static bool is_common(const struct comparison *comparison, const struct measurement *first)
{
    for (size_t i = 1; i < comparison->count; ++i) {
        const struct measurement *const other = report_find(&comparison->reports[i], first);
        if (other != NULL && (first->count > 0 || other->count > 0)) {
            return true;
        }
    }
    return false;
}

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

/* Prints whether a measurement has become worse, and returns that. */
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

/* How many figures of the first report can be compared with a later one, or why not. */
struct tally {
    size_t compared;
    size_t left_out;  /* there, which is reported as a regression; they count as compared */
    size_t lacking;   /* in the later report */
    size_t unknown;   /* left out in the first one */
    size_t no_number; /* their ratio is not a number */
};

static struct tally tally_figures(const struct report *first, const struct report *later)
{
    struct tally tally = {.compared = 0};
    for (size_t i = 0; i < first->count; ++i) {
        const struct measurement *const figure = &first->items[i];
        const struct measurement *const same = report_find(later, figure);
        struct relation relation;
        if (same == NULL) {
            ++tally.lacking;
        } else if (same->count == 0) {
            ++tally.left_out;
        } else if (figure->count == 0) {
            ++tally.unknown;
        } else if (relation_of(figure, same, &relation)) {
            ++tally.compared;
        } else {
            ++tally.no_number;
        }
    }
    return tally;
}

/* Whether a later report can be compared with the first: in something, and in all that both have measured. */
static bool is_comparable(const struct comparison *comparison, size_t index, FILE *stream)
{
    const struct report *const first = &comparison->reports[0];
    const char *const name = comparison->names[index];
    const struct tally tally = tally_figures(first, &comparison->reports[index]);
    const size_t missed = tally.lacking + tally.unknown + tally.no_number;
    if (missed > 0) {
        const char *mark = ":";
        fprintf(stream, "%s: %zu of the %zu figures of %s are not compared", name, missed, first->count,
                comparison->names[0]);
        const struct {
            size_t count;
            const char *why;
        } parts[] = {{tally.lacking, "not in it"},
                     {tally.unknown, "left out there"},
                     {tally.no_number, "without a ratio that is a number"}};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; ++i) {
            if (parts[i].count > 0) {
                fprintf(stream, "%s %zu %s", mark, parts[i].count, parts[i].why);
                mark = ",";
            }
        }
        fputc('\n', stream);
    }
    if (tally.compared == 0) {
        fprintf(stream, "%s: no figure can be compared with those of %s\n", name, comparison->names[0]);
    }
    return tally.compared > 0 && tally.no_number == 0;
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
        common += is_common(comparison, &comparison->reports[0].items[i]);
    }
    return common;
}
