#include "residue/classes.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/sort.h"
#include "firewall/firewall.h"
#include "residue/cycle.h"
#include "residue/reduce.h"

static firesieve_status allocate(struct class_set *set, const firesieve_firewall *firewall, firesieve_error *error)
{
    size_t wide_count = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        wide_count += layer_period(firewall->layers[i]) >= CLASS_NARROW_END;
    }
    const size_t narrow_count = firewall->layer_count - wide_count;
    /* One more than needed: an empty list is not NULL, which must not even be offset by 0. */
    set->narrow = calloc(narrow_count + 1, sizeof *set->narrow);
    set->wide = calloc(wide_count + 1, sizeof *set->wide);
    const bool failed = set->narrow == NULL || set->wide == NULL;
    return failed ? error_set_memory(error, "the residue classes") : FIRESIEVE_OK;
}

static void add_layer(struct class_set *set, firesieve_layer layer)
{
    const uint64_t period = layer_period(layer);
    if (period == 0) {
        set->blocked = "a scanner of range 1 never leaves the top";
        return;
    }
    const uint64_t remainder = layer.depth % period;
    const uint64_t residue = remainder == 0 ? 0 : period - remainder;
    if (period < CLASS_NARROW_END) {
        set->narrow[set->narrow_count++] = period << 32 | residue;
    } else {
        set->wide[set->wide_count++] = (struct residue_class){.modulus = period, .residue = residue};
    }
}

size_t classes_drop_repeated(class_key *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept == 0 || keys[kept - 1] != keys[i]) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

static int compare_wide(const void *a, const void *b)
{
    const struct residue_class *const left = a;
    const struct residue_class *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

static void sort_wide(struct class_set *set)
{
    qsort(set->wide, set->wide_count, sizeof *set->wide, compare_wide);
    size_t kept = 0;
    for (size_t i = 0; i < set->wide_count; ++i) {
        if (kept == 0 || compare_wide(&set->wide[kept - 1], &set->wide[i]) != 0) {
            set->wide[kept++] = set->wide[i];
        }
    }
    set->wide_count = kept;
}

/* Whether the classes of some modulus are all its residues. */
static bool some_modulus_is_covered(const struct class_set *set)
{
    size_t first = 0; /* of its modulus */
    for (size_t i = 0; i < set->narrow_count; ++i) {
        const uint32_t modulus = class_modulus(set->narrow[i]);
        if (modulus != class_modulus(set->narrow[first])) {
            first = i;
        }
        if (i - first + 1 == modulus) {
            return true;
        }
    }
    return false;
}

firesieve_status classes_collect(struct class_set *set, const firesieve_firewall *firewall, firesieve_error *error)
{
    *set = (struct class_set){0};
    const firesieve_status status = allocate(set, firewall, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        add_layer(set, firewall->layers[i]);
    }
    sort_u64(set->narrow, set->narrow_count);
    set->narrow_count = classes_drop_repeated(set->narrow, set->narrow_count);
    sort_wide(set);
    classes_lower_moduli(set);
    classes_drop_implied(set);
    if (set->blocked == NULL && some_modulus_is_covered(set)) {
        set->blocked = "the layers of one period cover all its residues";
    }
    const size_t class_count = set->narrow_count + set->wide_count;
    set->stretch = class_count < 127 ? (firesieve_delay)1 << class_count : FIRESIEVE_DELAY_END;
    set->cycle = cycle_length(set);
    return FIRESIEVE_OK;
}

void classes_free(struct class_set *set)
{
    free(set->narrow);
    free(set->wide);
    *set = (struct class_set){0};
}
