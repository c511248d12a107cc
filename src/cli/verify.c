/*
 * firesieve verify: every kernel against the scalar one and the oracle, and every method against every other on FILEs;
 * or a certificate against its firewall.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "answers/crosscheck.h"
#include "cli/certificate.h"
#include "cli/deadline.h"
#include "cli/progress.h"

static const double measure_s = 0.05;          /* for each kernel */
static const double default_time_limit_s = 10; /* for each search of a FILE */

struct verify_settings {
    bool emulated;
    int kernel; /* -1: all */
    uint64_t cases;
    uint64_t seed;
    uint64_t threads;
    double time_limit_s;
    bool json;
    int progress;
    struct source_settings source;

    /* A certificate, and options that only apply to one. */
    const char *certificate;
    int method;
    uint64_t memory;

    /* Which of the options that exclude others were given. */
    struct {
        bool emulated;
        bool cases;
        bool seed;
        bool time_limit;
        bool method;
        bool memory;
    } given;
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
    printf("%-10s %-9s %10" PRIu64 " %11" PRIu64 " %12.2f %12.3f\n", firesieve_kernel_name(kernel), build_of(kernel),
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

/* The state of a running verification. */
struct verification {
    const struct command *command;
    const struct verify_settings *settings;
    const firesieve_kernel *only; /* NULL: all */
    struct steps_view progress;
    int highest;     /* status */
    uint64_t cases;  /* of kernels, compared so far, */
    uint64_t wanted; /* and in all */
    size_t files;    /* compared so far */
    size_t file_count;
    const char *file; /* being compared */
    bool told;        /* a wrong answer of this method and kernel was reported */
    json_t *kernel_rows;
    json_t *file_rows;
};

static void take_status(struct verification *verification, int status)
{
    verification->highest = status > verification->highest ? status : verification->highest;
}

/* Verifies a few cases at a time, to show progress and to stop at a signal. */
static firesieve_status compare_cases(struct verification *verification, const firesieve_kernel *kernel,
                                      firesieve_verify_report *report, firesieve_error *error)
{
    enum { CASES_AT_ONCE = 64 };
    const uint64_t cases = verification->settings->cases;
    firesieve_status status = FIRESIEVE_OK;
    *report = (firesieve_verify_report){.cases = 0};
    while (status == FIRESIEVE_OK && report->cases < cases && !signals_caught()) {
        firesieve_verify_report some;
        const uint64_t left = cases - report->cases;
        status = firesieve_kernel_verify(kernel, left < CASES_AT_ONCE ? left : CASES_AT_ONCE,
                                         verification->settings->seed + report->cases, &some, error);
        if (status == FIRESIEVE_OK) {
            some.cases += report->cases;
            verification->cases += some.cases - report->cases;
            some.mismatches += report->mismatches;
            if (report->mismatches == 0) {
                *report = some;
            } else {
                report->cases = some.cases;
                report->mismatches = some.mismatches;
            }
        }
        steps_show(&verification->progress,
                   &(struct step){.doing = "verifying kernels, case",
                                  .number = (size_t)verification->cases,
                                  .of = (size_t)verification->wanted,
                                  .share = (double)verification->cases / (double)verification->wanted});
    }
    return status;
}

static void verify_kernel(struct verification *verification, const firesieve_kernel *kernel)
{
    firesieve_verify_report report;
    firesieve_kernel_speed speed = {0};
    firesieve_error error;
    if (compare_cases(verification, kernel, &report, &error) != FIRESIEVE_OK ||
        firesieve_kernel_measure(kernel, measure_s, &speed, &error) != FIRESIEVE_OK) {
        progress_line_hide(&verification->progress.line);
        take_status(verification, command_error(verification->command, NULL, error.message));
        return;
    }
    progress_line_hide(&verification->progress.line);
    if (verification->settings->json) {
        json_array_append_new(verification->kernel_rows, kernel_json(kernel, &report, &speed));
    } else {
        print_kernel_row(kernel, &report, &speed);
    }
    if (report.mismatches > 0) {
        print_mismatch(kernel, &report);
        take_status(verification, EXIT_NONE);
    }
}

static void verify_kernels(struct verification *verification)
{
    const struct verify_settings *const settings = verification->settings;
    if (!settings->json) {
        printf("seed %" PRIu64 "\n%-10s %-9s %10s %11s %12s %12s\n", settings->seed, "kernel", "build", "cases",
               "mismatches", "rows GB/s", "lanes G/s");
    }
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const bool selected = is_selected(settings, verification->only, firesieve_kernel_at(i));
        verification->wanted += selected ? settings->cases : 0;
    }
    signals_begin();
    for (size_t i = 0; i < firesieve_kernel_count() && !signals_caught(); ++i) {
        if (is_selected(settings, verification->only, firesieve_kernel_at(i))) {
            verify_kernel(verification, firesieve_kernel_at(i));
        }
    }
    signals_end();
}

/* ---- FILEs: the same answers by every method and kernel ---------------------------------------------- */

static bool includes_kernel(const void *context, const firesieve_kernel *kernel)
{
    const struct verification *const verification = context;
    return is_selected(verification->settings, verification->only, kernel);
}

static bool show_searches(void *context, size_t done, size_t planned)
{
    struct verification *const verification = context;
    char doing[64];
    snprintf(doing, sizeof doing, "verifying FILE %zu of %zu, search", verification->files + 1,
             verification->file_count);
    const double share = (double)done / (double)planned;
    steps_show(&verification->progress,
               &(struct step){.doing = doing,
                              .number = done,
                              .of = planned,
                              .share = ((double)verification->files + share) / (double)verification->file_count});
    return !signals_caught();
}

/* Prints a wrong answer, and how to reproduce it; only the first one of each method and kernel. */
static void print_wrong_answer(void *context, const struct mismatch *mismatch)
{
    struct verification *const verification = context;
    const struct verify_settings *const settings = verification->settings;
    const struct contestant *const contestant = &mismatch->contestant;
    const firesieve_kernel *const kernel = contestant->kernel;
    const bool emulated = kernel != NULL && firesieve_kernel_emulated(kernel);
    char who[CONTESTANT_TEXT_SIZE];
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE];
    if (verification->told) {
        return;
    }
    verification->told = true;
    progress_line_hide(&verification->progress.line);
    firesieve_delay_format(mismatch->from, from);
    firesieve_delay_format(mismatch->to, to);
    fprintf(stderr,
            "%s: %s: %s is wrong: %s --from %s --to %s gives %s, %s %s\n"
            "see it again: firesieve verify --cases 1 --seed %" PRIu64 "%s%s%s",
            verification->command->title, display_name(verification->file), contestant_describe(contestant, who),
            mismatch->command, from, to, mismatch->got, mismatch->wanted_who, mismatch->wanted, settings->seed,
            emulated ? " --emulated" : "", kernel == NULL ? "" : " --kernel ",
            kernel == NULL ? "" : firesieve_kernel_name(kernel));
    if (settings->threads != 0) {
        fprintf(stderr, " --threads %" PRIu64, settings->threads);
    }
    fprintf(stderr, " %s\n", verification->file);
    if (!emulated) {
        fprintf(stderr, "          or: firesieve %s --method %s%s%s --from %s --to %s %s\n", mismatch->command,
                firesieve_method_name(contestant->method), kernel == NULL ? "" : " --kernel ",
                kernel == NULL ? "" : firesieve_kernel_name(kernel), from, to, verification->file);
    }
}

