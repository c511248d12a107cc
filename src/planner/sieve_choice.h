/* The layout of a scan or a wheel: which constraints form the wheel, and what becomes of the others. */
#ifndef FIRESIEVE_PLANNER_SIEVE_CHOICE_H
#define FIRESIEVE_PLANNER_SIEVE_CHOICE_H

#include "planner/forecast.h"
#include "planner/recipe.h"

enum { SIEVE_CLASSES_MAX = 1 << 22 /* narrow ones, of which each offset of a wheel has to start those left */ };

/* The lists of a recipe of this kind, in their order. */
enum sieve_key {
    SIEVE_WHEEL,   /* factors of the modulus */
    SIEVE_ROWS,    /* moduli that have rows */
    SIEVE_CHECKS,  /* moduli whose residues survivors are looked up in */
    SIEVE_CROSSED, /* classes that are crossed off */
    SIEVE_SEGMENT, /* words that this is done in at once */
    SIEVE_BLOCK,   /* words that an offset is started for */
    SIEVE_WINDOW,  /* words of an offset in a window, at most, for each thread */
    SIEVE_KEYS
};

/*
 * Chooses a scan, or a wheel: where neither pays, what was chosen last. Fills the lists of the recipe. Cost: see
 * wheel_choose, and a pass over the classes that are left. Errors: MEMORY.
 */
firesieve_status sieve_choose(struct recipe *recipe, struct forecast *forecast, const struct purpose *purpose,
                              bool scans, firesieve_error *error);

#endif
