/* Which stage of a search each constraint belongs to, for a given step between columns. */
#ifndef FIRESIEVE_SEARCH_STAGES_H
#define FIRESIEVE_SEARCH_STAGES_H

#include "residue/constraints.h"
#include "search/strip.h"

enum stage {
    STAGE_WHEEL, /* residues that it forbids are not in the wheel */
    STAGE_ROW,   /* ANDed into every word */
    STAGE_CLASS, /* its classes are crossed off, or survivors tested against them */
    STAGE_CHECK  /* survivors are looked up in it */
};

/* The constraints and what becomes of each. */
struct stage_list {
    const struct constraint_list *constraints;
    uint8_t *stages; /* enum stage, by index of the constraint */
    size_t *order;   /* indices, by falling rank; divisors come first */
};

/* What a word of 512 columns, and an offset started in a block, cost once stages are chosen. */
struct stage_rates {
    double density; /* the share of columns that rows leave */
    double word;    /* nanoseconds */
    double offset;  /* nanoseconds */
    double row_words;
    double row_starts;
    double row_bits; /* to be drawn before the search */
};

/* Errors: MEMORY. All constraints begin in STAGE_CLASS. Free with stages_free, also after an error. */
firesieve_status stages_start(struct stage_list *list, const struct constraint_list *constraints,
                              firesieve_error *error);

void stages_free(struct stage_list *list);

/*
 * Chooses a stage for every constraint that is not in STAGE_WHEEL, those that kill most first. `row_words_max` bounds
 * the memory of rows.
 */
struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, uint64_t row_words_max);

#endif
