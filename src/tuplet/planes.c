#include "tuplet/planes.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "number/modular.h"

enum {
    RUN_WORDS = TUPLET_RUN_COLUMNS / KERNEL_WORD_COLUMNS, /* a row is ANDed into this many words at once */
    RUN_BYTES = RUN_WORDS * KERNEL_WORD_BYTES,
    BYTE_BITS = 8,
    TOGETHER = 512, /* primes whose first columns are found at once */
    SEGMENT_COLUMNS = 1 << 18,
    SEGMENT_STRIKES = 4,   /* a prime that strikes a segment at least this often does so segment by segment */
    CHUNK_PRIMES = 1 << 16 /* large primes that are handled together */
};

/* ---- The wheel ---------------------------------------------------------------------------------------- */

static const uint8_t wheel_primes[] = {2, 3, 5, 7, 11, 13, 17};
enum { WHEEL_PRIMES = sizeof wheel_primes };

uint32_t tuplet_offset_count(const struct tuplet *tuplet, uint32_t wheel)
{
    uint32_t count = 1;
    for (size_t i = 0; i < WHEEL_PRIMES; ++i) {
        uint32_t struck = 0; /* bit r: t = -r is struck */
        for (uint32_t s = 0; s < tuplet->count && wheel % wheel_primes[i] == 0; ++s) {
            struck |= 1U << tuplet->shifts[s] % wheel_primes[i];
        }
        count *= wheel % wheel_primes[i] == 0 ? wheel_primes[i] - (uint32_t)__builtin_popcount(struck) : 1;
    }
    return count;
}

static bool is_in_wheel(const struct tuplet_tables *tables, uint64_t modulus)
{
    return tables->layout.wheel % modulus == 0;
}

/* t = x + least: a class of x as one of t. */
static uint64_t moved_residue(const struct tuplet_tables *tables, uint64_t residue, uint64_t modulus)
{
    const int64_t least = tables->tuplet->least;
    const uint64_t size = (uint64_t)(least < 0 ? -least : least) % modulus;
    const uint64_t added = least < 0 && size != 0 ? modulus - size : size;
    return residue >= modulus - added ? residue - (modulus - added) : residue + added;
}

static void strike_residues(const struct tuplet_tables *tables, bool *struck)
{
    const uint32_t wheel = tables->layout.wheel;
    const struct tuplet *const tuplet = tables->tuplet;
    for (size_t i = 0; i < WHEEL_PRIMES; ++i) {
        const uint32_t prime = wheel_primes[i];
        for (uint32_t s = 0; s < tuplet->count && wheel % prime == 0; ++s) {
            for (uint32_t at = (prime - tuplet->shifts[s] % prime) % prime; at < wheel; at += prime) {
                struck[at] = true;
            }
        }
    }
    const struct class_set *const classes = &tables->reduced->classes;
    for (size_t i = 0; i < tables->reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &tables->reduced->constraints.items[i];
        for (size_t j = 0; j < constraint->count && is_in_wheel(tables, constraint->modulus); ++j) {
            const uint64_t residue = constraint_residue(classes, constraint, j);
            for (uint64_t at = moved_residue(tables, residue, constraint->modulus); at < wheel;
                 at += constraint->modulus) {
                struck[at] = true;
            }
        }
    }
}

static bool list_offsets(struct tuplet_tables *tables)
{
    const uint32_t wheel = tables->layout.wheel;
    bool *const struck = calloc(wheel, sizeof *struck);
    tables->offsets = reallocarray(NULL, tuplet_offset_count(tables->tuplet, wheel) + 1, sizeof *tables->offsets);
    const bool has_memory = struck != NULL && tables->offsets != NULL;
    if (has_memory) {
        strike_residues(tables, struck);
    }
    for (uint32_t offset = 0; offset < wheel && has_memory; ++offset) {
        tables->offsets[tables->offset_count] = offset;
        tables->offset_count += !struck[offset];
    }
    free(struck);
    return has_memory;
}

/* ---- Inverses of the wheel ---------------------------------------------------------------------------- */

