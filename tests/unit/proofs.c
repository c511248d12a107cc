/* Firewalls without a safe delay, and each kind of proof. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "firewall/generate.h"
#include "firewalls.h"
#include "support/kernels.h"

static const char by_range_1[] = "a scanner of range 1 never leaves the top";
static const char by_period[] = "the layers of one period cover all its residues";
static const char by_wheel[] = "the layers of a few periods cover all residues modulo their least common multiple";
static const char by_tree[] = "every branch of a tree of residue classes ends in a layer that catches all of it";
static const char by_cycle[] = "every delay of one cycle of all scanners together is caught, and later ones repeat it";
static const char by_stretch[] =
    "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)";
static const char by_range_asked[] = "every delay of the range is caught";

static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL};

static firesieve_search_options options_for(firesieve_method method, firesieve_delay from, firesieve_delay to)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.from = from;
    options.to = to;
    return options;
}

/* On every kernel and from several starts. `looks` is the number of delays that the proof tests. */
static void check_none_by(firesieve_method method, const firesieve_firewall *firewall, const char *reason,
                          firesieve_delay looks)
{
    static const uint64_t starts[] = {0, 1, 511, 512, 100000};
    for (size_t i = 0; i < COUNT_OF(starts) * firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i / COUNT_OF(starts));
        if (!firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        firesieve_search_options options = options_for(method, starts[i % COUNT_OF(starts)], FIRESIEVE_DELAY_END);
        options.kernel = kernel;
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_NONE, "%s: found %s", reason, SHOW(result.delay));
        cr_assert(strcmp(result.reason, reason) == 0, "%s: %s instead of %s", firesieve_method_name(method),
                  result.reason, reason);
        cr_assert(result.candidates == looks, "%s: %s", reason, SHOW(result.candidates));
        cr_assert(result.method == method);
    }
}

static void check_none(const firesieve_firewall *firewall, const char *reason, firesieve_delay looks)
{
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        check_none_by(methods[i], firewall, reason, looks);
    }
}

static void forbid(struct layer_list *list, uint64_t modulus, const uint64_t *residues, size_t count)
{
    uint64_t copy[64];
    cr_assert(count <= COUNT_OF(copy));
    memcpy(copy, residues, count * sizeof *residues);
    cr_assert(layer_list_forbid(list, modulus, copy, count));
}

Test(proofs, none_by_a_range_of_1)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n7: 1\n");
    check_none(firewall, by_range_1, 0);
    firesieve_firewall_free(firewall);
}

Test(proofs, none_by_all_residues_of_a_period)
{
    firesieve_firewall *const small = parse_firewall("0: 2\n3: 2\n");
    check_none(small, by_period, 0);
    firesieve_firewall_free(small);

    enum { PERIOD = 20000 };
    static firesieve_layer layers[PERIOD];
    for (size_t i = 0; i < PERIOD; ++i) {
        layers[i] = (firesieve_layer){.depth = (i * 7919) % PERIOD + i * PERIOD, .range = PERIOD / 2 + 1};
    }
    firesieve_firewall *const large = build_firewall(layers, PERIOD);
    check_none(large, by_period, 0);
    firesieve_firewall_free(large);

    firesieve_firewall *const one_missing = build_firewall(layers + 1, PERIOD - 1);
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        const firesieve_search_options options = options_for(methods[i], 12345678, FIRESIEVE_DELAY_END);
        const firesieve_search_result result = solve(one_missing, &options);
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay % PERIOD == 0);
        cr_assert(result.delay - options.from < PERIOD);
    }
    firesieve_firewall_free(one_missing);
}

/* 0 mod 2, 1 mod 4, 3 mod 8, ... and the rest mod 2^20: two classes of a modulus become one of half of it. */
Test(proofs, none_by_all_residues_of_a_period_once_moduli_are_lowered)
{
    enum { TWOS = 20 };
    struct layer_list list = {0};
    for (unsigned i = 1; i <= TWOS + 1; ++i) {
        const uint64_t modulus = UINT64_C(1) << (i <= TWOS ? i : TWOS);
        const uint64_t residue = i <= TWOS ? modulus / 2 - 1 : modulus - 1;
        forbid(&list, modulus, &residue, 1);
    }
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    check_none(firewall, by_period, 0);
    firesieve_firewall_free(firewall);
    layer_list_free(&list);
}

/*
 * A cover that no single modulus shows: 0 mod 2 is split into 2 classes, one of which is split into 5, and 1 mod 2 into
 * 5, one of which is split into 2. In addition 0 and 1 mod 3 catch two delays in three: the wheel begins with them.
 */
