#include "bench/table.h"
#include "base/plural.h"

#include <inttypes.h>
#include <string.h>

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

void table_print_facts(const struct report *report, FILE *stream)
{
    fprintf(stream, "CPU:      %s, %d CPUs (%s)\n", report_fact(report, "model"),
            (int)json_integer_value(json_object_get(report->facts, "cpus")), report_fact(report, "features"));
    print_caches(report, stream);
    fprintf(stream, "build:    firesieve %s, %s, %s\n", report_fact(report, "version"), report_fact(report, "compiler"),
            report_fact(report, "flags"));
    fprintf(stream, "+- is half of the range that nine tenths of the samples lie in; ratios are of samples of the same "
                    "round.\n");
}

/* ---- Measurements ----------------------------------------------------------------------------------------- */

/* The same with the kernel that all are compared with, or NULL. */
static const struct measurement *scalar_of(const struct report *report, const struct measurement *measurement)
{
    struct measurement scalar = *measurement;
    snprintf(scalar.kernel, sizeof scalar.kernel, "scalar");
    return measurement->kernel[0] == '\0' ? NULL : report_find(report, &scalar);
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
    }
}

static void print_kernels_head(const struct measurement *measurement, FILE *stream)
{
    const double kib = measurement->size / 1024;
    char text[160];
    snprintf(text, sizeof text, "%s: %.*f KiB", measurement->subject, kib < 10 ? 1 : 0, kib);
    fprintf(stream, "\n%-26s %-10s %9s %9s %9s %7s %8s %7s\n", text, measurement_unit(measurement).name, "median",
            "min", "max", "+-", "/scalar", "+-");
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
        if (strcmp(other->subject, measurement->subject) == 0 && strcmp(other->method, measurement->method) == 0) {
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

void table_print(const struct report *report, enum measurement_part part, size_t first, FILE *stream)
{
    const char *subject = NULL;
    for (size_t i = first; i < report->count; ++i) {
        const struct measurement *const measurement = &report->items[i];
        const bool kernels = part == PART_KERNELS;
        if (measurement->part != part) {
            continue;
        }
        if (subject == NULL || strcmp(measurement->subject, subject) != 0) {
            kernels ? print_kernels_head(measurement, stream) : print_methods_head(report, measurement, stream);
        }
        kernels ? print_kernel(report, measurement, stream) : print_method(report, measurement, stream);
        subject = measurement->subject;
    }
}
