#include "residue/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/sort.h"

/* Ascending keys, mostly the classes of one modulus: keys[0 .. count). */
struct run {
    class_key *keys;
    size_t count;
};

/* The run at index `first`. */
static struct run run_at(const struct class_set *set, size_t first)
{
    const uint32_t modulus = class_modulus(set->narrow[first]);
    size_t end = first + 1;
    while (end < set->narrow_count && class_modulus(set->narrow[end]) == modulus) {
        ++end;
    }
    return (struct run){.keys = set->narrow + first, .count = end - first};
}

/* The index of the first key of the run that is at least `key`. */
static size_t lower_bound(const struct run *run, class_key key)
{
    size_t low = 0;
    size_t high = run->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (run->keys[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- Lowering --------------------------------------------------------------------------------------------- */

/* Whether the residues of the run, which ascend, repeat p times with modulus / p. */
static bool repeats(const struct run *run, uint32_t modulus, uint32_t p)
{
    const size_t period = run->count / p;
    const uint32_t step = modulus / p;
    for (size_t i = 0; i + period < run->count; ++i) {
        if (class_residue(run->keys[i + period]) != class_residue(run->keys[i]) + step) {
            return false;
        }
    }
    return true;
}

/* The smallest prime p that the run repeats with, or 0. p divides both the number of classes and the modulus. */
static uint32_t repeating_prime(const struct run *run, uint32_t modulus)
{
    size_t rest = run->count;
    for (uint32_t p = 2; rest > 1; ++p) {
        if ((size_t)p * p > rest) {
            p = (uint32_t)rest; /* a prime, and the last one */
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

/* Lowers the modulus of a run as far as it goes. What is left are the first keys of the run. */
static void lower_run(struct run *run)
{
    uint32_t modulus = class_modulus(run->keys[0]);
    for (uint32_t p = repeating_prime(run, modulus); p != 0; p = repeating_prime(run, modulus)) {
        modulus /= p;
        run->count /= p;
    }
    for (size_t i = 0; i < run->count; ++i) {
        run->keys[i] = (class_key)modulus << 32 | class_residue(run->keys[i]);
    }
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

/* Moves a run down to index `kept` of its array; returns the index behind it. */
static size_t keep(class_key *keys, size_t kept, const struct run *run)
{
    if (keys + kept != run->keys) {
        memmove(keys + kept, run->keys, run->count * sizeof *run->keys);
    }
    return kept + run->count;
}

/* Who has looked at so many keys since the last time asks again. */
struct pause {
    struct go_on go_on;
    size_t keys;
    bool stopped; /* go_on has said no */
};

/* To be called behind work on so many keys. False: go_on said no. So below. */
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

/* Moves the runs that can be lowered to `lowered`; without the memory for one, it and the rest stay as they are. */
static bool take_lowered(struct class_set *set, struct pause *pause, struct key_list *lowered)
{
    size_t kept = 0;
    bool enough = true;
    for (size_t first = 0; first < set->narrow_count;) {
        struct run run = run_at(set, first);
        first += run.count;
        if (!pause_for(pause, run.count)) {
            return false;
        }
        if (enough && run.count > 1 && repeating_prime(&run, class_modulus(run.keys[0])) != 0) {
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

/* Merges sorted keys into those of the set, which leaves room for them behind its own. */
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
        struct run run = run_at(&lowered, first);
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

/* Whether a run that keys were merged into can be lowered now, as far as is known. No other run has changed. */
static bool merged_repeat(const struct class_set *set, const struct key_list *merged, struct pause *pause)
{
    const struct run all = {.keys = set->narrow, .count = set->narrow_count};
    for (size_t i = 0; i < merged->count; ++i) {
        const uint32_t modulus = class_modulus(merged->keys[i]);
        if (i > 0 && class_modulus(merged->keys[i - 1]) == modulus) {
            continue;
        }
        const struct run run = run_at(set, lower_bound(&all, (class_key)modulus << 32));
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

/* ---- Dropping --------------------------------------------------------------------------------------------- */

enum { DIVISORS_MAX = 512 };

/* The runs that others are compared with: those that forbid most, the strongest first. */
struct divisor_list {
    struct run runs[DIVISORS_MAX];
    size_t count;
    size_t capacity; /* so many that comparing takes less time than reading the layers did */
};

static size_t divisors_for(size_t run_count)
{
    enum { FEWEST = 4, COMPARISONS = 1 << 17 };
    const size_t affordable = COMPARISONS / (run_count + 1);
    return affordable < FEWEST ? FEWEST : affordable < DIVISORS_MAX ? affordable : DIVISORS_MAX;
}

static double forbidden_share(const struct run *run)
{
    return (double)run->count / class_modulus(run->keys[0]);
}

/*
 * Sets the list's capacity. *worth: otherwise there are many runs, and what each implies of the others is not worth the
 * search.
 */
static bool survey(const struct class_set *set, struct pause *pause, struct divisor_list *list, bool *worth)
{
    static const double weak_share = 1.0 / 256;
    size_t run_count = 0;
    bool strong = false;
    for (size_t first = 0; first < set->narrow_count;) {
        const struct run run = run_at(set, first);
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

static bool contains(const struct run *run, class_key key)
{
    const size_t index = lower_bound(run, key);
    return index < run->count && run->keys[index] == key;
}

/* Makes `divisors` those of the list whose modulus divides this one. */
static void find_divisors(uint32_t modulus, const struct divisor_list *list, struct divisor_list *divisors)
{
    divisors->count = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (modulus % class_modulus(list->runs[i].keys[0]) == 0) {
            divisors->runs[divisors->count++] = list->runs[i];
        }
    }
}

static bool is_implied(uint32_t residue, const struct divisor_list *divisors)
{
    for (size_t i = 0; i < divisors->count; ++i) {
        const uint32_t divisor = class_modulus(divisors->runs[i].keys[0]);
        if (contains(&divisors->runs[i], (class_key)divisor << 32 | residue % divisor)) {
            return true;
        }
    }
    return false;
}

/* Appends the keys of a run that no divisor implies to those that are left of it. */
static bool drop_implied_keys(const struct run *run, const struct divisor_list *divisors, struct pause *pause,
                              struct run *left)
{
    for (size_t i = 0; i < run->count; ++i) {
        if (!pause_for(pause, 1 + divisors->count / 4)) {
            return false;
        }
        left->keys[left->count] = run->keys[i];
        left->count += !is_implied(class_residue(run->keys[i]), divisors);
    }
    return true;
}

/* A class that is dropped stays forbidden by a divisor of its modulus, so nothing is lost to later comparisons. */
bool classes_drop_implied(struct class_set *set, struct go_on go_on)
{
    struct pause pause = {.go_on = go_on};
    bool worth = false;
    struct divisor_list list;
    struct divisor_list divisors;
    size_t kept = 0;
    if (!survey(set, &pause, &list, &worth)) {
        return false;
    }
    if (!worth) {
        return true;
    }
    for (size_t first = 0; first < set->narrow_count;) {
        const struct run run = run_at(set, first);
        struct run left = {.keys = set->narrow + kept};
        find_divisors(class_modulus(run.keys[0]), &list, &divisors);
        if (!pause_for(&pause, list.count / 8) || !drop_implied_keys(&run, &divisors, &pause, &left)) {
            return false;
        }
        first += run.count;
        kept += left.count;
        if (left.count > 0) {
            insert_divisor(&list, left);
        }
    }
    set->narrow_count = kept;
    return true;
}
