#include "focus/focus.h"

#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/large.h"
#include "base/sort.h"
#include "focus/window.h"
#include "residue/wheel.h"

/* While a focus is made. */
struct maker {
    struct focus *focus;
    const struct focus_layout *layout;
    const struct reduced *reduced;
    struct go_on go_on;
    uint8_t *used; /* by index of the constraint: a list or a row covers it */
    size_t steps;  /* since the last question whether to continue */
    bool stopped;
};

enum { STEPS_MAX = 1 << 14 };

/* Whether to continue after that many more steps of a few nanoseconds each. */
static bool go_on_after(struct maker *maker, size_t steps)
{
    maker->steps += steps;
    if (maker->steps >= STEPS_MAX) {
        maker->steps = 0;
        maker->stopped = !go_on_ask(maker->go_on);
    }
    return !maker->stopped;
}

/* Below 2^FOCUS_PART_BITS. */
static uint64_t part_modulus(const struct focus_layout *layout, enum focus_part part)
{
    uint64_t modulus = 1;
    for (size_t i = 0; i < layout->power_count; ++i) {
        modulus *= layout->powers[i].part == part ? layout->powers[i].value : 1;
    }
    return modulus;
}

/* ---- What small moduli allow ------------------------------------------------------------------------------ */

void focus_forbid(const struct reduced *reduced, const struct constraint *constraint, uint32_t modulus,
                  uint8_t *allowed)
{
    for (size_t i = 0; i < constraint->count; ++i) {
        for (uint64_t r = constraint_residue(&reduced->classes, constraint, i); r < modulus; r += constraint->modulus) {
            allowed[r] = 0;
        }
    }
}

/* A byte for each residue: 1 if all constraints that divide `modulus`, and are not used yet, allow it. */
static uint8_t *draw_allowed(const struct maker *maker, uint32_t modulus, uint64_t *used)
{
    const struct constraint_list *const constraints = &maker->reduced->constraints;
    uint8_t *const allowed = malloc(modulus);
    if (allowed == NULL) {
        return NULL;
    }
    memset(allowed, 1, modulus);
    for (size_t i = 0; i < constraints->count && constraints->items[i].modulus <= modulus; ++i) {
        if (maker->used[i] == 0 && modulus % constraints->items[i].modulus == 0) {
            focus_forbid(maker->reduced, &constraints->items[i], modulus, allowed);
            maker->used[i] = 1;
            ++*used;
        }
    }
    return allowed;
}

/* ---- Lists of summands ------------------------------------------------------------------------------------ */

/* A part of A (or B) while its list is made: t / (divisor * other) mod modulus for all t that it allows. */
struct part {
    uint64_t modulus;
    uint64_t other;
    firesieve_delay divisor;
    uint64_t *values;
    size_t count;
};

/* The residues that a power of a prime allows, level by level. False: no memory, or stopped; free the wheel even so. */
static bool list_allowed(struct maker *maker, uint64_t power, struct wheel *allowed)
{
    const struct constraint_list *const constraints = &maker->reduced->constraints;
    bool stopped = false;
    firesieve_status status = wheel_start(allowed, NULL);
    for (size_t i = 0;
         i < constraints->count && constraints->items[i].modulus <= power && !stopped && status == FIRESIEVE_OK; ++i) {
        const struct constraint *const constraint = &constraints->items[i];
        if (power % constraint->modulus != 0 || maker->used[i] != 0) {
            continue;
        }
        status = wheel_extend(allowed, constraint->modulus / allowed->modulus, &maker->reduced->classes, &constraint, 1,
                              maker->go_on, &stopped, NULL);
        maker->used[i] = 1;
        ++maker->focus->listed_constraints;
    }
    if (status == FIRESIEVE_OK && !stopped && allowed->modulus < power) {
        status = wheel_extend(allowed, power / allowed->modulus, &maker->reduced->classes, NULL, 0, maker->go_on,
                              &stopped, NULL);
    }
    maker->stopped = maker->stopped || stopped;
    return status == FIRESIEVE_OK && !stopped;
}

