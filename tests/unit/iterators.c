/*
 * Iterators, compared with testing delays one by one. If FIRESIEVE_TEST_SEED is set to the seed in a message, that case
 * runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "firewalls.h"
#include "shapes.h"
#include "support/kernels.h"

static firesieve_iterator *iterator_over(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    firesieve_iterator *iterator = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_iterator_create(firewall, options, &iterator, &error) == FIRESIEVE_OK, "%s", error.message);
    return iterator;
}

static firesieve_outcome step(firesieve_iterator *iterator, firesieve_delay *delay)
{
    firesieve_outcome outcome;
    firesieve_error error = {0};
    cr_assert(firesieve_iterator_next(iterator, &outcome, delay, &error) == FIRESIEVE_OK, "%s", error.message);
    return outcome;
}

/* ---- Every safe delay, once, in order --------------------------------------------------------------------- */

/* According to the oracle. */
static firesieve_delay next_safe(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    while (from < to && firesieve_firewall_catches(firewall, from)) {
        ++from;
    }
    return from;
}

static void check_all(const firesieve_firewall *firewall, const firesieve_search_options *options, const char *label)
{
    firesieve_iterator *const iterator = iterator_over(firewall, options);
    firesieve_delay at = next_safe(firewall, options->from, options->to);
    firesieve_delay delay;
    for (; at < options->to; at = next_safe(firewall, at + 1, options->to)) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND, "%s: %s is missing\n%s", label, SHOW(at),
                  show_firewall(firewall));
        cr_assert(delay == at, "%s: %s instead of %s\n%s", label, SHOW(delay), SHOW(at), show_firewall(firewall));
    }
    for (int again = 0; again < 2; ++again) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_NONE && delay == options->to, "%s: %s follows\n%s", label,
                  SHOW(delay), show_firewall(firewall));
    }
    firesieve_iterator_free(iterator);
}

ParameterizedTestParameters(iterators, over_random_firewalls)
{
    return every_shape();
}

ParameterizedTest(const size_t *index, iterators, over_random_firewalls)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_SCAN,
                                               FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_CLOSED_FORM};
    enum { LENGTH_MAX = 6000 };
    static struct draft draft;
    const struct shape *const shape = &shapes[*index];
    for (uint64_t seed = test_seed(); seed < test_seed() + shape->cases; ++seed) {
        char label[192];
        draft_start(&draft, seed);
        firesieve_firewall *const firewall = draft_firewall(&draft, shape);
        firesieve_search_options options = firesieve_search_defaults();
        options.method = methods[random_between(&draft.random, 0, COUNT_OF(methods) - 1)];
        options.threads = coin(&draft.random, 3) ? 3 : 1;
        /* A wheel requested by name uses all the memory it gets. */
        options.memory = coin(&draft.random, 2) ? 1 << 20 : options.method == FIRESIEVE_METHOD_AUTO ? 0 : 1 << 14;
        options.from = draft.from;
        options.to = delay_add_saturated(draft.from, random_between(&draft.random, 0, LENGTH_MAX));
        snprintf(label, sizeof label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ", %s, from %s to %s", shape->name, seed,
                 firesieve_method_name(options.method), SHOW(options.from), SHOW(options.to));
        check_all(firewall, &options, label);
        firesieve_firewall_free(firewall);
    }
}

/* More than an iterator buffers at once: one delay in twelve is safe. */
Test(iterators, over_many_delays)
{
    enum { DELAYS = 200000 };
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_iterator *const iterator = iterator_over(firewall, NULL);
    firesieve_delay delay;
    for (unsigned i = 0; i < DELAYS; ++i) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND && delay == 10 + 12 * (firesieve_delay)i, "%u: %s", i,
                  SHOW(delay));
    }
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* Far apart; the first is published, and `list` finds the same delays. */
Test(iterators, over_delays_that_are_far_apart)
{
    static const char *const safe[] = {"473138520098399", "557029281056326", "1133570999515967", "3669188809932647",
                                       "4279118857690887"};
    const firesieve_generate_options k150 = {.k = 150};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &k150);
    firesieve_iterator *const iterator = iterator_over(firewall, NULL);
    firesieve_delay delay;
    for (size_t i = 0; i < COUNT_OF(safe); ++i) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND);
        cr_assert_str_eq(SHOW(delay), safe[i]);
    }
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

struct windows {
    firesieve_delay last;
    unsigned count;
};

static bool count_windows(const firesieve_progress *progress, void *context)
{
    struct windows *const windows = context;
    windows->count += progress->window != windows->last;
    windows->last = progress->window;
    return true;
}

