/* firesieve bench: measures kernels and methods on this CPU, and compares what was measured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare.h"
#include "bench/views.h"
#include "bench/bench.h"
#include "bench/machine.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/source.h"
#include "plot/gnuplot.h"

static const double default_time_s = 30;
static const double default_percent = 10;
static const double kernels_share = 0.35; /* of the time, */
static const double threads_share = 0.15; /* and this; the methods have the rest */
static const char cpu_directory[] = "/sys/devices/system/cpu";

enum bench_parts { BENCH_UNASKED = -1, BENCH_ALL, BENCH_KERNELS, BENCH_METHODS, BENCH_THREADS };
static const char *const part_names[] = {"all", "kernels", "methods", "threads", NULL};

struct bench_settings {
    int part;
    int kernel; /* an index of kernel_choices, or -1 */
    int method; /* an index of method_choices, or -1: all */
    uint64_t threads;
    double time_s;
    double time_limit_s;
    uint64_t seed;
    bool json;
    bool csv;
    bool markdown;
    bool compare;
    bool ladder;
    bool all;
    const char *filter_text;
    struct filter filter;
    const char *baseline;
    double percent;
    bool percent_given;
    const char *plot;
    const char *html;
    int progress;
    const firesieve_kernel *only;
    bool measures;         /* an option is given that says how to measure: anything, */
    bool measures_kernels; /* kernels alone, */
    bool measures_methods; /* or methods alone */
};

/* Whether results are printed as tables while they are measured. */
static bool prints_tables(const struct bench_settings *settings)
{
    return !settings->json && !settings->csv && !settings->markdown;
}

/* ---- Measuring -------------------------------------------------------------------------------------------- */

/* The state of a running benchmark. */
struct measuring {
    const struct command *command;
    const struct bench_settings *settings;
    struct report *report;
    struct kernels_bench *kernels; /* NULL if none are measured */
    size_t sessions;               /* of the kernels, so far */
    double kernels_s;              /* time for all of them */
    double session_s;              /* and for each session */
    double firewall_s;             /* time for the methods of one firewall */
    double sweep_s;                /* and for its sweep over thread counts */
    const char *name;              /* what is being measured */
    size_t steps;                  /* sessions and firewalls done so far, */
    size_t step_count;             /* and in all */
    double planned_s;              /* planned time of the steps done, */
    double step_s;                 /* of the running step, */
    double all_s;                  /* and of all steps */
    struct steps_view progress;
    struct counters counters;
    int highest; /* status */
};

static void take_status(struct measuring *measuring, int status)
{
    measuring->highest = status > measuring->highest ? status : measuring->highest;
}

/* Shows progress; false once a signal has come. */
static bool go_on(void *context, double share)
{
    struct measuring *const measuring = context;
    char doing[MEASUREMENT_SUBJECT_SIZE];
    snprintf(doing, sizeof doing, "measuring %s", measuring->name);
    const double done_s = measuring->planned_s + share * measuring->step_s;
    steps_show(&measuring->progress, &(struct step){.doing = doing,
                                                    .number = measuring->steps + 1,
                                                    .of = measuring->step_count,
                                                    .share = measuring->all_s > 0 ? done_s / measuring->all_s : 0});
    return !signals_caught();
}

static void begin_step(struct measuring *measuring, const char *name, double seconds)
{
    measuring->name = name;
    measuring->step_s = seconds;
}

static void end_step(struct measuring *measuring)
{
    ++measuring->steps;
    measuring->planned_s += measuring->step_s;
}

/* Prints what was measured since `first`, if tables are printed. */
static void show(struct measuring *measuring, enum measurement_part part, size_t first)
{
    progress_line_hide(&measuring->progress.line);
    if (prints_tables(measuring->settings)) {
        table_print(measuring->report, part, first, stdout);
        output_flush();
    }
}

