/*
 * The sieve of prime tuplets: all t of an interval for which no prime up to a bound divides any t + shift.
 *
 * Only t that the wheel leaves are kept: t + shift is coprime to the wheel's modulus for all shifts, and t is in no
 * class whose modulus divides that. They are wheel * column + offset. A plane holds the columns of one offset, one bit
 * each. In a plane a prime p strikes every p-th column for each shift: p divides wheel * column + offset + shift if
 * column is -(offset + shift) / wheel modulo p. A block is a range of columns. Its planes are independent, so each is
 * sieved alone, in a cache near the core.
 */
#ifndef FIRESIEVE_TUPLET_PLANES_H
#define FIRESIEVE_TUPLET_PLANES_H

#include "base/go_on.h"
#include "firewall/tuplet.h"
#include "kernel.h"
#include "number/primes.h"
#include "residue/reduced.h"
#include "residue/residue_set.h"

enum {
    TUPLET_WHEEL_MAX = 510510,                    /* 2 * 3 * 5 * 7 * 11 * 13 * 17 */
    TUPLET_RUN_COLUMNS = 8 * KERNEL_WORD_COLUMNS, /* blocks are multiples of it */
    TUPLET_COLUMNS_MAX = 1 << 27,                 /* of a block */
    TUPLET_ROWS_MAX = 1 << 13,                    /* the largest modulus of a row */
    TUPLET_LISTED_MAX = 1 << 24 /* primes up to this are listed, larger ones are found anew for each block */
};

/* What a plan decides. */
struct tuplet_layout {
    uint32_t wheel;   /* 2, times some of 3, 5, 7, 11, 13 and 17 */
    uint32_t rows_to; /* the largest prime that has a row */
    uint64_t
        sieved_to; /* primes up to it strike wherever a test can find composites; otherwise those up to tuplet->high */
    uint32_t listed_to; /* of these, those up to it are listed */
};

/* A modulus whose strikes are a pattern that is ANDed into planes: byte i has columns 8 * i to 8 * i + 7 modulo it. */
struct tuplet_row {
    uint32_t modulus; /* odd, and coprime to the wheel */
    uint32_t inverse; /* of the wheel, modulo it */
    uint32_t eighth;  /* the inverse of 8 */
    uint32_t run;     /* bytes of a run of words, modulo it */
    uint8_t *pattern; /* modulus + bytes of a run */
};

/* Primes that are coprime to the wheel, ascending; there is room for some more. */
struct tuplet_primes {
    uint32_t *primes;   /* owned, as those below */
    uint32_t *inverses; /* of the wheel, modulo each; */
    float *ratios;      /* and divided by it */
    uint32_t count;
};

/* Immutable; threads share them. */
struct tuplet_tables {
    const struct tuplet *tuplet;
    const struct reduced *reduced; /* of the classes beside the tuplet */
    struct tuplet_layout layout;
    uint32_t *offsets; /* owned, as all below; ascending */
    uint32_t offset_count;
    struct tuplet_row *rows;
    uint32_t row_count;
    uint8_t *patterns;
    struct tuplet_primes listed; /* those after the rows' primes, up to listed_to */
    uint32_t *known;             /* by residue modulo the wheel: its inverse, or 0 if it has none */
    uint64_t half_inverse;       /* of half the wheel, modulo 2^64 */
    struct primes all;           /* up to all that strike */
    struct residue_set *checks;  /* survivors are looked up in these */
    size_t check_count;
};

/* The result of making tables. */
enum tuplet_made { TUPLET_MADE, TUPLET_STOPPED, TUPLET_NO_MEMORY };

/*
 * Makes tables for numbers t + shift below `end`. Cost: a nanosecond for each number up to the largest prime, 30 ns and
 * 12 bytes for each listed prime. Free with tuplet_tables_free, whatever the result.
 */
enum tuplet_made tuplet_tables_make(struct tuplet_tables *tables, const struct reduced *reduced,
                                    const struct tuplet *tuplet, const struct tuplet_layout *layout,
                                    struct go_on go_on);

void tuplet_tables_free(struct tuplet_tables *tables);

/* How many residues modulo the wheel the shifts leave. */
uint32_t tuplet_offset_count(const struct tuplet *tuplet, uint32_t wheel);

/* What a thread needs for a block. */
struct tuplet_block {
    const struct tuplet_tables *tables;
    const struct kernel_operations *kernel;
    struct go_on go_on;
    firesieve_delay first; /* its first column, */
    uint32_t columns;      /* and how many, a multiple of TUPLET_RUN_COLUMNS */
    uint32_t segment;      /* columns that are sieved at once by the primes that strike often */
    uint32_t often;        /* how many listed primes do, which are the first */
    uint32_t *starts;      /* owned, as all below; of each listed prime: the columns from its multiple of columns on */
    uint32_t *row_starts;  /* the first column modulo each row's modulus */
    uint32_t *row_at;      /* in the plane at hand: where each row's pattern continues */
    const void **row_pointers;
    uint32_t *next;             /* in the plane at hand: where primes that strike often continue, for each shift */
    struct tuplet_primes large; /* a chunk of the primes that are not listed, */
    uint32_t *large_starts;     /* and their starts in the block */
};

/*
 * Allocates what a thread needs: 4 to 8 bytes per listed prime and shift, and a chunk. False: no memory; free it too.
 */
bool tuplet_block_make(struct tuplet_block *block, const struct tuplet_tables *tables,
                       const struct kernel_operations *kernel, struct go_on go_on);

/* Bytes that it takes. */
uint64_t tuplet_block_bytes(const struct tuplet_tables *tables);

void tuplet_block_free(struct tuplet_block *block);

/* Makes the block one of other columns. Cost: about 8 ns per listed prime. False: cancelled. */
bool tuplet_block_set(struct tuplet_block *block, firesieve_delay first, uint32_t columns);

/* Fills the plane of an offset: of its `columns` bits, those that no listed prime strikes are set. */
void tuplet_block_sieve(struct tuplet_block *block, uint32_t offset, uint64_t *plane);

/*
 * Strikes the planes of all offsets, which follow each other, by primes above the listed ones up to `to`. Cost: 40 ns
 * per prime, and a nanosecond for each of its offsets and shifts. False: cancelled.
 */
bool tuplet_block_strike_large(struct tuplet_block *block, uint64_t *planes, uint64_t to);

#endif
