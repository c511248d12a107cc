/*
 * The cases that kernels are verified with: random ones, and those on which SIMD code is known to go wrong.
 *
 * A case is a description in numbers, so that whoever judges a kernel can work out from it what must come out.
 */
#ifndef FIRESIEVE_VERIFY_CASES_H
#define FIRESIEVE_VERIFY_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "kernel.h"

enum {
    CASE_ROWS_MAX = 40,
    CASE_WORDS_MAX = 40,
    CASE_RESIDUES_MAX = 8,
    CASE_CANDIDATES_MAX = 13 * KERNEL_LANES,
};

/* Which columns a row allows: those where (offset + column) mod modulus is one of the residues, or is none of them. */
struct row_rule {
    uint64_t modulus; /* 1 .. 2^62 */
    bool forbids;     /* the residues are the ones not allowed */
    size_t residue_count;
    uint64_t residues[CASE_RESIDUES_MAX];
    size_t skew; /* the row starts this many bytes, 0 .. 63, behind a multiple of 64 */
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
    size_t skew; /* the candidates start this many times 4 bytes, 0 .. 15, behind a multiple of 64 */
    uint32_t candidates[CASE_CANDIDATES_MAX];
};

void rows_case_draw(struct rows_case *drawn, struct random_state *random);
void lanes_case_draw(struct lanes_case *drawn, struct random_state *random);

/* Writes the row that a rule describes, by crossing off from column to column. */
void row_build(const struct row_rule *rule, uint64_t offset, size_t word_count, uint64_t *row);

#endif
