/* What a search will take, on one thread. */
#ifndef FIRESIEVE_PLANNER_FORECAST_H
#define FIRESIEVE_PLANNER_FORECAST_H

#include <math.h>

#include "pass/finds.h"
#include "pass/tally.h"
#include "planner/costs.h"
#include "residue/reduced.h"

struct purpose {
    const struct reduced *reduced; /* not blocked */
    const struct costs *costs;
    firesieve_delay from; /* where it begins, */
    firesieve_delay to;   /* and ends at the latest */
    double mean; /* delays until what is wanted has been found, on average, were there no end; INFINITY: none is safe */
    double range;    /* delays to be searched at most */
    bool ends;       /* what is wanted ends the search; otherwise the whole range is searched */
    bool forced;     /* the method was asked for: it is chosen where it can be, whatever it costs */
    uint64_t memory; /* bytes that tables may take, with what threads need */
    unsigned threads;
    double cheapest_ns; /* what other methods are predicted to take: planning this one should take little of it */
    struct go_on go_on; /* after a no, what is best so far is chosen */
};

/* Delays to be searched, on average where what is wanted ends it. */
static inline double purpose_delays(const struct purpose *purpose)
{
    return purpose->ends && purpose->mean < purpose->range ? purpose->mean : purpose->range;
}

struct forecast {
    double tables_ns; /* making the tables */
    double memory_ns; /* taking what a thread needs into use */
    double first_ns;  /* searching before anything can be found */
    double window_ns; /* what each window takes, whatever its length */
    double delay_ns;  /* and what each delay of it takes */
    double window;    /* delays in a window; INFINITY: windows are short and take nothing by themselves */
    double mean_ns; /* all of it, for an answer at the mean, or where there is none or all are wanted the whole range */
    double lists_ns;   /* the part of mean_ns that goes into tables, reading lists and building rows */
    double range_ns;   /* all of it, for the whole range */
    double typical_ns; /* all of it, as the mean over where the answer may be: plans are compared by this */
    double pairs;      /* of a focus: columns against offsets up to the mean */
};

/*
 * Where the first of many events is whose mean distance is 1, in FORECAST_PLACES equally likely places: the midpoints
 * of an exponential distribution's octiles.
 */
enum { FORECAST_PLACES = 8 };
double forecast_place(int index);

/*
 * Fills in mean_ns, range_ns and typical_ns of a search that takes tables_ns, memory_ns, first_ns for its first delays, and
 * delay_ns for each. typical_ns is the mean of the time over all places, so that an answer that is far costs what it
 * costs; places behind the range stand for no answer.
 */
void forecast_add_up(struct forecast *forecast, const struct purpose *purpose, double first_ns);

/* What searching so many delays in so many windows takes, but for the tables. */
static inline double forecast_search_ns(const struct forecast *forecast, double windows, double delays)
{
    return windows * forecast->window_ns + delays * forecast->delay_ns;
}

/* The part of mean_ns that goes into searching, and not into what comes before. */
static inline double forecast_mean_search_ns(const struct forecast *forecast)
{
    return forecast->mean_ns - forecast->tables_ns - forecast->memory_ns;
}

/*
 * That there is at least one, where so many are expected, independent of each other: 1 - e^-expected. By exp, which
 * every search calls anyway: the first call of expm1 costs a short one another page of the mathematical library.
 */
static inline double chance_of_any(double expected)
{
    static const double small = 1e-5; /* the next term of the series is below 2^-34 of it */
    return expected < small ? expected * (1 - expected / 2) : 1 - exp(-expected);
}

#endif
