#include "bench/relation.h"

#include <math.h>
#include <string.h>

/* How often a set of comparisons may find a difference although there is none. */
static const double false_alarms = 0.05;
/* The middle nine tenths of a normal distribution reach this many standard deviations to either side. */
static const double error_deviations = 1.6448536269514722;

bool relation_of(const struct measurement *first, const struct measurement *other, struct relation *relation)
{
    struct summary base;
    struct summary rates;
    if (first == NULL || other == NULL || !measurement_rates(first, &base) || !measurement_rates(other, &rates)) {
        return false;
    }
    const double ratio = rates.median / base.median;
    const double base_part = base.error / base.median;
    const double part = rates.error / rates.median;
    *relation = (struct relation){.ratio = ratio, .error = ratio * sqrt(base_part * base_part + part * part)};
    return isfinite(relation->ratio) && isfinite(relation->error); /* samples from elsewhere may be any numbers */
}

bool relation_to(const struct comparison *comparison, size_t later, const struct measurement *first,
                 struct relation *relation)
{
    return relation_of(first, report_find(&comparison->reports[later], first), relation);
}

/* The probability that a normal value is at least this many deviations to one side. */
static double tail(double deviations)
{
    return erfc(deviations / sqrt(2)) / 2;
}

/* Its distance above `than`, in standard deviations of its logarithm. */
static double deviations_above(const struct relation *relation, double than)
{
    const double distance = log(relation->ratio / than);
    return distance == 0 ? 0 : distance / (relation->error / relation->ratio / error_deviations);
}

bool relation_differs(const struct relation *relation, size_t comparisons)
{
    return 2 * tail(fabs(deviations_above(relation, 1))) * (double)comparisons < false_alarms;
}

bool relation_is_below(const struct relation *relation, double least, size_t comparisons)
{
    return relation->ratio < least && tail(-deviations_above(relation, least)) * (double)comparisons < false_alarms;
}

void relation_counts(const struct comparison *comparison, size_t counts[COMPARE_MAX])
{
    const struct report *const first = &comparison->reports[0];
    for (size_t later = 0; later < comparison->count; ++later) {
        counts[later] = 0;
        for (size_t i = 0; i < first->count; ++i) {
            struct relation relation;
            counts[later] += relation_to(comparison, later, &first->items[i], &relation);
        }
    }
}

/* ---- Groups ----------------------------------------------------------------------------------------------- */

static const char all_cores[] = "all cores";
static const char one_core[] = "one core";

const char *const group_kind_names[] = {[GROUP_SCORE] = "score",
                                        [GROUP_KERNEL] = "kernel",
                                        [GROUP_CACHE] = "cache",
                                        [GROUP_METHOD] = "method",
                                        [GROUP_STEP] = "step"};

/* The group of a kind that a figure is in; NULL: none. Figures of threads may be in the score "one core" too. */
static const char *name_in(enum group_kind kind, const struct measurement *measurement)
{
    const char *const level = strrchr(measurement->subject, ' ');
    switch (kind) {
    case GROUP_KERNEL:
        return measurement->part == PART_KERNELS && measurement->kernel[0] != '\0' ? measurement->kernel : NULL;
    case GROUP_CACHE:
        return measurement->part == PART_KERNELS && level != NULL ? level + 1 : NULL;
    case GROUP_METHOD:
        return measurement->part == PART_METHODS ? measurement->method : NULL;
    case GROUP_STEP:
        return measurement->part == PART_LADDER ? measurement->method : NULL;
    case GROUP_SCORE:
        break;
    }
    return measurement->part == PART_THREADS ? all_cores : NULL;
}

/* Adds a group unless it is there already; returns how many there are then. */
static size_t add_group(struct group *groups, size_t count, enum group_kind kind, const char *name)
{
    for (size_t i = 0; i < count; ++i) {
        if (groups[i].kind == kind && strcmp(groups[i].name, name) == 0) {
            return count;
        }
    }
    if (count == GROUPS_MAX) {
        return count;
    }
    groups[count].kind = kind;
    snprintf(groups[count].name, sizeof groups[count].name, "%s", name);
    return count + 1;
}

size_t groups_of(const struct report *report, struct group groups[GROUPS_MAX])
{
    size_t count = 0;
    for (int kind = GROUP_SCORE; kind <= GROUP_STEP; ++kind) {
        for (size_t i = 0; i < report->count; ++i) {
            const char *const name = name_in((enum group_kind)kind, &report->items[i]);
            count = name != NULL ? add_group(groups, count, (enum group_kind)kind, name) : count;
        }
        if (kind == GROUP_SCORE && count > 0) {
            count = add_group(groups, count, GROUP_SCORE, one_core);
        }
    }
    return count;
}

/* The figure of another report with which a group compares a figure of the first; NULL: none. */
static const struct measurement *find_partner(const struct group *group, const struct report *first,
                                              const struct report *other, const struct measurement *measurement)
{
    if (group->kind != GROUP_SCORE) {
        const char *const name = name_in(group->kind, measurement);
        return name != NULL && strcmp(name, group->name) == 0 ? report_find(other, measurement) : NULL;
    }
    if (measurement->part != PART_THREADS) {
        return NULL;
    }
    if (strcmp(group->name, one_core) == 0) {
        return measurement->threads == 1 ? report_find(other, measurement) : NULL;
    }
    return measurement == report_find_widest(first, measurement) ? report_find_widest(other, measurement) : NULL;
}

struct group_mean group_compare(const struct group *group, const struct comparison *comparison, size_t later,
                                size_t comparisons)
{
    const struct report *const first = &comparison->reports[0];
    const struct report *const other = &comparison->reports[later];
    struct group_mean mean = {.count = 0};
    double logarithms = 0;
    double errors = 0;
    for (size_t i = 0; i < first->count; ++i) {
        struct relation relation;
        if (relation_of(&first->items[i], find_partner(group, first, other, &first->items[i]), &relation)) {
            logarithms += log(relation.ratio);
            errors += relation.error / relation.ratio;
            ++mean.count;
            mean.differ += relation_differs(&relation, comparisons);
        }
    }
    if (mean.count > 0) {
        mean.relation.ratio = exp(logarithms / (double)mean.count);
        mean.relation.error = mean.relation.ratio * errors / (double)mean.count;
    }
    return mean;
}
