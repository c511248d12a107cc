#include "bench/views.h"

#include <math.h>
#include <string.h>

#include "bench/bench.h"
#include "plot/gnuplot.h"

enum { SERIES_MAX = 64 };

_Static_assert(sizeof(struct bench_message) >= PICTURE_WHY_SIZE, "gnuplot writes its errors into messages");

/* ---- The script ------------------------------------------------------------------------------------------- */

/* A series of one colour: a kernel or method of one report. */
struct plotted {
    const struct report *report;
    const char *name;
    int letter; /* of the report, 0 if there is only one */
};

static void print_series_title(FILE *script, const struct plotted *plotted)
{
    char title[64];
    snprintf(title, sizeof title, plotted->letter == 0 ? "%s" : "%s, %c", plotted->name, plotted->letter);
    gnuplot_write_text(script, title);
}

/* Points, and colours that people with colour blindness can tell apart (Okabe and Ito 2008). */
struct look {
    const char *name;
    const char *colour;
    int point; /* hollow; filled is one more */
};

static const struct look *look_of(const char *name)
{
    static const struct look looks[] = {
        {"scalar", "#999999", 0},   {"sse4.1", "#e69f00", 0},      {"avx2", "#56b4e9", 0},
        {"avx512", "#0072b2", 0},   {"avx512vbmi", "#d55e00", 0},  {"neon", "#009e73", 0},
        {"wasm", "#cc79a7", 0},     {"loads", "#f0e442", 0},       {"auto", "#000000", 1},
        {"simulate", "#cc79a7", 4}, {"closed-form", "#999999", 6}, {"scan", "#e69f00", 8},
        {"wheel", "#0072b2", 10},   {"focus", "#d55e00", 12},      {"", "#cc79a7", 14},
    };
    const struct look *look = looks;
    while (look->name[0] != '\0' && strcmp(look->name, name) != 0) {
        ++look;
    }
    return look;
}

/* Adds a series unless it is there already, or there is no room; returns how many there are then. */
static size_t add_series(struct plotted *list, size_t count, struct plotted added)
{
    for (size_t i = 0; i < count; ++i) {
        if (list[i].report == added.report && strcmp(list[i].name, added.name) == 0) {
            return count;
        }
    }
    if (count < SERIES_MAX) {
        list[count++] = added;
    }
    return count;
}

/* Lists the kernels that have a measurement by that method, or (without a method) the methods that solved something. */
static size_t list_series(struct plotted *list, const struct comparison *comparison, const char *method)
{
    size_t found = 0;
    for (size_t i = 0; i < comparison->count; ++i) {
        const struct report *const report = &comparison->reports[i];
        for (size_t j = 0; j < report->count; ++j) {
            const struct measurement *const measurement = &report->items[j];
            const bool kernels = measurement->part == PART_KERNELS && method != NULL &&
                                 (strcmp(measurement->method, method) == 0 ||
                                  (strcmp(method, "rows") == 0 && strcmp(measurement->method, "loads") == 0));
            const bool methods = measurement->part == PART_METHODS && method == NULL && measurement->count > 0;
            if (kernels || methods) {
                const bool named = kernels && measurement->kernel[0] != '\0';
                const struct plotted added = {.report = report,
                                              .name = named ? measurement->kernel : measurement->method,
                                              .letter = comparison->count > 1 ? (int)('A' + i) : 0};
                found = add_series(list, found, added);
            }
        }
    }
    return found;
}

/* ---- Throughput ------------------------------------------------------------------------------------------- */

static const struct measurement *find_rate(const struct plotted *plotted, const char *subject, const char *method)
{
    struct measurement like = {.part = PART_KERNELS};
    const bool loads = strcmp(plotted->name, "loads") == 0;
    snprintf(like.subject, sizeof like.subject, "%s", subject);
    snprintf(like.method, sizeof like.method, "%s", loads ? "loads" : method);
    snprintf(like.kernel, sizeof like.kernel, "%s", loads ? "" : plotted->name);
    return report_find(plotted->report, &like);
}

