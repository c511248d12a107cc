/* Generated firewalls are the same on every platform and have the answers that their families promise. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

/* The text that is written; the caller frees it. */
static char *write_text(const firesieve_firewall *firewall, size_t *size)
{
    char *text = NULL;
    FILE *const stream = open_memstream(&text, size);
    cr_assert(stream != NULL);
    cr_assert(firesieve_firewall_write(firewall, stream, NULL) == FIRESIEVE_OK);
    fclose(stream);
    return text;
}

/* FNV-1a over the text that is written. */
static uint64_t checksum(const firesieve_firewall *firewall)
{
    size_t size;
    char *const text = write_text(firewall, &size);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; ++i) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    }
    free(text);
    return hash;
}

Test(generating, same_options_always_give_the_same_bytes)
{
    const firesieve_delay large = ((firesieve_delay)1 << 100) + 12345;
    const struct {
        firesieve_generate_options options;
        uint64_t checksum;
        firesieve_family family;
    } rows[] = {
        {{.layers = 1000, .min_range = 500, .max_range = 10000, .seed = 1},
         UINT64_C(0xc0bf33a10fa4cc10),
         FIRESIEVE_FAMILY_UNIFORM},
        {{.layers = 1000, .min_range = 500, .max_range = 10000, .seed = 2},
         UINT64_C(0xe9f9469302ddc5ea),
         FIRESIEVE_FAMILY_UNIFORM},
        {{.layers = 1, .min_range = 2, .max_range = FIRESIEVE_RANGE_MAX, .seed = 0},
         UINT64_C(0x0b2799f339dd452a),
         FIRESIEVE_FAMILY_UNIFORM},
        {{.seed = 1}, UINT64_C(0xa6fc472adb8244c5), FIRESIEVE_FAMILY_PUZZLE},
        {{.seed = 2}, UINT64_C(0x560d4edfce12f3ad), FIRESIEVE_FAMILY_PUZZLE},
        {{.seed = UINT64_MAX}, UINT64_C(0xf31b465ab2a589a1), FIRESIEVE_FAMILY_PUZZLE},
        {{.layers = 500, .min_range = 2, .max_range = 40, .delay = large, .seed = 1},
         UINT64_C(0x066133bf03da65af),
         FIRESIEVE_FAMILY_PLANTED},
        {{.layers = 500, .min_range = 2, .max_range = 40, .bits = 80, .seed = 1},
         UINT64_C(0xbc65db36f5536be5),
         FIRESIEVE_FAMILY_PLANTED},
        {{.layers = 500, .min_range = 2, .max_range = 40, .bits = 80, .seed = 9},
         UINT64_C(0xdc26922e8655f985),
         FIRESIEVE_FAMILY_PLANTED},
        {{.layers = 62}, UINT64_C(0xe2fe245c17512a1b), FIRESIEVE_FAMILY_EXTREMAL},
        {{.layers = 3, .seed = 1}, UINT64_C(0x7034ea2305ed9c16), FIRESIEVE_FAMILY_BLOCKED},
        {{.layers = 8, .seed = 1}, UINT64_C(0xa7fbd6f35b5ff36f), FIRESIEVE_FAMILY_BLOCKED},
        {{.layers = 1000, .seed = UINT64_MAX}, UINT64_C(0xba62bf774e3150fe), FIRESIEVE_FAMILY_BLOCKED},
        {{.k = 2}, UINT64_C(0x0b92134f4ff600e6), FIRESIEVE_FAMILY_ERDOS_SELFRIDGE},
        {{.k = 400}, UINT64_C(0xbd1a7325f38871dd), FIRESIEVE_FAMILY_ERDOS_SELFRIDGE},
        {{.primes = 0}, UINT64_C(0x947632936d4dc659), FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE},
        {{.primes = 100}, UINT64_C(0x3f5d1d59ceba329c), FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE},
        {{.primes = 0}, UINT64_C(0x4d7dc698dfecfc11), FIRESIEVE_FAMILY_PSEUDOSQUARE},
        {{.primes = 100}, UINT64_C(0xd51c5af76bc6264c), FIRESIEVE_FAMILY_PSEUDOSQUARE},
        {{.offsets = {0}, .offset_count = 1, .sieve_to = 2}, UINT64_C(0xc48cea57f13b6b75), FIRESIEVE_FAMILY_TUPLET},
        {{.offsets = {0, 2, 6, 8}, .offset_count = 4, .start = UINT64_MAX, .sieve_to = 10000},
         UINT64_C(0x5888b1d215c2fa39),
         FIRESIEVE_FAMILY_TUPLET},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = generate_firewall(rows[i].family, &rows[i].options);
        const uint64_t found = checksum(firewall);
        cr_assert(found == rows[i].checksum, "row %zu, %s: 0x%016" PRIx64, i, firesieve_family_name(rows[i].family),
                  found);
        firesieve_firewall_free(firewall);
    }
}

