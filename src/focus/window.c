#include "focus/window.h"

#include <math.h>
#include <stdlib.h>

#include "base/large.h"

enum { PIECE = 1 << 13 /* sums to read at once: sorting them stays in the second-level cache */ };

/*
 * In how long a stretch of a list, with `count` values below `modulus`, there are `wanted` on average. Tasks are cut by
 * it, the same on every machine: a division and a multiplication are rounded alike everywhere.
 */
static uint64_t stretch(uint64_t modulus, double count, double wanted)
{
    static const double longest = 0x1p61;
    return (uint64_t)fmin(longest, (double)modulus / count * wanted) + 1;
}

/* A column meets the offsets in length / A. Columns stay below 2^63 + 2^62 + 2. */
firesieve_delay focus_window_longest(const struct focus *focus)
{
    static const double most_columns = 0x1p62;
    const double spacing = (double)focus->b / focus_offset_count(focus);
    const double longest = fmin(spacing * focus->task_offsets * (double)focus->a, most_columns * (double)focus->b);
    return longest >= (double)FIRESIEVE_DELAY_END ? FIRESIEVE_DELAY_END : (firesieve_delay)longest + 1;
}

/*
 * The list for delays counted from the base: z of t - base is z of t minus that of base. Residues go with the new
 * values, and `more` is added to all. False: no memory.
 */
static bool shift(struct sums *shifted, const struct sums *sums, uint64_t base, const struct residues *more)
{
    const size_t count = sums->shorts.count;
    *shifted = *sums;
    shifted->shorts = (struct summands){
        .values = large_calloc(count + 1, sizeof *shifted->shorts.values),
        .residues = large_calloc(count + 1, sizeof *shifted->shorts.residues),
        .count = count,
    };
    if (shifted->shorts.values == NULL || shifted->shorts.residues == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        const uint64_t value = sums->shorts.values[i];
        const uint64_t less = value >= base ? value - base : value + (sums->modulus - base);
        const struct residues residues = sums_residues(sums, less);
        shifted->shorts.values[i] = less;
        shifted->shorts.residues[i] = residues_add(&sums->moduli, &residues, more);
    }
    return true;
}

static struct residues residues_of_delay(const struct residues *moduli, firesieve_delay delay)
{
    struct residues residues;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        residues.of[i] = (uint8_t)(delay % moduli->of[i]);
    }
    return residues;
}

/* Columns are below it: x * B < length + y * A and y < B. */
static uint64_t column_end(const struct focus *focus, firesieve_delay length)
{
    return focus->a + (uint64_t)(length / focus->b) + 1;
}

static uint64_t task_length(const struct focus *focus)
{
    return stretch(focus->a, focus_column_count(focus), focus->task_columns);
}

uint64_t focus_window_tasks(const struct focus *focus, firesieve_delay length)
{
    const uint64_t each = task_length(focus);
    return (column_end(focus, length) + each - 1) / each;
}

bool focus_window_open(struct focus_window *window, const struct focus *focus, firesieve_delay base,
                       firesieve_delay length)
{
    const uint64_t a = focus->a;
    const uint64_t b = focus->b;
    const struct residues none = {{0}};
    const struct residues of_base = residues_of_delay(&focus->offsets.moduli, base);
    const uint64_t x = multiply_modulo((uint64_t)(base % a), inverse_modulo(b % a, a), a);
    const uint64_t y = multiply_modulo((uint64_t)(base % b), inverse_modulo((b - a % b) % b, b), b);
    *window = (struct focus_window){
        .focus = focus,
        .base = base,
        .length = length,
        .column_end = column_end(focus, length),
        .column_piece = stretch(a, focus_column_count(focus), PIECE),
        .offset_piece = stretch(b, focus_offset_count(focus), PIECE),
        .task_length = task_length(focus),
        .tasks = focus_window_tasks(focus, length),
    };
    const bool columns = shift(&window->columns, &focus->columns, x, &none);
    return shift(&window->offsets, &focus->offsets, y, &of_base) && columns;
}

void focus_window_close(struct focus_window *window)
{
    free(window->columns.shorts.values);
    free(window->columns.shorts.residues);
    free(window->offsets.shorts.values);
    free(window->offsets.shorts.residues);
    *window = (struct focus_window){.focus = NULL};
}
