/*
 * firesieve verify: every kernel against the scalar one and the oracle, and every method against every other on FILEs;
 * or a certificate against the firewall that it is of.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "bench/answers.h"
#include "cli/certificate.h"
#include "cli/progress.h"

static const double measure_s = 0.05;          /* for each kernel */
static const double default_time_limit_s = 10; /* for each solve of a FILE */

struct verify_settings {
    bool emulated;
    int kernel; /* -1: all */
    uint64_t cases;
    uint64_t seed;
    uint64_t threads;
    double time_limit_s;
    bool json;

    /* A certificate, and what only goes with one. */
    const char *certificate;
    int method;
    uint64_t memory;
    int progress;
};

/* Which options were given, of those that do not go with all others. */
struct verify_given {
    bool emulated;
    bool cases;
    bool seed;
    bool time_limit;
    bool method;
    bool memory;
    bool progress;
};

static bool is_selected(const struct verify_settings *settings, const firesieve_kernel *only,
                        const firesieve_kernel *kernel)
{
    if (!firesieve_kernel_runs_here(kernel) || (firesieve_kernel_emulated(kernel) && !settings->emulated)) {
        return false;
    }
    return only == NULL || strcmp(firesieve_kernel_name(only), firesieve_kernel_name(kernel)) == 0;
}

static const char *build_of(const firesieve_kernel *kernel)
{
    return firesieve_kernel_emulated(kernel) ? "emulated" : "native";
}

static void print_kernel_row(const firesieve_kernel *kernel, const firesieve_verify_report *report,
                             const firesieve_kernel_speed *speed)
{
    printf("%-8s %-9s %10" PRIu64 " %11" PRIu64 " %12.2f %12.3f\n", firesieve_kernel_name(kernel), build_of(kernel),
           report->cases, report->mismatches, speed->row_bytes_s / 1e9, speed->lane_tests_s / 1e9);
    output_flush();
}

static json_t *kernel_json(const firesieve_kernel *kernel, const firesieve_verify_report *report,
                           const firesieve_kernel_speed *speed)
{
    char seed[FIRESIEVE_DELAY_TEXT_SIZE];
    const bool wrong = report->mismatches > 0;
    return json_pack("{s:s, s:b, s:I, s:I, s:s?, s:s?, s:f, s:f}", "kernel", firesieve_kernel_name(kernel), "emulated",
                     firesieve_kernel_emulated(kernel), "cases", (json_int_t)report->cases, "mismatches",
                     (json_int_t)report->mismatches, "first_bad_seed",
                     wrong ? firesieve_delay_format(report->first_bad_seed, seed) : NULL, "first_mismatch",
                     wrong ? report->first_mismatch : NULL, "row_bytes_s", speed->row_bytes_s, "lane_tests_s",
                     speed->lane_tests_s);
}

static void print_mismatch(const firesieve_kernel *kernel, const firesieve_verify_report *report)
{
    fprintf(stderr,
            "firesieve verify: kernel %s (%s) is wrong: %s\n"
            "see it again: firesieve verify --kernel %s%s --cases 1 --seed %" PRIu64 "\n",
            firesieve_kernel_name(kernel), build_of(kernel), report->first_mismatch, firesieve_kernel_name(kernel),
            firesieve_kernel_emulated(kernel) ? " --emulated" : "", report->first_bad_seed);
}

static int verify_kernel(const struct command *command, const struct verify_settings *settings,
                         const firesieve_kernel *kernel, json_t *rows)
{
    firesieve_verify_report report;
    firesieve_kernel_speed speed;
    firesieve_error error;
    if (firesieve_kernel_verify(kernel, settings->cases, settings->seed, &report, &error) != FIRESIEVE_OK ||
        firesieve_kernel_measure(kernel, measure_s, &speed, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "%s: error: %s\n", command->title, error.message);
        return EXIT_BAD;
    }
    if (settings->json) {
        json_array_append_new(rows, kernel_json(kernel, &report, &speed));
    } else {
        print_kernel_row(kernel, &report, &speed);
    }
    if (report.mismatches > 0) {
        print_mismatch(kernel, &report);
        return EXIT_NONE;
    }
    return EXIT_FOUND;
}