Test(generating, families_have_names)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        cr_assert(firesieve_family_name(family) != NULL);
        for (firesieve_family other = 0; other < family; ++other) {
            cr_assert_str_neq(firesieve_family_name(family), firesieve_family_name(other));
        }
    }
    cr_assert(firesieve_family_name(FIRESIEVE_FAMILY_COUNT) == NULL);
    cr_assert(firesieve_family_name((firesieve_family)-1) == NULL);
}

Test(generating, uniform_ranges_fill_their_span)
{
    const firesieve_generate_options options = {.layers = 1000, .min_range = 5, .max_range = 9, .seed = 3};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &options);
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    unsigned seen = 0;
    cr_assert(firesieve_firewall_layer_count(firewall) == options.layers);
    for (size_t i = 0; i < options.layers; ++i) {
        cr_assert(layers[i].depth == i && layers[i].range >= 5 && layers[i].range <= 9, "layer %zu", i);
        seen |= 1U << layers[i].range;
    }
    cr_assert(seen == (1U << 10) - (1U << 5), "ranges 0x%x", seen);
    firesieve_firewall_free(firewall);
}

Test(generating, puzzles_look_like_puzzles)
{
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const firesieve_generate_options options = {.seed = seed};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PUZZLE, &options);
        const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
        const size_t count = firesieve_firewall_layer_count(firewall);
        cr_assert(count >= 40 && count <= 52, "seed %" PRIu64 ": %zu layers", seed, count);
        for (size_t i = 0; i < count; ++i) {
            cr_assert(layers[i].range >= 2 && layers[i].range <= 20, "seed %" PRIu64 ", layer %zu", seed, i);
            cr_assert(i == 0 || layers[i].depth > layers[i - 1].depth, "seed %" PRIu64 ", layer %zu", seed, i);
        }
        const firesieve_search_options solve_options = firesieve_search_defaults();
        const firesieve_search_result result = solve(firewall, &solve_options);
        cr_assert(result.outcome == FIRESIEVE_FOUND, "seed %" PRIu64, seed);
        cr_assert(result.delay >= 1000000 && result.delay < 10000000, "seed %" PRIu64 ": %s", seed, SHOW(result.delay));
        firesieve_firewall_free(firewall);
    }
}

Test(generating, planted_delays_are_safe)
{
    const firesieve_delay delays[] = {0,
                                      1,
                                      2,
                                      512,
                                      123456789,
                                      UINT64_MAX,
                                      (firesieve_delay)1 << 64,
                                      FIRESIEVE_DELAY_END / 3,
                                      FIRESIEVE_DELAY_END - 1};
    static const uint64_t max_ranges[] = {2, 3, 40, UINT64_C(1) << 40, FIRESIEVE_RANGE_MAX};
    for (size_t i = 0; i < COUNT_OF(delays); ++i) {
        for (size_t j = 0; j < COUNT_OF(max_ranges); ++j) {
            const firesieve_generate_options options = {
                .layers = 300, .min_range = 2, .max_range = max_ranges[j], .delay = delays[i], .seed = i + j};
            firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PLANTED, &options);
            cr_assert(firesieve_firewall_layer_count(firewall) == options.layers);
            cr_assert(!firesieve_firewall_catches(firewall, delays[i]), "%s, ranges up to %" PRIu64, SHOW(delays[i]),
                      max_ranges[j]);
            firesieve_firewall_free(firewall);
        }
    }
}

