#include "search/fates.h"

#include <math.h>
#include <stdlib.h>

/* A constraint (or what is in none) in a group: those of one list, row or check, which candidates meet together. */
struct link {
    enum firesieve_means means;
    size_t group;
    size_t index;   /* of the constraint */
    double bits;    /* its weight in the group */
    double dropped; /* LANES */
};

struct linker {
    const struct plan *plan;
    const struct tally *tally;
    struct link *links;
    size_t count;
    bool *linked; /* by index of the constraint */
};

/* ---- Which means took care of which constraint ------------------------------------------------------------ */

static void add(struct linker *linker, enum firesieve_means means, size_t group, size_t index, double bits)
{
    linker->links[linker->count++] = (struct link){.means = means, .group = group, .index = index, .bits = bits};
    linker->linked[index] = true;
}

static void add_constraint(struct linker *linker, enum firesieve_means means, size_t group, size_t index)
{
    add(linker, means, group, index, -log1p(-linker->plan->constraints.items[index].kill) / M_LN2);
}

static void link_checks(struct linker *linker, const struct residue_set *checks, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        add_constraint(linker, FIRESIEVE_MEANS_CHECK, i,
                       constraints_find(&linker->plan->constraints, checks[i].modulus.value));
    }
}

static void link_strips(struct linker *linker)
{
    const struct strip_list *const list = &linker->plan->strips;
    for (size_t i = 0; i < list->count; ++i) {
        for (size_t j = 0; j < list->strips[i].member_count; ++j) {
            const size_t index = (size_t)(list->strips[i].members[j] - linker->plan->constraints.items);
            add_constraint(linker, FIRESIEVE_MEANS_ROW, i, index);
        }
    }
}

/* What a test of survivors dropped: one a class, or one a run of them. */
static double dropped_by(const struct linker *linker, const struct class_list *tested, size_t class, size_t run)
{
    const bool begins =
        class == 0 || class_modulus(tested->classes[class - 1]) != class_modulus(tested->classes[class]);
    if (tested->runs == NULL) {
        return (double)linker->tally->test_dropped[class];
    }
    return begins ? (double)linker->tally->test_dropped[run] : 0;
}

/* Classes ascend by modulus: a link for each constraint, and one for all that are in none. */
static void link_classes(struct linker *linker, enum firesieve_means means, const struct class_list *list)
{
    const struct constraint_list *const constraints = &linker->plan->constraints;
    const bool lanes = means == FIRESIEVE_MEANS_LANES;
    double sparse_sum = 0;
    double sparse_dropped = 0;
    uint64_t modulus = 0;
    size_t index = 0;
    size_t run = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (class_modulus(list->classes[i]) != modulus) {
            modulus = class_modulus(list->classes[i]);
            index = constraints_find(constraints, modulus);
            run += i > 0;
            if (index < constraints->count) {
                add_constraint(linker, means, lanes ? index : 0, index);
            }
        }
        const double dropped = lanes ? dropped_by(linker, list, i, run) : 0;
        if (index < constraints->count) {
            linker->links[linker->count - 1].dropped += dropped;
        } else {
            sparse_sum += 1.0 / (double)modulus;
            sparse_dropped += dropped;
        }
    }
    if (sparse_sum > 0) {
        add(linker, means, lanes ? constraints->count : 0, constraints->count, sparse_sum / M_LN2);
        linker->links[linker->count - 1].dropped = sparse_dropped;
    }
}

/* Wide classes are all in constraints, or none is. */
static void link_wide(struct linker *linker)
{
    const struct constraint_list *const constraints = &linker->plan->constraints;
    const struct class_set *const classes = &linker->plan->classes;
    size_t first = constraints->count;
    while (first > 0 && constraints->items[first - 1].modulus >= CLASS_NARROW_END) {
        --first;
    }
    for (size_t i = first; i < constraints->count; ++i) {
        add_constraint(linker, FIRESIEVE_MEANS_CROSSED, 0, i);
    }
    double sparse_sum = 0;
    for (size_t i = 0; i < classes->wide_count && first == constraints->count; ++i) {
        sparse_sum += 1.0 / (double)classes->wide[i].modulus;
    }
    if (sparse_sum > 0) {
        add(linker, FIRESIEVE_MEANS_CROSSED, 0, constraints->count, sparse_sum / M_LN2);
    }
}

