/*
 * The kernel contract: what every instruction set implements, and all that a kernel file may include besides SIMDe.
 *
 * A *word* is 512 columns, one bit each: eight 64-bit integers, bit i of integer j being column 64 * j + i.
 * A *row* is a run of words; its set bits are the columns that one constraint allows.
 *
 * Rows and survivors may start at any address that is a multiple of 8 bytes (a multiple of 64 is fastest). No function
 * reads or writes outside of what its comment names, allocates, or touches anything global.
 */
#ifndef FIRESIEVE_KERNEL_H
#define FIRESIEVE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KERNEL_WORD_COLUMNS = 512,
    KERNEL_WORD_BYTES = 64,
    KERNEL_WORD_LIMBS = 8,     /* 64-bit integers in a word */
    KERNEL_LANES = 16,         /* candidate arrays are padded to a multiple of this */
    KERNEL_CANDIDATE_BITS = 31 /* candidates are below 2^31 */
};

/*
 * Which candidates x < 2^31 one layer catches: those with, in 32 bits that wrap around,
 *     rotate_right((x + addend) * inverse, rotation) <= limit.
 * For a period p = 2^rotation * q below 2^31, q odd, and a residue r < p that is
 *     addend = p - r, inverse = q^-1 mod 2^32, limit = floor((2^32 - 1) / p),
 * because p divides n = x - r + p < 2^32 exactly when that product is n / p (Granlund and Montgomery 1994, section 9).
 * addend = -r, inverse = 1, rotation = 0, limit = 0 catches x = r alone, which is all a longer period can do.
 */
struct kernel_lane_test {
    uint32_t addend;
    uint32_t inverse;
    uint32_t rotation; /* 0 .. 31 */
    uint32_t limit;
};

/*
 * ANDs `row_count` rows (0 is allowed: every column survives) of `word_count` words each into `survivors`, and returns
 * how many of its words have a bit set. Implementations stop reading rows once the words at hand are empty.
 */
typedef size_t kernel_rows_function(const uint64_t *const *rows, size_t row_count, size_t word_count,
                                    uint64_t *survivors);

/*
 * Drops from `candidates` those that the layer catches, keeps the order of the others and returns their number.
 * The array has room for `count` rounded up to a multiple of KERNEL_LANES; what is behind the result is unspecified.
 */
typedef size_t kernel_lanes_function(uint32_t *candidates, size_t count, const struct kernel_lane_test *test);

/* What a kernel file defines, as firesieve_kernel_NAME, or firesieve_kernel_NAME_emulated in its emulated build. */
struct kernel_operations {
    kernel_rows_function *rows;
    kernel_lanes_function *lanes;
};

#define KERNEL_PASTE_(a, b) a##b
#define KERNEL_PASTE(a, b) KERNEL_PASTE_(a, b)

#ifdef SIMDE_NO_NATIVE
#define KERNEL_SYMBOL(name) KERNEL_PASTE(firesieve_kernel_, KERNEL_PASTE(name, _emulated))
#else
#define KERNEL_SYMBOL(name) KERNEL_PASTE(firesieve_kernel_, name)
#endif

/* Unrolls the loop that follows over an array of vectors, so that the array lives in registers. */
#if defined(__clang__)
#define KERNEL_UNROLL _Pragma("clang loop unroll(full)")
#else
#define KERNEL_UNROLL _Pragma("GCC unroll 16")
#endif

#endif