/* Of every residue that is coprime to the wheel. */
static bool list_known(struct tuplet_tables *tables)
{
    const uint32_t wheel = tables->layout.wheel;
    tables->known = calloc(wheel, sizeof *tables->known);
    for (uint32_t residue = 1; residue < wheel && tables->known != NULL; ++residue) {
        bool coprime = true;
        for (size_t i = 0; i < WHEEL_PRIMES && coprime; ++i) {
            coprime = wheel % wheel_primes[i] != 0 || residue % wheel_primes[i] != 0;
        }
        tables->known[residue] = coprime ? (uint32_t)inverse_modulo(residue, wheel) : 0;
    }
    return tables->known != NULL;
}

/* The inverse of an odd number modulo 2^64: its square is 1 modulo 8, and each step doubles the bits that are right. */
static uint64_t inverse_of_odd(uint64_t odd)
{
    uint64_t inverse = odd;
    for (int i = 0; i < 5; ++i) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

/*
 * The inverse of the wheel modulo m, which is coprime to it: (1 + m * k) / wheel, where k = -1 / m modulo the wheel is
 * known by m's residue. The division leaves no remainder, so half the wheel, which is odd, is divided by modulo 2^64.
 */
static uint32_t wheel_inverse(const struct tuplet_tables *tables, uint32_t modulus)
{
    const uint32_t wheel = tables->layout.wheel;
    const uint64_t factor = wheel - tables->known[modulus % wheel];
    return (uint32_t)((1 + modulus * factor) / 2 * tables->half_inverse);
}

/* ---- Rows --------------------------------------------------------------------------------------------- */

/* Clears the columns of t = residue modulo the row's modulus. */
static void clear_residue(const struct tuplet_row *row, uint64_t residue)
{
    const uint32_t columns = (row->modulus + RUN_BYTES) * BYTE_BITS;
    for (uint32_t at = (uint32_t)(residue * row->inverse % row->modulus); at < columns; at += row->modulus) {
        row->pattern[at / BYTE_BITS] &= (uint8_t) ~(1U << at % BYTE_BITS);
    }
}

/* Adds a row that strikes nothing yet. *next, where its pattern begins, moves on to its end. */
static struct tuplet_row *add_row(struct tuplet_tables *tables, uint32_t modulus, uint8_t **next)
{
    struct tuplet_row *const row = &tables->rows[tables->row_count++];
    *row = (struct tuplet_row){
        .modulus = modulus,
        .inverse = wheel_inverse(tables, modulus),
        .eighth = (uint32_t)inverse_modulo(BYTE_BITS % modulus, modulus),
        .run = RUN_BYTES % modulus,
        .pattern = *next,
    };
    memset(*next, UINT8_MAX, modulus + RUN_BYTES);
    *next += modulus + RUN_BYTES;
    return row;
}

/* The largest prime that is to strike. */
static uint64_t last_prime(const struct tuplet_tables *tables)
{
    const struct tuplet *const tuplet = tables->tuplet;
    const uint64_t most = tables->layout.sieved_to;
    return tuplet->prime || most < tuplet->high ? most : tuplet->high;
}

/* The first prime from `from` on that is not in the wheel, or 0. */
static uint64_t next_prime(const struct tuplet_tables *tables, uint64_t from)
{
    uint64_t prime = primes_next(&tables->all, from);
    while (prime != 0 && is_in_wheel(tables, prime)) {
        prime = primes_next(&tables->all, prime + 1);
    }
    return prime;
}

static bool takes_row(const struct tuplet_tables *tables, uint64_t modulus)
{
    return modulus <= TUPLET_ROWS_MAX && tables->known[modulus % tables->layout.wheel] != 0;
}

static bool make_rows(struct tuplet_tables *tables)
{
    const struct reduced *const reduced = tables->reduced;
    const struct tuplet *const tuplet = tables->tuplet;
    const uint64_t rows_to = tables->layout.rows_to;
    size_t bytes = 0;
    size_t count = 0;
    for (uint64_t p = next_prime(tables, 2); p != 0 && p <= rows_to; p = next_prime(tables, p + 1)) {
        bytes += p + RUN_BYTES;
        ++count;
    }
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const uint64_t modulus = reduced->constraints.items[i].modulus;
        bytes += takes_row(tables, modulus) ? modulus + RUN_BYTES : 0;
        ++count;
    }
    tables->patterns = malloc(bytes + 1);
    tables->rows = reallocarray(NULL, count + 1, sizeof *tables->rows);
    if (tables->patterns == NULL || tables->rows == NULL) {
        return false;
    }
    uint8_t *next = tables->patterns;
    for (uint64_t p = next_prime(tables, 2); p != 0 && p <= rows_to; p = next_prime(tables, p + 1)) {
        const struct tuplet_row *const row = add_row(tables, (uint32_t)p, &next);
        for (uint32_t s = 0; s < tuplet->count; ++s) {
            clear_residue(row, (p - tuplet->shifts[s] % p) % p);
        }
    }
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        if (!takes_row(tables, constraint->modulus)) {
            continue;
        }
        const struct tuplet_row *const row = add_row(tables, (uint32_t)constraint->modulus, &next);
        for (size_t j = 0; j < constraint->count; ++j) {
            const uint64_t residue = constraint_residue(&reduced->classes, constraint, j);
            clear_residue(row, moved_residue(tables, residue, constraint->modulus));
        }
    }
    return true;
}

