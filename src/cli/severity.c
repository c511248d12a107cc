/* firesieve severity: what the trip costs when the packet does not wait, or waits too short. */
#include "cli/source.h"
#include "trace/crossing.h"

struct severity_settings {
    firesieve_delay delay;
    bool json;
    bool quiet;
    bool verbose;
};

/* A packet caught only at depth 0 has severity 0, like a safe one; where it is caught tells them apart. */
static void print_json(const char *file, const struct crossing *crossing)
{
    const bool caught = crossing->caught > 0;
    json_print(json_pack("{s:o, s:I, s:o, s:o, s:b, s:I, s:o}", "file", name_json(file), "layers",
                         (json_int_t)crossing->count, "delay", delay_json(crossing->delay), "severity",
                         delay_json(crossing->severity), "caught", caught, "caught_by", (json_int_t)crossing->caught,
                         "first_depth", caught ? delay_json(crossing->caught_at[0]) : json_null()));
}

/* Prints the answer and, if asked, where the packet is caught, which takes a second pass. */
static bool print_answer(const struct severity_settings *settings, const char *file, const firesieve_firewall *firewall,
                         firesieve_delay severity)
{
    char verdict[CROSSING_VERDICT_SIZE];
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    struct crossing crossing = {.sorted = NULL};
    const bool tells = settings->verbose && !settings->quiet;
    if ((settings->json || tells) &&
        !crossing_begin(firewall, settings->delay, (struct go_on){NULL, NULL}, &crossing)) {
        crossing_end(&crossing);
        return false;
    }
    if (settings->json) {
        print_json(file, &crossing);
    } else {
        puts(firesieve_delay_format(severity, text));
    }
    if (tells) {
        fprintf(stderr, "%s: %s\n", display_name(file), crossing_verdict(&crossing, verdict));
    }
    crossing_end(&crossing);
    return true;
}

static int print_severity(const struct command *command, const struct severity_settings *settings,
                          const struct source *source)
{
    const char *const file = source->name;
    firesieve_firewall *firewall;
    firesieve_error error = {.message = "not enough memory"};
    firesieve_delay severity;
    if (!source_read_layers(command, source, settings->quiet, &firewall)) {
        return EXIT_BAD;
    }
    const bool printed = firesieve_firewall_severity(firewall, settings->delay, &severity, &error) == FIRESIEVE_OK &&
                         print_answer(settings, file, firewall, severity);
    if (!printed) {
        command_error(command, file, error.message);
    }
    firesieve_firewall_free(firewall);
    return printed ? EXIT_FOUND : EXIT_BAD;
}

static int run_severity(const struct command *command, int argc, const char **argv)
{
    struct severity_settings settings = {.delay = 0};
    const struct cli_option options[] = {
        {"delay", 0, OPTION_DELAY, &settings.delay, 0, 0, NULL, "T", "let the packet wait T picoseconds (default 0)",
         NULL},
        {"json", 0, OPTION_FLAG, &settings.json, 0, 0, NULL, NULL,
         "print one JSON object, which says whether and where the packet is caught, too", NULL},
        {"quiet", 'q', OPTION_FLAG, &settings.quiet, 0, 0, NULL, NULL, "print nothing but the answer and errors", NULL},
        {"verbose", 'v', OPTION_FLAG, &settings.verbose, 0, 0, NULL, NULL,
         "report on standard error whether and where the packet is caught", NULL},
        {0},
    };
    struct operands operands;
    struct source source;
    const int status = options_parse(command, options, argc, argv, &operands);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    return source_of_operands(command, &source_plain, &operands, &source) ? print_severity(command, &settings, &source)
                                                                          : EXIT_BAD;
}

const struct command command_severity = {
    .name = "severity",
    .title = "firesieve severity",
    .operands = "[OPTION]... [FILE]",
    .summary = "print the sum of depth * range over the layers that catch the packet",
    .details = "A packet that is caught only at depth 0 has severity 0, like a safe one; -v and --json tell them\n"
               "apart.\n",
    .example = "printf '0: 3\\n1: 2\\n4: 4\\n6: 4\\n' | firesieve severity",
    .run = run_severity,
};
