#include "residue/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/search.h"
#include "base/sort.h"

/* The classes of one modulus, ascending: keys, or wide classes if keys is NULL. */
struct run {
    class_key *keys;
    struct residue_class *wide;
    size_t count;
};

/* The run of narrow or of wide classes at index `first`, below their number. */
static struct run narrow_run(const struct class_set *set, size_t first)
{
    const uint32_t modulus = class_modulus(set->narrow[first]);
    size_t end = first + 1;
    while (end < set->narrow_count && class_modulus(set->narrow[end]) == modulus) {
        ++end;
    }
    return (struct run){.keys = set->narrow + first, .count = end - first};
}

static struct run wide_run(const struct class_set *set, size_t first)
{
    size_t end = first + 1;
    while (end < set->wide_count && set->wide[end].modulus == set->wide[first].modulus) {
        ++end;
    }
    return (struct run){.wide = set->wide + first, .count = end - first};
}

static uint64_t modulus_of(const struct run *run)
{
    return run->keys != NULL ? class_modulus(run->keys[0]) : run->wide[0].modulus;
}

static uint64_t residue_at(const struct run *run, size_t i)
{
    return run->keys != NULL ? class_residue(run->keys[i]) : run->wide[i].residue;
}

/* value mod modulus: a division of 32 bits, which is quicker on some CPUs, if that is enough. */
static uint64_t remainder_of(uint64_t value, uint64_t modulus)
{
    return (value | modulus) >> 32 == 0 ? (uint32_t)value % (uint32_t)modulus : value % modulus;
}

/* Counts the keys processed since go_on was last asked. */
struct pause {
    struct go_on go_on;
    size_t keys;
    bool stopped; /* go_on said no */
};

/* To be called after work on that many keys. False: go_on said no. So below. */
static bool pause_for(struct pause *pause, size_t keys)
{
    enum { KEYS_BETWEEN_QUESTIONS = 1 << 13 };
    pause->keys += keys;
    if (pause->keys >= KEYS_BETWEEN_QUESTIONS) {
        pause->keys = 0;
        pause->stopped = pause->stopped || !go_on_ask(pause->go_on);
    }
    return !pause->stopped;
}

/* ---- Lowering --------------------------------------------------------------------------------------------- */

/* Whether the residues of the run repeat p times with modulus / p. */
static bool repeats(const struct run *run, uint64_t modulus, uint64_t p)
{
    const size_t period = run->count / p;
    const uint64_t step = modulus / p;
    for (size_t i = 0; i + period < run->count; ++i) {
        if (residue_at(run, i + period) != residue_at(run, i) + step) {
            return false;
        }
    }
    return true;
}

/* The smallest prime p that the run repeats with, or 0. p divides both the number of classes and the modulus. */
static uint64_t repeating_prime(const struct run *run, uint64_t modulus)
{
    size_t rest = run->count;
    for (uint64_t p = 2; rest > 1; ++p) {
        if (p * p > rest) {
            p = rest; /* a prime, and the last one */
        }
        if (remainder_of(rest, p) != 0) {
            continue;
        }
        if (remainder_of(modulus, p) == 0 && repeats(run, modulus, p)) {
            return p;
        }
        while (rest % p == 0) {
            rest /= p;
        }
    }
    return 0;
}

/* Lowers the modulus of a run as far as possible; its first classes are left. False: it cannot be lowered. */
static bool lower_run(struct run *run)
{
    const uint64_t before = modulus_of(run);
    uint64_t modulus = before;
    for (uint64_t p = repeating_prime(run, modulus); p != 0; p = repeating_prime(run, modulus)) {
        modulus /= p;
        run->count /= p;
    }
    for (size_t i = 0; i < run->count && modulus != before; ++i) {
        if (run->keys != NULL) {
            run->keys[i] = modulus << 32 | class_residue(run->keys[i]);
        } else {
            run->wide[i].modulus = modulus;
        }
    }
    return modulus != before;
}

/* Keys of lowered moduli, which belong elsewhere among the others. */
struct key_list {
    class_key *keys;
    size_t count;
    size_t capacity;
};

