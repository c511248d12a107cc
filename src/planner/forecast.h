/* What a search will take, on one thread. */
#ifndef FIRESIEVE_PLANNER_FORECAST_H
#define FIRESIEVE_PLANNER_FORECAST_H

#include "planner/purpose.h"

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

#endif
