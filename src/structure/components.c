#include "structure/structure.h"

#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "structure/factors.h"

/* The different moduli, ascending, and how many classes each has. */
struct modulus_list {
    uint64_t *moduli;
    size_t *classes;
    struct factor_list *factors;
    size_t *part; /* of each, a number of its component */
    size_t count;
};

/* All of what is made on the way. */
struct making {
    const struct reduced *reduced;
    struct modulus_list list;
    struct factor *bases; /* ascending, each once; the exponent is the largest */
    size_t base_count;
    size_t *parents;   /* of each base: another that it is tied to, or itself */
    size_t *base_part; /* and the number of its component */
    struct work work;
};

static void making_free(struct making *making)
{
    free(making->list.moduli);
    free(making->list.classes);
    free(making->list.factors);
    free(making->list.part);
    free(making->bases);
    free(making->parents);
    free(making->base_part);
}

/* ---- Classes ---------------------------------------------------------------------------------------------- */

static struct residue_class class_at(const struct class_set *set, size_t i)
{
    return i < set->narrow_count ? (struct residue_class){class_modulus(set->narrow[i]), class_residue(set->narrow[i])}
                                 : set->wide[i - set->narrow_count];
}

static bool list_moduli(struct making *making)
{
    const struct class_set *const set = &making->reduced->classes;
    const size_t classes = reduced_class_count(making->reduced);
    struct modulus_list *const list = &making->list;
    list->moduli = calloc(classes, sizeof *list->moduli);
    list->classes = calloc(classes, sizeof *list->classes);
    for (size_t i = 0; i < classes && list->moduli != NULL && list->classes != NULL; ++i) {
        const uint64_t modulus = class_at(set, i).modulus;
        if (list->count == 0 || list->moduli[list->count - 1] != modulus) {
            list->moduli[list->count++] = modulus;
        }
        ++list->classes[list->count - 1];
    }
    list->factors = calloc(list->count + 1, sizeof *list->factors);
    list->part = calloc(list->count + 1, sizeof *list->part);
    return list->moduli != NULL && list->classes != NULL && list->factors != NULL && list->part != NULL;
}

/* ---- Factors ---------------------------------------------------------------------------------------------- */

static int compare_factors(const void *a, const void *b)
{
    const struct factor *const left = a;
    const struct factor *const right = b;
    if (left->base != right->base) {
        return (left->base > right->base) - (left->base < right->base);
    }
    return (left->exponent < right->exponent) - (left->exponent > right->exponent);
}

/* Finds the factors of all moduli. *known is false where the work has ended before. */
static bool find_factors(struct making *making, bool *known)
{
    struct modulus_list *const list = &making->list;
    struct work work = making->work;
    struct large_bases large;
    bool enough;
    size_t count = 0;
    *known = large_bases_find(&large, list->moduli, list->count, &work, &enough);
    for (size_t i = 0; i < list->count && *known; ++i) {
        *known = factor_list_make(&list->factors[i], list->moduli[i], &large, &work);
        count += list->factors[i].count;
    }
    large_bases_free(&large);
    making->work = work;
    if (!*known) {
        return enough;
    }
    making->bases = calloc(count + 1, sizeof *making->bases);
    making->parents = calloc(count + 1, sizeof *making->parents);
    making->base_part = calloc(count + 1, sizeof *making->base_part);
    if (making->bases == NULL || making->parents == NULL || making->base_part == NULL) {
        return false;
    }
    for (size_t i = 0, at = 0; i < list->count; ++i) {
        for (size_t j = 0; j < list->factors[i].count; ++j) {
            making->bases[at++] = list->factors[i].items[j];
        }
    }
    qsort(making->bases, count, sizeof *making->bases, compare_factors);
    for (size_t i = 0; i < count; ++i) { /* the first of equal bases has the largest exponent */
        if (making->base_count == 0 || making->bases[making->base_count - 1].base != making->bases[i].base) {
            making->bases[making->base_count++] = making->bases[i];
        }
    }
    return true;
}

