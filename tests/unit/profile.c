/* The profile of a search: times that add up, counts that are consistent, and the layers that make it hard. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "firewalls.h"
#include "residue/classes.h"
#include "residue/layers.h"

/* ---- Times ------------------------------------------------------------------------------------------------ */

/* The counters of different CPUs differ a little, and a thread may move. */
static const double tick_tolerance = 0.02;
static const double tick_tolerance_s = 2e-6;

static double sum_of(const firesieve_profile *profile, size_t thread)
{
    double sum = 0;
    for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
        cr_assert(profile->seconds[thread][stage] >= 0);
        sum += profile->seconds[thread][stage];
    }
    return sum;
}

/* Whether the stages of each thread add up to its time. */
static bool adds_up(const firesieve_profile *profile)
{
    bool all = true;
    for (size_t i = 0; i < profile->thread_count; ++i) {
        const double difference = fabs(sum_of(profile, i) - profile->elapsed_s);
        all = all && difference <= tick_tolerance * profile->elapsed_s + tick_tolerance_s;
    }
    return all;
}

static void check_times(const firesieve_profile *profile, double wall_s, const char *label)
{
    cr_assert(profile->thread_count >= 1 && profile->elapsed_s > 0 && profile->elapsed_s <= wall_s, "%s", label);
    for (size_t i = 0; i < profile->thread_count; ++i) {
        const double sum = sum_of(profile, i);
        cr_assert(fabs(sum - profile->elapsed_s) <= tick_tolerance * profile->elapsed_s + tick_tolerance_s,
                  "%s: thread %zu: %g s of %g s", label, i, sum, profile->elapsed_s);
    }
}

/*
 * Solves with a profile and without one: the answer is the same. If a thread is interrupted between two readings of the
 * clock, its times do not add up, so there are several tries.
 */
static firesieve_search_result solve_profiled(const firesieve_firewall *firewall,
                                              const firesieve_search_options *options, firesieve_profile *profile)
{
    const char *const label = firesieve_method_name(options->method);
    firesieve_search_options profiled = *options;
    profiled.profile = profile;
    enum { TRIES = 5 };
    double started = clock_seconds();
    firesieve_search_result result = solve(firewall, &profiled);
    for (int tries = 1; tries < TRIES && !adds_up(profile); ++tries) {
        firesieve_profile_free(profile);
        started = clock_seconds();
        result = solve(firewall, &profiled);
    }
    check_times(profile, clock_seconds() - started, label);
    if (isinf(options->time_limit_s) && options->progress == NULL) {
        const firesieve_search_result other = solve(firewall, options);
        cr_assert(result.outcome == other.outcome && result.delay == other.delay && result.method == other.method &&
                      result.candidates == other.candidates && result.reason == other.reason,
                  "%s", label);
    }
    return result;
}

Test(profile, of_every_method_adds_up)
{
    static const char *const names[] = {"example.firewall", "talk.firewall", "erdos-selfridge-20.firewall",
                                        "wide.firewall", "erdos-cover.firewall"};
    static const unsigned threads[] = {1, 3};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(threads); ++i) {
        firesieve_firewall *const firewall = open_golden(names[i / COUNT_OF(threads)]);
        for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
            firesieve_search_options options = firesieve_search_defaults();
            options.method = method;
            options.threads = threads[i % COUNT_OF(threads)];
            const bool oracle = method == FIRESIEVE_METHOD_SIMULATE || method == FIRESIEVE_METHOD_CLOSED_FORM;
            options.time_limit_s = oracle ? 0.02 : (double)INFINITY;
            firesieve_profile profile;
            solve_profiled(firewall, &options, &profile);
            cr_assert(profile.constraint_count > 0 && profile.other_count == 0);
            firesieve_profile_free(&profile);
            cr_assert(profile.seconds == NULL && profile.constraints == NULL && profile.thread_count == 0);
        }
        firesieve_firewall_free(firewall);
    }
}