static int outcome_status(struct measuring *measuring, enum bench_outcome outcome, const struct bench_message *message)
{
    if (outcome == BENCH_DONE) {
        return EXIT_FOUND;
    }
    if (outcome == BENCH_STOPPED) {
        return EXIT_LIMIT;
    }
    progress_line_hide(&measuring->progress.line);
    command_error(measuring->command, NULL, message->text);
    return outcome == BENCH_MISMATCH ? EXIT_NONE : EXIT_BAD;
}

/* Whether anything was timed from measurement `first` on. */
static bool has_samples(const struct report *report, size_t first)
{
    for (size_t i = first; i < report->count; ++i) {
        if (report->items[i].count > 0) {
            return true;
        }
    }
    return false;
}

/* If no method finishes a user's firewall in time, that is not success. */
static int measure_solves(struct measuring *measuring, enum measurement_part part, const char *name,
                          const firesieve_firewall *firewall, bool is_file)
{
    const struct bench_settings *const settings = measuring->settings;
    const struct bench_request request = {
        .sweeps_threads = part == PART_THREADS,
        .only_kernel = settings->only,
        .only_method = settings->method,
        .threads = (unsigned)settings->threads,
        .seconds = part == PART_THREADS ? measuring->sweep_s : measuring->firewall_s,
        .time_limit_s = settings->time_limit_s,
        .watch = {go_on, measuring},
        .filter = &settings->filter,
        .counters = &measuring->counters,
    };
    const size_t first = measuring->report->count;
    struct bench_message message = {""};
    begin_step(measuring, name, request.seconds);
    const enum bench_outcome outcome = methods_measure(measuring->report, name, firewall, &request, &message);
    if (!signals_caught()) {
        end_step(measuring);
    }
    show(measuring, part, first);
    if (outcome == BENCH_DONE && measuring->report->count > first && !has_samples(measuring->report, first)) {
        fprintf(stderr, "%s: %s%s: nothing to time, no method ended within %g s; see --time-limit\n",
                measuring->command->title, is_file ? "" : "warning: ", name, request.time_limit_s);
        return is_file ? EXIT_LIMIT : EXIT_FOUND;
    }
    return outcome_status(measuring, outcome, &message);
}

/* The parts to measure. Firewalls are the FILEs, or the fixed set. */
struct parts {
    bool kernels;
    bool methods;
    bool threads;
    size_t firewalls;
    size_t sweeps; /* firewalls measured with different thread counts */
};

/* FILEs replace the fixed set; with them, kernels and threads are measured only on request. */
static struct parts find_parts(const struct bench_settings *settings, const struct operands *operands)
{
    const int part = settings->part == BENCH_UNASKED && operands->count == 0 ? BENCH_ALL : settings->part;
    struct parts parts = {
        .kernels = part == BENCH_KERNELS || part == BENCH_ALL,
        .methods = part == BENCH_METHODS || part == BENCH_ALL || part == BENCH_UNASKED,
        .threads = part == BENCH_THREADS || part == BENCH_ALL,
    };
    if (parts.methods || parts.threads) {
        parts.firewalls = operands->count > 0 ? operands->count : INSTANCES;
    }
    for (size_t i = 0; i < parts.firewalls && parts.threads; ++i) {
        parts.sweeps += operands->count > 0 || instances[i].is_swept;
    }
    return parts;
}

/* Measures FILE `index`, or firewall `index` of the fixed set. */
static int measure_firewall(struct measuring *measuring, const struct parts *parts, const struct operands *operands,
                            size_t index)
{
    const bool is_file = operands->count > 0;
    const bool sweeps = parts->threads && (is_file || instances[index].is_swept);
    const char *const name = is_file ? operands->items[index] : instances[index].name;
    firesieve_firewall *firewall;
    firesieve_error error;
    if (!parts->methods && !sweeps) {
        return EXIT_FOUND;
    }
    if (is_file) {
        const struct source source = source_of_file(&operands->items[index], &source_plain);
        signals_end(); /* a signal ends a process that waits for input, as ever */
        const bool read = source_read(measuring->command, &source, &firewall, NULL);
        signals_begin();
        if (!read) {
            return EXIT_BAD;
        }
    } else if (instance_generate(&instances[index], &firewall, &error) != FIRESIEVE_OK) {
        return command_error(measuring->command, name, error.message);
    }
    const char *const shown = is_file ? display_name(name) : name;
    int status = EXIT_FOUND;
    if (parts->methods) {
        status = measure_solves(measuring, PART_METHODS, shown, firewall, is_file);
    }
    if (sweeps && !signals_caught()) {
        const int swept = measure_solves(measuring, PART_THREADS, shown, firewall, is_file);
        status = swept > status ? swept : status;
    }
    firesieve_firewall_free(firewall);
    return status;
}

