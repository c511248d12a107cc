#include "verify/cases.h"

#include <string.h>

static uint8_t draw_modulus(struct random_state *random)
{
    static const uint8_t edges[] = {1, 2, 8, 9, 16, 17, 63, 64, 65, 127, 128, 129, 254, 255};
    switch (random_between(random, 0, 3)) {
    case 0:
        return edges[random_between(random, 0, COUNT_OF(edges) - 1)];
    case 1:
        return (uint8_t)random_between(random, 1, KERNEL_MODULUS_MAX);
    default:
        return (uint8_t)random_between(random, 2, 40);
    }
}

/* One of the sizes at which kernels change their code path, or, as often, any small one. */
static size_t draw_count(struct random_state *random)
{
    static const size_t edges[] = {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129};
    static const size_t long_edges[] = {1023, 1024, 1025, 1087, 1088, CASE_OFFSETS_MAX};
    if (one_in(random, 16)) {
        return long_edges[random_between(random, 0, COUNT_OF(long_edges) - 1)];
    }
    return one_in(random, 2) ? edges[random_between(random, 0, COUNT_OF(edges) - 1)] : random_between(random, 0, 200);
}

/* A residue, often the smallest or the largest. */
static uint8_t draw_residue(struct random_state *random, uint32_t modulus)
{
    switch (random_between(random, 0, 7)) {
    case 0:
        return 0;
    case 1:
        return (uint8_t)(modulus - 1);
    default:
        return (uint8_t)random_between(random, 0, modulus - 1);
    }
}

void build_case_draw(struct build_case *drawn, struct random_state *random)
{
    const uint64_t style = random_between(random, 0, 5);
    const uint64_t share = random_between(random, 0, 4);
    drawn->modulus = draw_modulus(random);
    drawn->skew = random_between(random, 0, CASE_SKEW_MAX);
    for (uint32_t i = 0; i < drawn->modulus; ++i) {
        drawn->allowed[i] = random_between(random, 0, 3) < share;
    }
    const uint8_t first = draw_residue(random, drawn->modulus);
    for (uint32_t i = 0; i < KERNEL_WORD_COLUMNS; ++i) {
        /* The analyzer does not know that moduli are at least 1. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        const uint8_t next = (uint8_t)((first + i) % drawn->modulus);
        drawn->residues[i] = style == 0 ? first : style == 1 ? next : draw_residue(random, drawn->modulus);
    }
}

void sieve_case_draw(struct sieve_case *drawn, struct random_state *random)
{
    drawn->key_first = (uint32_t)random_between(random, 0, KERNEL_MODULI - KERNEL_KEY_ROWS);
    drawn->modulus_count = (uint32_t)random_between(random, drawn->key_first + KERNEL_KEY_ROWS, KERNEL_MODULI);
    drawn->count = draw_count(random);
    drawn->row_seed = random_next(random);
    drawn->row_thickness = (uint32_t)random_between(random, 0, 5);
    drawn->planted = (uint32_t)random_between(random, 0, drawn->count);
    drawn->uprooted = (uint32_t)random_between(random, 0, drawn->planted);
    drawn->skew = random_between(random, 0, CASE_SKEW_MAX);
    for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
        drawn->moduli[j] = draw_modulus(random);
    }
    /* Numbers of offsets in no order: the residues of an offset are looked up by its number. */
    const uint32_t stride = (uint32_t)(2 * random_between(random, 0, 20) + 1);
    for (uint32_t i = 0; i < drawn->count; ++i) {
        drawn->numbers[i] = i * stride % CASE_OFFSETS_MAX;
        drawn->columns[i] = (uint16_t)random_between(random, 0, KERNEL_WORD_COLUMNS - 1);
        drawn->missing[i] = (uint8_t)random_between(random, 0, drawn->modulus_count - 1);
        for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
            drawn->residues[drawn->numbers[i]][j] = draw_residue(random, drawn->moduli[j]);
        }
    }
}

/* The row of modulus `index` that the residue of entry i names. */
static uint64_t *row_of(const struct sieve_case *given, uint64_t *rows, size_t i, uint32_t index)
{
    const uint8_t residue = given->residues[given->numbers[i]][index];
    return rows + ((size_t)index * KERNEL_TILE_STRIDE + residue) * KERNEL_WORD_LIMBS;
}

static uint64_t draw_limb(struct random_state *random, uint32_t thickness)
{
    uint64_t limb = random_next(random);
    for (uint32_t i = 1; i < thickness; ++i) {
        limb |= random_next(random);
    }
    return thickness == 0 ? limb & random_next(random) & random_next(random) : limb;
}

void sieve_case_rows(const struct sieve_case *given, uint64_t *rows)
{
    struct random_state random = {.counter = given->row_seed};
    for (uint32_t j = 0; j < given->modulus_count; ++j) {
        uint64_t *const row = rows + (size_t)j * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS;
        for (size_t limb = 0; limb < (size_t)given->moduli[j] * KERNEL_WORD_LIMBS; ++limb) {
            row[limb] = draw_limb(&random, given->row_thickness);
        }
    }
    for (uint32_t i = 0; i < given->planted; ++i) {
        const uint32_t column = given->columns[i];
        for (uint32_t j = 0; j < given->modulus_count; ++j) {
            row_of(given, rows, i, j)[column / 64] |= UINT64_C(1) << column % 64;
        }
        if (i < given->uprooted) {
            row_of(given, rows, i, given->missing[i])[column / 64] &= ~(UINT64_C(1) << column % 64);
        }
    }
}

void pick_case_draw(struct pick_case *drawn, struct random_state *random)
{
    const uint64_t share = random_between(random, 0, 8);
    drawn->first = (uint32_t)random_between(random, 0, UINT32_MAX - CASE_OFFSETS_MAX);
    drawn->count = draw_count(random);
    drawn->skew = random_between(random, 0, CASE_SKEW_MAX);
    for (uint32_t i = 0; i < 256; ++i) {
        drawn->alive[i] = random_between(random, 0, 7) < share ? 0xff : 0;
    }
    for (size_t i = 0; i < CASE_OFFSETS_MAX; ++i) {
        drawn->residues[i] = (uint8_t)random_next(random);
    }
}

void add_case_draw(struct add_case *drawn, struct random_state *random)
{
    drawn->count = draw_count(random);
    const uint64_t below = random_between(random, 0, 1) * (UINT64_C(1) << 61); /* half of them may be below 0 */
    drawn->position = random_between(random, 0, (UINT64_C(1) << 62) - 1) - below;
    drawn->skew = random_between(random, 0, CASE_SKEW_MAX);
    for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
        drawn->moduli[j] = draw_modulus(random);
        drawn->residue[j] = draw_residue(random, drawn->moduli[j]);
    }
    for (size_t i = 0; i < drawn->count; ++i) {
        drawn->positions[i] = below + random_between(random, 0, (UINT64_C(1) << 62) - 1);
        for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
            drawn->residues[i][j] = draw_residue(random, drawn->moduli[j]);
        }
    }
}
