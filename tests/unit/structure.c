/*
 * Components, towers, their allowed residues, and inclusion and exclusion, compared with testing residues one by one.
 * If FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/random.h"
#include "firewalls.h"
#include "structure/candidates.h"
#include "structure/inclusion.h"
#include "structure/range_count.h"
#include "structure/residues.h"
#include "structured.h"
#include "support/kernels.h"

enum { CYCLE_MAX = 60000, AMPLE = 1 << 28 };

static const struct go_on nobody;

static struct structure *count_structure(const firesieve_firewall *firewall, const struct reduced **reduced)
{
    struct structure *structure = NULL;
    firesieve_error error;
    cr_assert(reduced_of(firewall, nobody, reduced, &error) == FIRESIEVE_OK);
    if ((*reduced)->classes.blocked != NULL) {
        return NULL;
    }
    cr_assert(structure_find(*reduced, AMPLE, nobody, &structure, &error) == FIRESIEVE_OK);
    cr_assert(structure != NULL);
    cr_assert(structure_count(structure, AMPLE, nobody, &error) == FIRESIEVE_OK);
    return structure;
}

static bool is_forbidden(const struct residue_class *classes, size_t count, uint64_t t)
{
    for (size_t i = 0; i < count; ++i) {
        if (t % classes[i].modulus == classes[i].residue) {
            return true;
        }
    }
    return false;
}

static void check_component(const struct component *component, const char *label)
{
    uint64_t cycle = 1;
    uint64_t left = 0;
    for (size_t i = 0; i < component->tower_count; ++i) {
        for (unsigned j = 0; j < component->towers[i].exponent; ++j) {
            cycle *= component->towers[i].base;
        }
    }
    cr_assert(component->cycle == cycle, "%s: cycle %s of towers of %" PRIu64, label, SHOW(component->cycle), cycle);
    for (uint64_t t = 0; t < cycle; ++t) {
        left += !is_forbidden(component->classes, component->class_count, t);
    }
    cr_assert(component->counted && component->count == left, "%s: %s of %" PRIu64 " instead of %" PRIu64, label,
              SHOW(component->count), cycle, left);
    cr_assert(component->blocked == (left == 0), "%s", label);
    cr_assert(fabs(component->density * (double)cycle - (double)left) < 1e-6, "%s: density %g", label,
              component->density);
}

static void check_components(const struct structure *structure, const struct reduced *reduced, const char *label)
{
    size_t classes = 0;
    for (size_t i = 0; i < structure->count; ++i) {
        check_component(&structure->components[i], label);
        classes += structure->components[i].class_count;
        for (size_t j = 0; j < i; ++j) {
            const uint64_t a = (uint64_t)structure->components[i].cycle;
            const uint64_t b = (uint64_t)structure->components[j].cycle;
            cr_assert(greatest_common_divisor(a, b) == 1, "%s: cycles %" PRIu64 ", %" PRIu64, label, a, b);
        }
    }
    cr_assert(classes == reduced_class_count(reduced), "%s", label);
}

/* All allowed residues, as a list, and those below some bounds. */
static void check_residues(const firesieve_firewall *firewall, const struct structure *structure, firesieve_delay cycle,
                           const char *label)
{
    /* Pointers are meant. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    const struct component **const components = calloc(structure->count + 1, sizeof *components);
    struct work work = work_start(AMPLE, nobody);
    struct left_residues list;
    firesieve_error error;
    bool listed;
    size_t left = 0;
    for (size_t i = 0; i < structure->count; ++i) {
        components[i] = &structure->components[i];
    }
    cr_assert(left_residues_list(&list, components, structure->count, &work, &listed, &error) == FIRESIEVE_OK &&
              listed);
    cr_assert(list.cycle == cycle, "%s: %s instead of %s", label, SHOW(list.cycle), SHOW(cycle));
    for (firesieve_delay t = 0; t < cycle; ++t) {
        cr_assert(left_residues_below(&list, t) == left, "%s: below %s", label, SHOW(t));
        if (!firesieve_firewall_catches(firewall, t)) {
            cr_assert(left < list.count && list.residues[left] == t, "%s: %s is not number %zu", label, SHOW(t), left);
            ++left;
        }
    }
    cr_assert(list.count == left, "%s: %zu residues instead of %zu", label, list.count, left);
    left_residues_free(&list);
    free(components);
}

/* Counts in ranges that begin at 0. */
static void check_inclusion(const firesieve_firewall *firewall, const struct reduced *reduced,
                            const struct structure *structure, struct random_state *random, const char *label)
{
    if (reduced_class_count(reduced) > INCLUSION_CLASSES_MAX) {
        return;
    }
    const firesieve_delay length = random_between(random, 0, 20000);
    struct work work = work_start(AMPLE, nobody);
    firesieve_error error;
    firesieve_delay counted_left = 0;
    bool counted;
    firesieve_delay left = 0;
    for (firesieve_delay t = 0; t < length; ++t) {
        left += !firesieve_firewall_catches(firewall, t);
    }
    cr_assert(inclusion_count(structure->classes, reduced_class_count(reduced), length, &work, &counted, &counted_left,
                              &error) == FIRESIEVE_OK);
    cr_assert(!counted || counted_left == left, "%s: %s of %s by inclusion instead of %s", label, SHOW(counted_left),
              SHOW(length), SHOW(left));
}

/* Candidates are the delays that some components allow; they are safe if the other components allow them too. */
static void check_candidates(const firesieve_firewall *firewall, const struct structure *structure,
                             struct random_state *random, const char *label)
{
    struct work work = work_start(AMPLE, nobody);
    struct candidates candidates;
    firesieve_error error;
    bool made;
    const size_t most = (size_t)random_between(random, 1, 200);
    const enum candidates_of which = random_between(random, 0, 1) == 0 ? CANDIDATES_OF_ALL : CANDIDATES_OF_FEW;
    cr_assert(candidates_make(&candidates, structure, which, most, &work, &made, &error) == FIRESIEVE_OK && made);
    const firesieve_delay from = random_between(random, 0, 100000);
    const firesieve_delay to = from + random_between(random, 0, 5000);
    firesieve_delay next = candidates_next(&candidates, from);
    firesieve_delay between = 0;
    for (firesieve_delay t = from; t < to; ++t) {
        const bool is_candidate = t == next;
        const bool is_safe = !firesieve_firewall_catches(firewall, t);
        cr_assert((is_candidate && candidates_is_left(&candidates, t)) == is_safe, "%s: %s", label, SHOW(t));
        between += is_candidate;
        next = is_candidate ? candidates_next(&candidates, t + 1) : next;
    }
    cr_assert(candidates_between(&candidates, from, to) == between, "%s: %s candidates", label, SHOW(between));
    candidates_free(&candidates);
}

static firesieve_delay count_one_by_one(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    firesieve_delay count = 0;
    for (firesieve_delay t = from; t < to; ++t) {
        count += !firesieve_firewall_catches(firewall, t);
    }
    return count;
}

/* Many whole cycles and the remainder of the range. */
static void check_range(const firesieve_firewall *firewall, const struct structure *structure, firesieve_delay cycle,
                        struct random_state *random, const char *label)
{
    struct work work = work_start(AMPLE, nobody);
    struct range_count count;
    firesieve_error error;
    const firesieve_delay from = random_between(random, 0, 100000);
    const firesieve_delay rest = random_between(random, 0, (uint64_t)cycle - 1);
    const firesieve_delay cycles = random_between(random, 0, 3) == 0 ? 0 : random_next(random);
    const firesieve_delay to = from + cycles * cycle + rest;
    cr_assert(range_count_make(&count, structure, from, to, &work, &error) == FIRESIEVE_OK);
    cr_assert(count.whole == cycles * count_one_by_one(firewall, 0, cycle), "%s: %s in cycles", label,
              SHOW(count.whole));
    cr_assert(count.rest == rest, "%s: %s instead of %s are left", label, SHOW(count.rest), SHOW(rest));
    cr_assert(!count.rest_counted || count.rest_count == count_one_by_one(firewall, from, from + rest),
              "%s: %s of %s from %s on", label, SHOW(count.rest_count), SHOW(rest), SHOW(from));
}

static void check_case(enum structured_kind kind, uint64_t seed)
{
    struct random_state random = {seed};
    const struct reduced *reduced;
    char label[96];
    snprintf(label, sizeof label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, structured_names[kind], seed);
    firesieve_firewall *const firewall = structured_firewall(kind, CYCLE_MAX, &random);
    struct structure *const structure = count_structure(firewall, &reduced);
    if (structure != NULL) {
        check_components(structure, reduced, label);
        check_residues(firewall, structure, reduced->classes.cycle, label);
        check_inclusion(firewall, reduced, structure, &random, label);
        check_candidates(firewall, structure, &random, label);
        check_range(firewall, structure, reduced->classes.cycle, &random, label);
        structure_free(structure);
    }
    firesieve_firewall_free(firewall);
}

/* ---- Searches --------------------------------------------------------------------------------------------- */

/* The result of counting [from, to) by `method`. */
static firesieve_search_result count_by(const firesieve_firewall *firewall, firesieve_method method,
                                        firesieve_delay from, firesieve_delay to)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error;
    options.method = method;
    options.from = from;
    options.to = to;
    options.threads = 1;
    cr_assert(firesieve_count(firewall, &options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
    return result;
}

static firesieve_search_result solve_by(const firesieve_firewall *firewall, firesieve_method method,
                                        firesieve_delay from)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.from = from;
    options.threads = 1;
    return solve(firewall, &options);
}

struct listed {
    firesieve_delay delays[8];
    size_t count;
};

static bool keep_delay(firesieve_delay delay, void *context)
{
    struct listed *const listed = context;
    listed->delays[listed->count++] = delay;
    return true;
}

static struct listed list_by(const firesieve_firewall *firewall, firesieve_method method, firesieve_delay from)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error;
    struct listed listed = {.count = 0};
    options.method = method;
    options.from = from;
    options.threads = 1;
    options.limit = 5;
    cr_assert(firesieve_list(firewall, &options, keep_delay, &listed, &result, &error) == FIRESIEVE_OK, "%s",
              error.message);
    return listed;
}

