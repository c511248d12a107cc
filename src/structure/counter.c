/*
 * Counting splits by the first digit to the base that most clauses mention. All digits that none mentions are counted
 * once, so the work depends on the classes and not on the size of primes. Clauses without a common base are counted
 * separately, and results are cached. This is how models of formulas are counted (Bayardo and Pehoushek, "Counting
 * models using connected components", 2000; Sang and others, "Combining component caching and clause learning for
 * effective model counting", 2004), with residues instead of truth values.
 */
#include "structure/counter.h"

#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/hash.h"
#include "base/sort.h"

/* A cached count, by the words of its formula. */
struct known {
    uint64_t hash;
    uint64_t *words; /* owned */
    size_t count;
    struct left left;
};

enum {
    DEPTH_MAX = 1 << 10,
    KNOWN_WORDS_MAX = 1 << 21, /* 16 MiB */
};

struct counter {
    const struct component *component;
    struct work *work;
    struct formula root;
    struct known *known; /* a hash table with open addressing; NULL while it is empty */
    size_t known_slots;
    size_t known_count;
    size_t known_words;
    unsigned depth;
    bool no_memory;
};

struct counter *counter_new(const struct component *component, struct work *work)
{
    struct counter *const counter = calloc(1, sizeof *counter);
    if (counter == NULL) {
        return NULL;
    }
    *counter = (struct counter){.component = component, .work = work};
    if (!formula_of_component(&counter->root, component)) {
        counter_free(counter);
        return NULL;
    }
    return counter;
}

void counter_free(struct counter *counter)
{
    if (counter != NULL) {
        for (size_t i = 0; i < counter->known_slots; ++i) {
            free(counter->known[i].words);
        }
        free(counter->known);
        formula_free(&counter->root);
        free(counter);
    }
}

/* ---- What is left ----------------------------------------------------------------------------------------- */

static const struct left all_left = {.cycle = 1, .count = 1, .density = 1, .none = false};

/* Makes the cycle a multiple of what it is, and adapts the count. */
static void widen(struct left *left, firesieve_delay cycle)
{
    left->count = cycle == FIRESIEVE_DELAY_END ? 0 : left->count * (cycle / left->cycle);
    left->cycle = cycle;
}

static struct left product_of(struct left a, struct left b)
{
    const firesieve_delay cycle = delay_multiply_saturated(a.cycle, b.cycle);
    return (struct left){
        .cycle = cycle,
        .count = cycle == FIRESIEVE_DELAY_END ? 0 : a.count * b.count,
        .density = a.density * b.density,
        .none = a.none || b.none,
    };
}

/* ---- One tower -------------------------------------------------------------------------------------------- */

static int compare_literals(const void *a, const void *b)
{
    const struct literal *const left = a;
    const struct literal *const right = b;
    if (left->exponent != right->exponent) {
        return (left->exponent > right->exponent) - (left->exponent < right->exponent);
    }
    return (left->residue > right->residue) - (left->residue < right->residue);
}

/*
 * Counts clauses of one literal each, all to the same base. Level by level: each class of level e takes one of the
 * residues modulo base^e that the levels below leave, unless a shorter one has taken it before.
 */
static struct left count_tower(struct counter *counter, struct formula *formula)
{
    struct literal *const literals = formula->literals;
    const size_t count = formula->literal_count;
    const uint64_t base = counter->component->towers[literals[0].base].base;
    qsort(literals, count, sizeof *literals, compare_literals);
    const unsigned highest = literals[count - 1].exponent;
    struct left left = {.cycle = 1, .count = 1, .density = 1};
    size_t next = 0;
    for (unsigned level = 1; level <= highest; ++level) {
        const firesieve_delay cycle = left.cycle * base; /* a divisor of the highest modulus */
        const size_t first = next;
        left.count *= base;
        for (; next < count && literals[next].exponent == level; ++next) {
            bool taken = next > first && literals[next - 1].residue == literals[next].residue;
            for (unsigned lower = 1; lower < level && !taken && first > 0; ++lower) {
                const struct literal prefix = {literals[next].base, lower,
                                               literals[next].residue % tower_power(base, lower)};
                taken = bsearch(&prefix, literals, first, sizeof prefix, compare_literals) != NULL;
            }
            left.count -= !taken;
        }
        left.cycle = cycle;
    }
    left.none = left.count == 0;
    left.density = left.none ? 0 : (double)left.count / (double)left.cycle;
    return left;
}

