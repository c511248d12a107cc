/* Small firewalls with handmade focuses of every kind and size, and all safe delays in a range of each. */
#ifndef FIRESIEVE_TESTS_UNIT_FOCUS_CASES_H
#define FIRESIEVE_TESTS_UNIT_FOCUS_CASES_H

#include "base/random.h"
#include "focus/focus.h"

enum {
    FOCUS_CASE_LENGTH_MAX = 6000,
    FOCUS_CASE_PLANTED_MAX = 6,
    FOCUS_CASE_LAYERS_MAX = 12000,
    FOCUS_CASE_SUMS_MAX = 9000 /* columns, and offsets */
};

enum focus_case_kind {
    FOCUS_CASE_PLAIN,   /* small moduli allow random residues */
    FOCUS_CASE_CROWDED, /* long lists; nearly all pairs are safe, but few are in the range: a lost one is noticed */
    FOCUS_CASE_TOWERS   /* few residues modulo high powers of primes: A and B up to 2^100 with short lists */
};

struct focus_case {
    char label[128];
    struct random_state random;
    enum focus_case_kind kind;
    firesieve_delay base;
    firesieve_delay length;
    firesieve_delay planted[FOCUS_CASE_PLANTED_MAX]; /* safe; some are just outside the range */
    size_t planted_count;
    firesieve_layer layers[FOCUS_CASE_LAYERS_MAX];
    size_t layer_count;
    uint64_t next_depth; /* for layers of small periods */
    firesieve_firewall *firewall;
    const struct reduced *reduced;
    struct focus_layout layout;
    struct focus focus;
    firesieve_delay safe[FOCUS_CASE_LENGTH_MAX];
    size_t safe_count;
};

/*
 * Case `seed` is the same on every platform. Returns false if the classes or the lists show that nothing is safe; the
 * case must be freed then too.
 */
bool focus_case_draw(struct focus_case *given, uint64_t seed);

void focus_case_free(struct focus_case *given);

/* Makes the focus of the layout; the call number `asks` of its go_on function stops it. */
enum built focus_case_make(struct focus_case *given, uint64_t asks);

/* For messages; the text stays valid until the next call. */
const char *focus_case_describe(const struct focus_case *given);

/* A go_on function: *context is the number of calls until it says to stop. */
bool count_down(void *context);

#endif
