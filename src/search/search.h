/* A search on its way: what its stages share. */
#ifndef FIRESIEVE_SEARCH_SEARCH_H
#define FIRESIEVE_SEARCH_SEARCH_H

#include "reports/profile.h"
#include "search/checkpoint.h"
#include "search/ledger.h"
#include "search/team.h"
#include "methods/plan.h"
#include "search/schedule.h"

/* Whole cycles of a count that are counted already: what is searched is what the range has over them. */
struct counted_cycles {
    firesieve_delay count;
    firesieve_delay to; /* where the range ends; 0: none are */
};

struct search {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    const struct goal *goal;
    struct profiler *profiler; /* or NULL */
    struct watch watch;
    struct frontier frontier;      /* owned */
    const struct reduced *reduced; /* of searches by sieve */
    bool planned;                  /* the frontier's plan was chosen for these options */
    bool asked_structure;          /* for an answer: once a search */
    struct counted_cycles counted;
    bool some_is_safe;      /* it is proved that some delay is, below 2^127 or not; and */
    double density;         /* their share, where that is known; otherwise 0 */
    struct ledger *ledger;  /* of the windows that are searched, or NULL; and */
    struct task_pool *pool; /* their tasks */
    firesieve_search_result result;

    struct checkpoint *checkpoint; /* or NULL */
    struct window_frontier
        resumed; /* the window that it goes on with, with room for its tasks where there may be one */
};

/* What the thread that called does from here on. */
static inline void search_enter(const struct search *search, enum firesieve_stage stage)
{
    if (search->profiler != NULL) {
        tally_change(&search->profiler->tallies[0], stage);
    }
}

/*
 * The search for what no class of the firewall contains, and the goal's filter lets pass. The options are checked, and
 * the range is theirs. Errors: as firesieve_solve.
 */
firesieve_status search_classes(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                const struct goal *goal, firesieve_search_result *result, firesieve_error *error);

/* The same for a firewall in the residue form, with all that its lines say. */
firesieve_status search_residues(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 const struct goal *goal, firesieve_search_result *result, firesieve_error *error);

/* Whom to ask whether to continue, before windows are searched and between them. */
struct go_on search_go_on(struct search *search);

/* Search from the frontier to the end of the range or until stopped: fill in the result except its reason and time. */
firesieve_status search_by_oracle(struct search *search, firesieve_error *error);
firesieve_status search_by_sieve(struct search *search, firesieve_error *error);

/* Notes that an oracle has come to `reached`, with what it has counted. */
void search_take_down_oracle(struct search *search, firesieve_delay reached);

/*
 * Makes the plan that the caller gave, if any, the frontier's, for all of the range. Errors: ARGUMENT (it is one of
 * another firewall, or the frontier is in the midst of a window of another one), MEMORY, STOPPED.
 */
firesieve_status search_take_plan(struct search *search, struct go_on go_on, firesieve_error *error);

/* How many threads may be started. */
unsigned search_threads(const firesieve_search_options *options);

/* Whether the frontier has a plan that the search can continue with, for the delays below `least` or more. */
bool search_has_plan(const struct search *search, firesieve_delay least);

/* What to ask of a plan for the rest of the range. */
struct plan_request search_plan_request(const struct search *search, uint64_t memory, struct go_on go_on);

/* Chooses a plan and makes it the frontier's. Errors: as plan_choose. Free the plan also after an error. */
firesieve_status search_choose_plan(struct search *search, struct plan *plan, const struct plan_request *request,
                                    firesieve_error *error);

/*
 * Builds the tables of a plan that fits into `memory` (0: any), and lowers *threads to as many as fit with them. Errors:
 * MEMORY, STOPPED, ARGUMENT (it does not fit), RECORD (the frontier's window is not one of this plan).
 */
firesieve_status search_build_plan(struct search *search, struct plan *plan, uint64_t memory, unsigned *threads,
                                   struct go_on go_on, firesieve_error *error);

/* The windows of a plan from the frontier to `end`, for that many threads. */
struct schedule search_schedule(const struct search *search, const struct plan *plan, firesieve_delay end,
                                unsigned threads);

/* ---- Where a search by sieve ends ------------------------------------------------------------------------- */

/* Where windows need not go on: at the end of the range, of a cycle that stands for it, or where nothing can be safe. */
struct last_delay {
    firesieve_delay end; /* from the frontier on; at most watch.to */
    const char *reason;  /* why nothing is safe if nothing was found up to `end`; NULL if the range itself ends there */
};

struct last_delay search_last_delay(const struct search *search);

/* Whether a count of the range is one of a cycle: of its first part, and then of the rest of the cycle. */
bool search_counts_cycles(const struct search *search);

/* The end of the first part of such a count, which is as long as the range is beyond whole cycles. */
firesieve_delay search_middle(const struct search *search);

/*
 * Looks for a proof that nothing is safe, for so many seconds, but no longer than a proof may take; where there cannot
 * be one, there is none. Without a time limit the outcome depends on the firewall and `seconds` alone. Errors: MEMORY.
 */
firesieve_status search_prove(struct search *search, double seconds, bool *blocked, firesieve_error *error);

/* ---- Results ---------------------------------------------------------------------------------------------- */

/* What is known before anything is searched. */
void result_start(struct search *search);

/* Of the short path, which settles all at once: the smallest safe delay, or the end of the range. */
firesieve_search_result result_of_short_path(const firesieve_search_options *options, bool found, firesieve_delay delay,
                                             const char *reason, double elapsed_s);

/* The smallest safe delay is `delay`. */
void result_found(struct search *search, firesieve_delay delay);

/* Takes a safe delay as the goal wants it, in a search up to `to`. False: it was the last one that is wanted. */
bool result_take(struct search *search, firesieve_delay delay, firesieve_delay to);

/* A search up to `to` came to `reached` without a find: NONE where that is all, or why it stopped. */
void result_ended(struct search *search, firesieve_delay to, firesieve_delay reached);

/* Nothing is safe at all, which shows when all up to the frontier has been searched. */
void result_blocked(struct search *search, const char *reason);

/* Where what the range has over whole cycles has been counted, adds these. */
void result_add_cycles(struct search *search);

/* What the ledger's windows have come to; `reason` says why nothing is safe where they have ended. */
void result_of_ledger(struct search *search, const struct ledger *ledger, const char *reason);

/*
 * Ends a result: lists and counts in which something was found are FOUND; NONE has a reason, and where nothing proves it
 * and no end was given, it becomes LIMIT, but for counts. Says what was done of the window that it was stopped in.
 */
void result_settle(struct search *search);

/* The reason of a range that has an end, */
extern const char result_range_is_caught[];

/* and of one that ends at 2^127 alone, so that it is no answer. */
extern const char result_no_proof[];

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

/*
 * Looks for the answer of a search that is planned and predicted to take `sieving_ns`, in a small share of that time; a
 * search of some milliseconds is not worth it. *answered: the result says what came of it. Otherwise a count may be shorter
 * than it was: search->counted says what is to be added to it. Errors: MEMORY, STOPPED.
 */
firesieve_status search_by_structure(struct search *search, double sieving_ns, bool *answered, firesieve_error *error);

#endif
