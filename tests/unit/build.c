/* Firewalls from layers in memory, and as text again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

Test(building, layers_are_copied_in_their_order)
{
    firesieve_layer layers[] = {{6, 4}, {0, 3}, {FIRESIEVE_DEPTH_MAX, FIRESIEVE_RANGE_MAX}, {4, 1}};
    firesieve_firewall *const firewall = build_firewall(layers, COUNT_OF(layers));
    firesieve_layer given[COUNT_OF(layers)];
    memcpy(given, layers, sizeof layers);
    memset(layers, 0xff, sizeof layers);
    cr_assert(firesieve_firewall_layer_count(firewall) == COUNT_OF(given));
    cr_assert(memcmp(firesieve_firewall_layers(firewall), given, sizeof given) == 0);
    firesieve_firewall_free(firewall);
}

Test(building, layers_out_of_range_are_refused)
{
    static const char *const out_of_range = "layers[1]: depth is at most 2^63 - 1 and range from 1 to 2^62";
    const struct {
        firesieve_layer layers[4];
        size_t count;
        const char *message;
    } rows[] = {
        {{{0, 0}}, 0, "a firewall has at least one layer"},
        {{{0, 3}, {1, 0}}, 2, out_of_range},
        {{{0, 3}, {1, FIRESIEVE_RANGE_MAX + 1}}, 2, out_of_range},
        {{{0, 3}, {1, UINT64_MAX}}, 2, out_of_range},
        {{{0, 3}, {FIRESIEVE_DEPTH_MAX + 1, 3}}, 2, out_of_range},
        {{{0, 3}, {UINT64_MAX, 3}}, 2, out_of_range},
        {{{7, 3}, {7, 3}}, 2, "layers 0 and 1 have the same depth"},
        {{{0, 3}, {9, 3}, {4, 3}, {9, 5}}, 4, "layers 1 and 3 have the same depth"},
        {{{9, 3}, {4, 3}, {4, 3}, {9, 5}}, 4, "layers 1 and 2 have the same depth"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        cr_assert(firesieve_firewall_build(rows[i].layers, rows[i].count, &firewall, &error) ==
                      FIRESIEVE_ERROR_ARGUMENT,
                  "row %zu", i);
        cr_assert(firewall == NULL && error.status == FIRESIEVE_ERROR_ARGUMENT && error.line == 0 && error.column == 0);
        cr_assert_str_eq(error.message, rows[i].message);
    }
}

/* The first layer whose depth an earlier one has, found by comparing all pairs. */
static void find_repeat(const firesieve_layer *layers, size_t count, size_t *repeat, size_t *earlier)
{
    for (*repeat = 0; *repeat < count; ++*repeat) {
        for (*earlier = 0; *earlier < *repeat; ++*earlier) {
            if (layers[*earlier].depth == layers[*repeat].depth) {
                return;
            }
        }
    }
}

Test(building, the_first_repeated_depth_is_reported)
{
    enum { COUNT_MAX = 200 };
    struct random_state random = {test_seed()};
    for (int round = 0; round < 500; ++round) {
        firesieve_layer layers[COUNT_MAX];
        const size_t count = random_between(&random, 1, COUNT_MAX);
        const uint64_t deepest = random_between(&random, 0, 1) ? 20 * count * count : FIRESIEVE_DEPTH_MAX;
        for (size_t i = 0; i < count; ++i) {
            layers[i] = (firesieve_layer){.depth = random_between(&random, 0, deepest), .range = 2};
        }
        if (random_between(&random, 0, 1)) {
            layers[random_between(&random, 0, count - 1)].depth = layers[random_between(&random, 0, count - 1)].depth;
        }
        size_t repeat = 0;
        size_t earlier = 0;
        find_repeat(layers, count, &repeat, &earlier);
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        const firesieve_status status = firesieve_firewall_build(layers, count, &firewall, &error);
        cr_assert((status == FIRESIEVE_OK) == (repeat == count), "round %d", round);
        if (repeat < count) {
            char expected[128];
            snprintf(expected, sizeof expected, "layers %zu and %zu have the same depth", earlier, repeat);
            cr_assert_str_eq(error.message, expected);
        }
        firesieve_firewall_free(firewall);
    }
}

Test(building, null_can_be_freed)
{
    firesieve_firewall_free(NULL);
}

/* ---- Writing ------------------------------------------------------------------------------------------ */

static char *write_text(const firesieve_firewall *firewall, size_t *size)
{
    char *text = NULL;
    FILE *const stream = open_memstream(&text, size);
    cr_assert(stream != NULL);
    cr_assert(firesieve_firewall_write(firewall, stream, NULL) == FIRESIEVE_OK);
    fclose(stream);
    return text;
}

Test(writing, one_layer_per_line)
{
    firesieve_firewall *const firewall = parse_firewall("6:4 # comment\r\n\n0 : 003\n"
                                                        "9223372036854775807: 4611686018427387904");
    size_t size;
    char *const text = write_text(firewall, &size);
    cr_assert_str_eq(text, "6: 4\n0: 3\n9223372036854775807: 4611686018427387904\n");
    free(text);
    firesieve_firewall_free(firewall);
}

static void check_written(const firesieve_firewall *firewall, const char *name)
{
    size_t size;
    char *const text = write_text(firewall, &size);
    firesieve_firewall *again = NULL;
    cr_assert(firesieve_firewall_parse(text, size, &again, NULL) == FIRESIEVE_OK, "%s", name);
    const size_t count = firesieve_firewall_layer_count(firewall);
    cr_assert(firesieve_firewall_layer_count(again) == count, "%s", name);
    cr_assert(memcmp(firesieve_firewall_layers(again), firesieve_firewall_layers(firewall),
                     count * sizeof(firesieve_layer)) == 0,
              "%s", name);
    firesieve_firewall_free(again);
    free(text);
}

Test(writing, every_family_survives_writing_and_reading)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        const firesieve_generate_options options = firesieve_generate_defaults(family);
        firesieve_firewall *const firewall = generate_firewall(family, &options);
        check_written(firewall, firesieve_family_name(family));
        firesieve_firewall_free(firewall);
    }
}

/* Every line has the maximum length, so that the writer's blocks end at every possible place. */
Test(writing, longest_lines)
{
    enum { LAYERS = 5000 };
    static firesieve_layer layers[LAYERS];
    for (size_t i = 0; i < LAYERS; ++i) {
        layers[i] = (firesieve_layer){.depth = FIRESIEVE_DEPTH_MAX - i, .range = FIRESIEVE_RANGE_MAX - i};
    }
    firesieve_firewall *const firewall = build_firewall(layers, LAYERS);
    check_written(firewall, "longest lines");
    firesieve_firewall_free(firewall);
}

static void check_full(size_t layer_count)
{
    const firesieve_generate_options options = {.layers = layer_count, .min_range = 2, .max_range = 9};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_UNIFORM, &options);
    FILE *const full = fopen("/dev/full", "w");
    cr_assert(full != NULL);
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_write(firewall, full, &error) == FIRESIEVE_ERROR_WRITE);
    cr_assert_str_eq(error.message, "cannot write the firewall: No space left on device");
    fclose(full);
    firesieve_firewall_free(firewall);
}

/* A few layers stay in the stream's buffer until it is flushed. */
Test(writing, a_full_disk_is_an_error)
{
    check_full(3);
    check_full(100000);
}
