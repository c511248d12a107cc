/*
 * The parts of a search: rows, classes as columns, and the plan that decides how to apply each constraint. If
 * FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "base/sort.h"
#include "firewall/generate.h"
#include "firewalls.h"
#include "methods/plan.h"
#include "pass/class_list.h"
#include "pass/rows.h"
#include "search/search.h"
#include "shapes.h"
#include "support/kernels.h"

/* ---- Rows ------------------------------------------------------------------------------------------------- */

enum { MEMBERS_MAX = 8, MODULUS_MAX = 5000 };

/* Constraints of random residues. */
struct constraints {
    struct class_set set;
    struct constraint items[MEMBERS_MAX];
    const struct constraint *pointers[MEMBERS_MAX];
    bool forbidden[MEMBERS_MAX][MODULUS_MAX]; /* by constraint and residue */
    size_t count;
};

static uint64_t draw_modulus(struct random_state *random)
{
    static const uint64_t sides[] = {12, 12, 60, 300};
    const uint64_t odd = random_between(random, 0, sides[random_between(random, 0, COUNT_OF(sides) - 1)]) * 2 + 1;
    const uint64_t modulus = odd << (coin(random, 2) ? 0 : random_between(random, 0, 10));
    return modulus == 1 ? 2 : modulus < MODULUS_MAX ? modulus : 512;
}

static void draw_constraints(struct random_state *random, struct constraints *constraints)
{
    *constraints = (struct constraints){.count = random_between(random, 1, MEMBERS_MAX)};
    constraints->set.narrow = calloc(MEMBERS_MAX * MODULUS_MAX, sizeof *constraints->set.narrow);
    cr_assert(constraints->set.narrow != NULL);
    for (size_t i = 0; i < constraints->count; ++i) {
        const uint64_t modulus = draw_modulus(random);
        const uint64_t rarity = random_between(random, 2, 9);
        constraints->items[i] = (struct constraint){
            .modulus = modulus, .first = constraints->set.narrow_count, .forbids = 1.0 / (double)rarity};
        constraints->pointers[i] = &constraints->items[i];
        for (uint64_t residue = 0; residue < modulus; ++residue) {
            if (residue == 0 || coin(random, rarity)) {
                constraints->set.narrow[constraints->set.narrow_count++] = modulus << 32 | residue;
                constraints->forbidden[i][residue] = true;
                ++constraints->items[i].count;
            }
        }
    }
}

static bool members_allow(const struct row_group *group, const struct constraints *constraints, uint64_t candidate)
{
    for (size_t i = 0; i < group->member_count; ++i) {
        if (constraints->forbidden[group->members[i] - constraints->items][candidate % group->members[i]->modulus]) {
            return false;
        }
    }
    return true;
}

/* Checks the readable part of the row at a place, bit by bit. */
static void check_row(const struct row_group *group, const struct constraints *constraints,
                      const struct columns *columns, uint32_t place, uint64_t seed)
{
    const uint64_t *const row = group->words + (size_t)group->start[place] * KERNEL_WORD_LIMBS;
    const uint32_t words = columns->words < ROW_CHUNK_WORDS ? columns->words : ROW_CHUNK_WORDS;
    const uint64_t modulus = group->modulus.value;
    const uint64_t step = columns->step % modulus;
    uint64_t candidate = (uint64_t)place * group->unit;
    cr_assert(group->start[place] + words <= group->word_count);
    for (uint32_t column = 0; column < words * KERNEL_WORD_COLUMNS; ++column) {
        const bool allowed = (row[column / 64] >> column % 64 & 1) != 0;
        cr_assert(allowed == members_allow(group, constraints, candidate),
                  "FIRESIEVE_TEST_SEED=%" PRIu64 ": mod %" PRIu64 ", step %" PRIu64 ", place %" PRIu32
                  ", column %" PRIu32,
                  seed, modulus, columns->step, place, column);
        candidate = (candidate + step) % modulus;
    }
}