/* ---- What is known ---------------------------------------------------------------------------------------- */

static int compare_clauses(const void *a, const void *b, void *context)
{
    const struct formula *const formula = context;
    const struct clause *const left = a;
    const struct clause *const right = b;
    const size_t shorter = left->count < right->count ? left->count : right->count;
    for (size_t i = 0; i < shorter; ++i) {
        const struct literal *const l = &formula->literals[left->first + i];
        const struct literal *const r = &formula->literals[right->first + i];
        if (l->base != r->base) {
            return (l->base > r->base) - (l->base < r->base);
        }
        const int order = compare_literals(l, r);
        if (order != 0) {
            return order;
        }
    }
    return (left->count > right->count) - (left->count < right->count);
}

/* The words of a formula, the same for the same clauses in another order. */
static uint64_t *words_of(struct counter *counter, struct formula *formula, size_t *count)
{
    uint64_t *const words = reallocarray(NULL, 2 * formula->literal_count + 1, sizeof *words);
    if (words == NULL) {
        counter->no_memory = true;
        return NULL;
    }
    sort_items_with(formula->clauses, formula->clause_count, sizeof *formula->clauses, compare_clauses, formula);
    size_t at = 0;
    for (size_t i = 0; i < formula->clause_count; ++i) {
        for (size_t j = 0; j < formula->clauses[i].count; ++j) {
            const struct literal *const literal = &literals_of(formula, i)[j];
            const uint64_t last = j + 1 == formula->clauses[i].count;
            words[at++] = (uint64_t)literal->base << 32 | (uint64_t)literal->exponent << 1 | last;
            words[at++] = literal->residue;
        }
    }
    *count = at;
    return words;
}

/* The slot of these words, or the empty one where they belong. */
static struct known *find_known(const struct counter *counter, uint64_t hash, const uint64_t *words, size_t count)
{
    size_t slot = hash & (counter->known_slots - 1);
    for (;; slot = (slot + 1) & (counter->known_slots - 1)) {
        struct known *const known = &counter->known[slot];
        if (known->words == NULL ||
            (known->hash == hash && known->count == count && memcmp(known->words, words, count * sizeof *words) == 0)) {
            return known;
        }
    }
}

/* Doubles the table. Without memory for that it stays as it is. */
static void grow_known(struct counter *counter)
{
    enum { FIRST_SLOTS = 1 << 5 };
    struct known *const old = counter->known;
    const size_t slots = counter->known_slots;
    const size_t more = slots == 0 ? FIRST_SLOTS : 2 * slots;
    struct known *const grown = calloc(more, sizeof *grown);
    if (grown == NULL) {
        return;
    }
    counter->known = grown;
    counter->known_slots = more;
    for (size_t i = 0; i < slots && old != NULL; ++i) {
        if (old[i].words != NULL) {
            *find_known(counter, old[i].hash, old[i].words, old[i].count) = old[i];
        }
    }
    free(old);
}

/* Takes ownership of the words. */
static void keep_known(struct counter *counter, uint64_t hash, uint64_t *words, size_t count, const struct left *left)
{
    if (counter->known_count >= counter->known_slots / 2) {
        grow_known(counter);
    }
    if (counter->known == NULL || counter->known_count >= counter->known_slots / 2 ||
        counter->known_words + count > KNOWN_WORDS_MAX) {
        free(words);
        return;
    }
    *find_known(counter, hash, words, count) = (struct known){hash, words, count, *left};
    ++counter->known_count;
    counter->known_words += count;
}

