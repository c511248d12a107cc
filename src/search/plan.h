/* What a search does with each constraint: into the wheel, into rows, crossed off, or tested on survivors. */
#ifndef FIRESIEVE_SEARCH_PLAN_H
#define FIRESIEVE_SEARCH_PLAN_H

#include "base/harvest.h"
#include "base/tally.h"
#include "base/watch.h"
#include "focus/layout.h"
#include "residue/residue_set.h"
#include "residue/wheel.h"
#include "search/class_list.h"
#include "search/cost.h"
#include "search/strip.h"

/* A wheel for a long search may take seconds to make; for so many delays one is made at once. */
enum { PLAN_FIRST_LOOK = 1 << 30 };

/* What a plan is wanted for. */
struct plan_request {
    enum search_goal goal;
    firesieve_method method; /* AUTO, SCAN, WHEEL or FOCUS */
    firesieve_delay from;
    firesieve_delay to;
    uint64_t limit;  /* LIST: so many delays are wanted; 0: all */
    bool first_look; /* where the wheel would take long to make, plan for the first PLAN_FIRST_LOOK delays alone */
    uint64_t memory; /* bytes that lists and rows may take, with what threads need */
    unsigned threads;
    struct go_on go_on;
    struct tally *tally; /* books the time; or NULL */
};

/* Immutable once made; threads share it. */
struct plan {
    struct class_set classes; /* in the end only the narrow ones that are crossed off or tested, and all wide ones */
    struct focus focus;       /* FOCUS; otherwise wheel and what follows until tested */
    struct constraint_list constraints;
    struct focus_forecast forecast;
    struct wheel wheel;
    struct columns columns;
    struct strip_list strips;
    struct class_list crossed;  /* cleared column by column in a segment */
    struct class_list tested;   /* by lanes, on the survivors of a block and an offset */
    struct residue_set *checks; /* what is left then is looked up in them; those that kill most come first */
    size_t check_count;
    uint64_t first_columns; /* of the first window */
    size_t class_count;     /* different ones, after reduction */
    uint64_t largest_modulus;
    const char *blocked; /* why no delay is safe, where the plan shows it; otherwise NULL */

    uint64_t wheel_constraints; /* or those of the lists of a focus */
    uint64_t row_constraints;
    double expected;         /* delays to be looked at: up to the answer, or in the whole range */
    double whole;            /* delays in the range */
    struct work work;        /* for `expected` */
    struct work work_of_all; /* for the whole range */

    firesieve_method method; /* the one requested; for AUTO the cheapest: SCAN is the wheel of modulus 1 */
    uint32_t segment_words;  /* words of a segment where classes are crossed off */
    bool wide_crossed;       /* wide classes are crossed off (step 1), otherwise they are checks */
    bool cut;                /* it is for a first look; see plan_request */
    bool stopped;            /* while it was made; nothing else is of use then */
};

/*
 * Makes a plan for the firewall. Memory: 8 bytes a layer (16 where the period passes 2^31), some 100 bytes a
 * constraint, and request->memory. Errors: MEMORY, ARGUMENT (a focus is asked for, and the classes are too many). Free
 * with plan_free, also after an error.
 */
firesieve_status plan_make(struct plan *plan, const firesieve_firewall *firewall, const struct plan_request *request,
                           firesieve_error *error);

void plan_free(struct plan *plan);

#endif