/* Cycles long enough for structure to be used, and short enough to be scanned. */
static void compare_methods(enum structured_kind kind, uint64_t seed)
{
    enum { CYCLE = 400000000 };
    struct random_state random = {seed};
    char label[96];
    snprintf(label, sizeof label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, structured_names[kind], seed);
    firesieve_firewall *const firewall = structured_firewall(kind, CYCLE, &random);
    const firesieve_delay from = random_between(&random, 0, CYCLE);
    const firesieve_delay to = from + random_between(&random, 0, 3 * CYCLE);
    const firesieve_search_result solved = solve_by(firewall, FIRESIEVE_METHOD_AUTO, from);
    const firesieve_search_result counted = count_by(firewall, FIRESIEVE_METHOD_AUTO, from, to);
    const firesieve_search_result by_wheel = solve_by(firewall, FIRESIEVE_METHOD_WHEEL, from);
    cr_assert(solved.outcome == by_wheel.outcome && solved.delay == by_wheel.delay, "%s: from %s: %d %s, wheel %d %s",
              label, SHOW(from), solved.outcome, SHOW(solved.delay), by_wheel.outcome, SHOW(by_wheel.delay));
    cr_assert(solved.outcome != FIRESIEVE_FOUND || !firesieve_firewall_catches(firewall, solved.delay), "%s", label);
    cr_assert(counted.count == count_by(firewall, FIRESIEVE_METHOD_SCAN, from, to).count, "%s: %s in [%s, %s)", label,
              SHOW(counted.count), SHOW(from), SHOW(to));
    if (solved.outcome == FIRESIEVE_FOUND) {
        const struct listed listed = list_by(firewall, FIRESIEVE_METHOD_AUTO, from);
        const struct listed by_scan = list_by(firewall, FIRESIEVE_METHOD_WHEEL, from);
        cr_assert(listed.count == by_scan.count && listed.delays[0] == solved.delay, "%s", label);
        for (size_t i = 0; i < listed.count; ++i) {
            cr_assert(listed.delays[i] == by_scan.delays[i], "%s: %zu: %s", label, i, SHOW(listed.delays[i]));
        }
    }
    firesieve_firewall_free(firewall);
}

