/*
 * Random firewalls of many shapes, so that every part of a search is tested. Case `seed` of a shape is the same on
 * every platform.
 */
#ifndef FIRESIEVE_TESTS_UNIT_SHAPES_H
#define FIRESIEVE_TESTS_UNIT_SHAPES_H

#include <criterion/parameterized.h>
#include <firesieve/firesieve.h>

#include "base/random.h"

enum { SHAPE_COUNT = 18, DRAFT_LAYERS_MAX = 400, DRAFT_DELAYS = 1 << 16 };

/* A number of layers, and the span of their periods: any even number in it, small ones more often. */
struct layer_kind {
    uint64_t layers_min;
    uint64_t layers_max;
    uint64_t period_min;
    uint64_t period_max;
};

struct shape {
    const char *name;
    struct layer_kind kinds[2]; /* in this order; then all layers are shuffled */
    uint64_t depth_max;
    uint64_t periods_max; /* different periods, if not 0 */
    unsigned cases;       /* a suitable number when a few hundred are tried in all */
};

extern const struct shape shapes[SHAPE_COUNT];

/* Parameters of a test: indices of shapes (size_t), and families (firesieve_family). */
struct criterion_test_params every_shape(void);
struct criterion_test_params every_family(void);

/* A firewall under construction, and the first delays of the range that it will be searched in. */
struct draft {
    struct random_state random;
    firesieve_layer layers[DRAFT_LAYERS_MAX];
    size_t count;
    firesieve_delay from;
    bool caught[DRAFT_DELAYS];
    size_t first_free; /* no delay of from .. from + first_free - 1 is safe */
};

/* Starts a draft whose range begins at an edge case of searches (draw_delay). */
void draft_start(struct draft *draft, uint64_t seed);

/* Three layers in four catch the first delay of the range that none has caught so far, so most affect the answer. */
firesieve_firewall *draft_firewall(struct draft *draft, const struct shape *shape);

/* A firewall of the family with options so small that its first safe delays are near 0; *options are those used. */
firesieve_firewall *draw_from_family(struct random_state *random, firesieve_family family,
                                     firesieve_generate_options *options);

/* True once in `sides` draws. */
bool coin(struct random_state *random, uint64_t sides);

/* At one of the edge cases of searches. */
firesieve_delay draw_delay(struct random_state *random);

#endif
