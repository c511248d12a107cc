#include "search/strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/gcd.h"

enum {
    MERGED_WORDS_MAX = 384, /* 24 KiB: with a chunk of each row this stays in a first-level cache of 32 KiB */
    MERGED_STRIPS_MAX = 32
};

static uint64_t least_common_multiple(uint64_t a, uint64_t b)
{
    return a / greatest_common_divisor(a, b) * b;
}

/* The words of all cycles together, without those that repeat. */
static uint64_t cycle_words(uint64_t modulus, const struct columns *columns)
{
    /* The analyzer does not know that moduli are never 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    return modulus / greatest_common_divisor(modulus, columns->aligned);
}

/* ---- Cycles ----------------------------------------------------------------------------------------------- */

/*
 * Rows that begin at first candidates x, x + step, x + 2 step, ... mod `modulus`: how they fall into cycles of words.
 * The residues that this walk meets are those equal to x mod `turn`; it takes `length` steps to come back.
 */
struct walk {
    uint64_t turn;   /* gcd(step, modulus) */
    uint64_t length; /* modulus / turn */
    uint64_t phases; /* gcd(length, 512): strips that begin at different columns of a word */
    uint64_t cycle;  /* length / phases: words */
};

static struct walk walk_of(uint64_t step, uint64_t modulus)
{
    struct walk walk;
    walk.turn = greatest_common_divisor(step % modulus, modulus);
    walk.length = modulus / walk.turn;
    walk.phases = greatest_common_divisor(walk.length, KERNEL_WORD_COLUMNS);
    walk.cycle = walk.length / walk.phases;
    return walk;
}

/* How many cycles there are. */
static uint64_t cycle_count(const struct walk *walk, const struct columns *columns)
{
    return walk->turn * (columns->aligned == 1 ? walk->phases : 1);
}

uint64_t strip_words(uint64_t modulus, const struct columns *columns)
{
    const struct walk walk = walk_of(columns->step, modulus);
    return cycle_count(&walk, columns) * (walk.cycle + strip_repeated_words(columns));
}

/* ---- Which constraints share a strip ---------------------------------------------------------------------- */

/* What joining two strips would give; no words where it cannot be. */
static uint64_t joined_words(const struct strip *a, const struct strip *b, const struct columns *columns)
{
    if (a->member_count + b->member_count > STRIP_MEMBERS_MAX) {
        return UINT64_MAX;
    }
    const uint64_t modulus = least_common_multiple(a->modulus.value, b->modulus.value);
    return modulus < CLASS_NARROW_END ? cycle_words(modulus, columns) : UINT64_MAX;
}

static void join(struct strip *into, const struct strip *from, const struct columns *columns)
{
    into->modulus.value = least_common_multiple(into->modulus.value, from->modulus.value);
    into->word_count = cycle_words(into->modulus.value, columns);
    into->kill = 1 - (1 - into->kill) * (1 - from->kill);
    memcpy(into->members + into->member_count, from->members, from->member_count * sizeof(struct constraint *));
    into->member_count += from->member_count;
}

static void remove_strip(struct strip_list *list, size_t index)
{
    memmove(&list->strips[index], &list->strips[index + 1], (list->count - index - 1) * sizeof *list->strips);
    --list->count;
}

static int compare_words(const void *a, const void *b)
{
    const struct strip *const left = a;
    const struct strip *const right = b;
    return (left->word_count > right->word_count) - (left->word_count < right->word_count);
}

/* Joins every strip to the shortest longer one that it does not lengthen. Strips ascend by their words. */
static void fold_divisors(struct strip_list *list, const struct columns *columns)
{
    for (size_t i = list->count; i-- > 0;) {
        for (size_t j = i + 1; j < list->count; ++j) {
            if (list->strips[j].word_count % list->strips[i].word_count == 0 &&
                joined_words(&list->strips[j], &list->strips[i], columns) == list->strips[j].word_count) {
                join(&list->strips[j], &list->strips[i], columns);
                remove_strip(list, i);
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

/* The pair of short strips whose merge adds the fewest words. */
static struct merge cheapest_merge(const struct strip_list *list, const struct columns *columns)
{
    struct merge best = {.growth = INT64_MAX};
    const size_t count = list->count < MERGED_STRIPS_MAX ? list->count : MERGED_STRIPS_MAX;
    for (size_t a = 0; a < count; ++a) {
        for (size_t b = a + 1; b < count; ++b) {
            const uint64_t words = joined_words(&list->strips[a], &list->strips[b], columns);
            if (words > MERGED_WORDS_MAX) {
                continue;
            }
            const int64_t growth =
                (int64_t)words - (int64_t)list->strips[a].word_count - (int64_t)list->strips[b].word_count;
            if (growth < best.growth) {
                best = (struct merge){.a = a, .b = b, .growth = growth};
            }
        }
    }
    return best;
}

static void merge_short(struct strip_list *list, const struct columns *columns)
{
    int64_t words = 0;
    for (size_t i = 0; i < list->count; ++i) {
        words += (int64_t)list->strips[i].word_count;
    }
    while (words <= MERGED_WORDS_MAX) {
        const struct merge merge = cheapest_merge(list, columns);
        if (merge.growth > MERGED_WORDS_MAX - words) {
            return;
        }
        join(&list->strips[merge.a], &list->strips[merge.b], columns);
        remove_strip(list, merge.b);
        words += merge.growth;
    }
}

static int compare_kills(const void *a, const void *b)
{
    const struct strip *const left = a;
    const struct strip *const right = b;
    return (left->kill < right->kill) - (left->kill > right->kill);
}

/* ---- Making a strip --------------------------------------------------------------------------------------- */

/* One cycle of what a constraint allows from the candidate `first` on. */
static void draw_member(const struct class_set *set, const struct constraint *member, uint64_t step, uint64_t first,
                        uint64_t *words)
{
    const struct walk walk = walk_of(step, member->modulus);
    const uint64_t columns = walk.cycle * KERNEL_WORD_COLUMNS;
    const uint64_t inverse = inverse_modulo(step % member->modulus / walk.turn, walk.length);
    memset(words, 0xff, walk.cycle * KERNEL_WORD_BYTES);
    for (size_t i = 0; i < member->count; ++i) {
        /* first + step * column = residue, for one column mod walk.length or for none */
        const uint64_t distance = residue_from(constraint_residue(set, member, i), first, member->modulus);
        if (distance % walk.turn != 0) {
            continue;
        }
        for (uint64_t column = distance / walk.turn * inverse % walk.length; column < columns; column += walk.length) {
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

/* One cycle from the candidate `first` on, and the words that repeat. `space` holds the cycle of a member. */
static void draw_cycle(const struct strip *strip, const struct class_set *set, const struct columns *columns,
                       const struct walk *walk, uint64_t first, uint64_t *words, uint64_t *space)
{
    draw_member(set, strip->members[0], columns->step, first, space);
    memset(words, 0xff, walk->cycle * KERNEL_WORD_BYTES);
    fold(words, walk->cycle, space, walk_of(columns->step, strip->members[0]->modulus).cycle);
    for (size_t i = 1; i < strip->member_count; ++i) {
        draw_member(set, strip->members[i], columns->step, first, space);
        fold(words, walk->cycle, space, walk_of(columns->step, strip->members[i]->modulus).cycle);
    }
}

/* Says for every word of a cycle, which begins at word `begin`, whose row begins there. */
static void note_starts(struct strip *strip, uint64_t first, uint64_t word_step, uint64_t begin, uint64_t cycle)
{
    uint64_t residue = first;
    for (uint64_t word = 0; word < cycle; ++word) {
        strip->start[residue / strip->unit] = (uint32_t)(begin + word);
        residue = (residue + word_step) % strip->modulus.value;
    }
}

/*
 * Draws the cycles that begin at each of the residues mod walk.turn and at each phase. Together they meet every first
 * candidate once: x and x + step are equal mod turn, so the residues mod m fall into `turn` orbits of `length` under
 * + step. A word is 512 steps, and under + 512 step such an orbit falls into gcd(length, 512) = `phases` cycles of
 * length / phases; + step leads from one to the next. turn * phases * cycle = m: every residue begins one word of one
 * cycle. In a scan turn is 1 and first candidates are multiples of 512: just the cycle of 0.
 */
static void draw_cycles(struct strip *strip, const struct class_set *set, const struct columns *columns,
                        uint64_t *space)
{
    const struct walk walk = walk_of(columns->step, strip->modulus.value);
    const uint64_t word_step = multiply_modulo(columns->step, KERNEL_WORD_COLUMNS, strip->modulus.value);
    const uint64_t length = walk.cycle + strip_repeated_words(columns);
    const uint64_t phases = columns->aligned == 1 ? walk.phases : 1;
    for (uint64_t turn = 0; turn < walk.turn; ++turn) {
        for (uint64_t phase = 0; phase < phases; ++phase) {
            const uint64_t begin = (turn * phases + phase) * length;
            const uint64_t first =
                (turn + multiply_modulo(columns->step, phase, strip->modulus.value)) % strip->modulus.value;
            uint64_t *const words = strip->words + begin * KERNEL_WORD_LIMBS;
            draw_cycle(strip, set, columns, &walk, first, words, space);
            for (uint64_t i = 0; i < strip_repeated_words(columns) * KERNEL_WORD_LIMBS; ++i) {
                words[walk.cycle * KERNEL_WORD_LIMBS + i] = words[i]; /* right also where it is more than a cycle */
            }
            note_starts(strip, first, word_step, begin, walk.cycle);
        }
    }
}

static bool draw_strip(struct strip *strip, const struct class_set *set, const struct columns *columns)
{
    const uint64_t modulus = strip->modulus.value;
    const struct walk walk = walk_of(columns->step, modulus);
    strip->modulus = divisor_of(modulus);
    strip->unit = (uint32_t)greatest_common_divisor(modulus, columns->aligned);
    strip->places = (uint32_t)(modulus / strip->unit);
    strip->chunk_step =
        (uint32_t)(multiply_modulo(columns->step, (uint64_t)STRIP_CHUNK_WORDS * KERNEL_WORD_COLUMNS, modulus) /
                   strip->unit);
    strip->word_count = strip_words(modulus, columns);
    strip->start = calloc(strip->places, sizeof *strip->start);
    strip->words = large_aligned_alloc(KERNEL_WORD_BYTES, strip->word_count * KERNEL_WORD_BYTES);
    uint64_t *const space = aligned_alloc(KERNEL_WORD_BYTES, walk.cycle * KERNEL_WORD_BYTES);
    const bool allocated = strip->start != NULL && strip->words != NULL && space != NULL;
    if (allocated) {
        draw_cycles(strip, set, columns, space);
    }
    free(space);
    return allocated;
}

bool strip_list_make(struct strip_list *list, const struct class_set *set, const struct constraint *const *constraints,
                     size_t count, const struct columns *columns)
{
    *list = (struct strip_list){.strips = calloc(count + 1, sizeof *list->strips), .count = count};
    if (list->strips == NULL) {
        list->count = 0;
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        list->strips[i] = (struct strip){.modulus = {.value = constraints[i]->modulus},
                                         .word_count = cycle_words(constraints[i]->modulus, columns),
                                         .kill = constraints[i]->kill,
                                         .member_count = 1,
                                         .members = {constraints[i]}};
    }
    qsort(list->strips, list->count, sizeof *list->strips, compare_words);
    fold_divisors(list, columns);
    merge_short(list, columns);
    qsort(list->strips, list->count, sizeof *list->strips, compare_kills);
    for (size_t i = 0; i < list->count; ++i) {
        if (!draw_strip(&list->strips[i], set, columns)) {
            return false;
        }
        list->bytes += list->strips[i].word_count * KERNEL_WORD_BYTES + list->strips[i].places * sizeof(uint32_t);
    }
    return true;
}

void strip_list_free(struct strip_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        free(list->strips[i].start);
        free(list->strips[i].words);
    }
    free(list->strips);
    *list = (struct strip_list){0};
}
