/* Families of disjoint residue classes that cover nearly all integers, or all of them. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/random.h"
#include "base/sort.h"
#include "firewall/generate.h"

enum { EXTREMAL_LAYERS_MAX = 62 };

firesieve_status extremal_check(const firesieve_generate_options *options, firesieve_error *error)
{
    const firesieve_status status = check_layer_count(options, 1, SIZE_MAX / sizeof(firesieve_layer), error);
    if (status == FIRESIEVE_OK && options->layers > EXTREMAL_LAYERS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "expected at most %d layers, since the periods are 2^1 to 2^layers, found %" PRIu64,
                         EXTREMAL_LAYERS_MAX, options->layers);
    }
    return status;
}

/* Layer i forbids 2^(i-1) - 1 mod 2^i: depth -(2^(i-1) - 1) mod 2^i is 2^(i-1) + 1, and 0 for i = 1. */
bool extremal_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    (void)go_on; /* at most 62 layers */
    for (uint64_t i = 1; i <= options->layers; ++i) {
        const uint64_t half = UINT64_C(1) << (i - 1);
        if (!layer_list_append(list, i == 1 ? 0 : half + 1, half + 1)) {
            return false;
        }
    }
    return true;
}

/*
 * ---- blocked: classes that are split into classes ------------------------------------------------------------------
 *
 * A tree of residue classes: 0 and 1 mod 2 are its first leaves, and a prime p splits a leaf a mod m into the p classes
 * mod m * p that it consists of. The leaves are disjoint and cover everything, so each of them is needed, and as soon as
 * there are two periods, no period alone catches every delay.
 *
 * Merging the parts again would still reveal the cover: residues of a period that repeat with one of its divisors become
 * fewer residues of that divisor, and so on up to the root. So the tree starts from a core whose leaves block merging.
 * For primes p != q, one class mod 2 is split by p and one of its parts by q; the other class mod 2 is split by q and
 * one of its parts by p. That leaves q + p classes mod M = 2pq, which do not repeat with a divisor of M: shifted by
 * M / q = 2p, the p classes of the second half, all equal mod 2q, become different ones; likewise for M / p; shifted by
 * M / 2 with p and q odd, the halves, of different size, would change places. These classes are never split again, other
 * parts of the first half never by q, and those of the second never by p: so no other modulus is a multiple of M,
 * nothing is ever merged into a class mod M, and these p + q classes stay as they are. Trees smaller than the smallest
 * core do merge.
 */

enum { PRIMES = 4, ALL_PRIMES = (1 << PRIMES) - 1, BLOCKED_LAYERS_MIN = 3, CORE_LAYERS_MIN = 8 };
static const uint64_t primes[PRIMES] = {2, 3, 5, 7};

/* Keeps the sum of all moduli below 2^63: fewer than 2^15 products of 2, 3, 5 and 7 do not exceed it. */
static const uint64_t leaf_modulus_max = UINT64_C(1) << 47;

struct leaf {
    uint64_t modulus; /* first, to be sorted by */
    uint64_t residue;
    unsigned may_split; /* bit i: by primes[i] */
};

struct tree {
    struct leaf *leaves;
    size_t count;
    struct random_state random;
};

firesieve_status blocked_check(const firesieve_generate_options *options, firesieve_error *error)
{
    return check_layer_count(options, BLOCKED_LAYERS_MIN, GENERATED_LAYERS_MAX, error);
}

/* The first part replaces the leaf; the others are appended to the leaves. */
static void split(struct tree *tree, size_t at, unsigned prime)
{
    struct leaf part = tree->leaves[at];
    const uint64_t modulus = part.modulus;
    part.modulus *= primes[prime];
    tree->leaves[at] = part;
    for (uint64_t i = 1; i < primes[prime]; ++i) {
        part.residue += modulus;
        tree->leaves[tree->count++] = part;
    }
}

