/* Every kernel on random and pathological cases, through the public interface. */
#include <criterion/criterion.h>
#include <firesieve/firesieve.h>
#include <inttypes.h>
#include <string.h>

#include "support/kernels.h"

enum { CASES = 2000 };

ParameterizedTestParameters(random_cases, kernel_agrees_with_scalar_and_oracle)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, random_cases, kernel_agrees_with_scalar_and_oracle)
{
    char label[KERNEL_LABEL_SIZE];
    operations_or_skip(*index);
    firesieve_verify_report report;
    const firesieve_status status =
        firesieve_kernel_verify(firesieve_kernel_at(*index), CASES, test_seed(), &report, NULL);
    cr_assert(status == FIRESIEVE_OK, "%s", firesieve_status_text(status));
    cr_assert(report.cases == CASES);
    cr_assert(report.mismatches == 0,
              "%s: %" PRIu64 " of %d cases differ; FIRESIEVE_TEST_SEED=%" PRIu64 " begins with: %s",
              kernel_label(*index, label), report.mismatches, CASES, report.first_bad_seed, report.first_mismatch);
    cr_assert(report.first_bad_seed == 0 && report.first_mismatch[0] == '\0');
}

ParameterizedTestParameters(random_cases, kernel_that_cannot_run_is_refused)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, random_cases, kernel_that_cannot_run_is_refused)
{
    const firesieve_kernel *const kernel = firesieve_kernel_at(*index);
    const firesieve_status expected = firesieve_kernel_runs_here(kernel) ? FIRESIEVE_OK : FIRESIEVE_ERROR_KERNEL;
    firesieve_verify_report report;
    firesieve_kernel_speed speed;
    firesieve_error error = {0};
    cr_assert(firesieve_kernel_verify(kernel, 0, 0, &report, &error) == expected);
    cr_assert(firesieve_kernel_measure(kernel, 0, &speed, &error) == expected);
    cr_assert(error.status == expected);
    cr_assert((error.message[0] != '\0') == (expected != FIRESIEVE_OK));
}