/* Stages that ran have time; others have none. */
static void check_stages(firesieve_method method, const char *name, uint64_t ran)
{
    firesieve_firewall *const firewall = open_golden(name);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    options.method = method;
    options.threads = 1;
    options.to = 100000;
    solve_profiled(firewall, &options, &profile);
    for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
        const bool may_be_short = stage == FIRESIEVE_STAGE_WINDOWS || stage == FIRESIEVE_STAGE_WAITING;
        const bool expected = (ran >> stage & 1) != 0;
        cr_assert((profile.seconds[0][stage] > 0) == expected || may_be_short, "%s: %s: %g s",
                  firesieve_method_name(method), firesieve_stage_path((firesieve_stage)stage),
                  profile.seconds[0][stage]);
    }
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

#define RAN(stage) (UINT64_C(1) << FIRESIEVE_STAGE_##stage)

Test(profile, has_time_in_the_stages_that_ran)
{
    static const uint64_t planned = RAN(REDUCE) | RAN(CHOOSE) | RAN(MAKE_LISTS) | RAN(PROOF) | RAN(SIEVE);
    static const uint64_t swept = planned | RAN(DRAW_ROWS) | RAN(SAMPLING);
    static const uint64_t focused = planned | RAN(READ_LISTS) | RAN(BUILD_ROWS) | RAN(SURVIVORS) | RAN(SAMPLING);
    check_stages(FIRESIEVE_METHOD_AUTO, "talk.firewall", RAN(SHORT_PATH));
    check_stages(FIRESIEVE_METHOD_SIMULATE, "example.firewall", RAN(ORACLE));
    check_stages(FIRESIEVE_METHOD_CLOSED_FORM, "talk.firewall", RAN(ORACLE));
    check_stages(FIRESIEVE_METHOD_SCAN, "talk.firewall", swept | RAN(SURVIVORS));
    check_stages(FIRESIEVE_METHOD_FOCUS, "talk.firewall", focused);
}

/* The oracle takes most of the time: on a busy machine perhaps not of a short search, but of a longer one. */
Test(profile, shows_where_time_was_spent)
{
    static const uint32_t primes[] = {61, 67, 71, 73, 79, 83, 89};
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, 1, &x, &cycle);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    options.method = FIRESIEVE_METHOD_CLOSED_FORM;
    options.from = x + 1; /* minutes and more before the next one */
    double share = 0;
    for (options.time_limit_s = 0.2; share <= 0.75 && options.time_limit_s < 20; options.time_limit_s *= 4) {
        const firesieve_search_result result = solve_profiled(firewall, &options, &profile);
        cr_assert(result.outcome == FIRESIEVE_LIMIT && profile.thread_count == 1);
        share = profile.seconds[0][FIRESIEVE_STAGE_ORACLE] / profile.elapsed_s;
        firesieve_profile_free(&profile);
    }
    cr_assert(share > 0.75, "%g of the time", share);
    firesieve_firewall_free(firewall);
}

static bool stop_at_once(const firesieve_progress *progress, void *context)
{
    (void)progress;
    (void)context;
    return false;
}

Test(profile, of_threads_that_are_cancelled_adds_up_for_each)
{
    const firesieve_generate_options generated = {.primes = 70};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &generated);
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS};
    for (size_t i = 0; i < 2 * COUNT_OF(methods); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_profile profile;
        options.method = methods[i / 2];
        options.threads = 3;
        options.progress = i % 2 == 0 ? stop_at_once : NULL;
        options.time_limit_s = i % 2 == 0 ? (double)INFINITY : 0.3;
        options.memory = 1 << 24;
        const firesieve_search_result result = solve_profiled(firewall, &options, &profile);
        cr_assert(result.outcome == (i % 2 == 0 ? FIRESIEVE_CANCELLED : FIRESIEVE_LIMIT));
        cr_assert(profile.thread_count <= 3 && profile.thread_count >= result.threads);
        cr_assert(profile.seconds[0][FIRESIEVE_STAGE_REDUCE] > 0);
        firesieve_profile_free(&profile);
    }
    firesieve_firewall_free(firewall);
}