/* A method's answer to the question for the smallest safe delay. */
static const char *trial_answer(const struct trial *trial, char *text)
{
    return trial->refused                             ? "refused"
           : !trial->tried                            ? "not tried"
           : trial->answer.outcome == FIRESIEVE_FOUND ? firesieve_delay_format(trial->answer.delay, text)
                                                      : outcome_name(trial->answer.outcome);
}

static json_t *trial_json(const char *file, const struct trial *trial)
{
    char answer[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_kernel *const kernel = trial->contestant.kernel;
    const bool found = trial->tried && trial->answer.outcome == FIRESIEVE_FOUND;
    const char *const text = trial_answer(trial, answer);
    return json_pack("{s:o, s:s, s:s?, s:b, s:s, s:s?, s:b, s:f, s:I, s:I, s:I, s:s?}", "file", name_json(file),
                     "method", firesieve_method_name(trial->contestant.method), "kernel",
                     kernel == NULL ? NULL : firesieve_kernel_name(kernel), "emulated",
                     kernel != NULL && firesieve_kernel_emulated(kernel), "status", found ? "found" : text, "delay",
                     found ? text : NULL, "agrees", trial->answer_agrees && trial->wrong == 0, "elapsed_s",
                     trial->answer.elapsed_s, "ranges_right", (json_int_t)trial->right, "ranges_wrong",
                     (json_int_t)trial->wrong, "ranges_late", (json_int_t)trial->late, "refused",
                     trial->refused ? trial->why : NULL);
}

static void print_trial(const char *file, const struct trial *trial)
{
    char answer[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_kernel *const kernel = trial->contestant.kernel;
    printf("%s: %-11s %-10s %-9s %s", file, firesieve_method_name(trial->contestant.method),
           kernel == NULL ? "-" : firesieve_kernel_name(kernel), kernel == NULL ? "-" : build_of(kernel),
           trial_answer(trial, answer));
    if (trial->refused) {
        printf(": %s\n", trial->why);
        output_flush();
        return;
    }
    if (trial->tried) {
        printf(" (%.6f s)", trial->answer.elapsed_s);
    }
    const size_t answers = trial->right + trial->wrong;
    printf("; in ranges %zu of %zu right", trial->right, answers);
    if (trial->late > 0) {
        printf(", %zu more not in time", trial->late);
    }
    printf("%s\n", trial->answer_agrees && trial->wrong == 0 ? "" : " MISMATCH");
    output_flush();
}

/* Warns of a method and kernel that were never compared, and so not verified. */
static void warn_of_nothing(const struct verification *verification, const struct trial *trial)
{
    char who[CONTESTANT_TEXT_SIZE];
    const firesieve_outcome outcome = trial->tried ? trial->answer.outcome : FIRESIEVE_LIMIT;
    if (!trial->refused && trial->right + trial->wrong == 0 && outcome == FIRESIEVE_LIMIT && !signals_caught()) {
        fprintf(stderr, "%s: warning: %s: %s is compared nowhere: nothing came of it within %g s\n",
                verification->command->title, display_name(verification->file),
                contestant_describe(&trial->contestant, who), verification->settings->time_limit_s);
    }
}

static void take_trial(void *context, const struct trial *trial)
{
    struct verification *const verification = context;
    progress_line_hide(&verification->progress.line);
    verification->told = false;
    if (verification->settings->json) {
        json_array_append_new(verification->file_rows, trial_json(verification->file, trial));
    } else {
        print_trial(verification->file, trial);
    }
    warn_of_nothing(verification, trial);
}

/* Reports what could not be compared, which is not success. */
static int judge(const struct verification *verification, const struct crosscheck_report *report)
{
    const char *const title = verification->command->title;
    const char *const name = display_name(verification->file);
    const double limit = verification->settings->time_limit_s;
    if (report->wrong > 0) {
        return EXIT_NONE;
    }
    if (report->outcome == FIRESIEVE_CANCELLED) {
        return EXIT_LIMIT;
    }
    if (report->outcome == FIRESIEVE_LIMIT) {
        fprintf(stderr, "%s: %s: no method came to the smallest safe delay within %g s; %zu range%s compared\n", title,
                name, limit, report->ranges, report->ranges == 1 ? " was" : "s were");
        return EXIT_LIMIT;
    }
    if (!report->confirmed) {
        fprintf(stderr,
                "%s: warning: %s: no oracle came to the smallest safe delay within %g s; there methods are compared "
                "with each other\n",
                title, name, limit);
    }
    return EXIT_FOUND;
}

static void verify_file(struct verification *verification, const struct source *source)
{
    const char *const name = source->name;
    const struct crosscheck_listener listener = {verification, show_searches, print_wrong_answer, take_trial};
    firesieve_firewall *firewall;
    if (!source_read(verification->command, source, &firewall, NULL)) {
        take_status(verification, EXIT_BAD);
        return;
    }
    const struct crosscheck_request request = {
        .firewall = firewall,
        .includes = includes_kernel,
        .includes_context = verification,
        .unasked = verification->only == NULL,
        .threads = (unsigned)verification->settings->threads,
        .time_limit_s = verification->settings->time_limit_s,
        .seed = verification->settings->seed,
    };
    struct crosscheck_report report;
    firesieve_error error;
    verification->file = name;
    verification->told = false;
    signals_begin();
    const firesieve_status status = crosscheck_run(&request, &listener, &report, &error);
    signals_end();
    progress_line_hide(&verification->progress.line);
    firesieve_firewall_free(firewall);
    if (status != FIRESIEVE_OK) {
        take_status(verification, command_error(verification->command, name, error.message));
    }
    take_status(verification, judge(verification, &report));
}

/* ------------------------------------------------------------------------------------------------------ */

static void print_all_as_json(const struct verification *verification)
{
    char seed[FIRESIEVE_DELAY_TEXT_SIZE];
    json_print(json_pack("{s:b, s:b, s:s, s:I, s:O, s:O}", "verified", verification->highest == EXIT_FOUND, "complete",
                         !signals_caught(), "seed", firesieve_delay_format(verification->settings->seed, seed), "cases",
                         (json_int_t)verification->settings->cases, "kernels", verification->kernel_rows, "files",
                         verification->file_rows));
}

static int verify_all(const struct command *command, const struct verify_settings *settings,
                      const struct operands *operands, const firesieve_kernel *only)
{
    size_t count = 0;
    const bool none = operands->count == 0 && settings->source.lines.count == 0; /* standard input is not read */
    struct source *const sources = none ? NULL : sources_of_operands(&settings->source, operands, &count);
    if (!none && sources == NULL) {
        return usage_error(command, "not enough memory");
    }
    struct verification verification = {.command = command,
                                        .settings = settings,
                                        .only = only,
                                        .progress = steps_start((enum progress_mode)settings->progress),
                                        .file_count = count,
                                        .kernel_rows = json_array(),
                                        .file_rows = json_array()};
    verify_kernels(&verification);
    steps_begin_phase(&verification.progress);
    for (size_t i = 0; i < count && !signals_caught(); ++i) {
        verify_file(&verification, &sources[i]);
        verification.files += !signals_caught();
    }
    progress_line_hide(&verification.progress.line);
    if (signals_caught()) {
        take_status(&verification, EXIT_LIMIT);
        fprintf(stderr, "%s: stopped: %" PRIu64 " of %" PRIu64 " cases and %zu of %zu FILEs were compared%s\n",
                command->title, verification.cases, verification.wanted, verification.files, verification.file_count,
                verification.highest == EXIT_LIMIT ? ", no mismatch" : "");
    }
    if (settings->json) {
        print_all_as_json(&verification);
    }
    json_decref(verification.kernel_rows);
    json_decref(verification.file_rows);
    signals_die();
    free(sources);
    return verification.highest;
}

/* The only kernel to verify, or NULL for all. With --emulated it need not run natively here. */
static bool choose_only(const struct command *command, const struct verify_settings *settings, const char *const *names,
                        const firesieve_kernel **only)
{
    *only = settings->kernel < 0 ? NULL : firesieve_kernel_find(names[settings->kernel]); /* NULL for auto */
    return *only == NULL || settings->emulated || choose_kernel(command, settings->kernel, only);
}

/* ---- A certificate ----------------------------------------------------------------------------------- */

/* An option that was given and excludes the others, or NULL. */
static const char *find_misplaced(const struct verify_settings *settings)
{
    const struct {
        const char *name;
        bool given;
        bool with_certificate; /* when it is allowed */
    } rows[] = {
        {"emulated", settings->given.emulated, false}, {"cases", settings->given.cases, false},
        {"seed", settings->given.seed, false},         {"method", settings->given.method, true},
        {"memory", settings->given.memory, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        if (rows[i].given && rows[i].with_certificate != (settings->certificate != NULL)) {
            return rows[i].name;
        }
    }
    return NULL;
}

static int verify_certificate(const struct command *command, const struct verify_settings *settings,
                              const struct operands *operands)
{
    struct source source;
    struct certificate_settings checked = {.path = settings->certificate,
                                           .options = firesieve_search_defaults(),
                                           .progress = settings->progress,
                                           .json = settings->json};
    if (!source_of_operands(command, &settings->source, operands, &source) ||
        (settings->kernel >= 0 && !choose_kernel(command, settings->kernel, &checked.options.kernel))) {
        return EXIT_BAD;
    }
    checked.options.method = (firesieve_method)settings->method;
    checked.options.threads = (unsigned)settings->threads;
    checked.options.memory = settings->memory;
    deadline_set(settings->given.time_limit ? settings->time_limit_s : checked.options.time_limit_s);
    return certificate_verify(command, &checked, &source);
}

/* ------------------------------------------------------------------------------------------------------ */

static int verify(const struct command *command, struct verify_settings *settings, const struct operands *operands)
{
    const struct choices kernels = kernel_choices();
    const firesieve_kernel *only = NULL;
    const char *const misplaced = find_misplaced(settings);
    if (misplaced != NULL) {
        return usage_error(command, "--%s %s --certificate", misplaced,
                           settings->certificate == NULL ? "goes only with" : "does not go with");
    }
    if (!choose_threads(command, &settings->threads)) {
        return EXIT_BAD;
    }
    if (settings->certificate != NULL) {
        return verify_certificate(command, settings, operands);
    }
    return choose_only(command, settings, kernels.names, &only) ? verify_all(command, settings, operands, only)
                                                                : EXIT_BAD;
}

static int run_verify(const struct command *command, int argc, const char **argv)
{
    struct verify_settings settings = {
        .kernel = -1, .cases = 1000, .seed = (uint64_t)time(NULL), .time_limit_s = default_time_limit_s};
    const struct choices kernels = kernel_choices();
    const struct choices methods = method_choices();
    const struct cli_option options[] = {
        {"emulated", 0, OPTION_FLAG, &settings.emulated, 0, 0, NULL, NULL, "verify the emulated builds as well",
         &settings.given.emulated},
        {"kernel", 0, OPTION_CHOICE, &settings.kernel, 0, 0, kernels.names, "KERNEL",
         ": verify only this one (default auto: all of them); a certificate: check it with this one", NULL},
        {"cases", 0, OPTION_NUMBER, &settings.cases, 1, UINT64_C(1) << 40, NULL, "N",
         "random and pathological cases per kernel (default 1000)", &settings.given.cases},
        {"seed", 0, OPTION_NUMBER, &settings.seed, 0, UINT64_MAX, NULL, "S",
         "seed of the first case; the next one has S + 1 (default: the time)", &settings.given.seed},
        {"threads", 0, OPTION_NUMBER, &settings.threads, 1, FIRESIEVE_THREADS_MAX, NULL, "N",
         "FILEs: use at most N threads (default: FIRESIEVE_THREADS, or every CPU this process may use)", NULL},
        {"time-limit", 0, OPTION_SECONDS, &settings.time_limit_s, 0, 0, NULL, "SECONDS",
         "FILEs: leave a search that takes longer out of the comparison (default 10); a certificate: stop (default: "
         "none)",
         &settings.given.time_limit},
        {"json", 0, OPTION_FLAG, &settings.json, 0, 0, NULL, NULL, "print one JSON object", NULL},
        {"certificate", 0, OPTION_TEXT, &settings.certificate, 0, 0, NULL, "FILE",
         "check this certificate of the firewall in the operand, and nothing else", NULL},
        {"method", 0, OPTION_CHOICE, &settings.method, 0, 0, methods.names, "METHOD",
         ": a certificate: search by this one (default auto: another one than made it)", &settings.given.method},
        {"memory", 0, OPTION_BYTES, &settings.memory, 1, UINT64_MAX, NULL, "BYTES",
         "a certificate: use at most this much for wheel, lists and rows", &settings.given.memory},
        {"progress", 0, OPTION_CHOICE, &settings.progress, 0, 0, progress_mode_names, "WHEN",
         " (default auto: on a terminal, after a second)", NULL},
        SOURCE_OPTIONS(&settings.source, NULL),
        {0},
    };
    struct operands operands;
    const int status = options_parse(command, options, argc, argv, &operands);
    return status != OPTIONS_GO_ON ? status : verify(command, &settings, &operands);
}

const struct command command_verify = {
    .name = "verify",
    .title = "firesieve verify",
    .operands = "[OPTION]... [FILE]...",
    .summary = "check every kernel against the scalar one and the oracle",
    .details =
        "Given FILEs, also solves each with every method on every kernel, asks each to solve, count and list ranges\n"
        "from 0 up to 2^127 that the oracle decides delay by delay, and compares the answers. Exit status 1 on a\n"
        "mismatch, with the seed and the command that show it again; 3 if no method solves a FILE in time.\n"
        "\n"
        "With --certificate, checks the certificate of the one FILE instead. Exit status 0: accepted; 1: refused; 2: "
        "damaged,\n"
        "or of another firewall; 3: stopped before the end.\n",
    .example = "firesieve verify --emulated --cases 10000 --seed 1",
    .run = run_verify,
};
