/* Verifies the operations on tiles: each is run by the kernel, by scalar, and as its definition says. */
#include <stdio.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "focus/rows.h"
#include "verify/space.h"
#include "verify/verify.h"

enum { CANARY_BYTE = 0x5a };

/* ---- outcomes ----------------------------------------------------------------------------------------- */

static void outcome_clear(struct outcome *outcome)
{
    outcome->used = 0;
    outcome->area_count = 0;
    outcome->returned = 0;
}

/* Makes room for an array that starts `skew` bytes behind a multiple of 64, and returns it. */
static void *outcome_add(struct outcome *outcome, const char *elements, size_t element_bytes, size_t count, size_t skew)
{
    struct outcome_area *const area = &outcome->areas[outcome->area_count++];
    const size_t begin = (outcome->used + GAP_BYTES) / KERNEL_WORD_BYTES * KERNEL_WORD_BYTES + skew;
    const size_t used = begin + element_bytes * count + GAP_BYTES;
    *area = (struct outcome_area){elements, element_bytes, begin, begin + element_bytes * count};
    memset(outcome->bytes + outcome->used, CANARY_BYTE, used - outcome->used);
    outcome->used = used;
    return outcome->bytes + begin;
}

/* Of an array only the first `count` elements are specified; makes the others comparable. */
static void outcome_forget(struct outcome *outcome, size_t area_index, size_t count)
{
    const struct outcome_area *const area = &outcome->areas[area_index];
    const size_t specified = area->begin + count * area->element_bytes;
    if (specified < area->end) {
        memset(outcome->bytes + specified, CANARY_BYTE, area->end - specified);
    }
}

static bool outcomes_agree(const struct outcome *a, const struct outcome *b)
{
    return a->returned == b->returned && memcmp(a->bytes, b->bytes, a->used) == 0;
}

/* Writes, into 96 bytes, where an outcome differs from what was wanted. */
static void describe_difference(const struct outcome *got, const struct outcome *wanted, char *what)
{
    size_t byte = 0;
    while (byte < got->used && got->bytes[byte] == wanted->bytes[byte]) {
        ++byte;
    }
    const struct outcome_area *area = &got->areas[0];
    for (size_t i = 1; i < got->area_count; ++i) {
        /* What is between two arrays belongs to the first as far as no kernel writes before an array. */
        area = byte + GAP_BYTES / 2 >= got->areas[i].begin ? &got->areas[i] : area;
    }
    if (byte < got->used && byte < area->begin) {
        snprintf(what, 96, "writes outside, %zu bytes before the %ss", area->begin - byte, area->elements);
    } else if (byte < got->used && byte >= area->end) {
        snprintf(what, 96, "writes outside, %zu bytes behind the %ss", byte - area->end, area->elements);
    } else if (got->returned != wanted->returned) {
        snprintf(what, 96, "returns %zu, not %zu", got->returned, wanted->returned);
    } else {
        const size_t element = (byte - area->begin) / area->element_bytes;
        snprintf(what, 96, "%s %zu is wrong in byte %zu", area->elements, element,
                 (byte - area->begin) % area->element_bytes);
    }
}

/* Compares the outcomes in `space`; writes how the kernel's differs, but for the parentheses that a case describes. */
static bool judge(const char *operation, struct verify_space *space, const char *description, char *text)
{
    const struct outcome *const outcomes = space->outcomes;
    const bool scalar_agrees = outcomes_agree(&outcomes[BY_KERNEL], &outcomes[BY_SCALAR]);
    const bool oracle_agrees = outcomes_agree(&outcomes[BY_KERNEL], &outcomes[BY_ORACLE]);
    if (scalar_agrees && oracle_agrees) {
        return true;
    }
    char what[96];
    describe_difference(&outcomes[BY_KERNEL], &outcomes[oracle_agrees ? BY_SCALAR : BY_ORACLE], what);
    snprintf(text, VERIFY_TEXT_SIZE, "%s differs from %s: %s (%s)", operation,
             reference_name(scalar_agrees, oracle_agrees), what, description);
    return false;
}

/* ---- build -------------------------------------------------------------------------------------------- */

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

static void run_build(kernel_build_function *build, const struct build_case *given, struct verify_space *space,
                      struct outcome *outcome)
{
    outcome_clear(outcome);
    uint64_t *const rows =
        outcome_add(outcome, "row", KERNEL_WORD_BYTES, KERNEL_MODULUS_MAX + 1, given->skew * sizeof(uint64_t));
    build(&space->pattern, space->residues + given->skew, rows);
    outcome_forget(outcome, 0, given->modulus);
}

bool verify_build(const struct kernel_operations *operations, const struct build_case *given,
                  struct verify_space *space, char *text)
{
    pattern_make(&space->pattern, given->modulus, given->allowed);
    memcpy(space->residues + given->skew, given->residues, KERNEL_WORD_COLUMNS);
    run_build(operations->build, given, space, &space->outcomes[BY_KERNEL]);
    run_build(kernel_scalar()->operations->build, given, space, &space->outcomes[BY_SCALAR]);
    run_build(build_by_definition, given, space, &space->outcomes[BY_ORACLE]);
    char description[48];
    snprintf(description, sizeof description, "modulus %u", (unsigned)given->modulus);
    return judge("build", space, description, text);
}

