/*
 * Windows, compared with all pairs of a column and an offset, in small ranges and at both ends of all delays. If
 * FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "cpu/kernel_table.h"
#include "firewalls.h"
#include "focus/products.h"
#include "focus/window.h"
#include "focus_cases.h"
#include "shapes.h"
#include "support/kernels.h"

/* A window, everything in its lists, and the exact values; negative ones are FIRESIEVE_DELAY_END. */
struct sight {
    struct focus_case *given;
    struct focus_window window;
    struct sum_run columns;
    struct sum_run offsets;
    firesieve_delay *x;
    firesieve_delay *y;
};

static firesieve_delay *values_of(const struct sum_run *run, const struct sums *sums)
{
    firesieve_delay *const values = calloc(run->count + 1, sizeof *values);
    cr_assert(values != NULL);
    for (size_t i = 0; i < run->count; ++i) {
        if (!sum_run_value(run, sums, i, &values[i])) {
            values[i] = FIRESIEVE_DELAY_END;
        }
    }
    return values;
}

static void open_sight(struct sight *sight, struct focus_case *given, firesieve_delay base, firesieve_delay length)
{
    kernel_add_function *const add = kernel_scalar()->operations->add;
    struct focus_window *const window = &sight->window;
    *sight = (struct sight){.given = given};
    cr_assert(focus_window_open(window, &given->focus, base, length));
    const uint64_t end = (uint64_t)(given->focus.b >> window->offsets.shift) + SUMS_SLACK + 1;
    cr_assert(sums_read(&window->columns, add, 0, window->column_end, &sight->columns));
    cr_assert(sums_read(&window->offsets, add, 0, end, &sight->offsets));
    sight->x = values_of(&sight->columns, &window->columns);
    sight->y = values_of(&sight->offsets, &window->offsets);
}

static void close_sight(struct sight *sight)
{
    focus_window_close(&sight->window);
    sum_run_free(&sight->columns);
    sum_run_free(&sight->offsets);
    free(sight->x);
    free(sight->y);
}

static const char *label_of(const struct sight *sight)
{
    static char text[4096];
    snprintf(text, sizeof text, "window of %s from %s on; %s", SHOW(sight->window.length), SHOW(sight->window.base),
             focus_case_describe(sight->given));
    return text;
}

/* ---- Tasks ------------------------------------------------------------------------------------------------ */

/* Together, in order, the tasks have all columns. */
static void check_tasks(const struct sight *sight)
{
    const struct focus_window *const window = &sight->window;
    uint64_t end = 0;
    cr_assert(window->tasks == focus_window_tasks(&sight->given->focus, window->length), "%s", label_of(sight));
    for (uint64_t task = 0; task < window->tasks; ++task) {
        const struct focus_stretch columns = focus_window_columns(window, task);
        cr_assert(columns.from == end && columns.to > columns.from, "%s: task %" PRIu64, label_of(sight), task);
        end = columns.to;
    }
    cr_assert(end == window->column_end, "%s: tasks end at %" PRIu64, label_of(sight), end);
}

static uint64_t task_of(const struct focus_window *window, uint64_t position)
{
    return position / window->task_length;
}

/* ---- Pairs ------------------------------------------------------------------------------------------------ */

static bool is_in(struct focus_stretch stretch, uint64_t position)
{
    return position >= stretch.from && position < stretch.to;
}

