/*
 * Whole focuses: handmade layouts of every kind, on every kernel, compared with the closed form. If FIRESIEVE_TEST_SEED
 * is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "cpu/kernel_table.h"
#include "firewalls.h"
#include "focus/pass.h"
#include "focus_cases.h"
#include "shapes.h"
#include "support/kernels.h"

/* Another thread has found a safe delay of the window. */
static void lower_end(struct focus_case *given, const struct focus_window *window, struct finds *finds)
{
    if (given->safe_count == 0 || !coin(&given->random, 20)) {
        return;
    }
    const firesieve_delay found = given->safe[random_between(&given->random, 0, given->safe_count - 1)];
    if (found >= window->base && found >= finds->low && found < finds->end) {
        finds->end = found;
    }
}

/* Runs all tasks of a window, forwards or backwards, beginning anywhere. */
static enum sieve_outcome run_tasks(struct focus_case *given, struct focus_pass *pass,
                                    const struct focus_window *window, struct finds *finds)
{
    const bool backwards = coin(&given->random, 2);
    const uint64_t first = random_between(&given->random, 0, window->tasks - 1);
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint64_t i = 0; i < window->tasks && outcome == SIEVE_DONE; ++i) {
        if (finds->goal == GOAL_SMALLEST) {
            lower_end(given, window, finds);
        }
        const uint64_t task = (first + (backwards ? window->tasks - 1 - i : i)) % window->tasks;
        outcome = focus_pass_run(pass, window, task);
    }
    return outcome;
}

/* Every survivor that was checked is counted once: as dropped by some check, or by none. */
static void check_tally(const struct focus_case *given, const struct tally *tally)
{
    uint64_t dropped = 0;
    for (size_t i = 0; i <= given->focus.check_count; ++i) {
        dropped += tally->check_dropped[i];
    }
    cr_assert(dropped == tally->checked && tally->columns % KERNEL_WORD_COLUMNS == 0, "%s", focus_case_describe(given));
    for (size_t i = 0; i < given->focus.rows.count; ++i) {
        cr_assert(tally->after_row[i] <= (i == 0 ? tally->sampled : tally->after_row[i - 1]), "%s",
                  focus_case_describe(given));
    }
}

/*
 * Searches from finds->low to the end of the range, window by window, cut anywhere. SMALLEST: finds->end is the delay
 * found, or the end of the range.
 */
static enum sieve_outcome run_windows(struct focus_case *given, const struct kernel_operations *kernel, uint64_t asks,
                                      struct finds *finds)
{
    enum { WINDOWS_MAX = 12 };
    const firesieve_delay end = given->base + given->length;
    const firesieve_delay cut = given->length / random_between(&given->random, 1, WINDOWS_MAX) + 1;
    const firesieve_delay longest = delay_min(focus_window_longest(&given->focus), cut);
    struct focus_pass pass;
    struct tally tally = {.columns = 0};
    const bool tallied = coin(&given->random, 4);
    enum sieve_outcome outcome = SIEVE_DONE;
    cr_assert(!tallied || tally_shape(&tally, focus_tally_shape(&given->focus)));
    cr_assert(focus_pass_start(&pass, &given->focus, kernel, (struct go_on){count_down, &asks}, finds,
                               tallied ? &tally : NULL));
    for (firesieve_delay base = given->base; base < end && outcome == SIEVE_DONE;) {
        const firesieve_delay left = end - base;
        firesieve_delay length = left < longest ? left : longest;
        if (length > 2 && !coin(&given->random, 3)) {
            length -= random_between(&given->random, 0, (uint64_t)length / 2);
        }
        struct focus_window window;
        cr_assert(focus_window_open(&window, &given->focus, base, length));
        finds->end = base + length;
        outcome = run_tasks(given, &pass, &window, finds);
        focus_window_close(&window);
        if (finds->goal == GOAL_SMALLEST && finds->end < base + length) {
            break;
        }
        base += length;
    }
    focus_pass_free(&pass);
    if (tallied) {
        check_tally(given, &tally);
        tally_free(&tally);
    }
    return outcome;
}

/* Every safe delay from index `first` on is in the list once, and nothing else is. */
static void check_list(const struct focus_case *given, size_t first, struct delay_list *list)
{
    const size_t expected = given->safe_count - first;
    if (list->count > 0) {
        qsort(list->delays, list->count, sizeof *list->delays, delay_compare);
    }
    for (size_t i = 0; i < list->count; ++i) {
        const bool right = i < expected && list->delays[i] == given->safe[first + i];
        cr_assert(right, "%s: %s is listed, but not expected\n%s", focus_case_describe(given), SHOW(list->delays[i]),
                  show_firewall(given->firewall));
    }
    cr_assert(list->count == expected, "%s: %zu delays listed instead of %zu\n%s", focus_case_describe(given),
              list->count, expected, show_firewall(given->firewall));
}

