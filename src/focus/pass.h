/* The focus on one thread: blocks of columns against a sliding range of offsets. */
#ifndef FIRESIEVE_FOCUS_PASS_H
#define FIRESIEVE_FOCUS_PASS_H

#include "pass/finds.h"
#include "pass/tally.h"
#include "base/go_on.h"
#include "focus/window.h"

/* Which column and which offset of the task. */
struct focus_survivor {
    uint32_t column;
    uint32_t offset;
};

/* The columns of a word, or those that a bunch of offsets can reach: all between these. Both ascend in a list. */
struct focus_reach {
    uint64_t low;
    uint64_t high;
};

struct focus_pass {
    const struct focus_window *window;
    const struct kernel_operations *kernel;
    struct go_on go_on;
    struct finds *finds;
    struct tally *tally;    /* or NULL; of the shape that focus_tally_shape says */
    uint64_t words_to_look; /* until the next look whether to go on */

    struct sum_cursor cursor;
    struct sum_run columns;      /* of the task */
    struct sum_run offsets;      /* of the task */
    struct focus_reach *words;   /* of the task's columns */
    struct focus_reach *bunches; /* of the task's offsets: the columns at which they pass delay 0 of the window */
    size_t word_capacity;
    size_t bunch_capacity;
    uint64_t *rows;                                /* of the block */
    const uint64_t *first_rows[FOCUS_ROWS_MAX];    /* of each pattern */
    uint32_t row_limbs[FOCUS_ROW_MODULUS_MAX + 1]; /* where the row of a residue begins behind it */
    struct focus_survivor *survivors;
    size_t survivor_count;
    uint64_t alive[KERNEL_WORD_LIMBS * FOCUS_BLOCK_WORDS]; /* columns of the block that an offset's rows leave */
};

/*
 * Allocates for the windows of a focus, which share it with the finds. Memory: 576 bytes a row, 16 bytes a short
 * summand, and with what tasks allocate 24 bytes a column and an offset of a task, twice that while they are read.
 * False: no memory; free it all the same.
 */
bool focus_pass_start(struct focus_pass *pass, const struct focus *focus, const struct kernel_operations *kernel,
                      struct go_on go_on, struct finds *finds, struct tally *tally);

/* The bytes that focus_pass_start takes, and that tasks allocate. */
uint64_t focus_pass_bytes(const struct focus *focus);

/* What a tally counts where passes are those of this focus. */
struct tally_shape focus_tally_shape(const struct focus *focus);

void focus_pass_free(struct focus_pass *pass);

/*
 * Sieves the columns of one task with all their offsets, for the delays that the finds wants; a delay below
 * finds->end that another thread has found may be set there between two tasks.
 */
enum sieve_outcome focus_pass_run(struct focus_pass *pass, const struct focus_window *window, uint64_t task);

#endif
