/* The options that firesieve_solve accepts, and the versions and names that the library reports. */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "firewalls.h"

static firesieve_firewall *example(void)
{
    return parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
}

static void expect_argument_error(const firesieve_search_options *options, const char *message)
{
    firesieve_firewall *const firewall = example();
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_solve(firewall, options, &result, &error) == FIRESIEVE_ERROR_ARGUMENT, "%s", message);
    cr_assert(error.status == FIRESIEVE_ERROR_ARGUMENT && error.line == 0 && error.column == 0);
    cr_assert_str_eq(error.message, message);
    firesieve_firewall_free(firewall);
}

Test(options, out_of_range_are_refused)
{
    static const char range[] = "expected a range with from <= to <= 2^127";
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = method;
        options.from = 11;
        options.to = 10;
        expect_argument_error(&options, range);
        options.to = FIRESIEVE_DELAY_END + 1;
        expect_argument_error(&options, range);
        options.to = FIRESIEVE_NO_END - 1;
        expect_argument_error(&options, range);
        options.from = FIRESIEVE_DELAY_END + 1;
        expect_argument_error(&options, range);
        options.to = FIRESIEVE_NO_END;
        expect_argument_error(&options, range);

        options = firesieve_search_defaults();
        options.method = method;
        options.time_limit_s = (double)NAN;
        expect_argument_error(&options, "expected a time limit in seconds");

        options = firesieve_search_defaults();
        options.method = method;
        options.threads = 5000;
        expect_argument_error(&options, "expected at most 4096 threads");
    }
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_COUNT;
    expect_argument_error(&options, "no such method");
    options.method = (firesieve_method)-1;
    expect_argument_error(&options, "no such method");
}

Test(options, of_later_versions_are_refused)
{
    for (size_t i = 0; i < COUNT_OF(((firesieve_search_options *)NULL)->reserved); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        options.reserved[i] = UINT64_C(1) << 63;
        expect_argument_error(&options, "expected no options but those of version " FIRESIEVE_VERSION
                                        "; start from firesieve_search_defaults");
    }
}

Test(options, that_are_null_are_the_defaults)
{
    firesieve_firewall *const firewall = example();
    firesieve_search_result result;
    firesieve_explanation explanation;
    firesieve_certificate *certificate;
    firesieve_certificate_report report;
    cr_assert(firesieve_count(firewall, NULL, &result, NULL) == FIRESIEVE_OK);
    cr_expect(result.count == FIRESIEVE_DELAY_END / 12, "%s", SHOW(result.count));
    cr_assert(firesieve_solve(firewall, NULL, &result, NULL) == FIRESIEVE_OK);
    cr_expect(result.outcome == FIRESIEVE_FOUND && result.delay == 10);
    cr_assert(firesieve_explain(firewall, NULL, &explanation, NULL) == FIRESIEVE_OK);
    cr_expect(explanation.cycle == 12 && explanation.short_path);
    firesieve_explanation_free(&explanation);
    cr_assert(firesieve_certify(firewall, NULL, &result, &certificate, NULL) == FIRESIEVE_OK);
    cr_assert(firesieve_certificate_check(firewall, certificate, NULL, &report, NULL) == FIRESIEVE_OK);
    cr_expect(report.verdict == FIRESIEVE_ACCEPTED && report.delay == 10);
    firesieve_certificate_free(certificate);
    firesieve_firewall_free(firewall);
}

Test(options, of_a_family_that_are_null_are_the_defaults)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        const firesieve_generate_options defaults = firesieve_generate_defaults(family);
        firesieve_firewall *const one = generate_firewall(family, NULL);
        firesieve_firewall *const other = generate_firewall(family, &defaults);
        const size_t count = firesieve_firewall_layer_count(other);
        cr_assert(firesieve_firewall_layer_count(one) == count);
        cr_expect_arr_eq(firesieve_firewall_layers(one), firesieve_firewall_layers(other),
                         count * sizeof(firesieve_layer), "%s", firesieve_family_name(family));
        firesieve_firewall_free(one);
        firesieve_firewall_free(other);
    }
}

Test(options, versions_of_library_and_header_agree)
{
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", FIRESIEVE_VERSION_MAJOR, FIRESIEVE_VERSION_MINOR, FIRESIEVE_VERSION_PATCH);
    cr_expect_str_eq(firesieve_version(), text);
    cr_expect_str_eq(FIRESIEVE_VERSION, text);
}

Test(options, a_kernel_that_cannot_run_here_is_refused)
{
    firesieve_firewall *const firewall = example();
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        firesieve_search_options options = firesieve_search_defaults();
        options.kernel = kernel;
        for (int by_auto = 0; by_auto <= 1; ++by_auto) {
            options.method = by_auto ? FIRESIEVE_METHOD_AUTO : FIRESIEVE_METHOD_SCAN;
            firesieve_search_result result;
            firesieve_error error = {0};
            const firesieve_status status = firesieve_solve(firewall, &options, &result, &error);
            if (firesieve_kernel_runs_here(kernel)) {
                const firesieve_kernel *const used = by_auto ? NULL : kernel; /* the short path has none */
                cr_assert(status == FIRESIEVE_OK && result.kernel == used && result.delay == 10);
            } else {
                cr_assert(status == FIRESIEVE_ERROR_KERNEL && error.status == FIRESIEVE_ERROR_KERNEL);
                cr_assert(strstr(error.message, firesieve_kernel_name(kernel)) != NULL, "%s", error.message);
            }
        }
    }
    firesieve_firewall_free(firewall);
}

