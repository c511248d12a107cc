#include "base/sort.h"

enum { DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS, SMALL = 64, LARGE = 1 << 14 };

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
 * Moves every key into the bucket of its digit, by following the cycles of the permutation (American flag sort:
 * McIlroy, Bostic and McIlroy 1993). On return ends[d] is where bucket d ends.
 */
static void distribute(uint64_t *keys, size_t count, unsigned shift, size_t *ends)
{
    size_t heads[DIGIT_VALUES] = {0};
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
            uint64_t key = keys[heads[digit]];
            for (size_t home = digit_of(key, shift); home != digit; home = digit_of(key, shift)) {
                const uint64_t displaced = keys[heads[home]];
                keys[heads[home]++] = key;
                key = displaced;
            }
            keys[heads[digit]++] = key;
        }
    }
}

static bool sort_digits(uint64_t *keys, size_t count, unsigned shift, struct go_on go_on)
{
    size_t ends[DIGIT_VALUES];
    distribute(keys, count, shift, ends);
    if (count >= LARGE && !go_on_ask(go_on)) {
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

static bool always(void *context)
{
    (void)context;
    return true;
}

void sort_u64(uint64_t *keys, size_t count)
{
    sort_u64_while(keys, count, (struct go_on){.ask = always});
}
