#include "bench/compare.h"
#include "base/plural.h"

#include <math.h>
#include <string.h>

/* A rate as part of that of the first report. */
struct relation {
    double ratio;
    double error; /* of the ratio; both reports' errors are taken to be independent */
};

static bool relate(const struct measurement *first, const struct measurement *other, struct relation *relation)
{
    struct summary base;
    struct summary rates;
    if (other == NULL || !measurement_rates(first, &base) || !measurement_rates(other, &rates)) {
        return false;
    }
    const double ratio = rates.median / base.median;
    *relation = (struct relation){
        .ratio = ratio,
        .error = ratio * hypot(base.error / base.median, rates.error / rates.median),
    };
    return isfinite(relation->ratio) && isfinite(relation->error); /* samples from elsewhere may be any numbers */
}

static const char *verdict(const struct relation *relation)
{
    return fabs(relation->ratio - 1) <= relation->error ? "=" : relation->ratio > 1 ? "faster" : "slower";
}

static void print_legend(const struct report *report, char letter, const char *name, FILE *stream)
{
    const int cpus = (int)json_integer_value(json_object_get(report->facts, "cpus"));
    const int threads = (int)json_integer_value(json_object_get(report->facts, "threads"));
    fprintf(stream, "%c  %s: %s, %d CPU%s, %d thread%s; firesieve %s, %s\n", letter, name, report_fact(report, "model"),
            cpus, plural((firesieve_delay)cpus), threads, plural((firesieve_delay)threads),
            report_fact(report, "version"), report_fact(report, "compiler"));
}

static void print_head(size_t count, FILE *stream)
{
    fprintf(stream, "\n%-34s %-11s %-10s %-8s %10s %7s", "", "method", "kernel", "unit", "A", "+-");
    for (size_t i = 1; i < count; ++i) {
        const char letter = (char)('A' + i);
        fprintf(stream, " %10c %7s %5c/A %6s%s", letter, "+-", letter, "+-", i + 1 < count ? "       " : "");
    }
    fprintf(stream, "\n");
}

static void print_rate(const struct measurement *measurement, FILE *stream)
{
    struct summary rates;
    if (measurement != NULL && measurement_rates(measurement, &rates)) {
        fprintf(stream, " %10.4g %5.1f %%", rates.median / measurement_unit(measurement).size,
                100 * rates.error / rates.median);
    } else {
        fprintf(stream, " %10s %7s", "-", "");
    }
}

/* Whether any later report has it too, be it left out there. */
static bool is_common(const struct measurement *first, const struct report *reports, size_t count)
{
    for (size_t i = 1; i < count; ++i) {
        const struct measurement *const other = report_find(&reports[i], first);
        if (other != NULL && (first->count > 0 || other->count > 0)) {
            return true;
        }
    }
    return false;
}

static void print_row(const struct measurement *first, const struct report *reports, size_t count, FILE *stream)
{
    fprintf(stream, "%-34s %-11s %-10s %-8s", first->subject, first->method,
            first->kernel[0] == '\0' ? "-" : first->kernel, measurement_unit(first).name);
    print_rate(first, stream);
    for (size_t i = 1; i < count; ++i) {
        const struct measurement *const other = report_find(&reports[i], first);
        struct relation relation;
        print_rate(other, stream);
        if (relate(first, other, &relation)) {
            fprintf(stream, " %7.3f %6.3f", relation.ratio, relation.error);
            fprintf(stream, i + 1 < count ? " %-6s" : " %s", verdict(&relation));
        } else {
            fprintf(stream, i + 1 < count ? " %7s %6s %6s" : " %7s", "-", "", "");
        }
    }
    fprintf(stream, "\n");
}

/* How many figures differ from the first report's by more than the error. */
static void print_differences(const struct report *reports, size_t count, FILE *stream)
{
    for (size_t i = 1; i < count; ++i) {
        size_t differ = 0;
        size_t common = 0;
        for (size_t j = 0; j < reports[0].count; ++j) {
            struct relation relation;
            if (relate(&reports[0].items[j], report_find(&reports[i], &reports[0].items[j]), &relation)) {
                ++common;
                differ += fabs(relation.ratio - 1) > relation.error;
            }
        }
        fprintf(stream, "%c: %zu of %zu figures differ from A's by more than the error\n", (char)('A' + i), differ,
                common);
    }
}

void compare_print(const struct report *reports, size_t count, const char *const *names, FILE *stream)
{
    for (size_t i = 0; i < count; ++i) {
        print_legend(&reports[i], (char)('A' + i), names[i], stream);
    }
    fprintf(stream,
            "Rates of work, larger is faster; +- is half of the range that nine tenths of the samples lie in.\n");
    print_head(count, stream);
    for (size_t i = 0; i < reports[0].count; ++i) {
        if (is_common(&reports[0].items[i], reports, count)) {
            print_row(&reports[0].items[i], reports, count, stream);
        }
    }
    fprintf(stream, "\n");
    print_differences(reports, count, stream);
}

static json_t *rate_to_json(const struct measurement *measurement)
{
    struct summary rates;
    if (measurement == NULL || !measurement_rates(measurement, &rates) || !isfinite(rates.median + rates.error)) {
        return json_null();
    }
    return json_pack("{s:f, s:f}", "median", rates.median, "error", rates.error);
}

static json_t *relation_to_json(const struct measurement *first, const struct measurement *other)
{
    struct relation relation;
    if (!relate(first, other, &relation)) {
        return json_null();
    }
    return json_pack("{s:f, s:f, s:b}", "ratio", relation.ratio, "error", relation.error, "differs",
                     fabs(relation.ratio - 1) > relation.error);
}

