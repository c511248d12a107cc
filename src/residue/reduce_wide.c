/* The same for wide classes: moduli from 2^31 on, which are few or have few classes each. */
#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/sort.h"
#include "residue/reduce.h"

/* The classes of one modulus, ascending. */
struct wide_run {
    struct residue_class *classes;
    size_t count;
};

static struct wide_run run_at(const struct class_set *set, size_t first)
{
    size_t end = first + 1;
    while (end < set->wide_count && set->wide[end].modulus == set->wide[first].modulus) {
        ++end;
    }
    return (struct wide_run){.classes = set->wide + first, .count = end - first};
}

bool classes_sort_wide(struct class_set *set, struct go_on go_on)
{
    size_t kept = 0;
    if (!sort_items_while(set->wide, set->wide_count, sizeof *set->wide, residue_class_compare, go_on)) {
        return false;
    }
    for (size_t i = 0; i < set->wide_count; ++i) {
        if (kept == 0 || residue_class_compare(&set->wide[kept - 1], &set->wide[i]) != 0) {
            set->wide[kept++] = set->wide[i];
        }
    }
    set->wide_count = kept;
    return true;
}

/* ---- Lowering --------------------------------------------------------------------------------------------- */

/* Whether the residues repeat p times with modulus / p. */
static bool repeats(const struct wide_run *run, uint64_t modulus, uint64_t p)
{
    const size_t period = run->count / p;
    const uint64_t step = modulus / p;
    for (size_t i = 0; i + period < run->count; ++i) {
        if (run->classes[i + period].residue != run->classes[i].residue + step) {
            return false;
        }
    }
    return true;
}

/* The smallest prime that the run repeats with, or 0. It divides both the number of classes and the modulus. */
static uint64_t repeating_prime(const struct wide_run *run, uint64_t modulus)
{
    size_t rest = run->count;
    for (uint64_t p = 2; rest > 1; ++p) {
        if (p * p > rest) {
            p = rest; /* a prime, and the last one */
        }
        if (rest % p != 0) {
            continue;
        }
        if (modulus % p == 0 && repeats(run, modulus, p)) {
            return p;
        }
        while (rest % p == 0) {
            rest /= p;
        }
    }
    return 0;
}

/* Lowers the modulus of a run as far as it goes; what is left are its first classes. */
static bool lower_run(struct wide_run *run)
{
    uint64_t modulus = run->classes[0].modulus;
    const uint64_t before = modulus;
    for (uint64_t p = repeating_prime(run, modulus); p != 0; p = repeating_prime(run, modulus)) {
        modulus /= p;
        run->count /= p;
    }
    for (size_t i = 0; i < run->count; ++i) {
        run->classes[i].modulus = modulus;
    }
    return modulus != before;
}

/* Lowers all runs, and moves what is left of them together. *lowered: some modulus is lower. */
static bool lower_runs(struct class_set *set, struct go_on go_on, bool *lowered)
{
    size_t kept = 0;
    *lowered = false;
    for (size_t first = 0, i = 0; first < set->wide_count; ++i) {
        struct wide_run run = run_at(set, first);
        first += run.count;
        if (!go_on_at(go_on, i)) {
            return false;
        }
        *lowered = lower_run(&run) || *lowered;
        memmove(set->wide + kept, run.classes, run.count * sizeof *run.classes);
        kept += run.count;
    }
    set->wide_count = kept;
    return true;
}

/* How many classes may become narrow: each modulus that is lowered has at most half as many as before. */
static size_t most_narrow(const struct class_set *set)
{
    size_t most = 0;
    for (size_t first = 0; first < set->wide_count;) {
        const size_t count = run_at(set, first).count;
        most += count / 2;
        first += count;
    }
    return most;
}

/* Moves classes that are narrow now to the others of their kind, where there is room for them. */
static bool move_narrow(struct class_set *set, struct go_on go_on)
{
    size_t count = 0;
    for (; count < set->wide_count && set->wide[count].modulus < CLASS_NARROW_END; ++count) {
        set->narrow[set->narrow_count++] = set->wide[count].modulus << 32 | set->wide[count].residue;
    }
    if (count == 0) {
        return true;
    }
    set->wide_count -= count;
    memmove(set->wide, set->wide + count, set->wide_count * sizeof *set->wide);
    if (!sort_u64_while(set->narrow, set->narrow_count, go_on)) {
        return false;
    }
    set->narrow_count = classes_drop_repeated(set->narrow, set->narrow_count);
    return true;
}

