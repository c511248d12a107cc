/*
 * The planner's estimates of how much classes of columns are worth, compared with sorting and cutting columns. If
 * FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "firewalls.h"
#include "planner/focus_choice.h"
#include "residue/reduced.h"
#include "shapes.h"
#include "support/kernels.h"

enum { MODULUS_MAX = FOCUS_ROW_MODULUS_MAX };

/*
 * The share of pairs of a part and a row in which the row leaves any column of the part. Each residue has as many
 * columns as there are parts, so each part has as many columns as there are residues.
 */
static double share_by_hand(const uint8_t *allowed, uint32_t modulus, uint32_t parts)
{
    uint64_t alive = 0;
    for (uint32_t part = 0; part < parts; ++part) {
        const uint32_t low = part * modulus / parts; /* residue of the first column; then the last */
        const uint32_t high = ((part + 1) * modulus - 1) / parts;
        for (uint32_t row = 0; row < modulus; ++row) {
            bool leaves = false;
            for (uint32_t residue = low; residue <= high; ++residue) {
                leaves = leaves || allowed[(residue + row) % modulus];
            }
            alive += leaves;
        }
    }
    return (double)alive / ((double)parts * modulus);
}

/* Forbids a random residue with layers of even periods. */
static void forbid(firesieve_layer *layers, size_t *count, uint32_t modulus, uint32_t residue)
{
    const uint32_t period = modulus % 2 == 0 ? modulus : 2 * modulus;
    for (uint32_t r = residue; r < period; r += modulus) {
        const uint64_t depth = period - r + UINT64_C(1000000) * period * *count; /* all are distinct */
        layers[(*count)++] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
    }
}

/* A modulus with a known share of alive rows, and what its divisors forbid. */
struct modulus_case {
    uint32_t modulus;
    uint8_t allowed[MODULUS_MAX];
    firesieve_layer layers[4 * MODULUS_MAX];
    size_t count;
};

static void forbid_of(struct modulus_case *given, uint32_t modulus, uint32_t residue)
{
    if (given->allowed[residue] || modulus < given->modulus) {
        forbid(given->layers, &given->count, modulus, residue);
    }
    for (uint32_t r = residue; r < given->modulus; r += modulus) {
        given->allowed[r] = 0;
    }
}

/*
 * Shares are exact if parts seldom begin with a new residue. Those of even moduli often would; then the columns of a
 * search, which are not as evenly spread, still reach into one more residue. Returns whether the modulus is a
 * candidate: a divisor may forbid the same residues.
 */
static bool check_case(const struct modulus_case *given, const char *label)
{
    static struct candidate_list list;
    const struct reduced *reduced;
    firesieve_firewall *const firewall = build_firewall(given->layers, given->count);
    cr_assert(reduced_of(firewall, (struct go_on){NULL, NULL}, &reduced, NULL) == FIRESIEVE_OK);
    candidates_fill(&list, reduced);
    bool found = false;
    for (size_t i = 0; i < list.count; ++i) {
        if (list.items[i].modulus != given->modulus) {
            continue;
        }
        found = true;
        for (int level = 0; level < CLASS_LEVELS; ++level) {
            const uint32_t parts = UINT32_C(1) << level;
            const bool exact = given->modulus % 2 != 0 || level == 0;
            const double share = share_by_hand(given->allowed, given->modulus, parts);
            const uint32_t wider = (parts < given->modulus ? parts : given->modulus) / 2;
            const double most = exact ? share : share_by_hand(given->allowed, given->modulus, wider);
            cr_expect(list.alive[i][level] >= share - 1e-9 && list.alive[i][level] <= most + 1e-9,
                      "%s: modulus %u, %u parts: %g, not %g to %g", label, given->modulus, parts, list.alive[i][level],
                      share, most);
        }
    }
    firesieve_firewall_free(firewall);
    return found;
}

static void start_case(struct modulus_case *given, uint32_t modulus)
{
    *given = (struct modulus_case){.modulus = modulus};
    memset(given->allowed, 1, modulus);
}

/* As in tuplets and binomial coefficients: one run of allowed residues, or one of forbidden residues. */
Test(focus_candidates, alive_shares_of_one_run)
{
    static const uint32_t primes[] = {3, 7, 31, 61, 127, 251};
    static struct modulus_case given;
    for (size_t i = 0; i < COUNT_OF(primes); ++i) {
        for (uint32_t length = 1; length < primes[i]; length += 1 + primes[i] / 8) {
            const uint32_t first = (length * 5) % primes[i];
            start_case(&given, primes[i]);
            for (uint32_t j = 0; j < length; ++j) {
                forbid_of(&given, primes[i], (first + j) % primes[i]);
            }
            cr_assert(check_case(&given, "one run"));
        }
    }
}

/* As in pseudosquares: squares are allowed. */
Test(focus_candidates, alive_shares_of_squares)
{
    static const uint32_t primes[] = {5, 13, 29, 67, 131, 251};
    static struct modulus_case given;
    for (size_t i = 0; i < COUNT_OF(primes); ++i) {
        uint8_t square[MODULUS_MAX] = {0};
        start_case(&given, primes[i]);
        for (uint32_t root = 1; root < primes[i]; ++root) {
            square[root * root % primes[i]] = 1;
        }
        for (uint32_t residue = 0; residue < primes[i]; ++residue) {
            if (!square[residue]) {
                forbid_of(&given, primes[i], residue);
            }
        }
        cr_assert(check_case(&given, "squares"));
    }
}

/* What a prime power allows also depends on its divisors. */
Test(focus_candidates, alive_shares_of_prime_powers)
{
    static const uint32_t powers[][2] = {{3, 9}, {3, 243}, {5, 125}, {7, 49}, {2, 8}, {2, 64}, {2, 128}, {11, 121}};
    enum { CASES = 10 };
    static struct modulus_case given;
    unsigned found = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        for (size_t i = 0; i < COUNT_OF(powers); ++i) {
            struct random_state random = {seed};
            char label[64];
            snprintf(label, sizeof label, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
            const uint32_t prime = powers[i][0];
            const uint32_t power = powers[i][1];
            start_case(&given, power);
            forbid_of(&given, prime, (uint32_t)random_between(&random, 0, prime - 1));
            const uint64_t sides = random_between(&random, 2, 9);
            bool any = false;
            for (uint32_t residue = 0; residue < power; ++residue) {
                if (given.allowed[residue] && (coin(&random, sides) || (!any && residue > power / 2))) {
                    forbid_of(&given, power, residue);
                    any = true;
                }
            }
            found += check_case(&given, label);
        }
    }
    cr_assert(found > CASES * COUNT_OF(powers) / 2, "%u", found);
}
