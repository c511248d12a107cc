#include "focus/sums.h"

#include <stdlib.h>

#include "base/large.h"

uint32_t sums_shift(firesieve_delay modulus, uint32_t least)
{
    enum { POSITION_BITS = 62 };
    uint32_t shift = least;
    while (modulus >> shift >> POSITION_BITS != 0) {
        ++shift;
    }
    return shift;
}

/* Avoids a 128-bit division: value = high * 2^64 + low. */
static uint32_t residue_of(firesieve_delay value, uint32_t modulus)
{
    const uint64_t unit = UINT64_MAX % modulus + 1;
    const uint64_t high = (uint64_t)(value >> 64) % modulus;
    return (uint32_t)((high * unit + (uint64_t)value % modulus) % modulus);
}

struct residues sums_residues(const struct sums *sums, firesieve_delay value)
{
    struct residues residues = {{0}};
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint32_t modulus = sums->moduli.of[i];
        if (modulus > 1) {
            residues.of[i] = (uint8_t)(residue_of(value, modulus) * sums->weight.of[i] % modulus);
        }
    }
    return residues;
}

firesieve_delay summand_value(const struct summands *summands, size_t index)
{
    return summands->values != NULL ? summands->values[index] : summands->positions[index];
}

bool summands_alloc(struct summands *summands, size_t count, bool wide)
{
    *summands = (struct summands){
        .positions = large_calloc(count + 1, sizeof *summands->positions),
        .residues = large_calloc(count + 1, sizeof *summands->residues),
        .values = wide ? large_calloc(count + 1, sizeof *summands->values) : NULL,
        .count = count,
    };
    return summands->positions != NULL && summands->residues != NULL && (!wide || summands->values != NULL);
}

void summands_free(struct summands *summands)
{
    free(summands->positions);
    free(summands->residues);
    free(summands->values);
    *summands = (struct summands){.count = 0};
}

void sum_run_free(struct sum_run *run)
{
    free(run->positions);
    free(run->residues);
    free(run->segments);
    *run = (struct sum_run){.count = 0};
}

/* Growth from almost nothing, step by step, would touch twice the memory. */
static size_t grown(size_t capacity, size_t count)
{
    enum { LEAST = 1 << 10 };
    const size_t larger = capacity < LEAST ? LEAST : capacity + capacity / 2;
    return count > larger ? count : larger;
}

static bool reserve(struct sum_run *run, size_t count)
{
    if (count <= run->capacity) {
        return true;
    }
    const size_t capacity = grown(run->capacity, count);
    uint64_t *const positions = large_reallocarray(run->positions, capacity, sizeof *positions);
    if (positions == NULL) {
        return false;
    }
    run->positions = positions;
    struct residues *const residues = large_reallocarray(run->residues, capacity, sizeof *residues);
    if (residues == NULL) {
        return false;
    }
    run->residues = residues;
    run->capacity = capacity;
    return true;
}

static bool append_segment(struct sum_run *run, struct sum_segment segment)
{
    if (run->segment_count == run->segment_capacity) {
        const size_t capacity = grown(run->segment_capacity, run->segment_count + 1);
        struct sum_segment *const segments = reallocarray(run->segments, capacity, sizeof *segments);
        if (segments == NULL) {
            return false;
        }
        run->segments = segments;
        run->segment_capacity = capacity;
    }
    run->segments[run->segment_count++] = segment;
    return true;
}

/* The first of ascending positions that is at least `bound`, without a branch that could be mispredicted. */
static size_t lower_bound(const uint64_t *positions, size_t count, uint64_t bound)
{
    size_t low = 0;
    while (count > 0) {
        const size_t half = count / 2;
        const bool below = positions[low + half] < bound;
        low = below ? low + half + 1 : low;
        count = below ? count - half - 1 : half;
    }
    return low;
}

/* The same if it is expected near the beginning. */
static size_t near_bound(const uint64_t *positions, size_t count, uint64_t bound)
{
    size_t reach = 16;
    while (reach < count && positions[reach] < bound) {
        reach *= 4;
    }
    const size_t from = reach == 16 ? 0 : reach / 4;
    const size_t to = reach < count ? reach : count;
    return from + lower_bound(positions + from, to - from, bound);
}

/* What to add to a list's own round to get another: its position, rounded down, and its residues. */
struct round {
    uint64_t rounds;   /* plus 1 */
    uint64_t position; /* it may wrap: round -1 is negative */
    struct residues residues;
};