bool classes_lower_wide(struct class_set *set, struct go_on go_on)
{
    const size_t most = most_narrow(set);
    bool lowered = most > 0;
    if (lowered) {
        class_key *const narrow = large_reallocarray(set->narrow, set->narrow_count + most + 1, sizeof *narrow);
        lowered = narrow != NULL; /* without the memory they stay as they are, which does no harm */
        set->narrow = lowered ? narrow : set->narrow;
    }
    while (lowered) {
        if (!lower_runs(set, go_on, &lowered) || (lowered && !classes_sort_wide(set, go_on))) {
            return false;
        }
    }
    return move_narrow(set, go_on);
}

/* ---- Dropping --------------------------------------------------------------------------------------------- */

enum { MODULI_MAX = 1 << 10, WIDE_CLASSES_MAX = 1 << 16 };

/* A modulus that others may be multiples of, and where its classes are. */
struct divisor_run {
    uint64_t modulus;
    size_t first; /* in the narrow or wide classes */
    size_t count;
};

/* The moduli of all classes, ascending; the count is MODULI_MAX where there are more than are worth comparing. */
static size_t list_moduli(const struct class_set *set, struct divisor_run *runs)
{
    size_t count = 0;
    for (size_t i = 0; i < set->narrow_count + set->wide_count; ++i) {
        const bool narrow = i < set->narrow_count;
        const size_t index = narrow ? i : i - set->narrow_count;
        const uint64_t modulus = narrow ? class_modulus(set->narrow[index]) : set->wide[index].modulus;
        if (count > 0 && runs[count - 1].modulus == modulus) {
            ++runs[count - 1].count;
        } else if (count == MODULI_MAX) {
            return count;
        } else {
            runs[count++] = (struct divisor_run){modulus, index, 1};
        }
    }
    return count;
}

static bool has_class(const struct class_set *set, const struct divisor_run *run, uint64_t residue)
{
    size_t low = run->first;
    size_t high = run->first + run->count;
    const bool narrow = run->modulus < CLASS_NARROW_END;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint64_t own = narrow ? class_residue(set->narrow[middle]) : set->wide[middle].residue;
        if (own == residue) {
            return true;
        }
        if (own < residue) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

static bool is_implied(const struct class_set *set, const struct divisor_run *divisors, size_t count, uint64_t residue)
{
    for (size_t i = 0; i < count; ++i) {
        if (has_class(set, &divisors[i], residue % divisors[i].modulus)) {
            return true;
        }
    }
    return false;
}

/* Marks what is implied before any of it goes: a class that is to go still implies others. */
static bool mark_implied(const struct class_set *set, const struct divisor_run *runs, size_t count,
                         struct divisor_run *divisors, struct go_on go_on, bool *implied)
{
    for (size_t i = 0; i < count; ++i) {
        size_t divisor_count = 0;
        if (!go_on_ask(go_on)) {
            return false;
        }
        for (size_t j = 0; j < i && runs[i].modulus >= CLASS_NARROW_END; ++j) {
            if (runs[i].modulus % runs[j].modulus == 0) {
                divisors[divisor_count++] = runs[j];
            }
        }
        for (size_t j = 0; j < runs[i].count && divisor_count > 0; ++j) {
            const size_t class = runs[i].first + j;
            implied[class] = is_implied(set, divisors, divisor_count, set->wide[class].residue);
        }
    }
    return true;
}

/* `runs` and `divisors` are room for MODULI_MAX each; `implied` is false for every class. */
static bool drop_implied(struct class_set *set, struct divisor_run *runs, struct divisor_run *divisors, bool *implied,
                         struct go_on go_on)
{
    const size_t count = list_moduli(set, runs);
    if (count == MODULI_MAX) {
        return true;
    }
    if (!mark_implied(set, runs, count, divisors, go_on, implied)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < set->wide_count; ++i) {
        if (!implied[i]) {
            set->wide[kept++] = set->wide[i];
        }
    }
    set->wide_count = kept;
    return true;
}

/* Nothing of this is on the stack: most firewalls have no wide classes, and would pay for its pages all the same. */
bool classes_drop_implied_wide(struct class_set *set, struct go_on go_on)
{
    if (set->wide_count == 0 || set->wide_count > WIDE_CLASSES_MAX) {
        return true;
    }
    struct divisor_run *const runs = calloc(2 * MODULI_MAX, sizeof *runs);
    bool *const implied = calloc(set->wide_count, sizeof *implied);
    const bool enough = runs != NULL && implied != NULL; /* otherwise they stay, which does no harm */
    const bool more = !enough || drop_implied(set, runs, runs + MODULI_MAX, implied, go_on);
    free(runs);
    free(implied);
    return more;
}
