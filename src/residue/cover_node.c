/*
 * Two facts keep proofs small. Let all classes be given in terms of the node's j.
 *
 * Density: classes whose 1/modulus add up to less than 1 leave some integer out.
 *
 * Missing residue: if the classes whose moduli a prime p divides do not have every residue mod p among theirs, they are
 * useless: the others cover the node alone, or it is not covered. For let x be in none of the others, r a residue mod p
 * that is missing, and L the lcm of all moduli without their factors p. The others do not contain x + k * L, for any k,
 * since they do not contain x, and for a k with x + k * L = r mod p no class whose modulus p divides contains it
 * either. So p - 1 such classes or fewer are always useless.
 *
 * By the same x + k * L, a class that is the only one to contain some integer once useless ones are dropped is so among
 * all.
 */
#include "residue/cover_node.h"

#include <string.h>

const uint16_t cover_primes[COVER_PRIMES] = {
    2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,  73,  79,
    83,  89,  97,  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193,
    197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311};

/* What a node holds. */
struct census {
    uint64_t primes;
    cover_density total;
    size_t whole; /* an entry that contains the node, or the number of entries */
    size_t counts[COVER_PRIMES];
    cover_density densities[COVER_PRIMES]; /* of the classes whose moduli the prime divides */
};

static uint64_t slot_bit(unsigned slot)
{
    return UINT64_C(1) << slot;
}

