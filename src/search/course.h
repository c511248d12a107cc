/*
 * The course of a search by sieve: what it asks of a plan, how far it has to go, and how counts fall into parts. One
 * process alone takes it in by_sieve.c, and several together in sharing/shared.c.
 */
#ifndef FIRESIEVE_SEARCH_COURSE_H
#define FIRESIEVE_SEARCH_COURSE_H

#include "search/running.h"

/* What this search asks of a plan, but for first_look. */
struct plan_request course_request(struct search *search);

/* Makes a plan, and the result name its method. Errors: as plan_make. Free the plan also after an error. */
firesieve_status course_plan(struct search *search, struct plan *plan, const struct plan_request *request,
                             firesieve_error *error);

/* Notes what windows that are searched in part are to be taken up with. */
void course_note_plan(struct search *search, const struct plan *plan, const struct plan_request *request);

/* False: the plan has shown that there is nothing to search, or was stopped; the result says so. */
bool course_goes_on(struct search *search, const struct plan *plan);

/* Makes the result say that nothing is safe at all, which shows when all up to the frontier has been searched. */
void course_end_blocked(struct search *search, const char *reason);

/*
 * Looks for a proof that nothing is safe, for so many seconds, but no longer than a proof may take; where there cannot
 * be one, there is none. Without a time limit the outcome depends on the firewall and `seconds` alone. Errors: MEMORY.
 */
firesieve_status course_prove(struct search *search, const struct plan *plan, double seconds, bool *blocked,
                              firesieve_error *error);

/* A delay at which nothing safe so far proves that nothing is safe in the whole range, and why. */
struct last_delay {
    firesieve_delay end; /* from the frontier on; at most watch.to */
    const char *reason;  /* NULL where the range itself ends before */
};

struct last_delay course_last_delay(const struct search *search, const struct plan *plan);

/* Whether a count of the range is one of a cycle: of its first part, and then of the rest of the cycle. */
bool course_counts_cycles(const struct search *search, const struct plan *plan);

/* Where the first part ends: it is as long as what the range has over whole cycles. */
firesieve_delay course_middle(const struct search *search, const struct plan *plan);

/*
 * Asks for the plan that the frontier's window had, or where that had more memory than there is now, for one that may
 * turn out the same. False: this search must not have it.
 */
bool course_request_same(struct search *search, struct plan_request *request);

/* How many of `threads` may search that window, so that what they read at once stays within the plan's memory. */
unsigned course_threads_for_window(const struct search *search, const struct plan *plan, unsigned threads);

/* Whether the frontier's window can be gone on with by this plan. */
bool course_takes_up(const struct search *search, const struct plan *plan);

#endif
