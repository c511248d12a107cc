/*
 * Columns and offsets of a task, ordered by their residues modulo one to three row moduli, the classes. A word of
 * columns then has a narrow range of residues of each class, and an offset matters to it only if the class's row for
 * its own residue leaves any of these: a product of shares that is as good as a larger A * B, without longer lists.
 */
#ifndef FIRESIEVE_FOCUS_CLASSES_H
#define FIRESIEVE_FOCUS_CLASSES_H

#include "focus/rows.h"
#include "focus/sums.h"

/* The residues of a word's columns modulo each class lie between these. */
struct class_range {
    uint8_t low[FOCUS_CLASSES_MAX];
    uint8_t high[FOCUS_CLASSES_MAX];
};

/* Columns by words: sorted modulo the first class, cut into that class's parts, these sorted modulo the second, ... */
struct column_order {
    uint32_t *numbers;          /* [place]: of the column in its run */
    uint8_t *residues;          /* [word][modulus][column], as kernels build rows from them; 0 if there is no column */
    struct class_range *ranges; /* [word] */
    uint64_t *items;            /* to be sorted, and room to do so */
    uint64_t *room;
    size_t count; /* of columns */
    size_t word_count;
    size_t word_capacity;
};

void column_order_free(struct column_order *order);

/* Orders a run of columns. Cost: some 6 ns per column. Memory: 36 bytes per column. False: no memory. */
bool column_order_make(struct column_order *order, const struct row_set *set, const struct sum_run *run);

static inline const uint8_t *column_order_residues(const struct column_order *order, size_t word, uint32_t modulus)
{
    return order->residues + (word * KERNEL_MODULI + modulus) * KERNEL_WORD_COLUMNS;
}

/* Offsets by buckets: those with the same residues modulo the first two classes. */
struct offset_order {
    uint64_t *keys;            /* [place]: as kernels take them */
    uint8_t *thirds;           /* residues modulo the third class; 0 if there is none */
    struct residues *residues; /* all of them */
    uint32_t *numbers;         /* in the run */
    uint32_t *starts;          /* [bucket]: its first place; one more than there are buckets */
    uint32_t second;           /* the modulus of the second class: residues r, s are in bucket r * second + s */
    size_t count;
    size_t capacity;
};

/* The bytes of its buckets. */
uint64_t offset_order_bytes(const struct row_set *set);

/* Makes room for buckets. False: no memory; free it even so. */
bool offset_order_start(struct offset_order *order, const struct row_set *set);

void offset_order_free(struct offset_order *order);

/* Orders a run of offsets. Cost: some 5 ns per offset. Memory: 29 bytes per offset. False: no memory. */
bool offset_order_make(struct offset_order *order, const struct row_set *set, const struct sum_run *run);

#endif
