#include "number/near.h"

#include "number/prime_test.h"

static int bit_length(firesieve_delay number)
{
    const uint64_t high = (uint64_t)(number >> 64);
    const uint64_t low = (uint64_t)number;
    return high != 0 ? 128 - __builtin_clzll(high) : low != 0 ? 64 - __builtin_clzll(low) : 0;
}

/* 2^exponent = quotient * number + rest, bit by bit; false if the quotient is 2^127 or more. */
static bool divide_power(int exponent, firesieve_delay number, kernel_wide *quotient, kernel_wide *rest)
{
    *quotient = 0;
    *rest = 1 % number;
    for (int i = 0; i < exponent && *quotient >> 126 == 0; ++i) {
        const bool above = *rest >= number - *rest;
        *quotient = *quotient << 1 | above;
        *rest = above ? *rest - (number - *rest) : *rest << 1;
    }
    return *quotient >> 126 == 0;
}

/* The same, and true only if quotient * distance is below the number for all distances in the span. */
static bool share_power(int exponent, firesieve_delay reference, uint64_t span, kernel_wide *quotient,
                        kernel_wide *rest)
{
    return divide_power(exponent, reference, quotient, rest) &&
           bit_length(*quotient) + bit_length(span) < bit_length(reference);
}

/* Starts with as many of the highest bits as possible; each makes the ladder one step shorter. */
static bool share_start(struct kernel_near *shared, uint64_t span)
{
    enum { TOP_BITS_MAX = 6 };
    const int radix_bits = KERNEL_RADIX_BITS(shared->limbs);
    for (int bits = TOP_BITS_MAX; bits > 0; --bits) {
        shared->top_shift = shared->length - bits;
        const int top = (int)(shared->reference >> shared->top_shift);
        const firesieve_delay size = (firesieve_delay)1 << shared->top_shift;
        const firesieve_delay next = size - (shared->reference & (size - 1));
        shared->next_top = next > UINT64_MAX ? UINT64_MAX : (uint64_t)next;
        if (span < next + size &&
            share_power(radix_bits + top, shared->reference, span, &shared->start_quotient, &shared->start_rest)) {
            return true;
        }
    }
    return false;
}

struct near_numbers near_numbers_make(firesieve_delay reference, uint64_t span)
{
    struct near_numbers near = {.shared = {.reference = reference}, .reference_1155 = (uint32_t)(reference % 1155)};
    struct kernel_near *const shared = &near.shared;
    shared->length = bit_length(reference + span + 1);
    shared->limbs = KERNEL_LIMBS(shared->length);
    near.in_lanes =
        shared->length >= KERNEL_NEAR_BITS_MIN && span >> KERNEL_DISTANCE_BITS == 0 && reference > span &&
        share_power(KERNEL_RADIX_BITS(shared->limbs), reference, span, &shared->one_quotient, &shared->one_rest) &&
        share_start(shared, span);
    return near;
}

/* The first P for which P^2 - 4 has Jacobi symbol -1 with a number, if it is 3, 4, 5, 6 or 9; otherwise 0. */
static inline uint32_t quick_parameter(uint32_t modulo_1155, uint32_t modulo_8)
{
    const uint32_t modulo_3 = modulo_1155 % 3;
    const uint32_t modulo_5 = modulo_1155 % 5;
    const uint32_t modulo_7 = modulo_1155 % 7;
    const uint32_t modulo_11 = modulo_1155 % 11;
    const uint32_t no_square_3 = modulo_3 == 2;
    const uint32_t no_square_7 = 0x68U >> modulo_7 & 1;    /* 3, 5, 6 */
    const uint32_t no_square_11 = 0x5C4U >> modulo_11 & 1; /* 2, 6, 7, 8, 10 */
    /* 3, 7 and 11 are 3 modulo 4: if the number is too, reciprocity flips the sign, but not for a product of two of them. */
    const uint32_t symbols = (0xCU >> modulo_5 & 1)                            /* P = 3: 5 */
                             | (no_square_3 ^ (modulo_8 >> 1 & 1)) << 1        /* 4: 12 */
                             | (no_square_3 ^ no_square_7) << 2                /* 5: 21 */
                             | (uint32_t)(modulo_8 == 3 || modulo_8 == 5) << 3 /* 6: 32 */
                             | (no_square_7 ^ no_square_11) << 4 /* 9: 77; 7 and 8 are as 5, and 3 and 4 */
                             | 1U << 5;
    const bool divided = modulo_3 == 0 || modulo_5 == 0 || modulo_7 == 0 || modulo_11 == 0;
    return divided ? 0 : (uint32_t)(0x096543 >> 4 * __builtin_ctz(symbols) & 15);
}

