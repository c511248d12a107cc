/* The constraints that a focus is planned with, their moduli in primes, and products A * B on paper. */
#ifndef FIRESIEVE_PLANNER_FOCUS_CANDIDATES_H
#define FIRESIEVE_PLANNER_FOCUS_CANDIDATES_H

#include "focus/focus.h"

enum {
    CANDIDATES_MAX = 192, /* the constraints that forbid most */
    CLASS_LEVELS = 13     /* a class has 1, 2, 4 .. 2^12 parts */
};

struct candidate {
    uint64_t modulus;
    double gain;      /* -ln of the share that it leaves of what its divisors leave */
    uint8_t prime;    /* where the modulus is a power of a prime: its index, */
    uint8_t exponent; /* and the exponent. 0: it is no such power, or too large, and cannot be in a list */
};

/* Some of the candidates, a bit each. */
enum { CANDIDATE_LIMBS = CANDIDATES_MAX / 64 };

struct candidate_set {
    uint64_t limbs[CANDIDATE_LIMBS];
};

static inline void candidate_set_add(struct candidate_set *set, size_t index)
{
    set->limbs[index / 64] |= UINT64_C(1) << index % 64;
}

static inline bool candidate_set_has(const struct candidate_set *set, size_t index)
{
    return set->limbs[index / 64] >> index % 64 & 1;
}

struct candidate_list {
    struct candidate items[CANDIDATES_MAX];
    size_t count;
    uint32_t primes[FOCUS_POWERS_MAX];
    size_t prime_count;
    /* [candidate][level], of moduli that can have rows: the share of its rows that leave any of the columns of a part. */
    double alive[CANDIDATES_MAX][CLASS_LEVELS];
    double logarithms[FOCUS_POWERS_MAX];           /* of the primes */
    struct candidate_set divisors[CANDIDATES_MAX]; /* of each that can have a row: those whose moduli divide its own */
    double
        lookups[CANDIDATES_MAX + 1]; /* [n]: until a pair is dropped that n constraints have let through, on average */
};

void candidates_fill(struct candidate_list *list, const struct reduced *reduced);

/* A * B: the exponent of every prime, and what its constraints leave. */
struct sketch {
    uint8_t exponents[FOCUS_POWERS_MAX];
    double modulus; /* ln of A * B */
    double gain;    /* -ln of the share of residues that is left */
};

/* Whether the sketch's lists take care of a candidate. */
bool sketch_lists(const struct sketch *sketch, const struct candidate *candidate);

/* Whether a candidate can be added. */
static inline bool sketch_can_take(const struct sketch *sketch, const struct candidate *candidate)
{
    return candidate->exponent > 0 && !sketch_lists(sketch, candidate);
}

/* What taking a candidate in adds to a sketch, with all others of lower powers of its prime. */
struct sketch_growth {
    double modulus;
    double gain;
};

struct sketch_growth sketch_growth(const struct sketch *sketch, const struct candidate_list *list,
                                   const struct candidate *candidate);

/* The sketch with one more candidate, and all others of lower powers of its prime. */
struct sketch sketch_with(const struct sketch *sketch, const struct candidate_list *list,
                          const struct candidate *candidate);

/* The sketch without the highest power of a prime at which there is a candidate. */
struct sketch sketch_without(const struct sketch *sketch, const struct candidate_list *list, size_t prime);

#endif