static json_t *row_to_json(const struct measurement *first, const struct report *reports, size_t count)
{
    json_t *const rates = json_array();
    json_t *const relations = json_array();
    for (size_t i = 0; i < count; ++i) {
        const struct measurement *const measurement = report_find(&reports[i], first);
        json_array_append_new(rates, rate_to_json(measurement));
        json_array_append_new(relations, relation_to_json(first, measurement));
    }
    return json_pack("{s:s, s:s, s:s?, s:o, s:o}", "subject", first->subject, "method", first->method, "kernel",
                     first->kernel[0] == '\0' ? NULL : first->kernel, "rates", rates, "relations", relations);
}

json_t *compare_to_json(const struct report *reports, size_t count, const char *const *names)
{
    json_t *const facts = json_array();
    json_t *const rows = json_array();
    for (size_t i = 0; i < count; ++i) {
        json_t *const fact = json_copy(reports[i].facts);
        json_t *const name = json_string(names[i]);
        json_object_set_new(fact, "file", name != NULL ? name : json_null());
        json_array_append_new(facts, fact);
    }
    for (size_t i = 0; i < reports[0].count; ++i) {
        json_array_append_new(rows, row_to_json(&reports[0].items[i], reports, count));
    }
    return json_pack("{s:o, s:o}", "reports", facts, "rows", rows);
}

static void print_what(const struct measurement *measurement, const char *name, FILE *stream)
{
    fprintf(stream, "%s: %s, %s%s%s: ", name, measurement->subject, measurement->method,
            measurement->kernel[0] == '\0' ? "" : " on ", measurement->kernel);
}

size_t compare_answers(const struct report *reports, size_t count, const char *const *names, FILE *stream)
{
    size_t differ = 0;
    for (size_t i = 1; i < count; ++i) {
        for (size_t j = 0; j < reports[0].count; ++j) {
            const struct measurement *const first = &reports[0].items[j];
            const struct measurement *const other = report_find(&reports[i], first);
            if (other != NULL && first->answer[0] != '\0' && other->answer[0] != '\0' &&
                strcmp(first->answer, other->answer) != 0) {
                print_what(other, names[i], stream);
                fprintf(stream, "the answer is %s, and %s in %s: that is not the same firewall\n", other->answer,
                        first->answer, names[0]);
                ++differ;
            }
        }
    }
    return differ;
}

/* Whether a measurement has become worse, which is printed then. */
static bool is_regression(const struct measurement *first, const struct measurement *later, const char *const *names,
                          size_t index, double percent, FILE *stream)
{
    struct relation relation;
    if (later != NULL && first->count > 0 && later->count == 0) {
        print_what(first, names[index], stream);
        fprintf(stream, "left out, %s; it was measured in %s\n", later->left_out, names[0]);
        return true;
    }
    if (!relate(first, later, &relation) || relation.ratio + relation.error >= 1 - percent / 100) {
        return false;
    }
    print_what(first, names[index], stream);
    fprintf(stream, "%.1f %% slower than in %s, more than %g %% (+- %.1f %%)\n", 100 * (1 - relation.ratio), names[0],
            percent, 100 * relation.error);
    return true;
}

size_t compare_regressions(const struct report *reports, size_t count, const char *const *names, double percent,
                           FILE *stream)
{
    size_t regressions = 0;
    for (size_t i = 1; i < count; ++i) {
        for (size_t j = 0; j < reports[0].count; ++j) {
            const struct measurement *const first = &reports[0].items[j];
            regressions += is_regression(first, report_find(&reports[i], first), names, i, percent, stream);
        }
    }
    return regressions;
}

/* Why two measurements cannot be compared, as a sentence. What is left out now is a regression, which is said there. */
static void print_uncompared(const struct measurement *first, const struct measurement *later, const char *const *names,
                             size_t index, FILE *stream)
{
    if (later->count == 0) {
        return;
    }
    print_what(first, names[index], stream);
    if (first->count == 0) {
        fprintf(stream, "not compared, for it was left out in %s, %s\n", names[0], first->left_out);
    } else {
        fprintf(stream, "not compared, for the ratio of both is no number\n");
    }
}

/* Whether a later report can be compared with the first: in something, and in all that both have measured. */
static bool is_comparable(const struct report *reports, const char *const *names, size_t index, FILE *stream)
{
    size_t compared = 0;
    size_t lacking = 0;
    bool comparable = true;
    for (size_t i = 0; i < reports[0].count; ++i) {
        const struct measurement *const first = &reports[0].items[i];
        const struct measurement *const later = report_find(&reports[index], first);
        struct relation relation;
        if (later == NULL) {
            ++lacking;
        } else if (relate(first, later, &relation)) {
            ++compared;
        } else {
            print_uncompared(first, later, names, index, stream);
            comparable &= first->count == 0 || later->count == 0;
        }
    }
    if (lacking > 0) {
        fprintf(stream, "%s: not compared, for they are not in it: %zu of the %zu figures of %s\n", names[index],
                lacking, reports[0].count, names[0]);
    }
    if (compared == 0) {
        fprintf(stream, "%s: no figure can be compared with those of %s\n", names[index], names[0]);
    }
    return comparable && compared > 0;
}

size_t compare_uncompared(const struct report *reports, size_t count, const char *const *names, FILE *stream)
{
    size_t uncompared = 0;
    for (size_t i = 1; i < count; ++i) {
        uncompared += !is_comparable(reports, names, i, stream);
    }
    return uncompared;
}

size_t compare_common(const struct report *reports, size_t count)
{
    size_t common = 0;
    for (size_t i = 0; i < reports[0].count; ++i) {
        common += is_common(&reports[0].items[i], reports, count);
    }
    return common;
}
