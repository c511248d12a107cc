/* The buffers of verification, for the files that it is made of. */
#ifndef FIRESIEVE_VERIFY_SPACE_H
#define FIRESIEVE_VERIFY_SPACE_H

#include "verify/cases.h"

enum { CANARY_BYTE = 0x5a };

enum {
    /* Around each array of an outcome: more than a kernel holds at once, so that no slip can jump over a gap. */
    GAP_BYTES = 1024,
    OUTCOME_BYTES = CASE_OFFSETS_MAX * sizeof(struct kernel_hit) + 4 * GAP_BYTES,
    ROW_GAP_LIMBS = 2 * KERNEL_WORD_LIMBS, /* one word before the row, and one that its skew eats into */
    ROWS_LIMBS = CASE_ROWS_MAX * (ROW_GAP_LIMBS + CASE_WORDS_MAX * KERNEL_WORD_LIMBS)
};

/* An array that an operation writes. */
struct outcome_area {
    const char *elements; /* their name in texts, in the singular */
    size_t element_bytes;
    size_t begin; /* first byte, in the outcome */
    size_t end;
};

/* What an operation returns and writes, with everything around it that must stay as it was. */
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
    struct outcome outcomes[RESULTS];
    /* Of rows. */
    _Alignas(KERNEL_WORD_BYTES) uint64_t row_limbs[ROWS_LIMBS];
    uint64_t row_limbs_before[ROWS_LIMBS];
    const void *rows[CASE_ROWS_MAX];
    /* Of tiles. */
    _Alignas(KERNEL_WORD_BYTES) uint64_t tile_rows[KERNEL_TILE_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint64_t keys[CASE_OFFSETS_MAX + 2 * KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint64_t positions[CASE_OFFSETS_MAX + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint32_t numbers[CASE_OFFSETS_MAX + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint8_t residues[CASE_OFFSETS_MAX * KERNEL_MODULI + 2 * KERNEL_WORD_BYTES];
    struct kernel_pattern pattern;
    /* Of starts, and of numbers near one another. */
    float ratios[CASE_PRIMES_MAX];
    _Alignas(KERNEL_WORD_BYTES) uint64_t distances[KERNEL_NUMBERS + KERNEL_WORD_LIMBS];
    _Alignas(KERNEL_WORD_BYTES) uint32_t parameters[KERNEL_NUMBERS + KERNEL_WORD_LIMBS];
    struct rows_case rows_case;
    struct lanes_case lanes_case;
    struct build_case build_case;
    struct sieve_case sieve_case;
    struct pick_case pick_case;
    struct add_case add_case;
    struct starts_case starts_case;
    struct near_case near_case;
};

/* Begins an outcome with one array of `count` elements, which starts `skew` bytes after a multiple of 64. */
void *outcome_begin(struct outcome *outcome, const char *elements, size_t element_bytes, size_t count, size_t skew);

/* Adds another array to it. */
void *outcome_add(struct outcome *outcome, const char *elements, size_t element_bytes, size_t count, size_t skew);

/* Only the first `count` elements of an array are specified: makes the others comparable. */
void outcome_forget(struct outcome *outcome, size_t area_index, size_t count);

/*
 * Whether the kernel's outcome in `space` is that of scalar and of the oracle. If not, `text` gets the first difference
 * and, in parentheses, the description of the case.
 */
bool outcomes_judge(const struct verify_space *space, const char *operation, char *text, const char *description, ...)
    __attribute__((format(printf, 4, 5)));

/* The operations that BY_KERNEL, BY_SCALAR and BY_ORACLE stand for. */
const struct kernel_operations *operations_by(int by, const struct kernel_operations *kernel,
                                              const struct kernel_operations *oracle);

/* Which of scalar and the oracle the kernel differs from. */
const char *reference_name(bool scalar_agrees, bool oracle_agrees);

#endif
