#include "search/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/gcd.h"
#include "kernel.h"

enum {
    MERGED_WORDS_MAX = 384, /* 24 KiB: with a chunk of each row this stays in a first-level cache of 32 KiB */
    MERGED_PATTERNS_MAX = 32
};

uint32_t pattern_cycle(uint32_t modulus)
{
    return modulus / (uint32_t)greatest_common_divisor(modulus, KERNEL_WORD_COLUMNS);
}

static bool allocate(struct pattern *pattern, uint32_t cycle)
{
    const size_t size = ((size_t)cycle + PATTERN_CHUNK_WORDS) * KERNEL_WORD_BYTES;
    *pattern = (struct pattern){.words = aligned_alloc(KERNEL_WORD_BYTES, size), .cycle = cycle};
    if (pattern->words == NULL) {
        return false;
    }
    memset(pattern->words, 0xff, size);
    return true;
}

static struct pattern *find_or_add(struct pattern_list *list, uint32_t cycle)
{
    for (size_t i = 0; i < list->count; ++i) {
        if (list->patterns[i].cycle == cycle) {
            return &list->patterns[i];
        }
    }
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        struct pattern *const patterns = reallocarray(list->patterns, capacity, sizeof *patterns);
        if (patterns == NULL) {
            return NULL;
        }
        list->patterns = patterns;
        list->capacity = capacity;
    }
    struct pattern *const added = &list->patterns[list->count];
    if (!allocate(added, cycle)) {
        return NULL;
    }
    ++list->count;
    return added;
}

bool pattern_list_add(struct pattern_list *list, const class_key *classes, size_t class_count)
{
    const uint32_t modulus = class_modulus(classes[0]);
    struct pattern *const pattern = find_or_add(list, pattern_cycle(modulus));
    if (pattern == NULL) {
        return false;
    }
    const uint32_t columns = pattern->cycle * KERNEL_WORD_COLUMNS;
    for (size_t i = 0; i < class_count; ++i) {
        for (uint32_t column = class_residue(classes[i]); column < columns; column += modulus) {
            pattern->words[column / 64] &= ~(UINT64_C(1) << column % 64);
        }
    }
    return true;
}

/* ANDs `from` into `into`, whose cycle is a multiple of its cycle. */
static void fold(struct pattern *into, const struct pattern *from)
{
    uint32_t source = 0;
    for (uint32_t word = 0; word < into->cycle; ++word) {
        for (uint32_t i = 0; i < KERNEL_WORD_LIMBS; ++i) {
            into->words[word * KERNEL_WORD_LIMBS + i] &= from->words[source * KERNEL_WORD_LIMBS + i];
        }
        source = source + 1 == from->cycle ? 0 : source + 1;
    }
}

static void remove_pattern(struct pattern_list *list, size_t index)
{
    free(list->patterns[index].words);
    memmove(&list->patterns[index], &list->patterns[index + 1], (list->count - index - 1) * sizeof *list->patterns);
    --list->count;
}

static int compare_cycles(const void *a, const void *b)
{
    const uint32_t left = ((const struct pattern *)a)->cycle;
    const uint32_t right = ((const struct pattern *)b)->cycle;
    return (left > right) - (left < right);
}

/* Folds every pattern into the shortest one whose cycle is a multiple of its own. Patterns ascend by cycle. */
static void fold_divisors(struct pattern_list *list)
{
    for (size_t i = list->count; i-- > 0;) {
        for (size_t j = i + 1; j < list->count; ++j) {
            if (list->patterns[j].cycle % list->patterns[i].cycle == 0) {
                fold(&list->patterns[j], &list->patterns[i]);
                remove_pattern(list, i);
                break;
            }
        }
    }
}

struct merge {
    size_t a;
    size_t b;
    uint32_t cycle;
    int64_t growth; /* words that it adds to the list */
};

/* The pair of short patterns whose merge adds the fewest words. */
static struct merge cheapest_merge(const struct pattern_list *list)
{
    struct merge best = {.growth = INT64_MAX};
    const size_t count = list->count < MERGED_PATTERNS_MAX ? list->count : MERGED_PATTERNS_MAX;
    for (size_t a = 0; a < count; ++a) {
        for (size_t b = a + 1; b < count; ++b) {
            const uint32_t cycle_a = list->patterns[a].cycle;
            const uint32_t cycle_b = list->patterns[b].cycle;
            const uint32_t cycle = cycle_a / (uint32_t)greatest_common_divisor(cycle_a, cycle_b) * cycle_b;
            const int64_t growth = (int64_t)cycle - cycle_a - cycle_b;
            if (growth < best.growth) {
                best = (struct merge){.a = a, .b = b, .cycle = cycle, .growth = growth};
            }
        }
    }
    return best;
}

static bool merge_short(struct pattern_list *list)
{
    int64_t words = 0;
    for (size_t i = 0; i < list->count; ++i) {
        words += list->patterns[i].cycle;
    }
    for (;;) {
        const struct merge merge = cheapest_merge(list);
        if (merge.growth > MERGED_WORDS_MAX - words) {
            return true;
        }
        struct pattern merged;
        if (!allocate(&merged, merge.cycle)) {
            return false;
        }
        fold(&merged, &list->patterns[merge.a]);
        fold(&merged, &list->patterns[merge.b]);
        free(list->patterns[merge.a].words);
        list->patterns[merge.a] = merged;
        remove_pattern(list, merge.b);
        words += merge.growth;
    }
}

static void repeat_and_count(struct pattern *pattern)
{
    const size_t limbs = (size_t)pattern->cycle * KERNEL_WORD_LIMBS;
    for (size_t i = 0; i < (size_t)PATTERN_CHUNK_WORDS * KERNEL_WORD_LIMBS; ++i) {
        pattern->words[limbs + i] = pattern->words[i]; /* right also where the chunk is longer than the cycle */
    }
    for (size_t i = 0; i < limbs; ++i) {
        pattern->allowed += (uint32_t)__builtin_popcountll(pattern->words[i]);
    }
}

static int compare_allowed_shares(const void *a, const void *b)
{
    const struct pattern *const left = a;
    const struct pattern *const right = b;
    const uint64_t left_share = (uint64_t)left->allowed * right->cycle;
    const uint64_t right_share = (uint64_t)right->allowed * left->cycle;
    return (left_share > right_share) - (left_share < right_share);
}

bool pattern_list_finish(struct pattern_list *list)
{
    if (list->count == 0) {
        return true;
    }
    qsort(list->patterns, list->count, sizeof *list->patterns, compare_cycles);
    fold_divisors(list);
    if (!merge_short(list)) {
        return false;
    }
    for (size_t i = 0; i < list->count; ++i) {
        repeat_and_count(&list->patterns[i]);
    }
    qsort(list->patterns, list->count, sizeof *list->patterns, compare_allowed_shares);
    return true;
}

void pattern_list_free(struct pattern_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        free(list->patterns[i].words);
    }
    free(list->patterns);
    *list = (struct pattern_list){0};
}
