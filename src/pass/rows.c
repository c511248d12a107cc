#include "pass/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/gcd.h"

enum {
    MERGED_WORDS_MAX = 384, /* 24 KiB: with a chunk of each row this stays in a first-level cache of 32 KiB */
    MERGED_GROUPS_MAX = 32
};

static uint64_t least_common_multiple(uint64_t a, uint64_t b)
{
    return a / greatest_common_divisor(a, b) * b;
}

/* The words of all cycles together, without those that are repeated. */
static uint64_t cycle_words(uint64_t modulus, const struct columns *columns)
{
    /* The analyzer does not know that moduli are never 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    return modulus / greatest_common_divisor(modulus, columns->aligned);
}

/* ---- Cycles ----------------------------------------------------------------------------------------------- */

/*
 * Rows that begin at first candidates x, x + step, x + 2 step, ... mod `modulus`: how they fall into cycles of words.
 * This walk meets the residues equal to x mod `orbits`, and returns after `length` steps.
 */
struct walk {
    uint64_t orbits; /* gcd(step, modulus) */
    uint64_t length; /* modulus / orbits */
    uint64_t phases; /* gcd(length, 512): groups that begin at different columns of a word */
    uint64_t cycle;  /* length / phases: words */
};

static struct walk walk_of(uint64_t step, uint64_t modulus)
{
    struct walk walk;
    walk.orbits = greatest_common_divisor(step % modulus, modulus);
    walk.length = modulus / walk.orbits;
    walk.phases = greatest_common_divisor(walk.length, KERNEL_WORD_COLUMNS);
    walk.cycle = walk.length / walk.phases;
    return walk;
}

uint64_t row_group_words(uint64_t modulus, const struct columns *columns)
{
    const struct walk walk = walk_of(columns->step, modulus);
    const uint64_t cycles = walk.orbits * (columns->aligned == 1 ? walk.phases : 1);
    return cycles * (walk.cycle + row_repeated_words(columns));
}

/* ---- Which constraints share a group ---------------------------------------------------------------------- */

/* The words of two groups when joined; UINT64_MAX if they cannot be. */
static uint64_t joined_words(const struct row_group *a, const struct row_group *b, const struct columns *columns)
{
    if (a->member_count + b->member_count > ROW_MEMBERS_MAX) {
        return UINT64_MAX;
    }
    const uint64_t modulus = least_common_multiple(a->modulus.value, b->modulus.value);
    return modulus < CLASS_NARROW_END ? cycle_words(modulus, columns) : UINT64_MAX;
}

static void join(struct row_group *into, const struct row_group *from, const struct columns *columns)
{
    into->modulus.value = least_common_multiple(into->modulus.value, from->modulus.value);
    into->word_count = cycle_words(into->modulus.value, columns);
    into->forbids = 1 - (1 - into->forbids) * (1 - from->forbids);
    memcpy(into->members + into->member_count, from->members, from->member_count * sizeof(struct constraint *));
    into->member_count += from->member_count;
}

static void remove_group(struct row_groups *list, size_t index)
{
    memmove(&list->groups[index], &list->groups[index + 1], (list->count - index - 1) * sizeof *list->groups);
    --list->count;
}

static int compare_words(const void *a, const void *b)
{
    const struct row_group *const left = a;
    const struct row_group *const right = b;
    return (left->word_count > right->word_count) - (left->word_count < right->word_count);
}

/* Joins every group to the shortest longer one that it does not lengthen. Groups ascend by their words. */
static void fold_divisors(struct row_groups *list, const struct columns *columns)
{
    for (size_t i = list->count; i-- > 0;) {
        for (size_t j = i + 1; j < list->count; ++j) {
            if (list->groups[j].word_count % list->groups[i].word_count == 0 &&
                joined_words(&list->groups[j], &list->groups[i], columns) == list->groups[j].word_count) {
                join(&list->groups[j], &list->groups[i], columns);
                remove_group(list, i);
                break;
            }
        }
    }
}

struct merge {
    size_t a;
    size_t b;
    int64_t growth; /* words that it adds to the list */
};

/* The pair of short groups whose merge adds the fewest words. */
static struct merge cheapest_merge(const struct row_groups *list, const struct columns *columns)
{
    struct merge best = {.growth = INT64_MAX};
    const size_t count = list->count < MERGED_GROUPS_MAX ? list->count : MERGED_GROUPS_MAX;
    for (size_t a = 0; a < count; ++a) {
        for (size_t b = a + 1; b < count; ++b) {
            const uint64_t words = joined_words(&list->groups[a], &list->groups[b], columns);
            if (words > MERGED_WORDS_MAX) {
                continue;
            }
            const int64_t growth =
                (int64_t)words - (int64_t)list->groups[a].word_count - (int64_t)list->groups[b].word_count;
            if (growth < best.growth) {
                best = (struct merge){.a = a, .b = b, .growth = growth};
            }
        }
    }
    return best;
}

static void merge_short(struct row_groups *list, const struct columns *columns)
{
    int64_t words = 0;
    for (size_t i = 0; i < list->count; ++i) {
        words += (int64_t)list->groups[i].word_count;
    }
    while (words <= MERGED_WORDS_MAX) {
        const struct merge merge = cheapest_merge(list, columns);
        if (merge.growth > MERGED_WORDS_MAX - words) {
            return;
        }
        join(&list->groups[merge.a], &list->groups[merge.b], columns);
        remove_group(list, merge.b);
        words += merge.growth;
    }
}

static int compare_shares(const void *a, const void *b)
{
    const struct row_group *const left = a;
    const struct row_group *const right = b;
    return (left->forbids < right->forbids) - (left->forbids > right->forbids);
}

/* ---- Making a group --------------------------------------------------------------------------------------- */

/* One cycle of what a constraint allows from the candidate `first` on. */
static void draw_member(const struct class_set *set, const struct constraint *member, uint64_t step, uint64_t first,
                        uint64_t *words)
{
    const struct walk walk = walk_of(step, member->modulus);
    const uint64_t columns = walk.cycle * KERNEL_WORD_COLUMNS;
    const uint64_t inverse = inverse_modulo(step % member->modulus / walk.orbits, walk.length);
    memset(words, 0xff, walk.cycle * KERNEL_WORD_BYTES);
    for (size_t i = 0; i < member->count; ++i) {
        /* first + step * column = residue for one column mod walk.length, or for none */
        const uint64_t distance = residue_from(constraint_residue(set, member, i), first, member->modulus);
        if (distance % walk.orbits != 0) {
            continue;
        }
        for (uint64_t column = distance / walk.orbits * inverse % walk.length; column < columns;
             column += walk.length) {
            words[column / 64] &= ~(UINT64_C(1) << column % 64);
        }
    }
}

/* ANDs a cycle of `from_cycle` words, which divides `cycle`, into one of `cycle` words. */
static void fold(uint64_t *into, uint64_t cycle, const uint64_t *from, uint64_t from_cycle)
{
    for (uint64_t word = 0, source = 0; word < cycle; ++word) {
        for (uint32_t i = 0; i < KERNEL_WORD_LIMBS; ++i) {
            into[word * KERNEL_WORD_LIMBS + i] &= from[source * KERNEL_WORD_LIMBS + i];
        }
        source = source + 1 == from_cycle ? 0 : source + 1;
    }
}

/* Notes for every word of a cycle, which begins at word `begin`, whose row begins there. */
static void note_starts(struct row_group *group, uint64_t first, uint64_t word_step, uint64_t begin, uint64_t cycle)
{
    uint64_t residue = first;
    for (uint64_t word = 0; word < cycle; ++word) {
        group->start[residue / group->unit] = (uint32_t)(begin + word);
        residue = (residue + word_step) % group->modulus.value;
    }
}

/*
 * Draws the cycles that begin at each of the residues mod walk.orbits and at each phase. Together they meet every first
 * candidate once: x and x + step are equal mod `orbits`, so under + step the residues mod m fall into that many orbits
 * of `length`. A word is 512 steps, and under + 512 step such an orbit falls into gcd(length, 512) = `phases` cycles of
 * length / phases; + step leads from one to the next. orbits * phases * cycle = m: every residue begins one word of one
 * cycle. A scan has one orbit, and its first candidates are multiples of 512: only the cycle of 0 is needed.
 */
static void draw_cycles(struct row_group *group, const struct class_set *set, const struct columns *columns,
                        uint64_t *space)
{
    const struct walk walk = walk_of(columns->step, group->modulus.value);
    const uint64_t word_step = multiply_modulo(columns->step, KERNEL_WORD_COLUMNS, group->modulus.value);
    const uint64_t length = walk.cycle + row_repeated_words(columns);
    const uint64_t phases = columns->aligned == 1 ? walk.phases : 1;
    for (uint64_t orbit = 0; orbit < walk.orbits; ++orbit) {
        for (uint64_t phase = 0; phase < phases; ++phase) {
            const uint64_t begin = (orbit * phases + phase) * length;
            const uint64_t first =
                (orbit + multiply_modulo(columns->step, phase, group->modulus.value)) % group->modulus.value;
            uint64_t *const words = group->words + begin * KERNEL_WORD_LIMBS;
            memset(words, 0xff, walk.cycle * KERNEL_WORD_BYTES);
            for (size_t i = 0; i < group->member_count; ++i) {
                draw_member(set, group->members[i], columns->step, first, space);
                fold(words, walk.cycle, space, walk_of(columns->step, group->members[i]->modulus).cycle);
            }
            for (uint64_t i = 0; i < row_repeated_words(columns) * KERNEL_WORD_LIMBS; ++i) {
                words[walk.cycle * KERNEL_WORD_LIMBS + i] = words[i]; /* right even if it is more than a cycle */
            }
            note_starts(group, first, word_step, begin, walk.cycle);
        }
    }
}

static bool draw_group(struct row_group *group, const struct class_set *set, const struct columns *columns)
{
    const uint64_t modulus = group->modulus.value;
    const struct walk walk = walk_of(columns->step, modulus);
    group->modulus = divisor_of(modulus);
    group->unit = (uint32_t)greatest_common_divisor(modulus, columns->aligned);
    group->places = (uint32_t)(modulus / group->unit);
    group->chunk_step =
        (uint32_t)(multiply_modulo(columns->step, (uint64_t)ROW_CHUNK_WORDS * KERNEL_WORD_COLUMNS, modulus) /
                   group->unit);
    group->word_count = row_group_words(modulus, columns);
    group->start = calloc(group->places, sizeof *group->start);
    group->words = large_aligned_alloc(KERNEL_WORD_BYTES, group->word_count * KERNEL_WORD_BYTES);
    uint64_t *const space = aligned_alloc(KERNEL_WORD_BYTES, walk.cycle * KERNEL_WORD_BYTES);
    const bool allocated = group->start != NULL && group->words != NULL && space != NULL;
    if (allocated) {
        draw_cycles(group, set, columns, space);
    }
    free(space);
    return allocated;
}

bool row_groups_make(struct row_groups *list, const struct class_set *set, const struct constraint *const *constraints,
                     size_t count, const struct columns *columns)
{
    *list = (struct row_groups){.groups = calloc(count + 1, sizeof *list->groups), .count = count};
    if (list->groups == NULL) {
        list->count = 0;
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        list->groups[i] = (struct row_group){.modulus = {.value = constraints[i]->modulus},
                                             .word_count = cycle_words(constraints[i]->modulus, columns),
                                             .forbids = constraints[i]->forbids,
                                             .member_count = 1,
                                             .members = {constraints[i]}};
    }
    qsort(list->groups, list->count, sizeof *list->groups, compare_words);
    fold_divisors(list, columns);
    merge_short(list, columns);
    qsort(list->groups, list->count, sizeof *list->groups, compare_shares);
    for (size_t i = 0; i < list->count; ++i) {
        if (!draw_group(&list->groups[i], set, columns)) {
            return false;
        }
        list->bytes += list->groups[i].word_count * KERNEL_WORD_BYTES + list->groups[i].places * sizeof(uint32_t);
    }
    return true;
}

void row_groups_free(struct row_groups *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        free(list->groups[i].start);
        free(list->groups[i].words);
    }
    free(list->groups);
    *list = (struct row_groups){0};
}
