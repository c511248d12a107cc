#include "bench/report.h"

#include <stdlib.h>
#include <string.h>

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
    report->items[report->count++] = measurement;
    return true;
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
    json_decref(report->facts);
    *report = (struct report){.facts = NULL};
}

static bool is_like(const struct measurement *a, const struct measurement *b)
{
    return a->part == b->part && strcmp(a->subject, b->subject) == 0 && strcmp(a->method, b->method) == 0 &&
           strcmp(a->kernel, b->kernel) == 0;
}

const struct measurement *report_find(const struct report *report, const struct measurement *like)
{
    for (size_t i = 0; i < report->count; ++i) {
        if (is_like(&report->items[i], like)) {
            return &report->items[i];
        }
    }
    return NULL;
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
    if (measurement->part == PART_METHODS) {
        return (struct rate_unit){1, "solves/s"};
    }
    return (struct rate_unit){1e9, strcmp(measurement->method, "lanes") == 0 ? "Gtests/s" : "GB/s"};
}
