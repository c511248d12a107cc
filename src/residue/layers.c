#include "residue/layers.h"

#include <stdlib.h>

#include "base/large.h"
#include "base/sort.h"
#include "residue/collect.h"

/* ---- The index -------------------------------------------------------------------------------------------- */

static struct residue_class class_at(const struct layer_index *index, size_t i)
{
    if (i >= index->narrow_count) {
        return index->wide[i - index->narrow_count];
    }
    const class_key key = index->narrow[i];
    return (struct residue_class){.modulus = class_modulus(key), .residue = class_residue(key)};
}

static bool take_classes(struct layer_index *index, const firesieve_firewall *firewall, struct go_on go_on)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const struct residue_class class = firewall_class(firewall, i);
        if (class.modulus < CLASS_NARROW_END) {
            index->narrow[index->narrow_count++] = class.modulus << 32 | class.residue;
        } else {
            index->wide[index->wide_count++] = class;
        }
    }
    return sort_u64_while(index->narrow, index->narrow_count, go_on) &&
           sort_items_while(index->wide, index->wide_count, sizeof *index->wide, residue_class_compare, go_on);
}

static bool begins_period(const struct layer_index *index, size_t i)
{
    return i == 0 || class_at(index, i).modulus != class_at(index, i - 1).modulus;
}

/* False: no memory, or go_on said no. */
static bool find_periods(struct layer_index *index, struct go_on go_on)
{
    bool more = true;
    const size_t count = index->narrow_count + index->wide_count;
    size_t periods = 0;
    for (size_t i = 0; i < count && more; ++i) {
        periods += begins_period(index, i);
        more = go_on_at(go_on, i);
    }
    if (!more) {
        return false;
    }
    index->periods = large_calloc(periods + 1, sizeof *index->periods);
    for (size_t i = 0; i < count && index->periods != NULL && more; ++i) {
        more = go_on_at(go_on, i);
        if (begins_period(index, i)) {
            index->periods[index->period_count++] = i;
        }
    }
    if (index->periods != NULL) {
        index->periods[index->period_count] = count;
    }
    return index->periods != NULL && more;
}

bool layer_index_make(struct layer_index *index, const firesieve_firewall *firewall, struct go_on go_on)
{
    size_t wide = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        wide += firewall_period(firewall, i) >= CLASS_NARROW_END;
    }
    *index = (struct layer_index){
        .narrow = large_calloc(firewall->layer_count - wide + 1, sizeof *index->narrow),
        .wide = large_calloc(wide + 1, sizeof *index->wide),
    };
    if (index->narrow == NULL || index->wide == NULL) {
        return false;
    }
    return take_classes(index, firewall, go_on) && find_periods(index, go_on);
}

void layer_index_free(struct layer_index *index)
{
    free(index->narrow);
    free(index->wide);
    free(index->periods);
    *index = (struct layer_index){.narrow = NULL};
}

static bool forbids(const struct class_set *set, const struct constraint *constraint, uint64_t residue)
{
    size_t low = 0;
    size_t high = constraint->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (constraint_residue(set, constraint, middle) < residue) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < constraint->count && constraint_residue(set, constraint, low) == residue;
}

static uint64_t modulus_at(const struct layer_index *index, size_t period)
{
    return class_at(index, index->periods[period]).modulus;
}

/*
 * The first period from number `first` on that is at least `modulus`: looked for near by, since multiples may be many.
 */
static size_t seek(const struct layer_index *index, size_t first, uint64_t modulus)
{
    size_t step = 1;
    while (first + step < index->period_count && modulus_at(index, first + step) < modulus) {
        first += step;
        step *= 2;
    }
    size_t end = first + step < index->period_count ? first + step : index->period_count;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (modulus_at(index, middle) < modulus) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

uint64_t layer_index_count(const struct layer_index *index, const struct class_set *set,
                           const struct constraint *constraint, struct residue_class *example)
{
    uint64_t layers = 0;
    *example = (struct residue_class){.modulus = 0};
    for (size_t period = seek(index, 0, constraint->modulus); period < index->period_count;) {
        const uint64_t rest = modulus_at(index, period) % constraint->modulus;
        if (rest != 0) {
            period = seek(index, period, modulus_at(index, period) - rest + constraint->modulus);
            continue;
        }
        for (size_t i = index->periods[period]; i < index->periods[period + 1]; ++i) {
            const struct residue_class class = class_at(index, i);
            if (forbids(set, constraint, class.residue % constraint->modulus)) {
                *example = layers == 0 ? class : *example;
                ++layers;
            }
        }
        ++period;
    }
    return layers;
}

/* ---- Layers of classes ------------------------------------------------------------------------------------ */

/* A class that is looked for, and for whom. */
struct wanted {
    struct residue_class class;
    size_t index;
};

static int compare_wanted(const void *a, const void *b)
{
    const struct wanted *const left = a;
    const struct wanted *const right = b;
    return residue_class_compare(&left->class, &right->class);
}

/* The first of the ascending list that is not less. */
static size_t lower_bound(const struct wanted *list, size_t count, struct residue_class class)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (residue_class_compare(&list[middle].class, &class) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool layers_find(const firesieve_firewall *firewall, const struct residue_class *classes, size_t count,
                 struct go_on go_on, size_t *layers)
{
    struct wanted *const list = calloc(count + 1, sizeof *list);
    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        list[i] = (struct wanted){.class = classes[i], .index = i};
        layers[i] = SIZE_MAX;
    }
    qsort(list, count, sizeof *list, compare_wanted);
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        const struct residue_class class = firewall_class(firewall, i);
        more = go_on_at(go_on, i);
        for (size_t j = lower_bound(list, count, class);
             j < count && residue_class_compare(&list[j].class, &class) == 0; ++j) {
            size_t *const layer = &layers[list[j].index];
            *layer = *layer == SIZE_MAX ? i : *layer;
        }
    }
    free(list);
    return more;
}
