/* Answers are compared before methods are timed: kernels and methods that are made wrong here must be detected. */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/bench.h"
#include "reports.h"

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
firesieve_status __real_firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                  uint64_t *digest, firesieve_error *error);
firesieve_status __wrap_firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                  uint64_t *digest, firesieve_error *error);
firesieve_status __real_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);
firesieve_status __wrap_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);

/* NOLINTEND(bugprone-reserved-identifier) */

static const firesieve_kernel *wrong_kernel;                  /* its digests are wrong */
static firesieve_method wrong_method = FIRESIEVE_METHOD_AUTO; /* its delays are one too large; AUTO: none */
static firesieve_outcome wrong_outcome = FIRESIEVE_FOUND;     /* its outcome then */

firesieve_status __wrap_firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                  uint64_t *digest, firesieve_error *error)
{
    const firesieve_status status = __real_firesieve_workload_digest(workload, kernel, digest, error);
    *digest += kernel == wrong_kernel;
    return status;
}

firesieve_status __wrap_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_status status = __real_firesieve_solve(firewall, options, result, error);
    if (wrong_method != FIRESIEVE_METHOD_AUTO && options->method == wrong_method) {
        ++result->delay;
        result->outcome = wrong_outcome;
    }
    return status;
}

static firesieve_firewall *puzzle(void)
{
    firesieve_firewall *firewall;
    cr_assert(instance_generate(&instances[0], &firewall, NULL) == FIRESIEVE_OK);
    return firewall;
}

/* Runs all sessions, or those until something was wrong. */
static enum bench_outcome measure_kernels(struct report *report, const struct bench_request *request,
                                          struct bench_message *message)
{
    struct kernels_bench *const bench = kernels_start(request);
    enum bench_outcome outcome = BENCH_DONE;
    cr_assert_not_null(bench);
    for (int i = 0; i < KERNELS_SESSIONS && outcome == BENCH_DONE; ++i) {
        outcome = kernels_session(bench, report, message);
    }
    kernels_end(bench);
    return outcome;
}

Test(measure, a_wrong_kernel_is_detected_and_nothing_timed)
{
    struct report report = report_empty();
    struct bench_message message;
    const struct bench_request request = {.seed = 4, .seconds = 0};
    wrong_kernel = firesieve_kernel_best();
    if (wrong_kernel == firesieve_kernel_at(0)) {
        cr_skip("scalar is the only kernel");
    }
    cr_assert(measure_kernels(&report, &request, &message) == BENCH_MISMATCH);
    char wanted[256];
    snprintf(wanted, sizeof wanted, "kernel %s is wrong: its rows differ from those of scalar (4 rows, L1, seed 4)",
             firesieve_kernel_name(wrong_kernel));
    cr_expect_str_eq(message.text, wanted);
    cr_expect(report.count == 0);
    report_free(&report);
}

Test(measure, a_wrong_method_is_detected_and_nothing_timed)
{
    static const struct {
        firesieve_method method;
        firesieve_outcome outcome;
        const char *got;
    } cases[] = {
        {FIRESIEVE_METHOD_SCAN, FIRESIEVE_FOUND, "it finds '1056706', others '1056705'"},
        {FIRESIEVE_METHOD_WHEEL, FIRESIEVE_NONE, "it finds 'none', others '1056705'"},
    };
    firesieve_firewall *const firewall = puzzle();
    const struct bench_request request = {.only_method = -1, .threads = 1, .seconds = 0, .time_limit_s = 20};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct report report = report_empty();
        struct bench_message message;
        wrong_method = cases[i].method;
        wrong_outcome = cases[i].outcome;
        cr_assert(methods_measure(&report, "puzzle", firewall, &request, &message) == BENCH_MISMATCH);
        cr_expect_not_null(strstr(message.text, cases[i].got), "%s", message.text);
        cr_expect(report.count == 0);
        report_free(&report);
    }
    firesieve_firewall_free(firewall);
}

