/* Plans the rest of a search again, where its first tasks show that work costs more, or less, than the plan assumed. */
#ifndef FIRESIEVE_SEARCH_REPLAN_H
#define FIRESIEVE_SEARCH_REPLAN_H

#include "search/frontier.h"
#include "methods/plan.h"
#include "search/schedule.h"

struct replan {
    bool judged;   /* the costs of this search have been judged: that is done once */
    double ratio;  /* measured over predicted, where that was the reason to plan anew; otherwise 0 */
    double share;  /* of the window that was done when it was looked at first, and */
    double cpu_s;  /* the CPU time of the thread that called then; 0: it was not looked at */
    double done_s; /* of what was done of the window when it was judged, as predicted; a new plan begins without it */
};

/* Judges what some of the search took beside what it was predicted to: whether that is off by more than half as much. */
bool replan_judge(struct replan *replan, double took_s, double predicted_s);

/*
 * Whether to plan anew, now that so many threads have done a share of the window. By the CPU time of the thread that
 * calls, so that what else the machine does counts for nothing.
 */
bool replan_is_due(struct replan *replan, const struct plan *plan, const struct scheduled *window, unsigned threads,
                   double share);

/*
 * Chooses a plan for what is left, by the request's costs or, where it has none, by those that are measured now. Where it
 * is quicker than to go on, it becomes the frontier's, which then stands before its window; otherwise the frontier stays.
 * Errors: MEMORY.
 */
firesieve_status replan_choose(struct replan *replan, const struct plan *plan, const struct reduced *reduced,
                               const struct plan_request *request, struct frontier *frontier, firesieve_error *error);

#endif
