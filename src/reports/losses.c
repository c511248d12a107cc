#include "reports/profile.h"

#include <math.h>
#include <stdlib.h>

static int compare_links(const void *a, const void *b)
{
    const struct method_link *const left = a;
    const struct method_link *const right = b;
    return left->means != right->means   ? (left->means > right->means) - (left->means < right->means)
           : left->group != right->group ? (left->group > right->group) - (left->group < right->group)
                                         : (left->index > right->index) - (left->index < right->index);
}

/* Links the rest, which is in the wheel or in lists. */
static void link_rest(const struct reduced *reduced, struct method_links *links)
{
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        if (!links->linked[i]) {
            method_link_add(links, reduced, FIRESIEVE_MEANS_LIST, 0, i);
        }
    }
    qsort(links->items, links->count, sizeof *links->items, compare_links);
}

/* ---- Candidates ------------------------------------------------------------------------------------------- */

/* The candidates before and after a group. */
struct flow {
    double in;
    double left;
};

/* A sample of this size tells more about a group than the share of all delays that it forbids. */
enum { SAMPLE_MIN = 100 };

/*
 * `flow` is that of the previous group, `bits` those of this one. Lists come before anything is counted: their input
 * follows from their bits.
 */
static struct flow flow_of(const struct tally *tally, const struct method_link *link, double bits, struct flow flow)
{
    const double columns = (double)tally->columns;
    switch (link->means) {
    case FIRESIEVE_MEANS_LIST:
        return (struct flow){.in = columns * exp2(bits), .left = columns};
    case FIRESIEVE_MEANS_ROW: {
        const double in = link->group == 0 ? columns : flow.left;
        const uint64_t sampled = link->group == 0 ? tally->sampled : tally->after_row[link->group - 1];
        const double counted = columns * (double)tally->after_row[link->group] / (double)tally->sampled;
        return (struct flow){.in = in, .left = sampled >= SAMPLE_MIN ? counted : in * exp2(-bits)};
    }
    case FIRESIEVE_MEANS_CROSSED: {
        const double in = tally->shape.rows == 0 ? columns : flow.left;
        const double share =
            tally->crossed_in >= SAMPLE_MIN ? (double)tally->crossed_left / (double)tally->crossed_in : exp2(-bits);
        return (struct flow){.in = in, .left = in * share};
    }
    case FIRESIEVE_MEANS_LANES:
        return (struct flow){.in = flow.in, .left = flow.in - link->dropped};
    case FIRESIEVE_MEANS_CHECK: {
        const double in = link->group == 0 ? (double)tally->checked : flow.left;
        return (struct flow){.in = in, .left = in - (double)tally->check_dropped[link->group]};
    }
    case FIRESIEVE_MEANS_NONE:
        break;
    }
    return flow;
}

/* The share of a group's candidates that is left after the first `bits` of its `all` bits. */
static double share_left(struct flow flow, double bits, double all)
{
    const double part = all > 0 ? bits / all : 1;
    return flow.left > 0 && flow.left < flow.in ? pow(flow.left / flow.in, part)
                                                : 1 - part * (flow.in > flow.left ? 1 : 0);
}

/* Shares what a group dropped among its links. A constraint in two groups keeps the place of the first. */
static void settle(firesieve_constraint_profile *losses, const struct method_link *links, size_t count,
                   struct flow flow, double all, size_t *place)
{
    double bits = 0;
    double left = flow.in;
    for (size_t i = 0; i < count; ++i) {
        firesieve_constraint_profile *const loss = &losses[links[i].index];
        bits += links[i].bits;
        const double next = i + 1 == count ? flow.left : flow.in * share_left(flow, bits, all);
        const bool counted = links[i].means == FIRESIEVE_MEANS_LANES || links[i].means == FIRESIEVE_MEANS_CHECK;
        if (loss->means == FIRESIEVE_MEANS_NONE) {
            loss->means = links[i].means;
            loss->place = (*place)++;
            loss->in = left;
            loss->counted = counted;
        }
        loss->dropped += left - next;
        left = next;
    }
}

static void follow(const struct tally *tally, const struct method_links *all, firesieve_constraint_profile *losses)
{
    struct flow flow = {.in = 0};
    size_t place = 0;
    for (size_t first = 0; first < all->count;) {
        const struct method_link *const links = &all->items[first];
        double bits = 0;
        size_t count = 0;
        while (first + count < all->count && links[count].means == links->means && links[count].group == links->group) {
            bits += links[count++].bits;
        }
        const bool first_test =
            links->means == FIRESIEVE_MEANS_LANES && (first == 0 || links[-1].means != FIRESIEVE_MEANS_LANES);
        flow.in = first_test ? (double)tally->tested : flow.left;
        flow = flow_of(tally, links, bits, flow);
        settle(losses, links, count, flow, bits, &place);
        first += count;
    }
}

bool losses_make(struct loss_list *losses, const struct reduced *reduced, const struct method *method,
                 const void *tables, const struct tally *tally)
{
    enum { SPARE = 4 /* classes in no constraint and the one modulus that is split may be met twice */ };
    const size_t count = reduced->constraints.count;
    struct method_links links = {
        .items = calloc(count + SPARE, sizeof *links.items),
        .linked = calloc(count + 1, sizeof *links.linked),
    };
    *losses = (struct loss_list){.items = calloc(count + 1, sizeof *losses->items), .count = count + 1};
    const bool made = losses->items != NULL && links.items != NULL && links.linked != NULL;
    for (size_t i = 0; i <= count && made; ++i) {
        const uint64_t modulus = i < count ? reduced->constraints.items[i].modulus : 0;
        losses->items[i] = (firesieve_constraint_profile){.modulus = modulus, .means = FIRESIEVE_MEANS_NONE};
    }
    if (made) {
        method->link(tables, tally, &links);
        link_rest(reduced, &links);
        follow(tally, &links, losses->items);
    }
    free(links.items);
    free(links.linked);
    return made;
}

void losses_free(struct loss_list *losses)
{
    free(losses->items);
    *losses = (struct loss_list){.items = NULL};
}
