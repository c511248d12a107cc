/* Periods as products of prime powers, as far as their primes are small. */
#ifndef FIRESIEVE_CNF_FACTORS_H
#define FIRESIEVE_CNF_FACTORS_H

#include <firesieve/firesieve.h>

/* A number below 2^64 has at most so many different prime factors. */
enum { PRIME_FACTORS_MAX = 15 };

/* The powers of primes that exactly divide a number. */
struct prime_power {
    uint64_t prime;
    uint64_t power;
};

struct factors {
    struct prime_power powers[PRIME_FACTORS_MAX]; /* ascending by prime */
    unsigned count;
};

/* Primes to divide by. Start with all members zero. */
struct prime_table {
    struct small_prime *primes; /* ascending; owned */
    size_t count;
    uint64_t largest; /* what larger primes divide is not factored */
    uint64_t divisions_left;
};

/*
 * Makes a table for periods up to `period_max` and primes up to `largest`, for at most `divisions` trial divisions of
 * about a nanosecond each. Cost: a sieve up to the smaller of `largest` and the root of `period_max`, 24 bytes a prime.
 * Errors: MEMORY.
 */
firesieve_status prime_table_make(struct prime_table *table, uint64_t largest, uint64_t period_max, uint64_t divisions,
                                  firesieve_error *error);

void prime_table_free(struct prime_table *table);

enum factoring { FACTORED, HAS_LARGER_PRIME, NO_DIVISIONS_LEFT };

/* Factors a number from 1 to period_max. */
enum factoring prime_table_factor(struct prime_table *table, uint64_t number, struct factors *factors);

#endif
