#include "firewall/firewall.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/large.h"
#include "base/limits.h"
#include "base/sort.h"
#include "firewall/fingerprint.h"

bool layer_list_reserve(struct layer_list *list, size_t capacity)
{
    if (capacity <= list->capacity) {
        return true;
    }
    firesieve_layer *const old = list->borrowed ? NULL : list->layers;
    firesieve_layer *const layers = large_reallocarray(old, capacity, sizeof *layers);
    if (layers == NULL) {
        return false;
    }
    if (list->borrowed) {
        memcpy(layers, list->layers, list->count * sizeof *layers);
    }
    list->layers = layers;
    list->capacity = capacity;
    list->borrowed = false;
    return true;
}

bool layer_list_grow(struct layer_list *list)
{
    enum { FIRST = 64 };
    return list->capacity <= SIZE_MAX / 2 &&
           layer_list_reserve(list, list->capacity < FIRST ? FIRST : 2 * list->capacity);
}

void layer_list_free(struct layer_list *list)
{
    if (!list->borrowed) {
        free(list->layers);
    }
    *list = (struct layer_list){0};
}

void layer_list_trim(struct layer_list *list)
{
    firesieve_layer *const trimmed =
        list->borrowed || list->count == 0 ? NULL : realloc(list->layers, list->count * sizeof *trimmed);
    if (trimmed != NULL) {
        list->layers = trimmed;
        list->capacity = list->count;
    }
}

static bool depths_ascend(const struct layer_list *list)
{
    for (size_t i = 1; i < list->count; ++i) {
        if (list->layers[i - 1].depth >= list->layers[i].depth) {
            return false;
        }
    }
    return true;
}

/* Keeps one copy of each value that occurs more than once; returns the number of such values. */
static size_t keep_repeated(uint64_t *sorted, size_t count)
{
    size_t kept = 0;
    for (size_t i = 1; i < count; ++i) {
        if (sorted[i] == sorted[i - 1] && (kept == 0 || sorted[kept - 1] != sorted[i])) {
            sorted[kept++] = sorted[i];
        }
    }
    return kept;
}

/* `repeated` holds the depths that occur more than once, ascending; at least one. */
static firesieve_status locate_repeat(const struct layer_list *list, const uint64_t *repeated, size_t repeated_count,
                                      struct go_on go_on, size_t *repeat, size_t *earlier, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    size_t *const first_seen = calloc(repeated_count, sizeof *first_seen); /* index + 1, or 0 if not seen yet */
    if (first_seen == NULL) {
        return error_set_memory(error, "the depths");
    }
    for (size_t i = 0; i < list->count; ++i) {
        if (!go_on_at(go_on, i)) {
            status = error_set_stopped(error);
            break;
        }
        const uint64_t *const found =
            bsearch(&list->layers[i].depth, repeated, repeated_count, sizeof *repeated, sort_compare_u64);
        if (found == NULL) {
            continue;
        }
        size_t *const seen = &first_seen[found - repeated];
        if (*seen != 0) {
            *repeat = i;
            *earlier = *seen - 1;
            break;
        }
        *seen = i + 1;
    }
    free(first_seen);
    return status;
}

/* Sorts a copy of the depths, and looks for repeated ones. */
static firesieve_status find_repeat(const struct layer_list *list, uint64_t *depths, struct go_on go_on, size_t *repeat,
                                    size_t *earlier, firesieve_error *error)
{
    for (size_t i = 0; i < list->count; ++i) {
        if (!go_on_at(go_on, i)) {
            return error_set_stopped(error);
        }
        depths[i] = list->layers[i].depth;
    }
    if (!sort_u64_while(depths, list->count, go_on) || !go_on_ask(go_on)) {
        return error_set_stopped(error);
    }
    const size_t repeated_count = keep_repeated(depths, list->count);
    return repeated_count == 0 ? FIRESIEVE_OK
                               : locate_repeat(list, depths, repeated_count, go_on, repeat, earlier, error);
}

firesieve_status layer_list_find_repeat(const struct layer_list *list, struct go_on go_on, size_t *repeat,
                                        size_t *earlier, firesieve_error *error)
{
    *repeat = list->count;
    *earlier = list->count;
    if (depths_ascend(list)) {
        return FIRESIEVE_OK;
    }
    uint64_t *const depths = large_reallocarray(NULL, list->count, sizeof *depths);
    if (depths == NULL) {
        return error_set_memory(error, "the depths");
    }
    const firesieve_status status = find_repeat(list, depths, go_on, repeat, earlier, error);
    free(depths);
    return status;
}

/* A firewall with room for this many layers of its own. */
static firesieve_firewall *new_firewall(size_t own_layers)
{
    firesieve_firewall *const made = calloc(1, sizeof *made + own_layers * sizeof *made->own); /* as in an array */
    if (made != NULL) {
        atomic_init(&made->own_derived, NULL);
        made->derived = &made->own_derived;
    }
    return made;
}

firesieve_firewall *firewall_of_classes(struct residue_class *classes, size_t count)
{
    firesieve_firewall *const made = new_firewall(0);
    if (made == NULL) {
        free(classes);
        return NULL;
    }
    made->classes = classes;
    made->given_classes = count;
    made->layer_count = count;
    return made;
}