/* The constraints that neither the wheel nor a row handles. */
static bool make_checks(struct tuplet_tables *tables)
{
    const struct constraint_list *const list = &tables->reduced->constraints;
    const struct constraint **const chosen = calloc(list->count + 1, sizeof(const struct constraint *));
    for (size_t i = 0; i < list->count && chosen != NULL; ++i) {
        const uint64_t modulus = list->items[i].modulus;
        if (!is_in_wheel(tables, modulus) && !takes_row(tables, modulus)) {
            chosen[tables->check_count++] = &list->items[i];
        }
    }
    if (chosen != NULL && tables->check_count > 0) {
        tables->checks = residue_sets_make(&tables->reduced->classes, chosen, tables->check_count);
    }
    free(chosen);
    return chosen != NULL && (tables->check_count == 0 || tables->checks != NULL);
}

/* ---- Primes ------------------------------------------------------------------------------------------- */

/* More than there are up to a number from 17 on: Rosser and Schoenfeld, "Approximate formulas for some functions of prime
 * numbers", 1962, corollary 1. */
static size_t primes_at_most(uint64_t number)
{
    static const double factor = 1.25506;
    return number < WHEEL_PRIMES ? WHEEL_PRIMES
                                 : (size_t)(factor * (double)number / log((double)number)) + WHEEL_PRIMES;
}

static bool primes_allocate(struct tuplet_primes *list, size_t room)
{
    list->primes = large_reallocarray(NULL, room, sizeof *list->primes);
    list->inverses = large_reallocarray(NULL, room, sizeof *list->inverses);
    list->ratios = large_reallocarray(NULL, room, sizeof *list->ratios);
    return list->primes != NULL && list->inverses != NULL && list->ratios != NULL;
}

static void primes_release(struct tuplet_primes *list)
{
    free(list->primes);
    free(list->inverses);
    free(list->ratios);
}

/* Lists primes from `from` to `to`, at most as many as there is room for. *from becomes the next one, or 0. */
static bool list_primes(const struct tuplet_tables *tables, struct tuplet_primes *list, uint64_t *from, uint64_t to,
                        size_t room, struct go_on go_on)
{
    list->count = (uint32_t)primes_list(&tables->all, from, to, list->primes, room);
    for (uint32_t i = 0; i < list->count; ++i) {
        list->inverses[i] = wheel_inverse(tables, list->primes[i]);
        list->ratios[i] = (float)((double)list->inverses[i] / list->primes[i]);
        if (!go_on_at(go_on, i)) {
            return false;
        }
    }
    return true;
}

static bool make_list(struct tuplet_tables *tables, struct go_on go_on)
{
    const uint64_t last = last_prime(tables);
    const uint64_t to = tables->layout.listed_to < last ? tables->layout.listed_to : last;
    const size_t room = primes_at_most(to) + TOGETHER;
    uint64_t from = next_prime(tables, (uint64_t)tables->layout.rows_to + 1);
    return primes_allocate(&tables->listed, room) &&
           (from == 0 || list_primes(tables, &tables->listed, &from, to, room, go_on));
}

