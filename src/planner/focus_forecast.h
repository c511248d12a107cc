/* What a search by focus will take, and how long its windows should be. */
#ifndef FIRESIEVE_PLANNER_FOCUS_FORECAST_H
#define FIRESIEVE_PLANNER_FOCUS_FORECAST_H

#include "planner/focus_rows.h"
#include "planner/forecast.h"

/* Windows that may be chosen, and how many, and how many mean distances, are searched until the answer is found. */
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

/* The lists of a focus, on paper. */
struct focus_lists {
    double columns; /* in [0, A) */
    double offsets; /* in [0, B) */
    double density; /* the share of residues mod A * B that is left: the pairs in a delay */
};

/* The window is chosen, between 1 and `longest` delays; task_columns is what a task is planned to have. */
struct forecast focus_forecast_make(const struct focus_table *table, const struct purpose *purpose,
                                    const struct row_choice *rows, const struct focus_lists *lists, double longest,
                                    uint32_t task_columns);

#endif