static uint64_t highest_power(uint64_t base, uint64_t most)
{
    uint64_t levels = 0;
    for (uint64_t power = 1; power <= most / base; power *= base) {
        ++levels;
    }
    return levels;
}

Test(structure, one_residue_of_a_tower_of_any_height_is_found)
{
    static const uint64_t bases[] = {2, 3, 5, 6, 7, 10, 11, 12, 13, 17, 31};
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS};
    for (size_t i = 0; i < COUNT_OF(bases) * (FIRESIEVE_SANITIZED ? 1 : 3); ++i) {
        struct random_state random = {test_seed() + i};
        const uint64_t base = bases[i % COUNT_OF(bases)];
        const uint64_t highest = highest_power(base, (UINT64_C(1) << 62) - 1);
        const bool is_power_of_prime = base != 6 && base != 10 && base != 12; /* a focus makes lists of it */
        struct lone_tower tower = {.base = base, .levels = highest - random_between(&random, 0, 2)};
        firesieve_firewall *const firewall = lone_towers_firewall(&tower, 1, &random);
        for (size_t j = 0; j < COUNT_OF(methods) - !is_power_of_prime; ++j) {
            const firesieve_search_result result = solve_by(firewall, methods[j], 0);
            cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == tower.residue,
                      "%" PRIu64 "^%" PRIu64 ", %s, FIRESIEVE_TEST_SEED=%" PRIu64 ": %s instead of %" PRIu64, base,
                      tower.levels, firesieve_method_name(methods[j]), test_seed() + i, SHOW(result.delay),
                      tower.residue);
        }
        firesieve_firewall_free(firewall);
    }
}

