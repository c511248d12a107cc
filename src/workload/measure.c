/* How fast a kernel is on data in the first-level cache, measured in a moment. */
#include <firesieve/firesieve.h>
#include <stdlib.h>

#include "cpu/kernel_table.h"

enum { ROUNDS = 100 };

enum { MEASURE_ROWS, MEASURE_LANES, MEASURES };

static const firesieve_workload_shape shapes[MEASURES] = {
    [MEASURE_ROWS] = {.operation = FIRESIEVE_OPERATION_ROWS, .rows = 12, .bytes = 12 * 2048},
    /* With this many layers, copying the candidates costs little compared with testing them. */
    [MEASURE_LANES] = {.operation = FIRESIEVE_OPERATION_LANES, .rows = 64, .bytes = 4096},
};

struct measurement {
    firesieve_workload *workload;
    uint64_t repeats;
    double rates[ROUNDS];
};

static firesieve_status run(struct measurement *measurement, const firesieve_kernel *kernel,
                            firesieve_workload_time *time, firesieve_error *error)
{
    *time = (firesieve_workload_time){0};
    return firesieve_workload_run(measurement->workload, kernel, measurement->repeats, time, error);
}

/* Sets how many repeats take about `seconds`; also warms up caches and clocks. */
static firesieve_status calibrate(struct measurement *measurement, const firesieve_kernel *kernel, double seconds,
                                  firesieve_error *error)
{
    firesieve_workload_time time;
    measurement->repeats = 1;
    firesieve_status status = run(measurement, kernel, &time, error);
    while (status == FIRESIEVE_OK && time.seconds < seconds) {
        measurement->repeats *= 2;
        status = run(measurement, kernel, &time, error);
    }
    const double fitting = time.seconds > 0 ? (double)measurement->repeats * seconds / time.seconds : 1;
    measurement->repeats = fitting > 1 ? (uint64_t)fitting : 1;
    return status;
}

/* Short rounds of both, each in the reverse order of the one before (A B B A), so that both are disturbed alike. */
static firesieve_status measure_rounds(struct measurement *measurements, const firesieve_kernel *kernel, double seconds,
                                       firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    for (int i = 0; i < MEASURES && status == FIRESIEVE_OK; ++i) {
        status = calibrate(&measurements[i], kernel, seconds / (MEASURES * ROUNDS), error);
    }
    for (int step = 0; step < ROUNDS * MEASURES && status == FIRESIEVE_OK; ++step) {
        const int round = step / MEASURES;
        const int place = step % MEASURES;
        struct measurement *const measurement = &measurements[round % 2 == 0 ? place : MEASURES - 1 - place];
        firesieve_workload_time time;
        status = run(measurement, kernel, &time, error);
        measurement->rates[round] = time.seconds > 0 ? time.amount / time.seconds : 0;
    }
    return status;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median_rate(struct measurement *measurement)
{
    double *const rates = measurement->rates;
    qsort(rates, ROUNDS, sizeof *rates, compare_doubles);
    return (rates[ROUNDS / 2 - 1] + rates[ROUNDS / 2]) / 2;
}

firesieve_status firesieve_kernel_measure(const firesieve_kernel *kernel, double seconds, firesieve_kernel_speed *speed,
                                          firesieve_error *error)
{
    struct measurement measurements[MEASURES] = {{.workload = NULL}};
    firesieve_status status = kernel_require(kernel, error);
    for (int i = 0; i < MEASURES && status == FIRESIEVE_OK; ++i) {
        status = firesieve_workload_create(&shapes[i], &measurements[i].workload, error);
    }
    if (status == FIRESIEVE_OK) {
        status = measure_rounds(measurements, kernel, seconds, error);
    }
    if (status == FIRESIEVE_OK) {
        *speed = (firesieve_kernel_speed){
            .row_bytes_s = median_rate(&measurements[MEASURE_ROWS]),
            .lane_tests_s = median_rate(&measurements[MEASURE_LANES]),
        };
    }
    for (int i = 0; i < MEASURES; ++i) {
        firesieve_workload_free(measurements[i].workload);
    }
    return status;
}
