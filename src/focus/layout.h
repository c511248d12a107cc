/* What a focus is to be made of: which prime powers are in which list, which moduli have rows, and how large tasks are. */
#ifndef FIRESIEVE_FOCUS_LAYOUT_H
#define FIRESIEVE_FOCUS_LAYOUT_H

#include <firesieve/firesieve.h>
#include <stddef.h>

#include "focus/residues.h"

enum {
    FOCUS_POWERS_MAX = 48, /* prime powers in A * B */
    FOCUS_PART_BITS = 63   /* A and B stay below 2^63 */
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
    uint32_t row_moduli[FOCUS_ROWS_MAX]; /* first those that forbid most */
    size_t row_count;                    /* at least 1 */
    uint32_t task_columns;               /* that a thread takes at once */
    uint32_t task_offsets;               /* that they meet at most, on average */
    firesieve_delay window;              /* delays that are searched at once, at least 1 */
};

#endif