enum tuplet_made tuplet_tables_make(struct tuplet_tables *tables, const struct reduced *reduced,
                                    const struct tuplet *tuplet, const struct tuplet_layout *layout, struct go_on go_on)
{
    *tables = (struct tuplet_tables){.tuplet = tuplet, .reduced = reduced, .layout = *layout};
    tables->half_inverse = inverse_of_odd(layout->wheel / 2);
    const uint64_t last = last_prime(tables);
    tables->layout.rows_to = last < layout->rows_to ? (uint32_t)last : layout->rows_to;
    const bool made = primes_make(&tables->all, last + 1, go_on) && list_offsets(tables) && list_known(tables) &&
                      make_rows(tables) && make_checks(tables) && make_list(tables, go_on);
    return made ? TUPLET_MADE : go_on_ask(go_on) ? TUPLET_NO_MEMORY : TUPLET_STOPPED;
}

void tuplet_tables_free(struct tuplet_tables *tables)
{
    primes_free(&tables->all);
    free(tables->offsets);
    free(tables->known);
    free(tables->rows);
    free(tables->patterns);
    primes_release(&tables->listed);
    free(tables->checks);
    *tables = (struct tuplet_tables){.tuplet = NULL};
}

/* ---- A block ------------------------------------------------------------------------------------------ */

bool tuplet_block_make(struct tuplet_block *block, const struct tuplet_tables *tables,
                       const struct kernel_operations *kernel, struct go_on go_on)
{
    const size_t primes = (size_t)tables->listed.count + TOGETHER;
    const size_t chunk = tables->layout.listed_to < last_prime(tables) ? CHUNK_PRIMES + TOGETHER : 1;
    *block = (struct tuplet_block){.tables = tables, .kernel = kernel, .go_on = go_on};
    block->starts = large_reallocarray(NULL, primes, sizeof *block->starts);
    block->next = large_reallocarray(NULL, primes, tables->tuplet->count * sizeof *block->next);
    block->row_starts = reallocarray(NULL, tables->row_count + 1, sizeof *block->row_starts);
    block->row_at = reallocarray(NULL, tables->row_count + 1, sizeof *block->row_at);
    block->row_pointers = reallocarray(NULL, tables->row_count + 1, sizeof(const void *));
    block->large_starts = reallocarray(NULL, chunk, sizeof *block->large_starts);
    return primes_allocate(&block->large, chunk) && block->starts != NULL && block->next != NULL &&
           block->row_starts != NULL && block->row_at != NULL && block->row_pointers != NULL &&
           block->large_starts != NULL;
}

uint64_t tuplet_block_bytes(const struct tuplet_tables *tables)
{
    enum { CHUNK_BYTES = 16 };
    return (uint64_t)(tables->listed.count + TOGETHER) * (1 + tables->tuplet->count) * sizeof(uint32_t) +
           (uint64_t)tables->row_count * (2 * sizeof(uint32_t) + sizeof(uint64_t *)) +
           (uint64_t)CHUNK_PRIMES * CHUNK_BYTES;
}

void tuplet_block_free(struct tuplet_block *block)
{
    free(block->starts);
    free(block->next);
    free(block->row_starts);
    free(block->row_at);
    free((void *)block->row_pointers);
    primes_release(&block->large);
    free(block->large_starts);
}

static inline uint32_t remainder_of(firesieve_delay number, uint32_t modulus)
{
    enum { HALF = 32, WORD = 64 };
    if (number >> WORD == 0) {
        return (uint32_t)((uint64_t)number % modulus);
    }
    const uint64_t high = (uint64_t)(number >> WORD) % modulus;
    const uint64_t middle = (high << HALF | (uint64_t)number >> HALF) % modulus;
    return (uint32_t)((middle << HALF | (uint32_t)number) % modulus);
}

/* The columns from the block's first one to the next multiple of the prime. */
static inline uint32_t start_of(firesieve_delay first, uint32_t prime)
{
    const uint32_t rest = remainder_of(first, prime);
    return rest == 0 ? 0 : prime - rest;
}

