/* Shared by all measurements. */
#include <stdlib.h>
#include <time.h>

#include "measure.h"

double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool is_measured(const firesieve_kernel *kernel)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel);
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

static int compare_periods(const void *a, const void *b)
{
    const uint32_t left = ((const struct plain_layer *)a)->period;
    const uint32_t right = ((const struct plain_layer *)b)->period;
    return (left > right) - (left < right);
}

struct plain_layer *copy_layers(const firesieve_firewall *firewall)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    struct plain_layer *const plain = calloc(count, sizeof *plain);
    for (size_t i = 0; plain != NULL && i < count; ++i) {
        plain[i] = (struct plain_layer){(uint32_t)layers[i].depth, (uint32_t)(2 * (layers[i].range - 1))};
    }
    if (plain != NULL) {
        qsort(plain, count, sizeof *plain, compare_periods);
    }
    return plain;
}