Test(profile, of_a_count_and_a_list)
{
    firesieve_firewall *const firewall = open_golden("sextuplet.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    firesieve_search_result result;
    options.profile = &profile;
    options.to = 1000000;
    cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK && profile.columns > 0);
    check_times(&profile, INFINITY, "count");
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

enum { NAPS = 4 };

struct naps {
    int taken;
    double each_s;
};

/* Sleeps NAPS times, once threads work together. */
static bool receive_slowly(firesieve_delay delay, void *context)
{
    struct naps *const naps = context;
    if (delay > UINT64_C(500000000000) && naps->taken < NAPS) {
        ++naps->taken;
        const double whole_s = floor(naps->each_s);
        const struct timespec nap = {.tv_sec = (time_t)whole_s, .tv_nsec = (long)((naps->each_s - whole_s) * 1e9)};
        nanosleep(&nap, NULL);
    }
    return true;
}

/* While the calling thread receives, the others wait; on a busy machine they may be late for a short wait. */
Test(profile, has_threads_that_wait)
{
    const firesieve_generate_options generated = {.primes = 25};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PSEUDOSQUARE, &generated);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    firesieve_search_result result;
    bool waited = false;
    options.profile = &profile;
    options.threads = 2;
    options.method = FIRESIEVE_METHOD_WHEEL;
    options.to = UINT64_C(1000000000000);
    for (double nap_s = 0.05; !waited && nap_s < 2; nap_s *= 4) {
        struct naps naps = {.each_s = nap_s};
        cr_assert(firesieve_list(firewall, &options, receive_slowly, &naps, &result, NULL) == FIRESIEVE_OK);
        cr_assert(result.threads == 1 || profile.thread_count == 2);
        cr_assert(naps.taken == NAPS && profile.seconds[0][FIRESIEVE_STAGE_WINDOWS] > 0.75 * NAPS * nap_s);
        waited = result.threads == 1 || profile.seconds[1][FIRESIEVE_STAGE_WAITING] > 0.75 * NAPS * nap_s;
        firesieve_profile_free(&profile);
    }
    cr_assert(waited, "the second thread did not wait");
    firesieve_firewall_free(firewall);
}

Test(profile, stages_and_means_have_names)
{
    for (size_t i = 0; i < FIRESIEVE_STAGE_COUNT; ++i) {
        const char *const path = firesieve_stage_path((firesieve_stage)i);
        cr_assert(path != NULL && strpbrk(path, " \n") == NULL);
        for (size_t j = 0; j < i; ++j) {
            cr_assert_str_neq(path, firesieve_stage_path((firesieve_stage)j));
        }
    }
    cr_assert(firesieve_stage_path(FIRESIEVE_STAGE_COUNT) == NULL);
    for (size_t i = 0; i < FIRESIEVE_MEANS_COUNT; ++i) {
        cr_assert(firesieve_means_name((firesieve_means)i) != NULL);
    }
    cr_assert(firesieve_means_name(FIRESIEVE_MEANS_COUNT) == NULL);
}

/* ---- Counts ----------------------------------------------------------------------------------------------- */

static int compare_places(const void *a, const void *b)
{
    const firesieve_constraint_profile *const left = a;
    const firesieve_constraint_profile *const right = b;
    return (left->place > right->place) - (left->place < right->place);
}

/*
 * Counts the safe delays in [from, to) with a profile, whose constraints come in the order in which candidates met
 * them.
 */
static firesieve_profile count_profiled(const firesieve_firewall *firewall, firesieve_method method,
                                        firesieve_delay from, firesieve_delay to, unsigned threads, uint64_t *safe)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    firesieve_search_result result;
    options.method = method;
    options.threads = threads;
    options.from = from;
    options.to = to;
    options.profile = &profile;
    cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
    qsort(profile.constraints, profile.constraint_count, sizeof *profile.constraints, compare_places);
    *safe = (uint64_t)result.count;
    return profile;
}

static bool is_about(double value, double expected, double tolerance)
{
    return fabs(value - expected) <= tolerance * fabs(expected) + 1e-9;
}

/* A candidate dropped by one constraint does not reach the next, and means are in order. */
static void check_chain(const firesieve_profile *profile, const char *label)
{
    for (size_t i = 0; i < profile->constraint_count; ++i) {
        const firesieve_constraint_profile *const row = &profile->constraints[i];
        cr_assert(row->place == i && row->means != FIRESIEVE_MEANS_NONE, "%s: %zu", label, i);
        cr_assert(row->dropped >= -1e-9 * row->in && row->dropped <= row->in * (1 + 1e-9), "%s: mod %lu: %g of %g",
                  label, row->modulus, row->dropped, row->in);
        if (i == 0) {
            continue;
        }
        const firesieve_constraint_profile *const before = &row[-1];
        cr_assert(before->means <= row->means, "%s: %zu", label, i);
        if (before->counted == row->counted) {
            const double left = before->in - before->dropped;
            cr_assert(is_about(row->in, left, row->counted ? 0 : 1e-9), "%s: mod %lu: %g of %g", label, row->modulus,
                      row->in, left);
        }
    }
}