static void check_goals(struct focus_case *given, const struct kernel_operations *kernel)
{
    const uint64_t in = coin(&given->random, 3) ? random_between(&given->random, 0, (uint64_t)given->length - 1) : 0;
    const firesieve_delay low = given->base + in; /* delays below it are not wanted */
    size_t first = 0;
    while (first < given->safe_count && given->safe[first] < low) {
        ++first;
    }
    for (int goal = GOAL_SMALLEST; goal <= GOAL_LIST; ++goal) {
        struct finds finds = {.goal = (enum search_goal)goal, .low = low};
        cr_assert(run_windows(given, kernel, UINT64_MAX, &finds) == SIEVE_DONE, "%s", focus_case_describe(given));
        if (goal == GOAL_LIST) {
            check_list(given, first, &finds.list);
        } else if (goal == GOAL_COUNT) {
            cr_assert(finds.count == given->safe_count - first, "%s: %" PRIu64 " counted instead of %zu",
                      focus_case_describe(given), finds.count, given->safe_count - first);
        } else {
            const firesieve_delay expected =
                first < given->safe_count ? given->safe[first] : given->base + given->length;
            cr_assert(finds.end == expected, "%s: smallest %s instead of %s\n%s", focus_case_describe(given),
                      SHOW(finds.end), SHOW(expected), show_firewall(given->firewall));
        }
        free(finds.list.delays);
    }
}

ParameterizedTestParameters(focus_pass, agrees_with_the_closed_form)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, focus_pass, agrees_with_the_closed_form)
{
    static struct focus_case given;
    const struct kernel_operations *const kernel = operations_or_skip(*index);
    const unsigned cases = firesieve_kernel_at(*index) == firesieve_kernel_best() ? 400 : 60;
    for (uint64_t seed = test_seed(); seed < test_seed() + cases; ++seed) {
        if (focus_case_draw(&given, seed)) {
            check_goals(&given, kernel);
        }
        focus_case_free(&given);
    }
}

/* Stops at the first, the second, ... call of go_on, until it is no longer stopped: then everything is found. */
Test(focus_pass, stops_when_told_to)
{
    enum { CASES = 40, ASKS_STEP = 3 };
    static struct focus_case given;
    const struct kernel_operations *const kernel = kernel_scalar()->operations;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        enum sieve_outcome outcome = focus_case_draw(&given, seed) ? SIEVE_STOPPED : SIEVE_DONE;
        for (uint64_t asks = 0; outcome != SIEVE_DONE; asks = ASKS_STEP * asks + 1) {
            struct finds finds = {.goal = GOAL_LIST, .low = given.base};
            outcome = run_windows(&given, kernel, asks, &finds);
            cr_assert(outcome == (asks == 0 ? SIEVE_STOPPED : outcome) && outcome != SIEVE_NO_MEMORY, "%s",
                      given.label);
            if (outcome == SIEVE_DONE) {
                check_list(&given, 0, &finds.list);
            }
            free(finds.list.delays);
        }
        focus_case_free(&given);
    }
}

/* Lists of a hundred thousand residues, most of them in one part. */
static void long_lists(struct focus_case *given)
{
    static const struct focus_power powers[] = {
        {19, COLUMN_LONGS}, {17, COLUMN_LONGS}, {13, COLUMN_LONGS},  {11, COLUMN_LONGS}, {7, COLUMN_LONGS},
        {5, COLUMN_LONGS},  {23, COLUMN_LONGS}, {29, COLUMN_SHORTS}, {31, OFFSET_LONGS}, {37, OFFSET_SHORTS},
    };
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE);
    options.primes = 20;
    firesieve_error error = {0};
    *given = (struct focus_case){.label = "long lists", .layout = {.row_moduli = {41}, .row_count = 1}};
    given->layout.power_count = COUNT_OF(powers);
    memcpy(given->layout.powers, powers, sizeof powers);
    given->firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
    cr_assert(reduced_of(given->firewall, (struct go_on){NULL, NULL}, &given->reduced, &error) == FIRESIEVE_OK);
}

Test(focus_make, stops_when_told_to)
{
    static struct focus_case given;
    long_lists(&given);
    uint64_t asks = 0;
    while (focus_case_make(&given, asks) == BUILT_STOPPED) {
        focus_free(&given.focus);
        ++asks;
    }
    cr_assert(asks > 100, "it asked only %" PRIu64 " times", asks);
    cr_assert(sums_count(&given.focus.columns) == 142560.0 * 14, "%g columns", sums_count(&given.focus.columns));
    focus_case_free(&given);
}
