#include "cli/certificate.h"

#include <inttypes.h>

#include "cli/deadline.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "base/plural.h"

/* ---- solve and count -------------------------------------------------------------------------------------- */

bool certificate_may_write(const struct command *command, const char *path, const char *fate,
                           const struct operands *operands)
{
    const struct output_option option = {.name = "--certificate", .content = "the certificate", .fate = fate};
    if (path == NULL) {
        return true;
    }
    if (operands->count > 1) {
        return usage_refuse(command, "--certificate: expected at most one FILE to solve, found '%s' as well",
                            operands->items[1]);
    }
    return output_may_replace(command, &option, true, path, operands);
}

bool certificate_is_apart(const struct command *command, const struct search_settings *settings, const char *path,
                          const char *profile)
{
    static const char other[] = "something else";
    return output_is_apart(command, "--certificate", path, profile, "the profile") &&
           output_is_apart(command, "--checkpoint", settings->checkpoint, path, other) &&
           output_is_apart(command, "--checkpoint", settings->checkpoint, profile, other) &&
           output_is_apart(command, "--plan", settings->plan, path, other) &&
           output_is_apart(command, "--plan", settings->plan, profile, other);
}

static int stopped(const struct command *command, const char *path, const char *what)
{
    fprintf(stderr, "%s: %s: %s: %s\n", command->title, path, what,
            signals_caught() ? "interrupted" : "stopped by the time limit");
    return EXIT_LIMIT;
}

static firesieve_status make(const struct search_settings *settings, certify_function certify,
                             const struct searched *searched, firesieve_certificate **certificate,
                             firesieve_error *error)
{
    struct progress_view view =
        progress_start(settings->quiet ? PROGRESS_NEVER : (enum progress_mode)settings->progress, searched->lines > 0);
    firesieve_search_options options = searched->options;
    options.profile = NULL;
    options.time_limit_s = deadline_left();
    options.progress = progress_show;
    options.progress_context = &view;
    signals_begin();
    const firesieve_status status = certify(searched->firewall, &options, &searched->result, certificate, error);
    signals_end();
    progress_line_hide(&view.line);
    return status;
}

/* Returns the exit status: EXIT_FOUND, EXIT_BAD, or EXIT_LIMIT if it was stopped. */
static int write_one(const struct command *command, const struct search_settings *settings, const char *path,
                     certify_function certify, const struct searched *searched)
{
    firesieve_certificate *certificate = NULL;
    firesieve_error error;
    if (!signals_caught() && searched->result.outcome == FIRESIEVE_LIMIT && searched->result.reason != NULL) {
        fprintf(stderr, "%s: %s: no certificate, since there is no answer: %s\n", command->title, path,
                searched->result.reason);
        return EXIT_LIMIT;
    }
    if (signals_caught() || search_status(searched->result.outcome) == EXIT_LIMIT) {
        return stopped(command, path, "no certificate, since there is no answer");
    }
    firesieve_status status = make(settings, certify, searched, &certificate, &error);
    if (status == FIRESIEVE_OK && certificate == NULL) {
        return stopped(command, path, "no certificate");
    }
    if (status == FIRESIEVE_OK) {
        signals_begin(); /* a signal in the middle of this would leave a partial file behind */
        status = firesieve_certificate_save(certificate, path, &error);
        signals_end();
    }
    firesieve_certificate_free(certificate);
    if (status == FIRESIEVE_OK) {
        return EXIT_FOUND;
    }
    fprintf(stderr, "%s: error: %s: no certificate: %s\n", command->title, path, error.message);
    return EXIT_BAD;
}

int certificate_write(const struct command *command, const struct search_settings *settings, const char *path,
                      certify_function certify, struct searched *searched, int status)
{
    if (path != NULL && searched->firewall != NULL) {
        const int made = write_one(command, settings, path, certify, searched);
        status = made > status ? made : status;
    }
    firesieve_firewall_free(searched->firewall);
    searched->firewall = NULL;
    return status;
}

/* ---- verify ----------------------------------------------------------------------------------------------- */

enum { CLAIM_SIZE = 4 * FIRESIEVE_DELAY_TEXT_SIZE };

static const char *verdict_name(firesieve_verdict verdict)
{
    return verdict == FIRESIEVE_ACCEPTED ? "accepted" : verdict == FIRESIEVE_REFUSED ? "refused" : "unchecked";
}

static const char *kernel_name(const firesieve_kernel *kernel)
{
    return kernel == NULL ? "none" : firesieve_kernel_name(kernel);
}

