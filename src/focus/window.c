#include "focus/window.h"

#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "focus/products.h"
#include "number/modular.h"

/*
 * The length of a stretch of a list that has `wanted` of its elements on average. Tasks are cut by it in the same way
 * on every machine: a division and a multiplication are rounded alike everywhere.
 */
static uint64_t stretch(const struct sums *sums, double wanted)
{
    static const double longest = 0x1p61;
    const double turn = (double)sums->modulus / (double)((firesieve_delay)1 << sums->shift);
    return (uint64_t)fmin(longest, turn / sums_count(sums) * wanted) + 1;
}

/* A column's position, its slack and what shorts add stay below 2^63. */
firesieve_delay focus_window_longest(const struct focus *focus)
{
    static const double most_positions = 0x1p62 - 0x1p12;
    const double unit = (double)((firesieve_delay)1 << focus->columns.shift);
    const double longest = most_positions * unit * (double)focus->b;
    return longest >= (double)FIRESIEVE_DELAY_END ? FIRESIEVE_DELAY_END : (firesieve_delay)longest + 1;
}

/*
 * The list for delays counted from the base: z of t - base is z of t minus z of base. Residues belong to the new
 * values, and `more` is added to all. False: no memory.
 */
static bool shift(struct sums *shifted, const struct sums *sums, firesieve_delay base, const struct residues *more)
{
    *shifted = *sums;
    if (!summands_alloc(&shifted->shorts, sums->shorts.count, sums->shift != 0)) {
        return false;
    }
    for (size_t i = 0; i < sums->shorts.count; ++i) {
        const firesieve_delay value = summand_value(&sums->shorts, i);
        const firesieve_delay less = value >= base ? value - base : value + (sums->modulus - base);
        const struct residues residues = sums_residues(sums, less);
        shifted->shorts.positions[i] = (uint64_t)(less >> sums->shift);
        shifted->shorts.residues[i] = residues_add(&sums->moduli, &residues, more);
        if (sums->shift != 0) {
            shifted->shorts.values[i] = less;
        }
    }
    return true;
}

/* Columns are below it: x * B < length + y * A and y < B. */
static uint64_t column_end(const struct focus *focus, firesieve_delay length)
{
    const firesieve_delay end = focus->a + length / focus->b + 1;
    return (uint64_t)(end >> focus->columns.shift) + focus->columns.slack + 1;
}

static uint64_t task_length(const struct focus *focus)
{
    return stretch(&focus->columns, focus->task_columns);
}

uint64_t focus_window_tasks(const struct focus *focus, firesieve_delay length)
{
    const uint64_t each = task_length(focus);
    return (column_end(focus, length) + each - 1) / each;
}

static double step(const struct sums *sums, firesieve_delay factor)
{
    return (double)((firesieve_delay)1 << sums->shift) * (double)factor;
}

/* value / factor mod modulus, for a factor coprime to it; all are below 2^100. */
static firesieve_delay divide_modulo(firesieve_delay value, firesieve_delay factor, firesieve_delay modulus)
{
    return multiply_modulo_wide(value % modulus, inverse_modulo_wide(factor % modulus, modulus), modulus);
}

bool focus_window_open(struct focus_window *window, const struct focus *focus, firesieve_delay base,
                       firesieve_delay length)
{
    const struct residues none = {{0}};
    struct residues of_base;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        of_base.of[i] = (uint8_t)(base % focus->offsets.moduli.of[i]);
    }
    const firesieve_delay x = divide_modulo(base, focus->b, focus->a);
    const firesieve_delay minus_y = divide_modulo(base, focus->a, focus->b);
    const firesieve_delay y = minus_y == 0 ? 0 : focus->b - minus_y;
    *window = (struct focus_window){
        .focus = focus,
        .base = base,
        .length = length,
        .column_end = column_end(focus, length),
        .offset_piece = stretch(&focus->offsets, focus->task_offsets),
        .task_length = task_length(focus),
        .tasks = focus_window_tasks(focus, length),
        .column_step = step(&focus->columns, focus->b),
        .offset_step = step(&focus->offsets, focus->a),
    };
    const bool columns = shift(&window->columns, &focus->columns, x, &none);
    return shift(&window->offsets, &focus->offsets, y, &of_base) && columns;
}

void focus_window_close(struct focus_window *window)
{
    summands_free(&window->columns.shorts);
    summands_free(&window->offsets.shorts);
    *window = (struct focus_window){.focus = NULL};
}

struct focus_stretch focus_window_columns(const struct focus_window *window, uint64_t task)
{
    const uint64_t from = task * window->task_length;
    const uint64_t left = window->column_end - from;
    return (struct focus_stretch){.from = from, .to = from + (left < window->task_length ? left : window->task_length)};
}

/* y * A <= x * B < length + y * A and 0 <= y < B. */
struct focus_stretch focus_window_offsets(const struct focus_window *window, struct focus_stretch columns,
                                          firesieve_delay length)
{
    const struct focus *const focus = window->focus;
    const struct sums *const offsets = &window->offsets;
    const uint64_t slack = window->columns.slack;
    const uint64_t from = columns.from < slack ? 0 : columns.from - slack;
    const firesieve_delay least = (firesieve_delay)from << window->columns.shift; /* value at the first position */
    const firesieve_delay low = quotient_of_product(least, focus->b, focus->a);
    const firesieve_delay high =
        quotient_of_product((firesieve_delay)columns.to << window->columns.shift, focus->b, focus->a);
    const firesieve_delay reach = length / focus->a + 1;
    const firesieve_delay first = low > reach ? low - reach : 0;
    const firesieve_delay last = delay_min(high, focus->b - 1);
    if (first > last) {
        return (struct focus_stretch){0, 0};
    }
    return (struct focus_stretch){
        .from = (uint64_t)(first >> offsets->shift),
        .to = (uint64_t)(last >> offsets->shift) + offsets->slack + 1,
    };
}

/* Positions are exact to a few units, distances between them to 2^-50 of themselves. */
struct focus_origin focus_window_origin(const struct focus_window *window, struct focus_stretch columns,
                                        struct focus_stretch offsets)
{
    const struct focus *const focus = window->focus;
    const double units = SUMS_SLACK + 1;
    const double span = (double)(columns.to - columns.from) * window->column_step +
                        (double)(offsets.to - offsets.from) * window->offset_step;
    struct focus_origin origin = {
        .column = columns.from,
        .offset = offsets.from,
        .delay = difference_rounded((firesieve_delay)columns.from << window->columns.shift, focus->b,
                                    (firesieve_delay)offsets.from << window->offsets.shift, focus->a),
    };
    origin.error = (span + fabs(origin.delay)) * 0x1p-48 +
                   (window->columns.shift != 0 ? units * window->column_step : 0) +
                   (window->offsets.shift != 0 ? units * window->offset_step : 0) + 1;
    return origin;
}
