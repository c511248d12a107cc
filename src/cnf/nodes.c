#include "cnf/nodes.h"

#include <stdlib.h>

#include "base/sort.h"

static int compare(const void *left, const void *right)
{
    const struct node *const a = left;
    const struct node *const b = right;
    if (a->power != b->power) {
        return a->power < b->power ? -1 : 1;
    }
    return (a->residue > b->residue) - (a->residue < b->residue);
}

bool node_set_pack(struct node_set *set)
{
    size_t kept = 0;
    if (set->count > 1 && !sort_items_while(set->nodes, set->count, sizeof *set->nodes, compare, set->go_on)) {
        return false;
    }
    for (size_t i = 0; i < set->count; ++i) {
        if (i == 0 || compare(&set->nodes[i], &set->nodes[kept - 1]) != 0) {
            set->nodes[kept++] = set->nodes[i];
        }
    }
    set->count = kept;
    return true;
}

/* Makes room for one more: most nodes are added many times, so packing helps more often than growing. */
static bool make_room(struct node_set *set)
{
    enum { FIRST_CAPACITY = 1024 };
    if (!node_set_pack(set)) {
        return false;
    }
    if (set->count < set->capacity / 2) {
        return true;
    }
    const size_t capacity = set->capacity == 0 ? FIRST_CAPACITY : 2 * set->capacity;
    struct node *const nodes = reallocarray(set->nodes, capacity, sizeof *nodes);
    if (nodes == NULL) {
        return false;
    }
    set->nodes = nodes;
    set->capacity = capacity;
    return true;
}

bool node_set_add(struct node_set *set, struct prime_power modulus, uint64_t residue)
{
    for (uint64_t power = modulus.power; power > 1; power /= modulus.prime) {
        if (set->count == set->capacity && !make_room(set)) {
            return false;
        }
        set->nodes[set->count++] = (struct node){.power = power, .residue = residue % power};
    }
    return true;
}

size_t node_set_find(const struct node_set *set, uint64_t power, uint64_t residue)
{
    const struct node wanted = {.power = power, .residue = residue};
    const struct node *const found =
        set->count == 0 ? NULL : bsearch(&wanted, set->nodes, set->count, sizeof wanted, compare);
    return found == NULL ? set->count : (size_t)(found - set->nodes);
}

void node_set_free(struct node_set *set)
{
    free(set->nodes);
    *set = (struct node_set){.nodes = NULL};
}
