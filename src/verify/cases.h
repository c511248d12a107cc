/*
 * The cases that kernels are verified with: random ones, and those on which SIMD code is known to go wrong.
 *
 * A case is a description in numbers, from which a judge of a kernel can work out the right result.
 */
#ifndef FIRESIEVE_VERIFY_CASES_H
#define FIRESIEVE_VERIFY_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "kernel.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* True for one draw in `count`. */
static inline bool one_in(struct random_state *random, uint64_t count)
{
    return random_between(random, 1, count) == 1;
}

/* ---- Rows and lanes --------------------------------------------------------------------------------------- */

enum {
    CASE_ROWS_MAX = 40,
    CASE_WORDS_MAX = 40,
    CASE_RESIDUES_MAX = 8,
    CASE_CANDIDATES_MAX = 13 * KERNEL_LANES,
};

/* A row allows the columns where (offset + column) mod modulus is one of the residues, or is none of them. */
struct row_rule {
    uint64_t modulus; /* 1 .. 2^62 */
    bool forbids;     /* the residues are the forbidden ones */
    size_t residue_count;
    uint64_t residues[CASE_RESIDUES_MAX];
    size_t skew; /* the row starts this many bytes, 0 .. 63, after a multiple of 64 */
};

struct rows_case {
    uint64_t offset; /* below 2^62 */
    size_t row_count;
    size_t word_count;
    size_t survivors_skew; /* times 8 bytes, 0 .. 7 */
    struct row_rule rules[CASE_ROWS_MAX];
};

struct lanes_case {
    uint64_t period;
    uint64_t residue; /* below 2^31 */
    size_t count;
    size_t skew; /* the candidates start this many times 4 bytes, 0 .. 15, after a multiple of 64 */
    uint32_t candidates[CASE_CANDIDATES_MAX];
};

void rows_case_draw(struct rows_case *drawn, struct random_state *random);
void lanes_case_draw(struct lanes_case *drawn, struct random_state *random);

/* Writes the row that a rule describes, by crossing off from column to column. */
void row_build(const struct row_rule *rule, uint64_t offset, size_t word_count, uint64_t *row);

/* ---- Tiles ------------------------------------------------------------------------------------------------ */

enum {
    CASE_OFFSETS_MAX = 1100, /* more than any kernel processes together */
    CASE_SKEW_MAX = 7
};

struct build_case {
    uint32_t modulus;
    uint8_t allowed[KERNEL_MODULUS_MAX]; /* 0 or 1 */
    uint8_t residues[KERNEL_WORD_COLUMNS];
    size_t skew; /* residues start this many bytes after a multiple of 64, and rows this many times 8 bytes */
};

struct sieve_case {
    uint8_t moduli[KERNEL_MODULI];
    uint32_t modulus_count;
    uint32_t key_first;
    size_t count;
    uint32_t numbers[CASE_OFFSETS_MAX]; /* below CASE_OFFSETS_MAX, in any order */
    uint8_t residues[CASE_OFFSETS_MAX][KERNEL_MODULI];
    uint64_t row_seed;
    uint32_t row_thickness;             /* one in 2^this of a row's columns is missing; 0: all but one in eight are */
    uint32_t planted;                   /* the first `planted` offsets in `numbers` each have one surviving column: */
    uint16_t columns[CASE_OFFSETS_MAX]; /* this one. */
    uint32_t uprooted;                  /* But the first `uprooted` of them lose it in one row: */
    uint8_t missing[CASE_OFFSETS_MAX];  /* that of this modulus */
    size_t skew;                        /* keys and numbers start this many elements after a multiple of 64 bytes */
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
    size_t skew; /* of all arrays, in elements; of residues in bytes */
};

void build_case_draw(struct build_case *drawn, struct random_state *random);
void sieve_case_draw(struct sieve_case *drawn, struct random_state *random);
void pick_case_draw(struct pick_case *drawn, struct random_state *random);
void add_case_draw(struct add_case *drawn, struct random_state *random);

/* Writes the rows of a tile, KERNEL_TILE_LIMBS integers; rows that no residue names keep their values. */
void sieve_case_rows(const struct sieve_case *given, uint64_t *rows);

/* ---- Starts, and numbers near one another ----------------------------------------------------------------- */

enum { CASE_PRIMES_MAX = 300 };

struct starts_case {
    uint32_t value;
    size_t count;
    uint32_t primes[CASE_PRIMES_MAX]; /* in fact any moduli below 2^31 */
    uint32_t starts[CASE_PRIMES_MAX];
    uint32_t inverses[CASE_PRIMES_MAX];
    size_t skew; /* of the result, in elements */
};

struct near_case {
    kernel_wide reference;
    uint64_t span; /* of the numbers in the lanes */
    uint64_t distances[KERNEL_NUMBERS];
    uint32_t parameters[KERNEL_NUMBERS];
    int planted; /* the lane with a number of a rare kind */
    size_t skew; /* of the arrays, in elements */
};

void starts_case_draw(struct starts_case *drawn, struct random_state *random);
void near_case_draw(struct near_case *drawn, struct random_state *random);

/* A case of 32 odd numbers in a span of at most 2^span_bits around an odd number of 42 .. 127 bits. */
void near_case_around(struct near_case *drawn, kernel_wide number, int span_bits, struct random_state *random);

/* The first product p * (a * p + b) not below the number, with p up to 2^20 above its root; or the number itself. */
kernel_wide near_case_product(kernel_wide number, uint64_t a, int64_t b);

/*
 * The first p^2 * (2 * p + 1) of two primes, likewise. n + 1 is a multiple of p + 1 and 2 * p + 2; if that makes V_odd
 * 2 or -2 modulo n, U_odd is 0 modulo p but not modulo p^2, so the Lucas test has to check it.
 */
kernel_wide near_case_square_product(kernel_wide number);

#endif
