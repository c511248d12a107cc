/* Which constraints form the wheel. */
#ifndef FIRESIEVE_PLANNER_WHEEL_CHOICE_H
#define FIRESIEVE_PLANNER_WHEEL_CHOICE_H

#include "planner/forecast.h"
#include "planner/stages.h"

struct wheel_choice {
    uint64_t factors[WHEEL_FACTORS_MAX]; /* by which the modulus grows, one after the other */
    size_t factor_count;
    uint64_t modulus;
    double share; /* of delays that the wheel leaves */
    uint32_t block_words;
    double density; /* the share of columns that rows leave */
    struct forecast forecast;
};

/*
 * Chooses the steps that make the whole search cheapest: one constraint after the other is taken in, always the one
 * that leaves fewest residues for the growth of the modulus, and of all these wheels the one with the smallest
 * predicted cost is kept; `scans` allows none but the wheel of modulus 1, and a forced one has at least one step. Only
 * the 1024 constraints that forbid most are considered. The stages of the list are those beside the wheel then; where one
 * of several methods has no step that pays, nothing is chosen. Cost:
 * for each step a gcd for each of these, a comparison of every pair of different factors among them, and a pass over
 * all constraints; steps end where they are no longer worth finding.
 */
void wheel_choose(struct wheel_choice *choice, struct stage_list *list, const struct purpose *purpose, bool scans);

#endif
