#include "support/kernels.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/kernel_table.h"

enum { KERNELS_MAX = 64 };

struct criterion_test_params every_kernel(void)
{
    static size_t indices[KERNELS_MAX];
    const size_t count = firesieve_kernel_count();
    if (count > KERNELS_MAX) {
        abort();
    }
    for (size_t i = 0; i < count; ++i) {
        indices[i] = i;
    }
    return cr_make_param_array(size_t, indices, count, NULL);
}

const char *kernel_label(size_t index, char *text)
{
    const firesieve_kernel *const kernel = firesieve_kernel_at(index);
    snprintf(text, KERNEL_LABEL_SIZE, "%s%s", firesieve_kernel_name(kernel),
             firesieve_kernel_emulated(kernel) ? ", emulated" : "");
    return text;
}

const struct kernel_operations *operations_or_skip(size_t index)
{
    const firesieve_kernel *const kernel = firesieve_kernel_at(index);
    firesieve_error error;
    if (kernel_require(kernel, &error) != FIRESIEVE_OK) {
        cr_skip_test("%s", error.message);
    }
    char label[KERNEL_LABEL_SIZE];
    cr_log_info("kernel %s", kernel_label(index, label));
    return kernel->operations;
}

uint64_t test_seed(void)
{
    const char *const text = getenv("FIRESIEVE_TEST_SEED");
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : 1;
}
