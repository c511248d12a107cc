/*
 * What number theory knows of a firewall before anything is searched. Constraints that share a prime are tied together:
 * a component is all that are tied to each other, and residues modulo the cycles of different components are independent
 * (the Chinese remainder theorem), so what components leave multiplies. In a component the powers p, p^2, ... of a prime
 * form a tower.
 */
#ifndef FIRESIEVE_STRUCTURE_STRUCTURE_H
#define FIRESIEVE_STRUCTURE_STRUCTURE_H

#include "residue/reduced.h"

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
    firesieve_delay count; /* so many of a cycle are left; 0 also where cycle is FIRESIEVE_DELAY_END */
};

struct structure {
    struct component *components; /* by falling number of classes */
    size_t count;                 /* 0 where there are no classes */
    struct residue_class *classes;
    struct tower *towers;
};

/* At most so many classes are looked at. */
enum { STRUCTURE_CLASSES_MAX = 1 << 17 };

/*
 * Finds components and towers. *structure is NULL if the classes are blocked or too many, or if it takes more work than `budget` units (of
 * some nanoseconds each, so that the outcome is the same on every machine) to see how they hang together. Nothing is
 * counted yet. Errors: MEMORY, STOPPED. Free with structure_free; NULL is allowed.
 */
firesieve_status structure_find(const struct reduced *reduced, uint64_t budget, struct go_on go_on,
                                struct structure **structure, firesieve_error *error);

void structure_free(struct structure *structure);

/*
 * Counts what each component leaves of its cycle, with `budget` units for all of them; those for which it does not suffice
 * are not `counted`. Errors: MEMORY, STOPPED.
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

/* Why nothing is safe where a component leaves nothing. */
extern const char structure_blocked[];

#endif
