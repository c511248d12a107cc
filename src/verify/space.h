/* The buffers of verification, for the files that it is made of. */
#ifndef FIRESIEVE_VERIFY_SPACE_H
#define FIRESIEVE_VERIFY_SPACE_H

#include "verify/cases.h"
#include "verify/near_cases.h"
#include "verify/tile_cases.h"

#define CANARY UINT64_C(0x5ac35ac35ac35ac3)

enum {
    /* No kernel holds more than this many words at once, so that no slip of one can jump over the canaries. */
    CANARY_WORDS = 8,
    CANARY_LIMBS = CANARY_WORDS * KERNEL_WORD_LIMBS,
    CANARY_LANES = 4 * KERNEL_LANES,
    ROW_GAP_LIMBS = 2 * KERNEL_WORD_LIMBS, /* one before the row, and one that its skew eats into */
    ROWS_LIMBS = CASE_ROWS_MAX * (ROW_GAP_LIMBS + CASE_WORDS_MAX * KERNEL_WORD_LIMBS),
    SURVIVORS_LIMBS = CANARY_LIMBS + KERNEL_WORD_LIMBS + CASE_WORDS_MAX * KERNEL_WORD_LIMBS + CANARY_LIMBS,
    CANDIDATES_LANES = CANARY_LANES + KERNEL_LANES + CASE_CANDIDATES_MAX + CANARY_LANES,
    STARTS_LANES = CANARY_LANES + KERNEL_LANES + CASE_PRIMES_MAX + CANARY_LANES,
    /* Of an operation on tiles: two arrays at most, and what is around them. */
    GAP_BYTES = 1024,
    OUTCOME_BYTES = CASE_OFFSETS_MAX * sizeof(struct kernel_hit) + 4 * GAP_BYTES
};

/* What comes out of an operation, with everything around it that must stay as it was. */
struct rows_result {
    _Alignas(KERNEL_WORD_BYTES) uint64_t limbs[SURVIVORS_LIMBS];
    size_t live_words;
};

struct lanes_result {
    _Alignas(KERNEL_WORD_BYTES) uint32_t lanes[CANDIDATES_LANES];
    size_t kept;
};

struct starts_result {
    _Alignas(KERNEL_WORD_BYTES) uint32_t first[STARTS_LANES];
};

/* An array that an operation on tiles writes. */
struct outcome_area {
    const char *elements; /* what they are, for texts */
    size_t element_bytes;
    size_t begin; /* byte of the outcome */
    size_t end;
};

struct outcome {
    _Alignas(KERNEL_WORD_BYTES) uint8_t bytes[OUTCOME_BYTES];
    size_t used; /* bytes */
    size_t returned;
    struct outcome_area areas[2];
    size_t area_count;
};

enum { BY_KERNEL, BY_SCALAR, BY_ORACLE, RESULTS };

/* Aligned, as kernels like them best. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct verify_space {
    _Alignas(KERNEL_WORD_BYTES) uint64_t row_limbs[ROWS_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint64_t tile_rows[KERNEL_TILE_LIMBS]; /* of tiles, as are the next four */
    _Alignas(KERNEL_WORD_BYTES) uint64_t keys[CASE_OFFSETS_MAX + 2 * KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint64_t positions[CASE_OFFSETS_MAX + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint32_t numbers[CASE_OFFSETS_MAX + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint8_t residues[CASE_OFFSETS_MAX * KERNEL_MODULI + 2 * KERNEL_WORD_BYTES];
    uint64_t row_limbs_before[ROWS_LIMBS];
    const void *rows[CASE_ROWS_MAX];
    struct rows_result rows_results[RESULTS];
    struct lanes_result lanes_results[RESULTS];
    struct rows_case rows_case;
    struct lanes_case lanes_case;
    /* Of tiles. */
    struct outcome outcomes[RESULTS];
    struct kernel_pattern pattern;
    struct build_case build_case;
    struct sieve_case sieve_case;
    struct pick_case pick_case;
    struct add_case add_case;
    /* Of starts, and of numbers near one another. */
    struct starts_result starts_results[RESULTS];
    float ratios[CASE_PRIMES_MAX];
    _Alignas(KERNEL_WORD_BYTES) uint64_t distances[KERNEL_NUMBERS + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint32_t parameters[KERNEL_NUMBERS + KERNEL_WORD_LIMBS];
    struct starts_case starts_case;
    struct near_case near_case;
};

/* Which of scalar and oracle differs from the kernel. */
const char *reference_name(bool scalar_agrees, bool oracle_agrees);

#endif
