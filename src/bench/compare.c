#include "bench/compare.h"

#include <math.h>
#include <string.h>

#include "base/plural.h"

enum {
    OTHERS_A_SCREEN = 5 /* later reports that fit into 80 columns beside the names of groups */,
    BAR_HALF = 19,
    BAR = 2 * BAR_HALF + 1
};

static char letter_of(size_t index)
{
    return (char)('A' + index);
}

/* ---- Reports ---------------------------------------------------------------------------------------------- */

/* Two dots replace the end, or the beginning, of a text that is too long. */
static void print_cut(const char *text, size_t room, bool keeps_end, FILE *stream)
{
    const size_t length = strlen(text);
    if (length <= room) {
        fputs(text, stream);
    } else if (keeps_end) {
        fprintf(stream, "..%s", text + length - (room - 2));
    } else {
        fprintf(stream, "%.*s..", (int)room - 2, text);
    }
}

/* Prints one line of the screen; to fit, it cuts the name of the CPU first and then that of the file. */
static void print_legend_line(const struct comparison *comparison, size_t index, FILE *stream)
{
    enum { SCREEN = 80, LEAST = 16 };
    const struct report *const report = &comparison->reports[index];
    const char *const model = report_fact(report, "model");
    const char *const name = comparison->names[index];
    const int cpus = (int)report_number(report, "cpus");
    const int threads = (int)report_number(report, "threads");
    char counts[64];
    snprintf(counts, sizeof counts, ", %d CPU%s, %d thread%s", cpus, plural((firesieve_delay)cpus), threads,
             plural((firesieve_delay)threads));
    const size_t room = SCREEN - strlen("A  : ") - strlen(counts);
    const size_t wanted = room > strlen(name) + LEAST ? room - strlen(name) : LEAST;
    const size_t model_room = strlen(model) < wanted ? strlen(model) : wanted;
    fprintf(stream, "%c  ", letter_of(index));
    print_cut(name, room - model_room, true, stream);
    fputs(": ", stream);
    print_cut(model, model_room, false, stream);
    fprintf(stream, "%s\n", counts);
}

void compare_print_legend(const struct comparison *comparison, enum grid_style style, FILE *stream)
{
    for (size_t i = 0; i < comparison->count; ++i) {
        const struct report *const report = &comparison->reports[i];
        if (style == GRID_TEXT) {
            print_legend_line(comparison, i, stream);
        } else if (style == GRID_MARKDOWN) {
            fprintf(stream, "- %c is %s: %s, %d CPUs, %d threads; firesieve %s, %s\n", letter_of(i),
                    comparison->names[i], report_fact(report, "model"), (int)report_number(report, "cpus"),
                    (int)report_number(report, "threads"), report_fact(report, "version"),
                    report_fact(report, "compiler"));
        }
    }
    fputs(style == GRID_MARKDOWN ? "\n" : "", stream);
}

/* Appends to a text, after a mark unless it is empty. */
static void join(char *text, size_t size, const char *what)
{
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s", used > 0 ? "; " : "", what);
}

/* Whether a fact of a later report differs from that of the first. */
static bool is_unlike(const struct comparison *comparison, const char *fact)
{
    const json_t *const first = json_object_get(comparison->reports[0].facts, fact);
    for (size_t i = 1; i < comparison->count; ++i) {
        const json_t *const later = json_object_get(comparison->reports[i].facts, fact);
        if (first != NULL && later != NULL && !json_equal(first, later)) {
            return true;
        }
    }
    return false;
}

/* Appends the fact of each report, a number or a short text. */
static void join_values(const struct comparison *comparison, const char *fact, const char *what, char *text,
                        size_t size)
{
    char shown[160];
    snprintf(shown, sizeof shown, "%s", what);
    for (size_t i = 0; i < comparison->count; ++i) {
        const size_t used = strlen(shown);
        const char *const mark = i == 0 ? " " : ", ";
        const json_t *const value = json_object_get(comparison->reports[i].facts, fact);
        if (json_is_integer(value)) {
            snprintf(shown + used, sizeof shown - used, "%s%lld", mark, json_integer_value(value));
        } else {
            snprintf(shown + used, sizeof shown - used, "%s%.24s", mark, report_fact(&comparison->reports[i], fact));
        }
    }
    join(text, size, shown);
}

