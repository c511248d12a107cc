/*
 * The doubly-focused sieve: every delay is column - offset with columns x * B and offsets y * A, where A and B are
 * coprime, 0 <= y < B, x mod A is one of the residues that the constraints of A allow, and y one that those of B allow
 * (D. J. Bernstein, Doubly focused enumeration of locally square polynomial values, 2004). Two lists of about the
 * square root in length replace one wheel of modulus A * B, which may be far larger than the range that is searched.
 * Neither list is written down: see sums.h.
 */
#ifndef FIRESIEVE_FOCUS_FOCUS_H
#define FIRESIEVE_FOCUS_FOCUS_H

#include "base/watch.h"
#include "focus/rows.h"
#include "focus/sums.h"
#include "residue/residue_set.h"

enum {
    FOCUS_POWERS_MAX = 48,     /* prime powers in A * B */
    FOCUS_POWER_END = 1 << 20, /* each below this */
    FOCUS_PART_BITS = 63       /* A and B stay below 2^63 */
};

/* The four lists of summands: A is the product of two parts, as is B. */
enum focus_part { COLUMN_LONGS, COLUMN_SHORTS, OFFSET_LONGS, OFFSET_SHORTS, FOCUS_PARTS };

/* A prime power in A * B; different ones are coprime. */
struct focus_power {
    uint32_t value;
    enum focus_part part;
};

/* What a focus is to be made of. */
struct focus_layout {
    struct focus_power powers[FOCUS_POWERS_MAX];
    size_t power_count;
    uint32_t row_moduli[FOCUS_ROWS_MAX]; /* first those that kill most */
    size_t row_count;                    /* at least 1 */
    uint32_t task_columns;               /* that a thread takes at once */
    uint32_t task_offsets;               /* that they meet at most, on average */
};

/* Everything about a firewall that its search by focus needs; immutable, threads share it. */
struct focus {
    uint64_t a;
    uint64_t b;
    struct sums columns; /* x mod A; residues are those of x * B */
    struct sums offsets; /* y mod B; residues are those of -y * A */
    struct row_set rows;
    struct residue_set *checks; /* for survivors; first those that kill most */
    size_t check_count;
    uint32_t task_columns;
    uint32_t task_offsets;
    uint64_t listed_constraints;
    uint64_t row_constraints;
};

/* The number of columns x in [0, A), and of offsets y in [0, B). */
double focus_column_count(const struct focus *focus);
double focus_offset_count(const struct focus *focus);

/* What a focus is made from. */
struct focus_source {
    const struct class_set *set;
    const struct constraint_list *constraints;
    const size_t *order; /* the indices of the constraints by falling rank */
    struct go_on go_on;  /* asked first of all, and many times a second */
};

/* What became of making one. */
enum focus_outcome {
    FOCUS_MADE,
    FOCUS_BLOCKED, /* a list is empty, so that no delay is safe */
    FOCUS_STOPPED  /* as go_on would have it */
};

/*
 * Makes the lists, rows and checks of a layout; every constraint ends in one of them. Memory: 24 bytes a summand. Cost:
 * some 150 ns a summand. Errors: MEMORY. Free with focus_free, also after an error.
 */
firesieve_status focus_make(struct focus *focus, const struct focus_layout *layout, const struct focus_source *source,
                            enum focus_outcome *outcome, firesieve_error *error);

void focus_free(struct focus *focus);

#endif
