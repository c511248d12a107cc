/* Reports as JSON, written and read. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "about/about.h"
#include "bench/report.h"

static const char format_name[] = "firesieve-bench";
enum { FORMAT_VERSION = 1 };

/* JSON takes up to thirteen times as much in memory. */
enum { REPORT_SIZE_MAX = 32 << 20 };

/* Bounds on what a clock measures and a repeat does, with which all rates and ratios are finite numbers. */
static const double sample_least_s = 1e-18;
static const double sample_most_s = 1e12;
static const double work_most = 1e18;
static const double size_most = 1e39;
static const double count_most = 1e24;

const char *const measurement_part_names[PARTS] = {
    [PART_KERNELS] = "kernels", [PART_METHODS] = "methods", [PART_THREADS] = "threads", [PART_LADDER] = "ladder"};

/* ---- Writing ---------------------------------------------------------------------------------------------- */

static json_t *samples_to_json(const struct measurement *measurement)
{
    json_t *const array = json_array();
    for (size_t i = 0; i < measurement->count; ++i) {
        json_array_append_new(array, json_real(measurement->samples[i]));
    }
    return array;
}

/* The summary of the samples, for readers that do not compute it. */
static json_t *summary_to_json(const struct measurement *measurement)
{
    struct summary seconds;
    if (!measurement_seconds(measurement, &seconds)) {
        return json_null();
    }
    return json_pack("{s:f, s:f, s:f, s:f}", "min_s", seconds.min, "median_s", seconds.median, "max_s", seconds.max,
                     "error_s", seconds.error);
}

static json_t *text_or_null(const char *text)
{
    return text[0] == '\0' ? json_null() : json_string(text);
}

static json_t *number_or_null(double number)
{
    return number > 0 ? json_real(number) : json_null();
}

static json_t *measurement_to_json(const struct measurement *measurement)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:i, s:f, s:f, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "part",
                     measurement_part_names[measurement->part], "subject", measurement->subject, "method",
                     measurement->method, "kernel", text_or_null(measurement->kernel), "threads",
                     (int)measurement->threads, "size", measurement->size, "work", measurement->work, "work_unit",
                     measurement->part != PART_KERNELS           ? "solves"
                     : strcmp(measurement->method, "lanes") == 0 ? "tests"
                                                                 : "bytes",
                     "answer", text_or_null(measurement->answer), "left_out", text_or_null(measurement->left_out),
                     "summary", summary_to_json(measurement), "cycles", number_or_null(measurement->cycles),
                     "instructions", number_or_null(measurement->instructions), "extrapolated",
                     measurement->extrapolated, "samples_s", samples_to_json(measurement));
}

json_t *report_to_json(const struct report *report)
{
    json_t *const object = json_pack("{s:s, s:i}", "format", format_name, "format_version", FORMAT_VERSION);
    json_t *const measurements = json_array();
    json_object_update(object, report->facts);
    for (size_t i = 0; i < report->count; ++i) {
        json_array_append_new(measurements, measurement_to_json(&report->items[i]));
    }
    json_object_set_new(object, "measurements", measurements);
    return object;
}

/* ---- Reading ---------------------------------------------------------------------------------------------- */

/* A file that is being read. */
struct reading {
    const char *path; /* "-": standard input */
    const char *name; /* of it, in messages */
    size_t index;     /* of the measurement that is read */
    struct bench_message *message;
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct reading *reading, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return bench_say(reading->message, "%s: error: %s", reading->name, what);
}

/* Reports come from elsewhere, and terminals obey what they print. */
static void make_facts_printable(json_t *facts)
{
    const char *name;
    json_t *fact;
    json_object_foreach(facts, name, fact)
    {
        char text[MEASUREMENT_REMARK_SIZE];
        if (json_is_string(fact)) {
            snprintf(text, sizeof text, "%s", json_string_value(fact));
            text_make_printable(text);
            json_string_set(fact, text);
        }
    }
}

static bool read_text(const struct reading *reading, const json_t *object, const char *name, char *text, size_t size)
{
    const json_t *const value = json_object_get(object, name);
    if (json_is_null(value)) {
        text[0] = '\0';
        return true;
    }
    if (!json_is_string(value) || json_string_length(value) >= size) {
        return fail(reading, "measurement %zu: expected '%s' to be a text of at most %zu bytes", reading->index, name,
                    size - 1);
    }
    memcpy(text, json_string_value(value), json_string_length(value) + 1);
    text_make_printable(text);
    return true;
}