/* This number of layers leaves no other delay that small. */
Test(generating, planted_delays_have_the_bits_asked_for)
{
    static const unsigned bits[] = {1, 2, 3, 10, 20, 24};
    for (size_t i = 0; i < COUNT_OF(bits); ++i) {
        const firesieve_generate_options options = {
            .layers = 2000, .min_range = 2, .max_range = 40, .delay = 5, .bits = bits[i], .seed = 1};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_PLANTED, &options);
        const firesieve_search_options solve_options = firesieve_search_defaults();
        const firesieve_search_result result = solve(firewall, &solve_options);
        cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay >> (bits[i] - 1) == 1, "%u bits: %s", bits[i],
                  SHOW(result.delay));
        firesieve_firewall_free(firewall);
    }
}

Test(generating, extremal_answers_are_powers_of_two_less_one)
{
    for (uint64_t layers = 1; layers <= 20; ++layers) {
        const firesieve_generate_options options = {.layers = layers};
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_EXTREMAL, &options);
        cr_assert(firesieve_firewall_layer_count(firewall) == layers);
        firesieve_search_options solve_options = firesieve_search_defaults();
        static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_CLOSED_FORM};
        for (size_t i = 0; i < COUNT_OF(methods); ++i) {
            solve_options.method = methods[i];
            const firesieve_search_result result = solve(firewall, &solve_options);
            cr_assert(result.outcome == FIRESIEVE_FOUND && result.delay == (UINT64_C(1) << layers) - 1,
                      "%" PRIu64 " layers, %s", layers, firesieve_method_name(methods[i]));
        }
        firesieve_firewall_free(firewall);
    }
}

/* The answer is too far away to search for, but it can be tested. */
Test(generating, extremal_of_62_layers)
{
    const firesieve_generate_options options = {.layers = 62};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_EXTREMAL, &options);
    const uint64_t answer = (UINT64_C(1) << 62) - 1;
    cr_assert(!firesieve_firewall_catches(firewall, answer));
    for (uint64_t delay = 0; delay < 10000; ++delay) {
        cr_assert(firesieve_firewall_catches(firewall, delay));
        cr_assert(firesieve_firewall_catches(firewall, answer - 1 - delay));
    }
    firesieve_firewall_free(firewall);
}

/* A random family, and valid options for it. */
static firesieve_generate_options draw_options(struct random_state *random, firesieve_family *family)
{
    *family = (firesieve_family)random_between(random, 0, FIRESIEVE_FAMILY_COUNT - 1);
    firesieve_generate_options options = {
        .layers = random_between(random, 3, *family == FIRESIEVE_FAMILY_EXTREMAL ? 62 : 2000),
        .min_range = random_between(random, 2, 100),
        .max_range = random_between(random, 100, UINT64_C(1) << random_between(random, 7, 62)),
        .delay = random_next(random),
        .bits = (unsigned)random_between(random, 0, 127),
        .seed = random_next(random),
        .k = random_between(random, 2, 150),
        .primes = random_between(random, 0, 60),
        .start = random_next(random) >> random_between(random, 0, 63),
        .sieve_to = random_between(random, 2, 500),
        .offset_count = random_between(random, 1, FIRESIEVE_TUPLET_OFFSETS_MAX),
    };
    const uint64_t widest_gap = UINT64_C(1) << random_between(random, 0, 57);
    for (size_t i = 0; i < options.offset_count; ++i) {
        options.offsets[i] = (i == 0 ? 0 : options.offsets[i - 1]) + random_between(random, 1, widest_gap);
    }
    return options;
}

