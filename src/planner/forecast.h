/* What a search will cost on one thread. */
#ifndef FIRESIEVE_PLANNER_FORECAST_H
#define FIRESIEVE_PLANNER_FORECAST_H

#include <math.h>

#include "pass/finds.h"
#include "pass/tally.h"
#include "planner/costs.h"
#include "residue/reduced.h"

/* What a search is wanted for, as far as plans depend on it. */
struct purpose {
    const struct reduced *reduced; /* not blocked */
    const struct costs *costs;
    firesieve_delay from; /* where it begins, */
    firesieve_delay to;   /* and ends at the latest */
    double
        mean; /* expected delays until what is wanted has been found, if the range had no end; INFINITY: none is safe */
    double range;    /* most delays to be searched */
    bool ends;       /* finding what is wanted ends the search; otherwise the whole range is searched */
    bool forced;     /* the method was asked for: it is chosen if possible, whatever it costs */
    uint64_t memory; /* bytes that tables may take, with what threads need */
    unsigned threads;
    double cheapest_ns; /* the prediction of other methods: planning this one should take little of it */
    struct go_on go_on; /* after a no, the best so far is chosen */
};

/* The expected number of delays to be searched. */
static inline double purpose_delays(const struct purpose *purpose)
{
    return purpose->ends && purpose->mean < purpose->range ? purpose->mean : purpose->range;
}

struct forecast {
    double tables_ns; /* making the tables */
    double memory_ns; /* touching the memory of a thread for the first time */
    double first_ns;  /* searching before anything can be found */
    double window_ns; /* each window, whatever its length */
    double delay_ns;  /* each delay of it */
    double window;    /* delays in a window; INFINITY: windows are short and cost nothing by themselves */
    double
        mean_ns; /* everything, for an answer at the mean, or for the whole range if there is none or all are wanted */
    double lists_ns;   /* the part of mean_ns that goes into tables, reading lists and building rows */
    double range_ns;   /* everything, for the whole range */
    double typical_ns; /* everything, averaged over where the answer may be: plans are compared by this */
    double pairs;      /* of a focus: columns against offsets up to the mean */
};

/* Equally likely places of the first of many events at mean distance 1: midpoints of the exponential's octiles. */
enum { FORECAST_PLACES = 8 };
double forecast_place(int index);

/*
 * Fills in mean_ns, range_ns and typical_ns of a search that takes tables_ns, memory_ns, first_ns for its first delays,
 * and delay_ns for each. typical_ns is the mean of the time over all places, so that distant answers count in full;
 * places after the range stand for no answer.
 */
void forecast_add_up(struct forecast *forecast, const struct purpose *purpose, double first_ns);

/* The time to search that many delays in that many windows, without the tables. */
static inline double forecast_search_ns(const struct forecast *forecast, double windows, double delays)
{
    return windows * forecast->window_ns + delays * forecast->delay_ns;
}

/* The part of mean_ns that goes into searching, and not into preparations. */
static inline double forecast_mean_search_ns(const struct forecast *forecast)
{
    return forecast->mean_ns - forecast->tables_ns - forecast->memory_ns;
}

/*
 * The chance of at least one event where `expected` independent ones are expected: 1 - e^-expected. Uses exp, which
 * every search calls anyway: the first call of expm1 costs a short search another page of the mathematical library.
 */
static inline double chance_of_any(double expected)
{
    static const double small = 1e-5; /* the next term of the series is below 2^-34 of it */
    return expected < small ? expected * (1 - expected / 2) : 1 - exp(-expected);
}

#endif
