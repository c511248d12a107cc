#include "focus/sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"

enum { BUCKET_VALUES = 64, PREFETCHED = 4 /* short summands ahead */ };

struct residues sums_residues(const struct sums *sums, uint64_t value)
{
    struct residues residues = {{0}};
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint32_t modulus = sums->moduli.of[i];
        if (modulus > 1) {
            const uint32_t residue = (uint32_t)(value % modulus);
            residues.of[i] = (uint8_t)(residue * sums->weight.of[i] % modulus);
        }
    }
    return residues;
}

void sum_run_free(struct sum_run *run)
{
    free(run->values);
    free(run->residues);
    *run = (struct sum_run){0};
}

/* Growing from almost nothing would take twice the memory into use. */
static bool reserve(struct sum_run *run, size_t count)
{
    enum { LEAST = 1 << 12 };
    if (count <= run->capacity) {
        return true;
    }
    const size_t doubled = run->capacity == 0 ? LEAST : 2 * run->capacity;
    const size_t capacity = count > doubled ? count : doubled;
    uint64_t *const values = large_reallocarray(run->values, capacity, sizeof *values);
    if (values == NULL) {
        return false;
    }
    run->values = values;
    struct residues *const residues = large_reallocarray(run->residues, capacity, sizeof *residues);
    if (residues == NULL) {
        return false;
    }
    run->residues = residues;
    run->capacity = capacity;
    return true;
}

bool sum_cursor_start(struct sum_cursor *cursor, size_t shorts)
{
    *cursor = (struct sum_cursor){
        .distance = calloc(shorts + 1, sizeof *cursor->distance),
        .next = calloc(shorts + 1, sizeof *cursor->next),
        .residues = calloc(shorts + 1, sizeof *cursor->residues),
    };
    return cursor->distance != NULL && cursor->next != NULL && cursor->residues != NULL;
}

void sum_cursor_free(struct sum_cursor *cursor)
{
    free(cursor->distance);
    free(cursor->next);
    free(cursor->residues);
    free(cursor->ends);
    sum_run_free(&cursor->piece);
    *cursor = (struct sum_cursor){.sums = NULL};
}

/* The first of the ascending values that is at least `bound`. */
static size_t lower_bound(const uint64_t *values, size_t count, uint64_t bound)
{
    size_t low = 0;
    while (count > 0) {
        const size_t half = count / 2;
        const bool below = values[low + half] < bound;
        low = below ? low + half + 1 : low;
        count = below ? count - half - 1 : half;
    }
    return low;
}

/* What so many rounds of the modulus add to residues. */
static struct residues residues_of_rounds(const struct sums *sums, uint64_t rounds)
{
    struct residues residues;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint64_t modulus = sums->moduli.of[i];
        residues.of[i] = (uint8_t)(rounds % modulus * sums->of_modulus.of[i] % modulus);
    }
    return residues;
}

/*
 * For the short summand v, position = v + rounds * modulus + rest, 0 <= rest < modulus: its next sum is that with the
 * first long summand from `rest` on, in this round. Rounds begin at -1.
 */
void sum_cursor_seek(struct sum_cursor *cursor, const struct sums *sums, uint64_t position)
{
    cursor->sums = sums;
    cursor->position = position;
    for (size_t i = 0; i < sums->shorts.count; ++i) {
        const uint64_t value = sums->shorts.values[i];
        const bool before = position < value;
        const uint64_t rest = before ? position + (sums->modulus - value) : (position - value) % sums->modulus;
        const struct residues back = residues_negate(&sums->moduli, &sums->of_modulus);
        const struct residues more = before ? back : residues_of_rounds(sums, (position - value) / sums->modulus);
        cursor->distance[i] = -rest;
        cursor->next[i] = lower_bound(sums->longs.values, sums->longs.count, rest);
        cursor->residues[i] = residues_add(&sums->moduli, &sums->shorts.residues[i], &more);
    }
}

