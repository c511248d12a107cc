/* The families of generated firewalls: their names, defaults and functions. */
#include <inttypes.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/sort.h"
#include "firewall/generate.h"

struct family {
    const char *name;
    firesieve_generate_options defaults;
    family_check *check; /* NULL if any options are valid */
    family_append *append;
};

static const struct family families[FIRESIEVE_FAMILY_COUNT] = {
    [FIRESIEVE_FAMILY_UNIFORM] = {.name = "uniform",
                                  .defaults = {.layers = 100000, .min_range = 500, .max_range = 10000, .seed = 1},
                                  .check = uniform_check,
                                  .append = uniform_append},
    [FIRESIEVE_FAMILY_PUZZLE] = {.name = "puzzle", .defaults = {.seed = 1}, .append = puzzle_append},
    [FIRESIEVE_FAMILY_PLANTED] =
        {.name = "planted",
         .defaults = {.layers = 2000, .min_range = 2, .max_range = 30, .delay = 123456789, .seed = 1},
         .check = planted_check,
         .append = planted_append},
    [FIRESIEVE_FAMILY_BLOCKED] = {.name = "blocked",
                                  .defaults = {.layers = 30, .seed = 1},
                                  .check = blocked_check,
                                  .append = blocked_append},
    [FIRESIEVE_FAMILY_EXTREMAL] = {.name = "extremal",
                                   .defaults = {.layers = 24},
                                   .check = extremal_check,
                                   .append = extremal_append},
    [FIRESIEVE_FAMILY_ERDOS_SELFRIDGE] = {.name = "erdos-selfridge",
                                          .defaults = {.k = 60},
                                          .check = erdos_selfridge_check,
                                          .append = erdos_selfridge_append},
    [FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE] = {.name = "negative-pseudosquare",
                                                .defaults = {.primes = 20},
                                                .check = pseudosquare_check,
                                                .append = negative_pseudosquare_append},
    [FIRESIEVE_FAMILY_PSEUDOSQUARE] = {.name = "pseudosquare",
                                       .defaults = {.primes = 15},
                                       .check = pseudosquare_check,
                                       .append = pseudosquare_append},
    /* Survivors below the square of 32000 are prime: the answer is the first sextuplet after 10^9, 1002054787. */
    [FIRESIEVE_FAMILY_TUPLET] =
        {.name = "tuplet",
         .defaults = {.start = 1000000000, .sieve_to = 32000, .offsets = {0, 4, 6, 10, 12, 16}, .offset_count = 6},
         .check = tuplet_check,
         .append = tuplet_append},
};

static bool is_family(firesieve_family family)
{
    return (unsigned)family < FIRESIEVE_FAMILY_COUNT;
}

const char *firesieve_family_name(firesieve_family family)
{
    return is_family(family) ? families[family].name : NULL;
}

firesieve_generate_options firesieve_generate_defaults(firesieve_family family)
{
    return is_family(family) ? families[family].defaults : (firesieve_generate_options){0};
}

firesieve_status check_layer_count(const firesieve_generate_options *options, uint64_t least, uint64_t most,
                                   firesieve_error *error)
{
    if (options->layers < least || options->layers > most) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "expected from %" PRIu64 " to %" PRIu64 " layers, found %" PRIu64, least, most,
                         options->layers);
    }
    return FIRESIEVE_OK;
}

/* Drops repeated keys from sorted ones; returns the number of those that are left. */
static size_t drop_repeats(uint64_t *sorted, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept == 0 || sorted[kept - 1] != sorted[i]) {
            sorted[kept++] = sorted[i];
        }
    }
    return kept;
}

bool layer_list_forbid(struct layer_list *list, uint64_t modulus, uint64_t *residues, size_t count)
{
    const uint64_t first = list->count == 0 ? 0 : list->layers[list->count - 1].depth + 1;
    uint64_t *const steps = residues; /* from `first` to the next depth that is -residue mod modulus */
    for (size_t i = 0; i < count; ++i) {
        steps[i] = (modulus - (first + residues[i]) % modulus) % modulus;
    }
    sort_u64(steps, count);
    count = drop_repeats(steps, count);
    const uint64_t layers_each = 1 + modulus % 2;
    const uint64_t range = layers_each * modulus / 2 + 1;
    for (uint64_t turn = 0; turn < layers_each; ++turn) {
        for (size_t i = 0; i < count; ++i) {
            if (!layer_list_append(list, first + turn * modulus + steps[i], range)) {
                return false;
            }
        }
    }
    return true;
}

firesieve_status firesieve_firewall_generate_within(firesieve_family family, const firesieve_generate_options *options,
                                                    const firesieve_limits *limits, firesieve_firewall **firewall,
                                                    firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    if (!is_family(family)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "no such family");
    }
    if (options == NULL) {
        options = &families[family].defaults;
    }
    firesieve_status status = reserved_check(options->reserved, sizeof options->reserved / sizeof options->reserved[0],
                                             "firesieve_generate_defaults", error);
    if (status == FIRESIEVE_OK && families[family].check != NULL) {
        status = families[family].check(options, error);
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct layer_list list = {0};
    status = families[family].append(options, limit_watch_go_on(&watch), &list)
                 ? layer_list_finish(&list, firewall, error)
             : watch.over ? error_set_stopped(error)
                          : error_set_memory(error, "the layers");
    layer_list_free(&list);
    return status;
}

firesieve_status firesieve_firewall_generate(firesieve_family family, const firesieve_generate_options *options,
                                             firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_generate_within(family, options, NULL, firewall, error);
}