/* The report of a check, and whether its input was residues. */
struct checked {
    firesieve_certificate_report report;
    bool residues;
};

static const char *noun_of(const struct checked *checked, firesieve_delay count)
{
    return checked->residues ? "x" : count == 1 ? "delay" : "delays";
}

/* Writes what is claimed into `text` and returns it. */
static const char *describe_claim(const struct checked *checked, char text[CLAIM_SIZE])
{
    const firesieve_certificate_report *const report = &checked->report;
    const bool residues = checked->residues;
    const char *const noun = residues ? "x" : "delay";
    const char *const fits = residues ? "satisfies all lines" : "is safe";
    const char *const fit = residues ? "satisfy all lines" : "are safe";
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE] = "2^127";
    firesieve_delay_format(report->from, from);
    if (report->to != FIRESIEVE_DELAY_END) {
        firesieve_delay_format(report->to, to);
    }
    switch (report->claim) {
    case FIRESIEVE_CLAIM_FOUND:
        snprintf(text, CLAIM_SIZE, "%s is the smallest %s in [%s, %s)%s", firesieve_delay_format(report->delay, number),
                 residues ? "x" : "safe delay", from, to, residues ? " that satisfies all lines" : "");
        break;
    case FIRESIEVE_CLAIM_NONE:
        snprintf(text, CLAIM_SIZE, "no %s in [%s, %s) %s", noun, from, to, fits);
        break;
    case FIRESIEVE_CLAIM_NEVER:
        snprintf(text, CLAIM_SIZE, "no %s %s", noun, fits);
        break;
    case FIRESIEVE_CLAIM_COUNT:
        snprintf(text, CLAIM_SIZE, "%s %s in [%s, %s) %s", firesieve_delay_format(report->count, number),
                 noun_of(checked, report->count), from, to, report->count == 1 ? fits : fit);
        break;
    }
    return text;
}

static void print_components(const struct checked *checked)
{
    const firesieve_certificate_report *const report = &checked->report;
    char rest[FIRESIEVE_DELAY_TEXT_SIZE];
    printf("%" PRIu64 " component%s multiplied, and %s %s after whole cycles", report->components,
           plural(report->components), firesieve_delay_format(report->rest, rest), noun_of(checked, report->rest));
    if (report->method != FIRESIEVE_METHOD_AUTO) {
        printf(" counted again by %s, kernel %s", firesieve_method_name(report->method), kernel_name(report->kernel));
    }
    if (report->made_method != FIRESIEVE_METHOD_AUTO) {
        printf(" (made by %s, kernel %s)", firesieve_method_name(report->made_method),
               kernel_name(report->made_kernel));
    }
    printf("\n");
}

static void print_accepted(const struct checked *checked)
{
    const firesieve_certificate_report *const report = &checked->report;
    char text[CLAIM_SIZE];
    const char *separator = ", ";
    printf("certificate accepted: %s: ", describe_claim(checked, text));
    if (report->leaves > 0) {
        printf("a tree of %" PRIu64 " split%s and %" PRIu64 " %s", report->splits, plural(report->splits),
               report->leaves, report->leaves == 1 ? "leaf" : "leaves");
    } else if (report->components > 0) {
        print_components(checked);
        return;
    } else if (report->windows > 0) {
        printf("%" PRIu64 " window%s with %" PRIu64 " %s reproduced by %s, kernel %s (made by %s, kernel %s)",
               report->windows, plural(report->windows), report->listed, noun_of(checked, report->listed),
               firesieve_method_name(report->method), kernel_name(report->kernel),
               firesieve_method_name(report->made_method), kernel_name(report->made_kernel));
    } else {
        separator = "";
        printf("%s", report->asked > 0 ? "" : "the range is empty");
    }
    if (report->asked > 0) { /* small x, or ones that filters drop, were checked against the lines */
        printf("%s%" PRIu64 " x that %s asked about one by one", separator, report->asked,
               report->asked == 1 ? "was" : "were");
    }
    printf("\n");
}

static void print_text(const struct checked *checked)
{
    const firesieve_certificate_report *const report = &checked->report;
    char text[CLAIM_SIZE];
    if (report->verdict == FIRESIEVE_ACCEPTED) {
        print_accepted(checked);
    } else if (report->verdict == FIRESIEVE_REFUSED) {
        printf("certificate refused: line %" PRIu64 ": %s; it claims that %s\n", report->line, report->message,
               describe_claim(checked, text));
    }
}

