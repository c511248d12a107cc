/* Verifies the operations on tiles: runs each by the kernel, by scalar, and by its definition. */
#include <string.h>

#include "cpu/kernel_table.h"
#include "focus/rows.h"
#include "verify/space.h"
#include "verify/verify.h"

/* ---- Definitions ------------------------------------------------------------------------------------------ */

static void build_by_definition(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows)
{
    for (uint32_t row = 0; row < pattern->modulus; ++row) {
        memset(rows + row * KERNEL_WORD_LIMBS, 0, KERNEL_WORD_BYTES);
        for (uint32_t i = 0; i < KERNEL_WORD_COLUMNS; ++i) {
            const uint64_t allowed = pattern->allowed[(residues[i] + row) % pattern->modulus];
            rows[row * KERNEL_WORD_LIMBS + i / 64] |= allowed << i % 64;
        }
    }
}

/* Decides each offset by all of its residues, without its key. */
static size_t sieve_by_definition(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                  size_t count, struct kernel_hit *hits)
{
    size_t hit_count = 0;
    (void)keys;
    for (size_t i = 0; i < count; ++i) {
        struct kernel_hit *const hit = &hits[hit_count];
        bool left = false;
        for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
            hit->word[limb] = UINT64_MAX;
            for (uint32_t j = 0; j < tile->modulus_count; ++j) {
                const size_t row = (size_t)j * KERNEL_TILE_STRIDE + tile->residues[numbers[i] * KERNEL_MODULI + j];
                hit->word[limb] &= tile->rows[row * KERNEL_WORD_LIMBS + limb];
            }
            left |= hit->word[limb] != 0;
        }
        hit->number = numbers[i];
        hit_count += left;
    }
    return hit_count;
}

static size_t pick_by_definition(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                 const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers)
{
    size_t picked = 0;
    for (size_t i = 0; i < count; ++i) {
        if (alive[residues[i]] != 0) {
            picked_keys[picked] = keys[i];
            picked_numbers[picked++] = first + (uint32_t)i;
        }
    }
    return picked;
}

static void add_by_definition(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                              const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    for (size_t i = 0; i < count * KERNEL_MODULI; ++i) {
        const uint32_t j = i % KERNEL_MODULI;
        sums.residues[i] = (uint8_t)(((uint32_t)residues[i] + residue[j]) % moduli[j]);
        sums.positions[i / KERNEL_MODULI] = positions[i / KERNEL_MODULI] + position;
    }
}

static const struct kernel_operations definitions = {
    .build = build_by_definition, .sieve = sieve_by_definition, .pick = pick_by_definition, .add = add_by_definition};

/* ---- Operations ------------------------------------------------------------------------------------------- */

bool verify_build(const struct kernel_operations *operations, const struct build_case *given,
                  struct verify_space *space, char *text)
{
    pattern_make(&space->pattern, given->modulus, given->allowed);
    memcpy(space->residues + given->skew, given->residues, KERNEL_WORD_COLUMNS);
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        uint64_t *const rows =
            outcome_begin(outcome, "row", KERNEL_WORD_BYTES, KERNEL_MODULUS_MAX + 1, given->skew * sizeof(uint64_t));
        operations_by(by, operations, &definitions)->build(&space->pattern, space->residues + given->skew, rows);
        outcome_forget(outcome, 0, given->modulus);
    }
    return outcomes_judge(space, "build", text, "modulus %u", (unsigned)given->modulus);
}

bool verify_sieve(const struct kernel_operations *operations, const struct sieve_case *given,
                  struct verify_space *space, char *text)
{
    const struct kernel_tile tile = {space->tile_rows, given->modulus_count, given->key_first, space->residues};
    sieve_case_rows(given, space->tile_rows);
    memcpy(space->residues, given->residues, sizeof given->residues);
    for (size_t i = 0; i < given->count; ++i) {
        uint64_t key = 0;
        for (uint32_t j = 0; j < KERNEL_KEY_ROWS; ++j) {
            key |= (uint64_t)given->residues[given->numbers[i]][given->key_first + j] << 8 * j;
        }
        space->keys[given->skew + i] = key;
        space->numbers[given->skew + i] = given->numbers[i];
    }
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        struct kernel_hit *const hits =
            outcome_begin(outcome, "hit", sizeof *hits, given->count, given->skew * sizeof(uint64_t));
        outcome->returned =
            operations_by(by, operations, &definitions)
                ->sieve(&tile, space->keys + given->skew, space->numbers + given->skew, given->count, hits);
        outcome_forget(outcome, 0, outcome->returned);
        for (size_t i = 0; i < outcome->returned && i < given->count; ++i) {
            memset(&hits[i].number + 1, CANARY_BYTE, sizeof hits[i] - offsetof(struct kernel_hit, number) - 4);
        }
    }
    return outcomes_judge(space, "sieve", text, "%zu offsets, %u moduli, key first %u", given->count,
                          (unsigned)given->modulus_count, (unsigned)given->key_first);
}

bool verify_pick(const struct kernel_operations *operations, const struct pick_case *given, struct verify_space *space,
                 char *text)
{
    const size_t room = given->count + KERNEL_PICK_SPARE;
    memcpy(space->residues + given->skew, given->residues, sizeof given->residues);
    for (size_t i = 0; i < given->count; ++i) {
        space->keys[given->skew + i] = (given->first + i) * UINT64_C(0x9e3779b97f4a7c15);
    }
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        uint64_t *const keys = outcome_begin(outcome, "key", sizeof *keys, room, given->skew * sizeof *keys);
        uint32_t *const numbers = outcome_add(outcome, "number", sizeof *numbers, room, given->skew * sizeof *numbers);
        outcome->returned = operations_by(by, operations, &definitions)
                                ->pick(space->residues + given->skew, space->keys + given->skew, given->first,
                                       given->count, given->alive, keys, numbers);
        outcome_forget(outcome, 0, outcome->returned);
        outcome_forget(outcome, 1, outcome->returned);
    }
    return outcomes_judge(space, "pick", text, "%zu offsets", given->count);
}

bool verify_add(const struct kernel_operations *operations, const struct add_case *given, struct verify_space *space,
                char *text)
{
    memcpy(space->residues + given->skew, given->residues, given->count * KERNEL_MODULI);
    memcpy(space->positions + given->skew, given->positions, given->count * sizeof given->positions[0]);
    for (int by = 0; by < RESULTS; ++by) {
        struct outcome *const outcome = &space->outcomes[by];
        struct kernel_sums sums;
        sums.positions = outcome_begin(outcome, "position", sizeof *sums.positions, given->count, given->skew * 8);
        sums.residues = outcome_add(outcome, "residue", 1, given->count * KERNEL_MODULI, given->skew);
        operations_by(by, operations, &definitions)
            ->add(space->positions + given->skew, space->residues + given->skew, given->count, given->position,
                  given->residue, given->moduli, sums);
    }
    return outcomes_judge(space, "add", text, "%zu numbers", given->count);
}
