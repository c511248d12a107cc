/* The small moduli whose constraints a focus ANDs as rows, in the order of tiles (kernel.h). */
#ifndef FIRESIEVE_FOCUS_ROWS_H
#define FIRESIEVE_FOCUS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel.h"

enum { FOCUS_ROWS_MAX = KERNEL_MODULI, FOCUS_ROW_MODULUS_MAX = KERNEL_MODULUS_MAX };

typedef uint8_t residue_bytes __attribute__((vector_size(FOCUS_ROWS_MAX)));

/* Element i belongs to row modulus i; elements after the last modulus are 0 and have modulus 1. */
struct residues {
    residue_bytes of;
};

/* a + b, all below their modulus: a + b - modulus if a >= modulus - b. */
static inline struct residues residues_add(const struct residues *moduli, const struct residues *a,
                                           const struct residues *b)
{
    const residue_bytes room = moduli->of - b->of;
    const residue_bytes over = (residue_bytes)(a->of >= room);
    return (struct residues){.of = a->of + b->of - (moduli->of & over)};
}

/* moduli - a, and 0 for 0. */
static inline struct residues residues_negate(const struct residues *moduli, const struct residues *a)
{
    struct residues negated;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        negated.of[i] = (uint8_t)(a->of[i] == 0 ? 0 : moduli->of[i] - a->of[i]);
    }
    return negated;
}

enum {
    FOCUS_CLASSES_MAX = 3,
    FOCUS_CLASS_PARTS_MAX = 1 << 12 /* into which columns are cut by each class modulus */
};

/* Immutable; shared by threads. */
struct row_set {
    struct kernel_pattern *patterns; /* owned */
    uint32_t count;                  /* 1 .. FOCUS_ROWS_MAX */
    uint32_t slots;                  /* of a tile: `count` moduli, padded with modulus 1 to a whole key */
    uint32_t classes;                /* the first of them order columns and offsets (classes.h) */
    uint32_t parts[FOCUS_CLASSES_MAX];
};

/* Makes the pattern that kernels build rows from; `allowed` has one byte per residue, 0 or 1. */
void pattern_make(struct kernel_pattern *pattern, uint32_t modulus, const uint8_t *allowed);

/* Makes room. False: no memory; free the set even so. */
bool row_set_start(struct row_set *set);

/* Appends a modulus; `allowed` has one byte per residue, 0 or 1. */
void row_set_add(struct row_set *set, uint32_t modulus, const uint8_t *allowed);

/* Fills up the slots once all moduli are there: the first `classes` order columns, into `parts` parts each. */
void row_set_finish(struct row_set *set, uint32_t classes, const uint32_t *parts);

void row_set_free(struct row_set *set);

/* The bytes that the rows of one word take, for these moduli. */
size_t row_set_bytes(const struct row_set *set);

/* Whether each row of a modulus leaves any column whose residue is in [low, high]: 0xff or 0; 0 from the modulus on. */
void row_set_alive(const struct row_set *set, uint32_t index, uint32_t low, uint32_t high,
                   uint8_t alive[KERNEL_MODULUS_MAX + 1]);

#endif
