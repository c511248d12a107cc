#include "bench/table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/plural.h"

/* ---- Machine and build ------------------------------------------------------------------------------------ */

static void print_caches(const struct report *report, FILE *stream)
{
    size_t i;
    const json_t *cache;
    fprintf(stream, "caches:   ");
    json_array_foreach(json_object_get(report->facts, "caches"), i, cache)
    {
        const char *const type = json_string_value(json_object_get(cache, "type"));
        fprintf(stream, "%sL%d %s %lld KiB", i == 0 ? "" : ", ",
                (int)json_integer_value(json_object_get(cache, "level")),
                type != NULL && strspn(type, "adefinorstcu") == strlen(type) ? type : "?",
                json_integer_value(json_object_get(cache, "bytes")) / 1024);
    }
    fprintf(stream, "\n");
}

/* A fact behind a mark, where it is known. */
static void print_known(const struct report *report, const char *mark, const char *name, FILE *stream)
{
    const char *const fact = report_fact(report, name);
    fprintf(stream, "%s%s", fact[0] == '\0' ? "" : mark, fact);
}

static void print_system(const struct report *report, FILE *stream)
{
    static const double gib = 1 << 30;
    const double memory = (double)json_integer_value(json_object_get(report->facts, "memory"));
    fprintf(stream, "system:   %s", report_fact(report, "system"));
    print_known(report, ", ", "distribution", stream);
    print_known(report, ", under ", "hypervisor", stream);
    if (memory > 0) {
        fprintf(stream, ", %.1f GiB", memory / gib);
    }
    print_known(report, ", governor ", "governor", stream);
    fprintf(stream, "\n");
}

void table_print_facts(const struct report *report, FILE *stream)
{
    fprintf(stream, "CPU:      %s, %d CPUs (%s)\n", report_fact(report, "model"),
            (int)json_integer_value(json_object_get(report->facts, "cpus")), report_fact(report, "features"));
    if (report_fact(report, "processor")[0] != '\0') {
        fprintf(stream, "          %s", report_fact(report, "processor"));
        print_known(report, ", microcode ", "microcode", stream);
        fputc('\n', stream);
    }
    print_caches(report, stream);
    print_system(report, stream);
    fprintf(stream, "build:    firesieve %s, %s, %s\n", report_fact(report, "version"), report_fact(report, "compiler"),
            report_fact(report, "flags"));
    fprintf(stream, "+- is half of the range that nine tenths of the samples lie in; ratios are of samples of the same "
                    "round.\n");
}

const char *table_format_seconds(double seconds, bool about, char *text)
{
    static const struct {
        double size;
        const char *name;
    } units[] = {{31557600, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}, {1e-3, "ms"}, {1e-6, "us"}};
    size_t i = 0;
    while (i < sizeof units / sizeof units[0] && seconds < (units[i].size > 1 ? 2 : 1) * units[i].size) {
        ++i;
    }
    const bool small = i == sizeof units / sizeof units[0];
    snprintf(text, TABLE_SECONDS_SIZE, "%s%.3g %s", about ? "~" : "", seconds / (small ? 1e-9 : units[i].size),
             small ? "ns" : units[i].name);
    return text;
}

/* ---- Measurements ----------------------------------------------------------------------------------------- */

/* The same with the kernel that all are compared with, or NULL. */
static const struct measurement *scalar_of(const struct report *report, const struct measurement *measurement)
{
    struct measurement scalar = *measurement;
    snprintf(scalar.kernel, sizeof scalar.kernel, "scalar");
    return measurement->kernel[0] == '\0' ? NULL : report_find(report, &scalar);
}

/* Whether the CPU counted cycles and instructions; then there are two columns more. */
static bool has_counts(const struct measurement *measurement)
{
    return measurement->cycles > 0 && measurement->instructions > 0;
}

/* How many times as fast as scalar, with its error; blank where there is no scalar. */
static void print_ratio(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    const struct measurement *const scalar = scalar_of(report, measurement);
    struct summary ratio;
    if (scalar != NULL && scalar->count > 0 && scalar->count == measurement->count &&
        series_ratio(scalar->samples, measurement->samples, scalar->count, &ratio)) {
        fprintf(stream, " %8.2f %7.2f", ratio.median * measurement->work / scalar->work,
                ratio.error * measurement->work / scalar->work);
    } else if (has_counts(measurement)) {
        fprintf(stream, " %8s %7s", "", "");
    }
}

static void print_counts(const struct measurement *measurement, FILE *stream)
{
    if (has_counts(measurement)) {
        fprintf(stream, " %8.3g %6.2f", measurement->work / measurement->cycles,
                measurement->instructions / measurement->cycles);
    }
}

