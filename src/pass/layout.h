/*
 * What a scan or a wheel does with each constraint. Those whose moduli divide the wheel's are in the wheel; of the
 * others, those named here become rows and checks, and the classes of all that are left are crossed off or tested.
 */
#ifndef FIRESIEVE_PASS_LAYOUT_H
#define FIRESIEVE_PASS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHEEL_FACTORS_MAX = 96,
    WHEEL_FIRST_SHARE = 4,      /* the first window of a wheel is this part of a block: answers may be near */
    SEGMENT_WORDS_MIN = 1 << 9, /* 32 KiB */
    SEGMENT_WORDS_MAX = 1 << 15 /* 2 MiB */
};

/* All moduli from `low` to `high`. */
struct modulus_range {
    uint64_t low;
    uint64_t high;
};

struct modulus_ranges {
    const struct modulus_range *items; /* ascending */
    size_t count;
};

struct sieve_layout {
    uint64_t factors[WHEEL_FACTORS_MAX]; /* by which the wheel's modulus grows, one after the other, from 1 */
    size_t factor_count;
    struct modulus_ranges rows;
    struct modulus_ranges checks;
    uint64_t crossed; /* narrow classes, the first ones of those left, that are crossed off; the others are tested */
    uint32_t block_words;   /* of 512 columns, that an offset is started for */
    uint32_t segment_words; /* that classes are crossed off in at once */
};

/* Whether one of the ranges has it. Cost: a binary search. */
static inline bool modulus_ranges_have(struct modulus_ranges ranges, uint64_t modulus)
{
    size_t low = 0;
    size_t high = ranges.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges.items[middle].high < modulus) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ranges.count && ranges.items[low].low <= modulus;
}

#endif