/* Lists have what is a power of a prime and divides A or B, which have each prime once (focus.c). */
static bool is_listed(const struct focus *focus, uint64_t modulus)
{
    return (focus->a % modulus == 0 || focus->b % modulus == 0) && prime_of_power(modulus) != 0;
}

/* A row takes in all constraints whose moduli divide its own and that nothing took care of before. */
static void link_patterns(struct linker *linker)
{
    const struct focus *const focus = &linker->plan->focus;
    const struct constraint_list *const constraints = &linker->plan->constraints;
    for (size_t i = 0; i < focus->rows.count; ++i) {
        const uint32_t modulus = focus->rows.patterns[i].modulus;
        for (size_t j = 0; j < constraints->count && constraints->items[j].modulus <= modulus; ++j) {
            if (modulus % constraints->items[j].modulus == 0 && !linker->linked[j] &&
                !is_listed(focus, constraints->items[j].modulus)) {
                add_constraint(linker, FIRESIEVE_MEANS_ROW, i, j);
            }
        }
    }
}

static int compare_links(const void *a, const void *b)
{
    const struct link *const left = a;
    const struct link *const right = b;
    return left->means != right->means   ? (left->means > right->means) - (left->means < right->means)
           : left->group != right->group ? (left->group > right->group) - (left->group < right->group)
                                         : (left->index > right->index) - (left->index < right->index);
}

/* What nothing else took care of is in the wheel or in lists. */
static void link_all(struct linker *linker)
{
    const struct plan *const plan = linker->plan;
    if (plan->method == FIRESIEVE_METHOD_FOCUS) {
        link_checks(linker, plan->focus.checks, plan->focus.check_count);
        link_patterns(linker);
    } else {
        link_checks(linker, plan->checks, plan->check_count);
        link_strips(linker);
        link_classes(linker, FIRESIEVE_MEANS_CROSSED, &plan->crossed);
        link_classes(linker, FIRESIEVE_MEANS_LANES, &plan->tested);
        if (plan->wide_crossed) {
            link_wide(linker);
        }
    }
    for (size_t i = 0; i < plan->constraints.count; ++i) {
        if (!linker->linked[i]) {
            add_constraint(linker, FIRESIEVE_MEANS_LIST, 0, i);
        }
    }
    qsort(linker->links, linker->count, sizeof *linker->links, compare_links);
}

/* ---- What became of candidates ---------------------------------------------------------------------------- */

/* The candidates before and behind a group. */
struct flow {
    double in;
    double left;
};

/* From so many on a sample says more of a group than the share of all delays that it forbids. */
enum { SAMPLE_MIN = 100 };

/*
 * `flow` is that of the group before, `bits` those of this one. Lists come before all that is counted: what came to
 * them follows from their bits.
 */
static struct flow flow_of(const struct linker *linker, const struct link *link, double bits, struct flow flow)
{
    const struct tally *const tally = linker->tally;
    const double columns = (double)tally->columns;
    switch (link->means) {
    case FIRESIEVE_MEANS_LIST:
        return (struct flow){.in = columns * exp2(bits), .left = columns};
    case FIRESIEVE_MEANS_ROW: {
        const double in = link->group == 0 ? columns : flow.left;
        const uint64_t sampled = link->group == 0 ? tally->sampled : tally->behind_row[link->group - 1];
        const double counted = columns * (double)tally->behind_row[link->group] / (double)tally->sampled;
        return (struct flow){.in = in, .left = sampled >= SAMPLE_MIN ? counted : in * exp2(-bits)};
    }
    case FIRESIEVE_MEANS_CROSSED: {
        const double in = tally->shape.rows == 0 ? columns : flow.left;
        const double share =
            tally->crossed_in >= SAMPLE_MIN ? (double)tally->crossed_left / (double)tally->crossed_in : exp2(-bits);
        return (struct flow){.in = in, .left = in * share};
    }
    case FIRESIEVE_MEANS_LANES: {
        const double in = flow.in;
        return (struct flow){.in = in, .left = in - link->dropped};
    }
    case FIRESIEVE_MEANS_CHECK: {
        const double in = link->group == 0 ? (double)tally->checked : flow.left;
        return (struct flow){.in = in, .left = in - (double)tally->check_dropped[link->group]};
    }
    case FIRESIEVE_MEANS_NONE:
        break;
    }
    return flow;
}

