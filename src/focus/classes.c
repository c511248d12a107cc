#include "focus/classes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"

enum { BYTE_VALUES = 256, FIRST_CLASS_SHIFT = 56, CLASS_BITS = 8, MODULI = KERNEL_MODULI };

/* ---- Columns ---------------------------------------------------------------------------------------------- */

void column_order_free(struct column_order *order)
{
    free(order->numbers);
    free(order->residues);
    free(order->ranges);
    free(order->items);
    free(order->room);
    *order = (struct column_order){.count = 0};
}

static bool reserve_words(struct column_order *order, size_t words)
{
    if (words <= order->word_capacity) {
        return true;
    }
    const size_t capacity = words + words / 8;
    const size_t columns = capacity * KERNEL_WORD_COLUMNS;
    column_order_free(order);
    order->numbers = large_calloc(columns, sizeof *order->numbers);
    order->residues = large_calloc(columns, KERNEL_MODULI);
    order->ranges = large_calloc(capacity, sizeof *order->ranges);
    order->items = large_calloc(columns, sizeof *order->items);
    order->room = large_calloc(columns, sizeof *order->room);
    const bool made = order->numbers != NULL && order->residues != NULL && order->ranges != NULL &&
                      order->items != NULL && order->room != NULL;
    order->word_capacity = made ? capacity : 0;
    return made;
}

/* A counting sort of items by their residues modulo one class. */
static void sort_items(struct column_order *order, size_t first, size_t end, uint32_t class)
{
    const uint32_t shift = FIRST_CLASS_SHIFT - CLASS_BITS * class;
    uint64_t *const items = order->items + first;
    uint64_t *const sorted = order->room + first;
    const size_t count = end - first;
    uint32_t places[BYTE_VALUES + 1] = {0};
    for (size_t i = 0; i < count; ++i) {
        ++places[(uint8_t)(items[i] >> shift) + 1];
    }
    for (uint32_t i = 1; i < BYTE_VALUES; ++i) {
        places[i] += places[i - 1];
    }
    for (size_t i = 0; i < count; ++i) {
        sorted[places[(uint8_t)(items[i] >> shift)]++] = items[i];
    }
    memcpy(items, sorted, count * sizeof *items);
}

/* Sorts the columns of some words modulo a class, and each part of them modulo the next. */
static void sort_words(struct column_order *order, const struct row_set *set, size_t first, size_t end, uint32_t class)
{
    const size_t first_column = first * KERNEL_WORD_COLUMNS;
    const size_t words_end = end * KERNEL_WORD_COLUMNS;
    if (class == FOCUS_CLASSES_MAX || class == set->classes || first == end) {
        return;
    }
    sort_items(order, first_column, words_end < order->count ? words_end : order->count, class);
    const uint32_t parts = set->parts[class];
    for (uint32_t part = 0; part < parts; ++part) {
        sort_words(order, set, first + part * (end - first) / parts, first + (part + 1) * (end - first) / parts,
                   class + 1);
    }
}

