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

/* The lists of a focus, and its tasks, on paper. */
struct focus_sizes {
    double columns; /* in [0, A) */
    double offsets; /* in [0, B) */
    double density; /* the share of residues mod A * B that is left: the pairs in a delay */
    double task_columns;
    double task_offsets; /* that are read at once */
};

/* How many short summands a list of so many numbers is split into. */
double focus_shorts(double count);

/* The window is chosen, between 1 and `longest` delays. */
struct forecast focus_forecast_make(const struct focus_table *table, const struct purpose *purpose,
                                    const struct row_choice *rows, const struct class_choice *classes,
                                    const struct focus_sizes *sizes, double longest);

#endif
