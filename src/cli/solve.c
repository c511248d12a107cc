/* firesieve solve: the smallest safe delay of each FILE. */
#include <math.h>

#include "cli/command.h"
#include "cli/progress.h"

struct solve_settings {
    int method;
    int kernel; /* -1: not given */
    uint64_t threads;
    firesieve_delay from;
    firesieve_delay to;
    double time_limit_s;
    int progress;
    bool json;
    bool quiet;
    bool verbose;
};

/* One FILE solved. */
struct solved {
    const char *file;
    size_t layers;
    double parse_s;
    firesieve_search_options options;
    firesieve_search_result result;
};

static int outcome_status(firesieve_outcome outcome)
{
    switch (outcome) {
    case FIRESIEVE_FOUND:
        return EXIT_FOUND;
    case FIRESIEVE_NONE:
        return EXIT_NONE;
    case FIRESIEVE_LIMIT:
    case FIRESIEVE_CANCELLED:
        break;
    }
    return EXIT_LIMIT;
}

static json_t *delay_json(firesieve_delay delay)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    return json_string(firesieve_delay_format(delay, text));
}

static json_t *solved_json(const struct solved *solved)
{
    const firesieve_search_result *const result = &solved->result;
    return json_pack("{s:o, s:s, s:o?, s:s, s:s?, s:i, s:I, s:f, s:f, s:o, s:o, s:o, s:s?}", "file",
                     name_json(solved->file), "status", outcome_name(result->outcome), "delay",
                     result->outcome == FIRESIEVE_FOUND ? delay_json(result->delay) : NULL, "method",
                     firesieve_method_name(result->method), "kernel",
                     result->kernel == NULL ? NULL : firesieve_kernel_name(result->kernel), "threads",
                     (int)result->threads, "layers", (json_int_t)solved->layers, "elapsed_s", result->elapsed_s,
                     "parse_s", solved->parse_s, "from", delay_json(solved->options.from), "to",
                     delay_json(solved->options.to), "candidates", delay_json(result->candidates), "reason",
                     result->reason);
}

static void print_answer(const struct solved *solved, bool several)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (solved->result.outcome == FIRESIEVE_LIMIT || solved->result.outcome == FIRESIEVE_CANCELLED) {
        return; /* no answer: where it stands is on standard error */
    }
    if (several) {
        printf("%s: ", solved->file);
    }
    puts(solved->result.outcome == FIRESIEVE_FOUND ? firesieve_delay_format(solved->result.delay, text) : "none");
}

static void print_stop(const struct solved *solved)
{
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char reached[FIRESIEVE_DELAY_TEXT_SIZE];
    fprintf(stderr, "firesieve solve: %s: %s after %.3f s: no delay in [%s, %s) is safe\n", display_name(solved->file),
            solved->result.outcome == FIRESIEVE_LIMIT ? "stopped by the time limit" : "interrupted",
            solved->result.elapsed_s, firesieve_delay_format(solved->options.from, from),
            firesieve_delay_format(solved->result.reached, reached));
}

static void print_statistics(const struct solved *solved)
{
    const firesieve_search_result *const result = &solved->result;
    const char *const name = display_name(solved->file);
    char candidates[FIRESIEVE_DELAY_TEXT_SIZE];
    fprintf(stderr, "%s: %zu layers read in %.6f s\n", name, solved->layers, solved->parse_s);
    fprintf(stderr, "%s: method %s, kernel %s, %u thread%s\n", name, firesieve_method_name(result->method),
            result->kernel == NULL ? "none" : firesieve_kernel_name(result->kernel), result->threads,
            result->threads == 1 ? "" : "s");
    fprintf(stderr, "%s: %s delays decided in %.6f s, %.3g a second\n", name,
            firesieve_delay_format(result->candidates, candidates), result->elapsed_s,
            (double)result->candidates / result->elapsed_s);
    if (result->reason != NULL) {
        fprintf(stderr, "%s: none, because %s\n", name, result->reason);
    }
}

