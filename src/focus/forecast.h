/* What a search by focus will take. */
#ifndef FIRESIEVE_FOCUS_FORECAST_H
#define FIRESIEVE_FOCUS_FORECAST_H

#include "base/watch.h"
#include "focus/row_choice.h"

/* Nanoseconds on one core of a server of 2023 with its widest kernel. */
static const double focus_cost_sum = 10;        /* read a column or an offset from its list */
static const double focus_cost_bunch = 0.35;    /* build a column's bits in a bunch of rows */
static const double focus_cost_call = 8;        /* start an offset in a block */
static const double focus_cost_row_word = 0.55; /* AND one row into 512 columns */
static const double focus_cost_survivor = 100;  /* pick one survivor out and look it up */
static const double focus_cost_window = 15e3;   /* open a window */
static const double focus_cost_summand = 100;   /* make a summand of a list */

/* What a focus is wanted for. */
struct focus_purpose {
    double delays;   /* mean distance of safe delays, or where all are wanted the whole range */
    double range;    /* to be searched at most */
    bool smallest;   /* a find ends the search */
    uint64_t memory; /* bytes for lists and threads */
    unsigned threads;
    struct go_on go_on; /* asked while a layout is chosen; after a no it is the best so far */
};

/* On one thread. */
struct focus_forecast {
    double pairs;       /* columns against offsets in purpose->delays */
    double columns;     /* in [0, A) */
    double offsets;     /* in [0, B) */
    double window;      /* delays in a window */
    double window_ns;   /* that one takes */
    double building_ns; /* reading lists and building rows, for an answer at purpose->delays or the end of the range */
    double sieving_ns;  /* everything else until then */
    double range_ns;    /* both, for the whole range */
    double typical_ns;  /* both, as the geometric mean over where the answer may be: by this layouts are chosen */
};

/* Windows that may be chosen, and what has been searched in them when the answer is found; all in mean distances. */
enum { FOCUS_WINDOWS = 11, FOCUS_PLACES = 8 };

struct focus_share {
    double windows;
    double delays;
};

struct focus_table {
    double windows[FOCUS_WINDOWS];                          /* ascending */
    struct focus_share shares[FOCUS_WINDOWS][FOCUS_PLACES]; /* for equally likely places of the answer */
};

void focus_table_fill(struct focus_table *table);

/*
 * The window is chosen, between 1 and `longest` delays. `density` is that of A * B's residues, the pairs in a delay,
 * and task_columns what a task is planned to have.
 */
struct focus_forecast focus_forecast_make(const struct focus_table *table, const struct focus_purpose *purpose,
                                          const struct row_choice *rows, double density, double columns, double offsets,
                                          double longest, uint32_t task_columns);

#endif
