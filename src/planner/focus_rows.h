/* Which constraints become rows of a focus, and which of these are classes. */
#ifndef FIRESIEVE_PLANNER_FOCUS_ROWS_H
#define FIRESIEVE_PLANNER_FOCUS_ROWS_H

#include "planner/costs.h"
#include "planner/focus_candidates.h"

struct row_choice {
    uint32_t moduli[FOCUS_ROWS_MAX]; /* first those that forbid most */
    size_t candidates[FOCUS_ROWS_MAX];
    double gains[FOCUS_ROWS_MAX];
    size_t count;    /* at least 1 */
    double bunches;  /* of 16 rows */
    double left;     /* the share of pairs that survives them */
    double survivor; /* nanoseconds that one of these takes */
};

/*
 * Chooses the rows beside the lists of a sketch, for so many pairs, and columns whose rows are to be built: one more as
 * long as it saves more survivors than it costs. Where lists take care of everything it is one of modulus 1, which
 * allows all.
 */
struct row_choice row_choice_make(const struct candidate_list *list, const struct sketch *sketch,
                                  const struct costs *costs, double pairs, double columns);

/* Which rows order columns. */
struct class_choice {
    uint8_t rows[FOCUS_CLASSES_MAX]; /* of the row choice */
    uint8_t levels[FOCUS_CLASSES_MAX];
    uint32_t count;
    double words;  /* nanoseconds for a word and an offset, on average */
    double groups; /* residues of the first class that are alive */
};

/* No classes. */
struct class_choice class_choice_none(const struct row_choice *rows, const struct costs *costs);

/*
 * Chooses for tasks of 2^level words, level by level: none to three classes, of primes that are not in the sketch's lists,
 * so that columns have all residues.
 */
void class_choice_make(struct class_choice choices[CLASS_LEVELS], const struct candidate_list *list,
                       const struct sketch *sketch, const struct row_choice *rows, const struct costs *costs);

#endif