static int verify_kernels(const struct command *command, const struct verify_settings *settings,
                          const firesieve_kernel *only, json_t *rows)
{
    int highest = EXIT_FOUND;
    if (!settings->json) {
        printf("seed %" PRIu64 "\n%-8s %-9s %10s %11s %12s %12s\n", settings->seed, "kernel", "build", "cases",
               "mismatches", "rows GB/s", "lanes G/s");
    }
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (is_selected(settings, only, kernel)) {
            const int status = verify_kernel(command, settings, kernel, rows);
            highest = status > highest ? status : highest;
        }
    }
    return highest;
}

/* ---- FILEs: the same answer by every method and kernel ----------------------------------------------- */

/* A FILE on its way through the methods. */
struct verified_file {
    const char *name;
    struct answers answers;
    bool confirmed; /* an oracle came to its end */
    json_t *rows;
};

static json_t *solve_json(const struct verified_file *file, const firesieve_search_result *result, bool agreed)
{
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_kernel *const kernel = result->kernel;
    return json_pack("{s:o, s:s, s:s?, s:b, s:s, s:s?, s:b, s:f}", "file", name_json(file->name), "method",
                     firesieve_method_name(result->method), "kernel",
                     kernel == NULL ? NULL : firesieve_kernel_name(kernel), "emulated",
                     kernel != NULL && firesieve_kernel_emulated(kernel), "status", outcome_name(result->outcome),
                     "delay", result->outcome == FIRESIEVE_FOUND ? firesieve_delay_format(result->delay, delay) : NULL,
                     "agrees", agreed, "elapsed_s", result->elapsed_s);
}

static void print_solve(const struct verified_file *file, const firesieve_search_result *result, bool agreed)
{
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_kernel *const kernel = result->kernel;
    printf("%s: %-11s %-7s %-9s %s%s (%.6f s)\n", file->name, firesieve_method_name(result->method),
           kernel == NULL ? "-" : firesieve_kernel_name(kernel), kernel == NULL ? "-" : build_of(kernel),
           result->outcome == FIRESIEVE_FOUND ? firesieve_delay_format(result->delay, delay)
                                              : outcome_name(result->outcome),
           agreed ? "" : " MISMATCH", result->elapsed_s);
    output_flush();
}

static int solve_once(const struct command *command, const struct verify_settings *settings, struct verified_file *file,
                      const firesieve_search_options *how)
{
    struct progress_view view = progress_start(PROGRESS_NEVER);
    firesieve_search_options options = *how;
    options.threads = (unsigned)settings->threads;
    options.time_limit_s = settings->time_limit_s;
    options.progress = progress_show;
    options.progress_context = &view;
    firesieve_search_result result;
    firesieve_error error;
    signals_begin();
    const firesieve_status status = firesieve_solve(file->answers.firewall, &options, &result, &error);
    signals_end();
    if (status != FIRESIEVE_OK) {
        fprintf(stderr, "%s: error: %s: %s\n", command->title, display_name(file->name), error.message);
        return EXIT_BAD;
    }
    const bool agreed = answers_agree(&file->answers, &result);
    const bool ended = result.outcome == FIRESIEVE_FOUND || result.outcome == FIRESIEVE_NONE;
    file->confirmed |= ended && result.kernel == NULL;
    if (settings->json) {
        json_array_append_new(file->rows, solve_json(file, &result, agreed));
    } else {
        print_solve(file, &result, agreed);
    }
    return signals_caught() ? EXIT_LIMIT : agreed ? EXIT_FOUND : EXIT_NONE;
}

static int solve_by_kernels(const struct command *command, const struct verify_settings *settings,
                            const firesieve_kernel *only, struct verified_file *file)
{
    int highest = EXIT_FOUND;
    for (size_t i = 0; i < firesieve_kernel_count() && !signals_caught(); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = FIRESIEVE_METHOD_SCAN;
        options.kernel = firesieve_kernel_at(i);
        if (is_selected(settings, only, options.kernel)) {
            const int status = solve_once(command, settings, file, &options);
            highest = status > highest ? status : highest;
        }
    }
    return highest;
}

/*
 * The oracles cannot prove that nothing is safe: then it has to be enough that they find nothing among the first
 * delays.
 */
static int solve_by_oracles(const struct command *command, const struct verify_settings *settings,
                            struct verified_file *file)
{
    enum { DELAYS_WITHOUT_ANSWER = 100000 };
    static const firesieve_method oracles[] = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_SIMULATE};
    int highest = EXIT_FOUND;
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0] && !signals_caught(); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = oracles[i];
        options.to =
            file->answers.answered && file->answers.outcome == FIRESIEVE_NONE ? DELAYS_WITHOUT_ANSWER : options.to;
        const int status = solve_once(command, settings, file, &options);
        highest = status > highest ? status : highest;
    }
    return highest;
}