/* Reads and solves one FILE; false when that failed, which has been said. */
static bool solve_file(const struct command *command, const struct solve_settings *settings,
                       const firesieve_kernel *kernel, struct solved *solved)
{
    firesieve_firewall *firewall;
    if (!read_firewall(solved->file, &firewall, &solved->parse_s)) {
        return false;
    }
    struct progress_view view = progress_start((enum progress_mode)settings->progress);
    solved->layers = firesieve_firewall_layer_count(firewall);
    solved->options = firesieve_search_defaults();
    solved->options.method = (firesieve_method)settings->method;
    solved->options.kernel = kernel;
    solved->options.threads = (unsigned)settings->threads;
    solved->options.from = settings->from;
    solved->options.to = settings->to;
    solved->options.time_limit_s = settings->time_limit_s;
    solved->options.progress = progress_show;
    solved->options.progress_context = &view;
    firesieve_error error;
    signals_begin();
    const firesieve_status status = firesieve_solve(firewall, &solved->options, &solved->result, &error);
    signals_end();
    if (status == FIRESIEVE_OK) {
        progress_end(&view, &solved->result, settings->from);
    } else {
        fprintf(stderr, "firesieve %s: error: %s: %s\n", command->name, display_name(solved->file), error.message);
    }
    firesieve_firewall_free(firewall);
    return status == FIRESIEVE_OK;
}

/* Solves file after file, printing as it goes, and collects JSON where it is asked for. Returns the highest status. */
static int solve_files(const struct command *command, const struct solve_settings *settings,
                       const firesieve_kernel *kernel, const char *const *files, size_t count, json_t *objects)
{
    int highest = EXIT_FOUND;
    for (size_t i = 0; i < count && !signals_caught(); ++i) {
        struct solved solved = {.file = files[i]};
        int status = EXIT_BAD;
        if (solve_file(command, settings, kernel, &solved)) {
            status = outcome_status(solved.result.outcome);
            if (settings->json) {
                json_array_append_new(objects, solved_json(&solved));
            } else {
                print_answer(&solved, count > 1);
            }
            if (settings->verbose && !settings->quiet) {
                print_statistics(&solved);
            }
            if (status == EXIT_LIMIT && !settings->quiet) {
                print_stop(&solved);
            }
        }
        if (status == EXIT_BAD && count > 1) {
            json_array_append_new(objects, json_pack("{s:o, s:s}", "file", name_json(files[i]), "status", "error"));
        }
        highest = status > highest ? status : highest;
    }
    return highest;
}

/* One object for one FILE, and nothing where it could not be solved; for several, one object that holds theirs. */
static void print_json(json_t *objects, bool several)
{
    json_t *const whole = several ? json_pack("{s:O}", "files", objects) : json_incref(json_array_get(objects, 0));
    if (whole != NULL) {
        json_print(whole);
    }
}

/* The oracles use no kernel and one thread: who asked for others should know. */
static void warn_of_unused(const struct solve_settings *settings)
{
    const bool oracle =
        settings->method == FIRESIEVE_METHOD_SIMULATE || settings->method == FIRESIEVE_METHOD_CLOSED_FORM;
    if (!oracle || settings->quiet) {
        return;
    }
    const char *const method = firesieve_method_name((firesieve_method)settings->method);
    if (settings->kernel > 0) {
        fprintf(stderr, "firesieve solve: warning: method %s uses no kernel; --kernel has no effect\n", method);
    }
    if (settings->threads > 1) {
        fprintf(stderr, "firesieve solve: warning: method %s runs on one thread, not on %u\n", method,
                (unsigned)settings->threads);
    }
}