/*
 * Replaces every value w by w + component(r) mod modulus for each residue r that the power allows, component(r) being
 * r / (divisor * other) modulo the power and 0 modulo the others. False: no memory, or stopped.
 */
static bool add_power(struct maker *maker, struct part *part, const struct wheel *allowed)
{
    const uint64_t power = allowed->modulus;
    uint64_t *const values = large_reallocarray(NULL, part->count * allowed->count + 1, sizeof *values);
    if (values == NULL) {
        return false;
    }
    /* The analyzer does not know that powers are at least 2. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    const uint64_t others = part->modulus / power;
    const uint64_t divisor = multiply_modulo((uint64_t)(part->divisor % power), part->other % power, power);
    const uint64_t unit = inverse_modulo(multiply_modulo(divisor, others % power, power), power);
    size_t count = 0;
    for (size_t r = 0; r < allowed->count && go_on_after(maker, part->count); ++r) {
        const uint64_t component = others * multiply_modulo(allowed->residues[r], unit, power);
        for (size_t i = 0; i < part->count; ++i) {
            const uint64_t value = part->values[i] + component;
            values[count++] = value >= part->modulus ? value - part->modulus : value;
        }
    }
    free(part->values);
    part->values = values;
    part->count = count;
    return !maker->stopped;
}

static bool make_part(struct maker *maker, struct part *part, enum focus_part which)
{
    part->values = calloc(1, sizeof *part->values);
    part->count = 1;
    bool made = part->values != NULL;
    for (size_t i = 0; i < maker->layout->power_count && made; ++i) {
        const struct focus_power *const power = &maker->layout->powers[i];
        if (power->part == which) {
            struct wheel allowed;
            made = list_allowed(maker, power->value, &allowed) && add_power(maker, part, &allowed);
            wheel_free(&allowed);
        }
    }
    maker->stopped |= made && !sort_u64_while(part->values, part->count, maker->go_on);
    return made && !maker->stopped;
}

/* The summands value * other, in the order of the part's values. */
static bool make_summands(struct maker *maker, const struct sums *sums, const struct part *part,
                          struct summands *summands)
{
    const bool has_memory = summands_alloc(summands, part->count, sums->shift != 0);
    const struct residues unit = sums_residues(sums, part->other);
    for (size_t i = 0; i < part->count && has_memory && go_on_after(maker, FOCUS_ROWS_MAX); ++i) {
        const firesieve_delay value = (firesieve_delay)part->values[i] * part->other;
        summands->positions[i] = (uint64_t)(value >> sums->shift);
        for (int j = 0; j < FOCUS_ROWS_MAX; ++j) {
            const uint32_t modulus = sums->moduli.of[j];
            summands->residues[i].of[j] = (uint8_t)((uint32_t)(part->values[i] % modulus) * unit.of[j] % modulus);
        }
        if (sums->shift != 0) {
            summands->values[i] = value;
        }
    }
    return has_memory && !maker->stopped;
}

/*
 * The list of z = t / divisor mod modulus for all t that the two parts allow. With z = long * S + short * L, L and S
 * being the parts' moduli, long = t / (divisor * S) mod L and short = t / (divisor * L) mod S.
 */
static bool make_sums(struct maker *maker, struct sums *sums, enum focus_part longs, firesieve_delay divisor)
{
    const uint64_t moduli[2] = {part_modulus(maker->layout, longs), part_modulus(maker->layout, longs + 1)};
    struct part parts[2];
    for (int i = 0; i < 2; ++i) {
        parts[i] = (struct part){.modulus = moduli[i], .other = moduli[1 - i], .divisor = divisor};
    }
    sums->modulus = (firesieve_delay)moduli[0] * moduli[1];
    sums->shift = sums_shift(sums->modulus, maker->layout->least_shift);
    sums->slack = sums->shift == 0 ? 0 : SUMS_SLACK;
    sums->of_modulus = sums_residues(sums, sums->modulus);
    const bool made = make_part(maker, &parts[0], longs) && make_part(maker, &parts[1], longs + 1) &&
                      make_summands(maker, sums, &parts[0], &sums->longs) &&
                      make_summands(maker, sums, &parts[1], &sums->shorts);
    free(parts[0].values);
    free(parts[1].values);
    return made;
}

/* t = x * B - y * A gives x = t / B mod A and y = -t / A mod B. */
static bool make_lists(struct maker *maker)
{
    struct focus *const focus = maker->focus;
    const firesieve_delay a = focus->a;
    const firesieve_delay b = focus->b;
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        const uint32_t modulus = i < (int)maker->layout->row_count ? maker->layout->row_moduli[i] : 1;
        focus->columns.moduli.of[i] = (uint8_t)modulus;
        focus->columns.weight.of[i] = (uint8_t)(b % modulus);
        focus->offsets.moduli.of[i] = (uint8_t)modulus;
        focus->offsets.weight.of[i] = (uint8_t)((modulus - a % modulus) % modulus);
    }
    return make_sums(maker, &focus->columns, COLUMN_LONGS, b) &&
           make_sums(maker, &focus->offsets, OFFSET_LONGS, b - a % b);
}

