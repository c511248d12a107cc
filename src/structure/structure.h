/*
 * What number theory says about a firewall before anything is searched. Constraints that share a prime are tied
 * together: a component is all that are tied to each other, and residues modulo the cycles of different components are
 * independent (the Chinese remainder theorem), so the numbers of residues that components leave multiply. In a
 * component the powers p, p^2, ... of a prime form a tower.
 */
#ifndef FIRESIEVE_STRUCTURE_STRUCTURE_H
#define FIRESIEVE_STRUCTURE_STRUCTURE_H

#include "residue/reduced.h"

/* Work that may still be done, in units of some nanoseconds; counted, so that outcomes do not depend on the machine. */
struct work {
    uint64_t left;
    struct go_on go_on;
    uint64_t asked; /* `left` when go_on was last asked */
    bool stopped;   /* it said no */
};

static inline struct work work_start(uint64_t budget, struct go_on go_on)
{
    return (struct work){.left = budget, .go_on = go_on, .asked = budget};
}

/* Takes units of work. False: there are too few left, or go_on said no. */
static inline bool work_spend(struct work *work, uint64_t units)
{
    enum { UNITS_BETWEEN_QUESTIONS = 1 << 18 };
    if (work->stopped || units > work->left) {
        work->left = 0;
        return false;
    }
    work->left -= units;
    if (work->asked - work->left >= UNITS_BETWEEN_QUESTIONS) {
        work->asked = work->left;
        work->stopped = !go_on_ask(work->go_on);
    }
    return !work->stopped;
}

/* The powers of a prime in the moduli of a component. */
struct tower {
    uint64_t base;     /* a prime */
    unsigned exponent; /* the highest that divides a modulus */
};

struct component {
    const struct residue_class *classes; /* ascending by modulus and residue */
    size_t class_count;
    const struct tower *towers; /* ascending by base; coprime */
    size_t tower_count;
    firesieve_delay cycle; /* the product of its towers; FIRESIEVE_DELAY_END if that is larger */
    bool counted;          /* what follows is known */
    bool blocked;          /* its classes leave no residue: no delay is safe */
    double density;        /* the share of residues that are left; exact but for rounding */
    firesieve_delay count; /* residues of a cycle that are left; also 0 if cycle is FIRESIEVE_DELAY_END */
};

struct structure {
    struct component *components; /* by falling number of classes */
    size_t count;                 /* 0 if there are no classes */
    struct residue_class *classes;
    struct tower *towers;
};

/* With more classes than this, no structure is made. */
enum { STRUCTURE_CLASSES_MAX = 1 << 17 };

/*
 * Finds components and towers. *structure is NULL if the classes are blocked or too many, or if it takes more work than
 * `budget` units (of some nanoseconds each, so that the outcome is the same on every machine) to see how they hang
 * together. Nothing is counted yet. Errors: MEMORY, STOPPED. Free with structure_free; NULL is allowed.
 */
firesieve_status structure_find(const struct reduced *reduced, uint64_t budget, struct go_on go_on,
                                struct structure **structure, firesieve_error *error);

void structure_free(struct structure *structure);

/*
 * Counts what each component leaves of its cycle, with `budget` units for all of them; those for which that is not
 * enough are not `counted`. Errors: MEMORY, STOPPED.
 */
firesieve_status structure_count(struct structure *structure, uint64_t budget, struct go_on go_on,
                                 firesieve_error *error);

/* What all components together leave. */
struct structure_total {
    bool blocked; /* some component leaves nothing */
    bool counted; /* all are; otherwise what follows is 0, and the cycle FIRESIEVE_DELAY_END */
    double density;
    firesieve_delay cycle; /* FIRESIEVE_DELAY_END if it is larger; then */
    firesieve_delay count; /* this is 0 */
};

struct structure_total structure_total(const struct structure *structure);

/* The reason why nothing is safe if a component leaves nothing. */
extern const char structure_blocked[];

#endif
