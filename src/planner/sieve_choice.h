/* The layout of a scan or a wheel: which constraints form the wheel, and what becomes of the others. */
#ifndef FIRESIEVE_PLANNER_SIEVE_CHOICE_H
#define FIRESIEVE_PLANNER_SIEVE_CHOICE_H

#include "pass/tables.h"
#include "planner/forecast.h"
#include "planner/recipe.h"

enum { SIEVE_CLASSES_MAX = 1 << 22 /* narrow ones; each offset of a wheel has to start those that are left */ };

/* The lists of such a recipe, in their order. */
enum sieve_key {
    SIEVE_WHEEL,   /* factors of the modulus */
    SIEVE_ROWS,    /* moduli that have rows */
    SIEVE_CHECKS,  /* moduli whose residues survivors are looked up in */
    SIEVE_CROSSED, /* the number of classes that are crossed off */
    SIEVE_SEGMENT, /* words in the segment in which they are crossed off */
    SIEVE_BLOCK,   /* words that an offset is started for */
    SIEVE_WINDOW,  /* most words of an offset in a window, for each thread */
    SIEVE_KEYS
};

/*
 * Chooses a scan, or a wheel: if neither pays, the last one considered. Fills in the lists of the recipe. Cost: that of
 * wheel_choose, and a pass over the classes that are left. Errors: MEMORY.
 */
firesieve_status sieve_choose(struct recipe *recipe, struct forecast *forecast, const struct purpose *purpose,
                              bool scans, firesieve_error *error);

/* ---- Stages ----------------------------------------------------------------------------------------------- */

/* The constraints and what becomes of each. */
struct stage_list {
    const struct reduced *reduced;
    const struct costs *costs;
    uint8_t *stages; /* enum stage, by index of the constraint */
};

/* The costs of tables, of a word of 512 columns, and of starting an offset in a block, in nanoseconds. */
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
 * Chooses a stage for every constraint that is not in STAGE_WHEEL, those that forbid most first, for a search of
 * `words` words, within which tables have to pay. Rows take at most `row_words_max` words. Cost: some 100 ns per
 * constraint.
 */
struct stage_rates stages_choose(struct stage_list *list, const struct columns *columns, double words,
                                 uint64_t row_words_max);

/* ---- Wheels ----------------------------------------------------------------------------------------------- */

/* A wheel on paper. */
struct wheel_choice {
    uint64_t factors[WHEEL_FACTORS_MAX]; /* by which the modulus grows, one after the other */
    size_t factor_count;
    uint64_t modulus;
    double residues; /* that it leaves */
    double lifts;    /* made on the way there */
    uint32_t block_words;
    double density; /* the share of columns that rows leave */
    struct forecast forecast;
};

/*
 * Chooses the wheel that makes the whole search cheapest. It grows by one constraint after the other, always the one
 * that leaves fewest residues for the growth of the modulus, and of all these wheels the one with the smallest
 * predicted cost is kept. `scans` allows only the wheel of modulus 1; a wheel that was asked for has at least one
 * factor. Only the 1024 constraints that forbid most are considered. Afterwards the list has the stages beside the
 * wheel; if other methods are compared and no step pays, nothing is chosen. Cost per step: a gcd for each of these
 * constraints, a comparison of every pair of different factors among them, and a pass over all constraints; steps end
 * when they are no longer worth finding.
 */
void wheel_choose(struct wheel_choice *choice, struct stage_list *list, const struct purpose *purpose, bool scans);

#endif
