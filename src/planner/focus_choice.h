/* Which constraints become lists, rows and checks of a focus. */
#ifndef FIRESIEVE_PLANNER_FOCUS_CHOICE_H
#define FIRESIEVE_PLANNER_FOCUS_CHOICE_H

#include "focus/focus.h"
#include "planner/costs.h"
#include "planner/forecast.h"

enum {
    CANDIDATES_MAX = 192, /* the constraints that forbid most */
    CLASS_LEVELS = 13     /* a class has 1, 2, 4 ... 2^12 parts */
};

/* A constraint that may be in lists or rows. */
struct candidate {
    uint64_t modulus;
    double gain;      /* -ln of the share that it leaves of what its divisors leave */
    uint8_t prime;    /* if the modulus is a power of a prime: the prime's index */
    uint8_t exponent; /* 0: it is no such power, or too large for a list */
};

/* Some of the candidates, one bit each. */
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
    /*
     * [candidate][level], for moduli that can have rows: the share of its rows that leave any of the columns of a part.
     */
    double alive[CANDIDATES_MAX][CLASS_LEVELS];
    double logarithms[FOCUS_POWERS_MAX]; /* of the primes */
    struct candidate_set
        divisors[CANDIDATES_MAX]; /* for each that can have a row: candidates whose moduli divide its own */
    double
        lookups[CANDIDATES_MAX + 1]; /* [n]: until a pair that n constraints have let through is dropped, on average */
};

void candidates_fill(struct candidate_list *list, const struct reduced *reduced);

/* A * B: the exponent of every prime, and what its constraints leave. */
struct sketch {
    uint8_t exponents[FOCUS_POWERS_MAX];
    double modulus; /* ln of A * B */
    double gain;    /* -ln of the share of residues that is left */
};

/* Whether the sketch's lists cover a candidate. */
bool sketch_lists(const struct sketch *sketch, const struct candidate *candidate);

/* Whether a candidate can be added. */
static inline bool sketch_can_take(const struct sketch *sketch, const struct candidate *candidate)
{
    return candidate->exponent > 0 && !sketch_lists(sketch, candidate);
}

/* What adding a candidate, and all others of lower powers of its prime, adds to a sketch. */
struct sketch_growth {
    double modulus;
    double gain;
};

struct sketch_growth sketch_growth(const struct sketch *sketch, const struct candidate_list *list,
                                   const struct candidate *candidate);

/* The sketch with one more candidate, and all others of lower powers of its prime. */
struct sketch sketch_with(const struct sketch *sketch, const struct candidate_list *list,
                          const struct candidate *candidate);

/* The sketch without the highest power of a prime that has a candidate. */
struct sketch sketch_without(const struct sketch *sketch, const struct candidate_list *list, size_t prime);

/* The candidates that become rows. */
struct row_choice {
    uint32_t moduli[FOCUS_ROWS_MAX]; /* those that forbid most come first */
    size_t candidates[FOCUS_ROWS_MAX];
    double gains[FOCUS_ROWS_MAX];
    size_t count;    /* at least 1 */
    double bunches;  /* of 16 rows */
    double left;     /* the share of pairs that survives them */
    double survivor; /* nanoseconds for each of these */
};

/*
 * Chooses the rows beside the lists of a sketch, for that many pairs, and columns for which rows are built: one more as
 * long as it saves more survivors than it costs. If lists cover everything, it is one row of modulus 1, which allows
 * all.
 */
struct row_choice row_choice_make(const struct candidate_list *list, const struct sketch *sketch,
                                  const struct costs *costs, double pairs, double columns);

/* Which rows order columns. */
struct class_choice {
    uint8_t rows[FOCUS_CLASSES_MAX]; /* indices into the row choice */
    uint8_t levels[FOCUS_CLASSES_MAX];
    uint32_t count;
    double words;  /* nanoseconds per word and offset, on average */
    double groups; /* residues of the first class that are alive */
};

/* No classes. */
struct class_choice class_choice_none(const struct row_choice *rows, const struct costs *costs);

/*
 * Chooses none to three classes for tasks of 2^level words, by level; not of primes in lists, so that all residues
 * occur.
 */
void class_choice_make(struct class_choice choices[CLASS_LEVELS], const struct candidate_list *list,
                       const struct sketch *sketch, const struct row_choice *rows, const struct costs *costs);

/* Windows to choose from, and for each the windows and mean distances searched until the answer is found. */
enum { FOCUS_WINDOWS = 11 };

struct focus_share {
    double windows;
    double delays;
};

struct focus_table {
    double windows[FOCUS_WINDOWS];                             /* delays; ascending, at most the range */
    struct focus_share shares[FOCUS_WINDOWS][FORECAST_PLACES]; /* for equally likely places of the answer */
};

void focus_table_fill(struct focus_table *table, const struct purpose *purpose);

/* The lists of a focus, and its tasks, on paper. */
struct focus_sizes {
    double columns; /* in [0, A) */
    double offsets; /* in [0, B) */
    double density; /* the share of residues mod A * B that is left: pairs per delay */
    double task_columns;
    double task_offsets; /* read at once */
};

/* The number of short summands into which a list of `count` numbers is split. */
double focus_shorts(double count);

/* Chooses the window, too. */
struct forecast focus_forecast_make(const struct focus_table *table, const struct purpose *purpose,
                                    const struct row_choice *rows, const struct class_choice *classes,
                                    const struct focus_sizes *sizes);

enum { SPLIT_CELLS = 4096 };

/* Room to work in: ways to choose some of the powers, by the product of their counts. */
struct split_ways {
    uint64_t masks[SPLIT_CELLS]; /* one bit per power */
    double moduli[SPLIT_CELLS];  /* logarithms; NAN if there is no way */
};

/* The lengths of lists. */
struct split {
    double columns;
    double offsets;
    double summands; /* in all four lists of summands */
};

/*
 * Fills in the powers of the layout, for about that many columns. False: A and B cannot both stay below
 * 2^FOCUS_MODULUS_BITS, and each of their parts below 2^FOCUS_PART_BITS. Cost: a millisecond.
 */
bool split_make(struct split *split, struct focus_layout *layout, struct split_ways *ways,
                const struct candidate_list *list, const struct sketch *sketch, double columns);

/*
 * Chooses the layout with the quickest prediction; if nothing else is possible, the lists of A = B = 1. Not *cheaper:
 * none is quicker than the cheapest so far, and there is no layout. Cost: a third of a millisecond to compare and as
 * much for the layout; some tens of milliseconds for searches of many seconds. False: no memory.
 */
bool focus_choose(struct focus_layout *layout, struct forecast *forecast, const struct purpose *purpose, bool *cheaper);

#endif
