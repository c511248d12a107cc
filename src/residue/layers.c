#include "residue/layers.h"

#include <stdlib.h>

#include "base/large.h"
#include "base/sort.h"

/* ---- The index -------------------------------------------------------------------------------------------- */

static bool take_classes(struct class_set *set, const firesieve_firewall *firewall, struct go_on go_on)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const struct residue_class class = firewall_class(firewall, i);
        if (class.modulus < CLASS_NARROW_END) {
            set->narrow[set->narrow_count++] = class.modulus << 32 | class.residue;
        } else {
            set->wide[set->wide_count++] = class;
        }
    }
    return sort_u64_while(set->narrow, set->narrow_count, go_on) &&
           sort_items_while(set->wide, set->wide_count, sizeof *set->wide, residue_class_compare, go_on);
}

/* False: no memory, or go_on said no. */
static bool find_periods(struct layer_index *index, struct go_on go_on)
{
    const struct class_set *const set = &index->classes;
    const size_t count = set->narrow_count + set->wide_count;
    size_t periods = 0;
    for (size_t i = 0; i < count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        periods += classes_begin_modulus(set, i);
    }
    index->periods = large_calloc(periods + 1, sizeof *index->periods);
    if (index->periods == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        if (classes_begin_modulus(set, i)) {
            index->periods[index->period_count++] = i;
        }
    }
    index->periods[index->period_count] = count;
    return true;
}

bool layer_index_make(struct layer_index *index, const firesieve_firewall *firewall, struct go_on go_on)
{
    size_t wide = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        wide += firewall_period(firewall, i) >= CLASS_NARROW_END;
    }
    *index = (struct layer_index){.period_count = 0};
    index->classes.narrow = large_calloc(firewall->layer_count - wide + 1, sizeof *index->classes.narrow);
    index->classes.wide = large_calloc(wide + 1, sizeof *index->classes.wide);
    return index->classes.narrow != NULL && index->classes.wide != NULL &&
           take_classes(&index->classes, firewall, go_on) && find_periods(index, go_on);
}

void layer_index_free(struct layer_index *index)
{
    classes_free(&index->classes);
    free(index->periods);
    *index = (struct layer_index){.periods = NULL};
}

static uint64_t modulus_at(const struct layer_index *index, size_t period)
{
    return class_at(&index->classes, index->periods[period]).modulus;
}

/*
 * The first period from number `first` on that is at least `modulus`. Searches nearby first, since there may be many
 * multiples.
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
            const struct residue_class class = class_at(&index->classes, i);
            if (classes_have(set, (struct residue_class){constraint->modulus, class.residue % constraint->modulus})) {
                *example = layers == 0 ? class : *example;
                ++layers;
            }
        }
        ++period;
    }
    return layers;
}

/* ---- Layers of classes ------------------------------------------------------------------------------------ */

/* A class that is looked for, and its place in the list of the caller. */
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

/* The first of the ascending list that is not less than the class. */
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
