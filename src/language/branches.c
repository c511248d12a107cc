#include "language/branches.h"

#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/gcd.h"
#include "base/large.h"
#include "base/sort.h"
#include "language/intervals.h"
#include "number/modular.h"

enum { BRANCHES_MAX = 1 << 12, CLASSES_MAX = 1 << 24 };

bool branches_take(firesieve_delay residues)
{
    return residues <= BRANCHES_MAX;
}

bool form_list(struct residue_form *form, struct interval *numbers, size_t count)
{
    if (form->listed == NULL) {
        form->listed = numbers;
        form->listed_count = count;
        return true;
    }
    struct interval *const both = reallocarray(NULL, form->listed_count + count + 1, sizeof *both);
    if (both != NULL) {
        const size_t kept = intervals_meet(form->listed, form->listed_count, numbers, count, both);
        free(form->listed);
        form->listed = both;
        form->listed_count = kept;
    }
    free(numbers);
    return both != NULL;
}

bool branch_list_add(struct branch_list *list, size_t line, uint64_t modulus, struct interval *allowed, size_t count)
{
    struct narrow_line *const lines = reallocarray(list->lines, list->count + 1, sizeof *lines);
    if (lines == NULL) {
        free(allowed);
        return false;
    }
    list->lines = lines;
    lines[list->count++] = (struct narrow_line){.line = line,
                                                .modulus = modulus,
                                                .allowed = allowed,
                                                .allowed_count = count,
                                                .residues = (uint64_t)intervals_size(allowed, count)};
    return true;
}

void branch_list_free(struct branch_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        free(list->lines[i].allowed);
    }
    free(list->lines);
    *list = (struct branch_list){NULL, 0};
}

/* ---- The Chinese remainder theorem -------------------------------------------------------------------- */

/*
 * The class of those k for which base + step * k, of the progression, is in a class: residue (class.residue - base) / g *
 * (step / g)^-1 modulo class.modulus / g, with g = gcd(step, class.modulus). False: g does not divide the difference, and
 * no k is in it; if all are, the modulus is 1.
 */
static bool class_along(struct residue_class class, struct progression progression, struct residue_class *along)
{
    const uint64_t step = (uint64_t)(progression.step % class.modulus);
    const uint64_t base = (uint64_t)(progression.base % class.modulus);
    const uint64_t divisor = greatest_common_divisor(class.modulus, step);
    const uint64_t distance = class.residue >= base ? class.residue - base : class.residue + (class.modulus - base);
    if (distance % divisor != 0) {
        return false;
    }
    along->modulus = class.modulus / divisor;
    along->residue = multiply_modulo(distance / divisor % along->modulus,
                                     inverse_modulo(step / divisor % along->modulus, along->modulus), along->modulus);
    return true;
}

/*
 * The numbers of a progression that are in a class. False: there are none below 2^127; *beyond becomes true if there are
 * larger ones.
 */
static bool meet(struct progression progression, struct residue_class class, struct progression *both, bool *beyond)
{
    struct residue_class along;
    firesieve_delay above;
    if (!class_along(class, progression, &along)) {
        return false;
    }
    if (__builtin_mul_overflow(progression.step, along.residue, &above) ||
        above >= FIRESIEVE_DELAY_END - progression.base) {
        *beyond = true;
        return false;
    }
    both->base = progression.base + above;
    both->step = delay_multiply_saturated(progression.step, along.modulus);
    return true;
}

/* Combines all branches with all residues of a line. False: no memory. */
static bool multiply(struct residue_form *form, const struct narrow_line *line)
{
    struct progression *const made = reallocarray(NULL, form->branch_count * line->residues + 1, sizeof *made);
    size_t count = 0;
    if (made == NULL) {
        return false;
    }
    for (size_t i = 0; i < form->branch_count; ++i) {
        for (size_t j = 0; j < line->allowed_count; ++j) {
            for (uint64_t residue = (uint64_t)line->allowed[j].low; residue <= line->allowed[j].high; ++residue) {
                count += meet(form->branches[i], (struct residue_class){line->modulus, residue}, &made[count],
                              &form->beyond);
            }
        }
    }
    free(form->branches);
    form->branches = made;
    form->branch_count = count;
    return true;
}

/* ---- Classes along branches ---------------------------------------------------------------------------- */

static firesieve_firewall *make_inner(struct progression branch, const struct residue_class *classes, size_t count)
{
    struct residue_class *const along = large_reallocarray(NULL, count + 1, sizeof *along);
    size_t kept = 0;
    if (along == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; ++i) {
        kept += class_along(classes[i], branch, &along[kept]);
    }
    return firewall_of_classes(along, kept);
}

static bool make_all_inner(struct residue_form *form, const struct residue_class *classes, size_t count)
{
    /* Pointers are meant. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    form->inner = calloc(form->branch_count + 1, sizeof *form->inner);
    bool made = form->inner != NULL;
    for (size_t i = 0; i < form->branch_count && made; ++i) {
        form->inner[i] = make_inner(form->branches[i], classes, count);
        made = form->inner[i] != NULL;
    }
    return made;
}

/* ---- The form ---------------------------------------------------------------------------------------- */

static void free_branches(struct residue_form *form)
{
    free(form->branches);
    form->branches = NULL;
    form->branch_count = 0;
}

/* Each branch is one number: they join the listed numbers. */
static bool list_bases(struct residue_form *form)
{
    struct interval *const bases = reallocarray(NULL, form->branch_count + 1, sizeof *bases);
    if (bases == NULL) {
        return false;
    }
    for (size_t i = 0; i < form->branch_count; ++i) {
        bases[i] = (struct interval){form->branches[i].base, form->branches[i].base};
    }
    form->beyond = form->beyond || form->branch_count > 0;
    const size_t count = intervals_unite(bases, form->branch_count);
    free_branches(form);
    return form_list(form, bases, count);
}

bool branch_list_finish(struct branch_list *list, struct residue_form *form, const struct residue_class *classes,
                        size_t class_count)
{
    if (list->count == 0) {
        return true;
    }
    form->branches = calloc(1, sizeof *form->branches);
    if (form->branches == NULL) {
        return false;
    }
    form->branches[0].step = 1;
    form->branch_count = 1;
    qsort(list->lines, list->count, sizeof *list->lines, sort_compare_u64);
    size_t taken = 0;
    bool made = true;
    for (; taken < list->count && made; ++taken) {
        const struct narrow_line *const line = &list->lines[taken];
        const uint64_t branches = form->branch_count * line->residues;
        if (branches > BRANCHES_MAX || branches > CLASSES_MAX / (class_count + 1)) {
            break;
        }
        made = multiply(form, line);
    }
    if (!made) {
        return false;
    }
    for (size_t i = 0; i < taken; ++i) {
        free(list->lines[i].allowed);
    }
    list->count -= taken;
    memmove(list->lines, list->lines + taken, list->count * sizeof *list->lines);
    if (form->branch_count == 0 || form->branches[0].step == FIRESIEVE_DELAY_END) {
        return list_bases(form);
    }
    qsort(form->branches, form->branch_count, sizeof *form->branches, delay_compare);
    if (form->branches[0].step == 1) { /* no line was combined */
        free_branches(form);
        return true;
    }
    return make_all_inner(form, classes, class_count);
}