static size_t base_index(const struct making *making, uint64_t base)
{
    const struct factor key = {.base = base, .exponent = 0};
    size_t low = 0;
    size_t high = making->base_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (making->bases[middle].base < key.base) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- Components ------------------------------------------------------------------------------------------- */

/* The base that stands for all that this one is tied to. Halves paths, so that they stay short. */
static size_t root_of(struct making *making, size_t base)
{
    size_t *const parents = making->parents;
    while (parents[base] != base) {
        parents[base] = parents[parents[base]];
        base = parents[base];
    }
    return base;
}

static void tie(struct making *making)
{
    for (size_t i = 0; i < making->base_count; ++i) {
        making->parents[i] = i;
    }
    for (size_t i = 0; i < making->list.count; ++i) {
        const struct factor_list *const factors = &making->list.factors[i];
        const size_t first = root_of(making, base_index(making, factors->items[0].base));
        for (size_t j = 1; j < factors->count; ++j) {
            making->parents[root_of(making, base_index(making, factors->items[j].base))] = first;
        }
    }
}

/* Numbers the components. False: no memory. */
static bool number_components(struct making *making, struct structure *structure)
{
    size_t *const numbers = calloc(making->base_count + 1, sizeof *numbers); /* of roots, from 1 */
    if (numbers == NULL) {
        return false;
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        size_t *const number = &numbers[root_of(making, i)];
        *number = *number == 0 ? ++structure->count : *number;
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        making->base_part[i] = numbers[root_of(making, i)] - 1;
    }
    for (size_t i = 0; i < making->list.count; ++i) {
        making->list.part[i] = making->base_part[base_index(making, making->list.factors[i].items[0].base)];
    }
    free(numbers);
    structure->components = calloc(structure->count + 1, sizeof *structure->components);
    return structure->components != NULL;
}

/* Hands out classes and towers; both ascend within a component, since they do in the whole. */
static void fill_components(const struct making *making, struct structure *structure)
{
    struct residue_class *classes = structure->classes;
    struct tower *towers = structure->towers;
    for (size_t i = 0; i < making->list.count; ++i) {
        structure->components[making->list.part[i]].class_count += making->list.classes[i];
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        ++structure->components[making->base_part[i]].tower_count;
    }
    for (size_t i = 0; i < structure->count; ++i) {
        struct component *const component = &structure->components[i];
        component->classes = classes;
        component->towers = towers;
        component->cycle = 1;
        classes += component->class_count;
        towers += component->tower_count;
        component->class_count = 0;
        component->tower_count = 0;
    }
    size_t class = 0;
    for (size_t i = 0; i < making->list.count; ++i) {
        struct component *const component = &structure->components[making->list.part[i]];
        for (size_t j = 0; j < making->list.classes[i]; ++j) {
            structure->classes[component->classes - structure->classes + (ptrdiff_t)component->class_count++] =
                class_at(&making->reduced->classes, class ++);
        }
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        struct component *const component = &structure->components[making->base_part[i]];
        structure->towers[component->towers - structure->towers + (ptrdiff_t)component->tower_count++] =
            (struct tower){making->bases[i].base, making->bases[i].exponent};
        for (unsigned j = 0; j < making->bases[i].exponent; ++j) {
            component->cycle = delay_multiply_saturated(component->cycle, making->bases[i].base);
        }
    }
}

static int compare_sizes(const void *a, const void *b)
{
    const struct component *const left = a;
    const struct component *const right = b;
    if (left->class_count != right->class_count) {
        return (left->class_count < right->class_count) - (left->class_count > right->class_count);
    }
    return (left->classes > right->classes) - (left->classes < right->classes);
}

/* ----------------------------------------------------------------------------------------------------------- */

/* *known is false where the work has ended before. False: no memory. */
static bool make(struct making *making, struct structure *structure, bool *known)
{
    if (!list_moduli(making) || !find_factors(making, known)) {
        return false;
    }
    if (!*known) {
        return true;
    }
    tie(making);
    structure->classes = large_calloc(reduced_class_count(making->reduced) + 1, sizeof *structure->classes);
    structure->towers = calloc(making->base_count + 1, sizeof *structure->towers);
    if (structure->classes == NULL || structure->towers == NULL || !number_components(making, structure)) {
        return false;
    }
    fill_components(making, structure);
    qsort(structure->components, structure->count, sizeof *structure->components, compare_sizes);
    return true;
}

firesieve_status structure_find(const struct reduced *reduced, uint64_t budget, struct go_on go_on,
                                struct structure **structure, firesieve_error *error)
{
    static const uint64_t class_units = 64; /* to list, hand out and count one, where it is tied to many */
    const size_t classes = reduced_class_count(reduced);
    struct making making = {.reduced = reduced, .work = work_start(budget, go_on)};
    bool known = false;
    *structure = NULL;
    if (classes > STRUCTURE_CLASSES_MAX || classes > budget / class_units) {
        return FIRESIEVE_OK;
    }
    struct structure *const made = calloc(1, sizeof *made);
    const bool enough = made != NULL && make(&making, made, &known);
    const bool stopped = making.work.stopped;
    making_free(&making);
    if (enough && known) {
        *structure = made;
        return FIRESIEVE_OK;
    }
    structure_free(made);
    return !enough   ? error_set_memory(error, "the components of the firewall")
           : stopped ? error_set_stopped(error)
                     : FIRESIEVE_OK;
}

void structure_free(struct structure *structure)
{
    if (structure != NULL) {
        free(structure->components);
        free(structure->classes);
        free(structure->towers);
        free(structure);
    }
}
