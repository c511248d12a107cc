/*
 * The kernel contract: what every instruction set implements. Besides kernel headers, a kernel file may include only
 * SIMDe.
 *
 * A *word* is 512 columns, one bit each: eight 64-bit integers, bit i of integer j being column 64 * j + i.
 * A *row* is a sequence of words; its set bits are the columns that one constraint allows.
 * A *tile* is all rows of one word for some small moduli: row c of a modulus m, 0 <= c < m, has bit i set if the
 * residue of column i, plus c, is allowed modulo m.
 *
 * Rows to be ANDed may start at any byte, survivors at any multiple of 8 bytes; a multiple of 64 is fastest for both.
 * No function reads or writes beyond what its comment names, allocates memory, or touches anything global.
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

/* Tiles. */
enum {
    KERNEL_MODULUS_MAX = 255, /* a residue is a byte, and so is the modulus minus a residue */
    KERNEL_MODULI = 16,       /* in a tile; a column or an offset has one byte for each */
    /*
     * Words from a modulus's first row to the next one's: at least 256, and odd, so that all sets of a cache are used.
     */
    KERNEL_TILE_STRIDE = 261,
    KERNEL_TILE_LIMBS = KERNEL_MODULI * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS,
    KERNEL_KEY_ROWS = 8,  /* residues in a key */
    KERNEL_NEXT_ROWS = 3, /* rows that are ANDed after those, before the second check */
    KERNEL_PATTERN_BYTES = 2 * (KERNEL_MODULUS_MAX + 1) + KERNEL_WORD_BYTES,
    KERNEL_PICK_SPARE = 16 /* elements after its results that pick may write */
};

/*
 * Which candidates x < 2^31 one layer catches: those for which, in 32 bits that wrap around,
 *     rotate_right((x + addend) * inverse, rotation) <= limit.
 * For a period p = 2^rotation * q below 2^31, q odd, and a residue r < p that is
 *     addend = p - r, inverse = q^-1 mod 2^32, limit = floor((2^32 - 1) / p),
 * because p divides n = x - r + p < 2^32 exactly when that product is n / p (Granlund and Montgomery 1994, section 9).
 * addend = -r, inverse = 1, rotation = 0, limit = 0 catches x = r alone, which is all that a longer period can catch.
 */
struct kernel_lane_test {
    uint32_t addend;
    uint32_t inverse;
    uint32_t rotation; /* 0 .. 31 */
    uint32_t limit;
};

/*
 * ANDs `row_count` rows (0 is allowed: every column survives) of `word_count` words each into `survivors`, and returns
 * how many of its words have a bit set. Implementations stop reading rows once the words at hand are empty. A row is an
 * array of uint64_t, but may start at any byte.
 */
typedef size_t kernel_rows_function(const void *const *rows, size_t row_count, size_t word_count, uint64_t *survivors);

/*
 * Removes from `candidates` those that the layer catches, keeps the others in order, and returns their number.
 * The array has room for `count` rounded up to a multiple of KERNEL_LANES; what follows the result is unspecified.
 */
typedef size_t kernel_lanes_function(uint32_t *candidates, size_t count, const struct kernel_lane_test *test);

/* What is allowed modulo a small modulus. */
struct kernel_pattern {
    uint32_t modulus; /* 1 .. KERNEL_MODULUS_MAX */
    /* By residue, repeated up to KERNEL_PATTERN_BYTES: whether it is allowed, 0 or 1; */
    uint8_t allowed[KERNEL_PATTERN_BYTES];
    /* and whether it and the next seven are, bit j for residue + j. */
    uint8_t eights[KERNEL_PATTERN_BYTES];
};

/*
 * Builds the rows of one modulus for a word whose columns have these residues, 512 bytes below the modulus: row c is
 * the word at rows + c * KERNEL_WORD_LIMBS. Rows from the modulus up to 256 may be written, too.
 */
typedef void kernel_build_function(const struct kernel_pattern *pattern, const uint8_t *residues, uint64_t *rows);

/* The rows of a tile; modulus i begins at rows + i * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS, a multiple of 64 bytes. */
struct kernel_tile {
    const uint64_t *rows;
    uint32_t modulus_count;  /* key_first + KERNEL_KEY_ROWS .. KERNEL_MODULI */
    uint32_t key_first;      /* keys hold the residues modulo the KERNEL_KEY_ROWS moduli from this one on */
    const uint8_t *residues; /* of all offsets: KERNEL_MODULI bytes each, by its number */
};

/* The columns of a tile that survive an offset. */
struct kernel_hit {
    uint64_t word[KERNEL_WORD_LIMBS];
    uint32_t number; /* of the offset */
};

/*
 * For each of `count` offsets, ANDs the rows that its residues name, one for each modulus of the tile, and appends the
 * offsets that leave a column to `hits`, in their order; returns how many. keys[i] has the residues of offset
 * numbers[i] modulo the key's moduli, the first in the lowest byte. `hits` has room for `count`. Implementations AND
 * the key's rows, check whether anything is left, and read the other residues only of the few offsets for which
 * something is.
 */
typedef size_t kernel_sieve_function(const struct kernel_tile *tile, const uint64_t *keys, const uint32_t *numbers,
                                     size_t count, struct kernel_hit *hits);

/*
 * Of `count` offsets, appends the key and the number of those whose residue is alive to `picked_keys` and
 * `picked_numbers`, in their order; returns how many. `alive` has 256 bytes, 0 or 0xff; the number of offset i is first
 * + i. Results have room for `count` + KERNEL_PICK_SPARE. Reads up to 63 bytes of residues, and seven keys, past the
 * last.
 */
