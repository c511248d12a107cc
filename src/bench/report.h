/* What a benchmark has found out: facts about machine and build, and measurements with every sample. */
#ifndef FIRESIEVE_BENCH_REPORT_H
#define FIRESIEVE_BENCH_REPORT_H

#include <firesieve/firesieve.h>
#include <jansson.h>
#include <regex.h>

/* What was wrong, as a sentence. */
struct bench_message {
    char text[1024];
};

/* Writes the sentence. Always false, for functions that return whether they succeeded. */
bool bench_say(struct bench_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- Samples ---------------------------------------------------------------------------------------------- */

struct summary {
    double min;
    double median;
    double max;
    double error; /* half of the range of the middle nine tenths; the other members are of all samples */
};

/* Summarises `count` values. False: no memory, or no values. */
bool series_summarise(const double *values, size_t count, struct summary *summary);

/* Summarises numerators[i] / denominators[i]: samples of the same round were disturbed alike. */
bool series_ratio(const double *numerators, const double *denominators, size_t count, struct summary *summary);

/* ---- Measurements ----------------------------------------------------------------------------------------- */

enum measurement_part {
    PART_KERNELS, /* what kernels do on one thread */
    PART_METHODS, /* what methods solve */
    PART_THREADS, /* what the best method solves on 1, 2, 4 .. threads */
    PART_LADDER,  /* the steps from the first try to the fastest */
    PARTS
};

extern const char *const measurement_part_names[PARTS];

enum { MEASUREMENT_NAME_SIZE = 16, MEASUREMENT_SUBJECT_SIZE = 128, MEASUREMENT_REMARK_SIZE = 256 };

/*
 * One thing that was timed. Its part, subject, method and kernel, and in THREADS the number of threads, are its key:
 * they tell it from all others of a report.
 */
struct measurement {
    enum measurement_part part;
    char subject[MEASUREMENT_SUBJECT_SIZE]; /* "12 rows, L2", or the firewall; printable ASCII */
    char method[MEASUREMENT_NAME_SIZE];     /* "rows", "lanes" or "loads"; or the method of a solve */
    char kernel[MEASUREMENT_NAME_SIZE];     /* "" for none */
    unsigned threads;                       /* asked for */
    double size;   /* KERNELS: bytes of the table; otherwise delays up to the answer, 0 if there is none */
    double work;   /* bytes or tests per sample; otherwise 1, the solve */
    double cycles; /* and instructions per sample, as the CPU counts them; 0: not known */
    double instructions;
    double *samples; /* seconds that it took; owned */
    size_t count;
    bool extrapolated;                      /* LADDER: from the time of a part of the work */
    char left_out[MEASUREMENT_REMARK_SIZE]; /* why there are no samples; "" if there are */
    char answer[FIRESIEVE_DELAY_TEXT_SIZE]; /* of a solve: the delay, or "none"; "" without samples */
};

/* Adds samples to those of a measurement. False: no memory. */
bool measurement_extend(struct measurement *measurement, const double *samples, size_t count);

/* Its name in messages and for filters: "12 rows, L2, rows on avx2", "puzzle, auto on 4 threads". */
#define MEASUREMENT_TEXT_SIZE 224
const char *measurement_describe(const struct measurement *measurement, char *text);

/* The kernel for a table, "-" for none. */
const char *measurement_kernel(const struct measurement *measurement);

/* Summarises its samples, or its rates: work per second. False: no memory, or no samples. */
bool measurement_seconds(const struct measurement *measurement, struct summary *seconds);
bool measurement_rates(const struct measurement *measurement, struct summary *rates);

/* The unit in which rates are printed, in bytes, tests or solves per second, and its name. */
struct rate_unit {
    double size;
    const char *name;
};
struct rate_unit measurement_unit(const struct measurement *measurement);

/* ---- Reports ---------------------------------------------------------------------------------------------- */

struct report_place {
    const struct measurement *measurement;
};

struct report {
    json_t *facts; /* an object: all but the measurements */
    struct measurement *items;
    size_t count;
    size_t capacity;
    struct report_place *sorted; /* by key, after report_sort; otherwise NULL */
};

/* Appends a measurement, which the report owns from then on. False: no memory; its samples are freed. */
bool report_append(struct report *report, struct measurement measurement);

void report_free(struct report *report);

/*
 * Makes report_find take logarithmic time until something is appended: a report from elsewhere may have a great many
 * measurements. *twice is the first one with the key of an earlier one, or NULL. False: no memory.
 */
bool report_sort(struct report *report, const struct measurement **twice);

/* The measurement with the same key, or NULL. */
const struct measurement *report_find(const struct report *report, const struct measurement *like);

/* Among measurements of THREADS with the same key but for the threads, that with the most threads; or NULL. */
const struct measurement *report_find_widest(const struct report *report, const struct measurement *like);

/* The text of a fact, printable, "" if there is none; or its number, 0 if there is none. */
const char *report_fact(const struct report *report, const char *name);
json_int_t report_number(const struct report *report, const char *name);

/* The whole report as JSON: new, or NULL without memory. */
json_t *report_to_json(const struct report *report);

/* Reads a report from a file, "-" being standard input. False: the message says why, and begins with the path. */
bool report_open(const char *path, struct report *report, struct bench_message *message);

/* ---- Filters ---------------------------------------------------------------------------------------------- */

/* Which measurements are taken, printed or compared: those whose name a regular expression matches. All zero: all. */
struct filter {
    bool some;
    regex_t regex; /* if it includes only some */
};

/* Compiles an extended POSIX regular expression; NULL includes everything. False: the message says what is wrong. */
bool filter_open(struct filter *filter, const char *expression, struct bench_message *message);

void filter_close(struct filter *filter);

/* `filter` may be NULL, which includes everything. */
bool filter_includes(const struct filter *filter, const struct measurement *measurement);

/* Removes from a report what is not included. False: no memory. */
bool filter_report(const struct filter *filter, struct report *report);

#endif