/* Measures the ladder on the user's firewall or on that of the talk. */
static int measure_ladder(struct measuring *measuring, const struct operands *operands)
{
    const bool is_file = operands->count > 0;
    const struct bench_request request = {.threads = (unsigned)measuring->settings->threads,
                                          .seconds = measuring->settings->time_s,
                                          .watch = {go_on, measuring}};
    const char *const name = is_file ? display_name(operands->items[0]) : ladder_firewall_name;
    firesieve_firewall *firewall;
    firesieve_error error;
    struct bench_message message = {""};
    if (is_file) {
        const struct source source = source_of_file(&operands->items[0], &source_plain);
        if (!source_read(measuring->command, &source, &firewall, NULL)) {
            return EXIT_BAD;
        }
    } else if (ladder_firewall(&firewall, &error) != FIRESIEVE_OK) {
        return command_error(measuring->command, NULL, error.message);
    }
    signals_begin();
    measuring->all_s = request.seconds;
    measuring->step_count = 1;
    begin_step(measuring, name, request.seconds);
    const enum bench_outcome outcome = ladder_measure(measuring->report, name, firewall, &request, &message);
    measuring->steps += outcome == BENCH_DONE;
    show(measuring, PART_LADDER, 0);
    signals_end();
    firesieve_firewall_free(firewall);
    return outcome_status(measuring, outcome, &message);
}

/* Measures kernels until that many sessions are done, or one fails. */
static void measure_kernels(struct measuring *measuring, size_t sessions)
{
    for (; measuring->kernels != NULL && measuring->sessions < sessions && !signals_caught(); ++measuring->sessions) {
        struct bench_message message = {""};
        begin_step(measuring, "kernels", measuring->session_s);
        const enum bench_outcome outcome = kernels_session(measuring->kernels, measuring->report, &message);
        if (outcome != BENCH_DONE) {
            take_status(measuring, outcome_status(measuring, outcome, &message));
            kernels_end(measuring->kernels);
            measuring->kernels = NULL;
            return;
        }
        end_step(measuring);
    }
}

/* Divides the time among the parts. */
static void plan_time(struct measuring *measuring, const struct parts *parts)
{
    const double kernels = parts->kernels ? kernels_share : 0;
    const double threads = parts->threads ? threads_share : 0;
    const double methods = parts->methods ? 1 - kernels_share - threads_share : 0;
    const double second_s = measuring->settings->time_s / (kernels + threads + methods);
    measuring->all_s = measuring->settings->time_s;
    measuring->kernels_s = kernels * second_s;
    measuring->session_s = measuring->kernels_s / KERNELS_SESSIONS;
    measuring->firewall_s = parts->methods ? methods * second_s / (double)parts->firewalls : 0;
    measuring->sweep_s = parts->sweeps > 0 ? threads * second_s / (double)parts->sweeps : 0;
    measuring->step_count =
        (parts->methods ? parts->firewalls : 0) + parts->sweeps + (parts->kernels ? KERNELS_SESSIONS : 0);
}