static bool append(struct key_list *list, const struct run *run)
{
    if (list->capacity - list->count < run->count) {
        const size_t capacity = 2 * list->capacity + run->count;
        class_key *const keys = large_reallocarray(list->keys, capacity, sizeof *keys);
        if (keys == NULL) {
            return false;
        }
        list->keys = keys;
        list->capacity = capacity;
    }
    memcpy(list->keys + list->count, run->keys, run->count * sizeof *run->keys);
    list->count += run->count;
    return true;
}

/* Moves a run down to index `kept` of its array; returns the index after it. */
static size_t keep(class_key *keys, size_t kept, const struct run *run)
{
    if (keys + kept != run->keys) {
        memmove(keys + kept, run->keys, run->count * sizeof *run->keys);
    }
    return kept + run->count;
}

/* Moves the runs that can be lowered to `lowered`; if memory for one is lacking, it and the rest stay as they are. */
static bool take_lowered(struct class_set *set, struct pause *pause, struct key_list *lowered)
{
    size_t kept = 0;
    bool enough = true;
    for (size_t first = 0; first < set->narrow_count;) {
        struct run run = narrow_run(set, first);
        first += run.count;
        if (!pause_for(pause, run.count)) {
            return false;
        }
        if (enough && run.count > 1 && repeating_prime(&run, modulus_of(&run)) != 0) {
            enough = append(lowered, &run);
            if (enough) {
                continue;
            }
        }
        kept = keep(set->narrow, kept, &run);
    }
    set->narrow_count = kept;
    return true;
}

/* Merges sorted keys into those of the set, whose array has room for them after its own. */
static void merge(struct class_set *set, const struct key_list *list)
{
    size_t left = set->narrow_count;
    size_t out = set->narrow_count + list->count;
    set->narrow_count = out;
    for (size_t i = list->count; i > 0;) {
        const bool from_set = left > 0 && set->narrow[left - 1] > list->keys[i - 1];
        set->narrow[--out] = from_set ? set->narrow[--left] : list->keys[--i];
    }
}

static bool lower_all(struct key_list *list, struct pause *pause)
{
    size_t kept = 0;
    const struct class_set lowered = {.narrow = list->keys, .narrow_count = list->count};
    for (size_t first = 0; first < list->count;) {
        struct run run = narrow_run(&lowered, first);
        first += run.count;
        lower_run(&run);
        kept = keep(list->keys, kept, &run);
        if (!pause_for(pause, run.count)) {
            return false;
        }
    }
    list->count = kept;
    return true;
}

/* Whether a run that keys were merged into can now be lowered. No other run has changed. */
static bool merged_repeat(const struct class_set *set, const struct key_list *merged, struct pause *pause)
{
    for (size_t i = 0; i < merged->count; ++i) {
        const uint32_t modulus = class_modulus(merged->keys[i]);
        if (i > 0 && class_modulus(merged->keys[i - 1]) == modulus) {
            continue;
        }
        const size_t first =
            search_at_least(set->narrow, set->narrow_count, sizeof *set->narrow, (class_key)modulus << 32);
        const struct run run = narrow_run(set, first);
        if (!pause_for(pause, run.count)) {
            return false;
        }
        if (run.count > 1 && repeating_prime(&run, modulus) != 0) {
            return true;
        }
    }
    return false;
}

bool classes_lower_moduli(struct class_set *set, struct go_on go_on)
{
    struct key_list lowered = {0};
    struct pause pause = {.go_on = go_on};
    bool more = true;
    do {
        lowered.count = 0;
        more = take_lowered(set, &pause, &lowered) && lower_all(&lowered, &pause) &&
               sort_u64_while(lowered.keys, lowered.count, go_on);
        if (more) {
            merge(set, &lowered);
            set->narrow_count = classes_drop_repeated(set->narrow, set->narrow_count);
        }
    } while (more && merged_repeat(set, &lowered, &pause));
    free(lowered.keys);
    return more && !pause.stopped;
}

/* ---- Wide moduli: few, or of few classes each -------------------------------------------------------------- */

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

