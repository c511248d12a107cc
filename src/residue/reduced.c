#include "residue/reduced.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/sort.h"

static void reduced_free(struct firewall_derived *derived)
{
    struct reduced *const reduced = (struct reduced *)derived; /* its first member */
    if (reduced != NULL) {
        free(reduced->order);
        constraints_free(&reduced->constraints);
        classes_free(&reduced->classes);
        free(reduced);
    }
}

/* By falling rank; equal ranks keep the order of moduli, so that divisors come first. */
static int compare_ranks(const void *a, const void *b, void *context)
{
    const struct constraint *const items = ((const struct constraint_list *)context)->items;
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;
    if (items[left].rank != items[right].rank) {
        return (items[left].rank < items[right].rank) - (items[left].rank > items[right].rank);
    }
    return (left > right) - (left < right);
}

/* False: no memory. */
static bool rank(struct reduced *reduced)
{
    const size_t count = reduced->constraints.count;
    reduced->order = calloc(count + 1, sizeof *reduced->order);
    for (size_t i = 0; i < count && reduced->order != NULL; ++i) {
        reduced->order[i] = i;
    }
    if (reduced->order != NULL) {
        sort_items_with(reduced->order, count, sizeof *reduced->order, compare_ranks, &reduced->constraints);
    }
    return reduced->order != NULL;
}

static uint64_t largest_modulus(const struct reduced *reduced)
{
    const size_t count = reduced_class_count(reduced);
    return count == 0 ? 0 : class_at(&reduced->classes, count - 1).modulus;
}

static firesieve_status reduce(struct reduced *reduced, const firesieve_firewall *firewall, struct go_on go_on,
                               firesieve_error *error)
{
    reduced->tuplet = firewall->tuplet;
    firesieve_status status = classes_collect(&reduced->classes, firewall, go_on, error);
    if (status == FIRESIEVE_OK) {
        status = constraints_list(&reduced->constraints, &reduced->classes, go_on, error);
    }
    if (status == FIRESIEVE_OK && !rank(reduced)) {
        status = error_set_memory(error, "the constraints");
    }
    reduced->largest_modulus = status == FIRESIEVE_OK ? largest_modulus(reduced) : 0;
    return status;
}

/* If another thread was quicker, its result is the one that is kept. */
static const struct reduced *publish(const firesieve_firewall *firewall, struct reduced *reduced)
{
    struct firewall_derived *const first = firewall_keep_derived(firewall, &reduced->derived);
    if (first != &reduced->derived) {
        reduced_free(&reduced->derived);
    }
    return (const struct reduced *)first;
}

firesieve_status reduced_of(const firesieve_firewall *firewall, struct go_on go_on, const struct reduced **reduced,
                            firesieve_error *error)
{
    *reduced = (const struct reduced *)firewall_derived_of(firewall);
    if (*reduced != NULL) {
        return FIRESIEVE_OK;
    }
    struct reduced *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set_memory(error, "the reduced firewall");
    }
    made->derived.free = reduced_free;
    const firesieve_status status = reduce(made, firewall, go_on, error);
    if (status == FIRESIEVE_OK) {
        *reduced = publish(firewall, made);
    } else {
        reduced_free(&made->derived);
    }
    return status;
}