/* The least number with these residues; the product of the moduli is a delay. */
static firesieve_delay combine(const struct lone_tower *towers, size_t count)
{
    firesieve_delay delay = 0;
    firesieve_delay modulus = 1;
    for (size_t i = 0; i < count; ++i) {
        while (delay % towers[i].base != towers[i].residue % towers[i].base) {
            delay += modulus;
        }
        for (uint64_t power = towers[i].base; power < towers[i].modulus; power *= towers[i].base) {
            while (delay % (power * towers[i].base) != towers[i].residue % (power * towers[i].base)) {
                delay += modulus * power;
            }
        }
        modulus *= towers[i].modulus;
    }
    return delay;
}

Test(structure, towers_of_several_primes_are_combined_up_to_2_127)
{
    enum { CASES = FIRESIEVE_SANITIZED ? 4 : 20 };
    static const uint64_t bases[] = {2, 3, 5, 7, 11};
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        struct lone_tower towers[COUNT_OF(bases)];
        const size_t count = (size_t)random_between(&random, 2, 4);
        for (size_t i = 0; i < count; ++i) { /* 2^31 each: 2^124 together */
            const uint64_t highest = highest_power(bases[i], UINT64_C(1) << 31);
            towers[i] = (struct lone_tower){.base = bases[i], .levels = random_between(&random, highest / 2, highest)};
        }
        firesieve_firewall *const firewall = lone_towers_firewall(towers, count, &random);
        const firesieve_delay expected = combine(towers, count);
        const firesieve_search_result result = solve_by(firewall, FIRESIEVE_METHOD_AUTO, 0);
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == expected,
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s instead of %s", seed, SHOW(result.delay), SHOW(expected));
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(structure, every_method_agrees)
{
    return every_structured_kind();
}

ParameterizedTest(const size_t *kind, structure, every_method_agrees)
{
    enum { CASES = FIRESIEVE_SANITIZED ? 1 : 6 };
    for (uint64_t i = 0; i < CASES; ++i) {
        compare_methods((enum structured_kind) * kind, test_seed() + i);
    }
}

ParameterizedTestParameters(structure, random_firewalls_agree_with_brute_force)
{
    return every_structured_kind();
}

ParameterizedTest(const size_t *kind, structure, random_firewalls_agree_with_brute_force)
{
    enum { CASES = FIRESIEVE_SANITIZED ? 20 : 100 };
    for (uint64_t i = 0; i < CASES; ++i) {
        check_case((enum structured_kind) * kind, test_seed() + i);
    }
}
