/* The cases that `starts` and the tests of numbers near one another are verified with, as in cases.h. */
#ifndef FIRESIEVE_VERIFY_NEAR_CASES_H
#define FIRESIEVE_VERIFY_NEAR_CASES_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "kernel.h"

enum { CASE_PRIMES_MAX = 300 };

struct starts_case {
    uint32_t value;
    size_t count;
    uint32_t primes[CASE_PRIMES_MAX]; /* any moduli below 2^31, in fact */
    uint32_t starts[CASE_PRIMES_MAX];
    uint32_t inverses[CASE_PRIMES_MAX];
    size_t skew; /* of the result, in elements */
};

struct near_case {
    kernel_wide reference;
    uint64_t span; /* lanes take numbers of it */
    uint64_t distances[KERNEL_NUMBERS];
    uint32_t parameters[KERNEL_NUMBERS];
    int planted; /* the lane of a number of a kind that is seldom */
    size_t skew; /* of the arrays, in elements */
};

void starts_case_draw(struct starts_case *drawn, struct random_state *random);
void near_case_draw(struct near_case *drawn, struct random_state *random);

/* A case of 32 odd numbers in a span of at most 2^span_bits around one that is odd and has 42 .. 127 bits. */
void near_case_around(struct near_case *drawn, kernel_wide number, int span_bits, struct random_state *random);

/* The first product p * (a * p + b) that is not below the number, up to 2^20 more than its root, or the number itself. */
kernel_wide near_case_product(kernel_wide number, uint64_t a, int64_t b);

/*
 * The first p^2 * (2 * p + 1) of two primes, likewise. n + 1 is a multiple of p + 1 and 2 * p + 2; where V_odd is 2 or -2
 * modulo n for that reason, U_odd is 0 modulo p but not modulo p^2, so that the Lucas test has to look at it.
 */
kernel_wide near_case_square_product(kernel_wide number);

#endif