/* Kernel sessions alternate with firewalls; their tables are printed at the end. */
static int measure_parts(struct measuring *measuring, const struct operands *operands)
{
    const struct bench_settings *const settings = measuring->settings;
    const struct parts parts = find_parts(settings, operands);
    plan_time(measuring, &parts);
    if (parts.kernels) {
        measuring->kernels = kernels_start(&(struct bench_request){.only_kernel = settings->only,
                                                                   .seed = settings->seed,
                                                                   .seconds = measuring->kernels_s,
                                                                   .watch = {go_on, measuring},
                                                                   .filter = &settings->filter,
                                                                   .counters = &measuring->counters});
        if (measuring->kernels == NULL) {
            return command_error(measuring->command, NULL, "not enough memory for the kernels");
        }
    }
    signals_begin();
    for (size_t i = 0; i < parts.firewalls && !signals_caught(); ++i) {
        measure_kernels(measuring, i * KERNELS_SESSIONS / parts.firewalls + 1);
        if (!signals_caught()) {
            take_status(measuring, measure_firewall(measuring, &parts, operands, i));
        }
    }
    measure_kernels(measuring, KERNELS_SESSIONS);
    show(measuring, PART_KERNELS, 0);
    kernels_end(measuring->kernels);
    signals_end();
    if (measuring->highest == EXIT_FOUND && parts.firewalls > 0 && !signals_caught() && measuring->report->count > 0 &&
        !has_samples(measuring->report, 0)) {
        return EXIT_LIMIT;
    }
    return measuring->highest;
}

static void print_warnings(const struct command *command, const struct report *report)
{
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(report->facts, "warnings"), i, warning)
    {
        fprintf(stderr, "%s: warning: %s\n", command->title, json_string_value(warning));
    }
}

static int measure(const struct command *command, const struct bench_settings *settings,
                   const struct operands *operands, struct report *report)
{
    double load = 0;
    if (getloadavg(&load, 1) != 1) {
        load = 0;
    }
    *report = (struct report){.facts = machine_facts(settings->seed, (unsigned)settings->threads, load)};
    if (prints_tables(settings)) {
        table_print_facts(report, stdout);
        output_flush();
    }
    struct measuring measuring = {.command = command,
                                  .settings = settings,
                                  .report = report,
                                  .progress = steps_start((enum progress_mode)settings->progress)};
    counters_open(&measuring.counters);
    int status = settings->ladder ? measure_ladder(&measuring, operands) : measure_parts(&measuring, operands);
    counters_close(&measuring.counters);
    json_object_set_new(report->facts, "complete", json_boolean(!signals_caught()));
    if (signals_caught()) {
        fprintf(stderr, "%s: stopped: %zu of %zu parts were measured; what there is of them is incomplete\n",
                command->title, measuring.steps, measuring.step_count);
    } else if (report->count == 0 && settings->filter.some && status == EXIT_FOUND) {
        status = usage_error(command, "--filter: expected an expression that finds a figure, found '%s'",
                             settings->filter_text);
    }
    json_object_set_new(report->facts, "warnings",
                        machine_warnings(report, (unsigned)settings->threads, load, cpu_directory));
    if (report->count > 0) {
        print_warnings(command, report);
    }
    return status;
}

/* ---- Comparing -------------------------------------------------------------------------------------------- */

/* Opens a report and leaves in it what the filter includes. */
static bool open_report(const struct command *command, const struct bench_settings *settings, const char *file,
                        struct report *report)
{
    struct bench_message message = {""};
    if (!report_open(file, report, &message)) {
        fprintf(stderr, "%s\n", message.text);
        return false;
    }
    if (settings->filter.some && !filter_report(&settings->filter, report)) {
        command_error(command, NULL, "not enough memory for the report");
        report_free(report);
        return false;
    }
    return true;
}

static enum grid_style style_of(const struct bench_settings *settings)
{
    return settings->csv ? GRID_CSV : settings->markdown ? GRID_MARKDOWN : GRID_TEXT;
}