/* A pair that makes a delay of the window is found if the delay, and all before it, are wanted. */
static void check_pair(const struct sight *sight, size_t column, size_t offset, firesieve_delay delay)
{
    const struct focus_window *const window = &sight->window;
    const uint64_t position = sight->columns.positions[column];
    const uint64_t other = sight->offsets.positions[offset];
    const struct focus_stretch columns = focus_window_columns(window, task_of(window, position));
    const firesieve_delay lengths[] = {delay + 1, delay + (window->length - delay + 1) / 2, window->length};
    cr_assert(is_in(columns, position), "%s: column %" PRIu64, label_of(sight), position);
    for (size_t i = 0; i < COUNT_OF(lengths); ++i) {
        const struct focus_stretch offsets = focus_window_offsets(window, columns, lengths[i]);
        cr_assert(is_in(offsets, other), "%s: offset %" PRIu64 " is not read for delay %s of %s", label_of(sight),
                  other, SHOW(delay), SHOW(lengths[i]));
        const struct focus_origin origin = focus_window_origin(window, columns, offsets);
        cr_assert(focus_window_may_have(window, &origin, position, other, (double)lengths[i]),
                  "%s: delay %s of %s is not seen", label_of(sight), SHOW(delay), SHOW(lengths[i]));
    }
    const struct residues residues =
        residues_add(&window->columns.moduli, &sight->columns.residues[column], &sight->offsets.residues[offset]);
    for (size_t i = 0; i < sight->given->layout.row_count; ++i) {
        const uint32_t modulus = sight->given->layout.row_moduli[i];
        cr_assert(residues.of[i] == (window->base + delay) % modulus, "%s: delay %s modulo %u is %u", label_of(sight),
                  SHOW(delay), modulus, residues.of[i]);
    }
}

/* A pair is not found if its delay is off by more than the rounding of positions. */
static void check_far_pair(const struct sight *sight, size_t column, size_t offset)
{
    const struct focus_window *const window = &sight->window;
    const struct focus *const focus = &sight->given->focus;
    const struct focus_stretch columns =
        focus_window_columns(window, task_of(window, sight->columns.positions[column]));
    const struct focus_stretch offsets = focus_window_offsets(window, columns, window->length);
    if (!is_in(offsets, sight->offsets.positions[offset])) {
        return;
    }
    const struct focus_origin origin = focus_window_origin(window, columns, offsets);
    const double delay = difference_rounded(sight->x[column], focus->b, sight->y[offset], focus->a);
    if (delay < -2 * origin.error || delay > (double)window->length + 2 * origin.error) {
        cr_assert(!focus_window_may_have(window, &origin, sight->columns.positions[column],
                                         sight->offsets.positions[offset], (double)window->length),
                  "%s: a delay of %g is seen", label_of(sight), delay);
    }
}

/* Returns how many pairs make a delay of the window. */
static size_t check_pairs(const struct sight *sight)
{
    const struct focus *const focus = &sight->given->focus;
    size_t count = 0;
    for (size_t i = 0; i < sight->columns.count; ++i) {
        for (size_t j = 0; j < sight->offsets.count; ++j) {
            firesieve_delay delay;
            if (sight->x[i] == FIRESIEVE_DELAY_END || sight->y[j] >= focus->b) {
                continue;
            }
            if (difference_of_products(sight->x[i], focus->b, sight->y[j], focus->a, &delay) &&
                delay < sight->window.length) {
                check_pair(sight, i, j, delay);
                ++count;
            } else if ((i + j) % 64 == 0) {
                check_far_pair(sight, i, j);
            }
        }
    }
    return count;
}

/* Not many more offsets are read than can form pairs with the columns. */
static void check_stretches(const struct sight *sight)
{
    const struct focus_window *const window = &sight->window;
    enum { FEW = 12 };
    for (uint64_t task = 0; task < window->tasks; task += 1 + window->tasks / FEW) {
        const struct focus_stretch columns = focus_window_columns(window, task);
        const struct focus_stretch offsets = focus_window_offsets(window, columns, window->length);
        const double reach = ((double)(columns.to - columns.from) + FEW) * window->column_step + (double)window->length;
        const double most = 1.001 * (reach / window->offset_step) + FEW;
        cr_assert((double)(offsets.to - offsets.from) <= most, "%s: task %" PRIu64 " reads %" PRIu64 " offsets, not %g",
                  label_of(sight), task, offsets.to - offsets.from, most);
    }
}

/* ---- Windows ---------------------------------------------------------------------------------------------- */

