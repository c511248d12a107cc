#include "search/scan_plan.h"

#include <stdlib.h>

#include "base/error.h"
#include "kernel.h"

/*
 * What the work costs, in nanoseconds, on one core of a server of 2023. Only their ratios matter, and little: with
 * hit_cost halved or doubled, or lane_cost a third of this or three times as much, five generated firewalls took
 * between 15 % less and 35 % more time.
 */
static const double row_word_cost = 0.5; /* AND one row into one word of 512 columns */
static const double hit_cost = 1.0;      /* clear one bit of a segment */
static const double visit_cost = 1.0;    /* look whether a class has a hit in a segment */
static const double lane_cost = 0.15;    /* test one survivor against one class */

enum {
    GROUP_COLUMNS = 4096, /* about what a kernel looks at together before it skips further rows */
    PATTERN_MODULUS_MAX = 1 << 14,
    PATTERN_WORDS_MAX = 1 << 14, /* 1 MiB of patterns: half of a second-level cache */
    SEGMENT_WORDS_MIN = 1 << 9,  /* 32 KiB */
    SEGMENT_WORDS_MAX = 1 << 15  /* 2 MiB */
};

/* The classes of one modulus: narrow[first] .. narrow[first + count - 1]. */
struct class_group {
    size_t first;
    uint32_t count;
    uint32_t modulus;
    bool is_pattern;
};

struct group_list {
    struct class_group *groups;
    size_t count;
};

/* The groups whose modulus is small enough for a pattern, ascending by modulus. */
static bool list_groups(const struct class_set *set, struct group_list *list)
{
    size_t group_count = 0;
    for (size_t i = 0; i < set->narrow_count && class_modulus(set->narrow[i]) <= PATTERN_MODULUS_MAX; ++i) {
        group_count += i == 0 || class_modulus(set->narrow[i]) != class_modulus(set->narrow[i - 1]);
    }
    *list = (struct group_list){.groups = calloc(group_count + 1, sizeof *list->groups)};
    if (list->groups == NULL) {
        return false;
    }
    for (size_t i = 0; i < set->narrow_count && class_modulus(set->narrow[i]) <= PATTERN_MODULUS_MAX; ++i) {
        const uint32_t modulus = class_modulus(set->narrow[i]);
        if (list->count == 0 || list->groups[list->count - 1].modulus != modulus) {
            list->groups[list->count++] = (struct class_group){.first = i, .modulus = modulus};
        }
        ++list->groups[list->count - 1].count;
    }
    return true;
}

static double killed_share(const struct class_group *group)
{
    return (double)group->count / group->modulus;
}

static int compare_killed_shares(const void *a, const void *b)
{
    const double left = killed_share(a);
    const double right = killed_share(b);
    return (left < right) - (left > right);
}

static int compare_firsts(const void *a, const void *b)
{
    const size_t left = ((const struct class_group *)a)->first;
    const size_t right = ((const struct class_group *)b)->first;
    return (left > right) - (left < right);
}

/*
 * Whether a pattern is the cheapest way to apply the group to a word, when a share `density` of the columns is alive.
 */
static bool pattern_pays(const struct class_group *group, double density)
{
    const double live_groups = density * GROUP_COLUMNS;
    const double as_row = row_word_cost * (live_groups < 1 ? live_groups : 1);
    const double as_hits = hit_cost * KERNEL_WORD_COLUMNS * killed_share(group);
    const double as_lanes = lane_cost * KERNEL_WORD_COLUMNS * density * group->count;
    return as_row <= as_hits && as_row <= as_lanes;
}

/* Decides over the groups, those that kill most first, and returns the share of columns that their patterns leave. */
static double choose_patterns(struct group_list *list)
{
    double density = 1;
    size_t words = 0;
    qsort(list->groups, list->count, sizeof *list->groups, compare_killed_shares);
    for (size_t i = 0; i < list->count; ++i) {
        struct class_group *const group = &list->groups[i];
        const uint32_t cycle = pattern_cycle(group->modulus);
        if (cycle <= PATTERN_CYCLE_MAX && words + cycle <= PATTERN_WORDS_MAX && pattern_pays(group, density)) {
            group->is_pattern = true;
            words += cycle;
            density *= 1 - killed_share(group);
        }
    }
    qsort(list->groups, list->count, sizeof *list->groups, compare_firsts);
    return density;
}