/* One class more than the limit is an error; one less is not. */
Test(options, a_focus_of_too_many_classes_is_refused)
{
    enum { MOST = 1 << 18 };
    firesieve_layer *const layers = calloc(MOST + 1, sizeof *layers);
    cr_assert(layers != NULL);
    for (uint64_t i = 0; i <= MOST; ++i) {
        layers[i] = (firesieve_layer){.depth = i, .range = MOST + 2};
    }
    for (size_t count = MOST; count <= MOST + 1; ++count) {
        firesieve_firewall *const firewall = build_firewall(layers, count);
        firesieve_search_options options = firesieve_search_defaults();
        options.method = FIRESIEVE_METHOD_FOCUS;
        firesieve_search_result result;
        firesieve_error error = {0};
        const firesieve_status status = firesieve_solve(firewall, &options, &result, &error);
        cr_assert(status == (count == MOST ? FIRESIEVE_OK : FIRESIEVE_ERROR_ARGUMENT), "%s", error.message);
        cr_assert(status == FIRESIEVE_OK || strstr(error.message, "at most 262144 residue classes") != NULL);
        cr_assert(status != FIRESIEVE_OK || result.delay == 1, "%s", SHOW(result.delay));
        firesieve_firewall_free(firewall);
    }
    free(layers);
}

Test(options, the_error_argument_can_be_null)
{
    firesieve_firewall *const firewall = example();
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    options.threads = UINT_MAX;
    cr_assert(firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_ERROR_ARGUMENT);
    firesieve_firewall_free(firewall);
}

Test(options, defaults_search_everything_with_the_best_method)
{
    firesieve_firewall *const firewall = example();
    const firesieve_search_options options = firesieve_search_defaults();
    cr_assert(options.method == FIRESIEVE_METHOD_AUTO && options.kernel == NULL && options.threads == 0);
    cr_assert(options.from == 0 && options.to == FIRESIEVE_NO_END && isinf(options.time_limit_s));
    cr_assert(options.progress == NULL);
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == 10 && result.candidates == 11);
    cr_assert(result.method == FIRESIEVE_METHOD_WHEEL && result.kernel == NULL); /* by the short path */
    cr_assert(result.reason == NULL && result.threads == 1 && result.elapsed_s >= 0);
    firesieve_firewall_free(firewall);
}

Test(options, an_empty_range_has_no_safe_delay)
{
    const firesieve_delay places[] = {0, 10, FIRESIEVE_DELAY_END};
    firesieve_firewall *const firewall = example();
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        for (size_t i = 0; i < COUNT_OF(places); ++i) {
            firesieve_search_options options = firesieve_search_defaults();
            options.method = method;
            options.from = places[i];
            options.to = places[i];
            if (method == FIRESIEVE_METHOD_SIMULATE && i > 1) {
                options.time_limit_s = 0.01; /* it steps there */
            }
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_NONE || options.time_limit_s < 1, "%s at %s",
                      firesieve_method_name(method), SHOW(places[i]));
            cr_assert(result.reached == places[i] && result.candidates == 0);
        }
    }
    firesieve_firewall_free(firewall);
}

Test(options, no_time_at_all_is_a_limit_at_the_start)
{
    static const double limits[] = {0, -1, -INFINITY};
    static const unsigned threads[] = {1, 3};
    const firesieve_delay places[] = {0, 5, (firesieve_delay)1 << 70};
    firesieve_firewall *const firewall = example();
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        for (size_t i = 0; i < COUNT_OF(places) * COUNT_OF(limits) * COUNT_OF(threads); ++i) {
            firesieve_search_options options = firesieve_search_defaults();
            options.method = method;
            options.from = places[i % COUNT_OF(places)];
            options.time_limit_s = limits[i / COUNT_OF(places) % COUNT_OF(limits)];
            options.threads = threads[i / COUNT_OF(places) / COUNT_OF(limits)];
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_LIMIT, "%s, row %zu", firesieve_method_name(method), i);
            cr_assert(result.reached == options.from && result.candidates == 0 && result.reason == NULL);
        }
    }
    firesieve_firewall_free(firewall);
}

Test(options, methods_and_statuses_have_names)
{
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        cr_assert(firesieve_method_name(method) != NULL);
        for (firesieve_method other = 0; other < method; ++other) {
            cr_assert_str_neq(firesieve_method_name(method), firesieve_method_name(other));
        }
    }
    cr_assert(firesieve_method_name(FIRESIEVE_METHOD_COUNT) == NULL);
    for (firesieve_status status = FIRESIEVE_OK; status <= FIRESIEVE_ERROR_RECORD; ++status) {
        for (firesieve_status other = 0; other < status; ++other) {
            cr_assert_str_neq(firesieve_status_text(status), firesieve_status_text(other));
        }
    }
    cr_assert(firesieve_status_text((firesieve_status)-1) != NULL);
}
