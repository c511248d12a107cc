/* What a focus is to be made of: which prime powers are in which list, which moduli have rows, and how large tasks are. */
#ifndef FIRESIEVE_FOCUS_LAYOUT_H
#define FIRESIEVE_FOCUS_LAYOUT_H

#include <firesieve/firesieve.h>
#include <stddef.h>

#include "focus/rows.h"

enum {
    FOCUS_POWERS_MAX = 64,      /* prime powers in A * B */
    FOCUS_PART_BITS = 63,       /* each of the two parts of A, and of B, stays below 2^63, */
    FOCUS_MODULUS_BITS = 100,   /* and their products below 2^100 */
    FOCUS_OFFSETS_MAX = 1 << 17 /* that a thread holds at once, about */
};

/* Each power is below that. */
#define FOCUS_POWER_END (UINT64_C(1) << 62)

/* The four lists of summands: A is the product of two parts, as is B. */
enum focus_part { COLUMN_LONGS, COLUMN_SHORTS, OFFSET_LONGS, OFFSET_SHORTS, FOCUS_PARTS };

/* A prime power in A * B; different ones are coprime. */
struct focus_power {
    uint64_t value;
    enum focus_part part;
};

/* What a focus is to be made of. */
struct focus_layout {
    struct focus_power powers[FOCUS_POWERS_MAX];
    size_t power_count;
    uint32_t row_moduli[FOCUS_ROWS_MAX]; /* first the classes, then those that forbid most */
    size_t row_count;                    /* at least 1 */
    uint32_t parts[FOCUS_CLASSES_MAX];   /* of columns, by the residues of each class */
    uint32_t class_count;                /* at most row_count */
    uint32_t task_columns;               /* that a thread takes at once */
    uint32_t task_offsets;               /* that it reads at once: it takes piece by piece those that columns meet */
    firesieve_delay window;              /* delays that are searched at once, at least 1 */
    uint32_t least_shift;                /* for tests: positions lose at least so many bits (sums.h) */
};

#endif
