/*
 * Rows (presieve patterns) for columns that are a fixed step apart. The row of a constraint mod m, for a block whose
 * first candidate is x mod m, says which of the candidates x + step * column it allows. Moving on by 512 columns adds
 * 512 * step to x and nothing else: the words of one row are the first words of others. So all m rows together are a
 * few cycles with m words in all (one cycle if m is odd and coprime to the step), and a row is a place in them. If only
 * rows of every 512th delay are wanted, as in a scan, m / gcd(m, 512) words suffice: powers of 2 are free.
 */
#ifndef FIRESIEVE_PASS_ROWS_H
#define FIRESIEVE_PASS_ROWS_H

#include "kernel.h"
#include "residue/constraints.h"
#include "number/modular.h"

enum {
    ROW_CHUNK_WORDS = 32, /* a row may be read this far, or to the end of a block's columns */
    ROW_WORDS_MAX = 1 << 14,
    ROW_MEMBERS_MAX = 12 /* constraints in one group */
};

/* The candidates of a search: first + step * column, `first` being a multiple of `aligned`. */
struct columns {
    uint64_t step;    /* below WHEEL_MODULUS_END */
    uint32_t aligned; /* 512 in a scan, otherwise 1 */
    uint32_t words;   /* of 512 columns in a block, at least 1 */
};

/*
 * How many words of a cycle are repeated after it, so that a row may begin anywhere in it: the longest block that is
 * shorter than a chunk. Windows grow to a few times the block that was planned.
 */
static inline uint32_t row_repeated_words(const struct columns *columns)
{
    enum { GROWTH = 8 };
    return columns->words < ROW_CHUNK_WORDS / GROWTH ? GROWTH * columns->words : ROW_CHUNK_WORDS;
}

/* The rows of one constraint, or of a few whose cycles are short enough to be one. */
struct row_group {
    struct divisor modulus; /* the lcm of its constraints' */
    uint32_t unit;          /* first candidates are multiples of this, mod modulus */
    uint32_t places;        /* modulus / unit */
    uint32_t chunk_step;    /* places from a chunk to the next one, below `places` */
    size_t word_count;
    double forbids;  /* of its constraints together */
    uint32_t *start; /* owned: by place, the word at which its row begins */
    uint64_t *words; /* owned, aligned to 64 bytes */
    size_t member_count;
    const struct constraint *members[ROW_MEMBERS_MAX];
};

struct row_groups {
    struct row_group *groups; /* those that forbid most come first */
    size_t count;
    size_t bytes; /* of all rows and starts */
};

/* How many words the cycles of modulus m take, including repeated ones. */
uint64_t row_group_words(uint64_t modulus, const struct columns *columns);

/*
 * Makes the rows of `count` constraints (all narrow, each of at most ROW_WORDS_MAX words), which must outlive them;
 * their classes are needed only here. A constraint joins another's group if that lengthens no cycle, and groups of
 * short cycles are merged while all fit into the first-level cache together: each merge saves one load per word. False:
 * no memory; free the list even so.
 */
bool row_groups_make(struct row_groups *list, const struct class_set *set, const struct constraint *const *constraints,
                     size_t count, const struct columns *columns);

void row_groups_free(struct row_groups *list);

#endif