/* Prints one line per subject: its name, and rate and error of every series. */
static void print_rates(FILE *script, const struct plotted *list, size_t count, const char *const *subjects,
                        const char *method)
{
    fprintf(script, "$%s << EOD\n", method);
    for (size_t i = 0; subjects[i] != NULL; ++i) {
        fprintf(script, "\"%s\"", subjects[i]);
        for (size_t j = 0; j < count; ++j) {
            const struct measurement *const measurement = find_rate(&list[j], subjects[i], method);
            struct summary rates;
            if (measurement != NULL && measurement_rates(measurement, &rates)) {
                const double unit = measurement_unit(measurement).size;
                fprintf(script, " %.6g %.6g", rates.median / unit, rates.error / unit);
            } else {
                fprintf(script, " NaN NaN");
            }
        }
        fprintf(script, "\n");
    }
    fprintf(script, "EOD\n");
}

/* Prints an empty panel. */
static void print_nothing(FILE *script)
{
    fprintf(script, "set xrange [1:10]\nset yrange [1:10]\nset label 1 'not measured' at graph 0.5, 0.5 center\n"
                    "plot NaN notitle\nunset label 1\n");
}

/* Prints a panel of bars, one colour per series and one cluster per subject. */
static void print_bars(FILE *script, const struct comparison *comparison, const char *const *subjects,
                       const char *method, const char *title, const char *unit)
{
    struct plotted list[SERIES_MAX];
    const size_t series = list_series(list, comparison, method);
    fprintf(script, "set title '%s'\nset ylabel '%s'\n", title, unit);
    if (series == 0) {
        print_nothing(script);
        return;
    }
    print_rates(script, list, series, subjects, method);
    size_t clusters = 0;
    while (subjects[clusters] != NULL) {
        ++clusters;
    }
    fprintf(script, "set xrange [-0.6:%zu.6]\nset yrange [0:*]\nplot ", clusters - 1);
    for (size_t i = 0; i < series; ++i) {
        fprintf(script, "%s$%s using %zu:%zu:xtic(1) linecolor rgb '%s' fillstyle solid %.2f title ",
                i == 0 ? "" : ", ", method, 2 * i + 2, 2 * i + 3, look_of(list[i].name)->colour,
                pow(0.6, (double)(list[i].report - comparison->reports)));
        print_series_title(script, &list[i]);
    }
    fprintf(script, "\n");
}

/* ---- Time against answer ---------------------------------------------------------------------------------- */

/* Whether no other kernel of the same method was faster. */
static bool is_best_kernel(const struct report *report, const struct measurement *measurement)
{
    struct summary own;
    struct summary other;
    if (!measurement_rates(measurement, &own)) {
        return false;
    }
    for (size_t i = 0; i < report->count; ++i) {
        const struct measurement *const rival = &report->items[i];
        if (rival->part == PART_METHODS && strcmp(rival->subject, measurement->subject) == 0 &&
            strcmp(rival->method, measurement->method) == 0 && measurement_rates(rival, &other) &&
            other.median > own.median) {
            return false;
        }
    }
    return true;
}

/* The range of the axes. */
struct bounds {
    double low_x;
    double high_x;
    double low_y;
    double high_y;
};

static void widen(struct bounds *bounds, double x, double y)
{
    bounds->low_x = fmin(bounds->low_x, x);
    bounds->high_x = fmax(bounds->high_x, x);
    bounds->low_y = fmin(bounds->low_y, y);
    bounds->high_y = fmax(bounds->high_y, y);
}

static void print_points(FILE *script, const struct plotted *plotted, size_t index, struct bounds *bounds)
{
    fprintf(script, "$method%zu << EOD\n", index);
    for (size_t i = 0; i < plotted->report->count; ++i) {
        const struct measurement *const measurement = &plotted->report->items[i];
        struct summary seconds;
        if (measurement->part == PART_METHODS && strcmp(measurement->method, plotted->name) == 0 &&
            measurement->size > 0 && is_best_kernel(plotted->report, measurement) &&
            measurement_seconds(measurement, &seconds)) {
            fprintf(script, "%.6g %.6g\n", measurement->size, seconds.median);
            widen(bounds, measurement->size, seconds.median);
        }
    }
    fprintf(script, "EOD\n");
}