/* Splits leaf `at` by one prime and one of its parts by another, which must not split the other parts later. */
static void grow_half(struct tree *tree, size_t at, unsigned prime, unsigned barred)
{
    tree->leaves[at].may_split = ALL_PRIMES & ~(1U << barred);
    const size_t others = tree->count;
    split(tree, at, prime);
    const size_t part = random_between(&tree->random, others - 1, tree->count - 1);
    const size_t chosen = part < others ? at : part;
    tree->leaves[chosen].may_split = 0;
    split(tree, chosen, barred);
}

static void grow_core(struct tree *tree, size_t layers)
{
    unsigned p;
    unsigned q;
    do {
        p = (unsigned)random_between(&tree->random, 0, PRIMES - 1);
        q = (unsigned)random_between(&tree->random, 0, PRIMES - 1);
    } while (p == q || 2 * (primes[p] + primes[q] - 1) > layers);
    grow_half(tree, 0, p, q);
    grow_half(tree, 1, q, p);
}

static bool can_split(const struct leaf *leaf, unsigned prime)
{
    return (leaf->may_split >> prime & 1) != 0 && leaf->modulus <= leaf_modulus_max / primes[prime];
}

/*
 * Draws a few leaves and splits the one with the smallest modulus, which keeps the moduli moderate. This ends, since some
 * leaves can always be split by 2: as p != q, it is not barred from both halves. False, here and below: cancelled.
 */
static bool grow(struct tree *tree, size_t layers, struct go_on go_on)
{
    enum { DRAWS = 4 };
    for (size_t tried = 0; tree->count < layers; ++tried) {
        if (!go_on_at(go_on, tried)) {
            return false;
        }
        const unsigned prime = (unsigned)random_between(&tree->random, 0, PRIMES - 1);
        struct leaf *chosen = NULL;
        for (int draw = 0; draw < DRAWS; ++draw) {
            struct leaf *const leaf = &tree->leaves[random_between(&tree->random, 0, tree->count - 1)];
            if (can_split(leaf, prime) && (chosen == NULL || leaf->modulus < chosen->modulus)) {
                chosen = leaf;
            }
        }
        if (chosen != NULL && primes[prime] - 1 <= layers - tree->count) {
            split(tree, (size_t)(chosen - tree->leaves), prime);
        }
    }
    return true;
}

/* Appends a layer for each leaf; the leaves are sorted by modulus. False also: no memory. */
static bool forbid_leaves(const struct tree *tree, struct go_on go_on, struct layer_list *list)
{
    uint64_t *const residues = calloc(tree->count, sizeof *residues);
    bool appended = residues != NULL;
    for (size_t begin = 0, end = 0; appended && begin < tree->count; begin = end) {
        const uint64_t modulus = tree->leaves[begin].modulus;
        for (; end < tree->count && tree->leaves[end].modulus == modulus; ++end) {
            residues[end - begin] = tree->leaves[end].residue;
        }
        appended = go_on_ask(go_on) && layer_list_forbid(list, modulus, residues, end - begin);
    }
    free(residues);
    return appended;
}

static bool shuffle(struct layer_list *list, struct random_state *random, struct go_on go_on)
{
    for (size_t i = list->count; i-- > 1;) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const size_t other = random_between(random, 0, i);
        const firesieve_layer layer = list->layers[i];
        list->layers[i] = list->layers[other];
        list->layers[other] = layer;
    }
    return true;
}

bool blocked_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct tree tree = {.leaves = calloc(options->layers, sizeof *tree.leaves), .random = {options->seed}};
    if (tree.leaves == NULL) {
        return false;
    }
    const uint64_t first = random_between(&tree.random, 0, 1);
    tree.leaves[tree.count++] = (struct leaf){.modulus = 2, .residue = first};
    tree.leaves[tree.count++] = (struct leaf){.modulus = 2, .residue = 1 - first, .may_split = ALL_PRIMES};
    if (options->layers >= CORE_LAYERS_MIN) {
        grow_core(&tree, options->layers);
    }
    const bool appended = grow(&tree, options->layers, go_on) &&
                          sort_items_while(tree.leaves, tree.count, sizeof *tree.leaves, sort_compare_u64, go_on) &&
                          forbid_leaves(&tree, go_on, list) && shuffle(list, &tree.random, go_on);
    free(tree.leaves);
    return appended;
}
