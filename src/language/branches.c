#include "language/branches.h"

#include <stdlib.h>
#include <string.h>

#include "base/gcd.h"
#include "base/large.h"
#include "language/intervals.h"
#include "number/modular.h"

enum { BRANCHES_MAX = 1 << 12, CLASSES_MAX = 1 << 24 };

bool branches_take(firesieve_delay residues)
{
    return residues <= BRANCHES_MAX;
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
 * The numbers of a progression that are `residue` mod `modulus`: base + step * k with
 * k = (residue - base) / g * (step / g)^-1 modulo modulus / g, where g = gcd(step, modulus) divides the difference.
 * False: there are none below 2^127; *beyond becomes true where there are some from there on.
 */
static bool meet(struct progression progression, uint64_t modulus, uint64_t residue, struct progression *both,
                 bool *beyond)
{
    const uint64_t step = (uint64_t)(progression.step % modulus);
    const uint64_t base = (uint64_t)(progression.base % modulus);
    const uint64_t divisor = greatest_common_divisor(modulus, step);
    const uint64_t distance = residue >= base ? residue - base : residue + (modulus - base);
    if (distance % divisor != 0) {
        return false;
    }
    const uint64_t length = modulus / divisor;
    const uint64_t inverse = inverse_modulo(step / divisor % length, length);
    const uint64_t steps = multiply_modulo(distance / divisor % length, inverse, length);
    firesieve_delay above;
    if (__builtin_mul_overflow(progression.step, steps, &above) || above >= FIRESIEVE_DELAY_END - progression.base) {
        *beyond = true;
        return false;
    }
    both->base = progression.base + above;
    const bool fits = !__builtin_mul_overflow(progression.step, length, &both->step);
    both->step = fits && both->step < FIRESIEVE_DELAY_END ? both->step : FIRESIEVE_DELAY_END;
    return true;
}

/* All branches with all residues of a line. False: no memory. */
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
                count += meet(form->branches[i], line->modulus, residue, &made[count], &form->beyond);
            }
        }
    }
    free(form->branches);
    form->branches = made;
    form->branch_count = count;
    return true;
}

/* ---- What is left to avoid ---------------------------------------------------------------------------- */

/*
 * The class as one of y, where x is base + step * y. False: no y is in it; where all are, its modulus is 1.
 */
static bool class_along(struct residue_class class, struct progression branch, struct residue_class *along)
{
    const uint64_t step = (uint64_t)(branch.step % class.modulus);
    const uint64_t base = (uint64_t)(branch.base % class.modulus);
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

/* ---- All of it ---------------------------------------------------------------------------------------- */

static int compare_residues(const void *a, const void *b)
{
    const struct narrow_line *const left = a;
    const struct narrow_line *const right = b;
    return (left->residues > right->residues) - (left->residues < right->residues);
}

static int compare_bases(const void *a, const void *b)
{
    const struct progression *const left = a;
    const struct progression *const right = b;
    return (left->base > right->base) - (left->base < right->base);
}

/* Each branch is one number: they are listed, with what was listed before. */
static bool list_bases(struct residue_form *form)
{
    struct interval *const bases = reallocarray(NULL, form->branch_count + 1, sizeof *bases);
    struct interval *const both = reallocarray(NULL, form->branch_count + form->listed_count + 1, sizeof *both);
    if (bases == NULL || both == NULL) {
        free(bases);
        free(both);
        return false;
    }
    for (size_t i = 0; i < form->branch_count; ++i) {
        bases[i] = (struct interval){form->branches[i].base, form->branches[i].base};
    }
    form->beyond = form->beyond || form->branch_count > 0;
    size_t count = intervals_unite(bases, form->branch_count);
    if (form->listed != NULL) {
        count = intervals_meet(form->listed, form->listed_count, bases, count, both);
        free(form->listed);
        free(bases);
        form->listed = both;
    } else {
        form->listed = bases;
        free(both);
    }
    form->listed_count = count;
    free(form->branches);
    form->branches = NULL;
    form->branch_count = 0;
    return true;
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
    qsort(list->lines, list->count, sizeof *list->lines, compare_residues);
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
    qsort(form->branches, form->branch_count, sizeof *form->branches, compare_bases);
    if (form->branches[0].step == 1) { /* none was taken */
        free(form->branches);
        form->branches = NULL;
        form->branch_count = 0;
        return true;
    }
    return make_all_inner(form, classes, class_count);
}
