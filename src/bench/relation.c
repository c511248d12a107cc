#include "bench/relation.h"

#include <math.h>

/* How often a set of comparisons may find a difference where there is none. */
static const double false_alarms = 0.05;
/* The middle nine tenths of a normal distribution reach so many standard deviations to either side. */
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

/* How likely chance alone takes a normal value so many deviations or more to one side. */
static double tail(double deviations)
{
    return erfc(deviations / sqrt(2)) / 2;
}

/* How far it is above `than`, in standard deviations of its logarithm. */
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

size_t relation_count(const struct report *first, const struct report *other)
{
    size_t count = 0;
    for (size_t i = 0; i < first->count; ++i) {
        struct relation relation;
        count += relation_of(&first->items[i], report_find(other, &first->items[i]), &relation);
    }
    return count;
}