static void check_group(struct random_state *random, const struct row_group *group,
                        const struct constraints *constraints, const struct columns *columns, uint64_t seed)
{
    enum { PLACES = 6 };
    uint64_t modulus = 1;
    for (size_t i = 0; i < group->member_count; ++i) {
        modulus *= group->members[i]->modulus / greatest_common_divisor(modulus, group->members[i]->modulus);
    }
    cr_assert(group->modulus.value == modulus && (uint64_t)group->unit * group->places == modulus);
    cr_assert(group->unit == greatest_common_divisor(modulus, columns->aligned));
    const uint64_t chunk = (uint64_t)ROW_CHUNK_WORDS * KERNEL_WORD_COLUMNS % modulus * (columns->step % modulus);
    cr_assert((uint64_t)group->chunk_step * group->unit == chunk % modulus, "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
    for (uint32_t i = 0; i < PLACES; ++i) {
        check_row(group, constraints, columns, (uint32_t)random_between(random, 0, group->places - 1), seed);
    }
    check_row(group, constraints, columns, 0, seed);
    check_row(group, constraints, columns, group->places - 1, seed);
}

/* A step that shares factors with some moduli, is a multiple of one, or shares none; 1 in a scan. */
static struct columns draw_columns(struct random_state *random, const struct constraints *constraints)
{
    const uint64_t modulus = constraints->items[0].modulus;
    const uint64_t steps[] = {1, 2, 8, 210, modulus, modulus * 6, (UINT64_C(1) << 62) - 1};
    const uint64_t step = steps[random_between(random, 0, COUNT_OF(steps) - 1)];
    const bool scan = step == 1 && coin(random, 2);
    return (struct columns){
        .step = coin(random, 3) && !scan ? step * random_between(random, 1, 2) : step,
        .aligned = scan ? KERNEL_WORD_COLUMNS : 1,
        .words = (uint32_t)(coin(random, 3) ? random_between(random, 1, 40) : 512),
    };
}

Test(rows, have_what_their_constraints_allow)
{
    static struct constraints constraints;
    unsigned merged = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + 300; ++seed) {
        struct random_state random = {seed};
        draw_constraints(&random, &constraints);
        const struct columns columns = draw_columns(&random, &constraints);
        struct row_groups list;
        cr_assert(row_groups_make(&list, &constraints.set, constraints.pointers, constraints.count, &columns));
        size_t members = 0;
        size_t bytes = 0;
        for (size_t i = 0; i < list.count; ++i) {
            check_group(&random, &list.groups[i], &constraints, &columns, seed);
            members += list.groups[i].member_count;
            merged += list.groups[i].member_count > 1;
            bytes += list.groups[i].word_count * KERNEL_WORD_BYTES + list.groups[i].places * sizeof(uint32_t);
            cr_assert(i == 0 || list.groups[i - 1].forbids >= list.groups[i].forbids);
        }
        cr_assert(members == constraints.count && bytes == list.bytes);
        row_groups_free(&list);
        classes_free(&constraints.set);
    }
    cr_assert(merged > 100, "%u", merged);
}

/* ---- Classes as columns ----------------------------------------------------------------------------------- */

/* The list of one class. */
static void make_list(struct class_list *list, const class_key *key, uint64_t step)
{
    *list = (struct class_list){0};
    cr_assert(class_list_append(list, (struct class_slice){key, 1}));
    cr_assert(class_list_prepare(list, step, (struct go_on){NULL, NULL}));
}