/* A first delay at the start of the search says nothing about the second, which a single search must find. */
Test(iterators, find_a_delay_far_after_a_near_one)
{
    enum { WINDOWS_MAX = 11 }; /* of that search: usually 1, 9 were seen; a search in growing parts takes 12 to 16 */
    const firesieve_generate_options k200 = {.k = 200};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &k200);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result first;
    struct windows windows = {0};
    firesieve_delay delay;
    cr_assert(firesieve_solve(firewall, &options, &first, NULL) == FIRESIEVE_OK);
    options.from = first.delay;
    options.progress = count_windows;
    options.progress_context = &windows;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND && delay == first.delay, "%s", SHOW(delay));
    cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND && delay > first.delay, "%s", SHOW(delay));
    cr_assert(windows.count <= WINDOWS_MAX, "%u windows up to %s", windows.count, SHOW(delay));
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

Test(iterators, reach_the_end_of_all_delays)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    options.from = FIRESIEVE_DELAY_END - 100;
    options.to = FIRESIEVE_DELAY_END;
    check_all(firewall, &options, "the last hundred");
    options.from = FIRESIEVE_DELAY_END;
    check_all(firewall, &options, "no delay");
    firesieve_firewall_free(firewall);
}

Test(iterators, see_that_nothing_is_safe)
{
    firesieve_firewall *const firewall = open_golden("erdos-cover.firewall");
    firesieve_iterator *const iterator = iterator_over(firewall, NULL);
    firesieve_delay delay;
    cr_assert(step(iterator, &delay) == FIRESIEVE_NONE && delay == FIRESIEVE_DELAY_END);
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* The list of all delays has no end; the list of those below 2^127 has one. */
Test(iterators, reach_a_limit_if_no_end_was_given)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    options.from = FIRESIEVE_DELAY_END - 10;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    firesieve_delay delay = 0;
    firesieve_outcome outcome;
    while ((outcome = step(iterator, &delay)) == FIRESIEVE_FOUND) {
        cr_assert(delay < FIRESIEVE_DELAY_END && !firesieve_firewall_catches(firewall, delay));
    }
    cr_assert(outcome == FIRESIEVE_LIMIT && delay == FIRESIEVE_DELAY_END, "outcome %d", outcome);
    cr_assert(step(iterator, &delay) == FIRESIEVE_LIMIT && delay == FIRESIEVE_DELAY_END);
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* ---- Cancelled and resumed -------------------------------------------------------------------------------- */

struct stopper {
    firesieve_delay from;
    firesieve_delay to;
    unsigned calls;
    unsigned stops; /* the number of calls that end the search */
};

static bool stop(const firesieve_progress *progress, void *context)
{
    struct stopper *const stopper = context;
    cr_assert(progress->from == stopper->from && progress->to == stopper->to, "from %s to %s", SHOW(progress->from),
              SHOW(progress->to));
    cr_assert(progress->reached >= stopper->from && progress->reached <= stopper->to && progress->elapsed_s >= 0);
    return ++stopper->calls > stopper->stops;
}

/* Delay by delay, so that the search is slow enough to report progress. */
Test(iterators, resume_where_they_were_cancelled)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    struct stopper stopper = {.from = 1, .to = FIRESIEVE_DELAY_END, .stops = 2};
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.from = 1;
    options.progress = stop;
    options.progress_context = &stopper;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    firesieve_delay reached = 1;
    for (unsigned i = 0; i < stopper.stops; ++i) {
        firesieve_delay delay;
        cr_assert(step(iterator, &delay) == FIRESIEVE_CANCELLED && stopper.calls == i + 1);
        cr_assert(delay > reached && delay < 3823370, "%s after %s", SHOW(delay), SHOW(reached));
        reached = delay;
    }
    cr_assert(step(iterator, &reached) == FIRESIEVE_FOUND && reached == 3823370, "%s", SHOW(reached));
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* Each delay is found in the end, however often the search for it was interrupted. */
Test(iterators, resume_after_each_delay_where_they_were_cancelled)
{
    enum { DELAYS = 4, STOPS = 1000000 };
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_iterator *const undisturbed = iterator_over(firewall, &options);
    struct stopper stopper = {.to = FIRESIEVE_DELAY_END, .stops = STOPS};
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.progress = stop;
    options.progress_context = &stopper;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    unsigned cancelled = 0;
    for (unsigned found = 0; found < DELAYS;) {
        firesieve_delay delay;
        firesieve_delay expected;
        if (step(iterator, &delay) == FIRESIEVE_CANCELLED) {
            ++cancelled;
            continue;
        }
        cr_assert(step(undisturbed, &expected) == FIRESIEVE_FOUND && delay == expected, "%s instead of %s", SHOW(delay),
                  SHOW(expected));
        ++found;
    }
    cr_assert(cancelled > 0 && cancelled <= stopper.calls);
    firesieve_iterator_free(iterator);
    firesieve_iterator_free(undisturbed);
    firesieve_firewall_free(firewall);
}

/* So many delays are safe that some are found before the first progress report; each takes long to check. */
Test(iterators, are_cancelled_after_the_delays_already_found)
{
    enum { DELAYS_MAX = 40000 };
    const firesieve_generate_options twins = {
        .offsets = {0, 2}, .offset_count = 2, .start = 1000000000, .sieve_to = 32000};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_TUPLET, &twins);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_iterator *const undisturbed = iterator_over(firewall, &options);
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    struct stopper stopper = {.to = FIRESIEVE_DELAY_END, .stops = 1};
    options.progress = stop;
    options.progress_context = &stopper;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    firesieve_delay delay = 0;
    firesieve_delay expected = 0;
    unsigned calls = 0;
    while (step(iterator, &delay) == FIRESIEVE_FOUND) {
        cr_assert(step(undisturbed, &expected) == FIRESIEVE_FOUND && delay == expected, "%s instead of %s", SHOW(delay),
                  SHOW(expected));
        cr_assert(++calls < DELAYS_MAX, "%u delays, asked %u times", calls, stopper.calls);
    }
    cr_assert(stopper.calls == 1 && delay > expected, "asked %u times, %s after %s", stopper.calls, SHOW(delay),
              SHOW(expected));
    for (unsigned i = 0; i < 100; ++i) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_FOUND && step(undisturbed, &expected) == FIRESIEVE_FOUND);
        cr_assert(delay == expected, "%s instead of %s", SHOW(delay), SHOW(expected));
    }
    firesieve_iterator_free(iterator);
    firesieve_iterator_free(undisturbed);
    firesieve_firewall_free(firewall);
}