/* Lowers all wide runs, and closes the gaps. *lowered: some modulus is lower. */
static bool lower_wide_runs(struct class_set *set, struct go_on go_on, bool *lowered)
{
    size_t kept = 0;
    *lowered = false;
    for (size_t first = 0, i = 0; first < set->wide_count; ++i) {
        struct run run = wide_run(set, first);
        first += run.count;
        if (!go_on_at(go_on, i)) {
            return false;
        }
        *lowered = lower_run(&run) || *lowered;
        memmove(set->wide + kept, run.wide, run.count * sizeof *run.wide);
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
        const size_t count = wide_run(set, first).count;
        most += count / 2;
        first += count;
    }
    return most;
}

/* Moves classes that have become narrow to the other narrow ones, whose array has room for them. */
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
        lowered = narrow != NULL; /* without memory they stay as they are, which does no harm */
        set->narrow = lowered ? narrow : set->narrow;
    }
    while (lowered) {
        if (!lower_wide_runs(set, go_on, &lowered) || (lowered && !classes_sort_wide(set, go_on))) {
            return false;
        }
    }
    return move_narrow(set, go_on);
}

/* ---- Dropping --------------------------------------------------------------------------------------------- */

enum {
    DIVISORS_MAX = 512,         /* of narrow moduli */
    MODULI_MAX = 1 << 10,       /* with as many, wide classes are not compared */
    WIDE_CLASSES_MAX = 1 << 16, /* nor with more of them */
};

/* The runs that others are compared with: those that forbid most, the strongest first. */
struct divisor_list {
    struct run *runs;
    size_t count;
    size_t capacity;
};

/* How many runs can be compared in less time than it took to read the layers. */
static size_t divisors_for(size_t run_count)
{
    enum { FEWEST = 4, COMPARISONS = 1 << 17 };
    const size_t affordable = COMPARISONS / (run_count + 1);
    return affordable < FEWEST ? FEWEST : affordable < DIVISORS_MAX ? affordable : DIVISORS_MAX;
}

static double forbidden_share(const struct run *run)
{
    return (double)run->count / (double)modulus_of(run);
}

/*
 * Sets the list's capacity. *worth is false if there are many weak runs, so that it is not worth searching for what
 * each implies.
 */
static bool survey(const struct class_set *set, struct pause *pause, struct divisor_list *list, bool *worth)
{
    static const double weak_share = 1.0 / 256;
    size_t run_count = 0;
    bool strong = false;
    for (size_t first = 0; first < set->narrow_count;) {
        const struct run run = narrow_run(set, first);
        first += run.count;
        ++run_count;
        if (!pause_for(pause, run.count)) {
            return false;
        }
        strong = strong || forbidden_share(&run) >= weak_share;
    }
    list->count = 0;
    list->capacity = divisors_for(run_count);
    *worth = strong || list->capacity == DIVISORS_MAX;
    return true;
}

static void insert_divisor(struct divisor_list *list, struct run run)
{
    if (list->count == list->capacity) {
        if (forbidden_share(&list->runs[list->count - 1]) >= forbidden_share(&run)) {
            return;
        }
        --list->count;
    }
    size_t at = list->count++;
    for (; at > 0 && forbidden_share(&list->runs[at - 1]) < forbidden_share(&run); --at) {
        list->runs[at] = list->runs[at - 1];
    }
    list->runs[at] = run;
}

static bool contains(const struct run *run, uint64_t residue)
{
    if (run->keys != NULL) {
        const class_key key = run->keys[0] >> 32 << 32 | residue;
        const size_t index = search_at_least(run->keys, run->count, sizeof key, key);
        return index < run->count && run->keys[index] == key;
    }
    const struct residue_class class = {.modulus = run->wide[0].modulus, .residue = residue};
    return bsearch(&class, run->wide, run->count, sizeof class, residue_class_compare) != NULL;
}

/* Makes `divisors` those of the list whose modulus divides this one. */
static void find_divisors(uint64_t modulus, const struct divisor_list *list, struct divisor_list *divisors)
{
    divisors->count = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (remainder_of(modulus, modulus_of(&list->runs[i])) == 0) {
            divisors->runs[divisors->count++] = list->runs[i];
        }
    }
}

