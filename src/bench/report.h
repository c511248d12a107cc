/* What a benchmark has found out: facts about machine and build, and measurements with every sample. */
#ifndef FIRESIEVE_BENCH_REPORT_H
#define FIRESIEVE_BENCH_REPORT_H

#include <firesieve/firesieve.h>
#include <jansson.h>

#include "bench/message.h"
#include "bench/series.h"

enum measurement_part {
    PART_KERNELS, /* what kernels do on one thread */
    PART_METHODS, /* what methods solve */
    PART_THREADS, /* what the best method solves on 1, 2, 4 .. threads */
    PART_LADDER,  /* the steps from the first try to the fastest */
    PARTS
};

enum { MEASUREMENT_NAME_SIZE = 16, MEASUREMENT_SUBJECT_SIZE = 128, MEASUREMENT_REMARK_SIZE = 256 };

/*
 * One thing that was timed. Part, subject, method and kernel together tell it from all others of a report, and in
 * THREADS how many these are.
 */
struct measurement {
    enum measurement_part part;
    char subject[MEASUREMENT_SUBJECT_SIZE]; /* "12 rows, L2", or the firewall; printable ASCII */
    char method[MEASUREMENT_NAME_SIZE];     /* "rows", "lanes" or "loads"; or the method of a solve */
    char kernel[MEASUREMENT_NAME_SIZE];     /* "" for none */
    unsigned threads;                       /* asked for */
    double size;   /* KERNELS: bytes of the table; otherwise delays up to the answer, 0 where there is none */
    double work;   /* that one sample did: bytes, or tests; otherwise 1, the solve */
    double cycles; /* and instructions that one sample took, as the CPU counts them; 0: not known */
    double instructions;
    double *samples; /* seconds that it took; owned */
    size_t count;
    bool extrapolated;                      /* LADDER: from what a part of the work took */
    char left_out[MEASUREMENT_REMARK_SIZE]; /* why there are no samples; "" where there are */
    char answer[FIRESIEVE_DELAY_TEXT_SIZE]; /* of a solve: the delay, or "none"; "" without samples */
};

const char *report_part_name(enum measurement_part part);

struct report_place {
    const struct measurement *measurement;
};

struct report {
    json_t *facts; /* an object: all but the measurements */
    struct measurement *items;
    size_t count;
    size_t capacity;
    struct report_place *sorted; /* by what tells them apart, once report_sort has been called; otherwise NULL */
};

/* Appends a measurement, which the report owns from then on. False: no memory; its samples are freed. */
bool report_append(struct report *report, struct measurement measurement);

/* What messages and filters call it: "12 rows, L2, rows on avx2", "puzzle, auto on 4 threads". */
#define MEASUREMENT_TEXT_SIZE 224
const char *measurement_describe(const struct measurement *measurement, char *text);

/* Adds samples to those of a measurement. False: no memory. */
bool measurement_extend(struct measurement *measurement, const double *samples, size_t count);

void report_free(struct report *report);

/*
 * Lets report_find take logarithmic time, until something is appended: a report from elsewhere may have very many
 * measurements. *twice is the first that another one before it is like, or NULL. False: no memory.
 */
bool report_sort(struct report *report, const struct measurement **twice);

/* The measurement of a report that is told apart by the same things, or NULL. */
const struct measurement *report_find(const struct report *report, const struct measurement *like);

/* What differs from a measurement of THREADS in these alone, and has the most of them, or NULL. */
const struct measurement *report_find_widest(const struct report *report, const struct measurement *like);

/* The samples as rates: work a second. False: no memory, or no samples. */
bool measurement_rates(const struct measurement *measurement, struct summary *rates);

/* The text of a fact, printable, "" where it is none. */
const char *report_fact(const struct report *report, const char *name);

/* Bytes, tests or solves a second: what a rate is divided by to be printed, and how that is called. */
struct rate_unit {
    double size;
    const char *name;
};
struct rate_unit measurement_unit(const struct measurement *measurement);

/* The whole report as JSON: new, or NULL without memory. */
json_t *report_to_json(const struct report *report);

/*
 * Reads a report from a file, "-" being standard input. False when it is none: the message says why, and begins with
 * the path.
 */
bool report_open(const char *path, struct report *report, struct bench_message *message);

#endif
