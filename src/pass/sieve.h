/*
 * The sieve pass on one thread. A candidate is base + offset + step * column: offsets are the residues of the wheel,
 * columns count from 0 in a block. Rows are ANDed into segments of columns, classes crossed off, and the survivors
 * tested in batches. A scan is the wheel of modulus 1, whose only offset is 0.
 */
#ifndef FIRESIEVE_PASS_SIEVE_H
#define FIRESIEVE_PASS_SIEVE_H

#include "kernel.h"
#include "pass/finds.h"
#include "pass/tables.h"

enum { SIEVE_COLUMNS_MAX = 1 << 30 /* below 2^31, so that columns are candidates as kernels want them */ };

/* A multiple of the step (512 in a scan), and a multiple of 512 columns, at most SIEVE_COLUMNS_MAX. */
struct block {
    firesieve_delay base;
    uint32_t columns;
};

/* What a thread needs. */
struct sieve {
    struct finds *finds;     /* found: in the current offset, where all later delays are larger */
    firesieve_delay hits_at; /* step 1: the delay that next_hits count from */
    struct block block;

    const struct sieve_tables *tables;
    const struct kernel_operations *kernel;
    struct go_on go_on;
    struct tally *tally;    /* or NULL; of sieve_tally_shape */
    uint64_t words_to_look; /* until the next question whether to continue */

    uint64_t *segment;      /* survivors of one segment */
    const void **rows;      /* by group: its row from the current chunk on */
    uint32_t *block_places; /* by group: the place of the block's base */
    uint32_t *places;       /* by group: the place of the current chunk */
    uint32_t *next_hits;    /* by crossed class: its next column, counted from the current segment */
    uint64_t *check_bases;  /* by check: the block's base mod its modulus */
    uint64_t *wide_hits;    /* columns of the block in a wide class, ascending */
    size_t wide_hit_count;
    size_t next_wide_hit;
    uint32_t *candidates; /* survivors to be tested */
    size_t candidate_count;
};

/* Allocates 4 bytes per crossed class, 8 per wide one, a segment and 32 KiB. False: no memory; free it even so. */
bool sieve_start(struct sieve *sieve, const struct sieve_tables *tables, const struct kernel_operations *kernel,
                 struct go_on go_on, struct finds *finds, struct tally *tally);

/* The bytes that sieve_start allocates. */
uint64_t sieve_bytes(const struct sieve_tables *tables);

/* What tallies of such sieves count. */
struct tally_shape sieve_tally_shape(const struct sieve_tables *tables);

void sieve_free(struct sieve *sieve);

/* Makes `block` the one whose offsets are sieved next. */
void sieve_set_block(struct sieve *sieve, struct block block);

/* Sieves one offset of the block. With step 1, a block that follows the last one saves a division per crossed class. */
enum sieve_outcome sieve_offset(struct sieve *sieve, uint64_t offset);

#endif
