/*
 * Firewalls with related moduli: towers, components and composites, digits and lifted roots. Case `seed` of a kind is
 * the same on every platform.
 */
#ifndef FIRESIEVE_TESTS_UNIT_STRUCTURED_H
#define FIRESIEVE_TESTS_UNIT_STRUCTURED_H

#include <criterion/parameterized.h>
#include <firesieve/firesieve.h>

#include "base/random.h"

enum structured_kind {
    STRUCTURED_TOWERS,     /* p, p^2, ... of some primes, each with some classes */
    STRUCTURED_DIGITS,     /* all residues but those that begin with given digits, level by level */
    STRUCTURED_ROOTS,      /* allowed residues are lifted from level to level, in some towers */
    STRUCTURED_COMPOSITES, /* classes of products of some primes, which share factors */
    STRUCTURED_COMPONENTS, /* a few classes in each of some components */
    STRUCTURED_COPRIME,    /* one class of each of some coprime moduli */
    STRUCTURED_KINDS
};

extern const char *const structured_names[STRUCTURED_KINDS];

/* Parameters of a test: kinds, as size_t. */
struct criterion_test_params every_structured_kind(void);

/* A firewall whose cycle is at most `cycle_max`, which is at least 1000; sometimes one that blocks everything. */
firesieve_firewall *structured_firewall(enum structured_kind kind, uint64_t cycle_max, struct random_state *random);

/* A tower with one residue left. */
struct lone_tower {
    uint64_t base;
    uint64_t levels;
    uint64_t modulus; /* base^levels, below 2^62 */
    uint64_t residue;
};

/* Forbids all but one residue of each tower, level by level, in shuffled layers; the bases are coprime. */
firesieve_firewall *lone_towers_firewall(struct lone_tower *towers, size_t count, struct random_state *random);

#endif