static bool print_one(const struct bench_settings *settings, const struct comparison *comparison)
{
    if (settings->csv || settings->markdown) {
        compare_print_legend(comparison, style_of(settings), stdout);
        return compare_print_figures(comparison, style_of(settings), stdout);
    }
    table_print_facts(&comparison->reports[0], stdout);
    table_print(&comparison->reports[0], PART_LADDER, 0, stdout);
    table_print(&comparison->reports[0], PART_METHODS, 0, stdout);
    table_print(&comparison->reports[0], PART_THREADS, 0, stdout);
    table_print(&comparison->reports[0], PART_KERNELS, 0, stdout);
    return true;
}

/* Prints to standard error if JSON goes to standard output. */
static bool print_several(const struct bench_settings *settings, const struct comparison *comparison)
{
    FILE *const stream = settings->json ? stderr : stdout;
    compare_print_legend(comparison, style_of(settings), stream);
    return (!settings->all || compare_print_figures(comparison, style_of(settings), stream)) &&
           ((settings->all && settings->csv) || compare_print_groups(comparison, style_of(settings), stream));
}

static void warn_of_reports(const struct command *command, const struct comparison *comparison)
{
    char unlike[1024];
    for (size_t i = 0; i < comparison->count; ++i) {
        if (json_is_false(json_object_get(comparison->reports[i].facts, "complete"))) {
            fprintf(stderr, "%s: warning: %s is incomplete, for it was stopped\n", command->title,
                    comparison->names[i]);
        }
    }
    compare_find_unlike(comparison, unlike, sizeof unlike);
    if (unlike[0] != '\0') {
        fprintf(stderr, "%s: warning: not like for like: %s\n", command->title, unlike);
    }
}

/*
 * Prints the reports side by side, and reports which answers of later ones differ from those of the first, and which
 * figures are worse.
 */
static int compare(const struct command *command, const struct bench_settings *settings,
                   const struct comparison *comparison)
{
    const bool gate = settings->percent_given || settings->baseline != NULL;
    bool printed = true;
    if (comparison->count > 1 && verdicts_common(comparison) == 0) {
        return command_error(command, NULL, "the reports have no measurement in common");
    }
    if (comparison->count > 1) {
        warn_of_reports(command, comparison);
    }
    if (settings->json && settings->compare) {
        json_print(compare_to_json(comparison));
    } else if (comparison->count == 1) {
        printed = print_one(settings, comparison);
    } else {
        printed = print_several(settings, comparison);
    }
    output_flush();
    if (!printed) {
        return command_error(command, NULL, "not enough memory for the tables");
    }
    size_t worse = verdicts_answers(comparison, stderr);
    worse += comparison->count > 1 ? verdicts_uncompared(comparison, stderr) : 0;
    worse += gate ? verdicts_regressions(comparison, settings->percent, stderr) : 0;
    return worse == 0 ? EXIT_FOUND : EXIT_NONE;
}

/* Draws the picture and writes the page, if requested. */
static int draw(const struct command *command, const struct bench_settings *settings,
                const struct comparison *comparison)
{
    struct bench_message message = {""};
    bool drawn = true;
    if (settings->plot == NULL && settings->html == NULL) {
        return EXIT_FOUND;
    }
    signals_begin();
    if (settings->plot != NULL) {
        drawn = plot_draw(comparison, settings->plot, &message);
    }
    if (settings->html != NULL && drawn) {
        drawn = html_write(comparison, settings->html, &message);
    }
    signals_end();
    if (!drawn && !signals_caught()) {
        command_error(command, NULL, message.text);
    }
    return drawn ? EXIT_FOUND : EXIT_BAD;
}

