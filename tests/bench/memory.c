/*
 * Out of memory while reports are read, compared and written: the linker replaces the allocator's functions with those
 * below, which jansson uses too, and every allocation fails in turn. Results are right, or reported to be missing.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/compare.h"
#include "bench/bench.h"
#include "bench/machine.h"
#include "bench/views.h"
#include "reports.h"

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static long allocations_left = -1; /* until all fail; negative: none fails */

static bool may_allocate(void)
{
    allocations_left -= allocations_left > 0;
    return allocations_left != 0;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
    return may_allocate() ? __real_reallocarray(block, count, size) : NULL;
}

static const char *path(void)
{
    static char text[64];
    snprintf(text, sizeof text, "/tmp/firesieve-memory-%ld", (long)getpid());
    return text;
}

/* Makes two reports with a common figure, and one figure that only one of them has. */
static void make_reports(struct report *reports)
{
    reports[0] = report_empty();
    reports[1] = report_empty();
    report_add(&reports[0], "scalar", 1, 0.01);
    report_add(&reports[0], "avx2", 0.5, 0.01);
    report_add(&reports[1], "scalar", 1.1, 0.01);
    report_add(&reports[1], "neon", 0.5, 0.01);
}

/* Tries something with reports, and returns whether it succeeded. */
typedef bool attempt_function(const struct report *reports);

static const char *const names[] = {"old", "new"};

static bool try_open(const struct report *reports)
{
    struct report read;
    struct bench_message message = {""};
    (void)reports;
    const bool opened = report_open(path(), &read, &message);
    cr_assert(opened ? read.count == 2 : message.text[0] != '\0' && read.count == 0 && read.items == NULL);
    report_free(&read);
    return opened;
}

static bool try_to_json(const struct report *reports)
{
    json_t *const json = report_to_json(&reports[0]);
    const bool made = json != NULL && json_array_size(json_object_get(json, "measurements")) == 2;
    json_decref(json);
    return made;
}

static bool try_compare(const struct report *reports)
{
    FILE *const nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL) {
        return false;
    }
    const struct comparison comparison = {reports, names, 2};
    const bool printed =
        compare_print_groups(&comparison, GRID_TEXT, nowhere) && compare_print_figures(&comparison, GRID_CSV, nowhere);
    const bool worse = verdicts_regressions(&comparison, 1, nowhere) == 1;
    table_print(&reports[0], PART_KERNELS, 0, nowhere);
    fclose(nowhere);
    return printed && worse;
}

static bool try_compare_to_json(const struct report *reports)
{
    json_t *const json = compare_to_json(&(struct comparison){reports, names, 2});
    const bool made = json != NULL && json_array_size(json_object_get(json, "rows")) == 2;
    json_decref(json);
    return made;
}

static bool try_facts(const struct report *reports)
{
    json_t *const facts = machine_facts(1, 2, 0);
    json_t *const warnings = machine_warnings(&reports[0], 2, 9, "/nowhere");
    const bool made = facts != NULL && warnings != NULL && json_object_get(facts, "caches") != NULL;
    json_decref(facts);
    json_decref(warnings);
    return made;
}

static bool try_kernels(const struct report *reports)
{
    struct report report = {.facts = NULL};
    struct bench_message message = {""};
    (void)reports;
    struct kernels_bench *const bench = kernels_start(&(struct bench_request){.seed = 1, .seconds = 1e-6});
    const bool made = bench != NULL && kernels_session(bench, &report, &message) == BENCH_DONE;
    cr_assert(made || bench == NULL || message.text[0] != '\0');
    kernels_end(bench);
    report_free(&report);
    return made;
}

Test(memory, running_out_in_reports_and_benchmarks)
{
    static const struct {
        const char *name;
        attempt_function *attempt;
        long failures; /* the maximum to try: a session makes tables of gigabytes */
    } rows[] = {
        {"open", try_open, 10000},       {"to JSON", try_to_json, 10000},
        {"compare", try_compare, 10000}, {"compare to JSON", try_compare_to_json, 10000},
        {"facts", try_facts, 10000},     {"kernels", try_kernels, 12},
    };
    struct report reports[2];
    json_set_alloc_funcs(__wrap_malloc, free);
    make_reports(reports);
    json_t *const json = report_to_json(&reports[0]);
    cr_assert(json_dump_file(json, path(), 0) == 0);
    json_decref(json);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        bool made = false;
        long allowed = 1;
        for (; !made && allowed <= rows[i].failures; ++allowed) {
            allocations_left = allowed;
            made = rows[i].attempt(reports);
            allocations_left = -1;
        }
        cr_expect((made || rows[i].failures < 100) && allowed > 2, "%s: %ld", rows[i].name, allowed);
    }
    report_free(&reports[0]);
    report_free(&reports[1]);
    unlink(path());
}