/* Of a mask that is not 0. */
static unsigned lowest_slot(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

static void stop(struct cover_effort *effort)
{
    effort->stopped = true;
    effort->units = 0;
}

bool cover_go_on_at(struct cover_effort *effort, size_t i)
{
    if (!effort->stopped && !go_on_at(effort->go_on, i)) {
        stop(effort);
    }
    return !effort->stopped;
}

bool cover_spend(struct cover_proof *proof, uint64_t units)
{
    enum { UNITS_BETWEEN_QUESTIONS = 1 << 16 }; /* a few milliseconds */
    struct cover_effort *const effort = proof->effort;
    effort->since_asked += units;
    if (effort->since_asked >= UNITS_BETWEEN_QUESTIONS) {
        effort->since_asked = 0;
        cover_go_on_at(effort, 0);
    }
    const bool enough = units <= effort->units && !effort->stopped;
    effort->units = enough ? effort->units - units : 0;
    return enough;
}

uint64_t cover_factor(uint64_t modulus, uint64_t *cofactor)
{
    uint64_t mask = 0;
    uint64_t rest = modulus;
    for (unsigned slot = 0; slot < COVER_PRIMES && rest > 1; ++slot) {
        const uint64_t prime = cover_primes[slot];
        if (prime * prime > rest && rest > COVER_LARGEST_PRIME) {
            break; /* `rest` is a prime without a slot */
        }
        for (; rest % prime == 0; rest /= prime) {
            mask |= slot_bit(slot);
        }
    }
    *cofactor = rest;
    return mask;
}

/* The inverses of 1 to prime - 1, by prime = (prime / i) * i + prime % i. */
static void invert_all(uint32_t prime, uint32_t inverses[COVER_LARGEST_PRIME])
{
    inverses[1] = 1;
    for (uint32_t i = 2; i < prime; ++i) {
        inverses[i] = prime - prime / i * inverses[prime % i] % prime;
    }
}

/* The residue in terms of j', for a modulus that the prime does not divide. */
static uint64_t residue_in_child(const struct cover_entry *entry, uint32_t prime, uint32_t child,
                                 const uint32_t *inverses)
{
    const uint64_t shifted = residue_from(entry->residue, child, entry->modulus);
    /* (shifted + turns * modulus) / prime, which is whole, without that sum, which may be too large. */
    const uint64_t modulus_rest = entry->modulus % prime;
    const uint64_t shifted_rest = shifted % prime;
    const uint64_t turns = (prime - shifted_rest) * inverses[modulus_rest] % prime;
    return shifted / prime + turns * (entry->modulus / prime) + (shifted_rest + turns * modulus_rest) / prime;
}

size_t cover_make_child(struct cover_effort *effort, const struct cover_entry *entries, size_t count, unsigned slot,
                        uint32_t child, struct cover_entry *made)
{
    const uint32_t prime = cover_primes[slot];
    uint32_t inverses[COVER_LARGEST_PRIME];
    invert_all(prime, inverses);
    size_t kept = 0;
    for (size_t i = 0; i < count && cover_go_on_at(effort, i); ++i) {
        struct cover_entry entry = entries[i];
        if ((entry.primes & slot_bit(slot)) == 0) {
            entry.residue = residue_in_child(&entry, prime, child, inverses);
        } else if (entry.residue % prime == child) {
            entry.modulus /= prime;
            entry.residue /= prime;
            entry.primes &= entry.modulus % prime == 0 ? UINT64_MAX : ~slot_bit(slot);
        } else {
            continue;
        }
        made[kept++] = entry;
    }
    return kept;
}

static struct census take_census(const struct cover_proof *proof, const struct cover_entry *entries, size_t count)
{
    const uint8_t *const roles = proof->roles;
    struct census census = {.whole = count};
    for (size_t i = 0; i < count && cover_go_on_at(proof->effort, i); ++i) {
        const uint64_t density = cover_density_of(entries[i].modulus);
        census.total += density;
        census.primes |= entries[i].primes;
        for (uint64_t mask = entries[i].primes; mask != 0; mask &= mask - 1) {
            ++census.counts[lowest_slot(mask)];
            census.densities[lowest_slot(mask)] += density;
        }
        /* Naming a class again saves naming another. */
        const bool is_whole = entries[i].modulus == 1;
        if (is_whole && (census.whole == count ||
                         (roles != NULL && roles[entries[i].index] > roles[entries[census.whole].index]))) {
            census.whole = i;
        }
    }
    return census;
}

/* The primes that divide fewer moduli than they have residues. */
static uint64_t find_scarce_primes(const struct census *census)
{
    uint64_t scarce = 0;
    for (uint64_t mask = census->primes; mask != 0; mask &= mask - 1) {
        const unsigned slot = lowest_slot(mask);
        scarce |= census->counts[slot] < cover_primes[slot] ? slot_bit(slot) : 0;
    }
    return scarce;
}

/* Where the weights of each slot of the mask begin. Other slots need no room. */
static void place_weights(uint64_t primes, size_t places[COVER_PRIMES])
{
    size_t place = 0;
    for (uint64_t mask = primes; mask != 0; mask &= mask - 1) {
        places[lowest_slot(mask)] = place;
        place += cover_primes[lowest_slot(mask)];
    }
}

/* For each prime and each of its residues: the density of the classes whose moduli it divides and that have it. */
static void weigh_residues(struct cover_proof *proof, const size_t places[COVER_PRIMES], uint64_t primes,
                           const struct cover_entry *entries, size_t count)
{
    cover_density *const weights = proof->weights;
    for (uint64_t mask = primes; mask != 0; mask &= mask - 1) {
        const unsigned slot = lowest_slot(mask);
        memset(&weights[places[slot]], 0, cover_primes[slot] * sizeof *weights);
    }
    for (size_t i = 0; i < count && cover_go_on_at(proof->effort, i); ++i) {
        const uint64_t density = cover_density_of(entries[i].modulus);
        for (uint64_t mask = entries[i].primes; mask != 0; mask &= mask - 1) {
            const unsigned slot = lowest_slot(mask);
            weights[places[slot] + entries[i].residue % cover_primes[slot]] += density;
        }
    }
}

static uint32_t find_lightest(const cover_density *weights, uint32_t count)
{
    uint32_t lightest = 0;
    for (uint32_t i = 1; i < count; ++i) {
        lightest = weights[i] < weights[lightest] ? i : lightest;
    }
    return lightest;
}

/*
 * Weighs the children of every possible split. Either one of them has a hole, or *useless are primes with a missing
 * residue, or, if there are none, the node is to be split by the prime whose multiples among the moduli are densest:
 * these classes go to one child each, the others to all. The child that is likeliest to have a hole comes first.
 */
static enum cover_verdict choose_split(struct cover_proof *proof, const struct cover_entry *entries,
                                       struct cover_node *node, const struct census *census, uint64_t *useless)
{
    size_t places[COVER_PRIMES];
    place_weights(census->primes, places);
    weigh_residues(proof, places, census->primes, entries, node->count);
    if (proof->effort->stopped) {
        return COVER_NODE_UNDECIDED;
    }
    cover_density densest = 0;
    for (uint64_t mask = census->primes; mask != 0; mask &= mask - 1) {
        const unsigned slot = lowest_slot(mask);
        const cover_density *const weights = &proof->weights[places[slot]];
        const uint32_t lightest = find_lightest(weights, cover_primes[slot]);
        const cover_density others = census->total - census->densities[slot];
        if (weights[lightest] * cover_primes[slot] + others < COVER_DENSITY_ONE) {
            return COVER_NODE_HOLE;
        }
        *useless |= weights[lightest] == 0 ? slot_bit(slot) : 0;
        if (census->densities[slot] > densest) {
            densest = census->densities[slot];
            node->slot = slot;
            node->start = lightest;
        }
    }
    return COVER_NODE_SPLIT;
}

/* The leaf is needed if the other classes are not dense enough to cover it as well. */
static void name_leaf(struct cover_proof *proof, const struct cover_entry *leaf, cover_density total)
{
    proof->leaf = leaf->index;
    if (proof->roles != NULL) {
        const bool needed = proof->all_seen && total - COVER_DENSITY_ONE < COVER_DENSITY_ONE;
        const uint8_t role = needed ? COVER_NEEDED : COVER_NAMED;
        uint8_t *const known = &proof->roles[leaf->index];
        *known = role > *known ? role : *known;
    }
}

static size_t drop(struct cover_entry *entries, size_t count, uint64_t useless)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if ((entries[i].primes & useless) == 0) {
            entries[kept++] = entries[i];
        }
    }
    return kept;
}

enum cover_verdict cover_examine(struct cover_proof *proof, struct cover_entry *entries, struct cover_node *node)
{
    for (;;) {
        if (!cover_spend(proof, node->count)) {
            return COVER_NODE_UNDECIDED;
        }
        const struct census census = take_census(proof, entries, node->count);
        if (proof->effort->stopped) {
            return COVER_NODE_UNDECIDED;
        }
        if (census.whole < node->count) {
            name_leaf(proof, &entries[census.whole], census.total);
            return COVER_NODE_COVERED;
        }
        if (census.total < COVER_DENSITY_ONE) {
            return COVER_NODE_HOLE;
        }
        uint64_t useless = find_scarce_primes(&census);
        if (useless == 0) {
            const enum cover_verdict verdict = choose_split(proof, entries, node, &census, &useless);
            if (verdict != COVER_NODE_SPLIT || useless == 0) {
                return verdict;
            }
        }
        node->count = drop(entries, node->count, useless);
    }
}
