#include "residue/classes.h"

#include <stdlib.h>

#include "base/large.h"
#include "base/error.h"
#include "base/sort.h"
#include "firewall/firewall.h"
#include "residue/cycle.h"
#include "residue/reduce.h"

enum { GROUP_BITS = 8 };

/*
 * Where the narrow keys of each group of moduli go: putting them there while they are made leaves groups small enough
 * to be sorted in a cache.
 */
struct distribution {
    unsigned shift; /* a modulus belongs to group modulus >> shift */
    size_t ends[1 << GROUP_BITS];
    size_t narrow_count;
    size_t wide_count;
};

static bool is_narrow(uint64_t period)
{
    return period != 0 && period < CLASS_NARROW_END;
}

/* The shift that leaves GROUP_BITS bits of the largest narrow period. False: go_on said no. So below. */
static bool choose_shift(const firesieve_firewall *firewall, struct go_on go_on, unsigned *shift)
{
    uint64_t bits = 1;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t period = firewall_period(firewall, i);
        bits |= is_narrow(period) ? period : 0;
    }
    const unsigned width = 64 - (unsigned)__builtin_clzll(bits);
    *shift = width > GROUP_BITS ? width - GROUP_BITS : 0;
    return true;
}

/* Counts. Each group is empty at first, so its end is where it begins. */
static bool plan_distribution(struct distribution *distribution, const firesieve_firewall *firewall, struct go_on go_on)
{
    *distribution = (struct distribution){.shift = 0};
    if (!choose_shift(firewall, go_on, &distribution->shift)) {
        return false;
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t period = firewall_period(firewall, i);
        if (is_narrow(period)) {
            ++distribution->ends[period >> distribution->shift];
            ++distribution->narrow_count;
        }
        distribution->wide_count += period >= CLASS_NARROW_END;
    }
    size_t begin = 0;
    for (size_t group = 0; group < 1 << GROUP_BITS; ++group) {
        const size_t size = distribution->ends[group];
        distribution->ends[group] = begin;
        begin += size;
    }
    return true;
}

static firesieve_status allocate(struct class_set *set, const struct distribution *distribution, firesieve_error *error)
{
    /* One more than needed: an empty list is not NULL, which must not even be offset by 0. */
    set->narrow = large_calloc(distribution->narrow_count + 1, sizeof *set->narrow);
    set->wide = large_calloc(distribution->wide_count + 1, sizeof *set->wide);
    const bool failed = set->narrow == NULL || set->wide == NULL;
    return failed ? error_set_memory(error, "the residue classes") : FIRESIEVE_OK;
}

static void add_class(struct class_set *set, struct distribution *distribution, struct residue_class class)
{
    if (class.modulus < CLASS_NARROW_END) {
        set->narrow[distribution->ends[class.modulus >> distribution->shift]++] = class.modulus << 32 | class.residue;
    } else {
        set->wide[set->wide_count++] = class;
    }
}

/*
 * The kernel clears a page of 2 MiB when it is first written to. Layers fall on all pages, so the first few would wait
 * for all of them to be cleared, a fifth of a second for ten million layers; here go_on is asked between pages.
 */
static bool clear_pages(struct class_set *set, size_t count, struct go_on go_on)
{
    enum { KEYS_A_PAGE = (1 << 21) / sizeof(class_key) };
    volatile class_key *const keys = set->narrow;
    for (size_t i = 0; i < count; i += KEYS_A_PAGE) {
        if (!go_on_ask(go_on)) {
            return false;
        }
        keys[i] = 0;
    }
    return true;
}

static bool add_layers(struct class_set *set, struct distribution *distribution, const firesieve_firewall *firewall,
                       struct go_on go_on)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        if (firewall_period(firewall, i) == 0) {
            set->blocked = firewall->layers == NULL ? "a residue modulo 1 is forbidden, which every number has"
                                                    : "a scanner of range 1 never leaves the top";
        } else {
            add_class(set, distribution, firewall_class(firewall, i));
        }
    }
    return true;
}

static bool sort_groups(struct class_set *set, const struct distribution *distribution, struct go_on go_on)
{
    size_t begin = 0;
    for (size_t group = 0; group < 1 << GROUP_BITS; ++group) {
        if (!go_on_ask(go_on) || !sort_u64_while(set->narrow + begin, distribution->ends[group] - begin, go_on)) {
            return false;
        }
        begin = distribution->ends[group];
    }
    set->narrow_count = classes_drop_repeated(set->narrow, distribution->narrow_count);
    return true;
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

static bool collect(struct class_set *set, struct distribution *distribution, const firesieve_firewall *firewall,
                    struct go_on go_on)
{
    return clear_pages(set, distribution->narrow_count, go_on) && add_layers(set, distribution, firewall, go_on) &&
           sort_groups(set, distribution, go_on) && classes_sort_wide(set, go_on) && classes_lower_wide(set, go_on) &&
           classes_lower_moduli(set, go_on) && classes_drop_implied(set, go_on);
}

firesieve_status classes_collect(struct class_set *set, const firesieve_firewall *firewall, struct go_on go_on,
                                 firesieve_error *error)
{
    *set = (struct class_set){0};
    struct distribution distribution;
    if (!plan_distribution(&distribution, firewall, go_on)) {
        return error_set_stopped(error);
    }
    const firesieve_status status = allocate(set, &distribution, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (!collect(set, &distribution, firewall, go_on)) {
        return error_set_stopped(error);
    }
    if (set->blocked == NULL && some_modulus_is_covered(set)) {
        set->blocked = "the layers of one period cover all its residues";
    }
    const size_t class_count = set->narrow_count + set->wide_count;
    set->stretch = class_count < 127 ? (firesieve_delay)1 << class_count : FIRESIEVE_DELAY_END;
    set->cycle = cycle_length(set);
    return go_on_ask(go_on) ? FIRESIEVE_OK : error_set_stopped(error);
}
