/*
 * The rows of a block of columns. For a row modulus m and each c < m there is one: its bit i is set where residue_i + c
 * mod m is allowed, residue_i being that of column i. All m bits of a column are the allowed set, a byte a residue,
 * read from residue_i on. Eight columns at different bits of their bytes, ORed, are a byte of 16 rows at once; eight
 * such bytes are brought together by a transposition of bytes.
 */
#ifndef FIRESIEVE_FOCUS_ROWS_H
#define FIRESIEVE_FOCUS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "focus/residues.h"
#include "kernel.h"

enum {
    FOCUS_BLOCK_WORDS = 8,
    FOCUS_BLOCK_COLUMNS = FOCUS_BLOCK_WORDS * KERNEL_WORD_COLUMNS,
    FOCUS_ROW_LIMBS =
        FOCUS_BLOCK_WORDS * KERNEL_WORD_LIMBS + KERNEL_WORD_LIMBS, /* odd in cache lines: all sets serve */
    FOCUS_ROW_BUNCH = 16, /* rows that are built together; each modulus has a multiple of them, the last ones unused */
    FOCUS_ROW_BUNCHES_MAX = FOCUS_ROW_MODULUS_MAX / FOCUS_ROW_BUNCH + 1
};

/* What is allowed modulo one row modulus. */
struct row_pattern {
    uint32_t modulus;
    uint32_t bunches;
    uint32_t first_row; /* of the modulus: row c is first_row + c */
    uint32_t length;    /* of each of the eight lists below */
    uint8_t *bits;      /* owned: [bit][residue], twice round and some: 1 << bit where allowed. Zeros at the end */
};

/* Immutable; threads share it. */
struct row_set {
    struct row_pattern patterns[FOCUS_ROWS_MAX]; /* first those that forbid most */
    uint32_t count;                              /* 1 .. FOCUS_ROWS_MAX */
    uint32_t row_count;
};

/* Appends a modulus of which `allowed` has a byte a residue, 0 or 1. False: no memory; free the set all the same. */
bool row_set_add(struct row_set *set, uint32_t modulus, const uint8_t *allowed);

void row_set_free(struct row_set *set);

/* The limbs that the rows of a block take. */
size_t row_set_limbs(const struct row_set *set);

/*
 * Builds all rows of `count` <= FOCUS_BLOCK_COLUMNS columns into `rows`, row r at r * FOCUS_ROW_LIMBS; the columns that
 * the last word lacks are allowed in none. Cost: about half a nanosecond a column and bunch.
 */
void row_set_build(const struct row_set *set, const struct residues *columns, size_t count, uint64_t *rows);

#endif