struct mover {
    firesieve_iterator *iterator;
    unsigned calls;
};

static bool move(const firesieve_progress *progress, void *context)
{
    struct mover *const mover = context;
    firesieve_outcome outcome;
    firesieve_delay delay;
    firesieve_error error = {0};
    (void)progress;
    ++mover->calls;
    cr_expect(firesieve_iterator_next(mover->iterator, &outcome, &delay, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect_str_eq(error.message, "the iterator is searching, and its progress function cannot move it");
    return false;
}

Test(iterators, are_not_moved_by_their_own_progress_function)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    struct mover mover = {.calls = 0};
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.progress = move;
    options.progress_context = &mover;
    mover.iterator = iterator_over(firewall, &options);
    firesieve_delay delay;
    cr_assert(step(mover.iterator, &delay) == FIRESIEVE_CANCELLED && mover.calls == 1 && delay < 3823370);
    firesieve_iterator_free(mover.iterator);
    firesieve_firewall_free(firewall);
}

Test(iterators, have_no_time_if_the_limit_is_zero)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    options.from = 7;
    options.time_limit_s = 0;
    firesieve_iterator *const iterator = iterator_over(firewall, &options);
    firesieve_delay delay;
    for (int again = 0; again < 2; ++again) {
        cr_assert(step(iterator, &delay) == FIRESIEVE_LIMIT && delay == 7, "%s", SHOW(delay));
    }
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* ---- Refused ---------------------------------------------------------------------------------------------- */

Test(iterators, are_not_made_of_bad_options)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_profile profile = {0};
    const struct {
        const char *message;
        firesieve_delay from;
        const char *checkpoint;
        firesieve_profile *profile;
    } bad[] = {
        {"expected a range with from <= to <= 2^127", 11, NULL, NULL},
        {"an iterator has no checkpoint", 0, "checkpoint", NULL},
        {"an iterator has no profile", 0, NULL, &profile},
    };
    for (size_t i = 0; i < COUNT_OF(bad); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_iterator *iterator = NULL;
        firesieve_error error = {0};
        options.from = bad[i].from;
        options.to = 10;
        options.checkpoint = bad[i].checkpoint;
        options.profile = bad[i].profile;
        cr_expect(firesieve_iterator_create(firewall, &options, &iterator, &error) == FIRESIEVE_ERROR_ARGUMENT);
        cr_expect_str_eq(error.message, bad[i].message);
        cr_expect(iterator == NULL);
    }
    firesieve_iterator_free(NULL);
    firesieve_firewall_free(firewall);
}