bool tuplet_block_set(struct tuplet_block *block, firesieve_delay first, uint32_t columns)
{
    const struct tuplet_tables *const tables = block->tables;
    block->first = first;
    block->columns = columns;
    block->segment = columns < SEGMENT_COLUMNS + SEGMENT_COLUMNS / 2 ? columns : SEGMENT_COLUMNS;
    block->often = 0;
    while (block->often < tables->listed.count &&
           tables->listed.primes[block->often] < block->segment / SEGMENT_STRIKES) {
        ++block->often;
    }
    for (uint32_t i = 0; i < tables->listed.count; ++i) {
        block->starts[i] = start_of(first, tables->listed.primes[i]);
        if (!go_on_at(block->go_on, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < tables->row_count; ++i) {
        block->row_starts[i] = remainder_of(first, tables->rows[i].modulus);
    }
    return true;
}

/* ---- Rows over a plane -------------------------------------------------------------------------------- */

/* The byte with the offset's columns from the block's first one on: that column modulo the modulus, times an eighth. */
static uint32_t pattern_start(const struct tuplet_row *row, uint32_t row_start, uint32_t offset)
{
    const uint64_t phase = row_start + (uint64_t)(offset % row->modulus) * row->inverse;
    return (uint32_t)(phase % row->modulus * row->eighth % row->modulus);
}

static void lay_rows(struct tuplet_block *block, uint64_t *plane, uint32_t columns)
{
    const struct tuplet_tables *const tables = block->tables;
    for (uint32_t at = 0; at < columns; at += TUPLET_RUN_COLUMNS) {
        for (uint32_t i = 0; i < tables->row_count; ++i) {
            const struct tuplet_row *const row = &tables->rows[i];
            block->row_pointers[i] = row->pattern + block->row_at[i];
            const uint32_t next = block->row_at[i] + row->run;
            block->row_at[i] = next >= row->modulus ? next - row->modulus : next;
        }
        block->kernel->rows(block->row_pointers, tables->row_count, RUN_WORDS, plane + at / 64);
        /* Patterns have their columns in the order of bytes, which is not that of a uint64_t on a big-endian machine. */
        for (uint32_t i = at / 64; i < (at + TUPLET_RUN_COLUMNS) / 64; ++i) {
            plane[i] = le64toh(plane[i]);
        }
    }
}

/* ---- Strikes ------------------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) void strike(uint64_t *plane, uint32_t column)
{
    plane[column / 64] &= ~((uint64_t)1 << column % 64);
}

/*
 * Each prime strikes `sure` times, and perhaps once more: that bit, or none, is cleared without a branch. first[]
 * becomes where it continues after the columns.
 */
static inline __attribute__((always_inline)) void strike_fixed(uint64_t *plane, uint32_t columns, uint32_t *first,
                                                               const uint32_t *primes, uint32_t count, uint32_t sure)
{
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t prime = primes[i];
        uint32_t column = first[i];
        KERNEL_UNROLL
        for (uint32_t k = 0; k < sure; ++k) {
            strike(plane, column);
            column += prime;
        }
        const bool inside = column < columns;
        const uint32_t last = inside ? column : column - prime; /* which is struck already: sure is above 0 */
        plane[last / 64] &= ~((uint64_t)inside << last % 64);
        first[i] = last + prime - columns;
    }
}

static void strike_often(uint64_t *plane, uint32_t columns, uint32_t *first, const uint32_t *primes, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t prime = primes[i];
        uint64_t column = first[i];
        for (; column + 3 * (uint64_t)prime < columns; column += 4 * (uint64_t)prime) {
            strike(plane, (uint32_t)column);
            strike(plane, (uint32_t)column + prime);
            strike(plane, (uint32_t)column + 2 * prime);
            strike(plane, (uint32_t)column + 3 * prime);
        }
        for (; column < columns; column += prime) {
            strike(plane, (uint32_t)column);
        }
        first[i] = (uint32_t)(column - columns);
    }
}

/* Primes above the columns: most strike nothing. */
static void strike_rare(uint64_t *plane, uint32_t columns, const uint32_t *first, uint32_t count)
{
    uint32_t found[TOGETHER + 1];
    uint32_t hits = 0;
    for (uint32_t i = 0; i < count; ++i) {
        found[hits] = first[i];
        hits += first[i] < columns;
    }
    for (uint32_t i = 0; i < hits; ++i) {
        strike(plane, found[i]);
    }
}

#define STRIKE_FIXED(sure)                                        \
    case sure:                                                    \
        strike_fixed(plane, columns, first, primes, count, sure); \
        break;

