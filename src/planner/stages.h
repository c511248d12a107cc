/* Which stage of a scan or wheel each constraint belongs to, for a given step between columns. */
#ifndef FIRESIEVE_PLANNER_STAGES_H
#define FIRESIEVE_PLANNER_STAGES_H

#include "pass/tables.h"
#include "planner/costs.h"

/* The constraints and what becomes of each. */
struct stage_list {
    const struct reduced *reduced;
    const struct costs *costs;
    uint8_t *stages; /* enum stage, by index of the constraint */
};

/* What tables, a word of 512 columns, and an offset started in a block cost once stages are chosen, in nanoseconds. */
struct stage_rates {
    double density; /* the share of columns that rows leave */
    double tables;  /* rows and checks, made once */
    double word;
    double offset;
};

/* Errors: MEMORY. All constraints begin in STAGE_CLASS. Free with stages_free, also after an error. */
firesieve_status stages_start(struct stage_list *list, const struct reduced *reduced, const struct costs *costs,
                              firesieve_error *error);

void stages_free(struct stage_list *list);

/* Puts the constraints whose moduli divide the wheel's into STAGE_WHEEL and all others into STAGE_CLASS. */
void stages_mark_wheel(struct stage_list *list, uint64_t wheel_modulus);

/*
 * Chooses a stage for every constraint that is not in STAGE_WHEEL, those that forbid most first, for a search that looks
 * at so many words: what is made for it alone has to pay within them. `row_words_max` bounds the memory of rows. Cost:
 * some 100 ns a constraint.
 */
struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, double words,
                                 uint64_t row_words_max);

#endif