/* Adjacent slices become one, and moving some classes leaves the rest in order. */
Test(class_lists, can_be_cut_anywhere)
{
    static const class_key keys[12];
    for (size_t cut = 0; cut <= COUNT_OF(keys) - 3; ++cut) {
        struct class_list list = {0};
        struct class_list first = {0};
        size_t seen = 0;
        cr_assert(class_list_append(&list, (struct class_slice){keys, 2}));
        cr_assert(class_list_append(&list, (struct class_slice){keys + 2, 3}));
        cr_assert(class_list_append(&list, (struct class_slice){keys + 6, 1}));
        cr_assert(class_list_append(&list, (struct class_slice){keys + 9, 3}));
        cr_assert(list.slice_count == 3 && list.count == 9);
        cr_assert(class_list_move(&first, &list, cut));
        cr_assert(first.count == cut && list.count == 9 - cut);
        const struct class_list *const lists[] = {&first, &list};
        static const size_t places[] = {0, 1, 2, 3, 4, 6, 9, 10, 11};
        for (size_t i = 0; i < COUNT_OF(lists); ++i) {
            for (size_t j = 0; j < lists[i]->slice_count; ++j) {
                for (size_t k = 0; k < lists[i]->slices[j].count; ++k) {
                    cr_assert(lists[i]->slices[j].classes + k == keys + places[seen++]);
                }
            }
        }
        cr_assert(seen == 9);
        class_list_free(&first);
        class_list_free(&list);
    }
}

Test(class_lists, columns_of_classes_agree_with_brute_force)
{
    for (uint64_t seed = test_seed(); seed < test_seed() + 3000; ++seed) {
        struct random_state random = {seed};
        const uint64_t modulus = draw_modulus(&random);
        const uint64_t steps[] = {2, 6, 64, 30030, modulus, 3 * modulus, (UINT64_C(1) << 62) - 1};
        const uint64_t step = steps[random_between(&random, 0, COUNT_OF(steps) - 1)];
        const uint64_t residue = random_between(&random, 0, modulus - 1);
        const class_key key = modulus << 32 | residue;
        struct class_list list;
        make_list(&list, &key, step);
        cr_assert(list.run_count == 1 && list.runs[0].count == 1 && list.runs[0].classes == &key);
        for (int i = 0; i < 3; ++i) {
            const uint32_t first = (uint32_t)random_between(&random, 0, modulus - 1);
            uint32_t expected = CLASS_NOWHERE;
            uint64_t candidate = first;
            for (uint32_t column = 0; column < modulus && expected == CLASS_NOWHERE; ++column) {
                expected = candidate == residue ? column : CLASS_NOWHERE;
                candidate = (candidate + step % modulus) % modulus;
            }
            const uint32_t found = class_run_column(&list.runs[0], (uint32_t)residue, first);
            cr_assert(found == expected && (found == CLASS_NOWHERE || found < list.runs[0].length),
                      "FIRESIEVE_TEST_SEED=%" PRIu64 ": %" PRIu64 " mod %" PRIu64 " from %" PRIu32 " by %" PRIu64
                      ": %" PRIu32 " instead of %" PRIu32,
                      seed, residue, modulus, first, step, found, expected);
        }
        class_list_free(&list);
    }
}

/* Moduli near 2^31: checked by multiplying columns by the step. */
Test(class_lists, the_largest_narrow_moduli)
{
    struct random_state random = {test_seed()};
    for (unsigned round = 0; round < 20000; ++round) {
        const uint64_t modulus = CLASS_NARROW_END - random_between(&random, 1, 1000);
        const uint64_t residue = coin(&random, 4) ? modulus - 1 : random_between(&random, 0, modulus - 1);
        const uint32_t first = (uint32_t)(coin(&random, 4) ? modulus - 1 : random_between(&random, 0, modulus - 1));
        const uint64_t step = (random_next(&random) >> 1 >> random_between(&random, 0, 60)) + 2;
        const class_key key = modulus << 32 | residue;
        struct class_list list;
        make_list(&list, &key, step);
        const uint32_t column = class_run_column(&list.runs[0], (uint32_t)residue, first);
        const uint64_t turn = greatest_common_divisor(step, modulus);
        const uint64_t distance = residue >= first ? residue - first : residue + modulus - first;
        cr_assert((column == CLASS_NOWHERE) == (distance % turn != 0));
        if (column != CLASS_NOWHERE) {
            cr_assert(column < modulus / turn);
            cr_assert((first + (firesieve_delay)step * column) % modulus == residue, "%" PRIu64 " mod %" PRIu64,
                      residue, modulus);
        }
        class_list_free(&list);
    }
}