/* Whether a delay passes the lists. */
static bool is_listed(const struct focus_case *given, firesieve_delay delay)
{
    const struct reduced *const reduced = given->reduced;
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        bool divides = false;
        for (size_t j = 0; j < given->layout.power_count; ++j) {
            divides = divides || given->layout.powers[j].value % constraint->modulus == 0;
        }
        for (size_t j = 0; j < constraint->count && divides; ++j) {
            if (delay % constraint->modulus == constraint_residue(&reduced->classes, constraint, j)) {
                return false;
            }
        }
    }
    return true;
}

/* Every delay that passes the lists comes from exactly one pair. */
static void check_range(struct focus_case *given)
{
    enum { LENGTH_MAX = 700 };
    struct sight sight;
    const firesieve_delay length = delay_min(given->length, LENGTH_MAX);
    size_t expected = 0;
    for (firesieve_delay i = 0; i < length; ++i) {
        expected += is_listed(given, given->base + i);
    }
    open_sight(&sight, given, given->base, length);
    check_tasks(&sight);
    check_stretches(&sight);
    const size_t count = check_pairs(&sight);
    cr_assert(count == expected, "%s: %zu pairs instead of %zu", label_of(&sight), count, expected);
    close_sight(&sight);
}

static double pair_count(const struct focus *focus)
{
    return sums_count(&focus->columns) * sums_count(&focus->offsets);
}

/* Long enough to have some pairs: at 0, at the end of all delays, and between. */
static size_t check_long_window(struct focus_case *given)
{
    enum { PAIRS = 60 };
    const struct focus *const focus = &given->focus;
    const firesieve_delay longest = delay_min(FIRESIEVE_DELAY_END, focus_window_longest(focus));
    const double wanted =
        (double)focus->a * (double)focus->b / pair_count(focus) * (double)random_between(&given->random, 1, PAIRS);
    const firesieve_delay length = wanted < 0x1p126 ? delay_min((firesieve_delay)wanted + 1, longest) : longest;
    const firesieve_delay last = FIRESIEVE_DELAY_END - length;
    const firesieve_delay bases[] = {0, random_between(&given->random, 0, 1000), last, draw_delay(&given->random)};
    const firesieve_delay base = delay_min(bases[random_between(&given->random, 0, COUNT_OF(bases) - 1)], last);
    struct sight sight;
    open_sight(&sight, given, base, length);
    check_tasks(&sight);
    check_stretches(&sight);
    const size_t count = check_pairs(&sight);
    close_sight(&sight);
    return count;
}

Test(focus_window, has_each_delay_once)
{
    enum { CASES = 500 };
    static const double most = 1e6;
    static struct focus_case given;
    size_t pairs = 0;
    unsigned wide = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        if (focus_case_draw(&given, seed) && pair_count(&given.focus) < most) {
            check_range(&given);
            pairs += check_long_window(&given);
            wide += given.focus.columns.shift > 0;
        }
        focus_case_free(&given);
    }
    cr_assert(pairs > CASES && wide > CASES / 10, "%zu pairs in long windows, %u wide cases", pairs, wide);
}

Test(focus_window, is_no_longer_than_columns_have_positions)
{
    enum { CASES = 500 };
    static const uint64_t end = UINT64_C(1) << 63;
    static struct focus_case given;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        if (focus_case_draw(&given, seed)) {
            struct focus_window window;
            const firesieve_delay longest = focus_window_longest(&given.focus);
            cr_assert(longest >= 1 && longest <= FIRESIEVE_DELAY_END);
            cr_assert(focus_window_open(&window, &given.focus, 0, longest));
            cr_assert(window.column_end <= end, "%s: columns end at %" PRIu64, focus_case_describe(&given),
                      window.column_end);
            cr_assert(longest == FIRESIEVE_DELAY_END || window.column_end > end / 4, "%s: columns end at %" PRIu64,
                      focus_case_describe(&given), window.column_end);
            focus_window_close(&window);
        }
        focus_case_free(&given);
    }
}
