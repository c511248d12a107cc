/* What planes leave: checked, tested, and reported as found. */
#ifndef FIRESIEVE_TUPLET_SURVIVORS_H
#define FIRESIEVE_TUPLET_SURVIVORS_H

#include "number/near.h"
#include "pass/finds.h"
#include "tuplet/planes.h"

enum { SURVIVORS_AT_ONCE = 1 << 14 };

/* A thread's own. */
struct survivors {
    const struct tuplet_tables *tables;
    const struct kernel_operations *kernel;
    struct go_on go_on;
    struct finds *finds;
    uint32_t *columns;          /* owned: of a plane, SURVIVORS_AT_ONCE at most */
    firesieve_delay base;       /* t of the block's first column and offset 0 */
    firesieve_delay by_hand_to; /* t up to it are not taken from planes, as primes strike themselves */
    bool tests;                 /* what the block leaves may be composite, and is tested; */
    struct near_numbers near;   /* what its numbers share then */
    bool divides;               /* a test does not decide: what is left is divided by the primes that do not strike */
    struct primes all;          /* those, once they are needed */
};

/* False: no memory; free it all the same. */
bool survivors_make(struct survivors *survivors, const struct tuplet_tables *tables,
                    const struct kernel_operations *kernel, struct go_on go_on, struct finds *finds);

void survivors_free(struct survivors *survivors);

/* Moves on to another block, of this many columns. False: no memory. */
bool survivors_set_block(struct survivors *survivors, firesieve_delay first_column, uint32_t columns);

/* Takes the columns that a plane leaves, within the range of the finds. */
enum sieve_outcome survivors_take(struct survivors *survivors, uint32_t offset, const uint64_t *plane,
                                  uint32_t columns);

/*
 * Numbers below `end` that are so small that primes that strike may be among them: each is tested by itself. Cost: a
 * microsecond per number.
 */
enum sieve_outcome survivors_by_hand(struct survivors *survivors, firesieve_delay begin, firesieve_delay end);

#endif