/* Shuffles 16 vectors of 16 bytes like cards: after four times, byte j of vector i is byte i of vector j. */
static inline void riffle(const residue_bytes *from, residue_bytes *to)
{
    for (int i = 0; i < MODULI / 2; ++i) {
        const residue_bytes a = from[i];
        const residue_bytes b = from[i + MODULI / 2];
        to[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        to[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
}

/* Gathers the residues of 16 columns by modulus. */
static void transpose(residue_bytes *columns, uint8_t *residues)
{
    residue_bytes other[MODULI];
    riffle(columns, other);
    riffle(other, columns);
    riffle(columns, other);
    riffle(other, columns);
    for (int i = 0; i < MODULI; ++i) {
        memcpy(residues + (size_t)i * KERNEL_WORD_COLUMNS, &columns[i], sizeof columns[i]);
    }
}

static void fill_word(struct column_order *order, const struct sum_run *run, size_t word)
{
    enum { AHEAD = 4 * MODULI }; /* columns: their residues are anywhere in the run */
    const size_t first = word * KERNEL_WORD_COLUMNS;
    uint8_t *const residues = order->residues + first * KERNEL_MODULI;
    for (size_t column = 0; column < KERNEL_WORD_COLUMNS; column += MODULI) {
        residue_bytes columns[MODULI];
        for (size_t i = 0; i < MODULI; ++i) {
            const size_t place = first + column + i;
            if (place + AHEAD < order->count) {
                __builtin_prefetch(&run->residues[(uint32_t)order->items[place + AHEAD]]);
            }
            const uint32_t number = place < order->count ? (uint32_t)order->items[place] : 0;
            order->numbers[place] = number;
            columns[i] = place < order->count ? run->residues[number].of : (residue_bytes){0};
        }
        transpose(columns, residues + column);
    }
}

static void measure_word(struct column_order *order, const struct row_set *set, size_t word)
{
    const size_t first = word * KERNEL_WORD_COLUMNS;
    const size_t left = order->count - first;
    const size_t count = left < KERNEL_WORD_COLUMNS ? left : KERNEL_WORD_COLUMNS;
    for (uint32_t class = 0; class < set->classes; ++class) {
        const uint8_t *const residues = column_order_residues(order, word, class);
        uint8_t low = residues[0];
        uint8_t high = residues[0];
        for (size_t i = 1; i < count; ++i) {
            low = residues[i] < low ? residues[i] : low;
            high = residues[i] > high ? residues[i] : high;
        }
        order->ranges[word].low[class] = low;
        order->ranges[word].high[class] = high;
    }
}

bool column_order_make(struct column_order *order, const struct row_set *set, const struct sum_run *run)
{
    const size_t words = (run->count + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS;
    if (!reserve_words(order, words)) {
        return false;
    }
    order->count = run->count;
    order->word_count = words;
    for (size_t i = 0; i < run->count;
         ++i) { /* residues modulo the classes, from the highest byte on, and the number */
        uint64_t item = i;
        for (uint32_t class = 0; class < set->classes; ++class) {
            item |= (uint64_t)run->residues[i].of[class] << (FIRST_CLASS_SHIFT - CLASS_BITS * class);
        }
        order->items[i] = item;
    }
    sort_words(order, set, 0, words, 0);
    for (size_t word = 0; word < words; ++word) {
        fill_word(order, run, word);
        measure_word(order, set, word);
    }
    return true;
}

/* ---- Offsets ---------------------------------------------------------------------------------------------- */

static uint32_t class_modulus(const struct row_set *set, uint32_t class)
{
    return class < set->classes ? set->patterns[class].modulus : 1;
}

/* One bucket for each pair of residues, and two more numbers for filling them. */
static size_t start_count(const struct row_set *set)
{
    return (size_t)class_modulus(set, 0) * class_modulus(set, 1) + 2;
}

uint64_t offset_order_bytes(const struct row_set *set)
{
    return start_count(set) * sizeof(uint32_t);
}

bool offset_order_start(struct offset_order *order, const struct row_set *set)
{
    *order = (struct offset_order){
        .second = class_modulus(set, 1),
        .starts = calloc(start_count(set), sizeof *order->starts),
    };
    return order->starts != NULL;
}

static void free_offsets(struct offset_order *order)
{
    free(order->keys);
    free(order->thirds);
    free(order->residues);
    free(order->numbers);
}

void offset_order_free(struct offset_order *order)
{
    free_offsets(order);
    free(order->starts);
    *order = (struct offset_order){.count = 0};
}

/* Kernels read a few elements past the last one (kernel.h). */
static bool reserve_offsets(struct offset_order *order, size_t count)
{
    enum { BEHIND = KERNEL_WORD_BYTES };
    if (count <= order->capacity) {
        return true;
    }
    const size_t capacity = count + count / 8;
    free_offsets(order);
    order->keys = large_calloc(capacity + BEHIND, sizeof *order->keys);
    order->thirds = large_calloc(capacity + BEHIND, sizeof *order->thirds);
    order->residues = large_calloc(capacity, sizeof *order->residues);
    order->numbers = large_calloc(capacity, sizeof *order->numbers);
    const bool made = order->keys != NULL && order->thirds != NULL && order->residues != NULL && order->numbers != NULL;
    order->capacity = made ? capacity : 0;
    return made;
}

/* Residues of absent classes are 0 here, whatever the modulus in that place. */
struct class_moduli {
    uint32_t first;
    uint32_t second;
    uint8_t third; /* a mask */
};

static inline uint32_t bucket_of(const struct residues *residues, struct class_moduli moduli)
{
    return (moduli.first == 1 ? 0 : residues->of[0] * moduli.second) + (moduli.second == 1 ? 0 : residues->of[1]);
}

bool offset_order_make(struct offset_order *order, const struct row_set *set, const struct sum_run *run)
{
    const struct class_moduli moduli = {
        .first = class_modulus(set, 0), .second = class_modulus(set, 1), .third = set->classes > 2 ? 0xff : 0};
    const size_t buckets = (size_t)moduli.first * moduli.second;
    uint32_t *const places = order->starts + 1; /* of bucket b while it is filled; afterwards, where b + 1 starts */
    if (!reserve_offsets(order, run->count + 1)) {
        return false;
    }
    order->count = run->count;
    memset(order->starts, 0, start_count(set) * sizeof *order->starts);
    for (size_t i = 0; i < run->count; ++i) {
        ++places[bucket_of(&run->residues[i], moduli) + 1];
    }
    for (size_t i = 1; i <= buckets; ++i) {
        places[i] += places[i - 1];
    }
    for (size_t i = 0; i < run->count; ++i) {
        const struct residues residues = run->residues[i];
        const uint32_t place = places[bucket_of(&residues, moduli)]++;
        uint64_t key;
        memcpy(&key, (const uint8_t *)&residues + set->classes, sizeof key);
        order->keys[place] = le64toh(key);
        order->thirds[place] = residues.of[FOCUS_CLASSES_MAX - 1] & moduli.third;
        order->residues[place] = residues;
        order->numbers[place] = (uint32_t)i;
    }
    return true;
}