/* Up to TOGETHER ascending primes. Those that strike equally often have a loop of their own. */
static void strike_all(uint64_t *plane, uint32_t columns, uint32_t *first, const uint32_t *primes, uint32_t count)
{
    enum { FEW = 16, FIXED_MAX = 8 };
    const uint32_t most = columns / primes[0];
    const uint32_t sure = columns / primes[count - 1];
    if (most == 0) {
        strike_rare(plane, columns, first, count);
        return;
    }
    if (most != sure && count >= FEW && most <= FIXED_MAX) {
        strike_all(plane, columns, first, primes, count / 2);
        strike_all(plane, columns, first + count / 2, primes + count / 2, count - count / 2);
        return;
    }
    switch (most == sure ? sure : 0) {
        STRIKE_FIXED(1)
        STRIKE_FIXED(2)
        STRIKE_FIXED(3)
        STRIKE_FIXED(4)
        STRIKE_FIXED(5)
        STRIKE_FIXED(6)
        STRIKE_FIXED(7)
        STRIKE_FIXED(8)
    default:
        strike_often(plane, columns, first, primes, count);
        break;
    }
}

static inline uint32_t part_of(size_t left)
{
    return left < TOGETHER ? (uint32_t)left : TOGETHER;
}

/* Rows and primes that strike often, segment by segment, so that a segment stays in the cache. */
static void sieve_segments(struct tuplet_block *block, uint32_t offset, uint64_t *plane)
{
    const struct tuplet_tables *const tables = block->tables;
    const struct tuplet *const tuplet = tables->tuplet;
    const uint32_t often = block->often;
    for (uint32_t s = 0; s < tuplet->count; ++s) {
        block->kernel->starts(block->starts, tables->listed.primes, tables->listed.inverses, tables->listed.ratios,
                              often, offset + tuplet->shifts[s], block->next + (size_t)s * often);
    }
    for (uint32_t at = 0; at < block->columns; at += block->segment) {
        const uint32_t left = block->columns - at;
        const uint32_t columns = left < block->segment ? left : block->segment;
        uint64_t *const segment = plane + at / 64;
        lay_rows(block, segment, columns);
        for (uint32_t s = 0; s < tuplet->count; ++s) {
            for (uint32_t i = 0; i < often; i += TOGETHER) {
                strike_often(segment, columns, block->next + (size_t)s * often + i, tables->listed.primes + i,
                             part_of(often - i));
            }
        }
    }
}

/* Strikes an offset's plane by a list's primes from the one at `from` on. */
static void strike_list(const struct tuplet_block *block, const struct tuplet_primes *list, const uint32_t *starts,
                        uint32_t from, uint32_t offset, uint64_t *plane)
{
    const struct tuplet *const tuplet = block->tables->tuplet;
    uint32_t first[TOGETHER];
    for (uint32_t i = from; i < list->count; i += TOGETHER) {
        const uint32_t count = part_of(list->count - i);
        for (uint32_t s = 0; s < tuplet->count; ++s) {
            block->kernel->starts(starts + i, list->primes + i, list->inverses + i, list->ratios + i, count,
                                  offset + tuplet->shifts[s], first);
            strike_all(plane, block->columns, first, list->primes + i, count);
        }
    }
}

void tuplet_block_sieve(struct tuplet_block *block, uint32_t offset, uint64_t *plane)
{
    for (uint32_t i = 0; i < block->tables->row_count; ++i) {
        block->row_at[i] = pattern_start(&block->tables->rows[i], block->row_starts[i], offset);
    }
    sieve_segments(block, offset, plane);
    strike_list(block, &block->tables->listed, block->starts, block->often, offset, plane);
}

bool tuplet_block_strike_large(struct tuplet_block *block, uint64_t *planes, uint64_t to)
{
    const struct tuplet_tables *const tables = block->tables;
    struct tuplet_primes *const large = &block->large;
    uint64_t from = (uint64_t)tables->layout.listed_to + 1;
    while (from != 0) {
        if (!list_primes(tables, large, &from, to, CHUNK_PRIMES, block->go_on)) {
            return false;
        }
        for (uint32_t i = 0; i < large->count; ++i) {
            block->large_starts[i] = start_of(block->first, large->primes[i]);
        }
        for (uint32_t i = 0; i < tables->offset_count; ++i) {
            strike_list(block, large, block->large_starts, 0, tables->offsets[i],
                        planes + (size_t)i * (block->columns / 64));
            if (!go_on_ask(block->go_on)) {
                return false;
            }
        }
    }
    return true;
}
