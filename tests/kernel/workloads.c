/* The data that kernels are timed on: every kernel gets the same results from it, and amounts are those of the work. */
#include <criterion/criterion.h>
#include <firesieve/firesieve.h>

#include "base/clock.h"
#include "support/kernels.h"

static const firesieve_workload_shape shapes[] = {
    {FIRESIEVE_OPERATION_ROWS, 1, 64, 1, {0}},          {FIRESIEVE_OPERATION_ROWS, 12, 12 * 2048, 2, {0}},
    {FIRESIEVE_OPERATION_ROWS, 7, 7 * 64 * 33, 3, {0}}, {FIRESIEVE_OPERATION_ROWS, 64, 1 << 20, 4, {0}},
    {FIRESIEVE_OPERATION_LANES, 1, 64, 5, {0}},         {FIRESIEVE_OPERATION_LANES, 64, 4096, 6, {0}},
    {FIRESIEVE_OPERATION_LANES, 3, 1 << 20, 7, {0}},
};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static firesieve_workload *create(const firesieve_workload_shape *shape)
{
    firesieve_workload *workload;
    cr_assert(firesieve_workload_create(shape, &workload, NULL) == FIRESIEVE_OK);
    return workload;
}

ParameterizedTestParameters(workloads, every_kernel_makes_the_same_of_them)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, workloads, every_kernel_makes_the_same_of_them)
{
    operations_or_skip(*index);
    for (size_t i = 0; i < SHAPES; ++i) {
        firesieve_workload *const workload = create(&shapes[i]);
        uint64_t wanted;
        uint64_t got;
        cr_assert(firesieve_workload_digest(workload, firesieve_kernel_at(0), &wanted, NULL) == FIRESIEVE_OK);
        cr_assert(firesieve_workload_digest(workload, firesieve_kernel_at(*index), &got, NULL) == FIRESIEVE_OK);
        cr_expect(got == wanted, "shape %zu", i);
        firesieve_workload_free(workload);
    }
}

Test(workloads, of_other_data_have_other_digests)
{
    uint64_t digests[SHAPES + 1];
    for (size_t i = 0; i <= SHAPES; ++i) {
        firesieve_workload_shape shape = shapes[i == SHAPES ? 1 : i];
        shape.seed += i == SHAPES;
        firesieve_workload *const workload = create(&shape);
        cr_assert(firesieve_workload_digest(workload, firesieve_kernel_at(0), &digests[i], NULL) == FIRESIEVE_OK);
        firesieve_workload_free(workload);
        for (size_t j = 0; j < i; ++j) {
            cr_expect(digests[j] != digests[i], "%zu and %zu", j, i);
        }
    }
}

Test(workloads, say_how_much_was_worked_on)
{
    static const struct {
        size_t shape;
        bool loads;
        double least;
        double most;
    } cases[] = {
        {0, false, 64, 64},
        {1, false, 12 * 2048, 12 * 2048},
        {2, false, 7 * 64 * 33, 7 * 64 * 33},
        {4, false, 16, 16},
        {5, false, 60 * 1024,
         64 * 1024}, /* layers catch a few candidates, which later ones need not be tested against */
        {1, true, 12 * 2048, 12 * 2048 + 24 * 64},
        {4, true, 64, 512},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        firesieve_workload *const workload = create(&shapes[cases[i].shape]);
        const firesieve_kernel *const kernel = cases[i].loads ? NULL : firesieve_kernel_at(0);
        firesieve_workload_time time;
        const double started = clock_seconds();
        cr_assert(firesieve_workload_run(workload, kernel, 10, &time, NULL) == FIRESIEVE_OK);
        const double wall_s = clock_seconds() - started;
        cr_expect(time.seconds >= 0 && time.seconds <= wall_s, "case %zu: %g s of %g s", i, time.seconds, wall_s);
        cr_expect(time.amount >= 10 * cases[i].least && time.amount <= 10 * cases[i].most, "case %zu: %g", i,
                  time.amount);
        firesieve_workload_free(workload);
    }
}

Test(workloads, of_impossible_shapes_are_refused)
{
    static const struct {
        firesieve_workload_shape shape;
        const char *message;
    } cases[] = {
        {{(firesieve_operation)2, 1, 64, 0, {0}}, "there is no operation 2"},
        {{FIRESIEVE_OPERATION_ROWS, 0, 64, 0, {0}}, "a workload has from 1 to 64 rows, not 0"},
        {{FIRESIEVE_OPERATION_ROWS, 65, 1 << 20, 0, {0}}, "a workload has from 1 to 64 rows, not 65"},
        {{FIRESIEVE_OPERATION_ROWS, 2, 127, 0, {0}}, "such a workload has from 128 to 1073741824 bytes, not 127"},
        {{FIRESIEVE_OPERATION_LANES, 2, 63, 0, {0}}, "such a workload has from 64 to 1073741824 bytes, not 63"},
        {{FIRESIEVE_OPERATION_LANES, 2, (size_t)FIRESIEVE_WORKLOAD_BYTES_MAX + 1, 0, {0}},
         "such a workload has from 64 to 1073741824 bytes, not 1073741825"},
        {{FIRESIEVE_OPERATION_ROWS, 1, 64, 0, {[3] = 1}},
         "expected no options but those of version " FIRESIEVE_VERSION "; start from a shape that is all 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        firesieve_workload *workload = NULL;
        firesieve_error error;
        cr_expect(firesieve_workload_create(&cases[i].shape, &workload, &error) == FIRESIEVE_ERROR_ARGUMENT);
        cr_expect_null(workload);
        cr_expect_str_eq(error.message, cases[i].message);
    }
}
