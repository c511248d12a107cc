/* A plan at work: a recipe, the tables that were built from it, and what was predicted. */
#ifndef FIRESIEVE_METHODS_PLAN_H
#define FIRESIEVE_METHODS_PLAN_H

#include "methods/method.h"

/* A plan for a long search may take long to build; one for this many delays is built at once. */
enum { PLAN_FIRST_LOOK = 1 << 30 }; /* the delays that a first look is tried with */

struct plan {
    const struct method *method;
    struct recipe recipe;
    struct forecast forecast; /* of a plan that was chosen; otherwise all 0 */
    struct costs costs;       /* that it was chosen by */
    double whole_ns;          /* typical_ns of the plan for the whole range, this one or another */
    void *tables;             /* of the method; NULL: none were built */
    enum built built;
    firesieve_delay until; /* it is for the delays below */
    double mean;           /* expected delays until what is wanted has been found */
};

/* What a plan is wanted for. */
struct plan_request {
    enum search_goal goal;
    firesieve_method method; /* AUTO, or one that sieves */
    const firesieve_kernel *kernel;
    firesieve_delay from; /* what is searched next */
    firesieve_delay to;
    uint64_t limit;  /* LIST: how many delays are wanted; 0: all */
    bool first_look; /* plan for the first delays alone if that pays or can be spared */
    double density;  /* the share of delays that is safe, if it is known; otherwise 0 */
    uint64_t memory; /* bytes that tables and threads may take */
    unsigned threads;
    const struct costs *costs; /* NULL: those of the kernel, measured if the search is long */
    struct go_on go_on;
    struct tally *tally; /* to book the time; or NULL */
};

/* Whether the share of delays that is safe (0: unknown) is so far from the estimate that another plan may be better. */
bool plan_heeds_density(const struct reduced *reduced, double density);

/*
 * Chooses a plan, and builds nothing yet. Fills in plan->mean and plan->costs. Errors: MEMORY, ARGUMENT (the method
 * asked for cannot search this firewall), STOPPED (by go_on; the best plan until then may be a bad one and must not be
 * used). Free with plan_free, even after an error.
 */
firesieve_status plan_choose(struct plan *plan, const struct reduced *reduced, const struct plan_request *request,
                             firesieve_error *error);

/* Makes a plan of a recipe, which is copied, for the delays below `until`. Errors: MEMORY. Free as above. */
firesieve_status plan_of_recipe(struct plan *plan, const struct recipe *recipe, firesieve_delay until,
                                firesieve_error *error);

/* Builds the tables. Errors: MEMORY. plan->built says whether there is anything to search. */
firesieve_status plan_build(struct plan *plan, const struct reduced *reduced, struct go_on go_on, struct tally *tally,
                            firesieve_error *error);

/*
 * Checks a plan that was not made for this much memory (0: any): before the tables are built, whether they fit;
 * afterwards, whether they fit with a thread, and lowers *threads to as many as fit. Errors: ARGUMENT.
 */
firesieve_status plan_fit(const struct plan *plan, const struct reduced *reduced, uint64_t memory, unsigned *threads,
                          firesieve_error *error);

void plan_free(struct plan *plan);

/* Why no delay is safe if building shows it. */
extern const char plan_blocked[];

/* The public plan: a recipe, with its text and the firewall that it belongs to. */
struct firesieve_plan {
    struct recipe recipe;
    struct record_writer text;
    size_t layer_count; /* of the firewall; and */
    struct fingerprint fingerprint;
};

/* Makes a plan of a recipe, which is copied. Errors: MEMORY. */
firesieve_status plan_value_make(const firesieve_firewall *firewall, const struct recipe *recipe, firesieve_plan **plan,
                                 firesieve_error *error);

/* Whether a plan belongs to this firewall. Errors: ARGUMENT if not, STOPPED. */
firesieve_status plan_value_check(const firesieve_plan *plan, const firesieve_firewall *firewall, struct go_on go_on,
                                  firesieve_error *error);

#endif
