#include "language/tuplets.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORTH_FROM = 1 << 14,        /* loops with a smaller end are listed as classes */
    OTHERS_MAX = 64,             /* the most lines besides the tuplet, */
    OTHER_SIMPLE_MAX = 1 << 12,  /* simple lines, */
    OTHER_MODULUS_MAX = 1 << 13, /* the largest modulus, except of filters, */
    OTHER_PRIMES_MAX = 1 << 10   /* and the largest p of loops */
};

/* The extent of the shifts of one or several lines; start with a count of 0. */
struct shifts {
    int64_t least;
    int64_t most;
    size_t count;
};

static void add_shifts(struct shifts *shifts, const struct line *line)
{
    for (size_t i = 0; i < line->count; ++i) {
        const int64_t shift = line->shifts[i];
        shifts->least = shifts->count == 0 || shift < shifts->least ? shift : shifts->least;
        shifts->most = shifts->count == 0 || shift > shifts->most ? shift : shifts->most;
        ++shifts->count;
    }
}

/* x + least must not be negative for any tested x: `prime` lines ensure that, others need a least shift of -BELOW_MAX. */
static bool fit(const struct shifts *shifts, bool prime)
{
    enum { BELOW_MAX = 1 << 16 };
    return shifts->count <= TUPLET_SHIFTS_MAX && shifts->most - shifts->least < TUPLET_SPREAD_END &&
           (prime || shifts->least >= -BELOW_MAX);
}

/* Whether the line is x + SET coprime to p for primes p in 2..high, or 1..high. */
static bool is_loop(const struct line *line)
{
    const struct loop *const loop = line->loop;
    if (line->kind != LINE_COPRIME || loop == NULL || !loop->primes || loop->low > 2 || loop->high < WORTH_FROM ||
        !expression_is_p(&loop->modulus)) {
        return false;
    }
    struct shifts shifts = {.count = 0};
    add_shifts(&shifts, line);
    return fit(&shifts, false);
}

static size_t mark_primes(struct residue_form *form)
{
    struct shifts shifts = {.count = 0};
    size_t lines = 0;
    for (size_t i = 0; i < form->line_count; ++i) {
        const struct line *const line = &form->lines[i];
        if (line->kind == LINE_PRIME) {
            add_shifts(&shifts, line);
            ++lines;
        }
    }
    if (lines == 0 || !fit(&shifts, true)) {
        return 0;
    }
    for (size_t i = 0; i < form->line_count; ++i) {
        form->lines[i].in_tuplet = form->lines[i].kind == LINE_PRIME;
    }
    return lines;
}

static size_t mark_loop(struct residue_form *form)
{
    struct line *best = NULL;
    for (size_t i = 0; i < form->line_count; ++i) {
        struct line *const line = &form->lines[i];
        if (is_loop(line) && (best == NULL || line->loop->high > best->loop->high)) {
            best = line;
        }
    }
    if (best != NULL) {
        best->in_tuplet = true;
    }
    return best != NULL;
}

/* Whether a tuplet can be sieved along with the line: it forbids few classes per offset, or is a filter. */
static bool is_light(const struct line *line)
{
    if (line->loop != NULL) {
        return line->loop->high <= OTHER_PRIMES_MAX && line->loop->modulus.step_count <= 1;
    }
    return line->modulus <= OTHER_MODULUS_MAX; /* 0 for filters */
}

static bool are_light(const struct residue_form *form, const struct residue_class *simple)
{
    size_t others = 0;
    bool light = form->simple_count <= OTHER_SIMPLE_MAX;
    for (size_t i = 0; i < form->simple_count && light; ++i) {
        light = simple[i].modulus <= OTHER_MODULUS_MAX;
    }
    for (size_t i = 0; i < form->line_count && light; ++i) {
        others += !form->lines[i].in_tuplet;
        light = form->lines[i].in_tuplet || is_light(&form->lines[i]);
    }
    return light && others <= OTHERS_MAX;
}

void tuplet_mark(struct residue_form *form, const struct residue_class *simple)
{
    const size_t marked = mark_primes(form);
    if ((marked > 0 || mark_loop(form) > 0) && !are_light(form, simple)) {
        for (size_t i = 0; i < form->line_count; ++i) {
            form->lines[i].in_tuplet = false;
        }
    }
}

/* ---- The tuplet --------------------------------------------------------------------------------------- */

static int compare_shifts(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void fill_tuplet(const struct residue_form *form, struct tuplet *tuplet)
{
    int64_t shifts[TUPLET_SHIFTS_MAX] = {0};
    size_t count = 0;
    for (size_t i = 0; i < form->line_count; ++i) {
        const struct line *const line = &form->lines[i];
        for (size_t j = 0; j < line->count && line->in_tuplet && count < TUPLET_SHIFTS_MAX; ++j) {
            shifts[count++] = line->shifts[j];
        }
        tuplet->prime = tuplet->prime || (line->in_tuplet && line->kind == LINE_PRIME);
        tuplet->high = line->in_tuplet && line->loop != NULL ? line->loop->high : tuplet->high;
    }
    qsort(shifts, count, sizeof *shifts, compare_shifts);
    tuplet->least = shifts[0];
    for (size_t i = 0; i < count; ++i) {
        if (i == 0 || shifts[i] != shifts[i - 1]) {
            tuplet->shifts[tuplet->count++] = (uint32_t)(shifts[i] - tuplet->least);
        }
    }
}

/* Copies the classes that belong to no marked line; returns their number. */
static size_t copy_others(const struct residue_form *form, const struct residue_class *classes, size_t count,
                          struct residue_class *others)
{
    size_t kept = 0;
    size_t next = 0;
    for (size_t i = 0; i < form->line_count; ++i) {
        const struct line *const line = &form->lines[i];
        if (line->in_tuplet) {
            memcpy(others + kept, classes + next, (line->first_class - next) * sizeof *others);
            kept += line->first_class - next;
            next = line->first_class + line->class_count;
        }
    }
    memcpy(others + kept, classes + next, (count - next) * sizeof *others);
    return kept + (count - next);
}

bool tuplet_make(struct residue_form *form, const struct residue_class *classes, size_t count)
{
    bool marked = false;
    for (size_t i = 0; i < form->line_count && !marked; ++i) {
        marked = form->lines[i].in_tuplet;
    }
    if (!marked || form->branches != NULL || form->listed != NULL) {
        return true;
    }
    struct residue_class *const others = reallocarray(NULL, count + 1, sizeof *others);
    struct tuplet *const tuplet = calloc(1, sizeof *tuplet);
    if (others == NULL || tuplet == NULL) {
        free(others);
        free(tuplet);
        return false;
    }
    fill_tuplet(form, tuplet);
    form->tuplets = firewall_of_classes(others, copy_others(form, classes, count, others));
    if (form->tuplets == NULL) {
        free(tuplet);
        return false;
    }
    form->tuplets->tuplet = tuplet;
    return true;
}
