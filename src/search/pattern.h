/*
 * Rows for consecutive delays. Where the columns are 0, 1, 2, ... and the offsets multiples of 512, the word at delays
 * 512 w .. 512 w + 511 of a constraint mod m depends on w mod m / gcd(m, 512) alone. So all rows of the constraint are
 * windows of one strip of words, its *pattern*, and every power of 2 up to 512 in a modulus is free: moduli 6, 12 and
 * 24 share one pattern of 3 words.
 */
#ifndef FIRESIEVE_SEARCH_PATTERN_H
#define FIRESIEVE_SEARCH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "residue/classes.h"

enum {
    PATTERN_CHUNK_WORDS = 32, /* a row taken from a pattern may be this long */
    PATTERN_CYCLE_MAX = 4096  /* words */
};

struct pattern {
    uint64_t *words;  /* owned, aligned to 64 bytes: cycle words, and the first PATTERN_CHUNK_WORDS of the repetition */
    uint32_t cycle;   /* in words */
    uint32_t allowed; /* columns allowed in a cycle; 0 proves that nothing is safe */
};

struct pattern_list {
    struct pattern *patterns;
    size_t count;
    size_t capacity;
};

/* The cycle of modulus m in words: m / gcd(m, 512). */
uint32_t pattern_cycle(uint32_t modulus);

/*
 * ANDs the classes of one modulus into the pattern of its cycle, which is made where it is missing. False: no memory.
 */
bool pattern_list_add(struct pattern_list *list, const class_key *classes, size_t class_count);

/*
 * Folds patterns into others whose cycle theirs divides, merges short ones into one of their product as long as all fit
 * in the first-level cache together (each merge saves a load a word), and puts those that kill most first. False: no
 * memory.
 */
bool pattern_list_finish(struct pattern_list *list);

void pattern_list_free(struct pattern_list *list);

#endif
