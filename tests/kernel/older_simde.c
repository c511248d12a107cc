/* Kernels built with what kernels/NAME_simde.h has for a SIMDe before 0.7.4, whichever SIMDe is installed. */
#include <criterion/criterion.h>

#include "cpu/kernel_table.h"
#include "kernel.h"
#include "support/kernels.h"
#include "verify/verify.h"

enum { CASES = 300 };

extern const struct kernel_operations avx512_older_simde_emulated;
extern const struct kernel_operations avx512vbmi_older_simde_emulated;
extern const struct kernel_operations wasm_older_simde_emulated;

static void expect_right(const struct kernel_operations *operations)
{
    firesieve_verify_report report;
    cr_assert(verify_operations(operations, CASES, test_seed(), (struct go_on){NULL, NULL}, &report, NULL) ==
              FIRESIEVE_OK);
    cr_assert(report.mismatches == 0, "%s", report.first_mismatch);
}

Test(older_simde, emulated_kernels_are_right)
{
    expect_right(&avx512_older_simde_emulated);
    expect_right(&avx512vbmi_older_simde_emulated);
    expect_right(&wasm_older_simde_emulated);
}

#ifdef HAS_NATIVE_AVX512
extern const struct kernel_operations avx512_older_simde;
extern const struct kernel_operations avx512vbmi_older_simde;

static void expect_right_here(const char *name, const struct kernel_operations *operations)
{
    if (!firesieve_kernel_runs_here(firesieve_kernel_find(name))) {
        cr_skip_test("this CPU does not run %s", name);
    }
    expect_right(operations);
}

Test(older_simde, native_avx512_is_right)
{
    expect_right_here("avx512", &avx512_older_simde);
}

Test(older_simde, native_avx512vbmi_is_right)
{
    expect_right_here("avx512vbmi", &avx512vbmi_older_simde);
}
#endif
