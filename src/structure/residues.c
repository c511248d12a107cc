/*
 * Lists follow the same cases as counts do (counter.c), digit by digit; a case that leaves nothing is never entered, so
 * that the work is proportional to the list.
 */
#include "structure/residues.h"

#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "number/modular.h"
#include "structure/counter.h"

/* What is known of the digits to one base. */
struct place {
    uint64_t modulus; /* base^exponent */
    uint64_t power;   /* base^(digits known) */
    uint64_t value;   /* these digits */
    uint64_t inverse; /* of cycle / modulus, modulo `modulus` */
};

struct lister {
    struct component component; /* all of them as one; owns classes and towers */
    struct residue_class *classes;
    struct tower *towers;
    struct counter *counter;
    struct place *places;
    struct work *work;
    struct left_residues *list;
    size_t capacity;
    enum counter_outcome outcome;
};

/* ---- Components as one ------------------------------------------------------------------------------------ */

static bool merge(struct lister *lister, const struct component *const *components, size_t count)
{
    struct component *const merged = &lister->component;
    *merged = (struct component){.cycle = 1, .count = 1};
    for (size_t i = 0; i < count; ++i) {
        merged->class_count += components[i]->class_count;
        merged->tower_count += components[i]->tower_count;
        merged->cycle *= components[i]->cycle;
        merged->count *= components[i]->count;
    }
    lister->classes = reallocarray(NULL, merged->class_count + 1, sizeof *lister->classes);
    lister->towers = reallocarray(NULL, merged->tower_count + 1, sizeof *lister->towers);
    lister->places = reallocarray(NULL, merged->tower_count + 1, sizeof *lister->places);
    if (lister->classes == NULL || lister->towers == NULL || lister->places == NULL) {
        return false;
    }
    size_t class = 0;
    size_t tower = 0;
    for (size_t i = 0; i < count; ++i) {
        for (size_t j = 0; j < components[i]->class_count; ++j) {
            lister->classes[class ++] = components[i]->classes[j];
        }
        for (size_t j = 0; j < components[i]->tower_count; ++j) {
            lister->towers[tower++] = components[i]->towers[j];
        }
    }
    merged->classes = lister->classes;
    merged->towers = lister->towers;
    for (size_t i = 0; i < tower; ++i) {
        const uint64_t modulus = tower_power(lister->towers[i].base, lister->towers[i].exponent);
        const uint64_t others = (uint64_t)(merged->cycle / modulus % modulus);
        lister->places[i] = (struct place){modulus, 1, 0, inverse_modulo(others, modulus)};
    }
    return true;
}

/* ---- Listing ---------------------------------------------------------------------------------------------- */

/* The residue modulo the cycle that is `value` modulo one place's modulus, and 0 modulo all others'. */
static firesieve_delay alone(const struct lister *lister, const struct place *place, uint64_t value)
{
    const uint64_t turns = multiply_modulo(value, place->inverse, place->modulus);
    return lister->component.cycle / place->modulus * turns;
}