static void print_kernels_head(const struct measurement *measurement, FILE *stream)
{
    const double kib = measurement->size / 1024;
    char text[160];
    snprintf(text, sizeof text, "%s: %.*f KiB", measurement->subject, kib < 10 ? 1 : 0, kib);
    fprintf(stream, "\n%-26s %-10s %9s %9s %9s %7s %8s %7s", text, measurement_unit(measurement).name, "median", "min",
            "max", "+-", "/scalar", "+-");
    if (has_counts(measurement)) {
        fprintf(stream, " %8s %6s", strcmp(measurement->method, "lanes") == 0 ? "tests/cy" : "bytes/cy", "ins/cy");
    }
    fputc('\n', stream);
}

static void print_kernel(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    const double unit = measurement_unit(measurement).size;
    struct summary rates;
    if (measurement_rates(measurement, &rates)) {
        fprintf(stream, "%26s %-10s %9.2f %9.2f %9.2f %5.1f %%", measurement->method,
                measurement->kernel[0] == '\0' ? "-" : measurement->kernel, rates.median / unit, rates.min / unit,
                rates.max / unit, 100 * rates.error / rates.median);
        print_ratio(report, measurement, stream);
        print_counts(measurement, stream);
        fprintf(stream, "\n");
    }
}

static const char *answer_of(const struct report *report, const char *subject)
{
    for (size_t i = 0; i < report->count; ++i) {
        if (strcmp(report->items[i].subject, subject) == 0 && report->items[i].answer[0] != '\0') {
            return report->items[i].answer;
        }
    }
    return "not found by any of these";
}

static void print_methods_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    fprintf(stream, "\n%s, %u thread%s: answer %s\n", measurement->subject, measurement->threads,
            plural(measurement->threads), answer_of(report, measurement->subject));
    fprintf(stream, "%26s %-10s %10s %10s %10s %7s %8s %7s %10s\n", "method", "kernel", "median ms", "min", "max", "+-",
            "/scalar", "+-", "delays/s");
}

/* Whether a method is left out on every kernel, and `measurement` is the first of these. */
struct left_out {
    bool everywhere;
    bool first;
};

static struct left_out look_up_left_out(const struct report *report, const struct measurement *measurement)
{
    struct left_out result = {.everywhere = true, .first = true};
    size_t kernels = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const struct measurement *const other = &report->items[i];
        if (other->part == measurement->part && strcmp(other->subject, measurement->subject) == 0 &&
            strcmp(other->method, measurement->method) == 0) {
            result.everywhere = result.everywhere && strcmp(other->left_out, measurement->left_out) == 0;
            result.first = result.first && other >= measurement;
            ++kernels;
        }
    }
    result.everywhere = result.everywhere && kernels > 1;
    return result;
}

/* One line for a method that is left out on all kernels. */
static void print_left_out(const struct report *report, const struct measurement *measurement, const char *kernel,
                           FILE *stream)
{
    const struct left_out left_out = look_up_left_out(report, measurement);
    if (left_out.first || !left_out.everywhere) {
        fprintf(stream, "%26s %-10s %s\n", measurement->method, left_out.everywhere ? "all" : kernel,
                measurement->left_out);
    }
}

static void print_method(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    const char *const kernel = measurement->kernel[0] == '\0' ? "-" : measurement->kernel;
    struct summary seconds;
    if (measurement->count == 0) {
        print_left_out(report, measurement, kernel, stream);
        return;
    }
    if (series_summarise(measurement->samples, measurement->count, &seconds)) {
        fprintf(stream, "%26s %-10s %10.4g %10.4g %10.4g %5.1f %%", measurement->method, kernel, 1e3 * seconds.median,
                1e3 * seconds.min, 1e3 * seconds.max, 100 * seconds.error / seconds.median);
        if (scalar_of(report, measurement) != NULL && scalar_of(report, measurement)->count > 0) {
            print_ratio(report, measurement, stream);
        } else if (measurement->size > 0) {
            fprintf(stream, " %8s %7s", "", "");
        }
        if (measurement->size > 0) {
            fprintf(stream, " %10.3g", measurement->size / seconds.median);
        }
        fprintf(stream, "\n");
    }
}

static void print_threads_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    fprintf(stream, "\n%s: answer %s\n", measurement->subject, answer_of(report, measurement->subject));
    fprintf(stream, "%26s %-10s %10s %10s %10s %7s %8s %10s\n", "method", "threads", "median ms", "min", "max", "+-",
            "speedup", "efficiency");
}

