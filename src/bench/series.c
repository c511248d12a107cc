#include "bench/series.h"

#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The value below which a share of the sorted ones lies, between two neighbours where there is none. */
static double quantile(const double *sorted, size_t count, double share)
{
    const double place = share * (double)(count - 1);
    const size_t below = (size_t)place;
    const size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

static void summarise_sorted(const double *sorted, size_t count, struct summary *summary)
{
    static const double tail = 0.05;
    *summary = (struct summary){
        .min = sorted[0],
        .median = quantile(sorted, count, 0.5),
        .max = sorted[count - 1],
        .error = (quantile(sorted, count, 1 - tail) - quantile(sorted, count, tail)) / 2,
    };
}

bool series_summarise(const double *values, size_t count, struct summary *summary)
{
    double *const sorted = calloc(count, sizeof *sorted);
    if (sorted == NULL) {
        return false;
    }
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    summarise_sorted(sorted, count, summary);
    free(sorted);
    return true;
}

bool series_ratio(const double *numerators, const double *denominators, size_t count, struct summary *summary)
{
    double *const ratios = calloc(count, sizeof *ratios);
    if (ratios == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        ratios[i] = numerators[i] / denominators[i];
    }
    const bool summarised = series_summarise(ratios, count, summary);
    free(ratios);
    return summarised;
}
