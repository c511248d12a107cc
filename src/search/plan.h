/* What a search does with each constraint: into the wheel, into rows, crossed off, or tested on survivors. */
#ifndef FIRESIEVE_SEARCH_PLAN_H
#define FIRESIEVE_SEARCH_PLAN_H

#include "base/watch.h"
#include "residue/residue_set.h"
#include "residue/wheel.h"
#include "search/strip.h"

/* What is wanted of the safe delays. */
enum search_goal {
    GOAL_SMALLEST, /* the smallest one */
    GOAL_COUNT,    /* their number */
    GOAL_LIST      /* all of them */
};

/* What a plan is wanted for. */
struct plan_request {
    enum search_goal goal;
    firesieve_method method; /* AUTO, SCAN or WHEEL */
    firesieve_delay from;
    firesieve_delay to;
    bool describe;   /* fill in what explaining needs and searching does not */
    uint64_t memory; /* bytes that wheel and rows may take */
    struct go_on go_on;
};

/* The classes of one modulus, as a block of columns needs them: see class_run_column. */
struct class_run {
    const class_key *classes; /* ascending */
    size_t count;
    struct divisor modulus;
    uint32_t turn;    /* gcd(step, modulus) */
    uint32_t length;  /* modulus / turn: a class falls on one column mod length, or on none */
    uint32_t inverse; /* of step / turn mod length */
};

/* Narrow classes outside of wheel and rows. */
struct class_list {
    const class_key *classes; /* ascending; part of the plan's class set */
    size_t count;
    struct class_run *runs; /* owned; NULL where the step is 1 and classes are their columns already */
    size_t run_count;
};

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
};

/* Immutable once made; threads share it. */
struct plan {
    firesieve_method method; /* the one requested; for AUTO, SCAN where the wheel's modulus is 1 and otherwise WHEEL */
    struct class_set classes;
    struct constraint_list constraints;
    struct wheel wheel;
    struct columns columns;
    struct strip_list strips;
    struct class_list crossed;  /* cleared column by column in a segment */
    struct class_list tested;   /* by lanes, on the survivors of a block and an offset */
    struct residue_set *checks; /* what is left then is looked up in them; those that kill most come first */
    size_t check_count;
    bool wide_crossed;      /* wide classes are crossed off (step 1), otherwise they are checks */
    uint32_t segment_words; /* words of a segment where classes are crossed off */
    uint64_t first_columns; /* of the first window */
    size_t class_count;     /* different ones, after reduction */
    uint64_t largest_modulus;
    double cycle_log10;  /* where the request wants it */
    const char *blocked; /* why no delay is safe, where the plan shows it; otherwise NULL */

    uint64_t wheel_constraints;
    uint64_t row_constraints;
    bool stopped;            /* while it was made; nothing else is of use then */
    double expected;         /* delays to be looked at: up to the answer, or in the whole range */
    double whole;            /* delays in the range */
    struct work work;        /* for `expected` */
    struct work work_of_all; /* for the whole range */
};

/*
 * Makes a plan for the firewall. Memory: 8 to 24 bytes a layer, and request->memory. Errors: MEMORY. Free with
 * plan_free, also after an error.
 */
firesieve_status plan_make(struct plan *plan, const firesieve_firewall *firewall, const struct plan_request *request,
                           firesieve_error *error);

void plan_free(struct plan *plan);

#endif