/* Borrowed layers are copied into the same allocation as the firewall. */
firesieve_status layer_list_finish(struct layer_list *list, firesieve_firewall **firewall, firesieve_error *error)
{
    firesieve_firewall *const made = new_firewall(list->borrowed ? list->count : 0);
    if (made == NULL) {
        return error_set_memory(error, "the firewall");
    }
    made->layers = list->layers;
    made->layer_count = list->count;
    if (list->borrowed) {
        made->layers = memcpy(made->own, list->layers, list->count * sizeof *list->layers);
    }
    *list = (struct layer_list){0};
    *firewall = made;
    return FIRESIEVE_OK;
}

static firesieve_status check_layers(const firesieve_layer *layers, size_t count, firesieve_error *error)
{
    if (count == 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "a firewall has at least one layer");
    }
    for (size_t i = 0; i < count; ++i) {
        if (layers[i].depth > FIRESIEVE_DEPTH_MAX || layers[i].range < 1 || layers[i].range > FIRESIEVE_RANGE_MAX) {
            return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                             "layers[%zu]: depth is at most 2^63 - 1 and range from 1 to 2^62", i);
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status firesieve_firewall_build_within(const firesieve_layer *layers, size_t count,
                                                 const firesieve_limits *limits, firesieve_firewall **firewall,
                                                 firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    firesieve_status status = check_layers(layers, count, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct layer_list list = {.layers = large_calloc(count, sizeof *layers), .count = count, .capacity = count};
    if (list.layers == NULL) {
        return error_set_memory(error, "the layers");
    }
    memcpy(list.layers, layers, count * sizeof *layers);
    size_t repeat;
    size_t earlier;
    status = layer_list_find_repeat(&list, limit_watch_go_on(&watch), &repeat, &earlier, error);
    if (status == FIRESIEVE_OK && repeat < count) {
        status = error_set(error, FIRESIEVE_ERROR_ARGUMENT, "layers %zu and %zu have the same depth", earlier, repeat);
    }
    if (status == FIRESIEVE_OK) {
        status = layer_list_finish(&list, firewall, error);
    }
    layer_list_free(&list);
    return status;
}

firesieve_status firesieve_firewall_build(const firesieve_layer *layers, size_t count, firesieve_firewall **firewall,
                                          firesieve_error *error)
{
    return firesieve_firewall_build_within(layers, count, NULL, firewall, error);
}

void firesieve_firewall_free(firesieve_firewall *firewall)
{
    if (firewall != NULL) {
        struct firewall_derived *const derived = firewall_derived_of(firewall);
        if (derived != NULL) {
            derived->free(derived);
        }
        if (firewall->layers != firewall->own) {
            free(firewall->layers);
        }
        free(firewall->classes);
        free(firewall->tuplet);
        if (firewall->form != NULL) {
            firewall->free_form(firewall->form);
        }
        free(firewall);
    }
}

struct firewall_derived *firewall_keep_derived(const firesieve_firewall *firewall, struct firewall_derived *derived)
{
    struct firewall_derived *first = NULL;
    return atomic_compare_exchange_strong(firewall->derived, &first, derived) ? derived : first;
}

const firesieve_layer *firesieve_firewall_layers(const firesieve_firewall *firewall)
{
    return firewall->layers;
}

size_t firesieve_firewall_layer_count(const firesieve_firewall *firewall)
{
    return firewall->layer_count;
}

bool fingerprint_make(const firesieve_firewall *firewall, struct go_on go_on, struct fingerprint *fingerprint)
{
    const bool layered = firewall->layers != NULL;
    const size_t count = layered ? firewall->layer_count : firewall->given_classes;
    *fingerprint = (struct fingerprint){{firewall->salt[0], firewall->salt[1]}};
    for (size_t i = 0; i < count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t numbers[2] = {layered ? firewall->layers[i].depth : firewall->classes[i].modulus,
                                     layered ? firewall->layers[i].range : firewall->classes[i].residue};
        for (uint64_t seed = 0; seed < 2; ++seed) {
            fingerprint->words[seed] += hash_numbers(numbers, 2, seed);
        }
    }
    return true;
}

struct fingerprint fingerprint_of(const firesieve_firewall *firewall)
{
    struct fingerprint fingerprint;
    fingerprint_make(firewall, (struct go_on){NULL, NULL}, &fingerprint);
    return fingerprint;
}

firesieve_status firesieve_firewall_severity(const firesieve_firewall *firewall, firesieve_delay delay,
                                             firesieve_delay *severity, firesieve_error *error)
{
    firesieve_delay sum = 0;
    if (delay >= FIRESIEVE_DELAY_END) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a delay below 2^127");
    }
    if (firewall->layers == NULL) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "residues have no severity: expected layers");
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        const firesieve_layer layer = firewall->layers[i];
        if (!layer_catches(layer, delay)) {
            continue;
        }
        /* A product is below 2^125, so only the sum can overflow. */
        if (__builtin_add_overflow(sum, (firesieve_delay)layer.depth * layer.range, &sum)) {
            return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the severity reaches 2^128");
        }
    }
    *severity = sum;
    return FIRESIEVE_OK;
}
