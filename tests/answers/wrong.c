#include "wrong.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cpu/kernel_table.h"

struct wrong wrong;

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
firesieve_status __real_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);
firesieve_status __wrap_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);
firesieve_status __real_firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);
firesieve_status __wrap_firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error);
firesieve_status __real_firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                       firesieve_list_function receive, void *context, firesieve_search_result *result,
                                       firesieve_error *error);
firesieve_status __wrap_firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                       firesieve_list_function receive, void *context, firesieve_search_result *result,
                                       firesieve_error *error);
size_t __real_firesieve_kernel_count(void);
size_t __wrap_firesieve_kernel_count(void);
const firesieve_kernel *__real_firesieve_kernel_at(size_t index);
const firesieve_kernel *__wrap_firesieve_kernel_at(size_t index);

/* NOLINTEND(bugprone-reserved-identifier) */

static bool is_wrong(enum wrong_command command, const firesieve_search_options *options)
{
    return wrong.command == command && wrong.method == options->method && wrong.kernel == options->kernel &&
           options->from >= wrong.from;
}

firesieve_status __wrap_firesieve_solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_status status = __real_firesieve_solve(firewall, options, result, error);
    result->delay += is_wrong(WRONG_SOLVE, options) && result->outcome == FIRESIEVE_FOUND;
    return status;
}

firesieve_status __wrap_firesieve_count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                        firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_status status = __real_firesieve_count(firewall, options, result, error);
    result->count += is_wrong(WRONG_COUNT, options);
    return status;
}

/* Passes delays on to a receiver, except for the second one. */
struct passing {
    firesieve_list_function receive;
    void *context;
    size_t received;
};

static bool pass_on(firesieve_delay delay, void *context)
{
    struct passing *const passing = context;
    return ++passing->received == 2 || passing->receive(delay, passing->context);
}

firesieve_status __wrap_firesieve_list(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                       firesieve_list_function receive, void *context, firesieve_search_result *result,
                                       firesieve_error *error)
{
    struct passing passing = {receive, context, 0};
    return is_wrong(WRONG_LIST, options) ? __real_firesieve_list(firewall, options, pass_on, &passing, result, error)
                                         : __real_firesieve_list(firewall, options, receive, context, result, error);
}

/* ---- A broken kernel -------------------------------------------------------------------------------------- */

static size_t rows_forgetting_the_last_row(const void *const *rows, size_t row_count, size_t word_count,
                                           uint64_t *survivors)
{
    return kernel_scalar()->operations->rows(rows, row_count > 0 ? row_count - 1 : 0, word_count, survivors);
}

static struct kernel_operations broken_operations;
static firesieve_kernel broken_kernel;

const firesieve_kernel *add_broken_kernel(void)
{
    broken_operations = *kernel_scalar()->operations;
    broken_operations.rows = rows_forgetting_the_last_row;
    broken_kernel =
        (firesieve_kernel){.name = "broken", .needs = "", .operations = &broken_operations, .emulated = true};
    return &broken_kernel;
}

size_t __wrap_firesieve_kernel_count(void)
{
    return __real_firesieve_kernel_count() + (broken_kernel.name != NULL);
}

const firesieve_kernel *__wrap_firesieve_kernel_at(size_t index)
{
    return index == __real_firesieve_kernel_count() && broken_kernel.name != NULL ? &broken_kernel
                                                                                  : __real_firesieve_kernel_at(index);
}

firesieve_firewall *firewall_of(const char *text)
{
    firesieve_firewall *firewall;
    cr_assert(firesieve_firewall_parse(text, strlen(text), &firewall, NULL) == FIRESIEVE_OK);
    return firewall;
}

firesieve_firewall *small_firewall(void)
{
    return firewall_of("0: 3\n1: 2\n4: 4\n6: 4\n");
}