void compare_find_unlike(const struct comparison *comparison, char *text, size_t size)
{
    static const double busy = 0.5; /* a load average */
    static const char *const shown[][2] = {{"threads", "threads"}, {"version", "versions"}, {"compiler", "compilers"}};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; ++i) {
        if (is_unlike(comparison, shown[i][0])) {
            join_values(comparison, shown[i][0], shown[i][1], text, size);
        }
    }
    if (!is_unlike(comparison, "compiler") &&
        (is_unlike(comparison, "flags") || is_unlike(comparison, "kernel_flags"))) {
        join(text, size, "other compiler flags");
    }
    if (is_unlike(comparison, "hypervisor")) {
        join(text, size, "not all are virtual machines, or of the same kind");
    }
    for (size_t i = 0; i < comparison->count; ++i) {
        const double load = json_number_value(json_object_get(comparison->reports[i].facts, "load"));
        char other[64];
        if (load > busy) {
            snprintf(other, sizeof other, "the load of %c was %.1f", letter_of(i), load);
            join(text, size, other);
        }
    }
}

/* ---- Groups ----------------------------------------------------------------------------------------------- */

/* Relations of groups of the first report to a stretch of later ones. */
struct group_table {
    const struct comparison *comparison;
    enum grid_style style;
    struct group groups[GROUPS_MAX];
    size_t group_count;
    size_t comparisons[COMPARE_MAX]; /* from relation_counts */
    size_t first;                    /* of the later reports that are shown */
    size_t end;                      /* one after the last of them */
    double bound;                    /* bars go from 1 / bound to bound; 0: there are none */
    struct grid grid;
};

/* The least bound that all ratios are within; bars beyond the last one are cut. */
static double find_bound(const struct group_table *table)
{
    static const double bounds[] = {1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000};
    double furthest = 0;
    for (size_t i = 0; i < table->group_count; ++i) {
        const struct group_mean mean = group_compare(&table->groups[i], table->comparison, 1, table->comparisons[1]);
        const double distance = mean.count > 0 ? fabs(log(mean.relation.ratio)) : 0;
        furthest = distance > furthest ? distance : furthest;
    }
    size_t bound = 0;
    while (bound + 1 < sizeof bounds / sizeof bounds[0] && log(bounds[bound]) < furthest) {
        ++bound;
    }
    return bounds[bound];
}

/* Draws a bar from the middle, which is 1, to the ratio. */
static void draw_bar(double ratio, double bound, char bar[BAR + 1])
{
    const double place = BAR_HALF * log(ratio) / log(bound);
    const double kept = place > BAR_HALF ? BAR_HALF : place < -BAR_HALF ? -BAR_HALF : place;
    const int end = (int)lround(kept);
    memset(bar, ' ', BAR);
    bar[BAR] = '\0';
    for (int i = end < 0 ? end : 0; i <= (end < 0 ? 0 : end); ++i) {
        bar[BAR_HALF + i] = '=';
    }
    bar[BAR_HALF] = '|';
    bar[BAR_HALF + 1 + (end > 0 ? end : 0)] = '\0';
}

/* Whether there is room for the number of figures of a mean. */
static bool has_counts(const struct group_table *table)
{
    return table->style != GRID_TEXT || table->comparison->count == 2;
}

static void begin_groups(struct group_table *table)
{
    struct grid *const grid = &table->grid;
    grid_add_head(grid, 'l', "%s", table->style == GRID_TEXT ? "" : "group");
    grid_add_head(grid, 'l', "%s", table->style == GRID_TEXT ? "" : "name");
    for (size_t later = table->first; later < table->end; ++later) {
        grid_add_head(grid, 'r', "%c/A", letter_of(later));
        grid_add_head(grid, 'r', "+-");
        if (has_counts(table)) {
            grid_add_head(grid, 'r', "of");
            grid_add_head(grid, 'r', "differ");
        }
    }
    if (table->bound > 0) {
        char low[16];
        snprintf(low, sizeof low, "%.3g", 1 / table->bound);
        grid_add_head(grid, 'l', "%-*s1%*g", BAR_HALF, low, BAR_HALF, table->bound);
    }
}

/* Adds ratio and error, or `missing` and nothing. */
static void add_relation(struct grid *grid, const struct relation *relation, int digits, const char *missing)
{
    if (relation != NULL) {
        grid_add(grid, "%.*f", digits, relation->ratio);
        grid_add(grid, "%.*f", digits, relation->error);
    } else {
        grid_add(grid, "%s", missing);
        grid_add(grid, "%s", "");
    }
}