/* Writes what was found instead of something else. */
static void describe_found(const json_t *value, char *text, size_t size)
{
    enum { DIGITS = 6 };
    char *const dumped = value == NULL ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(DIGITS));
    snprintf(text, size, "%s", dumped != NULL ? dumped : "nothing");
    free(dumped);
}

static bool read_number(const struct reading *reading, const json_t *object, const char *name, double least,
                        double most, double *number)
{
    const json_t *const value = json_object_get(object, name);
    *number = json_number_value(value);
    if (!json_is_number(value) || !(*number >= least && *number <= most)) {
        char found[64];
        describe_found(value, found, sizeof found);
        return fail(reading, "measurement %zu: expected '%s' to be a number from %g to %g, found %s", reading->index,
                    name, least, most, found);
    }
    return true;
}

/* Reads a number, 0 if the report has none. */
static bool read_count(const struct reading *reading, const json_t *object, const char *name, double *number)
{
    const json_t *const value = json_object_get(object, name);
    *number = 0;
    return value == NULL || json_is_null(value) || read_number(reading, object, name, 0, count_most, number);
}

static bool read_samples(const struct reading *reading, const json_t *object, struct measurement *measurement)
{
    const json_t *const array = json_object_get(object, "samples_s");
    const size_t count = json_array_size(array);
    if (!json_is_array(array)) {
        return fail(reading, "measurement %zu: expected 'samples_s' to be an array", reading->index);
    }
    measurement->samples = calloc(count + 1, sizeof *measurement->samples);
    if (measurement->samples == NULL) {
        return fail(reading, "not enough memory");
    }
    for (size_t i = 0; i < count; ++i) {
        const json_t *const value = json_array_get(array, i);
        measurement->samples[i] = json_number_value(value);
        if (!json_is_number(value) ||
            !(measurement->samples[i] >= sample_least_s && measurement->samples[i] <= sample_most_s)) {
            char found[64];
            describe_found(value, found, sizeof found);
            return fail(reading, "measurement %zu (%s, %s): expected sample %zu to be seconds from %g to %g, found %s",
                        reading->index, measurement->subject, measurement->method, i, sample_least_s, sample_most_s,
                        found);
        }
    }
    measurement->count = count;
    if ((count > 0) == (measurement->left_out[0] != '\0')) {
        return fail(reading,
                    "measurement %zu (%s, %s): expected either samples or 'left_out', which says why there are none",
                    reading->index, measurement->subject, measurement->method);
    }
    return true;
}

static bool read_part(const struct reading *reading, const json_t *object, struct measurement *measurement)
{
    const char *const name = json_string_value(json_object_get(object, "part"));
    for (int part = 0; name != NULL && part < PARTS; ++part) {
        if (strcmp(name, measurement_part_names[part]) == 0) {
            measurement->part = (enum measurement_part)part;
            return true;
        }
    }
    return fail(reading, "measurement %zu: expected 'part' to be \"kernels\", \"methods\", \"threads\" or \"ladder\"",
                reading->index);
}

static bool read_measurement(const struct reading *reading, const json_t *object, struct measurement *measurement)
{
    double threads;
    if (!read_part(reading, object, measurement) ||
        !read_text(reading, object, "subject", measurement->subject, sizeof measurement->subject) ||
        !read_text(reading, object, "method", measurement->method, sizeof measurement->method) ||
        !read_text(reading, object, "kernel", measurement->kernel, sizeof measurement->kernel) ||
        !read_text(reading, object, "answer", measurement->answer, sizeof measurement->answer) ||
        !read_text(reading, object, "left_out", measurement->left_out, sizeof measurement->left_out) ||
        !read_number(reading, object, "threads", 0, FIRESIEVE_THREADS_MAX, &threads) ||
        !read_number(reading, object, "size", 0, size_most, &measurement->size) ||
        !read_number(reading, object, "work", 1, work_most, &measurement->work) ||
        !read_count(reading, object, "cycles", &measurement->cycles) ||
        !read_count(reading, object, "instructions", &measurement->instructions)) {
        return false;
    }
    measurement->threads = (unsigned)threads;
    measurement->extrapolated = json_is_true(json_object_get(object, "extrapolated"));
    return read_samples(reading, object, measurement);
}