/* The share of a group's candidates that is left behind the first `bits` of its `all` bits. */
static double share_left(struct flow flow, double bits, double all)
{
    const double part = all > 0 ? bits / all : 1;
    return flow.left > 0 && flow.left < flow.in ? pow(flow.left / flow.in, part)
                                                : 1 - part * (flow.in > flow.left ? 1 : 0);
}

/* Shares what a group dropped among its links. A constraint in two groups keeps the place of the first. */
static void settle(struct fate *fates, const struct link *links, size_t count, struct flow flow, double all,
                   size_t *place)
{
    double bits = 0;
    double left = flow.in;
    for (size_t i = 0; i < count; ++i) {
        struct fate *const fate = &fates[links[i].index];
        bits += links[i].bits;
        const double next = i + 1 == count ? flow.left : flow.in * share_left(flow, bits, all);
        const bool counted = links[i].means == FIRESIEVE_MEANS_LANES || links[i].means == FIRESIEVE_MEANS_CHECK;
        if (fate->means == FIRESIEVE_MEANS_NONE) {
            fate->means = links[i].means;
            fate->place = (*place)++;
            fate->in = left;
            fate->counted = counted;
        }
        fate->dropped += left - next;
        left = next;
    }
}

static void follow(const struct linker *linker, struct fate *fates)
{
    struct flow flow = {.in = 0};
    size_t place = 0;
    for (size_t first = 0; first < linker->count;) {
        const struct link *const links = &linker->links[first];
        double bits = 0;
        size_t count = 0;
        while (first + count < linker->count && links[count].means == links->means &&
               links[count].group == links->group) {
            bits += links[count++].bits;
        }
        const bool first_test =
            links->means == FIRESIEVE_MEANS_LANES && (first == 0 || links[-1].means != FIRESIEVE_MEANS_LANES);
        flow.in = first_test ? (double)linker->tally->tested : flow.left;
        flow = flow_of(linker, links, bits, flow);
        settle(fates, links, count, flow, bits, &place);
        first += count;
    }
}

bool fates_make(struct fate_list *fates, const struct plan *plan, const struct tally *tally)
{
    enum { TWICE = 4 /* classes in no constraint and the one modulus that is split may be met twice */ };
    const size_t count = plan->constraints.count;
    struct linker linker = {
        .plan = plan,
        .tally = tally,
        .links = calloc(count + TWICE, sizeof *linker.links),
        .linked = calloc(count + 1, sizeof *linker.linked),
    };
    *fates = (struct fate_list){.items = calloc(count + 1, sizeof *fates->items), .count = count + 1};
    const bool made = fates->items != NULL && linker.links != NULL && linker.linked != NULL;
    for (size_t i = 0; i <= count && made; ++i) {
        const uint64_t modulus = i < count ? plan->constraints.items[i].modulus : 0;
        fates->items[i] = (struct fate){.modulus = modulus, .means = FIRESIEVE_MEANS_NONE};
    }
    if (made) {
        link_all(&linker);
        follow(&linker, fates->items);
    }
    free(linker.links);
    free(linker.linked);
    return made;
}

void fates_free(struct fate_list *fates)
{
    free(fates->items);
    *fates = (struct fate_list){.items = NULL};
}
