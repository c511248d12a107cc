#include "bench/report.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"

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

static int compare_measurements(const struct measurement *a, const struct measurement *b)
{
    if (a->part != b->part) {
        return a->part < b->part ? -1 : 1;
    }
    const int subjects = strcmp(a->subject, b->subject);
    const int methods = strcmp(a->method, b->method);
    const int kernels = strcmp(a->kernel, b->kernel);
    const int threads = a->part == PART_THREADS ? (a->threads > b->threads) - (a->threads < b->threads) : 0;
    return subjects != 0 ? subjects : methods != 0 ? methods : kernels != 0 ? kernels : threads;
}

/* For qsort; those that are alike stay in the order of the report. */
static int compare_places(const void *a, const void *b)
{
    const struct measurement *const first = ((const struct report_place *)a)->measurement;
    const struct measurement *const second = ((const struct report_place *)b)->measurement;
    const int order = compare_measurements(first, second);
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
        if (compare_measurements(report->sorted[i - 1].measurement, later) == 0 && (*twice == NULL || later < *twice)) {
            *twice = later;
        }
    }
    return true;
}

/* The first in order that does not come before it. */
static size_t find_place(const struct report *report, const struct measurement *like)
{
    size_t low = 0;
    size_t high = report->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_measurements(report->sorted[middle].measurement, like) < 0) {
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
        return found != NULL && compare_measurements(found, like) == 0 ? found : NULL;
    }
    for (size_t i = 0; i < report->count; ++i) {
        if (compare_measurements(&report->items[i], like) == 0) {
            return &report->items[i];
        }
    }
    return NULL;
}

static bool is_same_on_threads(const struct measurement *a, const struct measurement *b)
{
    return a->part == PART_THREADS && b->part == PART_THREADS && strcmp(a->subject, b->subject) == 0 &&
           strcmp(a->method, b->method) == 0 && strcmp(a->kernel, b->kernel) == 0;
}

const struct measurement *report_find_widest(const struct report *report, const struct measurement *like)
{
    const struct measurement *widest = NULL;
    if (report->sorted != NULL) {
        struct measurement beyond = *like;
        beyond.threads = UINT_MAX; /* which none has: the widest is the last before it */
        const size_t place = find_place(report, &beyond);
        const struct measurement *const last = place > 0 ? report->sorted[place - 1].measurement : NULL;
        return last != NULL && is_same_on_threads(last, like) ? last : NULL;
    }
    for (size_t i = 0; i < report->count; ++i) {
        const struct measurement *const item = &report->items[i];
        if (is_same_on_threads(item, like) && (widest == NULL || item->threads > widest->threads)) {
            widest = item;
        }
    }
    return widest;
}

bool measurement_rates(const struct measurement *measurement, struct summary *rates)
{
    double *const values = calloc(measurement->count + 1, sizeof *values);
    if (values == NULL) {
        return false;
    }
    for (size_t i = 0; i < measurement->count; ++i) {
        values[i] = measurement->work / measurement->samples[i];
    }
    const bool summarised = measurement->count > 0 && series_summarise(values, measurement->count, rates);
    free(values);
    return summarised;
}

const char *report_fact(const struct report *report, const char *name)
{
    const char *const text = json_string_value(json_object_get(report->facts, name));
    return text != NULL ? text : "";
}

struct rate_unit measurement_unit(const struct measurement *measurement)
{
    if (measurement->part != PART_KERNELS) {
        return (struct rate_unit){1, "solves/s"};
    }
    return (struct rate_unit){1e9, strcmp(measurement->method, "lanes") == 0 ? "Gtests/s" : "GB/s"};
}
