/*
 * What each kind of work costs, in nanoseconds, on one core of a server of 2023 with its widest kernel. Plans need
 * their ratios only, and these roughly: with a hit's cost halved or doubled, or a lane test's a third of this or three
 * times as much, five generated firewalls took between 15 % less and 35 % more time.
 */
#ifndef FIRESIEVE_SEARCH_COST_H
#define FIRESIEVE_SEARCH_COST_H

/* How often each kind of work is to be done, estimated. */
struct work {
    double lifts;      /* residues made for the wheel, times the constraints they are compared with */
    double row_bits;   /* bits drawn into rows */
    double offsets;    /* offsets started in a block */
    double starts;     /* rows, and classes, whose place in a block is computed */
    double row_words;  /* words of rows ANDed */
    double hits;       /* columns crossed off */
    double visits;     /* classes looked at in a segment */
    double lane_tests; /* survivors against classes */
    double checks;     /* survivors against constraints */
    double focus;      /* nanoseconds of a search by focus, which is forecast otherwise */
};

static const double cost_lift = 2.0;      /* make a residue, or compare it with a constraint */
static const double cost_row_bit = 1.0;   /* clear a bit of a row */
static const double cost_offset = 30.0;   /* start an offset in a block */
static const double cost_row_start = 2.5; /* find the place of a row */
static const double cost_start = 4.0;     /* find the column of a class in a block */
static const double cost_prepare = 12.0;  /* prepare a lane test */
static const double cost_row_word = 0.5;  /* AND one row into one word of 512 columns */
static const double cost_hit = 1.0;       /* clear one bit of a segment */
static const double cost_visit = 1.0;     /* look whether a class has a hit in a segment */
static const double cost_lane = 0.15;     /* test one survivor against one class */
static const double cost_check = 12.0;    /* pick one survivor out and look it up in one constraint */

/* Nanoseconds of all that work. */
static inline double cost_of(const struct work *work)
{
    return cost_lift * work->lifts + cost_row_bit * work->row_bits + cost_offset * work->offsets +
           cost_start * work->starts + cost_row_word * work->row_words + cost_hit * work->hits +
           cost_visit * work->visits + cost_lane * work->lane_tests + cost_check * work->checks + work->focus;
}

#endif