/* ---- Explanations ----------------------------------------------------------------------------------------- */

static firesieve_explanation explain(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    firesieve_explanation explanation;
    firesieve_error error = {0};
    cr_assert(firesieve_explain(firewall, options, &explanation, &error) == FIRESIEVE_OK, "%s", error.message);
    return explanation;
}

static const struct reduced *reduce(const firesieve_firewall *firewall)
{
    const struct reduced *reduced;
    cr_assert(reduced_of(firewall, (struct go_on){NULL, NULL}, &reduced, NULL) == FIRESIEVE_OK);
    return reduced;
}

/* A list with a small limit is a short search; a plan for a hundred thousand delays would be far slower. */
Test(plans, of_lists_depend_on_the_limit)
{
    const firesieve_generate_options generate_options = {.k = 150};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &generate_options);
    static const uint64_t limits[] = {0, 1, 2, 20, 0};
    double costs[COUNT_OF(limits)];
    for (size_t i = 0; i < COUNT_OF(limits); ++i) {
        struct plan plan;
        const struct plan_request request = {
            .goal = i == 0 ? GOAL_SMALLEST : GOAL_LIST,
            .kernel = firesieve_kernel_best(),
            .to = FIRESIEVE_DELAY_END,
            .limit = limits[i],
            .memory = 1 << 28,
            .threads = 1,
        };
        cr_assert(plan_choose(&plan, reduce(firewall), &request, NULL) == FIRESIEVE_OK);
        costs[i] = plan.forecast.mean_ns;
        plan_free(&plan);
    }
    cr_assert(costs[1] < 1.01 * costs[0] && costs[2] < 3 * costs[0], "%g, %g, %g", costs[0], costs[1], costs[2]);
    cr_assert(costs[2] < costs[3] && costs[3] < costs[4] / 4, "%g, %g, %g", costs[2], costs[3], costs[4]);
    firesieve_firewall_free(firewall);
}

Test(forecasts, places_are_the_octiles_of_an_exponential_distribution)
{
    for (int i = 0; i < FORECAST_PLACES; ++i) {
        const double place = -log1p(-(i + 0.5) / FORECAST_PLACES);
        cr_assert(fabs(forecast_place(i) - place) < 1e-15 * place + 1e-15, "%d: %.17g", i, forecast_place(i));
    }
}

static firesieve_delay window_of(const struct recipe *recipe)
{
    size_t key = 0;
    while (strcmp(recipe->form->keys[key].name, "window") != 0) {
        ++key;
    }
    return recipe_number(recipe, key);
}

/* The last few delays must not cost a whole extra window: as a double, each range is rounded down. */
Test(plans, windows_of_a_focus_fill_a_range_that_ends)
{
    const firesieve_generate_options generate_options = {.k = 250};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &generate_options);
    static const double means[] = {0.01, 0.3, 0.9, 1.7, 5};
    for (size_t i = 0; i < COUNT_OF(means); ++i) {
        struct plan plan;
        const struct reduced *const reduced = reduce(firewall);
        const struct plan_request request = {
            .goal = GOAL_SMALLEST,
            .method = FIRESIEVE_METHOD_FOCUS,
            .kernel = firesieve_kernel_best(),
            .to = (firesieve_delay)(means[i] / reduced->constraints.density) + 12345,
            .memory = 1 << 28,
            .threads = 1,
        };
        cr_assert(plan_choose(&plan, reduced, &request, NULL) == FIRESIEVE_OK);
        const firesieve_delay window = window_of(&plan.recipe);
        const firesieve_delay windows = (request.to - 1) / window + 1;
        const double longer = (double)(windows * window - request.to);
        cr_assert(windows <= 16 * 5 && longer < 1e-9 * (double)request.to, "%g means: %g windows, %g delays longer",
                  means[i], (double)windows, longer);
        plan_free(&plan);
    }
    firesieve_firewall_free(firewall);
}