static struct layer_list hidden_cover(void)
{
    struct layer_list list = {0};
    forbid(&list, 3, (const uint64_t[]){0, 1}, 2);
    forbid(&list, 4, (const uint64_t[]){0}, 1);
    forbid(&list, 10, (const uint64_t[]){1, 3, 5, 7}, 4);
    forbid(&list, 20, (const uint64_t[]){2, 6, 10, 14, 18, 9, 19}, 7);
    return list;
}

enum { HIDDEN_CYCLE = 60, HIDDEN_CLASSES = 14 };

static bool refuse(firesieve_delay delay, void *context)
{
    (void)context;
    cr_assert_fail("received %s", SHOW(delay));
    return false;
}

/*
 * Scanning so few delays is faster than searching for a tree; a list never searches for one. Wheels and lists of
 * residues may include the whole cover.
 */
static void check_both(const firesieve_firewall *firewall, const char *reason, firesieve_delay looks)
{
    check_none_by(FIRESIEVE_METHOD_SCAN, firewall, reason, looks);
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        const firesieve_search_options options = options_for(methods[i], 511, FIRESIEVE_DELAY_END);
        firesieve_search_result result;
        cr_assert(firesieve_list(firewall, &options, refuse, NULL, &result, NULL) == FIRESIEVE_OK);
        cr_assert(result.outcome == FIRESIEVE_NONE && result.reached == FIRESIEVE_DELAY_END);
        const bool taken_in = methods[i] != FIRESIEVE_METHOD_SCAN && strcmp(result.reason, by_wheel) == 0;
        cr_assert(taken_in || strcmp(result.reason, reason) == 0, "%s: %s instead of %s",
                  firesieve_method_name(methods[i]), result.reason, reason);
    }
}

Test(proofs, none_by_cycle)
{
    struct layer_list list = hidden_cover();
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    check_both(firewall, by_cycle, HIDDEN_CYCLE);
    firesieve_firewall_free(firewall);
    layer_list_free(&list);
}

/* An additional class with a modulus that makes the cycle long. */
Test(proofs, none_by_stretch)
{
    static const uint64_t moduli[] = {65537, (UINT64_C(1) << 40) + 15, (UINT64_C(1) << 61) - 1}; /* primes */
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        struct layer_list list = hidden_cover();
        forbid(&list, moduli[i], (const uint64_t[]){1}, 1);
        firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
        check_both(firewall, by_stretch, UINT64_C(2) << HIDDEN_CLASSES);
        firesieve_firewall_free(firewall);
        layer_list_free(&list);
    }
}

/* Four moduli that divide 12, and five that divide 12 or 24: the wheel includes them all and is empty. */
Test(proofs, none_by_an_empty_wheel)
{
    const firesieve_generate_options options = {.layers = 10, .seed = 1};
    firesieve_firewall *const firewalls[] = {generate_firewall(FIRESIEVE_FAMILY_BLOCKED, &options),
                                             open_golden("erdos-cover.firewall")};
    for (size_t i = 0; i < COUNT_OF(firewalls); ++i) {
        check_none_by(FIRESIEVE_METHOD_WHEEL, firewalls[i], by_wheel, 0);
        firesieve_firewall_free(firewalls[i]);
    }
}

/*
 * Their cycles are 10^12 and more. Their classes cover every delay once, so their densities add up to 1, up to
 * rounding: no safe delay is expected, and a tree is searched for first.
 */
Test(proofs, none_by_a_tree_of_thousands)
{
    for (uint64_t seed = 1; seed <= 4; ++seed) {
        const firesieve_generate_options generate_options = {.layers = 10000, .seed = seed};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_BLOCKED, &generate_options);
        for (size_t i = 0; i < COUNT_OF(methods); ++i) {
            firesieve_search_options options = options_for(methods[i], 0, FIRESIEVE_DELAY_END);
            options.time_limit_s = 60;
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_NONE, "seed %d, %s: outcome %d", (int)seed,
                      firesieve_method_name(methods[i]), result.outcome);
            cr_assert_str_eq(result.reason, by_tree);
        }
        firesieve_firewall_free(firewall);
    }
}

Test(proofs, none_in_the_given_range)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n");
    static const struct {
        uint64_t from;
        uint64_t to;
    } ranges[] = {{0, 10}, {3, 10}, {0, 0}, {10, 10}, {11, 22}, {9, 10}, {0, 1}};
    for (size_t i = 0; i < COUNT_OF(ranges) * COUNT_OF(methods); ++i) {
        const size_t row = i / COUNT_OF(methods);
        const firesieve_search_options options =
            options_for(methods[i % COUNT_OF(methods)], ranges[row].from, ranges[row].to);
        const firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_NONE, "row %zu", row);
        cr_assert_str_eq(result.reason, by_range_asked);
        cr_assert(result.reached == options.to && result.candidates == options.to - options.from, "row %zu", row);
    }
    firesieve_firewall_free(firewall);
}

