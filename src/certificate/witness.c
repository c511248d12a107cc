#include "certificate/witness.h"

#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/search.h"
#include "base/sort.h"
#include "firewall/repeats.h"
#include "language/form.h"
#include "methods/watch.h"

/* ---- Periods ---------------------------------------------------------------------------------------------- */

firesieve_status witness_periods(const firesieve_firewall *firewall, struct go_on go_on, uint64_t **periods,
                                 size_t *count, firesieve_error *error)
{
    uint64_t *const all = reallocarray(NULL, firewall->layer_count + 1, sizeof *all);
    if (all == NULL) {
        return error_set_memory(error, "the periods");
    }
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        all[i] = witness_period(firewall, i);
        more = go_on_at(go_on, i);
    }
    if (!more || !sort_u64_while(all, firewall->layer_count, go_on)) {
        free(all);
        return error_set_stopped(error);
    }
    size_t kept = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (kept == 0 || all[i] != all[kept - 1]) {
            all[kept++] = all[i];
        }
    }
    *periods = all;
    *count = kept;
    return FIRESIEVE_OK;
}

size_t witness_find_period(const uint64_t *periods, size_t count, uint64_t period)
{
    const size_t index = search_at_least(periods, count, sizeof *periods, period);
    return index < count && periods[index] == period ? index : count;
}

firesieve_delay witness_last_delay(const firesieve_firewall *firewall, firesieve_delay from, struct go_on go_on)
{
    enum { BITS_MAX = 127 };
    if (firewall->layers == NULL) {
        return delay_add_saturated(from, firewall_repeats(firewall, go_on).enough);
    }
    const firesieve_delay length =
        firewall->layer_count < BITS_MAX ? (firesieve_delay)1 << firewall->layer_count : FIRESIEVE_DELAY_END;
    return delay_add_saturated(from, delay_min(firewall_cycle(firewall, go_on), length));
}

firesieve_delay witness_cycle(const firesieve_firewall *firewall, struct go_on go_on)
{
    const struct residue_form *const form = form_of(firewall);
    return form_is_of_classes(form) ? firewall_cycle(firewall, go_on) : FIRESIEVE_DELAY_END;
}

/* ---- The witness ------------------------------------------------------------------------------------------ */

struct witness witness_empty(const firesieve_firewall *firewall)
{
    return (struct witness){.other = firewall};
}

/* A firewall of classes, which it takes over. NULL: there are none, or no memory. */
static firesieve_firewall *take_classes(struct residue_class *classes, size_t count)
{
    if (count == 0) {
        free(classes);
        return NULL;
    }
    return firewall_of_classes(classes, count);
}

static firesieve_status make_of_classes(struct witness *witness, const firesieve_firewall *firewall,
                                        const uint64_t *left_out, size_t count, struct go_on go_on,
                                        firesieve_error *error)
{
    const size_t all = firewall->layer_count;
    struct residue_class *const kept = reallocarray(NULL, all + 1, sizeof *kept);
    struct residue_class *const others = reallocarray(NULL, all + 1, sizeof *others);
    size_t kept_count = 0;
    size_t other_count = 0;
    bool more = true;
    for (size_t i = 0; i < all && kept != NULL && others != NULL && more; ++i) {
        more = go_on_at(go_on, i);
        if (witness_find_period(left_out, count, firewall->classes[i].modulus) < count) {
            others[other_count++] = firewall->classes[i];
        } else {
            kept[kept_count++] = firewall->classes[i];
        }
    }
    if (kept == NULL || others == NULL || !more) {
        free(kept);
        free(others);
        return more ? error_set_memory(error, "the classes of a witness") : error_set_stopped(error);
    }
    witness->firewall = take_classes(kept, kept_count);
    witness->left_out = take_classes(others, other_count);
    witness->other = witness->left_out;
    const bool made = (kept_count == 0 || witness->firewall != NULL) && (other_count == 0 || witness->left_out != NULL);
    return made ? FIRESIEVE_OK : error_set_memory(error, "the classes of a witness");
}