static int verify_file(const struct command *command, const struct verify_settings *settings,
                       const firesieve_kernel *only, const char *name, json_t *rows)
{
    firesieve_firewall *firewall;
    double seconds;
    if (!read_firewall(name, &firewall, &seconds)) {
        return EXIT_BAD;
    }
    struct verified_file file = {.name = name, .answers = {.firewall = firewall}, .rows = rows};
    const int by_kernels = solve_by_kernels(command, settings, only, &file);
    const int by_oracles = solve_by_oracles(command, settings, &file);
    firesieve_firewall_free(firewall);
    if (!file.answers.answered && !signals_caught()) {
        fprintf(stderr, "%s: %s: nothing to compare, no method ended within %g s\n", command->title, display_name(name),
                settings->time_limit_s);
        return EXIT_LIMIT;
    }
    if (!file.confirmed && !signals_caught()) {
        fprintf(stderr, "%s: warning: %s: no oracle ended within %g s; kernels are compared with each other\n",
                command->title, display_name(name), settings->time_limit_s);
    }
    return by_kernels > by_oracles ? by_kernels : by_oracles;
}

/* ------------------------------------------------------------------------------------------------------ */

static int verify_all(const struct command *command, const struct verify_settings *settings,
                      const struct operands *operands, const firesieve_kernel *only)
{
    json_t *const kernel_rows = json_array();
    json_t *const file_rows = json_array();
    int highest = verify_kernels(command, settings, only, kernel_rows);
    for (size_t i = 0; i < operands->count && !signals_caught(); ++i) {
        const int status = verify_file(command, settings, only, operands->items[i], file_rows);
        highest = status > highest ? status : highest;
    }
    if (settings->json) {
        char seed[FIRESIEVE_DELAY_TEXT_SIZE];
        json_print(json_pack("{s:b, s:s, s:I, s:o, s:o}", "verified", highest == EXIT_FOUND, "seed",
                             firesieve_delay_format(settings->seed, seed), "cases", (json_int_t)settings->cases,
                             "kernels", kernel_rows, "files", file_rows));
    } else {
        json_decref(kernel_rows);
        json_decref(file_rows);
    }
    signals_die();
    return highest;
}

/* The kernel to verify alone, or NULL for all. With --emulated, one that cannot run natively here will do. */
static bool choose_only(const struct command *command, const struct verify_settings *settings, const char *const *names,
                        const firesieve_kernel **only)
{
    *only = settings->kernel < 0 ? NULL : firesieve_kernel_find(names[settings->kernel]); /* auto is none */
    return *only == NULL || settings->emulated || choose_kernel(command, settings->kernel, only);
}

/* ---- A certificate ----------------------------------------------------------------------------------- */

