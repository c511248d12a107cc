/*
 * Measuring kernels reports the figures of their runs: the linker replaces the run by a function of this test, which
 * has a clock of its own.
 */
#include <criterion/criterion.h>
#include <firesieve/firesieve.h>
#include <math.h>

#include "support/kernels.h"

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
firesieve_status __real_firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel,
                                               uint64_t repeats, firesieve_workload_time *time, firesieve_error *error);
firesieve_status __wrap_firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel,
                                               uint64_t repeats, firesieve_workload_time *time, firesieve_error *error);
/* NOLINTEND(bugprone-reserved-identifier) */

/*
 * The speed that a kernel should be measured at: bytes per second of the first workload, tests per second of the
 * second.
 */
static const double speeds[] = {3e9, 7e8};

static struct {
    bool running;
    const firesieve_kernel *kernel; /* the one to be measured */
    const firesieve_workload *first;
    uint64_t runs;
    double seconds; /* of all runs */
} clock;

/* One run in three is disturbed, and takes ten times as long. NOLINTNEXTLINE(bugprone-reserved-identifier) */
firesieve_status __wrap_firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel,
                                               uint64_t repeats, firesieve_workload_time *time, firesieve_error *error)
{
    if (!clock.running) {
        return __real_firesieve_workload_run(workload, kernel, repeats, time, error);
    }
    cr_assert(kernel == clock.kernel && repeats > 0);
    const firesieve_status status = __real_firesieve_workload_run(workload, kernel, 1, time, error);
    clock.first = clock.first == NULL ? workload : clock.first;
    time->amount *= (double)repeats;
    time->seconds = time->amount / speeds[workload != clock.first] * (++clock.runs % 3 == 0 ? 10 : 1);
    clock.seconds += time->seconds;
    return status;
}

ParameterizedTestParameters(speed, is_the_median_of_what_runs_took)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, speed, is_the_median_of_what_runs_took)
{
    static const double wanted_s = 0.02;
    operations_or_skip(*index);
    const firesieve_kernel *const kernel = firesieve_kernel_at(*index);
    firesieve_kernel_speed speed;
    clock.kernel = kernel;
    clock.running = true;
    cr_assert(firesieve_kernel_measure(kernel, wanted_s, &speed, NULL) == FIRESIEVE_OK);
    clock.running = false;
    cr_expect(fabs(speed.row_bytes_s / speeds[0] - 1) < 1e-9, "%g bytes a second", speed.row_bytes_s);
    cr_expect(fabs(speed.lane_tests_s / speeds[1] - 1) < 1e-9, "%g tests a second", speed.lane_tests_s);
    /* A third of the runs is disturbed, and the number of repeats may have been planned by one of those. */
    cr_expect(clock.seconds > wanted_s / 12 && clock.seconds < 6 * wanted_s, "%g s", clock.seconds);
}
