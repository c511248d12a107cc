/* firesieve count: how many delays are safe. */
#include "cli/certificate.h"
#include "cli/progress.h"
#include "cli/search.h"

static firesieve_status count(const firesieve_firewall *firewall, const firesieve_search_options *options,
                              void *context, firesieve_search_result *result, firesieve_error *error)
{
    (void)context;
    return firesieve_count(firewall, options, result, error);
}

/* `certificate` is where one goes, or NULL. */
static int count_file(const struct command *command, const struct search_settings *settings, const char *certificate,
                      const struct source *source)
{
    firesieve_search_options options;
    struct searched counted = {.source = *source, .keeps_firewall = certificate != NULL};
    if (!search_options(command, settings, &options) ||
        !search_file(command, settings, &options, count, NULL, &counted)) {
        return EXIT_BAD;
    }
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    char known[SEARCH_KNOWN_SIZE];
    if (settings->json) {
        json_print(search_json(&counted, search_count_json(&counted.result)));
    } else if (search_status(counted.result.outcome) != EXIT_LIMIT) {
        puts(firesieve_delay_format(counted.result.count, text));
    }
    search_remark(command, settings, &counted, search_count_known(&counted, known));
    output_flush(); /* the count is out before its certificate is made */
    const int status = certificate_write(command, settings, certificate, firesieve_certify_count, &counted,
                                         search_status(counted.result.outcome));
    signals_die();
    return status;
}

static int run_count(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    const char *certificate = NULL;
    const struct cli_option own[] = {
        {"certificate", 0, OPTION_TEXT, &certificate, 0, 0, NULL, "FILE",
         "write to FILE what proves the count, for firesieve verify --certificate", NULL},
        {0},
    };
    struct source source;
    const int status = search_parse(command, SEARCH_RESUMES, own, argc, argv, &settings, &operands);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    const bool may_run = source_of_operands(command, &settings.source, &operands, &source) &&
                         certificate_is_apart(command, &settings, certificate, NULL) &&
                         search_may_resume(command, &settings, &operands) &&
                         certificate_may_write(command, certificate, "searched", &operands);
    return may_run ? count_file(command, &settings, certificate, &source) : EXIT_BAD;
}

const struct command command_count = {
    .name = "count",
    .title = "firesieve count",
    .operands = "[OPTION]... [FILE]",
    .summary = "print how many delays are safe",
    .details = "Safe delays repeat with the cycle of all scanners. Layers whose periods share primes form\n"
               "components. If what these leave of a cycle can be counted, it is multiplied, and if few\n"
               "classes are left, the rest of the range after whole cycles is counted without a search\n"
               "too. Otherwise one cycle is searched, or the range if that is shorter. An explicit\n"
               "--method always searches.\n"
               "With --checkpoint the same command resumes where it was stopped, however that happened.\n"
               "\n"
               "--certificate: the count is printed first. Then it is multiplied from what each part of the firewall\n"
               "leaves of its own cycle, or the range is listed once more. --time-limit covers all of it. Exit\n"
               "status 2: no certificate was made.\n",
    .example = "firesieve generate puzzle --seed 7 | firesieve count --to 1000000000",
    .run = run_count,
};
