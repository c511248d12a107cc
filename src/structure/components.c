#include "structure/structure.h"

#include <math.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "base/search.h"
#include "number/factor.h"
#include "structure/counter.h"

struct modulus {
    uint64_t value;
    size_t class_count;
    struct prime_factors factors;
    size_t part; /* the number of its component */
};

struct base {
    struct tower tower; /* its exponent is the largest in any modulus */
    size_t parent;      /* another base that it is tied to, or itself */
    size_t part;        /* of a root: the number of its component, from 1 */
};

/* Everything that is made on the way. */
struct making {
    const struct reduced *reduced;
    struct modulus *moduli; /* ascending, each once */
    size_t modulus_count;
    struct base *bases; /* likewise */
    size_t base_count;
    struct work work;
};

/* False: no memory. */
static bool list_moduli(struct making *making)
{
    const struct class_set *const set = &making->reduced->classes;
    const size_t classes = reduced_class_count(making->reduced);
    size_t count = 0;
    for (size_t i = 0; i < classes; ++i) {
        count += classes_begin_modulus(set, i);
    }
    making->moduli = calloc(count + 1, sizeof *making->moduli);
    for (size_t i = 0; i < classes && making->moduli != NULL; ++i) {
        if (classes_begin_modulus(set, i)) {
            making->moduli[making->modulus_count++].value = class_at(set, i).modulus;
        }
        ++making->moduli[making->modulus_count - 1].class_count;
    }
    return making->moduli != NULL;
}

/* ---- Factors ---------------------------------------------------------------------------------------------- */

/*
 * Pollard's rho takes about as many steps as the root of the second largest prime: 450 us for two primes near 2^31, where
 * a unit is some 33 ns. False: there is no work left.
 */
static bool factor(struct modulus *modulus, struct work *work)
{
    static const uint64_t division_units = 256;
    static const double step_units = 0.35;
    const struct prime_factors factors = number_factor(modulus->value);
    const size_t last = factors.count - 1;
    const uint64_t second = factors.exponents[last] > 1 ? factors.primes[last]
                            : last > 0                  ? factors.primes[last - 1]
                                                        : 1;
    modulus->factors = factors;
    return work_spend(work, division_units + (uint64_t)(step_units * sqrt((double)second)));
}

/* Ascending; of one base the largest exponent first. */
static int compare_bases(const void *a, const void *b)
{
    const struct tower *const left = &((const struct base *)a)->tower;
    const struct tower *const right = &((const struct base *)b)->tower;
    if (left->base != right->base) {
        return (left->base > right->base) - (left->base < right->base);
    }
    return (left->exponent < right->exponent) - (left->exponent > right->exponent);
}

/* Factors all moduli. *known is false if the work ran out before. False: no memory. */
static bool find_bases(struct making *making, bool *known)
{
    size_t count = 0;
    *known = true;
    for (size_t i = 0; i < making->modulus_count && *known; ++i) {
        *known = factor(&making->moduli[i], &making->work);
        count += making->moduli[i].factors.count;
    }
    making->bases = calloc(count + 1, sizeof *making->bases);
    if (making->bases == NULL || !*known) {
        return making->bases != NULL;
    }
    count = 0;
    for (size_t i = 0; i < making->modulus_count; ++i) {
        const struct prime_factors *const factors = &making->moduli[i].factors;
        for (size_t j = 0; j < factors->count; ++j) {
            making->bases[count++].tower = (struct tower){factors->primes[j], factors->exponents[j]};
        }
    }
    qsort(making->bases, count, sizeof *making->bases, compare_bases);
    for (size_t i = 0; i < count; ++i) {
        const size_t kept = making->base_count;
        if (kept == 0 || making->bases[kept - 1].tower.base != making->bases[i].tower.base) {
            making->bases[kept] = (struct base){.tower = making->bases[i].tower, .parent = kept};
            ++making->base_count;
        }
    }
    return true;
}