/* The number of classes of constraints whose moduli divide `modulus`. */
static size_t classes_of_divisors(const struct constraint_list *list, firesieve_delay modulus)
{
    size_t classes = 0;
    for (size_t i = 0; i < list->count; ++i) {
        classes += modulus % list->items[i].modulus == 0 ? list->items[i].count : 0;
    }
    return classes;
}

/* The number of classes in the rows of the plan, which are built again. */
static size_t classes_in_rows(const firesieve_firewall *firewall, const firesieve_plan *value, size_t *members,
                              size_t *bytes)
{
    struct plan plan;
    size_t classes = 0;
    *members = 0;
    cr_assert(plan_of_recipe(&plan, &value->recipe, FIRESIEVE_DELAY_END, NULL) == FIRESIEVE_OK);
    cr_assert(plan_build(&plan, reduce(firewall), (struct go_on){NULL, NULL}, NULL, NULL) == FIRESIEVE_OK);
    const struct row_groups *const list = &((const struct sieve_tables *)plan.tables)->rows; /* their first member */
    *bytes = list->bytes;
    for (size_t i = 0; i < list->count; ++i) {
        *members += list->groups[i].member_count;
        for (size_t j = 0; j < list->groups[i].member_count; ++j) {
            classes += list->groups[i].members[j]->count;
        }
    }
    plan_free(&plan);
    return classes;
}

/* Each class is in the wheel, in a row, crossed off, tested or checked. */
static void check_explanation(const firesieve_firewall *firewall, firesieve_method method, uint64_t memory,
                              const char *label)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.memory = memory;
    firesieve_explanation told = explain(firewall, &options);
    const struct reduced *const reduced = reduce(firewall);
    cr_assert(told.layers == firesieve_firewall_layer_count(firewall) && told.classes == reduced_class_count(reduced));
    cr_assert(told.classes <= told.layers && told.periods <= told.layers, "%s", label);
    cr_assert(reduced->classes.blocked == NULL || told.reason != NULL, "%s", label);
    if (told.reason == NULL) {
        size_t row_members;
        size_t row_bytes;
        const size_t in_rows = classes_in_rows(firewall, told.plan, &row_members, &row_bytes);
        const size_t in_wheel = classes_of_divisors(&reduced->constraints, told.wheel_modulus);
        cr_assert(in_wheel + in_rows + told.crossed_classes + told.tested_classes + told.checked_classes ==
                      told.classes,
                  "%s: %zu + %zu + %" PRIu64 " + %" PRIu64 " + %" PRIu64 " of %zu", label, in_wheel, in_rows,
                  told.crossed_classes, told.tested_classes, told.checked_classes, told.classes);
        cr_assert(told.row_constraints == row_members && told.row_bytes == row_bytes, "%s", label);
        cr_assert(told.wheel_constraints + told.row_constraints <= told.constraints, "%s", label);
        cr_assert(told.method == firesieve_plan_method(told.plan) &&
                  (method != FIRESIEVE_METHOD_SCAN || told.method == method));
        cr_assert((told.wheel_modulus == 1 || told.method == FIRESIEVE_METHOD_WHEEL) && told.wheel_residues > 0);
        cr_assert((told.wheel_constraints == 0) == (told.wheel_modulus == 1), "%s", label);
        cr_assert(told.wheel_residues * sizeof(uint64_t) <= memory, "%s", label);
        cr_assert(told.predicted_s > 0 && told.predicted_range_s >= told.predicted_s, "%s: %g s, range %g s", label,
                  told.predicted_s, told.predicted_range_s);
        cr_assert(told.kernel == firesieve_kernel_best() && told.blocking == NULL);
    }
    firesieve_explanation_free(&told);
}

