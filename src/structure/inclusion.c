/*
 * From a range's integers those in the first class are removed, from the rest those in the second, and so on: those in
 * class i that are in none of the classes after it are a range of a progression, which is counted the same way. Classes
 * with the largest moduli come first, so that progressions soon have few members, which are examined one by one.
 *
 * Last come the smallest moduli that are coprime to all others, one class each. These classes are 0 modulo each of them
 * for t - c, by the Chinese remainder theorem, whatever progression t is from: how many integers below x avoid them is
 * looked up in a table (so Legendre counted primes, with the first few by a table).
 */
#include "structure/inclusion.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/gcd.h"
#include "number/modular.h"

enum {
    TABLE_MAX = 1 << 20,
    TABLE_CLASSES_MAX = 8, /* 2 * 3 * 5 * 7 * 11 * 13 * 17 < 2^20 */
    SHORT_RANGE = 1 << 8,  /* examined one by one */
    PAIRED_MAX = 64        /* with more classes, inverses modulo each other are not tabulated */
};

struct item {
    uint64_t modulus;
    uint64_t residue; /* below it */
    size_t index;     /* of the class that it was at first */
    bool whole;       /* the modulus is still that one's */
};

/* Classes that are looked up, and c modulo each of their moduli. */
struct residues_of_table {
    uint32_t residues[TABLE_CLASSES_MAX];
};

struct inclusion {
    struct item *items; /* of all nested calls, one after the other */
    size_t count;       /* of the first call */
    uint64_t *inverses; /* [i * count + j]: of modulus i modulo j, 0 if they are not coprime; NULL: there are none */
    uint32_t *table_inverses; /* [i * TABLE_CLASSES_MAX + j]: of modulus i modulo that of the table */
    struct work *work;

    uint32_t moduli[TABLE_CLASSES_MAX];
    uint32_t idempotents[TABLE_CLASSES_MAX]; /* 1 modulo one, 0 modulo the others */
    size_t table_classes;
    uint32_t table_cycle;
    uint32_t *below; /* [x]: how many integers from 0 to x - 1 no modulus divides; x up to the cycle. NULL: no table */
};

/* ---- The table -------------------------------------------------------------------------------------------- */

static bool is_coprime_to_others(const struct residue_class *classes, size_t count, size_t index)
{
    for (size_t i = 0; i < count; ++i) {
        if (i != index && greatest_common_divisor(classes[i].modulus, classes[index].modulus) != 1) {
            return false;
        }
    }
    return true;
}

/* Marks the classes that are looked up; they ascend by modulus. */
static void choose_table(struct inclusion *inclusion, const struct residue_class *classes, size_t count, bool *in_table)
{
    enum { WORTH_A_TABLE = 10 };
    inclusion->table_cycle = 1;
    for (size_t i = 0; i < count && count >= WORTH_A_TABLE && inclusion->table_classes < TABLE_CLASSES_MAX; ++i) {
        if (classes[i].modulus > TABLE_MAX / inclusion->table_cycle) {
            return;
        }
        in_table[i] = is_coprime_to_others(classes, count, i);
        if (in_table[i]) {
            inclusion->moduli[inclusion->table_classes++] = (uint32_t)classes[i].modulus;
            inclusion->table_cycle *= (uint32_t)classes[i].modulus;
        }
    }
}

static bool fill_table(struct inclusion *inclusion)
{
    const uint32_t cycle = inclusion->table_cycle;
    if (inclusion->table_classes == 0) {
        return true;
    }
    uint32_t *const below = calloc((size_t)cycle + 1, sizeof *below);
    if (below == NULL) {
        return false;
    }
    for (size_t i = 0; i < inclusion->table_classes; ++i) {
        const uint32_t modulus = inclusion->moduli[i];
        const uint32_t others = cycle / modulus;
        inclusion->idempotents[i] = (uint32_t)(others * inverse_modulo(others % modulus, modulus));
        for (uint32_t x = 0; x < cycle; x += modulus) {
            below[x + 1] = 1; /* divided */
        }
    }
    for (uint32_t x = 0; x < cycle; ++x) {
        below[x + 1] = below[x] + 1 - below[x + 1];
    }
    inclusion->below = below;
    return true;
}

/* How many of 0, ... length - 1 are in none of the classes of the table. */
static firesieve_delay look_up(const struct inclusion *inclusion, const struct residues_of_table *table,
                               firesieve_delay length)
{
    const uint32_t cycle = inclusion->table_cycle;
    if (inclusion->below == NULL) {
        return length;
    }
    uint64_t c = 0;
    for (size_t i = 0; i < inclusion->table_classes; ++i) {
        c += (uint64_t)table->residues[i] * inclusion->idempotents[i];
    }
    const uint32_t first = (uint32_t)((cycle - c % cycle) % cycle); /* -c: where the range begins, and */
    const firesieve_delay cycles = length / cycle;
    const uint32_t last = (uint32_t)(length - cycles * cycle); /* the length after whole cycles */
    const uint32_t all = inclusion->below[cycle];
    const uint32_t *const below = inclusion->below;
    const uint32_t rest =
        first + last <= cycle ? below[first + last] - below[first] : all - below[first] + below[first + last - cycle];
    return cycles * all + rest;
}

