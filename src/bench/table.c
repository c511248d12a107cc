#include "bench/views.h"

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

/* Prints a fact after a mark, if it is known. */
static void print_known(const struct report *report, const char *mark, const char *name, FILE *stream)
{
    const char *const fact = report_fact(report, name);
    fprintf(stream, "%s%s", fact[0] == '\0' ? "" : mark, fact);
}

static void print_system(const struct report *report, FILE *stream)
{
    static const double gib = 1 << 30;
    const double memory = (double)report_number(report, "memory");
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
    fprintf(stream, "CPU:      %s, %d CPUs (%s)\n", report_fact(report, "model"), (int)report_number(report, "cpus"),
            report_fact(report, "features"));
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

/* The same measurement with the kernel scalar, or NULL. */
static const struct measurement *scalar_of(const struct report *report, const struct measurement *measurement)
{
    struct measurement scalar = *measurement;
    snprintf(scalar.kernel, sizeof scalar.kernel, "scalar");
    return measurement->kernel[0] == '\0' ? NULL : report_find(report, &scalar);
}

/* Whether the CPU counted cycles and instructions, which adds two columns. */
static bool has_counts(const struct measurement *measurement)
{
    return measurement->cycles > 0 && measurement->instructions > 0;
}

/* Prints how many times as fast as scalar it is, with the error; blanks if there is no scalar. */
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

static void print_kernels_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    const double kib = measurement->size / 1024;
    char text[160];
    (void)report;
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
        fprintf(stream, "%26s %-10s %9.2f %9.2f %9.2f %5.1f %%", measurement->method, measurement_kernel(measurement),
                rates.median / unit, rates.min / unit, rates.max / unit, 100 * rates.error / rates.median);
        print_ratio(report, measurement, stream);
        if (has_counts(measurement)) {
            fprintf(stream, " %8.3g %6.2f", measurement->work / measurement->cycles,
                    measurement->instructions / measurement->cycles);
        }
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

/* Prints the time of a solve, after its method and a second column. If it was left out, prints why; false. */
static bool print_time(const struct measurement *measurement, const char *second, struct summary *seconds, FILE *stream)
{
    if (measurement->count == 0) {
        fprintf(stream, "%26s %-10s %s\n", measurement->method, second, measurement->left_out);
        return false;
    }
    if (!measurement_seconds(measurement, seconds)) {
        return false;
    }
    fprintf(stream, "%26s %-10s %10.4g %10.4g %10.4g %5.1f %%", measurement->method, second, 1e3 * seconds->median,
            1e3 * seconds->min, 1e3 * seconds->max, 100 * seconds->error / seconds->median);
    return true;
}

/* Whether a method is left out for one reason on several kernels, all of them; *first: `measurement` is the first. */
static bool is_left_out_everywhere(const struct report *report, const struct measurement *measurement, bool *first)
{
    size_t kernels = 0;
    *first = true;
    for (size_t i = 0; i < report->count; ++i) {
        const struct measurement *const other = &report->items[i];
        if (other->part == measurement->part && strcmp(other->subject, measurement->subject) == 0 &&
            strcmp(other->method, measurement->method) == 0) {
            if (strcmp(other->left_out, measurement->left_out) != 0) {
                return false;
            }
            *first = *first && other >= measurement;
            ++kernels;
        }
    }
    return kernels > 1;
}

/* A method that is left out on all kernels has one line. */
static void print_method(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    struct summary seconds;
    bool first = true;
    const bool everywhere = measurement->count == 0 && is_left_out_everywhere(report, measurement, &first);
    if ((everywhere && !first) ||
        !print_time(measurement, everywhere ? "all" : measurement_kernel(measurement), &seconds, stream)) {
        return;
    }
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

static void print_threads_head(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    fprintf(stream, "\n%s: answer %s\n", measurement->subject, answer_of(report, measurement->subject));
    fprintf(stream, "%26s %-10s %10s %10s %10s %7s %8s %10s\n", "method", "threads", "median ms", "min", "max", "+-",
            "speedup", "efficiency");
}

/* Efficiency is the share of each thread's time that does the work of one thread alone. */
static void print_threads(const struct report *report, const struct measurement *measurement, FILE *stream)
{
    struct measurement one = *measurement;
    struct summary seconds;
    struct summary alone;
    char threads[16];
    one.threads = 1;
    const struct measurement *const base = report_find(report, &one);
    snprintf(threads, sizeof threads, "%u", measurement->threads);
    if (!print_time(measurement, threads, &seconds, stream)) {
        return;
    }
    if (base != NULL && measurement_seconds(base, &alone)) {
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

/* The step to compare `measurement` with, the last timed one before it; *first is the first of all. */
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

/* Prints three digits, and never a power of ten. */
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
    fprintf(stream, "%-13s%-12s", measurement->method, measurement_kernel(measurement));
    if (measurement->count == 0) {
        fprintf(stream, " %s\n", measurement->left_out);
        return;
    }
    if (measurement_seconds(measurement, &seconds)) {
        fprintf(stream, "%14s", table_format_seconds(seconds.median, measurement->extrapolated, text));
        if (measurement->count > 1) {
            fprintf(stream, " %4.0f %%", 100 * seconds.error / seconds.median);
        }
        if (before != NULL && measurement_seconds(before, &last) && measurement_seconds(first, &whole)) {
            fprintf(stream, "%*s", measurement->count > 1 ? 0 : 7, "");
            print_factor(last.median / seconds.median, 11, stream);
            print_factor(whole.median / seconds.median, 12, stream);
        }
    }
    fputc('\n', stream);
}

typedef void print_function(const struct report *report, const struct measurement *measurement, FILE *stream);

static const struct {
    print_function *head;
    print_function *row;
} parts[PARTS] = {
    [PART_KERNELS] = {print_kernels_head, print_kernel},
    [PART_METHODS] = {print_methods_head, print_method},
    [PART_THREADS] = {print_threads_head, print_threads},
    [PART_LADDER] = {print_ladder_head, print_step},
};

void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream)
{
    const char *subject = NULL;
    for (size_t i = first; i < report->count; ++i) {
        const struct measurement *const measurement = &report->items[i];
        if (measurement->part != part) {
            continue;
        }
        if (subject == NULL || strcmp(measurement->subject, subject) != 0) {
            parts[part].head(report, measurement, stream);
        }
        parts[part].row(report, measurement, stream);
        subject = measurement->subject;
    }
}
