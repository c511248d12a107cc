/*
 * The doubly-focused sieve: every delay is column - offset with columns x * B and offsets y * A, where A and B are
 * coprime, 0 <= y < B, x mod A is one of the residues that the constraints of A allow, and y one that those of B allow
 * (D. J. Bernstein, Doubly focused enumeration of locally square polynomial values, 2004). Two lists of about the
 * square root in length replace one wheel of modulus A * B, which may be far larger than the range that is searched.
 * Neither list is written down: see sums.h.
 */
#ifndef FIRESIEVE_FOCUS_FOCUS_H
#define FIRESIEVE_FOCUS_FOCUS_H

#include "focus/layout.h"
#include "focus/rows.h"
#include "focus/sums.h"
#include "residue/reduced.h"
#include "residue/residue_set.h"

/* Everything about a firewall that its search by focus needs; immutable, threads share it. */
struct focus {
    firesieve_delay a; /* below 2^100, as is b */
    firesieve_delay b;
    struct sums columns; /* x mod A; residues are those of x * B */
    struct sums offsets; /* y mod B; residues are those of -y * A */
    struct row_set rows;
    struct residue_set *checks; /* for survivors; first those that forbid most */
    size_t check_count;
    uint32_t task_columns;
    uint32_t task_offsets;
    uint64_t listed_constraints;
    uint64_t row_constraints;
};

/* The number of columns x in [0, A), and of offsets y in [0, B). */
double focus_column_count(const struct focus *focus);
double focus_offset_count(const struct focus *focus);

/* What became of making one. */
enum focus_outcome {
    FOCUS_MADE,
    FOCUS_BLOCKED, /* a list is empty, so that no delay is safe */
    FOCUS_STOPPED  /* as go_on would have it */
};

/*
 * Makes the lists, rows and checks of a layout; every constraint ends in one of them. Memory: 24 bytes a
 * summand, 40 where its list's modulus is from 2^62 on. Cost: some 60 ns a summand; go_on is asked first of all, and many
 * times a second. Errors: MEMORY. Free with focus_free, also after an error.
 */
firesieve_status focus_make(struct focus *focus, const struct reduced *reduced, const struct focus_layout *layout,
                            struct go_on go_on, enum focus_outcome *outcome, firesieve_error *error);

void focus_free(struct focus *focus);

#endif
