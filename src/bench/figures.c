#include "bench/figures.h"

#include "bench/relation.h"

static const char *const heads[] = {"report",       "file",  "part",        "subject", "method",  "kernel",
                                    "threads",      "unit",  "rate",        "error",   "samples", "cycles",
                                    "instructions", "ratio", "ratio_error", "differs", "answer",  "left_out"};
enum { COLUMNS = sizeof heads / sizeof heads[0] };

static void add_number(struct grid *grid, double number)
{
    if (number > 0) {
        grid_add(grid, "%.9g", number);
    } else {
        grid_add(grid, "%s", "");
    }
}

static void add_relation(struct grid *grid, const struct comparison *comparison, const struct measurement *measurement,
                         const struct report *report, size_t comparisons)
{
    struct relation relation;
    const struct measurement *const first = report_find(&comparison->reports[0], measurement);
    if (report != &comparison->reports[0] && relation_of(first, measurement, &relation)) {
        grid_add(grid, "%.9g", relation.ratio);
        grid_add(grid, "%.9g", relation.error);
        grid_add(grid, "%d", relation_differs(&relation, comparisons));
    } else {
        grid_add(grid, "%s", "");
        grid_add(grid, "%s", "");
        grid_add(grid, "%s", "");
    }
}

static void add_figure(struct grid *grid, const struct comparison *comparison, size_t index,
                       const struct measurement *measurement, size_t comparisons)
{
    const struct rate_unit unit = measurement_unit(measurement);
    struct summary rates = {.median = 0};
    if (measurement->count > 0 && !measurement_rates(measurement, &rates)) {
        grid->failed = true;
    }
    grid_add(grid, "%c", (char)('A' + index));
    grid_add(grid, "%s", comparison->names[index]);
    grid_add(grid, "%s", report_part_name(measurement->part));
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
    add_relation(grid, comparison, measurement, &comparison->reports[index], comparisons);
    grid_add(grid, "%s", measurement->answer);
    grid_add(grid, "%s", measurement->left_out);
}

bool figures_print_csv(const struct comparison *comparison, FILE *stream)
{
    struct grid grid = {.heads = heads, .sides = "llllllrlrrrrrrrrll", .columns = COLUMNS};
    for (size_t i = 0; i < comparison->count; ++i) {
        const struct report *const report = &comparison->reports[i];
        const size_t comparisons = relation_count(&comparison->reports[0], report);
        for (size_t j = 0; j < report->count; ++j) {
            add_figure(&grid, comparison, i, &report->items[j], comparisons);
        }
    }
    const bool printed = grid_print(&grid, GRID_CSV, stream);
    grid_free(&grid);
    return printed;
}
