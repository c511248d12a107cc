/* The constants of the lanes operation, compared with plain division. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "pass/lanes.h"
#include "support/kernels.h"

static bool catches(const struct kernel_lane_test *test, uint32_t candidate)
{
    const uint32_t product = (candidate + test->addend) * test->inverse;
    return (product >> test->rotation | product << (-test->rotation & 31)) <= test->limit;
}

static void check(uint64_t period, uint64_t residue, uint64_t candidate)
{
    if (candidate < UINT64_C(1) << KERNEL_CANDIDATE_BITS) {
        const struct kernel_lane_test test = lane_test_prepare(period, residue);
        cr_assert(catches(&test, (uint32_t)candidate) == (candidate % period == residue),
                  "period %" PRIu64 ", residue %" PRIu64 ", candidate %" PRIu64, period, residue, candidate);
    }
}

Test(lane_constants, every_residue_of_small_periods)
{
    const uint64_t last = (UINT64_C(1) << KERNEL_CANDIDATE_BITS) - 1;
    for (uint64_t period = 1; period <= 130; ++period) {
        for (uint64_t residue = 0; residue < period; ++residue) {
            for (uint64_t candidate = 0; candidate < 2 * period + 2; ++candidate) {
                check(period, residue, candidate);
                check(period, residue, last - candidate);
            }
        }
    }
}

Test(lane_constants, the_edges_of_every_power_of_two)
{
    for (unsigned bit = 1; bit < 63; ++bit) {
        for (uint64_t period = (UINT64_C(1) << bit) - 1; period <= (UINT64_C(1) << bit) + 1; ++period) {
            const uint64_t end = period < UINT64_C(1) << 31 ? period : UINT64_C(1) << 31;
            const uint64_t residues[] = {0, 1 % end, end / 2, end - 1};
            for (size_t i = 0; i < sizeof residues / sizeof residues[0]; ++i) {
                for (uint64_t j = 0; j < 5; ++j) {
                    check(period, residues[i], residues[i] + j - 2);
                    check(period, residues[i], residues[i] + period + j - 2);
                    check(period, residues[i], end - 1 - j);
                    check(period, residues[i], ((UINT64_C(1) << 31) - 1) / period * period + residues[i] + j - 2);
                }
            }
        }
    }
}