/* Compares the baseline, if there is one, and all operands. */
static int compare_files(const struct command *command, const struct bench_settings *settings,
                         const struct operands *operands)
{
    const char *names[COMPARE_MAX];
    struct report reports[COMPARE_MAX] = {{.facts = NULL}};
    size_t count = 0;
    int status = EXIT_FOUND;
    const size_t offset = settings->baseline != NULL ? 1 : 0;
    for (size_t i = 0; i < operands->count + offset && status == EXIT_FOUND; ++i) {
        names[i] = i < offset ? settings->baseline : operands->items[i - offset];
        status = open_report(command, settings, names[i], &reports[i]) ? EXIT_FOUND : EXIT_BAD;
        count += status == EXIT_FOUND;
    }
    if (status == EXIT_FOUND) {
        const struct comparison comparison = {reports, names, count};
        status = compare(command, settings, &comparison);
        const int drawn = draw(command, settings, &comparison);
        status = drawn > status ? drawn : status;
    }
    for (size_t i = 0; i < count; ++i) {
        report_free(&reports[i]);
    }
    return status;
}

/* ---- Running ---------------------------------------------------------------------------------------------- */

/* Every figure takes some samples, however short the time is. */
static void warn_of_time(const struct command *command, const struct bench_settings *settings,
                         const struct operands *operands)
{
    static const double least_s = 10; /* that the fixed set takes, about */
    if (operands->count == 0 && !settings->ladder && find_parts(settings, operands).methods &&
        settings->time_s < least_s && !settings->filter.some) {
        fprintf(stderr, "%s: warning: --time %g: every figure takes a few samples, which is about %g s in all\n",
                command->title, settings->time_s, least_s);
    }
}

/* Measures, prints, and compares with the baseline. A bad baseline is reported before anything is measured. */
static int run_here(const struct command *command, const struct bench_settings *settings,
                    const struct operands *operands)
{
    const char *const names[] = {settings->baseline != NULL ? settings->baseline : "this run", "this run"};
    struct report reports[2] = {{.facts = NULL}, {.facts = NULL}};
    const size_t own = settings->baseline != NULL ? 1 : 0;
    if (settings->baseline != NULL && !open_report(command, settings, settings->baseline, &reports[0])) {
        return EXIT_BAD;
    }
    warn_of_time(command, settings, operands);
    int status = measure(command, settings, operands, &reports[own]);
    if (settings->json) {
        json_print(report_to_json(&reports[own])); /* even if a FILE was bad: no result is lost */
    }
    const bool whole = !signals_caught();
    if (settings->baseline != NULL && reports[own].count > 0 && whole) {
        fputs(prints_tables(settings) ? "\n" : "", stdout);
        const int compared = compare(command, settings, &(struct comparison){reports, names, 2});
        status = compared > status ? compared : status;
    } else if (reports[own].count > 0 && (settings->csv || settings->markdown)) {
        print_one(settings, &(struct comparison){&reports[own], &names[1], 1});
    }
    if (reports[own].count > 0 && whole) {
        const int drawn = draw(command, settings, &(struct comparison){reports, names, own + 1});
        status = drawn > status ? drawn : status;
    }
    report_free(&reports[0]);
    report_free(&reports[1]);
    return status;
}