static void add_mean(struct group_table *table, const struct group_mean *mean)
{
    const bool is_csv = table->style == GRID_CSV;
    add_relation(&table->grid, mean->count > 0 ? &mean->relation : NULL, is_csv ? 6 : 3, is_csv ? "" : "-");
    if (has_counts(table)) {
        grid_add(&table->grid, "%zu", mean->count);
        grid_add(&table->grid, "%zu", mean->differ);
    }
}

/* Adds the row of a group if any report shown has figures of it; a text has each kind of group only once. */
static void add_group(struct group_table *table, size_t group, enum group_kind *kind)
{
    struct group_mean means[COMPARE_MAX];
    size_t figures = 0;
    for (size_t later = table->first; later < table->end; ++later) {
        means[later] = group_compare(&table->groups[group], table->comparison, later, table->comparisons[later]);
        figures += means[later].count;
    }
    if (figures == 0) {
        return;
    }
    const bool repeats =
        table->style == GRID_TEXT && *kind == table->groups[group].kind && table->grid.count > table->grid.columns;
    *kind = table->groups[group].kind;
    grid_add(&table->grid, "%s", repeats ? "" : group_kind_names[*kind]);
    grid_add(&table->grid, "%s", table->groups[group].name);
    for (size_t later = table->first; later < table->end; ++later) {
        add_mean(table, &means[later]);
    }
    if (table->bound > 0) {
        char bar[BAR + 1];
        draw_bar(means[table->first].relation.ratio, table->bound, bar);
        grid_add(&table->grid, "%s", bar);
    }
}

static bool print_stretch(struct group_table *table, FILE *stream)
{
    enum group_kind kind = GROUP_SCORE;
    begin_groups(table);
    for (size_t i = 0; i < table->group_count; ++i) {
        add_group(table, i, &kind);
    }
    const bool printed = grid_print(&table->grid, table->style, stream);
    grid_free(&table->grid);
    return printed;
}

/* Prints in how many figures each report differs by more than chance. */
static void print_differences(const struct group_table *table, FILE *stream)
{
    const struct comparison *const comparison = table->comparison;
    for (size_t later = 1; later < comparison->count; ++later) {
        size_t differ = 0;
        for (size_t i = 0; i < comparison->reports[0].count; ++i) {
            const struct measurement *const first = &comparison->reports[0].items[i];
            struct relation relation;
            differ += relation_to(comparison, later, first, &relation) &&
                      relation_differs(&relation, table->comparisons[later]);
        }
        fprintf(stream, "%c: %zu of %zu figures differ from A's by more than chance (5 %% for all together)\n",
                letter_of(later), differ, table->comparisons[later]);
    }
}

bool compare_print_groups(const struct comparison *comparison, enum grid_style style, FILE *stream)
{
    struct group_table table = {.comparison = comparison, .style = style};
    bool printed = true;
    table.group_count = groups_of(&comparison->reports[0], table.groups);
    relation_counts(comparison, table.comparisons);
    table.bound = style == GRID_TEXT && comparison->count == 2 ? find_bound(&table) : 0;
    const size_t stretch = style == GRID_TEXT ? OTHERS_A_SCREEN : COMPARE_MAX;
    if (style != GRID_CSV) {
        fputs("Speed relative to A: geometric mean, error", stream);
        fputs(has_counts(&table) ? "; number of figures, how many differ\n" : "\n", stream);
        fputs(style == GRID_MARKDOWN ? "\n" : "", stream);
    }
    for (table.first = 1; printed && table.first < comparison->count; table.first = table.end) {
        table.end = table.first + stretch < comparison->count ? table.first + stretch : comparison->count;
        printed = print_stretch(&table, stream);
    }
    fputs(style == GRID_MARKDOWN ? "\n" : "", stream);
    if (style != GRID_CSV) {
        print_differences(&table, stream);
    }
    return printed;
}

/* ---- Figures ---------------------------------------------------------------------------------------------- */

static const char *verdict(const struct relation *relation, size_t comparisons)
{
    return !relation_differs(relation, comparisons) ? "=" : relation->ratio > 1 ? "faster" : "slower";
}

/* Whether a later report has the figure too, or there is no later one. */
static bool is_in_another(const struct comparison *comparison, const struct measurement *first)
{
    for (size_t i = 1; i < comparison->count; ++i) {
        if (report_find(&comparison->reports[i], first) != NULL) {
            return true;
        }
    }
    return comparison->count == 1;
}

