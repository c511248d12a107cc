/*
 * Components, towers, what is left of them, and inclusion and exclusion, against residues that are looked at one by one.
 * With FIRESIEVE_TEST_SEED set to the seed in a message, that case is the first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/random.h"
#include "firewalls.h"
#include "structure/inclusion.h"
#include "structure/residues.h"
#include "structured.h"
#include "support/kernels.h"

enum { CYCLE_MAX = 60000, AMPLE = 1 << 28 };

static const struct go_on nobody;

static struct structure *count_structure(const firesieve_firewall *firewall, const struct reduced **reduced)
{
    struct structure *structure = NULL;
    firesieve_error error;
    cr_assert(reduced_of(firewall, nobody, reduced, &error) == FIRESIEVE_OK);
    if ((*reduced)->classes.blocked != NULL) {
        return NULL;
    }
    cr_assert(structure_find(*reduced, AMPLE, nobody, &structure, &error) == FIRESIEVE_OK);
    cr_assert(structure != NULL);
    cr_assert(structure_count(structure, AMPLE, nobody, &error) == FIRESIEVE_OK);
    return structure;
}

static bool is_forbidden(const struct residue_class *classes, size_t count, uint64_t t)
{
    for (size_t i = 0; i < count; ++i) {
        if (t % classes[i].modulus == classes[i].residue) {
            return true;
        }
    }
    return false;
}

static void check_component(const struct component *component, const char *label)
{
    uint64_t cycle = 1;
    uint64_t left = 0;
    for (size_t i = 0; i < component->tower_count; ++i) {
        for (unsigned j = 0; j < component->towers[i].exponent; ++j) {
            cycle *= component->towers[i].base;
        }
    }
    cr_assert(component->cycle == cycle, "%s: cycle %s of towers of %" PRIu64, label, SHOW(component->cycle), cycle);
    for (uint64_t t = 0; t < cycle; ++t) {
        left += !is_forbidden(component->classes, component->class_count, t);
    }
    cr_assert(component->counted && component->count == left, "%s: %s of %" PRIu64 " instead of %" PRIu64, label,
              SHOW(component->count), cycle, left);
    cr_assert(component->blocked == (left == 0), "%s", label);
    cr_assert(fabs(component->density * (double)cycle - (double)left) < 1e-6, "%s: density %g", label,
              component->density);
}

static void check_components(const struct structure *structure, const struct reduced *reduced, const char *label)
{
    size_t classes = 0;
    for (size_t i = 0; i < structure->count; ++i) {
        check_component(&structure->components[i], label);
        classes += structure->components[i].class_count;
        for (size_t j = 0; j < i; ++j) {
            const uint64_t a = (uint64_t)structure->components[i].cycle;
            const uint64_t b = (uint64_t)structure->components[j].cycle;
            cr_assert(greatest_common_divisor(a, b) == 1, "%s: cycles %" PRIu64 ", %" PRIu64, label, a, b);
        }
    }
    cr_assert(classes == reduced_class_count(reduced), "%s", label);
}

/* All of what is left, as a list, and below ends in the midst. */
static void check_residues(const firesieve_firewall *firewall, const struct structure *structure, firesieve_delay cycle,
                           const char *label)
{
    const struct component **const components = calloc(structure->count + 1, sizeof *components);
    struct work work = work_start(AMPLE, nobody);
    struct left_residues list;
    firesieve_error error;
    bool listed;
    size_t left = 0;
    for (size_t i = 0; i < structure->count; ++i) {
        components[i] = &structure->components[i];
    }
    cr_assert(left_residues_list(&list, components, structure->count, &work, &listed, &error) == FIRESIEVE_OK &&
              listed);
    cr_assert(list.cycle == cycle, "%s: %s instead of %s", label, SHOW(list.cycle), SHOW(cycle));
    for (firesieve_delay t = 0; t < cycle; ++t) {
        cr_assert(left_residues_below(&list, t) == left, "%s: below %s", label, SHOW(t));
        if (!firesieve_firewall_catches(firewall, t)) {
            cr_assert(left < list.count && list.residues[left] == t, "%s: %s is not number %zu", label, SHOW(t), left);
            ++left;
        }
    }
    cr_assert(list.count == left, "%s: %zu residues instead of %zu", label, list.count, left);
    left_residues_free(&list);
    free(components);
}

/* Ranges that begin at 0. */
static void check_inclusion(const firesieve_firewall *firewall, const struct reduced *reduced,
                            const struct structure *structure, struct random_state *random, const char *label)
{
    if (reduced_class_count(reduced) > INCLUSION_CLASSES_MAX) {
        return;
    }
    const firesieve_delay length = random_between(random, 0, 20000);
    struct work work = work_start(AMPLE, nobody);
    firesieve_error error;
    firesieve_delay counted_left = 0;
    bool counted;
    firesieve_delay left = 0;
    for (firesieve_delay t = 0; t < length; ++t) {
        left += !firesieve_firewall_catches(firewall, t);
    }
    cr_assert(inclusion_count(structure->classes, reduced_class_count(reduced), length, &work, &counted, &counted_left,
                              &error) == FIRESIEVE_OK);
    cr_assert(!counted || counted_left == left, "%s: %s of %s by inclusion instead of %s", label, SHOW(counted_left),
              SHOW(length), SHOW(left));
}

static void check_case(enum structured_kind kind, uint64_t seed)
{
    struct random_state random = {seed};
    const struct reduced *reduced;
    char label[96];
    snprintf(label, sizeof label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, structured_names[kind], seed);
    firesieve_firewall *const firewall = structured_firewall(kind, CYCLE_MAX, &random);
    struct structure *const structure = count_structure(firewall, &reduced);
    if (structure != NULL) {
        check_components(structure, reduced, label);
        check_residues(firewall, structure, reduced->classes.cycle, label);
        check_inclusion(firewall, reduced, structure, &random, label);
        structure_free(structure);
    }
    firesieve_firewall_free(firewall);
}

ParameterizedTestParameters(structure, random_firewalls_as_by_brute_force)
{
    return every_structured_kind();
}

ParameterizedTest(const size_t *kind, structure, random_firewalls_as_by_brute_force)
{
    enum { CASES = FIRESIEVE_SANITIZED ? 20 : 100 };
    for (uint64_t i = 0; i < CASES; ++i) {
        check_case((enum structured_kind) * kind, test_seed() + i);
    }
}
