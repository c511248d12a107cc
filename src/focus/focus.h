/*
 * The doubly-focused sieve: every delay is column - offset with columns x * B and offsets y * A, where A and B are
 * coprime, 0 <= y < B, x mod A is one of the residues that the constraints of A allow, and y one that those of B allow
 * (D. J. Bernstein, Doubly focused enumeration of locally square polynomial values, 2004). Two lists of about the
 * square root in length replace one wheel of modulus A * B, which may far exceed the range to be searched. Neither list
 * is written down: see sums.h.
 */
#ifndef FIRESIEVE_FOCUS_FOCUS_H
#define FIRESIEVE_FOCUS_FOCUS_H

#include <firesieve/firesieve.h>
#include <stddef.h>

#include "focus/rows.h"
#include "focus/sums.h"
#include "pass/finds.h"
#include "residue/reduced.h"
#include "residue/residue_set.h"

enum {
    FOCUS_POWERS_MAX = 64,      /* prime powers in A * B */
    FOCUS_PART_BITS = 63,       /* each of the two parts of A, and of B, stays below 2^63, */
    FOCUS_MODULUS_BITS = 100,   /* and their products below 2^100 */
    FOCUS_OFFSETS_MAX = 1 << 17 /* most that a thread holds at once, about */
};

/* Each power is below this. */
#define FOCUS_POWER_END (UINT64_C(1) << 62)

/* The four lists of summands: A is the product of two parts, as is B. */
enum focus_part { COLUMN_LONGS, COLUMN_SHORTS, OFFSET_LONGS, OFFSET_SHORTS, FOCUS_PARTS };

/* A prime power in A * B; different ones are coprime. */
struct focus_power {
    uint64_t value;
    enum focus_part part;
};

/* What to make a focus from. */
struct focus_layout {
    struct focus_power powers[FOCUS_POWERS_MAX];
    size_t power_count;
    uint32_t row_moduli[FOCUS_ROWS_MAX]; /* first the classes, then those that forbid most */
    size_t row_count;                    /* at least 1 */
    uint32_t parts[FOCUS_CLASSES_MAX];   /* of columns, by the residues of each class */
    uint32_t class_count;                /* at most row_count */
    uint32_t task_columns;               /* in a task */
    uint32_t task_offsets;  /* read at once: a task reads the offsets that its columns meet piece by piece */
    firesieve_delay window; /* delays to search at once, at least 1 */
    uint32_t least_shift;   /* for tests: positions lose at least this many bits (sums.h) */
};

/* Everything that searching a firewall by focus needs; immutable, shared by threads. */
struct focus {
    const struct reduced *reduced;
    firesieve_delay a; /* below 2^100, as is b */
    firesieve_delay b;
    struct sums columns; /* x mod A; residues are those of x * B */
    struct sums offsets; /* y mod B; residues are those of -y * A */
    struct row_set rows;
    struct residue_set *checks; /* for survivors; those that forbid most come first */
    size_t check_count;
    uint32_t task_columns;
    uint32_t task_offsets;
    firesieve_delay window; /* delays to search at once: as planned, but no more than positions allow */
    uint64_t listed_constraints;
    uint64_t row_constraints;
};

/*
 * Makes the lists, rows and checks of a layout; every constraint ends up in one of them. Memory: 24 bytes per summand,
 * 40 if its list's modulus is 2^62 or more. Cost: some 60 ns per summand; asks go_on first, and many times a second.
 * Errors: MEMORY. Free with focus_free, even after an error.
 */
firesieve_status focus_make(struct focus *focus, const struct reduced *reduced, const struct focus_layout *layout,
                            struct go_on go_on, enum built *outcome, firesieve_error *error);

void focus_free(struct focus *focus);

/* Clears the bytes of the residues mod `modulus`, a multiple of the constraint's, that it forbids. */
void focus_forbid(const struct reduced *reduced, const struct constraint *constraint, uint32_t modulus,
                  uint8_t *allowed);

#endif
