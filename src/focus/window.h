/* A window of delays, as the lists of a focus see it: shifted, so that its first delay is 0. */
#ifndef FIRESIEVE_FOCUS_WINDOW_H
#define FIRESIEVE_FOCUS_WINDOW_H

#include "focus/focus.h"

/* Immutable; threads share it. A task is a stretch of columns with all their offsets. */
struct focus_window {
    const struct focus *focus;
    firesieve_delay base;
    firesieve_delay length; /* at least 1, at most that of focus_window_longest */
    struct sums columns;    /* x of delays - base; short summands owned, long ones the focus's */
    struct sums offsets;    /* y of them; their residues include those of base */
    uint64_t column_end;    /* columns are below it */
    uint64_t column_piece;  /* how far to read columns and offsets at once */
    uint64_t offset_piece;
    uint64_t task_length; /* in x */
    uint64_t tasks;
};

/* The longest window that a focus takes at once, so that tasks have no more offsets than planned; at least 1. */
firesieve_delay focus_window_longest(const struct focus *focus);

/* The number of tasks of a window of that length. */
uint64_t focus_window_tasks(const struct focus *focus, firesieve_delay length);

/* Opens the window [base, base + length). False: no memory; close it all the same. */
bool focus_window_open(struct focus_window *window, const struct focus *focus, firesieve_delay base,
                       firesieve_delay length);

void focus_window_close(struct focus_window *window);

#endif
