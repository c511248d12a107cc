#include "planner/focus_choice.h"

#include <math.h>

/* A prime power of the sketch. */
struct item {
    uint64_t value;
    double modulus; /* ln of the value */
    double count;   /* ln of the number of residues that it allows */
};

static size_t list_items(const struct candidate_list *list, const struct sketch *sketch, struct item *items)
{
    size_t count = 0;
    for (size_t prime = 0; prime < list->prime_count; ++prime) {
        struct item item = {.value = 1};
        for (uint8_t i = 0; i < sketch->exponents[prime]; ++i) {
            item.value *= list->primes[prime];
        }
        item.modulus = log((double)item.value);
        item.count = item.modulus;
        for (size_t i = 0; i < list->count; ++i) {
            const struct candidate *const candidate = &list->items[i];
            if (candidate->prime == prime && sketch_lists(sketch, candidate)) {
                item.count = fmax(0, item.count - candidate->gain);
            }
        }
        if (item.value > 1) {
            items[count++] = item;
        }
    }
    return count;
}

static const double cell_width = 0.02; /* of the logarithm of a count */
static const double largest_part = FOCUS_PART_BITS * M_LN2 - 0.01;
static const double largest_modulus = FOCUS_MODULUS_BITS * M_LN2 - 0.01;

/* Returns how many cells some of the items reach. */
static size_t find_ways(struct split_ways *ways, const struct item *items, size_t count, double most, bool largest)
{
    size_t reached = 1;
    ways->masks[0] = 0;
    ways->moduli[0] = 0;
    for (size_t i = 0; i < count; ++i) {
        const size_t shift = (size_t)(items[i].count / cell_width + 0.5);
        const size_t last = reached;
        reached = shift < SPLIT_CELLS - reached ? reached + shift : SPLIT_CELLS;
        for (size_t cell = last; cell < reached; ++cell) {
            ways->masks[cell] = 0;
            ways->moduli[cell] = NAN;
        }
        for (size_t cell = reached; cell-- > shift;) {
            const double modulus = ways->moduli[cell - shift] + items[i].modulus;
            const double old = ways->moduli[cell];
            if (modulus < most && (isnan(old) || (largest ? modulus > old : modulus < old))) {
                ways->moduli[cell] = modulus;
                ways->masks[cell] = ways->masks[cell - shift] | UINT64_C(1) << i;
            }
        }
    }
    return reached;
}

/*
 * The items, one bit each, whose counts have a product near e^wanted, while the moduli of both these and the others
 * have products below e^most. Dynamic programming over rounded logarithms. False: there are none.
 */
static bool choose_subset(struct split_ways *ways, const struct item *items, size_t count, double wanted, double most,
                          uint64_t *chosen)
{
    double best_distance = INFINITY;
    double all = 0;
    *chosen = 0;
    for (size_t i = 0; i < count; ++i) {
        all += items[i].modulus;
    }
    for (int largest = 0; largest <= 1; ++largest) {
        const size_t reached = find_ways(ways, items, count, most, largest == 1);
        for (size_t cell = 0; cell < reached; ++cell) {
            const double distance = fabs((double)cell * cell_width - wanted);
            if (!isnan(ways->moduli[cell]) && all - ways->moduli[cell] < most && distance < best_distance) {
                *chosen = ways->masks[cell];
                best_distance = distance;
            }
        }
    }
    return best_distance < INFINITY;
}

/* The number of residues that the items of a part allow together. */
static double part_count(const struct focus_layout *layout, const struct item *items, enum focus_part part)
{
    double count = 0;
    for (size_t i = 0; i < layout->power_count; ++i) {
        count += layout->powers[i].part == part ? items[i].count : 0;
    }
    return exp(count);
}

/* Moves some of the items of `longs` to the shorts: few enough for reading to get several sums from each. */
static bool move_shorts(struct split_ways *ways, struct focus_layout *layout, const struct item *items,
                        enum focus_part longs)
{
    struct item members[FOCUS_POWERS_MAX] = {{0}};
    size_t indices[FOCUS_POWERS_MAX];
    size_t count = 0;
    uint64_t chosen;
    for (size_t i = 0; i < layout->power_count; ++i) {
        if (layout->powers[i].part == longs) {
            members[count] = items[i];
            indices[count++] = i;
        }
    }
    const double wanted = focus_shorts(part_count(layout, items, longs));
    const bool found = choose_subset(ways, members, count, log(wanted), largest_part, &chosen);
    for (size_t i = 0; i < count; ++i) {
        if (chosen >> i & 1) {
            layout->powers[indices[i]].part = longs + 1;
        }
    }
    return found;
}

bool split_make(struct split *split, struct focus_layout *layout, struct split_ways *ways,
                const struct candidate_list *list, const struct sketch *sketch, double columns)
{
    struct item items[FOCUS_POWERS_MAX] = {{0}};
    uint64_t chosen;
    layout->power_count = list_items(list, sketch, items);
    if (!choose_subset(ways, items, layout->power_count, log(columns), largest_modulus, &chosen)) {
        return false;
    }
    for (size_t i = 0; i < layout->power_count; ++i) {
        const enum focus_part part = chosen >> i & 1 ? COLUMN_LONGS : OFFSET_LONGS;
        layout->powers[i] = (struct focus_power){.value = items[i].value, .part = part};
    }
    if (!move_shorts(ways, layout, items, COLUMN_LONGS) || !move_shorts(ways, layout, items, OFFSET_LONGS)) {
        return false;
    }
    double counts[FOCUS_PARTS];
    split->summands = 0;
    for (enum focus_part part = 0; part < FOCUS_PARTS; ++part) {
        counts[part] = part_count(layout, items, part);
        split->summands += counts[part];
    }
    split->columns = counts[COLUMN_LONGS] * counts[COLUMN_SHORTS];
    split->offsets = counts[OFFSET_LONGS] * counts[OFFSET_SHORTS];
    return true;
}
