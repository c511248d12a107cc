#include "verify/cases.h"

#include "number/near.h"
#include "number/prime_test.h"
#include "number/roots.h"

enum { BITS_MIN = 42, BITS_MAX = 127 };

/* ---- starts ------------------------------------------------------------------------------------------- */

/* A number below `end`, often at an edge. */
static uint32_t draw_below(struct random_state *random, uint64_t end)
{
    const uint64_t edges[] = {0, 1, end / 2, end - 1};
    return (uint32_t)(one_in(random, 2) ? edges[random_between(random, 0, 3)] % end
                                        : random_between(random, 0, end - 1));
}

void starts_case_draw(struct starts_case *drawn, struct random_state *random)
{
    enum { VALUE_END = 1 << 20, PRIME_BITS = 31 };
    drawn->value = draw_below(random, VALUE_END);
    drawn->count = (size_t)random_between(random, 0, one_in(random, 4) ? CASE_PRIMES_MAX : 40);
    drawn->skew = (size_t)random_between(random, 0, 15);
    for (size_t i = 0; i < drawn->count; ++i) {
        const uint64_t end = UINT64_C(1) << random_between(random, 2, PRIME_BITS);
        const uint32_t drawn_prime = draw_below(random, end);
        drawn->primes[i] = drawn_prime < 2 ? 2 : drawn_prime;
        drawn->starts[i] = draw_below(random, drawn->primes[i]);
        drawn->inverses[i] = draw_below(random, drawn->primes[i]);
    }
}

/* ---- numbers near one another ------------------------------------------------------------------------- */

kernel_wide near_case_product(kernel_wide number, uint64_t a, int64_t b)
{
    enum { TRIES = 1 << 20 };
    const uint64_t root = (uint64_t)number_root(number / a, 2) | 1;
    for (uint64_t p = root; p < root + TRIES; p += 2) {
        const uint64_t other = a * p + (uint64_t)b;
        if (number_is_prime(p) && number_is_prime(other)) {
            return (kernel_wide)p * other;
        }
    }
    return number;
}

kernel_wide near_case_square_product(kernel_wide number)
{
    enum { TRIES = 1 << 20 };
    const uint64_t root = (uint64_t)number_root(number / 2, 3) | 1;
    for (uint64_t p = root; p < root + TRIES; p += 2) {
        if (number_is_prime(p) && number_is_prime(2 * p + 1)) {
            return (kernel_wide)p * p * (2 * p + 1);
        }
    }
    return number;
}

/* A number of the kinds on which tests are most likely to fail. */
static kernel_wide draw_special(struct random_state *random, int bits)
{
    const kernel_wide drawn = (kernel_wide)random_next(random) << 64 | random_next(random);
    const kernel_wide plain = (drawn >> (128 - bits)) | (kernel_wide)1 << (bits - 1);
    const kernel_wide smaller = plain >> 2 | (kernel_wide)1 << (bits - 3); /* products stay within the bits */
    const int twos = (int)random_between(random, 5, 12);
    switch (random_between(random, 0, 9)) {
    case 0: /* near a change of one of the highest bits */
        return (plain >> (bits - 6) << (bits - 6)) | 1;
    case 1:
        return (kernel_wide)1 << (bits - 1) | 1;
    case 2: /* a form of many strong pseudoprimes to base 2, (k + 1) * (2 * k + 1) */
        return near_case_product(smaller, 2, -1);
    case 3: /* and of extra strong Lucas pseudoprimes: 2 * (p + 1) is one less than the other prime */
        return near_case_product(smaller, 2, 3);
    case 4: {
        const uint64_t root = (uint64_t)number_root(smaller, 2) | 1;
        return (kernel_wide)root * root;
    }
    case 5:
        return (plain >> twos << twos) + 1;
    case 6:
        return (plain >> twos << twos) - 1;
    case 7:
        return near_case_square_product(smaller);
    default:
        return plain | 1;
    }
}

/* The distance of the next prime, or if there is none in the span that of the number itself. */
static uint64_t prime_distance(const struct near_case *drawn, uint64_t distance, uint64_t step)
{
    enum { TRIES = 400 };
    for (uint64_t i = 0; i < TRIES && distance + i * step <= drawn->span; ++i) {
        if (number_is_prime(drawn->reference + distance + i * step)) {
            return distance + i * step;
        }
    }
    return distance;
}

static void draw_distances(struct near_case *drawn, uint64_t planted, struct random_state *random)
{
    drawn->planted = (int)random_between(random, 0, KERNEL_NUMBERS - 1);
    for (int i = 0; i < KERNEL_NUMBERS; ++i) {
        uint64_t distance = random_between(random, 0, drawn->span);
        distance ^= ((uint64_t)drawn->reference ^ distance ^ 1) & 1;
        distance = distance <= drawn->span ? distance : planted;
        if (i == drawn->planted) {
            distance = planted;
        } else if (one_in(random, 2)) { /* some with long tails of ones or zeros */
            const uint64_t step = one_in(random, 4) ? 256 : 2;
            const uint64_t tail = one_in(random, 2) ? 1 : step - 1;
            const uint64_t at = (uint64_t)(drawn->reference + distance) & (step - 1);
            const uint64_t moved = distance + ((tail - at) & (step - 1));
            distance = prime_distance(drawn, moved <= drawn->span ? moved : planted, step);
        }
        drawn->distances[i] = distance;
        const uint32_t parameter = number_lucas_parameter(drawn->reference + distance);
        const bool usual = parameter >= 3 && parameter <= KERNEL_PARAMETER_MAX && !one_in(random, 4);
        drawn->parameters[i] = usual ? parameter : (uint32_t)random_between(random, 3, KERNEL_PARAMETER_MAX);
    }
}

void near_case_around(struct near_case *drawn, kernel_wide number, int span_bits, struct random_state *random)
{
    uint64_t planted;
    do {
        drawn->span = (UINT64_C(1) << span_bits--) - 1;
        planted = random_between(random, 0, drawn->span);
        drawn->reference = number - planted;
    } while (!near_numbers_make(drawn->reference, drawn->span).in_lanes);
    draw_distances(drawn, planted, random);
}

void near_case_draw(struct near_case *drawn, struct random_state *random)
{
    static const int edges[] = {42, 50, 59, 60, 61, 63, 64, 65, 79, 80, 81, 107, 108, 109, 126, 127};
    const int edge = edges[random_between(random, 0, COUNT_OF(edges) - 1)];
    const int bits = one_in(random, 2) ? edge : (int)random_between(random, BITS_MIN, BITS_MAX);
    drawn->skew = (size_t)random_between(random, 0, 7);
    near_case_around(drawn, draw_special(random, bits), (int)random_between(random, 8, 55), random);
}