Test(measure, kernels_are_measured_on_every_table_with_loads_in_each_cache)
{
    struct report report = report_empty();
    struct bench_message message;
    const struct bench_request request = {.only_kernel = firesieve_kernel_at(0), .seed = 1, .seconds = 0};
    size_t loads = 0;
    cr_assert(measure_kernels(&report, &request, &message) == BENCH_DONE, "%s", message.text);
    cr_expect(report.count == 14 + 3, "%zu", report.count);
    for (size_t i = 0; i < report.count; ++i) {
        struct summary rates;
        cr_expect(report.items[i].count >= 10, "at least two rounds in each of five sessions");
        cr_expect(measurement_rates(&report.items[i], &rates) && rates.min > 0);
        cr_expect(report_find(&report, &report.items[i]) == &report.items[i], "%s is there twice",
                  report.items[i].subject);
        loads += strcmp(report.items[i].method, "loads") == 0;
    }
    cr_expect(loads == 3);
    report_free(&report);
}

/* Filling it takes a while, so a short run leaves it out. */
Test(measure, a_table_in_memory_is_read_if_there_is_time)
{
    struct report report = report_empty();
    struct bench_message message;
    struct filter filter;
    cr_assert(filter_open(&filter, "memory, (loads|rows on scalar)", &message));
    const struct bench_request request = {.seed = 1, .seconds = 1, .filter = &filter};
    cr_assert(measure_kernels(&report, &request, &message) == BENCH_DONE, "%s", message.text);
    cr_assert(report.count == 2);
    cr_expect_str_eq(report.items[0].subject, "12 rows, memory");
    cr_expect_str_eq(report.items[0].kernel, "scalar");
    cr_expect_str_eq(report.items[1].method, "loads");
    cr_expect(report.items[0].size >= 256 << 20);
    report_free(&report);
    filter_close(&filter);
}

Test(measure, threads_are_doubled_up_to_the_maximum)
{
    static const unsigned wanted[] = {1, 2, 4, 5};
    struct report report = report_empty();
    struct bench_message message;
    firesieve_firewall *const firewall = puzzle();
    const struct bench_request request = {
        .sweeps_threads = true, .only_method = -1, .threads = 5, .seconds = 0, .time_limit_s = 20};
    cr_assert(methods_measure(&report, "puzzle", firewall, &request, &message) == BENCH_DONE);
    cr_assert(report.count == 4);
    for (size_t i = 0; i < 4; ++i) {
        cr_expect(report.items[i].part == PART_THREADS && report.items[i].threads == wanted[i]);
        cr_expect_str_eq(report.items[i].answer, "1056705");
        cr_expect(report.items[i].count >= 5);
        cr_expect(report_find(&report, &report.items[i]) == &report.items[i]);
        cr_expect(report_find_widest(&report, &report.items[i]) == &report.items[3]);
    }
    firesieve_firewall_free(firewall);
    report_free(&report);
}

/* Steps that are too slow are timed in part; the last one is what the library does by default. */
Test(measure, the_ladder_has_every_step_of_the_puzzle)
{
    struct report report = report_empty();
    struct bench_message message;
    firesieve_firewall *firewall;
    cr_assert(ladder_firewall(&firewall, NULL) == FIRESIEVE_OK);
    const struct bench_request request = {.threads = 2, .seconds = 3};
    cr_assert(ladder_measure(&report, ladder_firewall_name, firewall, &request, &message) == BENCH_DONE, "%s",
              message.text);
    static const char *const first[] = {"first try", "closed form", "plain C", "scan"};
    cr_assert(report.count >= 6);
    for (size_t i = 0; i < 4; ++i) {
        cr_expect_str_eq(report.items[i].method, first[i]);
    }
    cr_expect_str_eq(report.items[report.count - 2].method, "wheel");
    cr_expect_str_eq(report.items[report.count - 1].method, "short path");
    for (size_t i = 0; i < report.count; ++i) {
        cr_expect(report.items[i].count > 0 && report.items[i].part == PART_LADDER);
        cr_expect_str_eq(report.items[i].answer, "3823370");
    }
    firesieve_firewall_free(firewall);
    report_free(&report);
}

Test(measure, a_wrong_step_of_the_ladder_is_detected)
{
    struct report report = report_empty();
    struct bench_message message;
    firesieve_firewall *firewall;
    wrong_method = FIRESIEVE_METHOD_WHEEL;
    cr_assert(ladder_firewall(&firewall, NULL) == FIRESIEVE_OK);
    const struct bench_request request = {.threads = 1, .seconds = 5};
    cr_expect(ladder_measure(&report, ladder_firewall_name, firewall, &request, &message) == BENCH_MISMATCH);
    cr_expect_str_eq(message.text, "step wheel is wrong: its answer is not that of the others");
    cr_expect(report.count == 0);
    firesieve_firewall_free(firewall);
    report_free(&report);
}