/* Replaces the lanes' results for the numbers of the mask by those of a test of each. */
static uint32_t decide(uint32_t passes, uint32_t mask, const struct near_numbers *near, const uint64_t *distances,
                       bool (*test)(firesieve_delay))
{
    for (; mask != 0; mask &= mask - 1) {
        const int i = __builtin_ctz(mask);
        passes &= ~(UINT32_C(1) << i);
        passes |= (uint32_t)test(near->shared.reference + distances[i]) << i;
    }
    return passes;
}

static uint32_t pass_strong(const struct near_numbers *near, const struct kernel_operations *kernel,
                            const uint64_t *distances)
{
    uint32_t unsure;
    const uint32_t passes = kernel->strong(&near->shared, distances, &unsure);
    return decide(passes, unsure, near, distances, number_passes_strong_test);
}

static uint32_t pass_lucas(const struct near_numbers *near, const struct kernel_operations *kernel,
                           const uint64_t *distances)
{
    uint32_t parameters[KERNEL_NUMBERS];
    uint32_t unusual = 0; /* those without a parameter, mostly because they are composite */
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        const uint32_t modulo_8 = (uint32_t)(near->shared.reference + distances[i]) & 7;
        parameters[i] = quick_parameter(near->reference_1155 + (uint32_t)(distances[i] % 1155), modulo_8);
        if (parameters[i] == 0) {
            parameters[i] = number_lucas_parameter(near->shared.reference + distances[i]);
        }
        if (parameters[i] == 0 || parameters[i] > KERNEL_PARAMETER_MAX) {
            parameters[i] = KERNEL_PARAMETER_MAX;
            unusual |= UINT32_C(1) << i;
        }
    }
    uint32_t unsure;
    const uint32_t passes = kernel->lucas(&near->shared, distances, parameters, &unsure);
    return decide(passes, unsure | unusual, near, distances, number_passes_lucas_test);
}

static uint32_t pass_alone(const struct near_numbers *near, const struct kernel_operations *kernel,
                           const uint64_t *distances)
{
    (void)kernel;
    return decide(0, UINT32_MAX, near, distances, number_is_prime);
}

typedef uint32_t near_test(const struct near_numbers *near, const struct kernel_operations *kernel,
                           const uint64_t *distances);

/* Keeps the columns whose number passes. The last block is filled up with its first number. */
static size_t keep(const struct near_numbers *near, const struct kernel_operations *kernel, near_test *test,
                   uint64_t first, uint32_t step, uint32_t *columns, size_t count)
{
    size_t kept = 0;
    for (size_t at = 0; at < count; at += KERNEL_NUMBERS) {
        const size_t filled = count - at < KERNEL_NUMBERS ? count - at : KERNEL_NUMBERS;
        uint64_t distances[KERNEL_NUMBERS];
        for (size_t i = 0; i < KERNEL_NUMBERS; ++i) {
            distances[i] = first + (uint64_t)step * columns[at + (i < filled ? i : 0)];
        }
        const uint32_t passes = test(near, kernel, distances);
        for (size_t i = 0; i < filled; ++i) {
            columns[kept] = columns[at + i];
            kept += passes >> i & 1;
        }
    }
    return kept;
}

size_t near_tuples(const struct near_numbers *near, const struct kernel_operations *kernel, uint64_t first,
                   uint32_t step, uint32_t *columns, size_t count, const uint32_t *shifts, uint32_t shift_count)
{
    near_test *const test = near->in_lanes ? pass_strong : pass_alone;
    for (uint32_t i = 0; i < shift_count; ++i) {
        count = keep(near, kernel, test, first + shifts[i], step, columns, count);
    }
    for (uint32_t i = 0; i < shift_count && near->in_lanes; ++i) {
        count = keep(near, kernel, pass_lucas, first + shifts[i], step, columns, count);
    }
    return count;
}