/* ---- Progressions ----------------------------------------------------------------------------------------- */

static uint64_t multiply(uint64_t a, uint64_t b, uint64_t modulus)
{
    return modulus >> 32 == 0 ? a * b % modulus : multiply_modulo(a, b, modulus);
}

/* (a - b) mod modulus, for a < modulus */
static uint64_t difference(uint64_t a, uint64_t b, uint64_t modulus)
{
    b %= modulus;
    return a >= b ? a - b : a + (modulus - b);
}

/*
 * What `item` forbids of the progression that `within` is: of j with t = residue + modulus * j. False: nothing. A
 * modulus of 1 forbids all of it.
 */
static bool restrict_item(const struct inclusion *inclusion, const struct item *item, const struct item *within,
                          struct item *made)
{
    const uint64_t distance = difference(item->residue, within->residue, item->modulus);
    if (item->whole && within->whole && inclusion->inverses != NULL) {
        const uint64_t inverse = inclusion->inverses[within->index * inclusion->count + item->index];
        if (inverse != 0) {
            *made = *item;
            made->residue = multiply(distance, inverse, item->modulus);
            return true;
        }
    }
    const uint64_t common = greatest_common_divisor(item->modulus, within->modulus % item->modulus);
    if (distance % common != 0) {
        return false;
    }
    const uint64_t modulus = item->modulus / common;
    const uint64_t inverse = inverse_modulo(within->modulus / common % modulus, modulus);
    *made = (struct item){
        .modulus = modulus,
        .residue = multiply(distance / common % modulus, inverse, modulus),
        .index = item->index,
        .whole = common == 1 && item->whole,
    };
    return true;
}

static void restrict_table(const struct inclusion *inclusion, const struct residues_of_table *table,
                           const struct item *within, struct residues_of_table *made)
{
    const uint32_t *const inverses = &inclusion->table_inverses[within->index * TABLE_CLASSES_MAX];
    for (size_t i = 0; i < inclusion->table_classes; ++i) {
        const uint32_t modulus = inclusion->moduli[i];
        const uint64_t distance = difference(table->residues[i], within->residue, modulus);
        const uint64_t inverse = within->whole ? inverses[i] : inverse_modulo(within->modulus % modulus, modulus);
        made->residues[i] = (uint32_t)(distance * inverse % modulus);
    }
}

/* Marks the integers of a short range that classes forbid, and counts the others. */
static uint64_t count_short(const struct inclusion *inclusion, const struct item *items, size_t count,
                            const struct residues_of_table *table, uint64_t length)
{
    uint64_t forbidden[SHORT_RANGE / 64];
    const size_t limbs = (size_t)(length + 63) / 64;
    for (size_t i = 0; i < limbs; ++i) {
        forbidden[i] = 0;
    }
    for (size_t i = 0; i < count; ++i) {
        for (uint64_t t = items[i].residue; t < length; t += items[i].modulus) {
            forbidden[t / 64] |= UINT64_C(1) << t % 64;
        }
    }
    for (size_t i = 0; i < inclusion->table_classes; ++i) {
        for (uint64_t t = table->residues[i]; t < length; t += inclusion->moduli[i]) {
            forbidden[t / 64] |= UINT64_C(1) << t % 64;
        }
    }
    uint64_t left = length;
    for (size_t i = 0; i < limbs; ++i) {
        left -= (uint64_t)__builtin_popcountll(forbidden[i]);
    }
    return left;
}

/* Appends the items after item `i`, restricted to it, to the list; returns how many. *whole: one forbids everything. */
static size_t restrict_items(const struct inclusion *inclusion, const struct item *items, size_t count, size_t i,
                             firesieve_delay length, struct item *made, bool *whole)
{
    size_t kept = 0;
    *whole = false;
    for (size_t j = i + 1; j < count; ++j) {
        if (restrict_item(inclusion, &items[j], &items[i], &made[kept]) && made[kept].residue < length) {
            *whole = *whole || made[kept].modulus == 1;
            ++kept;
        }
    }
    return kept;
}