/* Shares of primes are exact, so the shares that rows dropped in the sample must be near them. */
static void check_rows(const firesieve_profile *profile, const char *label)
{
    enum { ENOUGH = 20000 };
    const double scale = (double)profile->sampled / (double)profile->columns;
    for (size_t i = 0; i < profile->constraint_count; ++i) {
        const firesieve_constraint_profile *const row = &profile->constraints[i];
        if (row->means == FIRESIEVE_MEANS_ROW && row->in * scale > ENOUGH) {
            cr_assert(is_about(row->dropped / row->in, row->share, 0.1), "%s: mod %lu: %g, not %g", label, row->modulus,
                      row->dropped / row->in, row->share);
        }
    }
}

static size_t count_means(const firesieve_profile *profile, firesieve_means means)
{
    size_t count = 0;
    for (size_t i = 0; i < profile->constraint_count; ++i) {
        count += profile->constraints[i].means == means;
    }
    return count;
}

/* All that pass the last exact count are safe. */
static void check_left(const firesieve_profile *profile, uint64_t safe, const char *label)
{
    const firesieve_constraint_profile *const last = &profile->constraints[profile->constraint_count - 1];
    if (last->counted) {
        cr_assert(last->in - last->dropped == (double)safe, "%s: %g left, %lu safe", label, last->in - last->dropped,
                  safe);
    }
}

Test(profile, counts_are_consistent)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS};
    static const unsigned threads[] = {1, 2};
    const firesieve_generate_options generated = {.primes = 30};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &generated);
    for (size_t i = 0; i < COUNT_OF(methods) * COUNT_OF(threads); ++i) {
        const firesieve_method method = methods[i / 2];
        const char *const label = firesieve_method_name(method);
        uint64_t safe;
        firesieve_profile profile =
            count_profiled(firewall, method, 12345, 60012345, threads[i % COUNT_OF(threads)], &safe);
        check_chain(&profile, label);
        check_rows(&profile, label);
        check_left(&profile, safe, label);
        cr_assert(count_means(&profile, FIRESIEVE_MEANS_ROW) > 0);
        cr_assert(profile.sampled > 0 && profile.sampled <= profile.columns);
        cr_assert(method != FIRESIEVE_METHOD_FOCUS || count_means(&profile, FIRESIEVE_MEANS_CHECK) > 0);
        cr_assert((count_means(&profile, FIRESIEVE_MEANS_LIST) == 0) == (method == FIRESIEVE_METHOD_SCAN));
        firesieve_profile_free(&profile);
    }
    firesieve_firewall_free(firewall);
}

static uint64_t count_safe(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    uint64_t survivors = 0;
    for (firesieve_delay delay = from; delay < to; ++delay) {
        survivors += !firesieve_firewall_catches(firewall, delay);
    }
    return survivors;
}