static struct round round_of(const struct sums *sums, uint64_t rounds)
{
    const firesieve_delay all = (rounds == 0 ? 1 : rounds - 1) * sums->modulus;
    const uint64_t down = (uint64_t)(all >> sums->shift);
    const bool rounded = (firesieve_delay)down << sums->shift != all;
    struct round round = {.rounds = rounds, .position = rounds == 0 ? -down - rounded : down};
    if (rounds == 0) {
        round.residues = residues_negate(&sums->moduli, &sums->of_modulus);
    } else {
        for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
            const uint64_t modulus = sums->moduli.of[i];
            round.residues.of[i] = (uint8_t)((rounds - 1) % modulus * sums->of_modulus.of[i] % modulus);
        }
    }
    return round;
}

/*
 * Appends the sums of one short summand in one round. Positions before 0 are read as signed numbers. False: no memory.
 */
static bool read_round(const struct sums *sums, kernel_add_function *add, size_t index, const struct round *round,
                       uint64_t from, uint64_t to, struct sum_run *run)
{
    const struct summands *const longs = &sums->longs;
    const uint64_t before = sums->shorts.positions[index] + sums->slack + round->position;
    const int64_t low = (int64_t)(from - before);
    const int64_t high = (int64_t)(to - before);
    if (high <= 0 || low > (int64_t)longs->positions[longs->count - 1]) {
        return true;
    }
    const size_t first = low <= 0 ? 0 : lower_bound(longs->positions, longs->count, (uint64_t)low);
    const size_t count = near_bound(longs->positions + first, longs->count - first, (uint64_t)high);
    if (count == 0) {
        return true;
    }
    const struct sum_segment segment = {run->count, first, index, round->rounds};
    if (!reserve(run, run->count + count) || (sums->shift != 0 && !append_segment(run, segment))) {
        return false;
    }
    const struct residues residues = residues_add(&sums->moduli, &sums->shorts.residues[index], &round->residues);
    const struct kernel_sums out = {run->positions + run->count, (uint8_t *)(run->residues + run->count)};
    add(longs->positions + first, (const uint8_t *)(longs->residues + first), count, before, (const uint8_t *)&residues,
        (const uint8_t *)&sums->moduli, out);
    run->count += count;
    return true;
}

/* Sums of round r = rounds - 1 have values in [r * modulus, (r + 2) * modulus): which can be in [from, to)? */
bool sums_read(const struct sums *sums, kernel_add_function *add, uint64_t from, uint64_t to, struct sum_run *run)
{
    const uint64_t least = from > 2 * SUMS_SLACK ? from - 2 * SUMS_SLACK : 0;
    const uint64_t first = (uint64_t)(((firesieve_delay)least << sums->shift) / sums->modulus);
    const uint64_t last = (uint64_t)(((firesieve_delay)to << sums->shift) / sums->modulus) + 1;
    run->count = 0;
    run->segment_count = 0;
    for (uint64_t rounds = first; rounds <= last; ++rounds) {
        const struct round round = round_of(sums, rounds);
        for (size_t i = 0; i < sums->shorts.count; ++i) {
            if (!read_round(sums, add, i, &round, from, to, run)) {
                return false;
            }
        }
    }
    return reserve(run, 1); /* adding even 0 to a null pointer is undefined */
}

/* The segment of an element: the last one that does not begin after it. */
static const struct sum_segment *segment_of(const struct sum_run *run, size_t index)
{
    size_t low = 0;
    size_t count = run->segment_count;
    while (count > 1) {
        const size_t half = count / 2;
        const bool behind = run->segments[low + half].first <= index;
        low = behind ? low + half : low;
        count = behind ? count - half : half;
    }
    return &run->segments[low];
}

bool sum_run_value(const struct sum_run *run, const struct sums *sums, size_t index, firesieve_delay *value)
{
    if (sums->shift == 0) {
        *value = run->positions[index];
        return true;
    }
    const struct sum_segment *const segment = segment_of(run, index);
    const size_t in_longs = segment->longs + (index - segment->first);
    const firesieve_delay sum = summand_value(&sums->longs, in_longs) + summand_value(&sums->shorts, segment->shorts);
    const firesieve_delay turns = segment->rounds * sums->modulus;
    *value = sum + turns - sums->modulus;
    return sum + turns >= sums->modulus;
}