/* Options that make no sense together are errors, not ignored. */
static bool check_settings(const struct command *command, struct bench_settings *settings,
                           const struct operands *operands)
{
    const size_t files = operands->count + (settings->baseline != NULL ? 1 : 0);
    struct bench_message message = {""};
    if (settings->compare && (files < 1 || files > COMPARE_MAX || operands->count < 1)) {
        return usage_refuse(command, "--compare: expected from 1 to %d FILEs that --json has written, found %zu",
                            COMPARE_MAX, files);
    }
    const bool on_kernels = settings->part == BENCH_KERNELS;
    const bool of_several = settings->compare && files > 1;
    if (on_kernels && operands->count > 0 && !settings->compare) {
        return usage_refuse(command, "--part kernels: expected no FILE, found '%s'", operands->items[0]);
    }
    const struct usage_rule rules[] = {
        {settings->compare && (settings->measures || settings->measures_kernels || settings->measures_methods),
         "--compare: expected no option that says what to measure or how"},
        {settings->percent_given && settings->baseline == NULL && !of_several,
         "--max-regression: expected --baseline FILE, or --compare of several, beside it"},
        {on_kernels && settings->measures_methods,
         "--part kernels: expected none of --method, --threads and --time-limit"},
        {settings->part == BENCH_THREADS && (settings->method >= 0 || settings->kernel >= 0),
         "--part threads: expected neither --method nor --kernel: auto is what it measures"},
        {settings->ladder &&
             (settings->compare || settings->part != BENCH_UNASKED || settings->method >= 0 || settings->kernel >= 0 ||
              settings->measures_kernels || settings->filter_text != NULL || operands->count > 1),
         "--ladder: expected at most one FILE, and nothing else that says what to measure"},
        {settings->all && !of_several, "--all: expected --compare of several FILEs beside it"},
        {settings->json + settings->csv + settings->markdown > 1,
         "expected one of --json, --csv and --markdown, found several"},
        {settings->measures_kernels && !find_parts(settings, operands).kernels,
         "--seed: expected kernels to be measured; for FILEs that takes --part all"},
        {false, NULL},
    };
    if (!usage_keeps(command, rules)) {
        return false;
    }
    if ((settings->plot != NULL && !gnuplot_check(settings->plot, operands->items, settings->baseline, message.text)) ||
        (settings->html != NULL && !html_check(settings->html, operands->items, settings->baseline, &message)) ||
        !filter_open(&settings->filter, settings->filter_text, &message)) {
        return usage_refuse(command, "%s", message.text);
    }
    return true;
}

/* Fills in what depends on this machine. */
static bool choose_rest(const struct command *command, struct bench_settings *settings, const struct operands *operands)
{
    static const double share = 1.0 / 120; /* of the time: some fifty methods and firewalls take too long */
    static const double file_share = 1.0 / 6;
    static const double limit_least_s =
        0.25; /* enough to solve every firewall of the fixed set, however short --time is */
    if (!choose_kernel(command, settings->kernel, &settings->only) || !choose_threads(command, &settings->threads)) {
        return false;
    }
    if (settings->threads == 0) {
        firesieve_cpu cpu;
        firesieve_cpu_detect(&cpu);
        settings->threads = cpu.cpus;
    }
    if (settings->time_limit_s < 0) {
        settings->time_limit_s = fmax(
            settings->time_s * (operands->count > 0 ? file_share / (double)operands->count : share), limit_least_s);
    }
    return true;
}

static int bench(const struct command *command, struct bench_settings *settings, const struct operands *operands)
{
    if (!check_settings(command, settings, operands)) {
        return EXIT_BAD;
    }
    if (settings->compare) {
        return compare_files(command, settings, operands);
    }
    return choose_rest(command, settings, operands) ? run_here(command, settings, operands) : EXIT_BAD;
}

