#include "residue/constraints.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/search.h"
#include "number/modular.h"

enum { LISTED_MODULUS = 1 << 14, SPARSE_RATIO = 1 << 12 };

static bool append(struct constraint_list *list, size_t *capacity, struct constraint constraint)
{
    if (list->count == *capacity) {
        const size_t grown = *capacity == 0 ? 64 : 2 * *capacity;
        struct constraint *const items = reallocarray(list->items, grown, sizeof *items);
        if (items == NULL) {
            return false;
        }
        list->items = items;
        *capacity = grown;
    }
    list->items[list->count++] = constraint;
    return true;
}

static firesieve_status list_narrow(struct constraint_list *list, size_t *capacity, const struct class_set *set,
                                    struct go_on go_on, firesieve_error *error)
{
    enum { CLASSES_BETWEEN_QUESTIONS = 1 << 16 };
    size_t next_question = 0;
    const bool few = set->narrow_count <= CONSTRAINTS_DENSE_FROM;
    for (size_t first = 0; first < set->narrow_count;) {
        if (first >= next_question) {
            next_question = first + CLASSES_BETWEEN_QUESTIONS;
            if (!go_on_ask(go_on)) {
                return error_set_stopped(error);
            }
        }
        const uint32_t modulus = class_modulus(set->narrow[first]);
        size_t end = first + 1;
        while (end < set->narrow_count && class_modulus(set->narrow[end]) == modulus) {
            ++end;
        }
        const struct constraint constraint = {.modulus = modulus, .first = first, .count = end - first};
        const bool dense = modulus <= LISTED_MODULUS || constraint.count * SPARSE_RATIO >= modulus;
        if (!few && !dense) {
            list->sparse_classes += constraint.count;
            ++list->sparse_moduli;
            list->sparse_sum += (double)constraint.count / modulus;
        } else if (!append(list, capacity, constraint)) {
            return error_set_memory(error, "the constraints");
        }
        first = end;
    }
    return FIRESIEVE_OK;
}

static firesieve_status list_wide(struct constraint_list *list, size_t *capacity, const struct class_set *set,
                                  struct go_on go_on, firesieve_error *error)
{
    const bool few = set->wide_count <= CONSTRAINTS_DENSE_FROM;
    for (size_t i = 0; i < set->wide_count; ++i) {
        const uint64_t modulus = set->wide[i].modulus;
        if (!go_on_at(go_on, i)) {
            return error_set_stopped(error);
        }
        if (!few) {
            list->sparse_sum += 1.0 / (double)modulus;
            list->sparse_moduli += i == 0 || modulus != set->wide[i - 1].modulus;
        } else if (list->count > 0 && list->items[list->count - 1].modulus == modulus) {
            ++list->items[list->count - 1].count;
        } else if (!append(list, capacity, (struct constraint){.modulus = modulus, .first = i, .count = 1})) {
            return error_set_memory(error, "the constraints");
        }
    }
    return FIRESIEVE_OK;
}

/* The first constraint from `low` on whose modulus is at least `modulus`. */
static size_t lower_bound(const struct constraint_list *list, size_t low, uint64_t modulus)
{
    return low + search_at_least(list->items + low, list->count - low, sizeof *list->items, modulus);
}

size_t constraints_find(const struct constraint_list *list, uint64_t modulus)
{
    const size_t index = lower_bound(list, 0, modulus);
    return index < list->count && list->items[index].modulus == modulus ? index : list->count;
}

/*
 * The constraint after `index` whose modulus is the next multiple of `divisor`, or list->count. If there are many
 * multiples it goes through the constraints, otherwise it searches for each multiple.
 */
static size_t next_multiple(const struct constraint_list *list, size_t index, uint64_t divisor)
{
    const uint64_t largest = list->items[list->count - 1].modulus;
    if (largest / divisor > (list->count - index) / 8) {
        do {
            ++index;
        } while (index < list->count && list->items[index].modulus % divisor != 0);
        return index;
    }
    uint64_t multiple = list->items[index].modulus + divisor;
    for (; multiple <= largest; multiple += divisor) {
        index = lower_bound(list, index, multiple);
        if (list->items[index].modulus == multiple) {
            return index;
        }
    }
    return list->count;
}

/* Divisors that forbid less than this hardly change what a constraint forbids, which may come before them. */
static const double weak_share = 0.05;

