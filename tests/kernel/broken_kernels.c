/* Verification must be able to fail: it catches every kernel that is broken on purpose, and passes a correct one. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <inttypes.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "kernel/broken.h"
#include "support/kernels.h"
#include "verify/verify.h"

enum { CASES = 300, BROKEN_MAX = 128 };

ParameterizedTestParameters(broken_kernels, bug_is_caught)
{
    static size_t indices[BROKEN_MAX];
    for (size_t i = 0; i < broken_kernel_count(); ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, broken_kernel_count(), NULL);
}

ParameterizedTest(const size_t *index, broken_kernels, bug_is_caught)
{
    const struct broken_kernel kernel = broken_kernel_at(*index);
    const size_t name_length = strlen(kernel.operation);
    firesieve_verify_report report;
    cr_assert(verify_operations(&kernel.operations, CASES, test_seed(), (struct go_on){NULL, NULL}, &report, NULL) ==
              FIRESIEVE_OK);
    cr_assert(report.mismatches > 0, "not caught in %d cases from seed %" PRIu64 ": %s", CASES, test_seed(),
              kernel.bug);
    cr_assert(strncmp(report.first_mismatch, kernel.operation, name_length) == 0 &&
                  report.first_mismatch[name_length] == ' ',
              "%s: %s", kernel.bug, report.first_mismatch);

    firesieve_verify_report again;
    cr_assert(verify_operations(&kernel.operations, 1, report.first_bad_seed, (struct go_on){NULL, NULL}, &again,
                                NULL) == FIRESIEVE_OK);
    cr_assert(again.mismatches == 1 && again.first_bad_seed == report.first_bad_seed);
    cr_assert_str_eq(again.first_mismatch, report.first_mismatch);
}

Test(broken_kernels, correct_kernel_passes_the_same_cases)
{
    firesieve_verify_report report;
    cr_assert(verify_operations(kernel_scalar()->operations, CASES, test_seed(), (struct go_on){NULL, NULL}, &report,
                                NULL) == FIRESIEVE_OK);
    cr_assert(report.mismatches == 0, "%s", report.first_mismatch);
}