/* Moves the classes that are in no pattern to the front of the narrow ones and returns their number. */
static size_t keep_sparse(struct class_set *set, const struct group_list *list)
{
    size_t kept = 0;
    size_t next = 0; /* the first class not yet looked at */
    for (size_t i = 0; i < list->count; ++i) {
        const struct class_group group = list->groups[i];
        for (size_t j = group.first; j < group.first + group.count && !group.is_pattern; ++j) {
            set->narrow[kept++] = set->narrow[j];
        }
        next = group.first + group.count;
    }
    for (; next < set->narrow_count; ++next) {
        set->narrow[kept++] = set->narrow[next];
    }
    return kept;
}

static bool make_patterns(struct scan_plan *plan, const struct group_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        const struct class_group group = list->groups[i];
        if (group.is_pattern && !pattern_list_add(&plan->patterns, &plan->classes.narrow[group.first], group.count)) {
            return false;
        }
    }
    return pattern_list_finish(&plan->patterns);
}

/* The smallest segment in which clearing bits costs several times as much as looking at every class. */
static uint32_t segment_words_for(const class_key *crossed, size_t count)
{
    enum { HITS_A_VISIT = 4 };
    double hits_a_word = 0;
    for (size_t i = 0; i < count; ++i) {
        hits_a_word += (double)KERNEL_WORD_COLUMNS / class_modulus(crossed[i]);
    }
    uint32_t words = SEGMENT_WORDS_MIN;
    while (words < SEGMENT_WORDS_MAX && words * hits_a_word < HITS_A_VISIT * (double)count) {
        words *= 2;
    }
    return words;
}

/*
 * Splits the sparse classes, which ascend by modulus, at the point where the sum of crossing off those before it and
 * testing survivors against those behind it is smallest. `density` is the share of columns alive before the first of
 * them.
 */
static size_t choose_crossed(const class_key *sparse, size_t count, double density)
{
    const double visit = visit_cost / ((double)SEGMENT_WORDS_MAX * KERNEL_WORD_COLUMNS);
    double saved = 0; /* by crossing off the classes so far instead of testing survivors against them */
    double most_saved = 0;
    size_t split = 0;
    for (size_t i = 0; i < count; ++i) {
        const double share = 1.0 / class_modulus(sparse[i]);
        saved += lane_cost * density - hit_cost * share - visit;
        density *= 1 - share;
        if (saved > most_saved) {
            most_saved = saved;
            split = i + 1;
        }
    }
    return split;
}

firesieve_status scan_plan_make(struct scan_plan *plan, const firesieve_firewall *firewall, firesieve_error *error)
{
    *plan = (struct scan_plan){0};
    const firesieve_status status = classes_collect(&plan->classes, firewall, error);
    if (status != FIRESIEVE_OK || plan->classes.blocked != NULL) {
        return status;
    }
    struct group_list list;
    if (!list_groups(&plan->classes, &list)) {
        return error_set_memory(error, "the plan");
    }
    const double density = choose_patterns(&list);
    const bool made = make_patterns(plan, &list);
    const class_key *const sparse = plan->classes.narrow;
    const size_t sparse_count = keep_sparse(&plan->classes, &list);
    free(list.groups);
    if (!made) {
        return error_set_memory(error, "the patterns");
    }
    if (plan->patterns.count > 0 && plan->patterns.patterns[0].allowed == 0) {
        plan->classes.blocked = "the layers of a few periods cover all residues modulo their least common multiple";
    }
    plan->crossed = sparse;
    plan->crossed_count = choose_crossed(sparse, sparse_count, density);
    plan->tested = sparse + plan->crossed_count;
    plan->tested_count = sparse_count - plan->crossed_count;
    plan->segment_words = segment_words_for(plan->crossed, plan->crossed_count);
    return FIRESIEVE_OK;
}

void scan_plan_free(struct scan_plan *plan)
{
    pattern_list_free(&plan->patterns);
    classes_free(&plan->classes);
}
