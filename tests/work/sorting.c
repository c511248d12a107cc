/* Sorting takes work in proportion to the keys, whatever their order and values. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/sort.h"
#include "counter.h"

enum { ASCENDING, DESCENDING, EQUAL, SPREAD, NEAR_EACH_OTHER, TWO_VALUES, KINDS_OF_KEYS };

static uint64_t draw_key(int kind, uint64_t i, uint64_t count)
{
    const uint64_t mixed = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    switch (kind) {
    case ASCENDING:
        return i;
    case DESCENDING:
        return count - i;
    case EQUAL:
        return 7;
    case SPREAD:
        return mixed;
    case NEAR_EACH_OTHER:
        return (UINT64_C(1) << 63) + (mixed >> 40);
    default:
        return i % 2 == 0 ? 0 : UINT64_MAX;
    }
}

static uint64_t count_sorting(int kind, uint64_t count)
{
    uint64_t *const keys = calloc(count, sizeof *keys);
    cr_assert(keys != NULL);
    for (uint64_t i = 0; i < count; ++i) {
        keys[i] = draw_key(kind, i, count);
    }
    const uint64_t before = work_done();
    sort_u64(keys, count);
    const uint64_t after = work_done();
    for (uint64_t i = 1; i < count; ++i) {
        cr_assert(keys[i - 1] <= keys[i], "kind %d", kind);
    }
    free(keys);
    return after - before;
}

Test(sorting, is_work_in_proportion_to_the_keys)
{
    enum { COUNT = 20000, FACTOR = 16, BOUND = 28 };
    for (int kind = 0; kind < KINDS_OF_KEYS; ++kind) {
        const uint64_t few = count_sorting(kind, COUNT);
        const uint64_t many = count_sorting(kind, (uint64_t)FACTOR * COUNT);
        cr_expect(few >= COUNT && few < (uint64_t)BOUND * 2 * COUNT && many < BOUND * few,
                  "kind %d: %" PRIu64 ", then %" PRIu64, kind, few, many);
    }
}
