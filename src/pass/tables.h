/* Everything that searching a firewall by scan or wheel needs; immutable, shared by threads. */
#ifndef FIRESIEVE_PASS_TABLES_H
#define FIRESIEVE_PASS_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pass/class_list.h"
#include "pass/finds.h"
#include "pass/rows.h"
#include "pass/tally.h"
#include "residue/reduced.h"
#include "residue/residue_set.h"
#include "residue/wheel.h"

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
    uint64_t crossed;       /* how many of the first narrow classes left are crossed off; the others are tested */
    uint32_t block_words;   /* words of 512 columns that an offset is started for */
    uint32_t segment_words; /* in which classes are crossed off */
    uint64_t window_words;  /* the most of an offset in a window, for each thread */
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

/* What becomes of a constraint. */
enum stage {
    STAGE_WHEEL, /* the residues that it forbids are not in the wheel */
    STAGE_ROW,   /* ANDed into every word */
    STAGE_CLASS, /* its classes are crossed off, or survivors tested against them */
    STAGE_CHECK  /* survivors are looked up in it */
};

struct sieve_tables {
    const struct reduced *reduced;
    struct wheel wheel;
    struct columns columns;
    struct row_groups rows;
    struct class_list crossed;  /* cleared column by column in a segment */
    struct class_list tested;   /* in lanes, on the survivors of a block and an offset */
    struct residue_set *checks; /* for what is left then; those that forbid most come first */
    size_t check_count;
    uint32_t segment_words;  /* if classes are crossed off */
    bool wide_crossed;       /* step 1; otherwise wide classes are checks */
    uint64_t window_columns; /* the most of an offset in a window, for each thread */
    uint64_t wheel_constraints;
    uint64_t row_constraints;
};

/* The columns of a block for a wheel of this modulus. */
struct columns sieve_columns(uint64_t modulus, uint32_t block_words);

/*
 * Makes the tables of a layout, which is needed only here. Cost: lifting the wheel's residues, drawing rows bit by bit,
 * 8 bytes per residue and 64 per word of rows. Errors: MEMORY. Free with sieve_tables_free, even after an error.
 */
firesieve_status sieve_tables_make(struct sieve_tables *tables, const struct reduced *reduced,
                                   const struct sieve_layout *layout, struct go_on go_on, struct tally *tally,
                                   enum built *outcome, firesieve_error *error);

void sieve_tables_free(struct sieve_tables *tables);

#endif