static firesieve_delay add_modulo(firesieve_delay a, firesieve_delay b, firesieve_delay modulus)
{
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

/* Lists all residues whose digits to the bases before `place` add up to `sum`, with the known digits to the others. */
static void put_down(struct lister *lister, size_t place, firesieve_delay sum)
{
    struct left_residues *const list = lister->list;
    if (place == lister->component.tower_count) {
        if (list->count < lister->capacity) {
            list->residues[list->count++] = sum;
        }
        return;
    }
    const struct place *const own = &lister->places[place];
    for (uint64_t value = own->value;; value += own->power) {
        put_down(lister, place + 1, add_modulo(sum, alone(lister, own, value), list->cycle));
        if (own->modulus - value <= own->power) {
            return;
        }
    }
}

static void list_case(struct lister *lister, struct formula *formula);

/* Lists a case. */
static void enter(struct lister *lister, const struct formula *formula, const struct branching *branching, size_t first,
                  size_t end, uint64_t digit)
{
    struct place *const place = &lister->places[branching->base];
    const struct place before = *place;
    struct formula made;
    if (!branching_case(branching, formula, first, end, &made)) {
        lister->outcome = COUNTER_NO_MEMORY;
        return;
    }
    place->value += digit * place->power;
    place->power *= branching->modulus;
    list_case(lister, &made);
    *place = before;
    formula_free(&made);
}

/* Lists all digits that are not mentioned. They are alike: if one leaves nothing, none does. */
static void enter_others(struct lister *lister, const struct formula *formula, const struct branching *branching)
{
    size_t next = 0;
    for (uint64_t digit = 0; digit < branching->modulus && lister->outcome == COUNTER_DONE; ++digit) {
        if (next < branching->mention_count && branching->mentions[next].digit == digit) {
            next = branching_end(branching, next);
            continue;
        }
        const size_t before = lister->list->count;
        enter(lister, formula, branching, 0, 0, digit);
        if (lister->list->count == before) {
            return;
        }
    }
}

static void list_case(struct lister *lister, struct formula *formula)
{
    struct left left;
    struct branching branching;
    lister->outcome = counter_count_case(lister->counter, formula, &left);
    if (lister->outcome != COUNTER_DONE || left.none) {
        return;
    }
    if (formula->clause_count == 0) {
        put_down(lister, 0, 0);
        return;
    }
    if (!branching_make(&branching, formula, lister->towers, lister->component.tower_count)) {
        lister->outcome = COUNTER_NO_MEMORY;
        branching_free(&branching);
        return;
    }
    for (size_t first = 0, end = 0; first < branching.mention_count && lister->outcome == COUNTER_DONE; first = end) {
        end = branching_end(&branching, first);
        enter(lister, formula, &branching, first, end, branching.mentions[first].digit);
    }
    enter_others(lister, formula, &branching);
    branching_free(&branching);
}

/* ----------------------------------------------------------------------------------------------------------- */

static void list_all(struct lister *lister)
{
    struct formula formula;
    lister->counter = counter_new(&lister->component, lister->work);
    if (lister->counter == NULL || !formula_of_component(&formula, &lister->component)) {
        lister->outcome = COUNTER_NO_MEMORY;
        return;
    }
    list_case(lister, &formula);
    formula_free(&formula);
    qsort(lister->list->residues, lister->list->count, sizeof *lister->list->residues, delay_compare);
}

firesieve_status left_residues_list(struct left_residues *list, const struct component *const *components,
                                    size_t component_count, struct work *work, bool *listed, firesieve_error *error)
{
    static const uint64_t residue_units = 100;
    struct lister lister = {.work = work, .list = list, .outcome = COUNTER_DONE};
    bool enough = merge(&lister, components, component_count);
    *list = (struct left_residues){.cycle = lister.component.cycle};
    *listed = enough && lister.component.count < work->left / residue_units &&
              work_spend(work, residue_units * (uint64_t)lister.component.count);
    if (*listed) {
        lister.capacity = (size_t)lister.component.count;
        list->residues = reallocarray(NULL, lister.capacity + 1, sizeof *list->residues);
        enough = list->residues != NULL;
    }
    if (*listed && enough) {
        list_all(&lister);
        enough = lister.outcome != COUNTER_NO_MEMORY;
        *listed = lister.outcome == COUNTER_DONE;
    }
    counter_free(lister.counter);
    free(lister.classes);
    free(lister.towers);
    free(lister.places);
    if (!*listed || !enough) {
        left_residues_free(list);
    }
    return !enough         ? error_set_memory(error, "the residues that are left")
           : work->stopped ? error_set_stopped(error)
                           : FIRESIEVE_OK;
}

void left_residues_free(struct left_residues *list)
{
    free(list->residues);
    *list = (struct left_residues){.cycle = 1};
}

size_t left_residues_below(const struct left_residues *list, firesieve_delay end)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->residues[middle] < end) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
