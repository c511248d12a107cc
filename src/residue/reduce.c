#include "residue/reduce.h"

#include "base/sort.h"

/* The classes of one modulus: keys[0 .. count). */
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

/* Lowers the modulus of a run as far as it goes; returns whether it did. What is left are the first keys of the run. */
static bool lower_run(struct run *run)
{
    uint32_t modulus = class_modulus(run->keys[0]);
    const uint32_t given = modulus;
    for (uint32_t p = repeating_prime(run, modulus); p != 0; p = repeating_prime(run, modulus)) {
        modulus /= p;
        run->count /= p;
    }
    for (size_t i = 0; i < run->count && modulus != given; ++i) {
        run->keys[i] = (class_key)modulus << 32 | class_residue(run->keys[i]);
    }
    return modulus != given;
}

/* Lowers every run once; returns whether one was. The keys need not ascend then. */
static bool lower_runs(struct class_set *set)
{
    bool lowered = false;
    size_t kept = 0;
    for (size_t first = 0; first < set->narrow_count;) {
        struct run run = run_at(set, first);
        first += run.count;
        if (run.count > 1 && lower_run(&run)) {
            lowered = true;
        }
        for (size_t i = 0; i < run.count; ++i) {
            set->narrow[kept++] = run.keys[i];
        }
    }
    set->narrow_count = kept;
    return lowered;
}

void classes_lower_moduli(struct class_set *set)
{
    while (lower_runs(set)) {
        sort_u64(set->narrow, set->narrow_count);
        set->narrow_count = classes_drop_repeated(set->narrow, set->narrow_count);
    }
}

/* ---- Dropping --------------------------------------------------------------------------------------------- */

/* The runs that others are compared with: those that forbid most, the strongest first. */
struct divisor_list {
    struct run runs[512];
    size_t count;
    size_t capacity; /* so many that comparing takes less time than reading the layers did */
};

static size_t count_runs(const struct class_set *set)
{
    size_t count = 0;
    for (size_t first = 0; first < set->narrow_count; first += run_at(set, first).count) {
        ++count;
    }
    return count;
}

static struct divisor_list divisors_for(size_t run_count)
{
    enum { FEWEST = 4, COMPARISONS = 1 << 17 };
    struct divisor_list list = {.count = 0};
    const size_t most = sizeof list.runs / sizeof list.runs[0];
    const size_t affordable = COMPARISONS / (run_count + 1);
    list.capacity = affordable < FEWEST ? FEWEST : affordable < most ? affordable : most;
    return list;
}

static double forbidden_share(const struct run *run)
{
    return (double)run->count / class_modulus(run->keys[0]);
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
    return low < run->count && run->keys[low] == key;
}

/* Keeps the divisors of `modulus` among `list`. */
static struct divisor_list divisors_of(uint32_t modulus, const struct divisor_list *list)
{
    struct divisor_list divisors = {.count = 0};
    for (size_t i = 0; i < list->count; ++i) {
        if (modulus % class_modulus(list->runs[i].keys[0]) == 0) {
            divisors.runs[divisors.count++] = list->runs[i];
        }
    }
    return divisors;
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

/* A class that is dropped stays forbidden by a divisor of its modulus, so nothing is lost to later comparisons. */
void classes_drop_implied(struct class_set *set)
{
    struct divisor_list list = divisors_for(count_runs(set));
    size_t kept = 0;
    for (size_t first = 0; first < set->narrow_count;) {
        const struct run run = run_at(set, first);
        const struct divisor_list divisors = divisors_of(class_modulus(run.keys[0]), &list);
        struct run left = {.keys = set->narrow + kept};
        for (size_t i = 0; i < run.count; ++i) {
            if (!is_implied(class_residue(run.keys[i]), &divisors)) {
                left.keys[left.count++] = run.keys[i];
            }
        }
        first += run.count;
        kept += left.count;
        if (left.count > 0) {
            insert_divisor(&list, left);
        }
    }
    set->narrow_count = kept;
}
