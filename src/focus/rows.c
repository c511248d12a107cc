#include "focus/rows.h"

#include <stdlib.h>
#include <string.h>

bool row_set_start(struct row_set *set)
{
    *set = (struct row_set){.patterns = calloc(FOCUS_ROWS_MAX, sizeof *set->patterns)};
    return set->patterns != NULL;
}

void pattern_make(struct kernel_pattern *pattern, uint32_t modulus, const uint8_t *allowed)
{
    enum { FOLLOWING = 8 };
    pattern->modulus = modulus;
    for (uint32_t i = 0; i < KERNEL_PATTERN_BYTES; ++i) {
        pattern->allowed[i] = allowed[i % modulus];
        uint32_t eight = 0;
        for (uint32_t j = 0; j < FOLLOWING; ++j) {
            eight |= (uint32_t)allowed[(i + j) % modulus] << j;
        }
        pattern->eights[i] = (uint8_t)eight;
    }
}

void row_set_add(struct row_set *set, uint32_t modulus, const uint8_t *allowed)
{
    pattern_make(&set->patterns[set->count++], modulus, allowed);
}

void row_set_finish(struct row_set *set, uint32_t classes, const uint32_t *parts)
{
    static const uint8_t all = 1;
    const uint32_t key_end = classes + KERNEL_KEY_ROWS;
    set->classes = classes;
    for (uint32_t i = 0; i < FOCUS_CLASSES_MAX; ++i) {
        set->parts[i] = i < classes ? parts[i] : 1;
    }
    set->slots = set->count > key_end ? set->count : key_end;
    for (uint32_t i = set->count; i < set->slots; ++i) {
        pattern_make(&set->patterns[i], 1, &all);
    }
}

void row_set_free(struct row_set *set)
{
    free(set->patterns);
    *set = (struct row_set){.count = 0};
}

size_t row_set_bytes(const struct row_set *set)
{
    size_t rows = 0;
    for (uint32_t i = 0; i < set->count; ++i) {
        rows += set->patterns[i].modulus;
    }
    return rows * KERNEL_WORD_BYTES;
}

/* Row c has the residues low + c to high + c: counts those that are allowed. */
void row_set_alive(const struct row_set *set, uint32_t index, uint32_t low, uint32_t high,
                   uint8_t alive[KERNEL_MODULUS_MAX + 1])
{
    const struct kernel_pattern *const pattern = &set->patterns[index];
    uint32_t there = 0;
    for (uint32_t residue = low; residue < high; ++residue) {
        there += pattern->allowed[residue];
    }
    memset(alive, 0, KERNEL_MODULUS_MAX + 1);
    for (uint32_t row = 0; row < pattern->modulus; ++row) {
        there += pattern->allowed[high + row];
        alive[row] = there != 0 ? 0xff : 0;
        there -= pattern->allowed[low + row];
    }
}