static void add_figure_heads(struct grid *grid, size_t reports)
{
    grid_add_head(grid, 'l', "  method");
    grid_add_head(grid, 'l', "kernel");
    grid_add_head(grid, 'r', "A");
    for (size_t later = 1; later < reports; ++later) {
        grid_add_head(grid, 'r', "%c", letter_of(later));
        grid_add_head(grid, 'r', "%c/A", letter_of(later));
        grid_add_head(grid, 'r', "+-");
        grid_add_head(grid, 'l', "%s", "");
    }
}

static void add_rate(struct grid *grid, const struct measurement *measurement)
{
    struct summary rates;
    if (measurement != NULL && measurement_rates(measurement, &rates)) {
        grid_add(grid, "%.4g", rates.median / measurement_unit(measurement).size);
    } else {
        grid_add(grid, "-");
    }
}

static void add_figure(struct grid *grid, const struct comparison *comparison, const struct measurement *first,
                       const size_t *comparisons)
{
    grid_add(grid, "  %s", first->method);
    if (first->part == PART_THREADS) {
        grid_add(grid, "%u thread%s", first->threads, plural(first->threads));
    } else {
        grid_add(grid, "%s", measurement_kernel(first));
    }
    add_rate(grid, first);
    for (size_t later = 1; later < comparison->count; ++later) {
        struct relation relation;
        const bool related = relation_to(comparison, later, first, &relation);
        add_rate(grid, report_find(&comparison->reports[later], first));
        add_relation(grid, related ? &relation : NULL, 3, "-");
        grid_add(grid, "%s", related ? verdict(&relation, comparisons[later]) : "");
    }
}

/* Adds the figures of the first report, with a section for each subject. */
static void add_figures(struct grid *grid, const struct comparison *comparison, const size_t *comparisons)
{
    const char *subject = "";
    add_figure_heads(grid, comparison->count);
    for (size_t i = 0; i < comparison->reports[0].count; ++i) {
        const struct measurement *const first = &comparison->reports[0].items[i];
        if (!is_in_another(comparison, first)) {
            continue;
        }
        if (strcmp(first->subject, subject) != 0) {
            char title[MEASUREMENT_SUBJECT_SIZE + 16];
            snprintf(title, sizeof title, "%s (%s)", first->subject, measurement_unit(first).name);
            grid_add_section(grid, title);
            subject = first->subject;
        }
        add_figure(grid, comparison, first, comparisons);
    }
}

/* ---- Figures as plain data -------------------------------------------------------------------------------- */

static void add_number(struct grid *grid, double number)
{
    if (number > 0) {
        grid_add(grid, "%.9g", number);
    } else {
        grid_add(grid, "%s", "");
    }
}

/* Adds a figure of any report, with rate and error in its unit, and its relation to the first report's. */
static void add_data(struct grid *grid, const struct comparison *comparison, size_t index,
                     const struct measurement *measurement, size_t comparisons)
{
    const struct rate_unit unit = measurement_unit(measurement);
    struct summary rates = {.median = 0};
    struct relation relation = {.ratio = 0};
    if (measurement->count > 0 && !measurement_rates(measurement, &rates)) {
        grid->failed = true;
    }
    const bool related =
        index > 0 && relation_of(report_find(&comparison->reports[0], measurement), measurement, &relation);
    grid_add(grid, "%c", letter_of(index));
    grid_add(grid, "%s", comparison->names[index]);
    grid_add(grid, "%s", measurement_part_names[measurement->part]);
    grid_add(grid, "%s", measurement->subject);
    grid_add(grid, "%s", measurement->method);
    grid_add(grid, "%s", measurement->kernel);
    grid_add(grid, "%u", measurement->threads);
    grid_add(grid, "%s", unit.name);
    add_number(grid, rates.median / unit.size);
    add_number(grid, rates.error / unit.size);
    grid_add(grid, "%zu", measurement->count);
    add_number(grid, measurement->cycles);
    add_number(grid, measurement->instructions);
    add_number(grid, relation.ratio);
    if (related) {
        grid_add(grid, "%.9g", relation.error);
        grid_add(grid, "%d", relation_differs(&relation, comparisons));
    } else {
        grid_add(grid, "%s", "");
        grid_add(grid, "%s", "");
    }
    grid_add(grid, "%s", measurement->answer);
    grid_add(grid, "%s", measurement->left_out);
}

