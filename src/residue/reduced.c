#include "residue/reduced.h"

#include <stdlib.h>

#include "base/error.h"
#include "residue/collect.h"

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

/* A constraint's index with its rank, to be sorted. */
struct ranked {
    double rank;
    size_t index;
};

/* Equal ranks keep the order of moduli, so that divisors come first. */
static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *const left = a;
    const struct ranked *const right = b;
    if (left->rank != right->rank) {
        return (left->rank < right->rank) - (left->rank > right->rank);
    }
    return (left->index > right->index) - (left->index < right->index);
}

static bool rank(struct reduced *reduced)
{
    const struct constraint_list *const constraints = &reduced->constraints;
    struct ranked *const ranks = calloc(constraints->count + 1, sizeof *ranks);
    reduced->order = calloc(constraints->count + 1, sizeof *reduced->order);
    const bool has_memory = ranks != NULL && reduced->order != NULL;
    for (size_t i = 0; i < constraints->count && has_memory; ++i) {
        ranks[i] = (struct ranked){.rank = constraints->items[i].rank, .index = i};
    }
    if (has_memory) {
        qsort(ranks, constraints->count, sizeof *ranks, compare_ranks);
    }
    for (size_t i = 0; i < constraints->count && has_memory; ++i) {
        reduced->order[i] = ranks[i].index;
    }
    free(ranks);
    return has_memory;
}

static uint64_t largest_modulus(const struct class_set *set)
{
    return set->wide_count > 0     ? set->wide[set->wide_count - 1].modulus
           : set->narrow_count > 0 ? class_modulus(set->narrow[set->narrow_count - 1])
                                   : 0;
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
    reduced->largest_modulus = status == FIRESIEVE_OK ? largest_modulus(&reduced->classes) : 0;
    return status;
}

/* Where another thread was quicker, its result is the firewall's. */
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
