/* Small firewalls with a focus made by hand, of every kind and size, and all that is safe in a range of each. */
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
    FOCUS_CASE_PLAIN,   /* what small moduli allow is at random */
    FOCUS_CASE_CROWDED, /* long lists, and nearly all pairs are safe, but few in the range: one that is lost shows */
    FOCUS_CASE_TOWERS   /* few residues modulo high powers of primes: A and B up to 2^100 with short lists */
};

struct focus_case {
    char label[128];
    struct random_state random;
    enum focus_case_kind kind;
    firesieve_delay base;
    firesieve_delay length;
    firesieve_delay planted[FOCUS_CASE_PLANTED_MAX]; /* safe; some are just outside of the range */
    size_t planted_count;
    firesieve_layer layers[FOCUS_CASE_LAYERS_MAX];
    size_t layer_count;
    uint64_t next_depth; /* of layers of small periods */
    firesieve_firewall *firewall;
    const struct reduced *reduced;
    struct focus_layout layout;
    struct focus focus;
    firesieve_delay safe[FOCUS_CASE_LENGTH_MAX];
    size_t safe_count;
};

/* Case `seed` is the same on every platform. False: nothing is safe, as the classes or the lists show. Free it then, too. */
bool focus_case_draw(struct focus_case *given, uint64_t seed);

void focus_case_free(struct focus_case *given);

/* Makes the focus of the layout; it may ask so many times whether to go on, and is told to stop the last time. */
enum built focus_case_make(struct focus_case *given, uint64_t asks);

/* For messages; the text is the same until the next call. */
const char *focus_case_describe(const struct focus_case *given);

/* Whom a search may ask: *context says how often, until it is told to stop. */
bool count_down(void *context);

#endif