Test(measure, methods_that_take_too_long_are_left_out)
{
    struct report report = report_empty();
    struct bench_message message;
    firesieve_firewall *const firewall = puzzle();
    const struct bench_request request = {
        .only_kernel = firesieve_kernel_at(0), .only_method = -1, .threads = 1, .seconds = 0, .time_limit_s = 0};
    cr_assert(methods_measure(&report, "a\tname", firewall, &request, &message) == BENCH_DONE);
    cr_assert(report.count == FIRESIEVE_METHOD_COUNT);
    for (size_t i = 0; i < report.count; ++i) {
        cr_expect_str_eq(report.items[i].subject, "a?name");
        cr_expect_str_eq(report.items[i].left_out, "over 0 s");
        cr_expect_str_empty(report.items[i].answer);
        cr_expect(report.items[i].count == 0);
    }
    firesieve_firewall_free(firewall);
    report_free(&report);
}

Test(measure, methods_that_refuse_are_left_out)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_UNIFORM);
    struct report report = report_empty();
    struct bench_message message;
    firesieve_firewall *firewall;
    options.layers = 200000; /* with long periods, too many for a focus */
    options.min_range = 100000;
    options.max_range = 10000000;
    cr_assert(firesieve_firewall_generate(FIRESIEVE_FAMILY_UNIFORM, &options, &firewall, NULL) == FIRESIEVE_OK);
    const struct bench_request request = {.only_kernel = firesieve_kernel_at(0),
                                          .only_method = FIRESIEVE_METHOD_FOCUS,
                                          .threads = 1,
                                          .seconds = 0,
                                          .time_limit_s = 20};
    cr_assert(methods_measure(&report, "many", firewall, &request, &message) == BENCH_DONE, "%s", message.text);
    for (size_t i = 0; i < report.count; ++i) {
        cr_expect(strncmp(report.items[i].left_out, "refused: method focus takes at most", 35) == 0, "%s",
                  report.items[i].left_out);
    }
    firesieve_firewall_free(firewall);
    report_free(&report);
}

static bool go_on_for(void *context, double share)
{
    int *const left = context;
    (void)share;
    return --*left >= 0;
}

/* A stopped run reports the figures timed so far, each with the same number of samples. */
Test(measure, a_stopped_run_keeps_whole_rounds)
{
    firesieve_firewall *const firewall = puzzle();
    size_t with_samples = 0;
    for (int questions = 0; questions < 200; questions = 2 * questions + 1) {
        struct report report = report_empty();
        struct bench_message message;
        int left = questions;
        const struct bench_request request = {.only_kernel = firesieve_kernel_at(0),
                                              .only_method = FIRESIEVE_METHOD_WHEEL,
                                              .threads = 1,
                                              .seconds = 0.01,
                                              .time_limit_s = 20,
                                              .watch = {.go_on = go_on_for, .context = &left}};
        const enum bench_outcome outcome = methods_measure(&report, "puzzle", firewall, &request, &message);
        cr_assert(outcome == BENCH_STOPPED || (outcome == BENCH_DONE && left >= 0));
        for (size_t i = 0; i < report.count; ++i) {
            cr_expect(report.items[i].count == report.items[0].count && report.items[i].count > 0);
            ++with_samples;
        }
        left = questions;
        const struct bench_request kernels = {.only_kernel = firesieve_kernel_at(0),
                                              .seed = 1,
                                              .seconds = 0,
                                              .watch = {.go_on = go_on_for, .context = &left}};
        struct report other = report_empty();
        if (measure_kernels(&other, &kernels, &message) == BENCH_STOPPED) {
            for (size_t i = 0; i < other.count; ++i) {
                cr_expect(other.items[i].count == other.items[0].count && other.items[i].count > 0);
                ++with_samples;
            }
        }
        report_free(&other);
        report_free(&report);
    }
    cr_expect(with_samples > 0);
    firesieve_firewall_free(firewall);
}

Test(measure, the_fixed_set_has_different_names)
{
    for (size_t i = 0; i < INSTANCES; ++i) {
        for (size_t j = 0; j < i; ++j) {
            cr_expect_str_neq(instances[i].name, instances[j].name);
        }
    }
}