static bool receive_nothing(firesieve_delay delay, void *context)
{
    (void)context;
    cr_assert(false, "received %s", SHOW(delay));
    return false;
}

/* SAT solvers show that some delay is safe, but none is below 2^127: the end of all delays is no proof. */
Test(proofs, without_an_end_none_needs_a_proof)
{
    firesieve_firewall *const firewall = open_golden("satbig28-110.firewall");
    const firesieve_method asked[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_FOCUS};
    for (size_t i = 0; i < COUNT_OF(asked); ++i) {
        firesieve_search_options options = options_for(asked[i], 0, FIRESIEVE_NO_END);
        firesieve_search_result result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_LIMIT && result.reached == FIRESIEVE_DELAY_END);
        cr_assert(result.reason != NULL && strstr(result.reason, "2^127") != NULL);
        firesieve_certificate *certificate = NULL;
        cr_assert(firesieve_certify(firewall, &options, &result, &certificate, NULL) == FIRESIEVE_ERROR_ARGUMENT);
        cr_assert(firesieve_list(firewall, &options, receive_nothing, NULL, &result, NULL) == FIRESIEVE_OK);
        cr_assert(result.outcome == FIRESIEVE_LIMIT && result.reason != NULL && result.count == 0);
        options.to = FIRESIEVE_DELAY_END;
        result = solve(firewall, &options);
        cr_assert(result.outcome == FIRESIEVE_NONE && result.reached == FIRESIEVE_DELAY_END);
        cr_assert_str_eq(result.reason, by_range_asked);
    }
    firesieve_search_result counted;
    cr_assert(firesieve_count(firewall, NULL, &counted, NULL) == FIRESIEVE_OK);
    cr_assert(counted.outcome == FIRESIEVE_NONE && counted.count == 0);
    firesieve_iterator *iterator;
    firesieve_outcome outcome;
    firesieve_delay delay;
    cr_assert(firesieve_iterator_create(firewall, NULL, &iterator, NULL) == FIRESIEVE_OK);
    cr_assert(firesieve_iterator_next(iterator, &outcome, &delay, NULL) == FIRESIEVE_OK);
    cr_assert(outcome == FIRESIEVE_LIMIT && delay == FIRESIEVE_DELAY_END);
    firesieve_iterator_free(iterator);
    firesieve_firewall_free(firewall);
}

/* One cycle is enough from any start, even if it ends exactly at 2^127. */
Test(proofs, one_cycle_up_to_the_end_of_all_delays_is_one)
{
    firesieve_firewall *const firewall = open_golden("erdos1950.firewall"); /* cycle 24 */
    for (firesieve_method method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        if (method != FIRESIEVE_METHOD_SIMULATE) {
            const firesieve_search_options options = options_for(method, FIRESIEVE_DELAY_END - 24, FIRESIEVE_NO_END);
            cr_assert(solve(firewall, &options).outcome == FIRESIEVE_NONE, "%s", firesieve_method_name(method));
        }
    }
    const firesieve_search_options shorter =
        options_for(FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_DELAY_END - 23, FIRESIEVE_NO_END);
    cr_assert(solve(firewall, &shorter).outcome == FIRESIEVE_LIMIT);
    firesieve_firewall_free(firewall);
}

/* n classes that cover all but the last of 2^n delays, which are a cycle: stopping one delay early would find none. */
Test(proofs, the_last_delay_before_the_proof_is_tested)
{
    for (uint64_t layers = 1; layers <= 24; ++layers) {
        const firesieve_generate_options generate_options = {.layers = layers};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_EXTREMAL, &generate_options);
        const uint64_t answer = (UINT64_C(1) << layers) - 1;
        static const int shifts[] = {0, 1, 64, 126};
        for (size_t i = 0; i < COUNT_OF(shifts) * COUNT_OF(methods); ++i) {
            const int shift = shifts[i / COUNT_OF(methods)];
            const firesieve_delay start = shift == 0 ? 0 : (firesieve_delay)1 << shift;
            const firesieve_delay first = start < answer ? 0 : start >> layers << layers;
            firesieve_search_options options = options_for(methods[i % COUNT_OF(methods)], first, FIRESIEVE_DELAY_END);
            const firesieve_search_result result = solve(firewall, &options);
            cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == first + answer, "%d layers from %s",
                      (int)layers, SHOW(first));
            options.to = first + answer;
            cr_assert(solve(firewall, &options).outcome == FIRESIEVE_NONE);
        }
        firesieve_firewall_free(firewall);
    }
}