/* Moves what one short summand adds to the next `length` values into the piece. False: no memory. */
static bool take(struct sum_cursor *cursor, size_t index, uint64_t length)
{
    const struct sums *const sums = cursor->sums;
    struct sum_run *const piece = &cursor->piece;
    size_t next = cursor->next[index];
    for (;;) {
        const uint64_t distance = cursor->distance[index];
        const struct residues residues = cursor->residues[index];
        const size_t room = piece->capacity - piece->count;
        const size_t end = sums->longs.count - next < room ? sums->longs.count : next + room;
        uint64_t *value = piece->values + piece->count;
        struct residues *residue = piece->residues + piece->count;
        size_t i = next;
        for (; i < end && sums->longs.values[i] + distance < length; ++i) {
            *value++ = sums->longs.values[i] + distance;
            *residue++ = residues_add(&sums->moduli, &sums->longs.residues[i], &residues);
        }
        piece->count += i - next;
        next = i;
        if (i == sums->longs.count) {
            next = 0;
            cursor->distance[index] += sums->modulus;
            cursor->residues[index] = residues_add(&sums->moduli, &residues, &sums->of_modulus);
        } else if (i < end || sums->longs.values[i] + distance >= length) {
            break;
        } else if (!reserve(piece, piece->count + 1)) {
            return false;
        }
    }
    cursor->distance[index] -= length;
    cursor->next[index] = next;
    return true;
}

static bool reserve_buckets(struct sum_cursor *cursor, size_t count)
{
    if (count <= cursor->bucket_capacity) {
        return true;
    }
    uint32_t *const ends = reallocarray(cursor->ends, count, sizeof *ends);
    if (ends == NULL) {
        return false;
    }
    cursor->ends = ends;
    cursor->bucket_capacity = count;
    return true;
}

__extension__ typedef unsigned __int128 wide;

/* The bucket of a value below `length`: monotone, and below `buckets`. `scale` is 2^64 * buckets / length or less. */
static size_t bucket_of(uint64_t value, uint64_t scale)
{
    return (size_t)((wide)value * scale >> 64);
}

/* A counting sort into so few buckets that the place where each is written to stays in the first-level cache. */
static bool append_sorted(struct sum_cursor *cursor, uint64_t length, struct sum_run *run)
{
    const struct sum_run *const piece = &cursor->piece;
    const size_t buckets = piece->count / BUCKET_VALUES + 1;
    const size_t first = run->count;
    if (!reserve(run, first + piece->count) || !reserve_buckets(cursor, buckets + 1)) {
        return false;
    }
    const uint64_t scale = buckets < length ? (uint64_t)(((wide)buckets << 64) / length) : UINT64_MAX;
    uint32_t *const ends = cursor->ends;
    memset(ends, 0, (buckets + 1) * sizeof *ends);
    for (size_t i = 0; i < piece->count; ++i) {
        ++ends[bucket_of(piece->values[i], scale) + 1];
    }
    for (size_t i = 1; i <= buckets; ++i) {
        ends[i] += ends[i - 1];
    }
    for (size_t i = 0; i < piece->count; ++i) {
        const size_t place = first + ends[bucket_of(piece->values[i], scale)]++;
        run->values[place] = cursor->position + piece->values[i];
        run->residues[place] = piece->residues[i];
    }
    run->count += piece->count;
    return true;
}

bool sum_cursor_read(struct sum_cursor *cursor, uint64_t length, struct sum_run *run)
{
    cursor->piece.count = 0;
    if (!reserve(&cursor->piece, 1)) { /* nothing may be added to a null pointer, not even 0 */
        return false;
    }
    const struct summands *const longs = &cursor->sums->longs;
    for (size_t i = 0; i < cursor->sums->shorts.count; ++i) {
        if (i + PREFETCHED < cursor->sums->shorts.count) {
            __builtin_prefetch(&longs->values[cursor->next[i + PREFETCHED]]);
            __builtin_prefetch(&longs->residues[cursor->next[i + PREFETCHED]]);
        }
        if (!take(cursor, i, length)) {
            return false;
        }
    }
    if (!append_sorted(cursor, length, run)) {
        return false;
    }
    cursor->position += length;
    return true;
}
