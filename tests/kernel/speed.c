/* The measurement of kernels gives figures that can be true. */
#include <criterion/criterion.h>
#include <firesieve/firesieve.h>
#include <math.h>

#include "support/kernels.h"

ParameterizedTestParameters(speed, measured_speeds_are_positive)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, speed, measured_speeds_are_positive)
{
    operations_or_skip(*index);
    const firesieve_kernel *const kernel = firesieve_kernel_at(*index);
    firesieve_kernel_speed speed;
    cr_assert(firesieve_kernel_measure(kernel, 0.02, &speed, NULL) == FIRESIEVE_OK);
    cr_assert(isfinite(speed.row_bytes_s) && speed.row_bytes_s > 0);
    cr_assert(isfinite(speed.lane_tests_s) && speed.lane_tests_s > 0);
}