/* ---- Counting --------------------------------------------------------------------------------------------- */

/* The cycle of a formula. */
static firesieve_delay cycle_of(struct counter *counter, const struct formula *formula)
{
    uint32_t *const exponents = calloc(counter->component->tower_count, sizeof *exponents);
    firesieve_delay cycle = 1;
    counter->no_memory = counter->no_memory || exponents == NULL;
    for (size_t i = 0; i < formula->literal_count && exponents != NULL; ++i) {
        const struct literal *const literal = &formula->literals[i];
        for (; exponents[literal->base] < literal->exponent; ++exponents[literal->base]) {
            cycle = delay_multiply_saturated(cycle, counter->component->towers[literal->base].base);
        }
    }
    free(exponents);
    return cycle;
}

static bool count(struct counter *counter, struct formula *formula, struct left *left);

/* Adds a case that `times` digits share. */
static void add_case(struct left *sum, struct left part, uint64_t times, uint64_t modulus)
{
    if (sum->cycle != FIRESIEVE_DELAY_END) {
        widen(&part, sum->cycle / modulus);
        sum->count += times * part.count;
    }
    sum->density += (double)times / (double)modulus * part.density;
    sum->none = sum->none && (part.none || times == 0);
}

static bool count_case(struct counter *counter, const struct formula *formula, const struct branching *branching,
                       size_t first, size_t end, struct left *left)
{
    struct formula made;
    if (!branching_case(branching, formula, first, end, &made)) {
        counter->no_memory = true;
        return false;
    }
    const bool counted = count(counter, &made, left);
    formula_free(&made);
    return counted;
}

/* All clauses are tied together. */
static bool count_by_cases(struct counter *counter, const struct formula *formula, struct left *left)
{
    struct branching branching;
    bool counted = branching_make(&branching, formula, counter->component->towers, counter->component->tower_count);
    counter->no_memory = counter->no_memory || !counted;
    *left = (struct left){.cycle = cycle_of(counter, formula), .none = true};
    for (size_t first = 0, end = 0; first < branching.mention_count && counted; first = end) {
        struct left part;
        end = branching_end(&branching, first);
        counted = count_case(counter, formula, &branching, first, end, &part);
        if (counted) {
            add_case(left, part, 1, branching.modulus);
        }
    }
    if (counted && branching.digits < branching.modulus) {
        struct left part;
        counted = count_case(counter, formula, &branching, 0, 0, &part);
        if (counted) {
            add_case(left, part, branching.modulus - branching.digits, branching.modulus);
        }
    }
    branching_free(&branching);
    return counted && !counter->no_memory;
}

/* Whether all literals are to one base. */
static bool is_tower(const struct formula *formula)
{
    for (size_t i = 0; i < formula->literal_count; ++i) {
        if (formula->literals[i].base != formula->literals[0].base) {
            return false;
        }
    }
    return true;
}

/* All clauses are tied together, and none is empty. */
static bool count_tied(struct counter *counter, struct formula *formula, struct left *left)
{
    if (is_tower(formula)) {
        *left = count_tower(counter, formula);
        return true;
    }
    size_t word_count;
    uint64_t *const words = words_of(counter, formula, &word_count);
    if (words == NULL) {
        return false;
    }
    const uint64_t hash = hash_bytes(words, word_count * sizeof *words, 0);
    const struct known *const known = counter->known == NULL ? NULL : find_known(counter, hash, words, word_count);
    if (known != NULL && known->words != NULL) {
        *left = known->left;
        free(words);
        return true;
    }
    if (!count_by_cases(counter, formula, left)) {
        free(words);
        return false;
    }
    keep_known(counter, hash, words, word_count, left);
    return true;
}