static void add_all_data(struct grid *grid, const struct comparison *comparison, const size_t *comparisons)
{
    static const char *const heads[] = {"report",       "file",  "part",        "subject", "method",  "kernel",
                                        "threads",      "unit",  "rate",        "error",   "samples", "cycles",
                                        "instructions", "ratio", "ratio_error", "differs", "answer",  "left_out"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; ++i) {
        grid_add_head(grid, 'l', "%s", heads[i]);
    }
    for (size_t i = 0; i < comparison->count; ++i) {
        const struct report *const report = &comparison->reports[i];
        for (size_t j = 0; j < report->count; ++j) {
            add_data(grid, comparison, i, &report->items[j], comparisons[i]);
        }
    }
}

bool compare_print_figures(const struct comparison *comparison, enum grid_style style, FILE *stream)
{
    struct grid grid = {.columns = 0};
    size_t comparisons[COMPARE_MAX];
    relation_counts(comparison, comparisons);
    if (style == GRID_CSV) {
        add_all_data(&grid, comparison, comparisons);
    } else {
        add_figures(&grid, comparison, comparisons);
    }
    const bool printed = grid_print(&grid, style, stream);
    fputs(style == GRID_MARKDOWN ? "\n" : "", stream);
    grid_free(&grid);
    return printed;
}

/* ---- As JSON ---------------------------------------------------------------------------------------------- */

static json_t *rate_to_json(const struct measurement *measurement)
{
    struct summary rates;
    if (measurement == NULL || !measurement_rates(measurement, &rates) || !isfinite(rates.median + rates.error)) {
        return json_null();
    }
    return json_pack("{s:f, s:f}", "median", rates.median, "error", rates.error);
}

static json_t *relation_to_json(const struct relation *relation, size_t comparisons)
{
    return json_pack("{s:f, s:f, s:b}", "ratio", relation->ratio, "error", relation->error, "differs",
                     relation_differs(relation, comparisons));
}

static json_t *row_to_json(const struct measurement *first, const struct comparison *comparison,
                           const size_t *comparisons)
{
    json_t *const rates = json_array();
    json_t *const relations = json_array();
    for (size_t i = 0; i < comparison->count; ++i) {
        struct relation relation;
        const bool related = relation_to(comparison, i, first, &relation);
        json_array_append_new(rates, rate_to_json(report_find(&comparison->reports[i], first)));
        json_array_append_new(relations, related ? relation_to_json(&relation, comparisons[i]) : json_null());
    }
    return json_pack("{s:s, s:s, s:s?, s:i, s:o, s:o}", "subject", first->subject, "method", first->method, "kernel",
                     first->kernel[0] == '\0' ? NULL : first->kernel, "threads", (int)first->threads, "rates", rates,
                     "relations", relations);
}

static json_t *group_to_json(const struct group *group, const struct comparison *comparison, const size_t *comparisons)
{
    json_t *const means = json_array();
    for (size_t i = 0; i < comparison->count; ++i) {
        const struct group_mean mean = group_compare(group, comparison, i, comparisons[i]);
        json_array_append_new(means, mean.count == 0 ? json_null()
                                                     : json_pack("{s:f, s:f, s:i, s:i}", "ratio", mean.relation.ratio,
                                                                 "error", mean.relation.error, "figures",
                                                                 (int)mean.count, "differ", (int)mean.differ));
    }
    return json_pack("{s:s, s:s, s:o}", "group", group_kind_names[group->kind], "name", group->name, "means", means);
}

json_t *compare_to_json(const struct comparison *comparison)
{
    const struct report *const first = &comparison->reports[0];
    json_t *const facts = json_array();
    json_t *const means = json_array();
    json_t *const rows = json_array();
    struct group groups[GROUPS_MAX];
    size_t comparisons[COMPARE_MAX];
    for (size_t i = 0; i < comparison->count; ++i) {
        json_t *const fact = json_copy(comparison->reports[i].facts);
        json_t *const name = json_string(comparison->names[i]);
        json_object_set_new(fact, "file", name != NULL ? name : json_null());
        json_array_append_new(facts, fact);
    }
    relation_counts(comparison, comparisons);
    const size_t group_count = groups_of(first, groups);
    for (size_t i = 0; i < group_count; ++i) {
        json_array_append_new(means, group_to_json(&groups[i], comparison, comparisons));
    }
    for (size_t i = 0; i < first->count; ++i) {
        json_array_append_new(rows, row_to_json(&first->items[i], comparison, comparisons));
    }
    return json_pack("{s:o, s:o, s:o}", "reports", facts, "groups", means, "rows", rows);
}
