/* Searches long enough for threads, progress reports and limits. Their answers are known by construction. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "firewalls.h"
#include "observer.h"
#include "support/kernels.h"

/* A firewall with one safe delay in a cycle. */
struct search {
    firesieve_firewall *firewall;
    firesieve_delay x;
    firesieve_delay cycle;
};

static struct search only_patterns(uint64_t seed)
{
    static const uint32_t primes[] = {7, 11, 13, 17, 19, 23, 29};
    struct search search;
    search.firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, seed, &search.x, &search.cycle);
    return search;
}

/* Some 30000 classes crossed off and 3000 tested: a nanosecond per delay. */
static struct search many_classes(uint64_t seed)
{
    static const uint32_t primes[] = {61, 16411};
    struct search search;
    search.firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, seed, &search.x, &search.cycle);
    return search;
}

/* The way from x + 1 to the next safe delay takes minutes. */
static struct search endless(uint64_t seed)
{
    static const uint32_t primes[] = {61, 67, 71, 73, 79, 83, 89};
    struct search search;
    search.firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, seed, &search.x, &search.cycle);
    return search;
}

static firesieve_search_options options_from(firesieve_delay from, unsigned threads)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.from = from;
    options.threads = threads;
    return options;
}

/* A random delay at most a cycle before a safe one, which is *answer. */
static firesieve_delay draw_from(struct random_state *random, const struct search *search, uint64_t distance_max,
                                 firesieve_delay *answer)
{
    *answer = search->x + search->cycle * (1 + (random_next(random) >> random_between(random, 0, 62)));
    return *answer - random_between(random, 0, distance_max);
}

static void check_answers(const struct search *search, uint64_t distance_max, int rounds)
{
    struct random_state random = {test_seed()};
    for (int i = 0; i < rounds; ++i) {
        firesieve_delay answer;
        const firesieve_delay from = draw_from(&random, search, distance_max, &answer);
        for (unsigned threads = 1; threads <= 5; ++threads) {
            firesieve_search_options options = options_from(from, threads);
            options.method = threads == 5 ? FIRESIEVE_METHOD_WHEEL : FIRESIEVE_METHOD_SCAN; /* one round more */
            firesieve_search_result result = solve(search->firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == answer,
                      "round %d, %u threads from %s: outcome %d, %s instead of %s", i, threads, SHOW(from),
                      result.outcome, SHOW(result.delay), SHOW(answer));
            cr_assert(result.threads >= 1 && result.threads <= threads);
            options.to = answer;
            result = solve(search->firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_NONE && result.reached == answer, "round %d, %u threads from %s", i,
                      threads, SHOW(from));
        }
    }
    firesieve_firewall_free(search->firewall);
}

Test(long_searches, patterns_on_several_threads)
{
    const struct search search = only_patterns(test_seed());
    check_answers(&search, 1 << 29, 12);
}

Test(long_searches, crossed_and_tested_classes_on_several_threads)
{
    const struct search search = many_classes(test_seed());
    check_answers(&search, (uint64_t)search.cycle - 1, 8);
}

Test(long_searches, run_on_several_threads)
{
    const struct search search = many_classes(1);
    const firesieve_search_options options = options_from(search.x + 1, 3);
    const firesieve_search_result result = solve(search.firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == search.x + search.cycle);
    cr_assert(result.threads == 3);
    firesieve_firewall_free(search.firewall);
}

