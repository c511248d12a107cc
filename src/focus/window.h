/* A window of delays as the lists of a focus see it: shifted, so that its first delay is 0. */
#ifndef FIRESIEVE_FOCUS_WINDOW_H
#define FIRESIEVE_FOCUS_WINDOW_H

#include "focus/focus.h"

/* Positions of a list: [from, to). */
struct focus_stretch {
    uint64_t from;
    uint64_t to;
};

/* Immutable; shared by threads. A task is a stretch of columns with all their offsets. */
struct focus_window {
    const struct focus *focus;
    firesieve_delay base;
    firesieve_delay length; /* at least 1, at most that of focus_window_longest */
    struct sums columns;    /* x of delays - base; short summands owned, long ones the focus's */
    struct sums offsets;    /* y of them; their residues include those of base */
    uint64_t column_end;    /* positions of columns are below it */
    uint64_t offset_piece;  /* how far to read offsets at once */
    uint64_t task_length;   /* in positions of columns */
    uint64_t tasks;
    double column_step; /* delays from one position of a column, or of an offset, to the next */
    double offset_step;
};

/* Where the columns and offsets of a task begin: other delays are computed relative to it, so that doubles suffice. */
struct focus_origin {
    uint64_t column; /* positions */
    uint64_t offset;
    double delay; /* of this column and offset, less the base */
    double error; /* the most by which delays computed from positions may be off */
};

/* The longest window whose columns have positions; at least 1. */
firesieve_delay focus_window_longest(const struct focus *focus);

/* The number of tasks of a window of that length. */
uint64_t focus_window_tasks(const struct focus *focus, firesieve_delay length);

/* Opens the window [base, base + length). False: no memory; close it even so. */
bool focus_window_open(struct focus_window *window, const struct focus *focus, firesieve_delay base,
                       firesieve_delay length);

void focus_window_close(struct focus_window *window);

/* The columns of a task, and the offsets with which they can make one of the first `length` delays (and a few more). */
struct focus_stretch focus_window_columns(const struct focus_window *window, uint64_t task);
struct focus_stretch focus_window_offsets(const struct focus_window *window, struct focus_stretch columns,
                                          firesieve_delay length);

struct focus_origin focus_window_origin(const struct focus_window *window, struct focus_stretch columns,
                                        struct focus_stretch offsets);

/* Whether the delay of these positions can be one of the first `length`. */
static inline bool focus_window_may_have(const struct focus_window *window, const struct focus_origin *origin,
                                         uint64_t column, uint64_t offset, double length)
{
    const double delay = origin->delay + (double)(column - origin->column) * window->column_step -
                         (double)(offset - origin->offset) * window->offset_step;
    return (delay >= -origin->error) & (delay <= length + origin->error);
}

#endif
