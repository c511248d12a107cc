#include "bench/report.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"

bool bench_say(struct bench_message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->text, sizeof message->text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Samples ---------------------------------------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The value below which a share of the sorted ones lies, interpolated between neighbours. */
static double quantile(const double *sorted, size_t count, double share)
{
    const double place = share * (double)(count - 1);
    const size_t below = (size_t)place;
    const size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

/* Summarises values, which it frees and which may be NULL. False: NULL, or none. */
static bool summarise_owned(double *values, size_t count, struct summary *summary)
{
    static const double tail = 0.05;
    const bool some = values != NULL && count > 0;
    if (some) {
        qsort(values, count, sizeof *values, compare_doubles);
        *summary = (struct summary){
            .min = values[0],
            .median = quantile(values, count, 0.5),
            .max = values[count - 1],
            .error = (quantile(values, count, 1 - tail) - quantile(values, count, tail)) / 2,
        };
    }
    free(values);
    return some;
}

bool series_summarise(const double *values, size_t count, struct summary *summary)
{
    double *const copy = calloc(count + 1, sizeof *copy);
    if (copy != NULL && count > 0) {
        memcpy(copy, values, count * sizeof *copy);
    }
    return summarise_owned(copy, count, summary);
}

bool series_ratio(const double *numerators, const double *denominators, size_t count, struct summary *summary)
{
    double *const ratios = calloc(count + 1, sizeof *ratios);
    for (size_t i = 0; ratios != NULL && i < count; ++i) {
        ratios[i] = numerators[i] / denominators[i];
    }
    return summarise_owned(ratios, count, summary);
}

/* ---- Measurements ----------------------------------------------------------------------------------------- */

bool measurement_extend(struct measurement *measurement, const double *samples, size_t count)
{
    double *const grown = reallocarray(measurement->samples, measurement->count + count, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    memcpy(grown + measurement->count, samples, count * sizeof *grown);
    measurement->samples = grown;
    measurement->count += count;
    return true;
}

const char *measurement_describe(const struct measurement *measurement, char *text)
{
    char on[32] = "";
    if (measurement->part == PART_THREADS) {
        snprintf(on, sizeof on, " on %u thread%s", measurement->threads, plural(measurement->threads));
    } else if (measurement->kernel[0] != '\0') {
        snprintf(on, sizeof on, " on %s", measurement->kernel);
    }
    snprintf(text, MEASUREMENT_TEXT_SIZE, "%s, %s%s", measurement->subject, measurement->method, on);
    return text;
}

const char *measurement_kernel(const struct measurement *measurement)
{
    return measurement->kernel[0] == '\0' ? "-" : measurement->kernel;
}

bool measurement_seconds(const struct measurement *measurement, struct summary *seconds)
{
    return series_summarise(measurement->samples, measurement->count, seconds);
}

bool measurement_rates(const struct measurement *measurement, struct summary *rates)
{
    double *const values = calloc(measurement->count + 1, sizeof *values);
    for (size_t i = 0; values != NULL && i < measurement->count; ++i) {
        values[i] = measurement->work / measurement->samples[i];
    }
    return summarise_owned(values, measurement->count, rates);
}

struct rate_unit measurement_unit(const struct measurement *measurement)
{
    if (measurement->part != PART_KERNELS) {
        return (struct rate_unit){1, "solves/s"};
    }
    return (struct rate_unit){1e9, strcmp(measurement->method, "lanes") == 0 ? "Gtests/s" : "GB/s"};
}

/* ---- Reports ---------------------------------------------------------------------------------------------- */

static void forget_order(struct report *report)
{
    free(report->sorted);
    report->sorted = NULL;
}

bool report_append(struct report *report, struct measurement measurement)
{
    if (report->count == report->capacity) {
        const size_t capacity = 2 * report->capacity + 64;
        struct measurement *const grown = reallocarray(report->items, capacity, sizeof *grown);
        if (grown == NULL) {
            free(measurement.samples);
            return false;
        }
        report->items = grown;
        report->capacity = capacity;
    }
    forget_order(report);
    report->items[report->count++] = measurement;
    return true;
}

void report_free(struct report *report)
{
    for (size_t i = 0; i < report->count; ++i) {
        free(report->items[i].samples);
    }
    free(report->items);
    forget_order(report);
    json_decref(report->facts);
    *report = (struct report){.facts = NULL};
}

static int compare_but_for_threads(const struct measurement *a, const struct measurement *b)
{
    int order = (int)a->part - (int)b->part;
    order = order != 0 ? order : strcmp(a->subject, b->subject);
    order = order != 0 ? order : strcmp(a->method, b->method);
    return order != 0 ? order : strcmp(a->kernel, b->kernel);
}

static int compare_keys(const struct measurement *a, const struct measurement *b)
{
    const int order = compare_but_for_threads(a, b);
    return order != 0 || a->part != PART_THREADS ? order : (a->threads > b->threads) - (a->threads < b->threads);
}

/* For qsort; those with the same key stay in the order of the report. */
static int compare_places(const void *a, const void *b)
{
    const struct measurement *const first = ((const struct report_place *)a)->measurement;
    const struct measurement *const second = ((const struct report_place *)b)->measurement;
    const int order = compare_keys(first, second);
    return order != 0 ? order : first < second ? -1 : first > second;
}

bool report_sort(struct report *report, const struct measurement **twice)
{
    forget_order(report);
    *twice = NULL;
    report->sorted = calloc(report->count + 1, sizeof *report->sorted);
    if (report->sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < report->count; ++i) {
        report->sorted[i].measurement = &report->items[i];
    }
    qsort(report->sorted, report->count, sizeof *report->sorted, compare_places);
    for (size_t i = 1; i < report->count; ++i) {
        const struct measurement *const later = report->sorted[i].measurement;
        if (compare_keys(report->sorted[i - 1].measurement, later) == 0 && (*twice == NULL || later < *twice)) {
            *twice = later;
        }
    }
    return true;
}

/* The first place whose measurement does not come before this one. */
static size_t find_place(const struct report *report, const struct measurement *like)
{
    size_t low = 0;
    size_t high = report->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_keys(report->sorted[middle].measurement, like) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct measurement *report_find(const struct report *report, const struct measurement *like)
{
    if (report->sorted != NULL) {
        const size_t place = find_place(report, like);
        const struct measurement *const found = place < report->count ? report->sorted[place].measurement : NULL;
        return found != NULL && compare_keys(found, like) == 0 ? found : NULL;
    }
    for (size_t i = 0; i < report->count; ++i) {
        if (compare_keys(&report->items[i], like) == 0) {
            return &report->items[i];
        }
    }
    return NULL;
}

const struct measurement *report_find_widest(const struct report *report, const struct measurement *like)
{
    const struct measurement *widest = NULL;
    if (like->part != PART_THREADS) {
        return NULL;
    }
    if (report->sorted != NULL) {
        struct measurement beyond = *like;
        beyond.threads = UINT_MAX; /* more than any has: the widest is the last before it */
        const size_t place = find_place(report, &beyond);
        const struct measurement *const last = place > 0 ? report->sorted[place - 1].measurement : NULL;
        return last != NULL && compare_but_for_threads(last, like) == 0 ? last : NULL;
    }
    for (size_t i = 0; i < report->count; ++i) {
        const struct measurement *const item = &report->items[i];
        if (compare_but_for_threads(item, like) == 0 && (widest == NULL || item->threads > widest->threads)) {
            widest = item;
        }
    }
    return widest;
}

const char *report_fact(const struct report *report, const char *name)
{
    const char *const text = json_string_value(json_object_get(report->facts, name));
    return text != NULL ? text : "";
}

json_int_t report_number(const struct report *report, const char *name)
{
    return json_integer_value(json_object_get(report->facts, name));
}

/* ---- Filters ---------------------------------------------------------------------------------------------- */

bool filter_open(struct filter *filter, const char *expression, struct bench_message *message)
{
    *filter = (struct filter){.some = false};
    if (expression == NULL) {
        return true;
    }
    const int error = regcomp(&filter->regex, expression, REG_EXTENDED | REG_NOSUB);
    if (error != 0) {
        char text[128];
        regerror(error, &filter->regex, text, sizeof text);
        return bench_say(message, "--filter: expected an extended regular expression, found '%.200s': %s", expression,
                         text);
    }
    filter->some = true;
    return true;
}

void filter_close(struct filter *filter)
{
    if (filter->some) {
        regfree(&filter->regex);
        filter->some = false;
    }
}

bool filter_includes(const struct filter *filter, const struct measurement *measurement)
{
    char name[MEASUREMENT_TEXT_SIZE];
    return filter == NULL || !filter->some ||
           regexec(&filter->regex, measurement_describe(measurement, name), 0, NULL, 0) == 0;
}

bool filter_report(const struct filter *filter, struct report *report)
{
    size_t kept = 0;
    const struct measurement *twice;
    for (size_t i = 0; i < report->count; ++i) {
        if (filter_includes(filter, &report->items[i])) {
            report->items[kept++] = report->items[i];
        } else {
            free(report->items[i].samples);
        }
    }
    report->count = kept;
    return report_sort(report, &twice);
}