typedef size_t kernel_pick_function(const uint8_t *residues, const uint64_t *keys, uint32_t first, size_t count,
                                    const uint8_t *alive, uint64_t *picked_keys, uint32_t *picked_numbers);

/* Numbers below 2^63, and their residues modulo each of KERNEL_MODULI moduli. */
struct kernel_sums {
    uint64_t *positions;
    uint8_t *residues; /* KERNEL_MODULI bytes each */
};

/*
 * Adds one number to `count` others: to their positions (`position` may be negative, modulo 2^64; the sums are not),
 * and to their residues, which are below `moduli` (1 .. 255), as are those of the sums. Arrays do not overlap.
 */
typedef void kernel_add_function(const uint64_t *positions, const uint8_t *residues, size_t count, uint64_t position,
                                 const uint8_t *residue, const uint8_t *moduli, struct kernel_sums sums);

/*
 * Where numbers are struck: first[i] = (starts[i] - value * inverses[i]) modulo primes[i], for `count` primes below
 * 2^31, starts and inverses below their primes, and a value below 2^20. ratios[i] is the float nearest to the double
 * nearest to inverses[i] / primes[i]. Arrays do not overlap.
 */
typedef void kernel_starts_function(const uint32_t *starts, const uint32_t *primes, const uint32_t *inverses,
                                    const float *ratios, size_t count, uint32_t value, uint32_t *first);

/* ---- tests of numbers close to each other ---------------------------------------------------------------- */

__extension__ typedef unsigned __int128 kernel_wide;

enum {
    KERNEL_NUMBERS = 32,       /* are tested at once */
    KERNEL_DISTANCE_BITS = 56, /* numbers are less than 2^this above their reference */
    KERNEL_NEAR_BITS_MIN = 20, /* in a number */
    KERNEL_TRAIL = 9,          /* see kernel_strong_function */
    KERNEL_PARAMETER_MAX = 63
};

/* How many limbs numbers of up to this many bits have, and the bits of R, which is a power of 2: see kernel_near. */
#define KERNEL_LIMBS(bits) ((bits) <= 60 ? 2 : (bits) <= 80 ? 3 : (bits) <= 108 ? 4 : 5)
#define KERNEL_RADIX_BITS(limbs) ((limbs) == 2 ? 62 : 28 * (limbs))

/*
 * What the numbers n = reference + distance share, for distances up to a largest one. Lanes begin with R mod n and with
 * 2^top * R mod n, top being the highest bits of n, and need no division for that: R = quotient * reference + rest
 * gives
 *     R mod n = rest - quotient * distance, plus n if that is negative,
 * for all distances with quotient * distance < n, which limits the largest one.
 */
struct kernel_near {
    kernel_wide reference;
    kernel_wide one_rest; /* of R */
    kernel_wide one_quotient;
    kernel_wide start_rest; /* of 2^top * R, top being reference >> top_shift */
    kernel_wide start_quotient;
    uint64_t next_top; /* from this distance on, n >> top_shift is top + 1; it never is top + 2 */
    int32_t limbs;     /* 2 .. 5 */
    int32_t length;    /* bits of the largest number; KERNEL_NEAR_BITS_MIN .. 128 */
    int32_t top_shift; /* at least KERNEL_TRAIL */
};

/*
 * Tests KERNEL_NUMBERS odd numbers; bit i of the result says whether number i is a strong probable prime to base 2. A
 * bit set in `unsure` marks a number that is not decided, whose bit in the result means nothing; all of these are 1
 * modulo 2^KERNEL_TRAIL.
 */
typedef uint32_t kernel_strong_function(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure);

/*
 * The same for the extra strong Lucas test with P = parameters[i] (3 .. KERNEL_PARAMETER_MAX) and Q = 1: with
 * n + 1 = odd * 2^twos, V_odd is 2 or -2 and U_odd is 0, or one of V_odd, V_2odd, ..., V_(odd * 2^(twos - 2)) is 0.
 * Numbers not decided are -1 modulo 2^KERNEL_TRAIL. Choosing a good P for n is up to the caller.
 */
typedef uint32_t kernel_lucas_function(const struct kernel_near *near, const uint64_t *distances,
                                       const uint32_t *parameters, uint32_t *unsure);

/* What a kernel file defines: as firesieve_kernel_NAME, or as firesieve_kernel_NAME_emulated in its emulated build. */
struct kernel_operations {
    kernel_rows_function *rows;
    kernel_lanes_function *lanes;
    kernel_build_function *build;
    kernel_sieve_function *sieve;
    kernel_pick_function *pick;
    kernel_add_function *add;
    kernel_starts_function *starts;
    kernel_strong_function *strong;
    kernel_lucas_function *lucas;
};

#define KERNEL_PASTE_(a, b) a##b
#define KERNEL_PASTE(a, b) KERNEL_PASTE_(a, b)

#ifdef SIMDE_NO_NATIVE
#define KERNEL_SYMBOL(name) KERNEL_PASTE(firesieve_kernel_, KERNEL_PASTE(name, _emulated))
#else
#define KERNEL_SYMBOL(name) KERNEL_PASTE(firesieve_kernel_, name)
#endif

/*
 * Unrolls the following loop over an array of vectors, so that the array lives in registers. Vectors that SIMDe
 * emulates do not, and the code would only be four times as large.
 */
#if defined(SIMDE_NO_NATIVE)
#define KERNEL_UNROLL
#elif defined(__clang__)
#define KERNEL_UNROLL _Pragma("clang loop unroll(full)")
#else
#define KERNEL_UNROLL _Pragma("GCC unroll 16")
#endif

#endif