/* Efficiency is the part of each thread's time that does what one thread alone would do. */
static void print_threads(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    struct measurement one = *measurement;
    one.threads = 1;
    const struct measurement *const base = report_find(report, &one);
    struct summary seconds;
    struct summary alone;
    if (measurement->count == 0) {
        fprintf(stream, "%26s %-10u %s\n", measurement->method, measurement->threads, measurement->left_out);
        return;
    }
    if (!series_summarise(measurement->samples, measurement->count, &seconds)) {
        return;
    }
    fprintf(stream, "%26s %-10u %10.4g %10.4g %10.4g %5.1f %%", measurement->method, measurement->threads,
            1e3 * seconds.median, 1e3 * seconds.min, 1e3 * seconds.max, 100 * seconds.error / seconds.median);
    if (base != NULL && base->count > 0 && series_summarise(base->samples, base->count, &alone)) {
        const double speedup = alone.median / seconds.median;
        fprintf(stream, " %8.2f %8.0f %%", speedup, 100 * speedup / measurement->threads);
    }
    fprintf(stream, "\n");
}

static void print_ladder_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    fprintf(stream, "\n%s: answer %s\n%-13s%-12s%14s %6s %11s %12s\n", measurement->subject,
            answer_of(report, measurement->subject), "step", "kernel", "time", "+-", "factor", "whole");
}

/* The step that `measurement` is compared with: the last one before it that was timed; and the first of all. */
static const struct measurement *find_step_before(const struct report *report, const struct measurement *measurement,
                                                  const struct measurement **first)
{
    const struct measurement *before = NULL;
    *first = NULL;
    for (const struct measurement *item = report->items; item < measurement; ++item) {
        if (item->part == PART_LADDER && item->count > 0 && strcmp(item->subject, measurement->subject) == 0) {
            *first = *first == NULL ? item : *first;
            before = item;
        }
    }
    return before;
}

/* With three digits, and never as a power of ten. */
static void print_factor(double factor, int width, FILE *stream)
{
    enum { DIGITS = 3 };
    const double unit = factor < 1000 ? 0 : pow(10, floor(log10(factor)) + 1 - DIGITS);
    if (unit > 0) {
        fprintf(stream, " %*.0f", width, round(factor / unit) * unit);
    } else {
        fprintf(stream, " %*.3g", width, factor);
    }
}

static void print_step(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    const struct measurement *first;
    const struct measurement *const before = find_step_before(report, measurement, &first);
    struct summary seconds;
    struct summary last;
    struct summary whole;
    char text[TABLE_SECONDS_SIZE];
    fprintf(stream, "%-13s%-12s", measurement->method, measurement->kernel[0] == '\0' ? "-" : measurement->kernel);
    if (measurement->count == 0) {
        fprintf(stream, " %s\n", measurement->left_out);
        return;
    }
    if (series_summarise(measurement->samples, measurement->count, &seconds)) {
        fprintf(stream, "%14s", table_format_seconds(seconds.median, measurement->extrapolated, text));
        if (measurement->count > 1) {
            fprintf(stream, " %4.0f %%", 100 * seconds.error / seconds.median);
        }
        if (before != NULL && series_summarise(before->samples, before->count, &last) &&
            series_summarise(first->samples, first->count, &whole)) {
            fprintf(stream, "%*s", measurement->count > 1 ? 0 : 7, "");
            print_factor(last.median / seconds.median, 11, stream);
            print_factor(whole.median / seconds.median, 12, stream);
        }
    }
    fputc('\n', stream);
}

static void print_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    switch (measurement->part) {
    case PART_KERNELS:
        print_kernels_head(measurement, stream);
        break;
    case PART_METHODS:
        print_methods_head(report, measurement, stream);
        break;
    case PART_THREADS:
        print_threads_head(report, measurement, stream);
        break;
    case PART_LADDER:
    case PARTS:
        print_ladder_head(report, measurement, stream);
        break;
    }
}

static void print_row(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    switch (measurement->part) {
    case PART_KERNELS:
        print_kernel(report, measurement, stream);
        break;
    case PART_METHODS:
        print_method(report, measurement, stream);
        break;
    case PART_THREADS:
        print_threads(report, measurement, stream);
        break;
    case PART_LADDER:
    case PARTS:
        print_step(report, measurement, stream);
        break;
    }
}

void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream)
{
    const char *subject = NULL;
    for (size_t i = first; i < report->count; ++i) {
        const struct measurement *const measurement = &report->items[i];
        if (measurement->part != part) {
            continue;
        }
        if (subject == NULL || strcmp(measurement->subject, subject) != 0) {
            print_head(report, measurement, stream);
        }
        print_row(report, measurement, stream);
        subject = measurement->subject;
    }
}