static bool read_measurements(struct reading *reading, const json_t *array, struct report *report)
{
    if (json_array_size(array) == 0) {
        return fail(reading, "expected measurements, found none");
    }
    for (reading->index = 0; reading->index < json_array_size(array); ++reading->index) {
        struct measurement measurement = {.samples = NULL};
        if (!read_measurement(reading, json_array_get(array, reading->index), &measurement)) {
            free(measurement.samples);
            return false;
        }
        if (!report_append(report, measurement)) {
            return fail(reading, "not enough memory");
        }
    }
    const struct measurement *twice;
    if (!report_sort(report, &twice)) {
        return fail(reading, "not enough memory");
    }
    return twice == NULL || fail(reading, "measurement %zu appears twice: %s, %s, %s", (size_t)(twice - report->items),
                                 twice->subject, twice->method, twice->kernel);
}

static bool read_report(struct reading *reading, json_t *root, struct report *report)
{
    const char *const format = json_string_value(json_object_get(root, "format"));
    const json_t *const measurements = json_object_get(root, "measurements");
    const json_int_t version = json_integer_value(json_object_get(root, "format_version"));
    if (format == NULL || strcmp(format, format_name) != 0 || !json_is_array(measurements)) {
        return fail(reading, "expected what 'firesieve bench --json' prints");
    }
    if (version != FORMAT_VERSION) {
        return fail(reading, "expected version %d of the format, found %lld: another version of firesieve wrote it",
                    FORMAT_VERSION, (long long)version);
    }
    report->facts = json_copy(root);
    json_object_del(report->facts, "measurements");
    make_facts_printable(report->facts);
    return read_measurements(reading, measurements, report);
}

static FILE *open_file(const struct reading *reading)
{
    struct stat status;
    FILE *const file = strcmp(reading->path, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r") : fopen(reading->path, "re");
    if (file == NULL) {
        fail(reading, "cannot open it: %s", strerror(errno));
        return NULL;
    }
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        fail(reading, "it is a directory");
        fclose(file);
        return NULL;
    }
    return file;
}

/* A file of which at most `left` bytes are read. */
struct bounded_file {
    FILE *file;
    size_t left;
    bool longer;
};

/* For jansson, for which the largest size means an error. */
static size_t read_bounded(void *buffer, size_t size, void *context)
{
    struct bounded_file *const bounded = context;
    const size_t got = fread(buffer, 1, size, bounded->file);
    if (ferror(bounded->file) != 0) {
        return SIZE_MAX;
    }
    bounded->longer = got > bounded->left;
    bounded->left -= bounded->longer ? 0 : got;
    return bounded->longer ? SIZE_MAX : got;
}

/* The JSON in a file, or NULL: the message says why. */
static json_t *load(const struct reading *reading)
{
    json_error_t error;
    FILE *const file = open_file(reading);
    struct bounded_file bounded = {.file = file, .left = REPORT_SIZE_MAX};
    if (file == NULL) {
        return NULL;
    }
    json_t *const root = json_load_callback(read_bounded, &bounded, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL && bounded.longer) {
        fail(reading, "expected at most %d MiB, which is more than 'firesieve bench --json' prints",
             REPORT_SIZE_MAX >> 20);
    } else if (root == NULL && ferror(file) != 0) {
        fail(reading, "cannot read it");
    } else if (root == NULL) {
        bench_say(reading->message, "%s:%d:%d: error: cannot read it as JSON: %s", reading->name, error.line,
                  error.column, error.text);
    }
    fclose(file);
    return root;
}

bool report_open(const char *path, struct report *report, struct bench_message *message)
{
    const char *const name = strcmp(path, "-") == 0 ? "<stdin>" : path[0] == '\0' ? "''" : path;
    struct reading reading = {.path = path, .name = name, .message = message};
    *report = (struct report){.facts = NULL};
    json_t *const root = load(&reading);
    const bool read = root != NULL && read_report(&reading, root, report);
    json_decref(root);
    if (!read) {
        report_free(report);
    }
    return read;
}