/* What a divisor must forbid to be worth the search for its multiples, which takes a pass over the constraints. */
static double share_of_note(size_t constraint_count)
{
    enum { FEW = 1 << 12 };
    return constraint_count <= FEW ? 1e-4 : 1e-2;
}

/*
 * Rounds an estimated number of residues, which is whole if all divisors are coprime or nested. In a tower that leaves
 * few at each level, an error from rounding would otherwise grow by the prime at each level.
 */
static double whole_residues(double residues)
{
    static const double few = 0x1p40;
    return residues < few ? fmax(1, round(residues)) : residues;
}

/*
 * Fills in `forbids` and `rank`. The classes of m lie outside of all classes of divisors of m (reduce.h), so the count
 * / m of all integers that they forbid comes wholly from the share `allowed` that the divisors leave: `forbids` is
 * count / (m * allowed). `allowed` multiplies what each divisor spares as if they were independent, which is exact if
 * they are coprime or divide each other. It can overestimate that, but only the classes of all residues leave
 * nothing, and those have been searched for: so some residue is always left to it. Divisors come before their
 * multiples.
 */
static firesieve_status weigh(struct constraint_list *list, struct go_on go_on, firesieve_error *error)
{
    enum { LOOKS_BETWEEN_QUESTIONS = 1 << 17 };
    firesieve_status status = FIRESIEVE_OK;
    size_t looks = 0;
    double *const allowed = malloc((list->count + 1) * sizeof *allowed);
    if (allowed == NULL) {
        return error_set_memory(error, "the constraints");
    }
    for (size_t i = 0; i < list->count; ++i) {
        allowed[i] = 1;
        list->items[i].rank = 1;
    }
    list->density = exp(-list->sparse_sum);
    list->sum = list->sparse_sum;
    for (size_t i = 0; i < list->count; ++i) {
        if (looks > LOOKS_BETWEEN_QUESTIONS) {
            looks = 0;
            if (!go_on_ask(go_on)) {
                status = error_set_stopped(error);
                break;
            }
        }
        struct constraint *const constraint = &list->items[i];
        const double share = (double)constraint->count / (double)constraint->modulus;
        list->sum += share;
        const double before = whole_residues(allowed[i] * (double)constraint->modulus);
        constraint->forbids = fmin((double)constraint->count / before, 1 - 0.5 / before);
        constraint->rank = fmin(constraint->rank, constraint->forbids);
        list->density *= 1 - constraint->forbids;
        ++looks;
        if (constraint->forbids < share_of_note(list->count)) {
            continue;
        }
        looks += list->count - i; /* or somewhat less */
        for (size_t j = next_multiple(list, i, constraint->modulus); j < list->count;
             j = next_multiple(list, j, constraint->modulus)) {
            allowed[j] *= 1 - constraint->forbids;
            if (constraint->forbids >= weak_share) {
                list->items[j].rank = fmin(list->items[j].rank, constraint->rank);
            }
        }
    }
    free(allowed);
    return status;
}

firesieve_status constraints_list(struct constraint_list *list, const struct class_set *set, struct go_on go_on,
                                  firesieve_error *error)
{
    *list = (struct constraint_list){0};
    size_t capacity = 0;
    firesieve_status status = list_narrow(list, &capacity, set, go_on, error);
    if (status == FIRESIEVE_OK) {
        status = list_wide(list, &capacity, set, go_on, error);
    }
    return status == FIRESIEVE_OK ? weigh(list, go_on, error) : status;
}

/* Classes of one prime's powers do not meet (reduce.h), so that their shares add up. */
bool constraints_are_open(const struct constraint_list *list)
{
    enum { MOST = 1024 };
    uint64_t primes[MOST];
    if (list->sparse_moduli > 0 || list->count > MOST) {
        return false;
    }
    for (size_t i = 0; i < list->count; ++i) {
        primes[i] = prime_of_power(list->items[i].modulus);
        if (primes[i] == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < list->count; ++i) {
        double left = 1;
        uint64_t largest = 1;
        for (size_t j = 0; j < list->count; ++j) {
            if (primes[j] == primes[i]) {
                left -= (double)list->items[j].count / (double)list->items[j].modulus;
                largest = list->items[j].modulus;
            }
        }
        if (left * (double)largest < 0.5) {
            return false; /* no residue modulo the largest is left, up to rounding */
        }
    }
    return true;
}

void constraints_free(struct constraint_list *list)
{
    free(list->items);
    *list = (struct constraint_list){0};
}