/* A range twice as long takes about twice as long; the expected answer is early in it. */
Test(explanations, predictions_grow_with_the_range)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_SCAN};
    firesieve_firewall *const firewall = open_golden("erdos-selfridge-61.firewall");
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        double answer_s = 0;
        double range_s[2];
        for (int twice = 0; twice < 2; ++twice) {
            firesieve_search_options options = firesieve_search_defaults();
            options.method = methods[i];
            options.to = (firesieve_delay)1 << (60 + twice);
            firesieve_explanation told = explain(firewall, &options);
            answer_s = told.predicted_s;
            range_s[twice] = told.predicted_range_s;
            firesieve_explanation_free(&told);
        }
        const double factor = range_s[1] / range_s[0];
        cr_assert(factor > 1.9 && factor < 2.1, "%s: %g", firesieve_method_name(methods[i]), factor);
        cr_assert(answer_s < 1e-3 * range_s[0], "%s: %g s of %g s", firesieve_method_name(methods[i]), answer_s,
                  range_s[0]);
    }
    firesieve_firewall_free(firewall);
}

Test(explanations, every_class_is_somewhere)
{
    enum { CASES = 15 };
    static struct draft draft;
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_AUTO};
    static const uint64_t memories[] = {1 << 24, 1 << 20, 1 << 14};
    for (size_t i = 0; i < SHAPE_COUNT * CASES; ++i) {
        const uint64_t seed = test_seed() + i / SHAPE_COUNT;
        const struct shape *const shape = &shapes[i % SHAPE_COUNT];
        char label[128];
        snprintf(label, sizeof label, "%s, FIRESIEVE_TEST_SEED=%" PRIu64, shape->name, seed);
        draft_start(&draft, seed);
        firesieve_firewall *const firewall = draft_firewall(&draft, shape);
        for (size_t j = 0; j < COUNT_OF(methods); ++j) {
            check_explanation(firewall, methods[j], memories[i % COUNT_OF(memories)], label);
        }
        firesieve_firewall_free(firewall);
    }
}

/* Rows leave one delay in 32 for 65536 classes; a test in lanes would have to try most classes on each of these. */
Test(explanations, classes_are_crossed_off_if_many_delays_are_left)
{
    static const uint32_t primes[] = {65537};
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, 1, 5, 2, &x, &cycle);
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    firesieve_explanation told = explain(firewall, &options);
    cr_assert(told.crossed_classes == 65536 && told.tested_classes == 0);
    firesieve_explanation_free(&told);
    firesieve_firewall_free(firewall);
}

/* Moduli that are coprime or divide each other: density and cycle are exact. */
Test(explanations, densities_agree_with_brute_force)
{
    static const uint64_t moduli[] = {2, 4, 16, 3, 9, 5, 7};
    enum { CYCLE = 16 * 9 * 5 * 7 };
    unsigned blocked = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + 300; ++seed) {
        struct random_state random = {seed};
        struct layer_list list = {0};
        uint64_t residues[16];
        for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
            const size_t count = random_between(&random, i == 0 ? 1 : 0, moduli[i] / 2);
            for (size_t j = 0; j < count; ++j) {
                residues[j] = random_between(&random, 0, moduli[i] - 1);
            }
            cr_assert(layer_list_forbid(&list, moduli[i], residues, count));
        }
        firesieve_firewall *const firewall = build_firewall(list.layers, list.count);
        layer_list_free(&list);
        const firesieve_search_options options = firesieve_search_defaults();
        firesieve_explanation told = explain(firewall, &options);
        unsigned safe = 0;
        for (uint64_t delay = 0; delay < CYCLE; ++delay) {
            safe += !firesieve_firewall_catches(firewall, delay);
        }
        cr_assert((told.reason != NULL) == (safe == 0), "FIRESIEVE_TEST_SEED=%" PRIu64, seed);
        blocked += safe == 0;
        if (safe > 0) {
            cr_assert(fabs(told.density * CYCLE - safe) < 1e-6, "FIRESIEVE_TEST_SEED=%" PRIu64 ": %g of %d, not %u\n%s",
                      seed, told.density * CYCLE, CYCLE, safe, show_firewall(firewall));
            cr_assert(fabs(told.expected * told.density - 1) < 1e-9 && CYCLE % told.cycle == 0);
            cr_assert(fabs(told.cycle_log10 - log10((double)told.cycle)) < 1e-9);
        }
        firesieve_explanation_free(&told);
        firesieve_firewall_free(firewall);
    }
    cr_assert(blocked > 0 && blocked < 150, "%u", blocked);
}