static bool is_implied(uint64_t residue, const struct divisor_list *divisors)
{
    for (size_t i = 0; i < divisors->count; ++i) {
        const struct run *const divisor = &divisors->runs[i];
        if (contains(divisor, remainder_of(residue, modulus_of(divisor)))) {
            return true;
        }
    }
    return false;
}

/*
 * Moves what no divisor implies of a run to `left`, which has its place in the same array, and adds that to the list. A
 * class that is dropped stays forbidden by a divisor of its modulus, so nothing is lost to later comparisons.
 */
static bool drop_from_run(const struct run *run, struct divisor_list *list, struct divisor_list *divisors,
                          struct pause *pause, struct run *left)
{
    find_divisors(modulus_of(run), list, divisors);
    if (!pause_for(pause, list->count / 8)) {
        return false;
    }
    for (size_t i = 0; i < run->count; ++i) {
        if (!pause_for(pause, 1 + divisors->count / 4)) {
            return false;
        }
        const bool kept = !is_implied(residue_at(run, i), divisors);
        /* Both are narrow or both are wide, which clang-tidy does not see. */
        /* NOLINTBEGIN(clang-analyzer-core.NullDereference) */
        if (run->keys != NULL) {
            left->keys[left->count] = run->keys[i];
        } else {
            left->wide[left->count] = run->wide[i];
        }
        /* NOLINTEND(clang-analyzer-core.NullDereference) */
        left->count += kept;
    }
    if (left->count > 0) {
        insert_divisor(list, *left);
    }
    return true;
}

static bool drop_implied_narrow(struct class_set *set, struct pause *pause)
{
    struct run runs[2 * DIVISORS_MAX];
    struct divisor_list list = {.runs = runs};
    struct divisor_list divisors = {.runs = runs + DIVISORS_MAX};
    bool worth = false;
    size_t kept = 0;
    if (!survey(set, pause, &list, &worth)) {
        return false;
    }
    if (!worth) {
        return true;
    }
    for (size_t first = 0; first < set->narrow_count;) {
        const struct run run = narrow_run(set, first);
        struct run left = {.keys = set->narrow + kept};
        if (!drop_from_run(&run, &list, &divisors, pause, &left)) {
            return false;
        }
        first += run.count;
        kept += left.count;
    }
    set->narrow_count = kept;
    return true;
}

/* Lists the runs of narrow classes. False: with those of wide ones there are more than are worth comparing. */
static bool list_narrow(const struct class_set *set, struct divisor_list *list)
{
    size_t count = 0;
    for (size_t first = 0; first < set->wide_count && count < MODULI_MAX; ++count) {
        first += wide_run(set, first).count;
    }
    for (size_t first = 0; first < set->narrow_count && count < MODULI_MAX; ++count) {
        const struct run run = narrow_run(set, first);
        first += run.count;
        insert_divisor(list, run);
    }
    return count < MODULI_MAX;
}

/* Nothing of this is on the stack: most firewalls have no wide classes, and would pay for its pages all the same. */
static bool drop_implied_wide(struct class_set *set, struct pause *pause)
{
    if (set->wide_count == 0 || set->wide_count > WIDE_CLASSES_MAX) {
        return true;
    }
    struct run *const runs = calloc(2 * MODULI_MAX, sizeof *runs);
    if (runs == NULL) {
        return true; /* they stay, which does no harm */
    }
    struct divisor_list list = {.runs = runs, .capacity = MODULI_MAX};
    struct divisor_list divisors = {.runs = runs + MODULI_MAX};
    size_t kept = 0;
    bool more = true;
    if (list_narrow(set, &list)) { /* likewise */
        for (size_t first = 0; first < set->wide_count && more;) {
            const struct run run = wide_run(set, first);
            struct run left = {.wide = set->wide + kept};
            more = drop_from_run(&run, &list, &divisors, pause, &left);
            first += run.count;
            kept += left.count;
        }
        set->wide_count = kept;
    }
    free(runs);
    return more;
}

bool classes_drop_implied(struct class_set *set, struct go_on go_on)
{
    struct pause pause = {.go_on = go_on};
    return drop_implied_narrow(set, &pause) && drop_implied_wide(set, &pause);
}