/* ---- Rows and checks -------------------------------------------------------------------------------------- */

static bool make_rows(struct maker *maker)
{
    struct row_set *const rows = &maker->focus->rows;
    if (!row_set_start(rows)) {
        return false;
    }
    for (size_t i = 0; i < maker->layout->row_count; ++i) {
        const uint32_t modulus = maker->layout->row_moduli[i];
        uint8_t *const allowed = draw_allowed(maker, modulus, &maker->focus->row_constraints);
        if (allowed == NULL) {
            return false;
        }
        row_set_add(rows, modulus, allowed);
        free(allowed);
    }
    row_set_finish(rows, maker->layout->class_count, maker->layout->parts);
    return true;
}

static bool make_checks(struct maker *maker)
{
    const struct reduced *const reduced = maker->reduced;
    struct focus *const focus = maker->focus;
    const struct constraint **const chosen = calloc(reduced->constraints.count + 1, sizeof(struct constraint *));
    if (chosen == NULL) {
        return false;
    }
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const size_t index = reduced->order[i];
        if (maker->used[index] == 0) {
            chosen[focus->check_count++] = &reduced->constraints.items[index];
        }
    }
    focus->checks = residue_sets_make(&reduced->classes, chosen, focus->check_count);
    free(chosen);
    return focus->checks != NULL;
}

firesieve_status focus_make(struct focus *focus, const struct reduced *reduced, const struct focus_layout *layout,
                            struct go_on go_on, enum built *outcome, firesieve_error *error)
{
    *focus = (struct focus){
        .reduced = reduced,
        .a = (firesieve_delay)part_modulus(layout, COLUMN_LONGS) * part_modulus(layout, COLUMN_SHORTS),
        .b = (firesieve_delay)part_modulus(layout, OFFSET_LONGS) * part_modulus(layout, OFFSET_SHORTS),
        .task_columns = layout->task_columns,
        .task_offsets = layout->task_offsets,
    };
    struct maker maker = {
        .focus = focus,
        .layout = layout,
        .reduced = reduced,
        .go_on = go_on,
        .used = calloc(reduced->constraints.count + 1, sizeof *maker.used),
    };
    const bool made = maker.used != NULL && go_on_after(&maker, STEPS_MAX) && make_lists(&maker) && make_rows(&maker) &&
                      make_checks(&maker);
    free(maker.used);
    const bool blocked = made && (sums_count(&focus->columns) == 0 || sums_count(&focus->offsets) == 0);
    *outcome = maker.stopped ? BUILT_STOPPED : blocked ? BUILT_BLOCKED : BUILT;
    if (made) {
        focus->window = delay_min(layout->window, focus_window_longest(focus));
    }
    return made || maker.stopped ? FIRESIEVE_OK : error_set_memory(error, "the lists of residues");
}

static void sums_free(struct sums *sums)
{
    summands_free(&sums->longs);
    summands_free(&sums->shorts);
}

void focus_free(struct focus *focus)
{
    free(focus->checks);
    row_set_free(&focus->rows);
    sums_free(&focus->columns);
    sums_free(&focus->offsets);
    *focus = (struct focus){.a = 0};
}