/* ---- Replanning ------------------------------------------------------------------------------------------- */

Test(replanning, needs_a_ratio_above_3_2_or_below_2_3)
{
    static const struct {
        double took_s;
        double ratio; /* 0: the prediction was good enough */
    } cases[] = {{1, 0}, {1.49, 0}, {1.51, 1.51}, {20, 20}, {0.67, 0}, {0.66, 0.66}, {0.01, 0.01}};
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        struct replan replan = {.ratio = 0};
        const bool due = replan_judge(&replan, 3 * cases[i].took_s, 3);
        cr_expect(due == (cases[i].ratio > 0) && fabs(replan.ratio - cases[i].ratio) < 1e-9 && replan.judged,
                  "took %g: ratio %g", cases[i].took_s, replan.ratio);
    }
}

/* A plan based on these costs, for a whole search for which focus is best. */
static struct plan choose_by(const struct reduced *reduced, struct plan_request *request, const struct costs *costs)
{
    struct plan plan;
    firesieve_error error;
    request->costs = costs;
    cr_assert(plan_choose(&plan, reduced, request, &error) == FIRESIEVE_OK, "%s", error.message);
    return plan;
}

Test(replanning, takes_the_better_plan_and_only_that)
{
    firesieve_firewall *const firewall =
        generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &(firesieve_generate_options){.k = 230});
    const struct reduced *const reduced = reduce(firewall);
    const struct costs right = costs_of(firesieve_kernel_find("scalar"));
    struct costs wrong = right;
    wrong.pair /= 1000; /* as if looking up pairs took no time */
    wrong.check /= 1000;
    struct plan_request request = {.goal = GOAL_SMALLEST,
                                   .kernel = firesieve_kernel_find("scalar"),
                                   .to = FIRESIEVE_DELAY_END,
                                   .memory = 64 << 20,
                                   .threads = 1};
    struct plan good = choose_by(reduced, &request, &right);
    struct plan bad = choose_by(reduced, &request, &wrong);
    cr_assert(!recipe_same(&good.recipe, &bad.recipe));
    const struct {
        const char *what;
        const struct plan *plan;
        double ratio;
        double done; /* share of the predicted time of the whole search */
        bool changed;
    } cases[] = {
        {"a bad plan that takes longer than was thought", &bad, 1000, 0.01, true},
        {"a bad plan by which nearly all is done", &bad, 1000, 0.999999, false},
        {"a bad plan that turns out to be quick", &bad, 1e-4, 0.01, false},
        {"the plan that is best", &good, 2, 0.01, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        const double done_s = 1e-9 * cases[i].done * cases[i].plan->forecast.typical_ns;
        struct replan replan = {.ratio = cases[i].ratio, .done_s = done_s};
        struct frontier frontier = {.reached = 1000, .until = 5000, .in_window = true};
        firesieve_error error;
        request.costs = &right;
        cr_assert(recipe_copy(&frontier.recipe, &cases[i].plan->recipe));
        cr_assert(replan_choose(&replan, cases[i].plan, reduced, &request, &frontier, &error) == FIRESIEVE_OK);
        cr_expect(frontier.in_window == !cases[i].changed && frontier.reached == 1000, "%s", cases[i].what);
        cr_expect(recipe_same(&frontier.recipe, &cases[i].plan->recipe) == !cases[i].changed, "%s", cases[i].what);
        cr_expect(frontier.until == (cases[i].changed ? FIRESIEVE_DELAY_END : 5000), "%s", cases[i].what);
        recipe_free(&frontier.recipe);
    }
    plan_free(&good);
    plan_free(&bad);
    firesieve_firewall_free(firewall);
}
