/* Which constraints become rows of a focus. */
#ifndef FIRESIEVE_PLANNER_FOCUS_ROWS_H
#define FIRESIEVE_PLANNER_FOCUS_ROWS_H

#include "planner/costs.h"
#include "planner/focus_candidates.h"

struct row_choice {
    uint32_t moduli[FOCUS_ROWS_MAX]; /* first those that forbid most */
    size_t count;                    /* at least 1 */
    double bunches;                  /* of their patterns */
    double words;                    /* rows that are ANDed into a word, on average */
    double left;                     /* the share of pairs that survives them */
    double survivor;                 /* nanoseconds that one of these takes */
};

/*
 * Chooses the rows beside the lists of a sketch, for so many pairs and columns whose rows are to be built: one more as
 * long as it saves more survivors than it costs. Where lists take care of everything it is one of modulus 1, which
 * allows all.
 */
struct row_choice row_choice_make(const struct candidate_list *list, const struct sketch *sketch,
                                  const struct costs *costs, double pairs, double columns);

#endif