static void print_json(const struct checked *checked)
{
    const firesieve_certificate_report *const report = &checked->report;
    const bool made = report->made_method != FIRESIEVE_METHOD_AUTO;
    const bool listed = report->method != FIRESIEVE_METHOD_AUTO;
    const bool counted = report->claim == FIRESIEVE_CLAIM_COUNT;
    const bool refused = report->verdict == FIRESIEVE_REFUSED;
    json_t *const object = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:s?, s:s?, s:s?, s:s?, s:o, s:s?, s:f}",
        "certificate", verdict_name(report->verdict), "claim", firesieve_claim_name(report->claim), "delay",
        report->claim == FIRESIEVE_CLAIM_FOUND ? delay_json(report->delay) : json_null(), "count",
        counted ? delay_json(report->count) : json_null(), "from", delay_json(report->from), "to",
        delay_json(report->to), "windows", (json_int_t)report->windows, "listed", (json_int_t)report->listed, "splits",
        (json_int_t)report->splits, "leaves", (json_int_t)report->leaves, "components", (json_int_t)report->components,
        "towers", (json_int_t)report->towers, "rest", delay_json(report->rest), "made_method",
        made ? firesieve_method_name(report->made_method) : NULL, "made_kernel",
        report->made_kernel != NULL ? kernel_name(report->made_kernel) : NULL, "method",
        listed ? firesieve_method_name(report->method) : NULL, "kernel",
        report->kernel != NULL ? kernel_name(report->kernel) : NULL, "line",
        refused ? json_integer((json_int_t)report->line) : json_null(), "message",
        report->message[0] != '\0' ? report->message : NULL, "elapsed_s", report->elapsed_s);
    if (checked->residues) {
        json_object_set_new(object, "asked", json_integer((json_int_t)report->asked));
    }
    json_print(object);
}

static int complain(const struct command *command, const char *path, const firesieve_error *error)
{
    if (error->line == 0) {
        fprintf(stderr, "%s: error: %s: %s\n", command->title, path, error->message);
    } else {
        file_error(path, error);
    }
    return EXIT_BAD;
}

static firesieve_status check(const struct certificate_settings *settings, const firesieve_firewall *firewall,
                              firesieve_certificate_report *report, firesieve_error *error)
{
    firesieve_certificate *certificate;
    const firesieve_limits limits = deadline_limits();
    firesieve_status status = firesieve_certificate_open_within(firewall, settings->path, &limits, &certificate, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct progress_view view =
        progress_start((enum progress_mode)settings->progress, firesieve_firewall_line_count(firewall) > 0);
    firesieve_search_options options = settings->options;
    options.time_limit_s = deadline_left();
    options.progress = progress_show;
    options.progress_context = &view;
    signals_begin();
    status = firesieve_certificate_check(firewall, certificate, &options, report, error);
    signals_end();
    progress_line_hide(&view.line);
    firesieve_certificate_free(certificate);
    return status;
}

int certificate_verify(const struct command *command, const struct certificate_settings *settings,
                       const struct source *source)
{
    firesieve_firewall *firewall;
    struct checked checked = {.residues = false};
    firesieve_certificate_report *const report = &checked.report;
    firesieve_error error;
    const enum reading reading = source_read_in_time(command, source, false, &firewall, NULL);
    if (reading == READING_FAILED) {
        return EXIT_BAD;
    }
    firesieve_status status = FIRESIEVE_ERROR_STOPPED;
    if (reading == READING_DONE) {
        checked.residues = firesieve_firewall_layers(firewall) == NULL;
        status = check(settings, firewall, report, &error);
        firesieve_firewall_free(firewall);
    }
    if (status == FIRESIEVE_ERROR_STOPPED) {
        *report = (firesieve_certificate_report){.verdict = FIRESIEVE_UNCHECKED};
        status = FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK) {
        return complain(command, settings->path, &error);
    }
    if (settings->json) {
        print_json(&checked);
    } else {
        print_text(&checked);
    }
    if (report->verdict == FIRESIEVE_UNCHECKED && report->message[0] != '\0') {
        fprintf(stderr, "%s: %s: not checked: %s\n", command->title, settings->path, report->message);
        return EXIT_LIMIT;
    }
    if (report->verdict == FIRESIEVE_UNCHECKED) {
        stopped(command, settings->path, "not checked");
        signals_die();
        return EXIT_LIMIT;
    }
    return report->verdict == FIRESIEVE_ACCEPTED ? EXIT_FOUND : EXIT_NONE;
}
