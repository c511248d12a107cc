/* The cases that operations on tiles are verified with, as in cases.h. */
#ifndef FIRESIEVE_VERIFY_TILE_CASES_H
#define FIRESIEVE_VERIFY_TILE_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "kernel.h"

enum {
    CASE_OFFSETS_MAX = 1100, /* more than any kernel looks at together */
    CASE_SKEW_MAX = 7
};

struct build_case {
    uint32_t modulus;
    uint8_t allowed[KERNEL_MODULUS_MAX]; /* 0 or 1 */
    uint8_t residues[KERNEL_WORD_COLUMNS];
    size_t skew; /* residues start this many bytes behind a multiple of 64, and rows as many times 8 */
};

struct sieve_case {
    uint8_t moduli[KERNEL_MODULI];
    uint32_t modulus_count;
    uint32_t key_first;
    size_t count;
    uint32_t numbers[CASE_OFFSETS_MAX]; /* below CASE_OFFSETS_MAX, in any order */
    uint8_t residues[CASE_OFFSETS_MAX][KERNEL_MODULI];
    uint64_t row_seed;
    uint32_t row_thickness;             /* of a row's columns one in 2^this is missing; 0: all but one in eight are */
    uint32_t planted;                   /* of so many offsets, the first ones in `numbers`, one column survives, */
    uint16_t columns[CASE_OFFSETS_MAX]; /* this one, */
    uint32_t uprooted;                  /* unless, of so many of them, it is missing in one row: */
    uint8_t missing[CASE_OFFSETS_MAX];  /* of this modulus */
    size_t skew;                        /* keys and numbers start this many elements behind a multiple of 64 bytes */
};

struct pick_case {
    uint32_t first;
    size_t count;
    uint8_t residues[CASE_OFFSETS_MAX];
    uint8_t alive[256]; /* 0 or 0xff */
    size_t skew;        /* of all arrays, in elements */
};

struct add_case {
    uint8_t moduli[KERNEL_MODULI];
    uint8_t residue[KERNEL_MODULI];
    uint64_t position;
    size_t count;
    uint64_t positions[CASE_OFFSETS_MAX];
    uint8_t residues[CASE_OFFSETS_MAX][KERNEL_MODULI];
    size_t skew; /* of all arrays, in elements of theirs; of residues in bytes */
};

void build_case_draw(struct build_case *drawn, struct random_state *random);
void sieve_case_draw(struct sieve_case *drawn, struct random_state *random);
void pick_case_draw(struct pick_case *drawn, struct random_state *random);
void add_case_draw(struct add_case *drawn, struct random_state *random);

/* Writes the rows of a tile, KERNEL_TILE_LIMBS integers, of which those that no residue names stay as they are. */
void sieve_case_rows(const struct sieve_case *given, uint64_t *rows);

#endif