Test(profile, counts_of_lanes_are_exact)
{
    enum { END = 12000000 };
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    uint64_t safe;
    firesieve_profile profile = count_profiled(firewall, FIRESIEVE_METHOD_SCAN, 0, END, 1, &safe);
    check_chain(&profile, "lanes");
    check_left(&profile, safe, "lanes");
    cr_assert(safe > 0 && safe == count_safe(firewall, 0, END));
    cr_assert(count_means(&profile, FIRESIEVE_MEANS_ROW) > 0 && count_means(&profile, FIRESIEVE_MEANS_LANES) > 0);
    for (size_t i = 0; i < profile.constraint_count; ++i) {
        cr_assert(profile.constraints[i].counted == (profile.constraints[i].means == FIRESIEVE_MEANS_LANES));
    }
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

/* Hundreds of long periods are crossed off: the sample's estimate for all of them is near what they forbid. */
Test(profile, counts_of_crossing_off_are_near)
{
    const firesieve_generate_options generated = {.layers = 9000, .min_range = 5000, .max_range = 5900, .seed = 5};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &generated);
    uint64_t safe;
    firesieve_profile profile = count_profiled(firewall, FIRESIEVE_METHOD_SCAN, 0, 20000000, 2, &safe);
    double in = 0;
    double dropped = 0;
    double bits = 0;
    check_chain(&profile, "crossed");
    check_left(&profile, safe, "crossed");
    cr_assert(profile.columns >= 20000000, "%lu columns", profile.columns); /* of both threads */
    for (size_t i = 0; i < profile.constraint_count; ++i) {
        const firesieve_constraint_profile *const row = &profile.constraints[i];
        if (row->means == FIRESIEVE_MEANS_CROSSED) {
            in = fmax(in, row->in);
            dropped += row->dropped;
            bits += row->bits;
        }
    }
    cr_assert(in > 0 && profile.other_count == 0);
    cr_assert(is_about(log2(in / (in - dropped)), bits, 0.1), "%g bits, not %g", log2(in / (in - dropped)), bits);
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

static firesieve_profile profile_of(const firesieve_firewall *firewall)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_profile profile;
    options.profile = &profile;
    solve(firewall, &options);
    return profile;
}

/*
 * Too many constraints for the rows of a focus: a third of all delays is left to checks, which drop most of these.
 */
Test(profile, counts_of_checks_are_exact)
{
    const firesieve_generate_options generated = {.layers = 400, .min_range = 50, .max_range = 400, .seed = 3};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &generated);
    uint64_t safe;
    firesieve_profile profile = count_profiled(firewall, FIRESIEVE_METHOD_FOCUS, 1000, 300000, 1, &safe);
    const firesieve_constraint_profile *const last = &profile.constraints[profile.constraint_count - 1];
    check_chain(&profile, "checks");
    check_left(&profile, safe, "checks");
    cr_assert(safe > 0 && safe == count_safe(firewall, 1000, 300000));
    cr_assert(last->means == FIRESIEVE_MEANS_CHECK && last->counted && last->dropped > 0);
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

/* More constraints than are described: the others are combined. */
Test(profile, describes_only_the_hardest)
{
    const firesieve_generate_options generated = {.layers = 20000, .min_range = 400, .max_range = 3000, .seed = 5};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &generated);
    firesieve_profile profile = profile_of(firewall);
    cr_assert(profile.constraint_count == FIRESIEVE_PROFILE_CONSTRAINTS_MAX && profile.other_count > 1000);
    double bits = profile.others.bits;
    for (size_t i = 0; i < profile.constraint_count; ++i) {
        const firesieve_constraint_profile *const row = &profile.constraints[i];
        cr_assert(i == 0 || row->bits <= row[-1].bits);
        cr_assert(row->layers > 0 && row->example.range > 0);
        bits += row->bits;
    }
    cr_assert(profile.others.bits > 0 && is_about(bits, profile.bits, 1e-9));
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

/* ---- What makes a firewall hard --------------------------------------------------------------------------- */

static void check_row(const firesieve_constraint_profile *row, uint64_t modulus, uint64_t classes, uint64_t layers,
                      double share)
{
    cr_assert(row->modulus == modulus && row->classes == classes && row->layers == layers, "mod %lu: %lu classes, %lu",
              row->modulus, row->classes, row->layers);
    cr_assert(is_about(row->share, share, 1e-9) && is_about(row->bits, -log2(1 - share), 1e-9), "mod %lu: %g", modulus,
              row->share);
}

/* One delay in 12 is safe: mod 6 leaves a third of the even ones, mod 2 and mod 4 a half each. */
Test(profile, sorts_constraints_by_how_much_they_forbid)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
    firesieve_profile profile = profile_of(firewall);
    cr_assert(profile.constraint_count == 3 && profile.other_count == 0);
    check_row(&profile.constraints[0], 6, 2, 2, 2.0 / 3);
    check_row(&profile.constraints[1], 2, 1, 1, 0.5);
    check_row(&profile.constraints[2], 4, 1, 1, 0.5);
    cr_assert(profile.constraints[0].example.range == 4 && profile.constraints[1].example.depth == 1);
    cr_assert(profile.constraints[0].means == FIRESIEVE_MEANS_NONE && profile.constraints[0].in == 0);
    cr_assert(is_about(profile.bits, log2(12), 1e-9), "%g bits", profile.bits);
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