/* ---- Components ------------------------------------------------------------------------------------------- */

/* The base that stands for all that this one is tied to. Halves paths, so that they stay short. */
static struct base *root_of(const struct making *making, size_t base)
{
    struct base *const bases = making->bases;
    while (bases[base].parent != base) {
        bases[base].parent = bases[bases[base].parent].parent;
        base = bases[base].parent;
    }
    return &bases[base];
}

static struct base *root_of_prime(const struct making *making, uint64_t prime)
{
    return root_of(making, search_at_least(making->bases, making->base_count, sizeof *making->bases, prime));
}

/* Ties together the bases of each modulus, and numbers the components that this makes. */
static void tie(struct making *making, struct structure *structure)
{
    for (size_t i = 0; i < making->modulus_count; ++i) {
        const struct prime_factors *const factors = &making->moduli[i].factors;
        const size_t first = (size_t)(root_of_prime(making, factors->primes[0]) - making->bases);
        for (size_t j = 1; j < factors->count; ++j) {
            root_of_prime(making, factors->primes[j])->parent = first;
        }
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        struct base *const root = root_of(making, i);
        root->part = root->part == 0 ? ++structure->count : root->part;
    }
    for (size_t i = 0; i < making->modulus_count; ++i) {
        making->moduli[i].part = root_of_prime(making, making->moduli[i].factors.primes[0])->part - 1;
    }
}

/* Hands out classes and towers; both ascend within a component, since they do in the whole. */
static void fill_components(const struct making *making, struct structure *structure)
{
    struct residue_class *classes = structure->classes;
    struct tower *towers = structure->towers;
    for (size_t i = 0; i < making->modulus_count; ++i) {
        structure->components[making->moduli[i].part].class_count += making->moduli[i].class_count;
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        ++structure->components[root_of(making, i)->part - 1].tower_count;
    }
    for (size_t i = 0; i < structure->count; ++i) {
        struct component *const component = &structure->components[i];
        component->classes = classes;
        component->towers = towers;
        component->cycle = 1;
        classes += component->class_count;
        towers += component->tower_count;
        component->class_count = 0;
        component->tower_count = 0;
    }
    size_t class = 0;
    for (size_t i = 0; i < making->modulus_count; ++i) {
        struct component *const component = &structure->components[making->moduli[i].part];
        for (size_t j = 0; j < making->moduli[i].class_count; ++j) {
            structure->classes[component->classes - structure->classes + (ptrdiff_t)component->class_count++] =
                class_at(&making->reduced->classes, class ++);
        }
    }
    for (size_t i = 0; i < making->base_count; ++i) {
        struct component *const component = &structure->components[root_of(making, i)->part - 1];
        const struct tower tower = making->bases[i].tower;
        structure->towers[component->towers - structure->towers + (ptrdiff_t)component->tower_count++] = tower;
        for (unsigned j = 0; j < tower.exponent; ++j) {
            component->cycle = delay_multiply_saturated(component->cycle, tower.base);
        }
    }
}

static int compare_sizes(const void *a, const void *b)
{
    const struct component *const left = a;
    const struct component *const right = b;
    if (left->class_count != right->class_count) {
        return (left->class_count < right->class_count) - (left->class_count > right->class_count);
    }
    return (left->classes > right->classes) - (left->classes < right->classes);
}

/* ----------------------------------------------------------------------------------------------------------- */

/* *known is false if the work ran out before. False: no memory. */
static bool make(struct making *making, struct structure *structure, bool *known)
{
    if (!list_moduli(making) || !find_bases(making, known)) {
        return false;
    }
    if (!*known) {
        return true;
    }
    tie(making, structure);
    structure->classes = large_calloc(reduced_class_count(making->reduced) + 1, sizeof *structure->classes);
    structure->towers = calloc(making->base_count + 1, sizeof *structure->towers);
    structure->components = calloc(structure->count + 1, sizeof *structure->components);
    if (structure->classes == NULL || structure->towers == NULL || structure->components == NULL) {
        return false;
    }
    fill_components(making, structure);
    qsort(structure->components, structure->count, sizeof *structure->components, compare_sizes);
    return true;
}

