#include "firewalls.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "firewall/firewall.h"

firesieve_firewall *build_firewall(const firesieve_layer *layers, size_t count)
{
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_build(layers, count, &firewall, &error) == FIRESIEVE_OK, "%s", error.message);
    return firewall;
}

firesieve_firewall *parse_firewall(const char *text)
{
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_parse(text, strlen(text), &firewall, &error) == FIRESIEVE_OK, "%s", error.message);
    return firewall;
}

firesieve_firewall *open_golden(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", FIRESIEVE_GOLDEN_DIRECTORY, name);
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_open(path, &firewall, &error) == FIRESIEVE_OK, "%s:%" PRIu64 ": %s", path, error.line,
              error.message);
    return firewall;
}

firesieve_firewall *generate_firewall(firesieve_family family, const firesieve_generate_options *options)
{
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_generate(family, options, &firewall, &error) == FIRESIEVE_OK, "%s", error.message);
    return firewall;
}

const char *show_firewall(const firesieve_firewall *firewall)
{
    enum { LAYERS_SHOWN = 400 };
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    cr_assert(stream != NULL);
    const size_t count = firesieve_firewall_layer_count(firewall);
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    for (size_t i = 0; i < count && i < LAYERS_SHOWN; ++i) {
        fprintf(stream, "%" PRIu64 ": %" PRIu64 "\n", layers[i].depth, layers[i].range);
    }
    fprintf(stream, "# %zu layers in all\n", count);
    fclose(stream);
    return text;
}

firesieve_search_result solve(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_solve(firewall, options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
    return result;
}

firesieve_layer layer_catching(firesieve_delay delay, uint64_t period)
{
    return (firesieve_layer){.depth = (uint64_t)((period - delay % period) % period), .range = period / 2 + 1};
}

/* Forbids every residue mod `period` that is not `spared` mod `spared_modulus`; depths below *next_depth are in use. */
static void forbid_others(struct layer_list *list, uint64_t period, uint64_t spared_modulus, uint64_t spared,
                          uint64_t *next_depth)
{
    for (uint64_t residue = 0; residue < period; ++residue) {
        if (residue % spared_modulus != spared) {
            const firesieve_layer layer = layer_catching(residue, period);
            const uint64_t turns = (*next_depth + period - 1 - layer.depth) / period;
            cr_assert(layer_list_append(list, layer.depth + turns * period, layer.range));
        }
    }
    *next_depth += 2 * period;
}

firesieve_firewall *lone_residue_firewall(const uint32_t *primes, size_t prime_count, unsigned twos, uint64_t seed,
                                          firesieve_delay *x, firesieve_delay *cycle)
{
    struct random_state random = {seed};
    struct layer_list list = {0};
    uint64_t next_depth = 0;
    *cycle = UINT64_C(1) << twos;
    *x = random_between(&random, 0, (uint64_t)*cycle - 1);
    forbid_others(&list, (uint64_t)*cycle, (uint64_t)*cycle, (uint64_t)*x, &next_depth);
    for (size_t i = 0; i < prime_count; ++i) {
        const uint64_t spared = random_between(&random, 0, primes[i] - 1);
        forbid_others(&list, 2 * (uint64_t)primes[i], primes[i], spared, &next_depth);
        while (*x % primes[i] != spared) {
            *x += *cycle;
        }
        *cycle *= primes[i];
    }
    firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
    layer_list_free(&list);
    return firewall;
}