/* The number, from 0, of the part that each clause belongs to. */
static size_t *find_parts(struct counter *counter, const struct formula *formula, size_t *part_count)
{
    const size_t towers = counter->component->tower_count;
    size_t *const parts = calloc(formula->clause_count + 1, sizeof *parts);
    size_t *const parents = reallocarray(NULL, towers + 1, sizeof *parents);
    size_t *const numbers = calloc(towers + 1, sizeof *numbers);
    *part_count = 0;
    counter->no_memory = counter->no_memory || parts == NULL || parents == NULL || numbers == NULL;
    for (size_t i = 0; i < towers && !counter->no_memory; ++i) {
        parents[i] = i;
    }
    for (size_t i = 0; i < formula->clause_count && !counter->no_memory; ++i) {
        size_t first = literals_of(formula, i)[0].base;
        for (; parents[first] != first; first = parents[first]) {
        }
        for (size_t j = 1; j < formula->clauses[i].count; ++j) {
            size_t other = literals_of(formula, i)[j].base;
            for (; parents[other] != other; other = parents[other]) {
                parents[other] = parents[parents[other]];
            }
            parents[other] = first;
        }
    }
    for (size_t i = 0; i < formula->clause_count && !counter->no_memory; ++i) {
        size_t root = literals_of(formula, i)[0].base;
        for (; parents[root] != root; root = parents[root]) {
        }
        numbers[root] = numbers[root] == 0 ? ++*part_count : numbers[root];
        parts[i] = numbers[root] - 1;
    }
    free(parents);
    free(numbers);
    if (counter->no_memory) {
        free(parts);
        return NULL;
    }
    return parts;
}

static bool count_part(struct counter *counter, const struct formula *formula, const size_t *parts, size_t part,
                       struct left *left)
{
    struct formula made;
    if (!formula_new(&made, formula->literal_count, formula->clause_count)) {
        counter->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < formula->clause_count; ++i) {
        if (parts[i] == part) {
            formula_copy_clause(&made, formula, i);
        }
    }
    const bool counted = count_tied(counter, &made, left);
    formula_free(&made);
    return counted;
}

/* False: the work ran out, or there is no memory. */
static bool count(struct counter *counter, struct formula *formula, struct left *left)
{
    static const uint64_t node_units = 100;
    static const uint64_t literal_units = 8;
    const uint64_t units = node_units + literal_units * formula->literal_count + counter->component->tower_count / 4;
    *left = all_left;
    for (size_t i = 0; i < formula->clause_count; ++i) {
        if (formula->clauses[i].count == 0) {
            *left = (struct left){.cycle = cycle_of(counter, formula), .none = true};
            return !counter->no_memory;
        }
    }
    if (formula->clause_count == 0) {
        return true;
    }
    if (!work_spend(counter->work, units) || counter->depth >= DEPTH_MAX) {
        return false;
    }
    size_t part_count;
    size_t *const parts = find_parts(counter, formula, &part_count);
    bool counted = parts != NULL;
    ++counter->depth;
    if (part_count == 1) {
        counted = count_tied(counter, formula, left);
    }
    for (size_t i = 0; i < part_count && part_count > 1 && counted; ++i) {
        struct left part;
        counted = count_part(counter, formula, parts, i, &part);
        *left = counted ? product_of(*left, part) : *left;
        if (left->none) {
            left->cycle = cycle_of(counter, formula);
            break;
        }
    }
    --counter->depth;
    free(parts);
    return counted;
}

enum counter_outcome counter_count_case(struct counter *counter, struct formula *formula, struct left *left)
{
    const bool counted = count(counter, formula, left);
    return counted ? COUNTER_DONE : counter->no_memory ? COUNTER_NO_MEMORY : COUNTER_ENDED;
}

enum counter_outcome counter_count(struct counter *counter, struct left *left)
{
    return counter_count_case(counter, &counter->root, left);
}
