#include "bench/groups.h"

#include <math.h>
#include <string.h>

static const char all_cores[] = "all cores";
static const char one_core[] = "one core";

static const char *const kind_names[] = {[GROUP_SCORE] = "score",
                                         [GROUP_KERNEL] = "kernel",
                                         [GROUP_CACHE] = "cache",
                                         [GROUP_METHOD] = "method",
                                         [GROUP_STEP] = "step"};

const char *group_kind_name(enum group_kind kind)
{
    return kind_names[kind];
}

/* What a figure is called among those of a kind; NULL: it is not of that kind. A score has two names. */
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

static bool has_group(const struct group *groups, size_t count, enum group_kind kind, const char *name)
{
    for (size_t i = 0; i < count; ++i) {
        if (groups[i].kind == kind && strcmp(groups[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t add_group(struct group *groups, size_t count, enum group_kind kind, const char *name)
{
    if (count < GROUPS_MAX && !has_group(groups, count, kind, name)) {
        groups[count].kind = kind;
        snprintf(groups[count].name, sizeof groups[count].name, "%s", name);
        ++count;
    }
    return count;
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

/* The figure of another report that a figure of the first is compared with in a group; NULL: none. */
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

struct group_mean group_compare(const struct group *group, const struct report *first, const struct report *other,
                                size_t comparisons)
{
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
