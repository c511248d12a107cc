/*
 * The time of primality tests of numbers near one another, in nanoseconds per number: each kernel compared with GMP.
 * `strong` is for composites, which fail the strong test; `prime` is for primes, which take the Lucas test as well.
 * Medians over rounds, each in the reverse order of the one before.
 */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/kernel_table.h"
#include "number/near.h"
#include "number/prime_test.h"

enum { NUMBERS = 2048, GMP_NUMBERS = 256, ROUNDS = 21, KERNELS_MAX = 16, STEP = 2 };

static const int bit_lengths[] = {50, 60, 64, 70, 100, 124};

/* Columns of composite numbers and of primes, without divisors below 12. */
static struct {
    firesieve_delay reference;
    struct near_numbers near;
    uint32_t columns[2][NUMBERS];
    mpz_t numbers[2][GMP_NUMBERS];
} data;

static double thread_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void set_number(mpz_t number, firesieve_delay value)
{
    mpz_import(number, 1, -1, sizeof value, 0, 0, &value);
}

static void choose_numbers(int bits)
{
    size_t counts[2] = {0, 0};
    data.reference = ((firesieve_delay)3 << (bits - 2)) + 1;
    data.near = near_numbers_make(data.reference, UINT64_C(1) << 24);
    for (uint32_t column = 0; counts[0] < NUMBERS || counts[1] < NUMBERS; ++column) {
        const firesieve_delay number = data.reference + STEP * column;
        if (number % 3 == 0 || number % 5 == 0 || number % 7 == 0 || number % 11 == 0) {
            continue;
        }
        const bool prime = number_is_prime(number);
        if (counts[prime] < NUMBERS) {
            data.columns[prime][counts[prime]] = column;
            if (counts[prime] < GMP_NUMBERS) {
                set_number(data.numbers[prime][counts[prime]], number);
            }
            ++counts[prime];
        }
    }
}

static double time_kernel(const struct kernel_operations *kernel, bool primes)
{
    static const uint32_t no_shift[] = {0};
    uint32_t columns[NUMBERS];
    memcpy(columns, data.columns[primes], sizeof columns);
    const double start = thread_ns();
    const size_t kept = near_tuples(&data.near, kernel, 0, STEP, columns, NUMBERS, no_shift, 1);
    const double elapsed = thread_ns() - start;
    if (kept != (primes ? NUMBERS : 0)) {
        abort();
    }
    return elapsed / NUMBERS;
}

/* The power that the strong test consists of, and GMP's own test, which begins with the same two. */
static double time_gmp(bool primes)
{
    mpz_t power;
    mpz_t base;
    mpz_t exponent;
    mpz_init(power);
    mpz_init(exponent);
    mpz_init_set_ui(base, 2);
    const double start = thread_ns();
    for (int i = 0; i < GMP_NUMBERS; ++i) {
        if (primes) {
            mpz_set_ui(power, (unsigned long)mpz_probab_prime_p(data.numbers[1][i], 1));
        } else {
            mpz_sub_ui(exponent, data.numbers[0][i], 1);
            mpz_powm(power, base, exponent, data.numbers[0][i]);
        }
    }
    const double elapsed = thread_ns() - start;
    mpz_clear(power);
    mpz_clear(exponent);
    mpz_clear(base);
    return elapsed / GMP_NUMBERS;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Candidate 0 is GMP, the others are kernels. */
static void measure(int bits, const firesieve_kernel *const *kernels, size_t count)
{
    static double times[KERNELS_MAX][2][ROUNDS];
    choose_numbers(bits);
    for (size_t round = 0; round < ROUNDS; ++round) {
        for (size_t turn = 0; turn < 2 * count; ++turn) {
            const size_t which = round % 2 == 0 ? turn : 2 * count - 1 - turn;
            const size_t i = which / 2;
            const bool primes = which % 2 != 0;
            times[i][primes][round] = i == 0 ? time_gmp(primes) : time_kernel(kernels[i]->operations, primes);
        }
    }
    for (size_t i = 0; i < count; ++i) {
        qsort(times[i][0], ROUNDS, sizeof times[i][0][0], compare);
        qsort(times[i][1], ROUNDS, sizeof times[i][1][0], compare);
        printf("%4d %-12s %8.1f %8.1f\n", bits, i == 0 ? "GMP" : kernels[i]->name, times[i][0][ROUNDS / 2],
               times[i][1][ROUNDS / 2]);
    }
}

int main(void)
{
    const firesieve_kernel *kernels[KERNELS_MAX] = {NULL};
    size_t count = 1;
    for (size_t i = 0; i < firesieve_kernel_count() && count < KERNELS_MAX; ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (!firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel)) {
            kernels[count++] = kernel;
        }
    }
    for (size_t i = 0; i < GMP_NUMBERS; ++i) {
        mpz_init(data.numbers[0][i]);
        mpz_init(data.numbers[1][i]);
    }
    printf("bits kernel         strong    prime\n");
    for (size_t i = 0; i < sizeof bit_lengths / sizeof bit_lengths[0]; ++i) {
        measure(bit_lengths[i], kernels, count);
    }
    for (size_t i = 0; i < GMP_NUMBERS; ++i) {
        mpz_clear(data.numbers[0][i]);
        mpz_clear(data.numbers[1][i]);
    }
    return 0;
}
