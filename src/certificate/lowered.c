#include "certificate/lowered.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/sort.h"
#include "firewall/firewall.h"

static int compare(const void *a, const void *b)
{
    const struct forbidden *const left = a;
    const struct forbidden *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

size_t lowered_run_end(const struct lowered *lowered, size_t first)
{
    size_t end = first;
    while (end < lowered->count && lowered->classes[end].modulus == lowered->classes[first].modulus) {
        ++end;
    }
    return end;
}

size_t lowered_run(const struct lowered *lowered, uint64_t modulus)
{
    size_t low = 0;
    size_t high = lowered->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (lowered->classes[middle].modulus < modulus) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool lowered_has(const struct lowered *lowered, uint64_t modulus, uint64_t residue)
{
    const struct forbidden wanted = {modulus, residue};
    return bsearch(&wanted, lowered->classes, lowered->count, sizeof wanted, compare) != NULL;
}

/* Whether ascending residues modulo m are those of m / parts, `parts` times. */
static bool repeats(const struct forbidden *classes, size_t count, uint64_t modulus, size_t parts)
{
    const size_t part = count / parts;
    for (size_t i = part; i < count; ++i) {
        if (classes[i].residue != classes[i - part].residue + modulus / parts) {
            return false;
        }
    }
    return true;
}

/*
 * The smallest number above 1 of equal parts, or 1. It is a prime: what has that many parts has as many as each factor
 * of it. The number of classes is small beside the work of sorting them, so every number up to it is tried.
 */
static size_t parts_of(const struct forbidden *classes, size_t count, uint64_t modulus)
{
    for (size_t parts = 2; parts <= count; ++parts) {
        if (count % parts == 0 && modulus % parts == 0 && repeats(classes, count, modulus, parts)) {
            return parts;
        }
    }
    return 1;
}

/* Lowers the classes of one modulus. Returns how many of them are left, at the front. */
static size_t lower_run(struct forbidden *classes, size_t count)
{
    uint64_t modulus = classes[0].modulus;
    for (size_t parts = parts_of(classes, count, modulus); parts > 1; parts = parts_of(classes, count, modulus)) {
        count /= parts;
        modulus /= parts;
    }
    for (size_t i = 0; i < count; ++i) {
        classes[i].modulus = modulus;
    }
    return count;
}

/* Sorts, and drops what is there twice. False: go_on said no; so below. */
static bool put_together(struct lowered *lowered, struct go_on go_on)
{
    if (!sort_items_while(lowered->classes, lowered->count, sizeof *lowered->classes, compare, go_on)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < lowered->count; ++i) {
        if (kept == 0 || compare(&lowered->classes[i], &lowered->classes[kept - 1]) != 0) {
            lowered->classes[kept++] = lowered->classes[i];
        }
    }
    lowered->count = kept;
    return true;
}

/* Lowers each modulus by itself. *changed: some was. */
static bool lower_runs(struct lowered *lowered, struct go_on go_on, bool *changed)
{
    size_t kept = 0;
    *changed = false;
    for (size_t first = 0; first < lowered->count;) {
        struct forbidden *const run = &lowered->classes[first];
        const uint64_t modulus = run->modulus;
        const size_t end = lowered_run_end(lowered, first);
        const size_t left = lower_run(run, end - first);
        *changed |= run->modulus != modulus;
        for (size_t i = 0; i < left; ++i) {
            lowered->classes[kept++] = run[i];
        }
        first = end;
        if (!go_on_ask(go_on)) {
            return false;
        }
    }
    lowered->count = kept;
    return true;
}

static bool lower(struct lowered *lowered, struct go_on go_on)
{
    bool changed = true;
    while (changed) {
        if (!put_together(lowered, go_on) || !lower_runs(lowered, go_on, &changed)) {
            return false;
        }
    }
    return true;
}

firesieve_status lowered_make(struct lowered *lowered, const firesieve_firewall *firewall, struct go_on go_on,
                              firesieve_error *error)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    *lowered = (struct lowered){.classes = reallocarray(NULL, count + 1, sizeof *lowered->classes), .count = count};
    if (lowered->classes == NULL) {
        return error_set_memory(error, "the classes of a certificate");
    }
    for (size_t i = 0; i < count; ++i) {
        const struct residue_class class = firewall_class(firewall, i);
        lowered->classes[i] = (struct forbidden){class.modulus, class.residue};
    }
    return lower(lowered, go_on) ? FIRESIEVE_OK : error_set_stopped(error);
}

void lowered_free(struct lowered *lowered)
{
    free(lowered->classes);
    *lowered = (struct lowered){.classes = NULL};
}
