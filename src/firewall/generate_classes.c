/* From number theory to layers: residue classes as scanners at distinct depths. */
#include "base/sort.h"
#include "firewall/generate.h"

/* Drops what sorted keys repeat; returns how many are left. */
static size_t drop_repeats(uint64_t *sorted, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept == 0 || sorted[kept - 1] != sorted[i]) {
            sorted[kept++] = sorted[i];
        }
    }
    return kept;
}

bool layer_list_forbid(struct layer_list *list, uint64_t modulus, uint64_t *residues, size_t count)
{
    const uint64_t first = list->count == 0 ? 0 : list->layers[list->count - 1].depth + 1;
    uint64_t *const steps = residues; /* from `first` to the next depth that is -residue mod modulus */
    for (size_t i = 0; i < count; ++i) {
        steps[i] = (modulus - (first + residues[i]) % modulus) % modulus;
    }
    sort_u64(steps, count);
    count = drop_repeats(steps, count);
    const uint64_t layers_each = 1 + modulus % 2;
    const uint64_t range = layers_each * modulus / 2 + 1;
    for (uint64_t turn = 0; turn < layers_each; ++turn) {
        for (size_t i = 0; i < count; ++i) {
            if (!layer_list_append(list, first + turn * modulus + steps[i], range)) {
                return false;
            }
        }
    }
    return true;
}