/* ---- sieve -------------------------------------------------------------------------------------------- */

/* Decides each offset by all of its residues, and looks at no key. */
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

static void run_sieve(kernel_sieve_function *sieve, const struct sieve_case *given, struct verify_space *space,
                      struct outcome *outcome)
{
    const struct kernel_tile tile = {space->tile_rows, given->modulus_count, given->key_first, space->residues};
    outcome_clear(outcome);
    struct kernel_hit *const hits =
        outcome_add(outcome, "hit", sizeof *hits, given->count, given->skew * sizeof(uint64_t));
    outcome->returned = sieve(&tile, space->keys + given->skew, space->numbers + given->skew, given->count, hits);
    outcome_forget(outcome, 0, outcome->returned);
    for (size_t i = 0; i < outcome->returned && i < given->count; ++i) {
        memset(&hits[i].number + 1, CANARY_BYTE, sizeof hits[i] - offsetof(struct kernel_hit, number) - 4);
    }
}

bool verify_sieve(const struct kernel_operations *operations, const struct sieve_case *given,
                  struct verify_space *space, char *text)
{
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
    run_sieve(operations->sieve, given, space, &space->outcomes[BY_KERNEL]);
    run_sieve(kernel_scalar()->operations->sieve, given, space, &space->outcomes[BY_SCALAR]);
    run_sieve(sieve_by_definition, given, space, &space->outcomes[BY_ORACLE]);
    char description[64];
    snprintf(description, sizeof description, "%zu offsets, %u moduli, key first %u", given->count,
             (unsigned)given->modulus_count, (unsigned)given->key_first);
    return judge("sieve", space, description, text);
}

/* ---- pick --------------------------------------------------------------------------------------------- */

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

static void run_pick(kernel_pick_function *pick, const struct pick_case *given, struct verify_space *space,
                     struct outcome *outcome)
{
    const size_t room = given->count + KERNEL_PICK_SPARE;
    outcome_clear(outcome);
    uint64_t *const keys = outcome_add(outcome, "key", sizeof *keys, room, given->skew * sizeof *keys);
    uint32_t *const numbers = outcome_add(outcome, "number", sizeof *numbers, room, given->skew * sizeof *numbers);
    outcome->returned = pick(space->residues + given->skew, space->keys + given->skew, given->first, given->count,
                             given->alive, keys, numbers);
    outcome_forget(outcome, 0, outcome->returned);
    outcome_forget(outcome, 1, outcome->returned);
}

bool verify_pick(const struct kernel_operations *operations, const struct pick_case *given, struct verify_space *space,
                 char *text)
{
    memcpy(space->residues + given->skew, given->residues, sizeof given->residues);
    for (size_t i = 0; i < given->count; ++i) {
        space->keys[given->skew + i] = (given->first + i) * UINT64_C(0x9e3779b97f4a7c15);
    }
    run_pick(operations->pick, given, space, &space->outcomes[BY_KERNEL]);
    run_pick(kernel_scalar()->operations->pick, given, space, &space->outcomes[BY_SCALAR]);
    run_pick(pick_by_definition, given, space, &space->outcomes[BY_ORACLE]);
    char description[48];
    snprintf(description, sizeof description, "%zu offsets", given->count);
    return judge("pick", space, description, text);
}

/* ---- add ---------------------------------------------------------------------------------------------- */

static void add_by_definition(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                              const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums)
{
    for (size_t i = 0; i < count * KERNEL_MODULI; ++i) {
        const uint32_t j = i % KERNEL_MODULI;
        sums.residues[i] = (uint8_t)(((uint32_t)residues[i] + residue[j]) % moduli[j]);
        sums.positions[i / KERNEL_MODULI] = positions[i / KERNEL_MODULI] + position;
    }
}

static void run_add(kernel_add_function *add, const struct add_case *given, struct verify_space *space,
                    struct outcome *outcome)
{
    outcome_clear(outcome);
    struct kernel_sums sums;
    sums.positions = outcome_add(outcome, "position", sizeof *sums.positions, given->count, given->skew * 8);
    sums.residues = outcome_add(outcome, "residue", 1, given->count * KERNEL_MODULI, given->skew);
    add(space->positions + given->skew, space->residues + given->skew, given->count, given->position, given->residue,
        given->moduli, sums);
}

bool verify_add(const struct kernel_operations *operations, const struct add_case *given, struct verify_space *space,
                char *text)
{
    memcpy(space->residues + given->skew, given->residues, given->count * KERNEL_MODULI);
    memcpy(space->positions + given->skew, given->positions, given->count * sizeof given->positions[0]);
    run_add(operations->add, given, space, &space->outcomes[BY_KERNEL]);
    run_add(kernel_scalar()->operations->add, given, space, &space->outcomes[BY_SCALAR]);
    run_add(add_by_definition, given, space, &space->outcomes[BY_ORACLE]);
    char description[48];
    snprintf(description, sizeof description, "%zu numbers", given->count);
    return judge("add", space, description, text);
}
