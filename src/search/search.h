/* A search in progress: what its stages share. */
#ifndef FIRESIEVE_SEARCH_SEARCH_H
#define FIRESIEVE_SEARCH_SEARCH_H

#include "reports/profile.h"
#include "search/checkpoint.h"
#include "search/ledger.h"
#include "search/team.h"

/* Whole cycles of a count that are already counted: only the rest of the range is searched. */
struct counted_cycles {
    firesieve_delay count;
    firesieve_delay to; /* where the range ends; 0: none are counted */
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
    bool asked_structure;          /* for an answer: once per search */
    struct counted_cycles counted;
    bool some_is_safe;      /* some delay is known to be safe, below 2^127 or not */
    double density;         /* their share if it is known; otherwise 0 */
    struct ledger *ledger;  /* of the windows that are being searched, or NULL */
    struct task_pool *pool; /* with their tasks */
    firesieve_search_result result;

    struct checkpoint *checkpoint;  /* or NULL */
    struct window_frontier resumed; /* the window that it resumes, with room for its tasks if there may be one */
};

/* What the calling thread does from here on. */
static inline void search_enter(const struct search *search, enum firesieve_stage stage)
{
    if (search->profiler != NULL) {
        tally_change(&search->profiler->tallies[0], stage);
    }
}

/*
 * Searches for delays that no class contains and the goal's filter accepts. The options are checked. Errors: as
 * firesieve_solve.
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
 * Makes the plan that the caller gave, if any, the frontier's for the whole range. Errors: ARGUMENT (it belongs to
 * another firewall, or the frontier is in the middle of another plan's window), MEMORY, STOPPED.
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
 * Builds the tables of a plan that fits into `memory` (0: any), and lowers *threads to as many as fit with them.
 * Errors: MEMORY, STOPPED, ARGUMENT (it does not fit), RECORD (the frontier's window is not one of this plan).
 */
firesieve_status search_build_plan(struct search *search, struct plan *plan, uint64_t memory, unsigned *threads,
                                   struct go_on go_on, firesieve_error *error);

/*
 * The windows of a plan from the frontier to `end`, for that many threads; the first is the one that the frontier is in
 * the middle of, if any. Plan and frontier outlive the schedule, or that window.
 */
struct schedule search_schedule(const struct search *search, const struct plan *plan, firesieve_delay end,
                                unsigned threads);

/* ---- Where a search by sieve ends ------------------------------------------------------------------------- */

/* Where windows may end: at the end of the range, of a cycle that stands for it, or where nothing can be safe. */
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
 * Looks for a proof that nothing is safe, for at most that many seconds, unless there cannot be one. Without a time
 * limit the outcome depends only on the firewall and `seconds`. Errors: MEMORY.
 */
firesieve_status search_prove(struct search *search, double seconds, bool *blocked, firesieve_error *error);

/* ---- Results ---------------------------------------------------------------------------------------------- */

/* What is known before anything is searched. */
void result_start(struct search *search);

/* Of the short path, which settles everything at once: the smallest safe delay, or the end of the range. */
firesieve_search_result result_of_short_path(const firesieve_search_options *options, bool found, firesieve_delay delay,
                                             const char *reason, double elapsed_s);

/* The smallest safe delay is `delay`. */
void result_found(struct search *search, firesieve_delay delay);

/* Takes a safe delay as the goal wants it, in a search up to `to`. False: it was the last one that is wanted. */
bool result_take(struct search *search, firesieve_delay delay, firesieve_delay to);

/* A search up to `to` came to `reached` without a find: NONE if that is all, or why it stopped. */
void result_ended(struct search *search, firesieve_delay to, firesieve_delay reached);

/* Nothing is safe at all, as is known once all up to the frontier has been searched. */
void result_blocked(struct search *search, const char *reason);

/* Adds the whole cycles, if the rest of the range has been counted. */
void result_add_cycles(struct search *search);

/* The result of the ledger's windows; `reason` says why nothing is safe once they have ended. */
void result_of_ledger(struct search *search, const struct ledger *ledger, const char *reason);

/*
 * Completes a result: lists and counts with finds become FOUND; NONE gets a reason, or becomes LIMIT (not for counts)
 * if nothing proves it and no end was given. Says what was done of the window in which it was stopped.
 */
void result_settle(struct search *search);

/* The reason for a range that has an end, */
extern const char result_range_is_caught[];

/* and for one that only ends at 2^127, so that it is no answer. */
extern const char result_no_proof[];

/* ---- Planning again, and answers by structure ------------------------------------------------------------- */

/* What is known of how the work of a search compares with its plan. */
struct replan {
    bool judged;   /* the costs of this search have been judged, which happens once */
    double ratio;  /* measured over predicted, if that was the reason to plan again; otherwise 0 */
    double share;  /* of the window that was done at the first measurement */
    double cpu_s;  /* CPU time of the calling thread then; 0: not measured */
    double done_s; /* predicted time of what was done of the window when it was judged; a new plan begins without it */
};

/* Compares the measured time of some of the search with its prediction: true if they differ by more than half. */
bool replan_judge(struct replan *replan, double took_s, double predicted_s);

/*
 * Whether to plan again, now that `threads` threads have done a share of the window. Uses the CPU time of the calling
 * thread, so that other load does not count.
 */
bool replan_is_due(struct replan *replan, const struct plan *plan, const struct scheduled *window, unsigned threads,
                   double share);

/*
 * Chooses a plan for the rest, by the request's costs or, if it has none, by costs measured now. If it is quicker than
 * continuing, it becomes the frontier's, which then stands before its window; otherwise the frontier stays. Errors:
 * MEMORY.
 */
firesieve_status replan_choose(struct replan *replan, const struct plan *plan, const struct reduced *reduced,
                               const struct plan_request *request, struct frontier *frontier, firesieve_error *error);

/*
 * Looks for the answer of a planned search of `sieving_ns` in a small share of that time, unless it takes a few
 * milliseconds. *answered: it is in the result. Otherwise a count may have become shorter, by search->counted. Errors:
 * MEMORY, STOPPED.
 */
firesieve_status search_by_structure(struct search *search, double sieving_ns, bool *answered, firesieve_error *error);

#endif