/* If the library kept a pool of threads, it would be missing in the child. */
Test(long_searches, also_run_in_a_forked_child)
{
    const struct search search = many_classes(1);
    const firesieve_search_options options = options_from(search.x + 1, 2);
    cr_assert(solve(search.firewall, &options).threads == 2);
    const pid_t child = fork();
    if (child == 0) {
        alarm(500);
        const firesieve_search_result result = solve(search.firewall, &options);
        _exit(result.delay == search.x + search.cycle && result.threads == 2 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status;
    cr_assert(child > 0 && waitpid(child, &status, 0) == child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    firesieve_firewall_free(search.firewall);
}

/* The firewall of `search` with additional layers that catch the first `count` safe delays from x on, one each. */
static firesieve_firewall *catch_first(const struct search *search, size_t count)
{
    const size_t layer_count = firesieve_firewall_layer_count(search->firewall);
    firesieve_layer *const layers = calloc(layer_count + count, sizeof *layers);
    cr_assert(layers != NULL);
    memcpy(layers, firesieve_firewall_layers(search->firewall), layer_count * sizeof *layers);
    for (size_t i = 0; i < count; ++i) {
        layers[layer_count + i] = layer_catching(search->x + i * search->cycle, (UINT64_C(1) << 60) + 2 * i);
    }
    firesieve_firewall *const firewall = build_firewall(layers, layer_count + count);
    free(layers);
    return firewall;
}

/*
 * From the answer on there is a safe delay about every 2^21. The search begins so that the answer is as far past the
 * beginning of the first shared window as the next safe delay is past that of the second: two threads find them at
 * about the same time.
 */
Test(long_searches, the_smallest_of_several_finds_wins)
{
    enum { CAUGHT = 4, ROUNDS = 30 };
    static const uint32_t primes[] = {65537};
    static const uint64_t alone = (1 << 18) + (1 << 20) + (1 << 22);
    struct random_state random = {test_seed()};
    struct search search;
    search.firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, test_seed(), &search.x, &search.cycle);
    firesieve_firewall *const firewall = catch_first(&search, CAUGHT);
    const firesieve_delay answer = search.x + CAUGHT * search.cycle;
    for (unsigned round = 0; round < ROUNDS; ++round) {
        const firesieve_delay from = answer - alone - random_between(&random, 1000, 1 << 20);
        const firesieve_search_options options = options_from(from, 2 + round % 2);
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == answer, "from %s: %s instead of %s", SHOW(from),
                  SHOW(result.delay), SHOW(answer));
    }
    firesieve_firewall_free(firewall);
    firesieve_firewall_free(search.firewall);
}

/* ---- Progress and limits ------------------------------------------------------------------------------ */

static struct observer observe_search(struct search *search, firesieve_delay from, firesieve_delay answer,
                                      unsigned threads, int calls_max)
{
    struct observer observer = observer_start(from, answer, calls_max);
    firesieve_search_options options = options_from(from, threads);
    options.progress = observe;
    options.progress_context = &observer;
    const firesieve_search_result result = solve(search->firewall, &options);
    if (result.outcome == FIRESIEVE_FOUND) {
        cr_assert(result.delay == answer, "%u threads from %s: %s instead of %s", threads, SHOW(from),
                  SHOW(result.delay), SHOW(answer));
    } else {
        cr_assert(result.outcome == FIRESIEVE_CANCELLED && observer.calls == calls_max);
        cr_assert(result.reached >= observer.reached && result.reached <= answer, "%u threads from %s: reached %s",
                  threads, SHOW(from), SHOW(result.reached));
        cr_assert(result.candidates == result.reached - from);
        cr_assert(result.reason == NULL);
    }
    return observer;
}

Test(long_searches, progress_can_stop_them)
{
    struct search search = endless(test_seed());
    for (unsigned threads = 1; threads <= 4; ++threads) {
        const firesieve_delay answer = search.x + search.cycle;
        const int calls_max = (int)threads;
        const struct observer observer = observe_search(&search, search.x + 1, answer, threads, calls_max);
        cr_assert(observer.calls == calls_max && observer.reached < answer, "%u threads", threads);
    }
    firesieve_firewall_free(search.firewall);
}

/* Stopped anywhere, even just before or after the answer. */
Test(long_searches, reach_what_they_report_when_stopped)
{
    enum { ROUNDS = 12 };
    struct random_state random = {test_seed()};
    struct search search = many_classes(test_seed());
    for (int round = 0; round < ROUNDS; ++round) {
        for (unsigned threads = 1; threads <= 3; ++threads) {
            firesieve_delay answer;
            const firesieve_delay from = draw_from(&random, &search, (uint64_t)search.cycle - 1, &answer);
            observe_search(&search, from, answer, threads, (int)random_between(&random, 1, 4));
        }
    }
    firesieve_firewall_free(search.firewall);
}

/* When one thread has found a delay, others may still be working before it or after it. */
Test(long_searches, progress_is_true_until_the_end)
{
    enum { ROUNDS = 30 };
    struct random_state random = {test_seed()};
    struct search search = many_classes(test_seed());
    for (int round = 0; round < ROUNDS; ++round) {
        firesieve_delay answer;
        const firesieve_delay from = draw_from(&random, &search, (uint64_t)search.cycle - 1, &answer);
        observe_search(&search, from, answer, 2 + (unsigned)round % 7, INT32_MAX);
    }
    firesieve_firewall_free(search.firewall);
}

Test(long_searches, time_limit_ends_them)
{
    const struct search search = endless(1);
    for (unsigned threads = 1; threads <= 3; ++threads) {
        firesieve_search_options options = options_from(search.x + 1, threads);
        options.time_limit_s = 0.02;
        const firesieve_search_result result = solve(search.firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_LIMIT, "%u threads: outcome %d", threads, result.outcome);
        cr_assert(result.reached >= options.from && result.reached < search.x + search.cycle, "%u threads", threads);
        cr_assert(result.candidates == result.reached - options.from && result.elapsed_s >= 0.02);
        cr_assert(result.reason == NULL);
    }
    firesieve_firewall_free(search.firewall);
}

/* The oracle checks the clock too: every delay from x + 1 on takes it through thousands of layers. */
Test(long_searches, oracles_stop_too)
{
    struct search search = many_classes(1);
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_SIMULATE};
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        struct observer observer = observer_start(search.x + 1, search.x + search.cycle, 2);
        firesieve_search_options options = options_from(search.x + 1, 0);
        options.method = methods[i];
        options.progress = observe;
        options.progress_context = &observer;
        const firesieve_search_result result = solve(search.firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_CANCELLED && observer.calls == 2);
        cr_assert(result.reached >= observer.reached && result.reached < observer.answer);
        cr_assert(result.method == methods[i] && result.kernel == NULL && result.threads == 1);
    }
    firesieve_firewall_free(search.firewall);
}

/* Even a packet on its way to a depth of 2^62 is stopped. */
Test(long_searches, a_simulated_crossing_stops_halfway)
{
    const firesieve_layer layers[] = {{UINT64_C(1) << 62, 3}};
    firesieve_firewall *const firewall = build_firewall(layers, COUNT_OF(layers));
    firesieve_search_options options = options_from(0, 1);
    options.method = FIRESIEVE_METHOD_SIMULATE;
    options.time_limit_s = 0.02;
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_LIMIT && result.reached == 0 && result.candidates == 0);
    firesieve_firewall_free(firewall);
}