/* Counts 0 <= t < length in none of the items and of the table. False: the work ran out. */
static bool count(const struct inclusion *inclusion, struct item *items, size_t item_count,
                  const struct residues_of_table *table, firesieve_delay length, firesieve_delay *left)
{
    if (!work_spend(inclusion->work, item_count + 1)) {
        return false;
    }
    if (length <= SHORT_RANGE) {
        *left = count_short(inclusion, items, item_count, table, (uint64_t)length);
        return true;
    }
    firesieve_delay sum = look_up(inclusion, table, length);
    struct item *const made = items + item_count;
    for (size_t i = 0; i < item_count; ++i) {
        if (items[i].residue >= length) {
            continue;
        }
        const firesieve_delay members = (length - 1 - items[i].residue) / items[i].modulus + 1;
        struct residues_of_table within;
        firesieve_delay part;
        bool whole;
        const size_t kept = restrict_items(inclusion, items, item_count, i, members, made, &whole);
        if (whole) {
            continue;
        }
        restrict_table(inclusion, table, &items[i], &within);
        if (!count(inclusion, made, kept, &within, members, &part)) {
            return false;
        }
        sum -= part;
    }
    *left = sum;
    return true;
}

/* ----------------------------------------------------------------------------------------------------------- */

static bool fill_table_inverses(struct inclusion *inclusion)
{
    const size_t count = inclusion->count;
    inclusion->table_inverses = calloc(count * TABLE_CLASSES_MAX + 1, sizeof *inclusion->table_inverses);
    for (size_t i = 0; i < count && inclusion->table_inverses != NULL; ++i) {
        for (size_t j = 0; j < inclusion->table_classes; ++j) {
            const uint32_t modulus = inclusion->moduli[j];
            inclusion->table_inverses[i * TABLE_CLASSES_MAX + j] =
                (uint32_t)inverse_modulo(inclusion->items[i].modulus % modulus, modulus);
        }
    }
    return inclusion->table_inverses != NULL;
}

/* Many classes exclude each other most of the time, and are not worth a table. */
static bool fill_inverses(struct inclusion *inclusion)
{
    const size_t count = inclusion->count;
    if (count > PAIRED_MAX) {
        return fill_table_inverses(inclusion);
    }
    inclusion->inverses = calloc(count * count + 1, sizeof *inclusion->inverses);
    for (size_t i = 0; i < count && inclusion->inverses != NULL; ++i) {
        for (size_t j = i + 1; j < count; ++j) {
            const uint64_t of = inclusion->items[i].modulus;
            const uint64_t modulus = inclusion->items[j].modulus;
            const bool coprime = greatest_common_divisor(of, modulus) == 1;
            inclusion->inverses[i * count + j] = coprime ? inverse_modulo(of % modulus, modulus) : 0;
        }
    }
    return inclusion->inverses != NULL && fill_table_inverses(inclusion);
}

/* Largest moduli first, and those of the table apart. */
static void take_items(struct inclusion *inclusion, const struct residue_class *classes, size_t count,
                       struct residues_of_table *table)
{
    bool in_table[INCLUSION_CLASSES_MAX] = {false};
    size_t looked_up = 0;
    choose_table(inclusion, classes, count, in_table);
    for (size_t i = 0; i < count; ++i) {
        if (in_table[i]) {
            table->residues[looked_up++] = (uint32_t)classes[i].residue;
        }
    }
    for (size_t i = count; i-- > 0;) {
        if (!in_table[i]) {
            inclusion->items[inclusion->count] = (struct item){
                .modulus = classes[i].modulus, .residue = classes[i].residue, .index = inclusion->count, .whole = true};
            ++inclusion->count;
        }
    }
}

firesieve_status inclusion_count(const struct residue_class *classes, size_t count_of_classes, firesieve_delay length,
                                 struct work *work, bool *counted, firesieve_delay *left, firesieve_error *error)
{
    struct inclusion inclusion = {.work = work};
    struct residues_of_table table = {{0}};
    struct residue_class sorted[INCLUSION_CLASSES_MAX];
    if (count_of_classes == 0) {
        *counted = true;
        *left = length;
        return FIRESIEVE_OK;
    }
    for (size_t i = 0; i < count_of_classes; ++i) {
        sorted[i] = classes[i];
    }
    qsort(sorted, count_of_classes, sizeof *sorted, residue_class_compare);
    /* Each call has fewer items than the one before. */
    inclusion.items =
        calloc(count_of_classes * (count_of_classes + 1) / 2 + 2 * count_of_classes + 1, sizeof *inclusion.items);
    bool enough = inclusion.items != NULL;
    if (enough) {
        take_items(&inclusion, sorted, count_of_classes, &table);
        enough = fill_table(&inclusion) && fill_inverses(&inclusion);
    }
    *counted = enough && count(&inclusion, inclusion.items, inclusion.count, &table, length, left);
    free(inclusion.items);
    free(inclusion.inverses);
    free(inclusion.table_inverses);
    free(inclusion.below);
    return !enough         ? error_set_memory(error, "counting by inclusion and exclusion")
           : work->stopped ? error_set_stopped(error)
                           : FIRESIEVE_OK;
}