static void print_times(FILE *script, const struct comparison *comparison)
{
    struct plotted list[SERIES_MAX];
    const size_t series = list_series(list, comparison, NULL);
    struct bounds bounds = {.low_x = INFINITY, .low_y = INFINITY};
    fprintf(
        script,
        "set title 'time to solve, each method on its fastest kernel; one point a firewall'\n"
        "set xrange [*:*]\nset xlabel 'delays up to the answer'\nset ylabel 'seconds (median)'\n"
        "set style data points\nset logscale xy\nset mxtics 1\nset mytics 1\nset yrange [*:*]\nset format x '10^%%T'\n"
        "set format y '10^%%T'\nset xtics auto rotate by 0\n");
    for (size_t i = 0; i < series; ++i) {
        print_points(script, &list[i], i, &bounds);
    }
    if (bounds.high_x == 0) {
        print_nothing(script);
        return;
    }
    fprintf(script, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nplot ", bounds.low_x / 2, bounds.high_x * 2,
            bounds.low_y / 2, bounds.high_y * 2);
    for (size_t i = series; i-- > 0;) { /* auto is the first one, and drawn last, on top of the method it chose */
        const bool filled = list[i].report == comparison->reports;
        fprintf(script, "%s$method%zu using 1:2 pointtype %d pointsize 1.5 linewidth 2 linecolor rgb '%s' title ",
                i + 1 == series ? "" : ", ", i, look_of(list[i].name)->point + filled, look_of(list[i].name)->colour);
        print_series_title(script, &list[i]);
    }
    fprintf(script, "\n");
}

/* ---- All of it -------------------------------------------------------------------------------------------- */

/* Prints which report each letter stands for. */
static void print_title(FILE *script, const struct comparison *comparison)
{
    char title[1024] = "";
    size_t used = 0;
    if (comparison->count == 1) {
        snprintf(title, sizeof title, "firesieve bench: %s", report_fact(&comparison->reports[0], "model"));
    }
    for (size_t i = 0; comparison->count > 1 && i < comparison->count && used < sizeof title; ++i) {
        used += (size_t)snprintf(title + used, sizeof title - used, "%s%c: %s, %s", i == 0 ? "" : "; ", (char)('A' + i),
                                 comparison->names[i], report_fact(&comparison->reports[i], "model"));
    }
    gnuplot_write_text(script, title);
}

static void print_script(FILE *script, const void *context)
{
    const struct comparison *const comparison = context;
    static const char *const rows[] = {"12 rows, L1", "12 rows, L2", "12 rows, L3", "12 rows, memory", NULL};
    static const char *const lanes[] = {"8 layers, L1", "8 layers, L2", "8 layers, L3", NULL};
    fprintf(script, "set multiplot title ");
    print_title(script, comparison);
    fprintf(script, "\nset key outside right top vertical\nset grid ytics xtics linecolor rgb '#dddddd'\n"
                    "set style data histograms\nset style histogram errorbars gap 1 linewidth 1\n"
                    "set style fill solid border -1\nset boxwidth 0.9\nset bars 0.4\n"
                    "set origin 0, 0.5\nset size 0.58, 0.46\n");
    print_bars(script, comparison, rows, "rows",
               "12 rows ANDed, in tables of each cache and of memory; lines: nine tenths of the samples",
               "GB/s of rows read");
    fprintf(script, "set origin 0.58, 0.5\nset size 0.42, 0.46\n");
    print_bars(script, comparison, lanes, "lanes", "lanes: candidates against 8 layers", "10^9 tests/s");
    fprintf(script, "set origin 0, 0\nset size 1, 0.48\n");
    print_times(script, comparison);
    fprintf(script, "unset multiplot\n");
}

/* ---- The ladder ------------------------------------------------------------------------------------------- */

