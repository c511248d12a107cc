/*
 * The time of operations on tiles, for each kernel: the last columns of kernels.def. The shortest of many rounds
 * counts, slice by slice, since whatever else the machine does only adds to it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "cpu/kernel_table.h"
#include "focus/rows.h"
#include "verify/verify.h"

enum { SLICE = 5000, SLICES = 20, OFFSETS = SLICES * SLICE, SUMS = 1000, ROUNDS = 25, KEY_FIRST = 1 };

static const uint8_t moduli[KERNEL_MODULI] = {103, 101, 97, 95, 93, 91, 89, 88, 83, 79, 73, 71, 67, 61, 59, 53};

static struct {
    _Alignas(KERNEL_WORD_BYTES) uint64_t rows[KERNEL_TILE_LIMBS];
    uint8_t residues[OFFSETS * KERNEL_MODULI];
    uint8_t first_residues[OFFSETS + KERNEL_WORD_BYTES];
    uint64_t keys[OFFSETS + KERNEL_WORD_LIMBS];
    uint32_t numbers[OFFSETS];
    struct kernel_hit hits[OFFSETS];
    uint64_t picked_keys[OFFSETS + KERNEL_PICK_SPARE];
    uint32_t picked_numbers[OFFSETS + KERNEL_PICK_SPARE];
    uint64_t sum_positions[SUMS];
    uint8_t sum_residues[SUMS * KERNEL_MODULI];
    struct kernel_pattern pattern;
    uint8_t alive[256];
} data;

static bool chance(struct random_state *random, double probability)
{
    return (double)(random_next(random) >> 11) * 0x1p-53 < probability;
}

/* Draws rows of which eight together leave about this share of offsets. */
static void draw_rows(double survivors)
{
    struct random_state random = {.counter = 1};
    const double share = survivors > 0 ? pow(1 - pow(1 - survivors, 1.0 / KERNEL_WORD_COLUMNS), 1.0 / 8) : 0.2;
    for (uint32_t i = 0; i < KERNEL_TILE_LIMBS; ++i) {
        data.rows[i] = 0;
        for (int bit = 0; bit < 64; ++bit) {
            data.rows[i] |= (uint64_t)chance(&random, share) << bit;
        }
    }
}

static void draw_offsets(void)
{
    struct random_state random = {.counter = 2};
    uint8_t allowed[KERNEL_MODULUS_MAX];
    for (uint32_t i = 0; i < OFFSETS; ++i) {
        uint8_t *const residues = data.residues + (size_t)i * KERNEL_MODULI;
        for (uint32_t j = 0; j < KERNEL_MODULI; ++j) {
            residues[j] = (uint8_t)random_between(&random, 0, moduli[j] - 1);
        }
        data.keys[i] = 0;
        for (uint32_t j = 0; j < KERNEL_KEY_ROWS; ++j) {
            data.keys[i] |= (uint64_t)residues[KEY_FIRST + j] << 8 * j;
        }
        data.numbers[i] = i;
        data.first_residues[i] = residues[0];
    }
    for (uint32_t i = 0; i < 256; ++i) {
        data.alive[i] = chance(&random, 0.5) ? 0xff : 0;
        allowed[i % KERNEL_MODULUS_MAX] = chance(&random, 0.5);
    }
    pattern_make(&data.pattern, moduli[0], allowed);
}

typedef void operation(const struct kernel_operations *operations, size_t begin);

static void sieve(const struct kernel_operations *operations, size_t begin)
{
    const struct kernel_tile tile = {data.rows, KERNEL_MODULI, KEY_FIRST, data.residues};
    operations->sieve(&tile, data.keys + begin, data.numbers + begin, SLICE, data.hits);
}

static void pick(const struct kernel_operations *operations, size_t begin)
{
    operations->pick(data.first_residues + begin, data.keys + begin, (uint32_t)begin, SLICE, data.alive,
                     data.picked_keys, data.picked_numbers);
}

/* Builds rows in place, and leaves them in no particular order. */
static void build(const struct kernel_operations *operations, size_t begin)
{
    operations->build(&data.pattern, data.first_residues + begin, data.rows);
}

static void add(const struct kernel_operations *operations, size_t begin)
{
    operations->add(data.keys + begin, data.residues + begin * KERNEL_MODULI, SUMS, 99, data.residues, moduli,
                    (struct kernel_sums){data.sum_positions, data.sum_residues});
}

/* Nanoseconds per slice. All slices run before one is repeated, so that no branch is learnt. */
static double measure(operation *run, const struct kernel_operations *operations)
{
    double best[SLICES];
    double total = 0;
    for (int round = 0; round < ROUNDS; ++round) {
        for (size_t i = 0; i < SLICES; ++i) {
            const double started = clock_seconds();
            run(operations, i * SLICE);
            const double taken = clock_seconds() - started;
            best[i] = round == 0 ? taken : fmin(best[i], taken);
        }
    }
    for (size_t i = 0; i < SLICES; ++i) {
        total += best[i];
    }
    return total / SLICES * 1e9;
}

static double key_survivors(void)
{
    const struct kernel_tile tile = {data.rows + KEY_FIRST * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS, KERNEL_KEY_ROWS, 0,
                                     data.residues};
    return (double)kernel_scalar()->operations->sieve(&tile, data.keys, data.numbers, OFFSETS, data.hits);
}

int main(void)
{
    static const double shares[] = {0, 0.02, 0.05, 0.1, 0.2, 0.4};
    draw_offsets();
    printf("nanoseconds %45s\n%-10s", "an offset, by what keys leave of 100", "kernel");
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; ++i) {
        printf(" %7.0f", 100 * shares[i]);
    }
    printf(" %8s %8s %8s %8s\n", "second", "pick", "bunch", "sum");
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (firesieve_kernel_emulated(kernel) || !firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        double key = 0;
        double second = 0;
        printf("%-10s", firesieve_kernel_name(kernel));
        for (size_t j = 0; j < sizeof shares / sizeof shares[0]; ++j) {
            draw_rows(shares[j]);
            const double taken = measure(sieve, kernel->operations) / SLICE;
            key = j == 0 ? taken : key;
            second = shares[j] == 0.1 ? (taken - key) / key_survivors() * OFFSETS : second;
            printf(" %7.2f", taken);
        }
        printf(" %8.2f %8.3f", second, measure(pick, kernel->operations) / SLICE);
        const uint32_t bunches = (moduli[0] + 15U) / 16;
        printf(" %8.3f", measure(build, kernel->operations) / KERNEL_WORD_COLUMNS / bunches);
        printf(" %8.3f\n", measure(add, kernel->operations) / SUMS);
    }
    return EXIT_SUCCESS;
}