/* The parser refuses repeated depths. */
static void check_reads_back(const firesieve_firewall *firewall, const char *family, uint64_t seed)
{
    size_t size;
    char *const text = write_text(firewall, &size);
    firesieve_firewall *read = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_parse(text, size, &read, &error) == FIRESIEVE_OK,
              "%s, FIRESIEVE_TEST_SEED=%" PRIu64 ": line %" PRIu64 ": %s", family, seed, error.line, error.message);
    const size_t count = firesieve_firewall_layer_count(firewall);
    cr_assert(firesieve_firewall_layer_count(read) == count);
    cr_assert(memcmp(firesieve_firewall_layers(read), firesieve_firewall_layers(firewall),
                     count * sizeof(firesieve_layer)) == 0,
              "%s, FIRESIEVE_TEST_SEED=%" PRIu64, family, seed);
    firesieve_firewall_free(read);
    free(text);
}

Test(generating, random_ones_read_back_and_can_be_repeated)
{
    enum { CASES = 200 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_family family;
        const firesieve_generate_options options = draw_options(&random, &family);
        firesieve_firewall *const firewall = generate_firewall(family, &options);
        firesieve_firewall *const again = generate_firewall(family, &options);
        check_reads_back(firewall, firesieve_family_name(family), seed);
        cr_assert(checksum(firewall) == checksum(again), "%s, FIRESIEVE_TEST_SEED=%" PRIu64,
                  firesieve_family_name(family), seed);
        firesieve_firewall_free(firewall);
        firesieve_firewall_free(again);
    }
}

Test(generating, defaults_are_solved)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        const firesieve_generate_options options = firesieve_generate_defaults(family);
        firesieve_firewall *const firewall = generate_firewall(family, &options);
        firesieve_search_options solve_options = firesieve_search_defaults();
        solve_options.time_limit_s = 60; /* sanitizers are slow */
        const firesieve_search_result result = solve(firewall, &solve_options);
        cr_assert(result.outcome == (family == FIRESIEVE_FAMILY_BLOCKED ? FIRESIEVE_NONE : FIRESIEVE_FOUND), "%s",
                  firesieve_family_name(family));
        firesieve_firewall_free(firewall);
    }
    cr_assert(firesieve_generate_defaults(FIRESIEVE_FAMILY_COUNT).seed == 0);
}

Test(generating, options_of_later_versions_are_refused)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        for (size_t i = 0; i < COUNT_OF(((firesieve_generate_options *)NULL)->reserved); ++i) {
            firesieve_generate_options options = firesieve_generate_defaults(family);
            firesieve_firewall *firewall = NULL;
            firesieve_error error = {0};
            options.reserved[i] = UINT64_C(1) << 63;
            cr_assert(firesieve_firewall_generate(family, &options, &firewall, &error) == FIRESIEVE_ERROR_ARGUMENT,
                      "%s", firesieve_family_name(family));
            cr_assert(firewall == NULL);
            cr_assert_str_eq(error.message, "expected no options but those of version " FIRESIEVE_VERSION
                                            "; start from firesieve_generate_defaults");
        }
    }
}

