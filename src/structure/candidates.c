#include "structure/candidates.h"

#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "number/modular.h"

/* ---- Choosing --------------------------------------------------------------------------------------------- */

/* ln of the residues that are left over ln of the cycle: the cost of having fewer candidates by a given factor. */
static double worth(const struct component *component)
{
    return log((double)component->count) / log((double)component->cycle);
}

static int compare_worth(const void *a, const void *b)
{
    const struct component *const left = *(const struct component *const *)a;
    const struct component *const right = *(const struct component *const *)b;
    const double left_worth = worth(left);
    const double right_worth = worth(right);
    if (left_worth != right_worth) {
        return (left_worth > right_worth) - (left_worth < right_worth);
    }
    return (left->cycle < right->cycle) - (left->cycle > right->cycle);
}

/* Which components candidates are made of. */
struct choice {
    const struct component **all; /* first those that are taken in, then the others; owned */
    size_t count;
    size_t taken;
    const struct component *last; /* of those taken, if the cycle with it passes all delays; otherwise NULL */
};

static bool start_choice(struct choice *choice, const struct structure *structure)
{
    /* Pointers are meant. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    *choice = (struct choice){.all = calloc(structure->count + 1, sizeof *choice->all), .count = structure->count};
    for (size_t i = 0; i < structure->count && choice->all != NULL; ++i) {
        choice->all[i] = &structure->components[i];
    }
    return choice->all != NULL;
}

static bool can_be_listed(const struct component *component, enum candidates_of which)
{
    const bool few = component->count <= component->class_count;
    return component->counted && !component->blocked && component->cycle < FIRESIEVE_DELAY_END &&
           (which == CANDIDATES_OF_ALL || few);
}

static void move_to(const struct component **all, size_t from, size_t to)
{
    const struct component *const moved = all[from];
    for (; from > to; --from) {
        all[from] = all[from - 1];
    }
    all[to] = moved;
}

static void choose(struct choice *choice, enum candidates_of which, size_t most)
{
    firesieve_delay cycle = 1;
    size_t residues = 1;
    size_t listed = 0;
    for (size_t i = 0; i < choice->count; ++i) {
        if (can_be_listed(choice->all[i], which)) {
            move_to(choice->all, i, listed++);
        }
    }
    /* Likewise. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    qsort(choice->all, listed, sizeof *choice->all, compare_worth);
    for (size_t i = 0; i < listed && choice->last == NULL; ++i) {
        const struct component *const component = choice->all[i];
        if (component->count > most / residues) {
            continue;
        }
        const bool fits = component->cycle <= (FIRESIEVE_DELAY_END - 1) / cycle;
        if (!fits && component->cycle >> 63 != 0) {
            continue;
        }
        cycle *= fits ? component->cycle : 1;
        choice->last = fits ? NULL : component;
        residues *= (size_t)component->count;
        move_to(choice->all, i, choice->taken++);
    }
}

/* ---- Making ----------------------------------------------------------------------------------------------- */

static bool append(struct left_residues *list, size_t *capacity, firesieve_delay residue)
{
    if (list->count == *capacity) {
        *capacity = 2 * *capacity + 16;
        firesieve_delay *const residues = reallocarray(list->residues, *capacity, sizeof *residues);
        if (residues == NULL) {
            return false;
        }
        list->residues = residues;
    }
    list->residues[list->count++] = residue;
    return true;
}

/*
 * Adds one more component, with which the cycle passes all delays: of the r + cycle * k that are a given residue of the
 * last one, only one has k below its cycle, and the others pass 2^127.
 */
static bool add_last(struct left_residues *list, const struct left_residues *last)
{
    struct left_residues both = {.cycle = FIRESIEVE_DELAY_END};
    size_t capacity = 0;
    const uint64_t modulus = (uint64_t)last->cycle;
    const uint64_t inverse = inverse_modulo((uint64_t)(list->cycle % modulus), modulus);
    bool enough = true;
    for (size_t i = 0; i < list->count; ++i) {
        const firesieve_delay turns = (FIRESIEVE_DELAY_END - 1 - list->residues[i]) / list->cycle; /* k at most */
        const uint64_t residue = (uint64_t)(list->residues[i] % modulus);
        for (size_t j = 0; j < last->count && enough; ++j) {
            const uint64_t wanted = (uint64_t)last->residues[j];
            const uint64_t distance = wanted >= residue ? wanted - residue : wanted + (modulus - residue);
            const uint64_t k = multiply_modulo(distance, inverse, modulus);
            enough = k > turns || append(&both, &capacity, list->residues[i] + list->cycle * k);
        }
    }
    if (both.count > 0) {
        qsort(both.residues, both.count, sizeof *both.residues, delay_compare);
    }
    free(list->residues);
    *list = both;
    return enough;
}

static bool take_others(struct candidates *candidates, const struct choice *choice)
{
    size_t count = 0;
    candidates->density = 1;
    for (size_t i = choice->taken; i < choice->count; ++i) {
        const struct component *const component = choice->all[i];
        count += component->class_count;
        if (component->counted) {
            candidates->density *= component->density;
        } else {
            for (size_t j = 0; j < component->class_count; ++j) {
                candidates->density *= 1 - 1 / (double)component->classes[j].modulus;
            }
        }
    }
    candidates->others = reallocarray(NULL, count + 1, sizeof *candidates->others);
    for (size_t i = choice->taken; i < choice->count && candidates->others != NULL; ++i) {
        for (size_t j = 0; j < choice->all[i]->class_count; ++j) {
            candidates->others[candidates->other_count++] = choice->all[i]->classes[j];
        }
    }
    if (candidates->others != NULL) {
        qsort(candidates->others, count, sizeof *candidates->others, residue_class_compare);
    }
    return candidates->others != NULL;
}

firesieve_status candidates_make(struct candidates *candidates, const struct structure *structure,
                                 enum candidates_of which, size_t most, struct work *work, bool *made,
                                 firesieve_error *error)
{
    struct choice choice;
    struct left_residues last = {.count = 0};
    firesieve_status status = FIRESIEVE_OK;
    *candidates = (struct candidates){.others = NULL};
    *made = false;
    if (!start_choice(&choice, structure)) {
        return error_set_memory(error, "the candidates");
    }
    choose(&choice, which, most);
    const size_t listed = choice.taken - (choice.last != NULL);
    status = left_residues_list(&candidates->residues, choice.all, listed, work, made, error);
    if (status == FIRESIEVE_OK && *made && choice.last != NULL) {
        status = left_residues_list(&last, &choice.last, 1, work, made, error);
        if (status == FIRESIEVE_OK && *made && !add_last(&candidates->residues, &last)) {
            status = error_set_memory(error, "the candidates");
        }
        left_residues_free(&last);
    }
    if (status == FIRESIEVE_OK && *made && !take_others(candidates, &choice)) {
        status = error_set_memory(error, "the candidates");
    }
    free(choice.all);
    if (status != FIRESIEVE_OK || !*made) {
        candidates_free(candidates);
    }
    return status;
}

void candidates_free(struct candidates *candidates)
{
    left_residues_free(&candidates->residues);
    free(candidates->others);
    *candidates = (struct candidates){.others = NULL};
}

/* ---- Asking ----------------------------------------------------------------------------------------------- */

firesieve_delay candidates_next(const struct candidates *candidates, firesieve_delay from)
{
    const struct left_residues *const list = &candidates->residues;
    const firesieve_delay cycle = list->cycle;
    const firesieve_delay base = from - from % cycle;
    if (list->count == 0) {
        return FIRESIEVE_DELAY_END;
    }
    const size_t place = left_residues_below(list, from - base);
    const firesieve_delay next = place < list->count ? base : delay_add_saturated(base, cycle);
    return delay_add_saturated(next, list->residues[place < list->count ? place : 0]);
}

firesieve_delay candidates_between(const struct candidates *candidates, firesieve_delay from, firesieve_delay to)
{
    const struct left_residues *const list = &candidates->residues;
    const firesieve_delay cycle = list->cycle;
    const firesieve_delay below_from = from / cycle * list->count + left_residues_below(list, from % cycle);
    const firesieve_delay below_to = to / cycle * list->count + left_residues_below(list, to % cycle);
    return below_to - below_from;
}

bool candidates_is_left(const struct candidates *candidates, firesieve_delay candidate)
{
    for (size_t i = 0; i < candidates->other_count; ++i) {
        const uint64_t modulus = candidates->others[i].modulus;
        const uint64_t residue = candidate >> 64 == 0 ? (uint64_t)candidate % modulus : (uint64_t)(candidate % modulus);
        if (residue == candidates->others[i].residue) {
            return false;
        }
    }
    return true;
}