/* Two layers of period 4 form one class mod 2, which contains a third layer of period 6. */
Test(profile, finds_the_layers_of_reduced_classes)
{
    firesieve_firewall *const firewall = parse_firewall("1: 3\n3: 3\n5: 4\n");
    firesieve_profile profile = profile_of(firewall);
    cr_assert(profile.constraint_count == 1);
    check_row(&profile.constraints[0], 2, 1, 3, 0.5);
    cr_assert(profile.constraints[0].example.depth % 2 == 1);
    firesieve_profile_free(&profile);
    firesieve_firewall_free(firewall);
}

Test(profile, of_blocked_firewalls_has_infinite_bits)
{
    static const char *const texts[] = {"0: 3\n7: 1\n9: 1\n", "0: 2\n1: 2\n", "0: 2\n3: 4\n7: 3\n5: 7\n1: 4\n"};
    static const uint64_t layers[] = {2, 2};
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        firesieve_firewall *const firewall = parse_firewall(texts[i]);
        firesieve_profile profile = profile_of(firewall);
        cr_assert(isinf(profile.bits), "%zu", i);
        cr_assert(i == 2 || (profile.constraints[0].modulus == 1 && isinf(profile.constraints[0].bits) &&
                             profile.constraints[0].layers == layers[i]),
                  "%zu: %lu layers", i, profile.constraints[0].layers);
        firesieve_profile_free(&profile);
        firesieve_firewall_free(firewall);
    }
}

/* Layers by their definition, one after the other. */
static uint64_t layers_of(const firesieve_firewall *firewall, const struct class_set *set,
                          const struct constraint *constraint)
{
    uint64_t layers = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        const struct residue_class class = class_of_layer(firewall->layers[i]);
        for (size_t j = 0; j < constraint->count && class.modulus % constraint->modulus == 0; ++j) {
            layers += class.residue % constraint->modulus == constraint_residue(set, constraint, j);
        }
    }
    return layers;
}

static void check_layers(const firesieve_firewall *firewall)
{
    struct class_set set;
    struct constraint_list list;
    struct layer_index index;
    cr_assert(classes_collect(&set, firewall, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK);
    cr_assert(constraints_list(&list, &set, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK &&
              layer_index_make(&index, firewall, (struct go_on){NULL, NULL}));
    for (size_t i = 0; i < list.count; ++i) {
        struct residue_class class;
        size_t index_of_layer;
        const uint64_t layers = layer_index_count(&index, &set, &list.items[i], &class);
        cr_assert(layers == layers_of(firewall, &set, &list.items[i]), "mod %lu: %lu layers in\n%s",
                  list.items[i].modulus, layers, show_firewall(firewall));
        cr_assert(layers > 0 && layers_find(firewall, &class, 1, (struct go_on){NULL, NULL}, &index_of_layer));
        cr_assert(index_of_layer < firewall->layer_count);
        const struct residue_class found = firewall_class(firewall, index_of_layer);
        cr_assert(found.modulus == class.modulus && found.residue == class.residue);
    }
    layer_index_free(&index);
    constraints_free(&list);
    classes_free(&set);
}

Test(profile, counts_layers_by_their_definition)
{
    enum { FIREWALLS = 400, LAYERS = 60 };
    struct random_state random = {11};
    for (int i = 0; i < FIREWALLS; ++i) {
        firesieve_layer layers[LAYERS];
        const size_t count = random_between(&random, 1, LAYERS);
        const unsigned bits = (unsigned)random_between(&random, 2, i % 4 == 0 ? 40 : 6);
        for (size_t j = 0; j < count; ++j) {
            layers[j] = (firesieve_layer){.depth = j * 3 + random_between(&random, 0, 2),
                                          .range = random_between(&random, 2, UINT64_C(1) << bits)};
        }
        firesieve_firewall *const firewall = build_firewall(layers, count);
        check_layers(firewall);
        firesieve_firewall_free(firewall);
    }
}
