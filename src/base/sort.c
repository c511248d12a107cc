#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS, SMALL = 64, LARGE = 1 << 14 };

int sort_compare_u64(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void sort_small(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; ++i) {
        const uint64_t key = keys[i];
        size_t hole = i;
        for (; hole > 0 && keys[hole - 1] > key; --hole) {
            keys[hole] = keys[hole - 1];
        }
        keys[hole] = key;
    }
}

static size_t digit_of(uint64_t key, unsigned shift)
{
    return key >> shift & (DIGIT_VALUES - 1);
}

/*
 * Moves every key into the bucket of its digit by following the cycles of the permutation, of about a hundred keys each
 * (American flag sort: McIlroy, Bostic and McIlroy 1993). On return ends[d] is the end of bucket d. False: cancelled.
 */
static bool distribute(uint64_t *keys, size_t count, unsigned shift, size_t *ends, struct go_on go_on)
{
    enum { CYCLES_A_LOOK = 1 << 12 };
    size_t heads[DIGIT_VALUES] = {0};
    size_t cycles = 0;
    for (size_t i = 0; i < count; ++i) {
        ++heads[digit_of(keys[i], shift)];
    }
    size_t end = 0;
    for (size_t digit = 0; digit < DIGIT_VALUES; ++digit) {
        const size_t size = heads[digit];
        heads[digit] = end;
        end += size;
        ends[digit] = end;
    }
    for (size_t digit = 0; digit < DIGIT_VALUES; ++digit) {
        while (heads[digit] < ends[digit]) {
            if (++cycles % CYCLES_A_LOOK == 0 && !go_on_ask(go_on)) {
                return false;
            }
            uint64_t key = keys[heads[digit]];
            for (size_t home = digit_of(key, shift); home != digit; home = digit_of(key, shift)) {
                const uint64_t displaced = keys[heads[home]];
                keys[heads[home]++] = key;
                key = displaced;
            }
            keys[heads[digit]++] = key;
        }
    }
    return true;
}

static bool sort_digits(uint64_t *keys, size_t count, unsigned shift, struct go_on go_on)
{
    size_t ends[DIGIT_VALUES];
    if (!distribute(keys, count, shift, ends, go_on) || (count >= LARGE && !go_on_ask(go_on))) {
        return false;
    }
    bool sorted = true;
    size_t begin = 0;
    for (size_t digit = 0; digit < DIGIT_VALUES && shift > 0 && sorted; ++digit) {
        const size_t size = ends[digit] - begin;
        if (size > SMALL) {
            sorted = sort_digits(keys + begin, size, shift - DIGIT_BITS, go_on);
        } else {
            sort_small(keys + begin, size);
        }
        begin = ends[digit];
    }
    return sorted;
}

bool sort_u64_while(uint64_t *keys, size_t count, struct go_on go_on)
{
    if (count <= SMALL) {
        sort_small(keys, count);
        return true;
    }
    uint64_t differing = 0;
    bool ascending = true;
    for (size_t i = 1; i < count; ++i) {
        differing |= keys[i] ^ keys[0];
        ascending &= keys[i - 1] <= keys[i];
    }
    if (ascending) {
        return true;
    }
    const unsigned highest_bit = 63 - (unsigned)__builtin_clzll(differing);
    return sort_digits(keys, count, highest_bit - highest_bit % DIGIT_BITS, go_on);
}

void sort_u64(uint64_t *keys, size_t count)
{
    sort_u64_while(keys, count, (struct go_on){NULL, NULL});
}

/* ---- By comparison ---------------------------------------------------------------------------------------- */

/* The sort of items of any kind, in an array and a copy of it. */
struct item_sort {
    size_t size; /* of an item, in bytes */
    int (*compare)(const void *, const void *);
    struct go_on go_on;
    size_t merged; /* number of items so far */
};

/* Merges [begin, middle) and [middle, end) of one array into the other. False: cancelled. */
static bool merge_runs(struct item_sort *sort, const char *from, char *to, size_t begin, size_t middle, size_t end)
{
    const size_t size = sort->size;
    const char *left = from + begin * size;
    const char *right = from + middle * size;
    const char *const left_end = right;
    const char *const right_end = from + end * size;
    for (char *out = to + begin * size; out < to + end * size; out += size) {
        const bool takes_left = right == right_end || (left < left_end && sort->compare(left, right) <= 0);
        memcpy(out, takes_left ? left : right, size);
        left += takes_left ? size : 0;
        right += takes_left ? 0 : size;
        if (!go_on_at(sort->go_on, ++sort->merged)) {
            return false;
        }
    }
    return true;
}

enum { RUN = 1 << 12 };

static bool sort_runs(struct item_sort *sort, char *items, size_t count)
{
    for (size_t begin = 0; begin < count; begin += RUN) {
        if (!go_on_ask(sort->go_on)) {
            return false;
        }
        qsort(items + begin * sort->size, count - begin < RUN ? count - begin : RUN, sort->size, sort->compare);
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Merges pairs of runs of `width` items. False: cancelled. */
static bool merge_all(struct item_sort *sort, const char *from, char *to, size_t count, size_t width)
{
    bool more = true;
    for (size_t begin = 0; begin < count && more; begin += 2 * width) {
        more = merge_runs(sort, from, to, begin, least(begin + width, count), least(begin + 2 * width, count));
    }
    return more;
}

bool sort_items_while(void *items, size_t count, size_t size, int (*compare)(const void *, const void *),
                      struct go_on go_on)
{
    struct item_sort sort = {.size = size, .compare = compare, .go_on = go_on};
    char *const spare = count <= RUN ? NULL : reallocarray(NULL, count, size);
    if (spare == NULL) {
        qsort(items, count, size, compare);
        return true;
    }
    bool more = sort_runs(&sort, items, count);
    char *from = items;
    char *to = spare;
    for (size_t width = RUN; width < count && more; width *= 2) {
        more = merge_all(&sort, from, to, count, width);
        char *const merged = to;
        to = from;
        from = merged;
    }
    if (more && from != items) { /* an unfinished copy has untouched pages */
        memcpy(items, from, count * size);
    }
    free(spare);
    return more;
}

#ifdef __EMSCRIPTEN__ /* its C library has no qsort_r */
static _Thread_local struct {
    int (*compare)(const void *, const void *, void *);
    void *context;
} comparison;

static int compare_with_context(const void *a, const void *b)
{
    return comparison.compare(a, b, comparison.context);
}
#endif

void sort_items_with(void *items, size_t count, size_t size, int (*compare)(const void *, const void *, void *),
                     void *context)
{
#ifdef __EMSCRIPTEN__
    comparison.compare = compare;
    comparison.context = context;
    qsort(items, count, size, compare_with_context);
#else
    qsort_r(items, count, size, compare, context);
#endif
}
