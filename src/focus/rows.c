#include "focus/rows.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    BYTE = 8, /* columns in a byte */
    LIMB = 64 /* columns in a limb */
};

/* 16 rows, a byte each. */
typedef uint8_t bunch __attribute__((vector_size(FOCUS_ROW_BUNCH)));

bool row_set_add(struct row_set *set, uint32_t modulus, const uint8_t *allowed)
{
    struct row_pattern *const pattern = &set->patterns[set->count];
    const uint32_t bunches = (modulus + FOCUS_ROW_BUNCH - 1) / FOCUS_ROW_BUNCH;
    const uint32_t twice = modulus + bunches * FOCUS_ROW_BUNCH;
    const uint32_t length = twice + bunches * FOCUS_ROW_BUNCH;
    *pattern = (struct row_pattern){
        .modulus = modulus,
        .bunches = bunches,
        .first_row = set->row_count,
        .length = length,
        .bits = calloc((size_t)BYTE * length, 1),
    };
    ++set->count;
    set->row_count += bunches * FOCUS_ROW_BUNCH;
    for (uint32_t bit = 0; bit < BYTE && pattern->bits != NULL; ++bit) {
        for (uint32_t i = 0; i < twice; ++i) {
            pattern->bits[bit * length + i] = (uint8_t)(allowed[i % modulus] << bit);
        }
    }
    return pattern->bits != NULL;
}

void row_set_free(struct row_set *set)
{
    for (uint32_t i = 0; i < set->count; ++i) {
        free(set->patterns[i].bits);
    }
    *set = (struct row_set){.count = 0};
}

size_t row_set_limbs(const struct row_set *set)
{
    return (size_t)set->row_count * FOCUS_ROW_LIMBS;
}

static inline bunch load(const uint8_t *bytes)
{
    bunch loaded;
    memcpy(&loaded, bytes, sizeof loaded);
    return loaded;
}

/* The byte of eight columns in all rows of a pattern. `from` is where each column's bits begin. */
static inline void gather_byte(const struct row_pattern *pattern, const uint8_t *const from[BYTE], bunch *bytes,
                               size_t stride)
{
    for (uint32_t i = 0; i < pattern->bunches; ++i) {
        bunch all = load(from[0] + i * FOCUS_ROW_BUNCH);
        for (uint32_t bit = 1; bit < BYTE; ++bit) {
            all |= load(from[bit] + i * FOCUS_ROW_BUNCH);
        }
        bytes[i * stride] = all;
    }
}

typedef uint16_t pairs __attribute__((vector_size(FOCUS_ROW_BUNCH)));
typedef uint32_t quads __attribute__((vector_size(FOCUS_ROW_BUNCH)));

static inline bunch low_bytes(bunch a, bunch b)
{
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline bunch high_bytes(bunch a, bunch b)
{
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline bunch low_pairs(bunch a, bunch b)
{
    return (bunch)__builtin_shufflevector((pairs)a, (pairs)b, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline bunch high_pairs(bunch a, bunch b)
{
    return (bunch)__builtin_shufflevector((pairs)a, (pairs)b, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline bunch low_quads(bunch a, bunch b)
{
    return (bunch)__builtin_shufflevector((quads)a, (quads)b, 0, 4, 1, 5);
}

static inline bunch high_quads(bunch a, bunch b)
{
    return (bunch)__builtin_shufflevector((quads)a, (quads)b, 2, 6, 3, 7);
}

/* Of each limb, the first byte in memory has the lowest columns, whatever the machine takes for its lowest byte. */
static inline void store_two(bunch two, uint64_t *rows)
{
    uint64_t limbs[2];
    memcpy(limbs, &two, sizeof limbs);
    rows[0] = le64toh(limbs[0]);
    rows[FOCUS_ROW_LIMBS] = le64toh(limbs[1]);
}

/* bytes[i] has byte i of 16 rows; row j gets its eight bytes together as one limb. */
static inline void scatter_rows(const bunch *bytes, uint64_t *rows)
{
    const bunch a = low_bytes(bytes[0], bytes[1]);
    const bunch b = low_bytes(bytes[2], bytes[3]);
    const bunch c = low_bytes(bytes[4], bytes[5]);
    const bunch d = low_bytes(bytes[6], bytes[7]);
    const bunch e = high_bytes(bytes[0], bytes[1]);
    const bunch f = high_bytes(bytes[2], bytes[3]);
    const bunch g = high_bytes(bytes[4], bytes[5]);
    const bunch h = high_bytes(bytes[6], bytes[7]);
    const bunch quarters[4][2] = {
        {low_pairs(a, b), low_pairs(c, d)},
        {high_pairs(a, b), high_pairs(c, d)},
        {low_pairs(e, f), low_pairs(g, h)},
        {high_pairs(e, f), high_pairs(g, h)},
    };
    for (int i = 0; i < 4; ++i) {
        store_two(low_quads(quarters[i][0], quarters[i][1]), rows + (size_t)(4 * i) * FOCUS_ROW_LIMBS);
        store_two(high_quads(quarters[i][0], quarters[i][1]), rows + (size_t)(4 * i + 2) * FOCUS_ROW_LIMBS);
    }
}

/* Builds limb 0 of `rows`, which begin with the pattern's first, for 64 columns; those from `count` on do not exist. */
static void build_limb(const struct row_pattern *pattern, uint32_t index, const struct residues *columns, size_t count,
                       uint64_t *rows)
{
    bunch bytes[FOCUS_ROW_BUNCHES_MAX][BYTE];
    const uint8_t *const nothing = pattern->bits + pattern->length - (size_t)pattern->bunches * FOCUS_ROW_BUNCH;
    for (uint32_t byte = 0; byte < BYTE; ++byte) {
        const uint8_t *from[BYTE];
        for (uint32_t bit = 0; bit < BYTE; ++bit) {
            const size_t column = byte * BYTE + bit;
            from[bit] =
                column < count ? pattern->bits + (size_t)bit * pattern->length + columns[column].of[index] : nothing;
        }
        gather_byte(pattern, from, &bytes[0][byte], BYTE);
    }
    for (uint32_t i = 0; i < pattern->bunches; ++i) {
        scatter_rows(bytes[i], rows + (size_t)i * FOCUS_ROW_BUNCH * FOCUS_ROW_LIMBS);
    }
}

/* Word by word, so that the lines being written, one a row of a pattern, stay in the first-level cache. */
void row_set_build(const struct row_set *set, const struct residues *columns, size_t count, uint64_t *rows)
{
    for (size_t word = 0; word < count; word += KERNEL_WORD_COLUMNS) {
        for (uint32_t i = 0; i < set->count; ++i) {
            const struct row_pattern *const pattern = &set->patterns[i];
            uint64_t *const first = rows + (size_t)pattern->first_row * FOCUS_ROW_LIMBS;
            for (size_t column = word; column < word + KERNEL_WORD_COLUMNS; column += LIMB) {
                const size_t left = column < count ? count - column : 0;
                build_limb(pattern, i, columns + column, left, first + column / LIMB);
            }
        }
    }
}