static int run_bench(const struct command *command, int argc, const char **argv)
{
    struct bench_settings settings = {.part = BENCH_UNASKED,
                                      .kernel = -1,
                                      .method = -1,
                                      .time_s = default_time_s,
                                      .time_limit_s = -1,
                                      .seed = 1,
                                      .percent = default_percent};
    const struct choices kernels = kernel_choices();
    const struct choices methods = method_choices();
    const struct cli_option options[] = {
        {"part", 0, OPTION_CHOICE, &settings.part, 0, 0, part_names, "PART",
         ": what to measure (default all; for FILEs methods)", &settings.measures},
        {"kernel", 0, OPTION_CHOICE, &settings.kernel, 0, 0, kernels.names, "KERNEL",
         ": measure this one beside scalar (default: FIRESIEVE_KERNEL, or all)", &settings.measures},
        {"method", 0, OPTION_CHOICE, &settings.method, 0, 0, methods.names, "METHOD",
         ": measure only this one (default: all)", &settings.measures_methods},
        {"threads", 0, OPTION_NUMBER, &settings.threads, 1, FIRESIEVE_THREADS_MAX, NULL, "N",
         "methods: use at most N threads, and up to N in part threads (default: FIRESIEVE_THREADS, or every CPU this "
         "process may use); kernels run on one",
         &settings.measures_methods},
        {"time", 0, OPTION_SECONDS, &settings.time_s, 0, 0, NULL, "SECONDS",
         "take samples for about this long (default 30); each figure has a few, so that less than 10 takes longer than "
         "asked",
         &settings.measures},
        {"time-limit", 0, OPTION_SECONDS, &settings.time_limit_s, 0, 0, NULL, "SECONDS",
         "leave out a method that takes longer for a firewall (default 1/120 of --time; for FILEs 1/6 of a FILE's part "
         "of it; at least 0.25)",
         &settings.measures_methods},
        {"seed", 0, OPTION_NUMBER, &settings.seed, 0, UINT64_MAX, NULL, "S",
         "seed of the data that kernels work on (default 1)", &settings.measures_kernels},
        {"ladder", 0, OPTION_FLAG, &settings.ladder, 0, 0, NULL, NULL,
         "instead measure how much each step from the first attempt to the fastest one speeds up FILE, or a puzzle",
         NULL},
        {"filter", 0, OPTION_TEXT, &settings.filter_text, 0, 0, NULL, "REGEX",
         "measure, or compare, only figures whose name it finds: '12 rows, L2, rows on avx2', 'puzzle, auto on auto'",
         NULL},
        {"json", 0, OPTION_FLAG, &settings.json, 0, 0, NULL, NULL, "print one JSON object, with every sample", NULL},
        {"csv", 0, OPTION_FLAG, &settings.csv, 0, 0, NULL, NULL, "print comma-separated values, one line per figure",
         NULL},
        {"markdown", 0, OPTION_FLAG, &settings.markdown, 0, 0, NULL, NULL, "print tables in Markdown", NULL},
        {"compare", 0, OPTION_FLAG, &settings.compare, 0, 0, NULL, NULL,
         "measure nothing; print what FILEs that --json has written have in common: a mean for each kernel, cache and "
         "method",
         NULL},
        {"all", 0, OPTION_FLAG, &settings.all, 0, 0, NULL, NULL, "with --compare: print every figure as well", NULL},
        {"baseline", 0, OPTION_TEXT, &settings.baseline, 0, 0, NULL, "FILE",
         "compare with what --json has written before; exit status 1 on a regression", NULL},
        {"max-regression", 0, OPTION_PERCENT, &settings.percent, 0, 0, NULL, "PCT",
         "how much slower, beyond the errors, is a regression, in % (default 10)", &settings.percent_given},
        {"plot", 0, OPTION_TEXT, &settings.plot, 0, 0, NULL, "FILE",
         "draw throughput per kernel, and time against answer, into FILE.svg or FILE.png with gnuplot", NULL},
        {"html", 0, OPTION_TEXT, &settings.html, 0, 0, NULL, "FILE",
         "write a page with charts of what was measured or compared to FILE.html: it needs nothing but a browser",
         NULL},
        {"progress", 0, OPTION_CHOICE, &settings.progress, 0, 0, progress_mode_names, "WHEN",
         " (default auto: on a terminal, after a second)", &settings.measures},
        {0},
    };
    struct operands operands;
    int status = options_parse(command, options, argc, argv, &operands);
    if (status == OPTIONS_GO_ON) {
        status = bench(command, &settings, &operands);
    }
    filter_close(&settings.filter);
    signals_die();
    return status;
}

const struct command command_bench = {
    .name = "bench",
    .title = "firesieve bench",
    .operands = "[OPTION]... [FILE]...",
    .summary = "measure kernels and methods on this CPU",
    .details =
        "Without FILEs measures the kernels over row counts and table sizes, every method on a fixed set of\n"
        "firewalls, and some of these on 1, 2, 4 .. threads, in less than a minute. Answers are compared before\n"
        "anything is timed; exit status 1 on a mismatch, or on a regression.\n",
    .example = "firesieve bench --json >mine.json; firesieve bench --compare theirs.json mine.json --html both.html",
    .run = run_bench,
};