/* An option that is given and does not go with the others, or NULL. */
static const char *find_misplaced(const struct verify_settings *settings, const struct verify_given *given)
{
    const struct {
        const char *name;
        bool given;
        bool with_certificate; /* where it belongs */
    } rows[] = {
        {"emulated", given->emulated, false}, {"cases", given->cases, false},  {"seed", given->seed, false},
        {"method", given->method, true},      {"memory", given->memory, true}, {"progress", given->progress, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        if (rows[i].given && rows[i].with_certificate != (settings->certificate != NULL)) {
            return rows[i].name;
        }
    }
    return NULL;
}

static int verify_certificate(const struct command *command, const struct verify_settings *settings,
                              const struct verify_given *given, const struct operands *operands)
{
    const char *file;
    struct certificate_settings checked = {.path = settings->certificate,
                                           .options = firesieve_search_defaults(),
                                           .progress = settings->progress,
                                           .json = settings->json};
    if (!only_file(command, operands, &file) ||
        (settings->kernel >= 0 && !choose_kernel(command, settings->kernel, &checked.options.kernel))) {
        return EXIT_BAD;
    }
    checked.options.method = (firesieve_method)settings->method;
    checked.options.threads = (unsigned)settings->threads;
    checked.options.memory = settings->memory;
    checked.options.time_limit_s = given->time_limit ? settings->time_limit_s : checked.options.time_limit_s;
    return certificate_verify(command, &checked, file);
}

/* ------------------------------------------------------------------------------------------------------ */

static int verify(const struct command *command, struct verify_settings *settings, const struct verify_given *given,
                  const struct operands *operands)
{
    const struct choices kernels = kernel_choices();
    const firesieve_kernel *only = NULL;
    const char *const misplaced = find_misplaced(settings, given);
    if (misplaced != NULL) {
        return usage_error(command, "--%s %s --certificate", misplaced,
                           settings->certificate == NULL ? "goes only with" : "does not go with");
    }
    if (!choose_threads(command, &settings->threads)) {
        return EXIT_BAD;
    }
    if (settings->certificate != NULL) {
        return verify_certificate(command, settings, given, operands);
    }
    return choose_only(command, settings, kernels.names, &only) ? verify_all(command, settings, operands, only)
                                                                : EXIT_BAD;
}

static int run_verify(const struct command *command, int argc, const char **argv)
{
    struct verify_settings settings = {
        .kernel = -1, .cases = 1000, .seed = (uint64_t)time(NULL), .time_limit_s = default_time_limit_s};
    struct verify_given given = {false};
    const struct choices kernels = kernel_choices();
    const struct choices methods = method_choices();
    const struct cli_option options[] = {
        {"emulated", 0, OPTION_FLAG, &settings.emulated, 0, 0, NULL, NULL, "verify the emulated builds as well",
         &given.emulated},
        {"kernel", 0, OPTION_CHOICE, &settings.kernel, 0, 0, kernels.names, "KERNEL",
         ": verify this one alone (default auto: all of them); a certificate: by this one", NULL},
        {"cases", 0, OPTION_NUMBER, &settings.cases, 1, UINT64_C(1) << 40, NULL, "N",
         "random and pathological cases a kernel (default 1000)", &given.cases},
        {"seed", 0, OPTION_NUMBER, &settings.seed, 0, UINT64_MAX, NULL, "S",
         "seed of the first case, the next one has S + 1 (default: the time)", &given.seed},
        {"threads", 0, OPTION_NUMBER, &settings.threads, 1, FIRESIEVE_THREADS_MAX, NULL, "N",
         "FILEs: use at most N threads (default: FIRESIEVE_THREADS, or every CPU this process may use)", NULL},
        {"time-limit", 0, OPTION_SECONDS, &settings.time_limit_s, 0, 0, NULL, "SECONDS",
         "FILEs: leave a method that takes longer out of the comparison (default 10); a certificate: stop (default: "
         "none)",
         &given.time_limit},
        {"json", 0, OPTION_FLAG, &settings.json, 0, 0, NULL, NULL, "print one JSON object", NULL},
        {"certificate", 0, OPTION_TEXT, &settings.certificate, 0, 0, NULL, "FILE",
         "check this certificate of the firewall in the operand, and nothing else", NULL},
        {"method", 0, OPTION_CHOICE, &settings.method, 0, 0, methods.names, "METHOD",
         ": a certificate: search by this one (default auto: another than made it)", &given.method},
        {"memory", 0, OPTION_BYTES, &settings.memory, 1, UINT64_MAX, NULL, "BYTES",
         "a certificate: use at most so much for wheel, lists and rows", &given.memory},
        {"progress", 0, OPTION_CHOICE, &settings.progress, 0, 0, progress_mode_names, "WHEN",
         ": a certificate (default auto: on a terminal, after a second)", &given.progress},
        {0},
    };
    struct operands operands;
    const enum options_outcome outcome = options_parse(command, options, argc, argv, &operands);
    int status = outcome == OPTIONS_HELPED ? EXIT_FOUND : EXIT_BAD;
    if (outcome == OPTIONS_GO_ON) {
        status = verify(command, &settings, &given, &operands);
    }
    operands_free(&operands);
    return status;
}

const struct command command_verify = {
    .name = "verify",
    .title = "firesieve verify",
    .operands = "[OPTION]... [FILE]...",
    .summary = "check every kernel against the scalar one and the oracle",
    .details =
        "Given FILEs, also solves each with every method and kernel and compares the answers. Exit status 1 on a\n"
        "mismatch, with the seed that shows it again.\n"
        "\n"
        "Given --certificate, checks that of the only FILE instead. Exit status 0: accepted; 1: refused; 2: damaged,\n"
        "or of another firewall; 3: stopped before the end.\n",
    .example = "firesieve verify --emulated --cases 10000 --seed 1",
    .run = run_verify,
};