firesieve_status structure_find(const struct reduced *reduced, uint64_t budget, struct go_on go_on,
                                struct structure **structure, firesieve_error *error)
{
    static const uint64_t class_units = 64; /* to list, hand out and count one that is tied to many */
    const size_t classes = reduced_class_count(reduced);
    struct making making = {.reduced = reduced, .work = work_start(budget, go_on)};
    bool known = false;
    *structure = NULL;
    if (reduced->classes.blocked != NULL || classes > STRUCTURE_CLASSES_MAX || classes > budget / class_units) {
        return FIRESIEVE_OK;
    }
    struct structure *const made = calloc(1, sizeof *made);
    const bool enough = made != NULL && make(&making, made, &known);
    const bool stopped = making.work.stopped;
    free(making.moduli);
    free(making.bases);
    if (enough && known) {
        *structure = made;
        return FIRESIEVE_OK;
    }
    structure_free(made);
    return !enough   ? error_set_memory(error, "the components of the firewall")
           : stopped ? error_set_stopped(error)
                     : FIRESIEVE_OK;
}

void structure_free(struct structure *structure)
{
    if (structure != NULL) {
        free(structure->components);
        free(structure->classes);
        free(structure->towers);
        free(structure);
    }
}

/* ---- Counts ----------------------------------------------------------------------------------------------- */

static firesieve_status count_component(struct component *component, struct work *work, firesieve_error *error)
{
    struct left left;
    struct counter *const counter = counter_new(component, work);
    const enum counter_outcome outcome = counter == NULL ? COUNTER_NO_MEMORY : counter_count(counter, &left);
    counter_free(counter);
    if (outcome == COUNTER_NO_MEMORY) {
        return error_set_memory(error, "counting what a component leaves");
    }
    if (outcome == COUNTER_DONE) {
        component->counted = true;
        component->blocked = left.none;
        component->density = left.none ? 0 : left.density;
        component->count = left.count;
    }
    return work->stopped ? error_set_stopped(error) : FIRESIEVE_OK;
}

/* Small ones first, so that one that is too hard leaves something for the others. */
firesieve_status structure_count(struct structure *structure, uint64_t budget, struct go_on go_on,
                                 firesieve_error *error)
{
    struct work work = work_start(budget, go_on);
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = structure->count; i-- > 0 && status == FIRESIEVE_OK && work.left > 0;) {
        if (!structure->components[i].counted) {
            status = count_component(&structure->components[i], &work, error);
        }
    }
    return status;
}

const char structure_blocked[] =
    "layers whose periods have no prime in common with those of others catch every delay by themselves";

struct structure_total structure_total(const struct structure *structure)
{
    struct structure_total total = {.counted = true, .density = 1, .cycle = 1, .count = 1};
    for (size_t i = 0; i < structure->count; ++i) {
        const struct component *const component = &structure->components[i];
        total.blocked = total.blocked || (component->counted && component->blocked);
        total.counted = total.counted && component->counted;
        total.density *= component->density;
        if (component->cycle > (FIRESIEVE_DELAY_END - 1) / total.cycle) {
            total.cycle = FIRESIEVE_DELAY_END;
        }
        total.cycle *= total.cycle < FIRESIEVE_DELAY_END ? component->cycle : 1;
        total.count *= component->count; /* below the cycle, if there is one */
    }
    if (!total.counted) {
        return (struct structure_total){.blocked = total.blocked, .cycle = FIRESIEVE_DELAY_END};
    }
    total.count = total.cycle == FIRESIEVE_DELAY_END ? 0 : total.count;
    return total;
}