/* The times that the talk reports for its firewall, in seconds: on another machine, in 2018. */
static const struct {
    double seconds;
    const char *text;
} told[] = {{600, "Python, first try (2018)"}, {6, "Python, one remainder"}, {0.6, "PyPy"}, {0.001, "Cython"}};

/* Prints the steps of all reports, the first one on top: one line each of time, place and name. */
static size_t print_steps(FILE *script, const struct comparison *comparison, struct bounds *bounds)
{
    size_t lines = 0;
    fprintf(script, "$steps << EOD\n");
    for (size_t i = 0; i < comparison->count; ++i) {
        for (size_t j = 0; j < comparison->reports[i].count; ++j) {
            const struct measurement *const step = &comparison->reports[i].items[j];
            struct summary seconds;
            char name[80];
            char time[TABLE_SECONDS_SIZE];
            if (step->part != PART_LADDER || !measurement_seconds(step, &seconds)) {
                continue;
            }
            snprintf(name, sizeof name, "%s%s%s%s%c", step->method, step->kernel[0] == '\0' ? "" : ", ", step->kernel,
                     comparison->count > 1 ? ", " : "", comparison->count > 1 ? (int)('A' + i) : ' ');
            fprintf(script, "%.6g %d \"%s\" \"%s\"\n", seconds.median, -(int)lines, name,
                    table_format_seconds(seconds.median, step->extrapolated, time));
            widen(bounds, seconds.median, 1);
            ++lines;
        }
    }
    fprintf(script, "EOD\n");
    return lines;
}

static void print_ladder(FILE *script, const void *context)
{
    const struct comparison *const comparison = context;
    const bool of_talk = strcmp(comparison->reports[0].items[0].subject, ladder_firewall_name) == 0;
    struct bounds bounds = {.low_x = INFINITY, .low_y = INFINITY};
    if (of_talk) {
        widen(&bounds, told[0].seconds, 1);
        widen(&bounds, 250e-9, 1);
    }
    const size_t lines = print_steps(script, comparison, &bounds);
    fprintf(script, "set title ");
    print_title(script, comparison);
    fprintf(script,
            "\nunset key\nset logscale x\nset xlabel 'time until the answer, median; on a logarithmic axis'\n"
            "set xtics ('1 ns' 1e-9, '1 us' 1e-6, '1 ms' 1e-3, '1 s' 1, '1 min' 60, '1 h' 3600, '1 day' 86400, "
            "'1 year' 31557600, '1000 years' 31557600e3)\nunset mxtics\n"
            "set grid xtics linecolor rgb '#dddddd'\nset xrange [%.6g:%.6g]\nset yrange [%d.5:%s]\n"
            "set style fill solid 0.8\n",
            bounds.low_x / 3, bounds.high_x * 20, -(int)lines + 1, of_talk ? "1.5" : "0.6");
    for (size_t i = 0; of_talk && i < sizeof told / sizeof told[0]; ++i) {
        fprintf(script, "set arrow from %.6g, graph 0 to %.6g, graph 1 nohead dashtype 2 linecolor rgb '#777777'\n",
                told[i].seconds, told[i].seconds);
        fprintf(script, "set label '%s' at %.6g, %g center textcolor rgb '#555555' font ',9'\n", told[i].text,
                told[i].seconds, i % 2 == 0 ? 1.1 : 0.75);
    }
    fprintf(script,
            "plot $steps using 1:2:(%.6g):1:($2-0.35):($2+0.35):ytic(3) with boxxyerror linecolor rgb '#0072b2', "
            "$steps using 1:2:4 with labels left offset 1, 0\n",
            bounds.low_x / 3);
}

bool plot_draw(const struct comparison *comparison, const char *path, struct bench_message *message)
{
    const struct report *const first = &comparison->reports[0];
    const bool is_ladder = first->count > 0 && first->items[0].part == PART_LADDER;
    const struct gnuplot_picture picture = is_ladder ? (struct gnuplot_picture){1100, 600, print_ladder, comparison}
                                                     : (struct gnuplot_picture){1400, 1000, print_script, comparison};
    return gnuplot_draw(&picture, path, message->text);
}