Test(generating, options_out_of_range_are_refused)
{
    static const firesieve_family blocked = FIRESIEVE_FAMILY_BLOCKED;
    static const firesieve_family erdos_selfridge = FIRESIEVE_FAMILY_ERDOS_SELFRIDGE;
    static const firesieve_family tuplet = FIRESIEVE_FAMILY_TUPLET;
    static const firesieve_family uniform = FIRESIEVE_FAMILY_UNIFORM;
    static const firesieve_family planted = FIRESIEVE_FAMILY_PLANTED;
    static const firesieve_family extremal = FIRESIEVE_FAMILY_EXTREMAL;
    const struct {
        firesieve_generate_options options;
        const char *message;
        firesieve_family family;
    } rows[] = {
        {{.layers = 0, .min_range = 2, .max_range = 2},
         "expected from 1 to 1152921504606846975 layers, found 0",
         uniform},
        {{.layers = 0, .min_range = 2, .max_range = 2},
         "expected from 1 to 1152921504606846975 layers, found 0",
         planted},
        {{.layers = 0}, "expected from 1 to 1152921504606846975 layers, found 0", extremal},
        {{.layers = UINT64_MAX, .min_range = 2, .max_range = 2},
         "expected from 1 to 1152921504606846975 layers, found 18446744073709551615",
         uniform},
        {{.layers = 63}, "expected at most 62 layers, since the periods are 2^1 to 2^layers, found 63", extremal},
        {{.layers = 1, .min_range = 1, .max_range = 5},
         "expected ranges with 2 <= smallest <= largest <= 2^62, found 1 and 5",
         uniform},
        {{.layers = 1, .min_range = 6, .max_range = 5},
         "expected ranges with 2 <= smallest <= largest <= 2^62, found 6 and 5",
         uniform},
        {{.layers = 1, .min_range = 2, .max_range = FIRESIEVE_RANGE_MAX + 1},
         "expected ranges with 2 <= smallest <= largest <= 2^62, found 2 and 4611686018427387905",
         uniform},
        {{.layers = 1, .min_range = 0, .max_range = 0},
         "expected ranges with 2 <= smallest <= largest <= 2^62, found 0 and 0",
         planted},
        {{.layers = 1, .min_range = 2, .max_range = 3, .delay = FIRESIEVE_DELAY_END},
         "expected a planted delay below 2^127",
         planted},
        {{.layers = 1, .min_range = 2, .max_range = 3, .bits = 128}, "expected a planted delay below 2^127", planted},
        {{.layers = 2}, "expected from 3 to 1000000000 layers, found 2", blocked},
        {{.layers = 1000000001}, "expected from 3 to 1000000000 layers, found 1000000001", blocked},
        {{.k = 1}, "expected k from 2 to 5000, found 1", erdos_selfridge},
        {{.k = 5001}, "expected k from 2 to 5000, found 5001", erdos_selfridge},
        {{.primes = 1001}, "expected at most 1000 primes, found 1001", FIRESIEVE_FAMILY_PSEUDOSQUARE},
        {{.primes = UINT64_MAX},
         "expected at most 1000 primes, found 18446744073709551615",
         FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE},
        {{.sieve_to = 10}, "expected from 1 to 64 offsets, found 0", tuplet},
        {{.sieve_to = 10, .offset_count = 65}, "expected from 1 to 64 offsets, found 65", tuplet},
        {{.sieve_to = 10, .offset_count = 3, .offsets = {0, 6, 6}},
         "expected every offset to be larger than the one before it, found 6 after 6",
         tuplet},
        {{.sieve_to = 10, .offset_count = 2, .offsets = {6, 4}},
         "expected every offset to be larger than the one before it, found 4 after 6",
         tuplet},
        {{.sieve_to = 1, .offset_count = 1},
         "expected to sieve by the primes to a number from 2 to 1000000000, found 1",
         tuplet},
        {{.sieve_to = 1000000001, .offset_count = 1},
         "expected to sieve by the primes to a number from 2 to 1000000000, found 1000000001",
         tuplet},
        {{.sieve_to = 1000000000, .offset_count = 8, .offsets = {1, 2, 3, 4, 5, 6, 7, 8}},
         "expected at most 1000000000 layers, found 8 offsets and the primes to 1000000000, which could make "
         "1103448272",
         tuplet},
        {{.layers = 1}, "no such family", FIRESIEVE_FAMILY_COUNT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        cr_assert(firesieve_firewall_generate(rows[i].family, &rows[i].options, &firewall, &error) ==
                      FIRESIEVE_ERROR_ARGUMENT,
                  "row %zu", i);
        cr_assert(firewall == NULL);
        cr_assert_str_eq(error.message, rows[i].message, "row %zu: %s", i, error.message);
    }
}