static firesieve_status make_of_layers(struct witness *witness, const firesieve_firewall *firewall,
                                       const uint64_t *left_out, size_t count, struct go_on go_on,
                                       firesieve_error *error)
{
    firesieve_layer *const layers = reallocarray(NULL, firewall->layer_count, sizeof *layers);
    if (layers == NULL) {
        return error_set_memory(error, "the layers of a witness");
    }
    size_t kept = 0;
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        more = go_on_at(go_on, i);
        if (witness_find_period(left_out, count, firewall_period(firewall, i)) == count) {
            layers[kept++] = firewall->layers[i];
        }
    }
    const firesieve_limits limits = {.time_limit_s = INFINITY, .go_on = go_on.ask, .context = go_on.context};
    const firesieve_status status =
        !more       ? error_set_stopped(error)
        : kept == 0 ? FIRESIEVE_OK
                    : firesieve_firewall_build_within(layers, kept, &limits, &witness->firewall, error);
    free(layers);
    return status;
}

firesieve_status witness_make(struct witness *witness, const firesieve_firewall *firewall, const uint64_t *left_out,
                              size_t count, struct go_on go_on, firesieve_error *error)
{
    *witness = (struct witness){.firewall = NULL};
    return firewall->layers == NULL ? make_of_classes(witness, firewall, left_out, count, go_on, error)
                                    : make_of_layers(witness, firewall, left_out, count, go_on, error);
}

void witness_free(struct witness *witness)
{
    firesieve_firewall_free(witness->firewall);
    firesieve_firewall_free(witness->left_out);
    *witness = (struct witness){.firewall = NULL};
}

enum fate witness_fate(const struct witness *witness, const firesieve_firewall *firewall, firesieve_delay delay)
{
    if (firewall->form == NULL) {
        return firesieve_firewall_catches(firewall, delay) ? FATE_CAUGHT : FATE_SAFE;
    }
    if (witness->other != NULL && firewall_class_contains(witness->other, delay)) {
        return FATE_CAUGHT;
    }
    return form_accepts(form_of(firewall), delay) ? FATE_SAFE : FATE_DROPPED;
}

/* For a witness that forbids nothing. */
static void list_all(const firesieve_search_options *options, firesieve_list_function receive, void *context,
                     firesieve_search_result *result)
{
    enum { DELAYS_A_LOOK = 1024 };
    struct watch watch = watch_start(options);
    *result = (firesieve_search_result){.method = FIRESIEVE_METHOD_CLOSED_FORM, .threads = 1};
    firesieve_delay at = options->from;
    bool more = true;
    while (more && at < options->to) {
        more = (at - options->from) % DELAYS_A_LOOK != 0 || watch_go_on(&watch, at);
        if (more && !receive(at++, context)) {
            watch.stop = FIRESIEVE_CANCELLED;
            more = false;
        }
    }
    result->count = at - options->from;
    result->reached = at;
    result->candidates = result->count;
    result->outcome = at >= options->to ? FIRESIEVE_NONE : watch.stop;
}

firesieve_status witness_list(const struct witness *witness, const firesieve_search_options *options,
                              firesieve_list_function receive, void *context, firesieve_search_result *result,
                              firesieve_error *error)
{
    if (witness->firewall != NULL) {
        firesieve_search_options listing = *options;
        listing.limit = 0;
        listing.checkpoint = NULL; /* that of the search that is certified */
        listing.profile = NULL;
        listing.plan = NULL; /* of the whole firewall */
        return firesieve_list(witness->firewall, &listing, receive, context, result, error);
    }
    list_all(options, receive, context, result);
    return FIRESIEVE_OK;
}

void tally_delay(struct tally_of_delays *tally, firesieve_delay delay)
{
    const uint64_t halves[2] = {(uint64_t)delay, (uint64_t)(delay >> 64)};
    ++tally->count;
    tally->hash += hash_numbers(halves, 2, 0);
}