static int solve_operands(const struct command *command, struct solve_settings *settings,
                          const struct operands *operands)
{
    static const char *const standard_input[] = {"-", NULL};
    const char *const *const files = operands->count == 0 ? standard_input : operands->items;
    const size_t count = operands->count == 0 ? 1 : operands->count;
    const firesieve_kernel *kernel;
    if (settings->from > settings->to) {
        char from[FIRESIEVE_DELAY_TEXT_SIZE];
        char to[FIRESIEVE_DELAY_TEXT_SIZE];
        return usage_error(command, "--from: expected a delay that is not above --to, found %s and %s",
                           firesieve_delay_format(settings->from, from), firesieve_delay_format(settings->to, to));
    }
    warn_of_unused(settings);
    if (!choose_kernel(command, settings->kernel, &kernel) || !choose_threads(command, &settings->threads)) {
        return EXIT_BAD;
    }
    if (settings->quiet) {
        settings->progress = PROGRESS_NEVER;
    }
    json_t *const objects = json_array();
    const int status = solve_files(command, settings, kernel, files, count, objects);
    if (settings->json) {
        print_json(objects, count > 1);
    }
    json_decref(objects);
    signals_die();
    return status;
}

static int run_solve(const struct command *command, int argc, const char **argv)
{
    struct solve_settings settings = {.kernel = -1, .to = FIRESIEVE_DELAY_END, .time_limit_s = INFINITY};
    const struct choices kernels = kernel_choices();
    const struct choices methods = method_choices();
    const struct cli_option options[] = {
        {"method", 0, OPTION_CHOICE, &settings.method, 0, 0, methods.names, "METHOD",
         "auto, simulate, closed-form or scan (default auto)", NULL},
        {"kernel", 0, OPTION_CHOICE, &settings.kernel, 0, 0, kernels.names, "KERNEL",
         "auto, scalar, sse4.1, avx2, avx512 or neon (default: FIRESIEVE_KERNEL, or auto)", NULL},
        {"threads", 0, OPTION_NUMBER, &settings.threads, 1, FIRESIEVE_THREADS_MAX, NULL, "N",
         "use at most N threads (default: FIRESIEVE_THREADS, or every CPU this process may use)", NULL},
        {"from", 0, OPTION_DELAY, &settings.from, 0, 0, NULL, "A", "search delays from A on (default 0)", NULL},
        {"to", 0, OPTION_DELAY, &settings.to, 0, 0, NULL, "B", "search delays below B (default 2^127)", NULL},
        {"time-limit", 0, OPTION_SECONDS, &settings.time_limit_s, 0, 0, NULL, "SECONDS",
         "stop the search of a FILE after so many seconds, with exit status 3", NULL},
        {"progress", 0, OPTION_CHOICE, &settings.progress, 0, 0, progress_mode_names, "WHEN",
         "auto (on a terminal, after a second), always or never", NULL},
        {"json", 0, OPTION_FLAG, &settings.json, 0, 0, NULL, NULL, "print one JSON object", NULL},
        {"quiet", 'q', OPTION_FLAG, &settings.quiet, 0, 0, NULL, NULL, "print nothing but the answer and errors", NULL},
        {"verbose", 'v', OPTION_FLAG, &settings.verbose, 0, 0, NULL, NULL, "print statistics on standard error", NULL},
        {0},
    };
    struct operands operands;
    const enum options_outcome outcome = options_parse(command, options, argc, argv, &operands);
    int status = outcome == OPTIONS_HELPED ? EXIT_FOUND : EXIT_BAD;
    if (outcome == OPTIONS_GO_ON) {
        status = solve_operands(command, &settings, &operands);
    }
    operands_free(&operands);
    return status;
}

const struct command command_solve = {
    .name = "solve",
    .operands = "[OPTION]... [FILE]...",
    .summary = "print the smallest safe delay, or none",
    .details = "With several FILEs, prints `FILE: answer` a line and exits with the highest status.\n",
    .example = "firesieve generate puzzle --seed 7 | firesieve solve -v",
    .run = run_solve,
};
