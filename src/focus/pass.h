/* The focus on one thread: sieves the columns of a task, word by word, with its offsets, piece by piece. */
#ifndef FIRESIEVE_FOCUS_PASS_H
#define FIRESIEVE_FOCUS_PASS_H

#include "base/go_on.h"
#include "focus/classes.h"
#include "focus/window.h"
#include "pass/finds.h"
#include "pass/tally.h"

/* A column and an offset, as indices into their runs. */
struct focus_survivor {
    uint32_t column;
    uint32_t offset;
};

/* Residues of the second class whose rows leave anything: all of [first, end). */
struct live_run {
    uint16_t first;
    uint16_t end;
};

struct focus_pass {
    const struct focus_window *window;
    const struct kernel_operations *kernel;
    struct go_on go_on;
    struct finds *finds;
    struct tally *tally;   /* or NULL; of focus_tally_shape */
    uint64_t work_to_look; /* keys until the next question whether to continue */

    struct sum_run columns; /* of the task */
    struct sum_run offsets; /* of the piece */
    struct column_order column_order;
    struct offset_order offset_order;
    struct focus_origin origin; /* of the task */

    /* Of the word. */
    size_t word;
    uint64_t *rows;
    uint8_t alive[FOCUS_CLASSES_MAX][KERNEL_MODULUS_MAX + 1]; /* by residue of an offset */
    struct live_run runs[KERNEL_MODULUS_MAX / 2 + 1];
    size_t run_count;

    /* Offsets to be sieved, and what is left of them. */
    uint64_t *keys;
    uint32_t *places;
    size_t key_count;
    struct kernel_hit *hits;
    struct focus_survivor *survivors;
    size_t survivor_count;
};

/*
 * Allocates for the windows of a focus, which shares the finds. Memory: half a megabyte, 4 bytes for each pair of
 * residues of the first two classes, and for tasks some 77 bytes per column of a task and 69 per offset of a piece.
 * False: no memory; free it even so.
 */
bool focus_pass_start(struct focus_pass *pass, const struct focus *focus, const struct kernel_operations *kernel,
                      struct go_on go_on, struct finds *finds, struct tally *tally);

/* The bytes that focus_pass_start and tasks allocate. */
uint64_t focus_pass_bytes(const struct focus *focus);

/* What tallies of such passes count. */
struct tally_shape focus_tally_shape(const struct focus *focus);

void focus_pass_free(struct focus_pass *pass);

/*
 * Sieves the columns of one task with all their offsets, for the delays that the finds wants. Between two tasks
 * finds->end may be set to a delay below it that another thread has found.
 */
enum sieve_outcome focus_pass_run(struct focus_pass *pass, const struct focus_window *window, uint64_t task);

#endif
