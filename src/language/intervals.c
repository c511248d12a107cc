#include "language/intervals.h"

#include <stdlib.h>

#include "base/delay.h"

/* The sets of most lines are ascending. */
static void sort(struct interval *intervals, size_t count)
{
    size_t sorted = 1;
    while (sorted < count && intervals[sorted - 1].low <= intervals[sorted].low) {
        ++sorted;
    }
    if (sorted < count) {
        qsort(intervals, count, sizeof *intervals, delay_compare);
    }
}

size_t intervals_unite(struct interval *intervals, size_t count)
{
    size_t kept = 0;
    sort(intervals, count);
    for (size_t i = 0; i < count; ++i) {
        struct interval *const last = kept == 0 ? NULL : &intervals[kept - 1];
        if (last != NULL && intervals[i].low <= last->high + 1) {
            last->high = delay_max(last->high, intervals[i].high);
        } else {
            intervals[kept++] = intervals[i];
        }
    }
    return kept;
}

size_t intervals_complement(struct interval *intervals, size_t count, firesieve_delay last)
{
    size_t made = 0;
    firesieve_delay next = 0;
    for (size_t i = 0; i < count; ++i) {
        const struct interval interval = intervals[i];
        if (interval.low > next) {
            intervals[made++] = (struct interval){next, interval.low - 1};
        }
        next = interval.high + 1;
    }
    if (next <= last) {
        intervals[made++] = (struct interval){next, last};
    }
    return made;
}

firesieve_delay intervals_size(const struct interval *intervals, size_t count)
{
    firesieve_delay size = 0;
    for (size_t i = 0; i < count; ++i) {
        size += intervals[i].high - intervals[i].low + 1;
    }
    return size;
}

bool intervals_have(const struct interval *intervals, size_t count, firesieve_delay number)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (intervals[middle].high < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && intervals[low].low <= number;
}

size_t intervals_meet(const struct interval *left, size_t left_count, const struct interval *right, size_t right_count,
                      struct interval *out)
{
    size_t made = 0;
    for (size_t i = 0, j = 0; i < left_count && j < right_count;) {
        const struct interval both = {delay_max(left[i].low, right[j].low), delay_min(left[i].high, right[j].high)};
        if (both.low <= both.high) {
            out[made++] = both;
        }
        if (left[i].high < right[j].high) {
            ++i;
        } else {
            ++j;
        }
    }
    return made;
}
